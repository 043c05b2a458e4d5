//! Sessions of the SDK through the proxy, and replays of the recordings.
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use atlas_backup::{Client, ClusterName, Credentials, ErrorKind, ObjectId, Replay};
use atlas_backup_testkit::record::upstream::Upstream;
use md5::{Digest as _, Md5};
use std::net::SocketAddr;
use std::sync::Arc;

use crate::world::*;

const PROJECT: &str = "5f0c1e2d3a4b5c6d7e8f9a0b";
const JOB: &str = "69b4d0a1b2c3d4e5f6071829";
const BUCKET: &str = "61a2b3c4d5e6f708192a3b4c";
const NONCE: &str = "c2VjcmV0LW5vbmNl";
/// Values that no recording may have.
const SECRETS: &[&str] = &[
    PROJECT,
    JOB,
    BUCKET,
    NONCE,
    "prod-eu",
    "public-key",
    "private-key",
    "tok-secret",
    "127.0.0.1",
];

fn md5(text: &str) -> String {
    Md5::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Returns true if the request answers the challenge by RFC 7616 section 3.4.1.
fn is_answered(request: &Request) -> bool {
    let Some(given) = request.headers().get("authorization") else {
        return false;
    };
    let given = given.to_str().unwrap();
    let part = |name: &str| {
        let value = given.split(&format!("{name}=")).nth(1).unwrap();
        value
            .split(',')
            .next()
            .unwrap()
            .trim_matches('"')
            .to_owned()
    };
    let target = request.uri().path_and_query().unwrap().as_str();
    let who = md5("public-key:MMS Public API:private-key");
    let what = md5(&format!("{}:{target}", request.method()));
    let (nc, cnonce) = (part("nc"), part(" cnonce"));
    part("response") == md5(&format!("{who}:{NONCE}:{nc}:{cnonce}:auth:{what}"))
}

fn service(request: &Request, own: SocketAddr) -> Response {
    if !is_answered(request) {
        let mut challenge = json(401, r#"{"error":401,"errorCode":"UNAUTHORIZED"}"#);
        let value =
            format!(r#"Digest realm="MMS Public API", nonce="{NONCE}", qop="auth", algorithm=MD5"#);
        challenge
            .headers_mut()
            .insert("www-authenticate", value.parse().unwrap());
        return challenge;
    }
    let job = format!(
        r#"{{"id":"{JOB}","exportBucketId":"{BUCKET}","state":"Queued","prefix":"exported_snapshots/org/project/prod-eu/a/1"}}"#
    );
    let path = request.uri().path();
    let body = match (
        request.method().as_str(),
        request.uri().query().unwrap_or_default(),
    ) {
        ("POST", _) => job,
        (_, query) if query.contains("pageNum=2") => {
            format!(r#"{{"results":[{job}],"totalCount":2}}"#)
        }
        _ => format!(
            r#"{{"links":[{{"rel":"next","href":"http://{own}{path}?itemsPerPage=1&pageNum=2"}}],"results":[{job}],"totalCount":2}}"#
        ),
    };
    json(200, body)
}

/// Creates an export, lists all exports, and returns their number.
async fn session(client: &Client, project: &str, cluster: &str, bucket: &str) -> usize {
    let (project, cluster): (ObjectId, ClusterName) =
        (project.parse().unwrap(), cluster.parse().unwrap());
    let (bucket, snapshot) = (
        bucket.parse().unwrap(),
        "69b4c1d2e3f4051627384950".parse().unwrap(),
    );
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: bucket,
        snapshot_id: snapshot,
    });
    client
        .create_backup_export(&project, &cluster, &request)
        .await
        .unwrap();
    let mut jobs = client
        .list_backup_exports(&project, &cluster)
        .items_per_page(1)
        .items();
    let mut found = 0;
    while jobs.try_next().await.unwrap().is_some() {
        found += 1;
    }
    found
}

#[tokio::test]
async fn a_digest_session_is_recorded_without_secrets_and_can_be_replayed() {
    let service = Service::start(service).await;
    let proxy = Running::start(&service).await;
    let client = Client::builder()
        .credentials(Credentials::digest("public-key", "private-key"))
        .base_url(&proxy.url())
        .unwrap()
        .build()
        .unwrap();
    assert_eq!(session(&client, PROJECT, "prod-eu", BUCKET).await, 2);
    drop(client);
    // The challenge, the export, and both pages: the link to the second page led back to the proxy.
    assert_eq!(service.log().len(), 4);
    let left = proxy.stop().await;
    assert_eq!(
        left.summary.to_string(),
        "3 recorded, 0 refused, 1 left out"
    );
    assert!(left.said.is_empty(), "{:?}", left.said);

    let files = left.files();
    assert_eq!(files.len(), 3);
    for (name, text) in &files {
        for secret in SECRETS {
            assert!(
                !name.contains(secret) && !text.contains(secret),
                "{secret} is in {name}: {text}"
            );
        }
    }
    let (project, bucket) = ("600000000000000000000001", "600000000000000000000002");
    assert!(files[0].0.starts_with(&format!(
        "0002_POST_api_atlas_v2_groups_{project}_clusters_redacted-cluster-1_"
    )));
    let prefix =
        "exported_snapshots/redacted-organisation-1/redacted-project-1/redacted-cluster-1/a/1";
    assert!(files[0].1.contains(prefix), "{}", files[0].1);

    let replay = Replay::from_dir(left.out()).unwrap();
    let client = Client::builder()
        .credentials(Credentials::bearer("any"))
        .transport(replay.clone())
        .build()
        .unwrap();
    assert_eq!(
        session(&client, project, "redacted-cluster-1", bucket).await,
        2
    );
    replay.finish().unwrap();
}

/// Creates an export at a service that accepts it and responds with 504.
///
/// Returns the job that the SDK finds by its key, and the job of a later search by that key.
async fn lost_response(client: &Client, names: [&str; 4], key: &str) -> [ObjectId; 2] {
    let [project, cluster, bucket, snapshot] = names;
    let (project, cluster): (ObjectId, ClusterName) =
        (project.parse().unwrap(), cluster.parse().unwrap());
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: bucket.parse().unwrap(),
        snapshot_id: snapshot.parse().unwrap(),
    });
    let export = || {
        client
            .create_backup_export(&project, &cluster, &request)
            .idempotency_key(key)
            .look_up_for(std::time::Duration::ZERO)
    };
    let created = export().await.unwrap();
    let found = export().find_created().await.unwrap().unwrap();
    [created.id.unwrap(), found.id.unwrap()]
}

