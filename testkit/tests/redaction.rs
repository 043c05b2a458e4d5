//! Redaction of exchanges, and the scanner's findings in the rest.
#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_testkit::record::aliases::Aliases;
use atlas_backup_testkit::record::exchange::{Exchange, ExchangeResponse};
use atlas_backup_testkit::record::redact::{Redacted, Redactor, Unreadable};
use atlas_backup_testkit::record::rules::Rules;
use atlas_backup_testkit::record::scan::Scanner;
use http::{HeaderMap, Method, StatusCode};

const GROUP: &str = "5f0c1e2d3a4b5c6d7e8f9a0b";

fn redactor() -> Redactor {
    Redactor::new(Rules::built_in().unwrap(), "https://up.example.com").unwrap()
}

fn exchange(target: &str, headers: &[(&str, &str)], body: &[u8]) -> Exchange {
    let mut answered = HeaderMap::new();
    for (name, value) in headers {
        answered.append(
            name.parse::<http::HeaderName>().unwrap(),
            value.parse().unwrap(),
        );
    }
    let mut request_headers = HeaderMap::new();
    request_headers.insert("authorization", "Bearer very-secret".parse().unwrap());
    request_headers.insert("accept", "application/json".parse().unwrap());
    Exchange {
        number: 1,
        method: Method::GET,
        target: target.to_owned(),
        request_headers,
        request_body: bytes::Bytes::new(),
        response: ExchangeResponse {
            status: StatusCode::OK,
            headers: answered,
            body: body.to_vec().into(),
        },
    }
}

fn redact(redactor: &mut Redactor, target: &str, body: &str) -> Redacted {
    redactor
        .redact(&exchange(target, &[], body.as_bytes()))
        .unwrap()
}

