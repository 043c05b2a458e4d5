//! Authentication, roles and rate limits.
use super::*;

#[tokio::test]
async fn only_valid_credentials_with_the_required_role_are_accepted() {
    let sandbox = Sandbox::builder()
        .api_key("reader", "secret", &["Project Read Only"])
        .build()
        .unwrap();
    let project = sandbox.project();
    let with = |credentials| sandbox.client().credentials(credentials).build().unwrap();
    for (credentials, status) in [
        (Credentials::digest("reader", "wrong"), Some(401)),
        (Credentials::digest("nobody", "secret"), Some(401)),
        (Credentials::bearer("stale"), Some(401)),
        (Credentials::digest("reader", "secret"), None),
        (
            Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET),
            None,
        ),
    ] {
        let outcome = with(credentials).list_export_buckets(&project).await;
        assert_eq!(
            outcome
                .err()
                .and_then(|error| error.status())
                .map(|status| status.as_u16()),
            status
        );
    }
    let reader = with(Credentials::digest("reader", "secret"));
    let refused = reader
        .delete_export_bucket(&project, &sandbox.bucket())
        .await
        .unwrap_err();
    assert_eq!(refused.error_code().unwrap(), "USER_UNAUTHORIZED");
}

#[tokio::test]
async fn expired_nonces_and_tokens_are_renewed_within_a_call() {
    let (sandbox, client, project, _) = world();
    let challenges = || {
        sandbox
            .seen()
            .iter()
            .filter(|seen| seen.status == 401)
            .count()
    };
    for _ in 0..5 {
        client.list_export_buckets(&project).await.unwrap();
    }
    assert_eq!(challenges(), 1);
    sandbox.clock().advance(Duration::from_secs(301));
    client.list_export_buckets(&project).await.unwrap();
    assert_eq!(challenges(), 2);

    let account = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    let client = sandbox.client().credentials(account).build().unwrap();
    client.list_export_buckets(&project).await.unwrap();
    sandbox.inject(Fault::new(FaultKind::Forget)).unwrap();
    client.list_export_buckets(&project).await.unwrap();
    client.revoke_token().await.unwrap();
    client.list_export_buckets(&project).await.unwrap();
    let asked = sandbox.seen();
    let asked = asked
        .iter()
        .filter(|seen| seen.target == "/api/oauth/token")
        .count();
    assert_eq!(asked, 3);
}

#[tokio::test]
async fn requests_beyond_the_rate_limit_get_a_429_with_retry_after() {
    let sandbox = Sandbox::builder().rate_limit(2, 0.5).build().unwrap();
    let client = sandbox.client().build().unwrap();
    for _ in 0..4 {
        client
            .list_export_buckets(&sandbox.project())
            .await
            .unwrap();
    }
    let limited: Vec<_> = sandbox
        .seen()
        .into_iter()
        .filter(|seen| seen.status == 429)
        .collect();
    assert!(!limited.is_empty());
    assert!(sandbox.clock().passed() >= Duration::from_secs(4));
}

/// The parts of a digest, which a test may make invalid.
struct Parts<'a> {
    realm: &'a str,
    nonce: &'a str,
    count: &'a str,
    algorithm: DigestAlgorithm,
}