#[tokio::test]
async fn a_replayed_export_whose_response_was_lost_is_found_by_its_key() {
    const SNAPSHOT: &str = "69b4c1d2e3f4051627384950";
    const KEY: &str = "nightly-of-prod-2026-03-14";
    let labels = std::sync::Mutex::new(serde_json::Value::Null);
    let service = Service::start(move |request, _| {
        let mut labels = labels.lock().unwrap();
        if request.method() == "POST" {
            let sent: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
            *labels = sent["customData"].clone();
            return json(504, "{}");
        }
        let job = format!(
            r#"{{"id":"{JOB}","exportBucketId":"{BUCKET}","snapshotId":"{SNAPSHOT}","state":"Queued","customData":{labels}}}"#
        );
        json(200, format!(r#"{{"results":[{job}],"totalCount":1}}"#))
    })
    .await;
    let proxy = Running::start(&service).await;
    let bearer = || Client::builder().credentials(Credentials::bearer("tok-secret"));
    let client = bearer().base_url(&proxy.url()).unwrap().build().unwrap();
    let names = [PROJECT, "prod-eu", BUCKET, SNAPSHOT];
    let job: ObjectId = JOB.parse().unwrap();
    assert_eq!(lost_response(&client, names, KEY).await, [job, job]);
    drop(client);
    let left = proxy.stop().await;
    // The request, the list that the SDK searched, and the list of the later search.
    assert_eq!(
        left.summary.to_string(),
        "3 recorded, 0 refused, 0 left out"
    );
    for (name, text) in left.files() {
        assert!(!text.contains(KEY), "{name}: {text}");
    }

    let replay = Replay::from_dir(left.out()).unwrap();
    let client = bearer().transport(replay.clone()).build().unwrap();
    let names = [
        "600000000000000000000001",
        "redacted-cluster-1",
        "600000000000000000000002",
        "600000000000000000000003",
    ];
    let job: ObjectId = "600000000000000000000004".parse().unwrap();
    assert_eq!(
        lost_response(&client, names, "redacted-text-1").await,
        [job, job]
    );
    replay.finish().unwrap();
}

#[tokio::test]
async fn a_401_is_recorded_without_its_nonce() {
    let service = Service::start(service).await;
    let proxy = Running::start(&service).await;
    let client = Client::builder()
        .credentials(Credentials::digest("public-key", "wrong"))
        .base_url(&proxy.url())
        .unwrap()
        .build()
        .unwrap();
    let refused = client
        .list_export_buckets(&PROJECT.parse().unwrap())
        .await
        .unwrap_err();
    assert!(refused.is_unauthorized(), "{refused}");
    let left = proxy.stop().await;
    let files = left.files();
    assert_eq!((files.len(), left.summary.left_out), (1, 1));
    assert!(
        files[0].1.contains(r#"nonce="REDACTED""#) && !files[0].1.contains(NONCE),
        "{}",
        files[0].1
    );
}

#[tokio::test]
async fn a_tls_session_forwards_its_token_and_rejects_an_untrusted_server() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key =
        rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let server = rustls::ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certified.cert.der().clone()).unwrap();
    let trusting = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();

    let service =
        Service::start_tls(server, |_, _| json(200, r#"{"results":[],"totalCount":0}"#)).await;
    let url = format!("https://localhost:{}", service.address.port());
    let cluster = "prod-eu".parse().unwrap();
    for (tls, trusted) in [
        (trusting, true),
        (
            atlas_backup_testkit::record::upstream::platform_tls().unwrap(),
            false,
        ),
    ] {
        let proxy = Running::with(Upstream::new(&url, tls).unwrap(), 1024).await;
        let builder = Client::builder().credentials(Credentials::bearer("tok-secret"));
        let client = builder.base_url(&proxy.url()).unwrap().build().unwrap();
        let call = client
            .list_backup_exports(&PROJECT.parse().unwrap(), &cluster)
            .no_retry();
        let answer = call.await;
        let left = proxy.stop().await;
        if trusted {
            assert!(answer.is_ok());
            assert_eq!((left.summary.recorded, left.files().len()), (1, 1));
            assert!(!left.files()[0].1.contains("tok-secret"));
        } else {
            assert_eq!(answer.unwrap_err().kind(), ErrorKind::Api);
            assert_eq!(
                left.said,
                ["request 1 is not recorded: the service did not respond"]
            );
        }
    }
    let log = service.log();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].headers()["authorization"], "Bearer tok-secret");
    assert_eq!(
        log[0].headers()["host"],
        format!("localhost:{}", service.address.port())
    );
}