#[test]
fn each_value_has_the_placeholder_of_its_kind() {
    for (body, expected) in [
        (
            r#"{"id":"5F0c1e2d3a4b5c6d7e8f9a0b"}"#,
            r#"{"id":"600000000000000000000001"}"#,
        ),
        (
            r#"{"a":["x_5f0c1e2d3a4b5c6d7e8f9a0b,5f0c1e2d3a4b5c6d7e8f9a0c"]}"#,
            r#"{"a":["x_600000000000000000000001,600000000000000000000002"]}"#,
        ),
        (
            r#"{"5f0c1e2d3a4b5c6d7e8f9a0b":1}"#,
            r#"{"600000000000000000000001":1}"#,
        ),
        (
            r#"{"access_token":"t","client_secret":["a"],"token":7}"#,
            r#"{"access_token":"REDACTED","client_secret":["REDACTED"],"token":"REDACTED"}"#,
        ),
        (
            r#"{"deliveryUrl":["https://a.b/c/d"]}"#,
            r#"{"deliveryUrl":["https://restore.example.invalid/REDACTED"]}"#,
        ),
        (
            r#"{"deliveryUrl":[],"snapshotUrl":""}"#,
            r#"{"deliveryUrl":[],"snapshotUrl":""}"#,
        ),
        (
            r#"{"x":"see https://s3.example.com/a?X-Amz-Signature=abc for it"}"#,
            r#"{"x":"see https://restore.example.invalid/REDACTED for it"}"#,
        ),
        (
            r#"{"x":"mongodb+srv://u:p@c0.ab12.mongodb.net/db"}"#,
            r#"{"x":"https://restore.example.invalid/REDACTED"}"#,
        ),
        (
            r#"{"bucketName":"prod","name":"orders"}"#,
            r#"{"bucketName":"redacted-bucket-1","name":"redacted-name-1"}"#,
        ),
        (
            r#"{"a":"bucket prod.","bucketName":"prod"}"#,
            r#"{"a":"bucket redacted-bucket-1.","bucketName":"redacted-bucket-1"}"#,
        ),
        (r#"{"username":"Ann"}"#, r#"{"username":"redacted-user-1"}"#),
        (
            r#"{"x":"ann@corp.example, bob%40corp.example"}"#,
            r#"{"x":"user1@example.invalid, user2@example.invalid"}"#,
        ),
        (
            r#"{"x":"10.1.2.3/32 and fe80::1"}"#,
            r#"{"x":"198.51.100.1/32 and 2001:db8::1"}"#,
        ),
        (
            r#"{"x":"node0.abc.mongodb.net:27017"}"#,
            r#"{"x":"host1.example.invalid:27017"}"#,
        ),
        (
            r#"{"x":"0f1e2d3c-4b5a-4697-8877-665544332211"}"#,
            r#"{"x":"00000000-0000-4000-8000-000000000001"}"#,
        ),
        (
            r#"{"x":"arn:aws:iam::123456789012:role/atlas"}"#,
            r#"{"x":"arn:aws:iam::000000000000:role/role1"}"#,
        ),
        (
            r#"{"customData":[{"key":"ticket","value":"7"}]}"#,
            r#"{"customData":[{"key":"redacted-text-1","value":"redacted-text-2"}]}"#,
        ),
        (
            r#"{"prefix":"exported_snapshots/Org/Proj/prod/2026-03-14T0205/17"}"#,
            r#"{"prefix":"exported_snapshots/redacted-organisation-1/redacted-project-1/redacted-cluster-1/2026-03-14T0205/17"}"#,
        ),
        (
            r#"{"prefix":"/exported_snapshots/Example Org/My Project/Cluster0/2021-06-09T0406/1623211811"}"#,
            r#"{"prefix":"/exported_snapshots/redacted-organisation-1/redacted-project-1/redacted-cluster-1/2021-06-09T0406/1623211811"}"#,
        ),
        (
            r#"{"detail":"no backup of My Project.","groupName":"My Project"}"#,
            r#"{"detail":"no backup of redacted-project-1.","groupName":"redacted-project-1"}"#,
        ),
        (
            r#"{"detail":"My Projects, My Project-2 and (My Project)","groupName":"My Project"}"#,
            r#"{"detail":"My Projects, My Project-2 and (redacted-project-1)","groupName":"redacted-project-1"}"#,
        ),
        (
            r#"{"detail":"My Project East is not My Project","groupName":"My Project","orgName":"My Project East","name":"My"}"#,
            r#"{"detail":"redacted-organisation-1 is not redacted-project-1","groupName":"redacted-project-1","orgName":"redacted-organisation-1","name":"redacted-name-1"}"#,
        ),
        (
            r#"{"detail":"R&D has no backup","groupName":"R&D","name":" & ","x":"this & that"}"#,
            r#"{"detail":"redacted-project-1 has no backup","groupName":"redacted-project-1","name":"redacted-name-1","x":"this & that"}"#,
        ),
        (
            r#"{"href":"https://up.example.com/api/clusters/prod?pageNum=2&clusterName=prod"}"#,
            r#"{"href":"https://cloud.mongodb.com/api/clusters/redacted-cluster-1?pageNum=2&clusterName=redacted-cluster-1"}"#,
        ),
        (
            "<p>prod of ann@corp.example</p>",
            "<p>prod of user1@example.invalid</p>",
        ),
    ] {
        assert_eq!(redact(&mut redactor(), "/", body).body, expected, "{body}");
    }
}

#[test]
fn harmless_values_are_not_changed() {
    for body in [
        r#"{"createdAt":"2026-03-14T02:12:40Z","mongodVersion":"8.0.12","state":"Queued","n":12.5,"ok":true,"no":null}"#,
        r#"{"errorCode":"CANNOT_RESTORE_COLLECTIONS_TO_TARGET","detail":"More than 10 requests in 1 minute."}"#,
        r#"{"rel":"https://cloud.mongodb.com/cluster"}"#,
    ] {
        let mut redactor = redactor();
        let redacted = redact(&mut redactor, "/", body).body;
        assert_eq!(redacted, body);
        assert_eq!(
            Scanner::new().unwrap().finds(&redacted, redactor.aliases()),
            None
        );
    }
}

#[test]
fn one_value_has_the_same_placeholder_in_paths_bodies_and_headers() {
    let mut redactor = redactor();
    let target =
        format!("/api/atlas/v2/groups/{GROUP}/clusters/prod/backup/exports?token=s3cr3t&pageNum=1");
    let headers = [
        (
            "content-type",
            "application/vnd.atlas.2023-01-01+json;charset=utf-8",
        ),
        ("set-cookie", "session=very-secret"),
        ("server", "envoy"),
        (
            "location",
            "https://up.example.com/api/groups/5f0c1e2d3a4b5c6d7e8f9a0b",
        ),
        (
            "www-authenticate",
            r#"Digest realm="MMS Public API", nonce="AbCd", opaque=x, algorithm=MD5, stale=false"#,
        ),
    ];
    let body = format!(
        r#"{{"detail":"prod is not in {GROUP}","parameters":["prod"],"groupId":"{GROUP}"}}"#
    );
    let first = redactor
        .redact(&exchange(&target, &headers, body.as_bytes()))
        .unwrap();
    let id = "600000000000000000000001";
    assert_eq!(
        first.target,
        format!(
            "/api/atlas/v2/groups/{id}/clusters/redacted-cluster-1/backup/exports?token=REDACTED&pageNum=1"
        )
    );
    assert_eq!(
        first.body,
        format!(
            r#"{{"detail":"redacted-cluster-1 is not in {id}","parameters":["redacted-cluster-1"],"groupId":"{id}"}}"#
        )
    );
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        first.request_headers,
        [header("Accept", "application/json")]
    );
    let challenge = r#"Digest realm="MMS Public API", nonce="REDACTED", opaque=REDACTED, algorithm=MD5, stale=false"#;
    assert_eq!(
        first.headers,
        [
            header(
                "Content-Type",
                "application/vnd.atlas.2023-01-01+json;charset=utf-8"
            ),
            header(
                "Location",
                &format!("https://cloud.mongodb.com/api/groups/{id}")
            ),
            header("Www-Authenticate", challenge),
        ]
    );
    let second = redact(
        &mut redactor,
        &format!("/api/groups/{GROUP}"),
        r#"{"clusterName":"prod","instanceName":"dev"}"#,
    );
    assert_eq!(second.target, format!("/api/groups/{id}"));
    assert_eq!(
        second.body,
        r#"{"clusterName":"redacted-cluster-1","instanceName":"redacted-cluster-2"}"#
    );
}