fn hashed(algorithm: DigestAlgorithm, text: &str) -> String {
    use md5::Digest as _;
    let bytes = match algorithm {
        DigestAlgorithm::Sha256 => sha2::Sha256::digest(text).to_vec(),
        _ => md5::Md5::digest(text).to_vec(),
    };
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Requests the buckets with a digest.
async fn digested(sandbox: &Sandbox, parts: &Parts<'_>) -> http::Response<Bytes> {
    let Parts {
        realm,
        nonce,
        count,
        algorithm,
    } = *parts;
    let target = format!(
        "/api/atlas/v2/groups/{}/backup/exportBuckets",
        sandbox.project()
    );
    let hash = |text: String| hashed(algorithm, &text);
    let ours = hash(format!(
        "{}:{realm}:{}",
        Sandbox::PUBLIC_KEY,
        Sandbox::PRIVATE_KEY
    ));
    let theirs = hash(format!("GET:{target}"));
    let response = hash(format!("{ours}:{nonce}:{count}:c0ffee:auth:{theirs}"));
    let name = if algorithm == DigestAlgorithm::Sha256 {
        "SHA-256"
    } else {
        "MD5"
    };
    let digest = format!(
        r#"Digest username="{}", realm="{realm}", nonce="{nonce}", uri="{target}", algorithm={name}, qop=auth, nc={count}, cnonce="c0ffee", response="{response}""#,
        Sandbox::PUBLIC_KEY
    );
    let headers = [("authorization", digest.as_str()), ("accept", V2024)];
    raw(
        sandbox,
        "GET",
        &url(sandbox, "/backup/exportBuckets"),
        &headers,
        "",
    )
    .await
    .unwrap()
}

fn challenge(answer: &http::Response<Bytes>) -> (String, bool) {
    let text = answer.headers()["www-authenticate"].to_str().unwrap();
    let nonce = text
        .split("nonce=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    (nonce.to_owned(), text.contains("stale=true"))
}

async fn challenged(sandbox: &Sandbox) -> String {
    let buckets = url(sandbox, "/backup/exportBuckets");
    let answer = raw(sandbox, "GET", &buckets, &[("accept", V2024)], "")
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
    challenge(&answer).0
}

#[tokio::test]
async fn a_digest_is_accepted_once_and_only_if_all_parts_are_correct() {
    for algorithm in [DigestAlgorithm::Md5, DigestAlgorithm::Sha256] {
        let sandbox = Sandbox::builder()
            .digest_algorithm(algorithm)
            .build()
            .unwrap();
        let nonce = challenged(&sandbox).await;
        let realm = "MMS Public API";
        let other = match algorithm {
            DigestAlgorithm::Sha256 => DigestAlgorithm::Md5,
            _ => DigestAlgorithm::Sha256,
        };
        for (realm, count, algorithm, status, stale) in [
            ("Another API", "00000001", algorithm, 401, false),
            (realm, "0000000g", algorithm, 401, false),
            (realm, "1", algorithm, 401, false),
            (realm, "00000001", other, 401, false),
            (realm, "00000001", algorithm, 200, false),
            (realm, "00000001", algorithm, 401, true),
            // A repeated count does not invalidate later ones.
            (realm, "00000002", algorithm, 200, false),
        ] {
            let parts = Parts {
                realm,
                nonce: &nonce,
                count,
                algorithm,
            };
            let answer = digested(&sandbox, &parts).await;
            assert_eq!(answer.status(), status, "{realm} {count} {algorithm:?}");
            if status == 401 {
                assert_eq!(challenge(&answer).1, stale, "{realm} {count}");
            }
        }
        sandbox.clock().advance(Duration::from_secs(300));
        let old = Parts {
            realm,
            nonce: &nonce,
            count: "00000003",
            algorithm,
        };
        let answer = digested(&sandbox, &old).await;
        assert!(challenge(&answer).1);
        assert!(
            digested(
                &sandbox,
                &Parts {
                    nonce: &challenge(&answer).0,
                    ..old
                }
            )
            .await
            .status()
            .is_success()
        );
        let client = sandbox.client().build().unwrap();
        client
            .list_export_buckets(&sandbox.project())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn many_challenges_remove_the_oldest_nonce() {
    let sandbox = Sandbox::new();
    let first = challenged(&sandbox).await;
    sandbox.clock().advance(Duration::from_secs(1));
    for _ in 0..10_000 {
        challenged(&sandbox).await;
    }
    let parts = Parts {
        realm: "MMS Public API",
        nonce: &first,
        count: "00000001",
        algorithm: DigestAlgorithm::Md5,
    };
    assert!(challenge(&digested(&sandbox, &parts).await).1);
}

#[tokio::test]
async fn responses_have_rate_limit_and_error_code_headers() {
    let sandbox = Sandbox::builder()
        .rate_limit(2, 0.25)
        .access_token("open-sesame", &[])
        .build()
        .unwrap();
    let one = url(&sandbox, "/backup/exportBuckets/69b4c1d2e3f4051627384950");
    let ask = async |token: &str| {
        let headers = [("authorization", token), ("accept", V2024)];
        raw(&sandbox, "GET", &one, &headers, "").await.unwrap()
    };
    let headers_of = |answer: &http::Response<Bytes>| {
        [
            "ratelimit-limit",
            "ratelimit-remaining",
            "retry-after",
            "x-error-code",
        ]
        .map(|name| {
            let value = answer.headers().get(name);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        })
    };
    let mine = "Bearer open-sesame";
    assert_eq!(
        headers_of(&ask(mine).await),
        ["2", "1", "", "EXPORT_BUCKET_NOT_FOUND"]
    );
    assert_eq!(
        headers_of(&ask(mine).await),
        ["2", "0", "", "EXPORT_BUCKET_NOT_FOUND"]
    );
    let limited = ask(mine).await;
    assert_eq!(
        (limited.status().as_u16(), headers_of(&limited)),
        (429, ["2", "0", "4", ""].map(str::to_owned))
    );
    let body: Value = serde_json::from_slice(limited.body()).unwrap();
    assert_eq!(
        body["parameters"],
        json!([
            one.strip_prefix("https://cloud.mongodb.com").unwrap(),
            4,
            2,
            1,
            4
        ])
    );
    assert_eq!(headers_of(&ask("Bearer stale").await), ["", "", "", ""]);
    sandbox.clock().advance(Duration::from_secs(4));
    assert_eq!(ask(mine).await.status(), 404);
}

#[tokio::test]
async fn durations_that_clients_measure_are_not_accelerated() {
    // At a million times the speed, an hour would pass while the token is in transit.
    let sandbox = Sandbox::builder().real_time(1_000_000).build().unwrap();
    let account = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    for credentials in [
        account,
        Credentials::digest(Sandbox::PUBLIC_KEY, Sandbox::PRIVATE_KEY),
    ] {
        let client = sandbox.client().credentials(credentials).build().unwrap();
        for _ in 0..3 {
            client
                .list_export_buckets(&sandbox.project())
                .await
                .unwrap();
        }
    }
    let seen = sandbox.seen();
    let renewals = seen
        .iter()
        .filter(|seen| seen.status == 401 || seen.operation == Some("token"));
    assert_eq!(renewals.count(), 2);
}