#[test]
fn an_idempotency_keys_label_stays_and_its_value_has_one_placeholder() {
    let mut redactor = redactor();
    for (body, expected) in [
        (
            r#"{"customData":[{"key":"team","value":"a"},{"key":"idempotencyKey","value":"nightly-1"}]}"#,
            r#"{"customData":[{"key":"redacted-text-1","value":"redacted-text-2"},{"key":"idempotencyKey","value":"redacted-text-3"}]}"#,
        ),
        (
            r#"{"results":[{"customData":[{"value":"nightly-1","key":"idempotencyKey"}]},{"customData":[{"key":"idempotencyKey2","value":"idempotencyKey"}]}]}"#,
            r#"{"results":[{"customData":[{"value":"redacted-text-3","key":"idempotencyKey"}]},{"customData":[{"key":"redacted-text-4","value":"redacted-text-5"}]}]}"#,
        ),
    ] {
        assert_eq!(redact(&mut redactor, "/", body).body, expected, "{body}");
    }
}

#[test]
fn a_name_has_the_same_placeholder_in_paths_and_fields() {
    for (path, fields) in [
        (
            "/clusters/NAME/backup/restoreJobs",
            &[
                "clusterName",
                "targetClusterName",
                "sourceClusterName",
                "instanceName",
            ][..],
        ),
        (
            "/flexClusters/NAME/backup/restoreJobs",
            &["instanceName", "targetDeploymentItemName"],
        ),
        (
            "/clusters/c/backup/snapshots/5f0c1e2d3a4b5c6d7e8f9a0b/databases/NAME",
            &["name", "databaseName"],
        ),
        (
            "/clusters/c/backup/snapshots/5f0c1e2d3a4b5c6d7e8f9a0b/databases/d/collections/NAME",
            &["collectionName"],
        ),
        (
            "/clusters/c/collectionRestoreJobs/5f0c1e2d3a4b5c6d7e8f9a0b/collections/NAME",
            &[
                "sourceNamespace",
                "targetNamespace",
                "effectiveTargetNamespace",
            ],
        ),
    ] {
        for (name, in_path) in [("shop.orders", "shop.orders"), ("a b", "a%20b")] {
            let mut redactor = redactor();
            let target = path.replace("NAME", in_path);
            let body: serde_json::Map<_, _> = fields
                .iter()
                .map(|field| ((*field).to_owned(), name.into()))
                .collect();
            let body = serde_json::Value::Object(body).to_string();
            let redacted = redact(&mut redactor, &target, &body);
            let read: serde_json::Value = serde_json::from_str(&redacted.body).unwrap();
            for field in fields {
                let stand_in = read[*field].as_str().unwrap();
                let ends = |text: &str| text.ends_with(&format!("/{stand_in}"));
                let found =
                    ends(&redacted.target) || redacted.target.contains(&format!("/{stand_in}/"));
                assert!(found && stand_in != name, "{field}: {redacted:?}");
            }
        }
    }
}

#[test]
fn an_unreadable_body_is_an_error() {
    let deep = [vec![b'['; 1000], vec![b']'; 1000]].concat();
    for body in [
        &[0x1f, 0x8b, 0xff][..],
        b" {\"token\":\"x\"} {}",
        b"{\"token\":\"x",
        b"\xef\xbb\xbf{\"token\":\"x",
        b" \xef\xbb\xbf {\"token\":\"x\"}",
        b"\0{\0}",
        &deep,
    ] {
        assert_eq!(
            redactor().redact(&exchange("/", &[], body)),
            Err(Unreadable)
        );
    }
}

#[test]
fn a_body_with_a_byte_order_mark_is_redacted_like_one_without() {
    for (body, expected) in [
        (
            &b"\xef\xbb\xbf{\"clusterName\":\"prod\"}"[..],
            r#"{"clusterName":"redacted-cluster-1"}"#,
        ),
        (b"\xef\xbb\xbf at 10.1.2.3", " at 198.51.100.1"),
        (b"\xef\xbb\xbf", ""),
    ] {
        // The mark stays, because a service must not send it before JSON (RFC 8259, section 8.1).
        let redacted = redactor().redact(&exchange("/", &[], body)).unwrap();
        assert_eq!(redacted.body, format!("\u{feff}{expected}"));
    }
}

#[test]
fn the_scanner_finds_secrets_that_no_rule_redacts() {
    let scanner = Scanner::new().unwrap();
    for (text, rule) in [
        ("-----BEGIN PRIVATE KEY-----", "PEM block"),
        ("AKIAIOSFODNN7EXAMPLE", "AWS key"),
        ("mdb_sa_id_0123", "service account"),
        ("eyJhbGciOiJSUzI1NiJ9", "JSON web token"),
        ("Bearer abcdefghijklmnop", "credentials"),
        ("Digest username=\"u\"", "digest credentials"),
        ("a.b@corp.example", "e-mail address"),
        ("a.b%40corp.example", "e-mail address"),
        ("Digest nonce=\"abc\"", "nonce"),
        (r#"{"nonce":"abc"}"#, "nonce"),
        ("https://u:p@host/", "user name in an address"),
        ("/x?sig=abc", "signed address"),
        (r#"{"refreshToken":"x"}"#, "token"),
        (r#"{"note":"{\"password\":\"x\"}"}"#, "token"),
        ("0123456789abcdef0123456789abcdef", "long hexadecimal"),
        (GROUP, "identifier"),
        ("restore_5f0c1e2d3a4b5c6d7e8f9a0b", "identifier"),
        ("sK3yQ9vLx0PzWm7TbN4cRf8H", "random text"),
        (r#"{"x":"sK3yQ9vL/x0PzWm7T/bN4cRf8H=="}"#, "random text"),
    ] {
        assert_eq!(
            scanner.finds(text, &Aliases::default()),
            Some(rule),
            "{text}"
        );
    }
    for text in [
        "user1@example.invalid",
        "nonce=\"REDACTED\"",
        "nonce=REDACTED",
        r#"{"access_token":"REDACTED"}"#,
        "/x?token=REDACTED",
        "CANNOT_RESTORE_COLLECTIONS_TO_TARGET",
        "?includeCount=true&pointInTimeUtcSeconds=1773496800",
        "listBackupSnapshotDatabaseCollectionsOfClusters",
    ] {
        assert_eq!(scanner.finds(text, &Aliases::default()), None, "{text}");
    }
}

#[test]
fn invalid_rules_are_refused() {
    let built_in = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/record/rules.toml"
    ))
    .unwrap();
    assert!(Rules::parse(&built_in).is_ok());
    for (from, to, why) in [
        (
            "kind = \"bucket\"",
            "kind = \"buckets\"",
            "`buckets` is not a defined kind",
        ),
        ("[left_out]", "[left]", "unknown field `left`"),
        (r"\barn:aws", "(arn", "unclosed group"),
    ] {
        let error = Rules::parse(&built_in.replace(from, to))
            .unwrap_err()
            .to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn every_recording_of_the_repository_is_clean_after_redaction() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/recordings");
    let (mut redactor, scanner) = (redactor(), Scanner::new().unwrap());
    let mut folders = vec![std::path::PathBuf::from(folder)];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "http") {
                continue;
            }
            let recorded = atlas_backup::Recording::read(&path).unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            let target = text.lines().next().unwrap().rsplit(' ').next().unwrap();
            let redacted = redact(
                &mut redactor,
                target,
                std::str::from_utf8(recorded.answer().body()).unwrap(),
            );
            let left = format!("{}\n{}", redacted.target, redacted.body);
            assert_eq!(
                scanner.finds(&left, redactor.aliases()),
                None,
                "{}",
                path.display()
            );
            // `Nightly_Exports`, an invalid name in a single error, is another word.
            let words = left.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let has_project = words.into_iter().any(|word| word == "Nightly");
            let has_other = ["Cluster0", "nightly", "Example Org"]
                .iter()
                .any(|name| left.contains(name));
            assert!(!has_project && !has_other, "{}: {left}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen} recordings");
}
