//! Errors keep the service's message in every form.
use std::error::Error as _;
use std::time::Duration;

use atlas_backup::{
    AtlasErrorCode, BoxFuture, Client, Credentials, ErrorKind, Transport, TransportError, Wait,
    WaitError,
};
use serde_json::json;

use crate::script::*;
use crate::world::*;

async fn failure(
    status: u16,
    headers: &'static [(&str, &str)],
    body: &'static str,
) -> atlas_backup::Error {
    let service = Service::new(move |_| reply(status, headers, body));
    get(&service.client()).await.unwrap_err()
}

#[tokio::test]
async fn an_error_has_all_fields_of_the_services_error() {
    let error = failure(
        404,
        &[("X-Error-Code", "IGNORED")],
        r#"{"error":404,"errorCode":"CLUSTER_NOT_FOUND","reason":"Not Found","detail":"No cluster named a in group b.",
            "parameters":["a",55,{"k":[]},null],
            "badRequestDetail":{"fields":[{"field":"name","description":"is odd"},{}]}}"#,
    )
    .await;
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.operation().unwrap().id, "getJob");
    assert_eq!(error.error_code(), Some(&AtlasErrorCode::CLUSTER_NOT_FOUND));
    assert_eq!(error.reason(), Some("Not Found"));
    assert_eq!(
        error.parameters(),
        [json!("a"), json!(55), json!({"k": []}), json!(null)]
    );
    assert_eq!(error.violations()[0].to_string(), "name is odd");
    assert_eq!(
        error.to_string(),
        "GET getJob failed: 404 CLUSTER_NOT_FOUND: No cluster named a in group b.; name is odd"
    );
}

#[tokio::test]
async fn an_unreadable_error_body_keeps_status_code_and_text() {
    for (status, headers, body, line) in [
        (
            500,
            &[][..],
            "<html>oops</html>",
            "GET getJob failed: 500: Internal Server Error",
        ),
        (
            401,
            &[],
            "",
            "GET getJob failed: 401: Unauthorized; the access token was refused",
        ),
        (
            400,
            &[("X-Error-Code", "SOME_NEW_CODE")],
            "\u{1f}\u{8b}junk",
            "GET getJob failed: 400 SOME_NEW_CODE: Bad Request",
        ),
        (
            409,
            &[("X-Error-Code", "C")],
            r#"{"errorCode":null,"parameters":null,"detail":7}"#,
            "GET getJob failed: 409 C: Conflict",
        ),
        (400, &[], "[]", "GET getJob failed: 400: Bad Request"),
        (302, &[], "", "GET getJob failed: 302: Found"),
        (599, &[], "", "GET getJob failed: 599: no reason given"),
    ] {
        let error = failure(status, headers, body).await;
        assert_eq!(error.kind(), ErrorKind::Api);
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.raw_body().unwrap(), body);
        assert_eq!(error.to_string(), line);
    }
}

#[tokio::test]
async fn predicates_follow_the_status() {
    let headers = &[
        ("Retry-After", "17"),
        ("RateLimit-Limit", "1200"),
        ("RateLimit-Remaining", "0"),
    ];
    let error = failure(429, headers, "").await;
    assert!(error.is_rate_limited() && !error.is_not_found());
    assert_eq!(error.rate_limit().unwrap().remaining, 0);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(17)));
    assert!(failure(409, &[], "").await.is_conflict());
}

#[tokio::test]
async fn a_retry_after_date_is_relative_to_the_responses_date() {
    for (headers, wait) in [
        (
            &[
                ("Date", "Wed, 06 Nov 2024 08:49:37 GMT"),
                ("Retry-After", "Wed, 06 Nov 2024 08:50:00 GMT"),
            ][..],
            Some(23),
        ),
        (
            &[
                ("Date", "Wed, 06 Nov 2024 08:49:37 GMT"),
                ("Retry-After", "Wed, 06 Nov 2024 08:00:00 GMT"),
            ],
            Some(0),
        ),
        (&[("Retry-After", "Wed, 06 Nov 2024 08:50:00 GMT")], None),
        (&[("Retry-After", "soon")], None),
        (&[("Retry-After", "-1")], None),
        (&[], None),
    ] {
        let service = Service::new(move |_| reply(503, headers, ""));
        let error = get(&service.client()).await.unwrap_err();
        assert_eq!(
            error.retry_after(),
            wait.map(Duration::from_secs),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn an_unreadable_success_keeps_status_and_headers() {
    let error = failure(200, &[("X-Java-Method", "x")], r#"{"name":7}"#).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.headers().unwrap()["x-java-method"], "x");
    assert_eq!(error.raw_body().unwrap(), r#"{"name":7}"#);
    let line = "GET getJob failed: 200: the response cannot be decoded: invalid type: integer `7`, \
                expected a string at line 1 column 9";
    assert_eq!(error.to_string(), line);
}

#[tokio::test]
async fn an_operation_without_a_response_type_accepts_any_body() {
    delete(&Service::always(204, "").client()).await.unwrap();
    delete(&Service::always(202, "{}").client()).await.unwrap();
}

struct Broken(fn() -> TransportError);

impl Transport for Broken {
    fn send(&self, _: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async { Err((self.0)()) })
    }
}

#[tokio::test]
async fn a_transport_error_shows_whether_the_service_may_have_acted() {
    let cases: [(fn() -> TransportError, _, _); 3] = [
        (
            || TransportError::Connect("refused".into()),
            ErrorKind::Connect,
            "no connection to the service",
        ),
        (
            || TransportError::Timeout("late".into()),
            ErrorKind::Timeout,
            "no response in time",
        ),
        (
            || TransportError::Interrupted("reset".into()),
            ErrorKind::Transport,
            "the connection was lost",
        ),
    ];
    for (cause, kind, words) in cases {
        for credentials in [Credentials::bearer("t"), Credentials::digest("p", "k")] {
            let client = Client::builder()
                .transport(Broken(cause))
                .clock(ManualClock::new())
                .credentials(credentials)
                .build()
                .unwrap();
            let error = get(&client).await.unwrap_err();
            assert_eq!(error.kind(), kind);
            let attempts = error.attempts();
            assert!(attempts > 1, "{attempts}");
            assert_eq!(error.host(), Some("cloud.mongodb.com"));
            let elapsed = error.elapsed().unwrap();
            assert_eq!(
                error.to_string(),
                format!(
                    "GET getJob failed: {words} (cloud.mongodb.com, {attempts} attempts in {elapsed:.1?})"
                )
            );
            assert!(error.source().unwrap().source().is_some());
        }
    }
}

#[tokio::test]
async fn unreachable_service_is_named_by_host_and_port_only() {
    let client = Client::builder()
        .transport(Broken(|| TransportError::Connect("refused".into())))
        .clock(ManualClock::new())
        .credentials(Credentials::bearer("t"))
        .base_url("https://atlas.example:8443/s3cret/path")
        .unwrap()
        .build()
        .unwrap();
    let error = get(&client).no_retry().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET getJob failed: no connection to the service (atlas.example:8443, 1 attempt in 0.0ns)"
    );
}

#[tokio::test]
async fn refused_call_says_which_challenges_cannot_be_answered_or_that_the_key_was_refused() {
    const DIGEST: &str = r#"Digest realm="r", nonce="n", algorithm=MD5, qop="auth""#;
    const SHA: &str = r#"Digest realm="r", nonce="n", algorithm=SHA-512-256, Basic realm="s3cret""#;
    let unanswerable = "none of the offered challenges can be answered with an API key, \
                        which takes Digest with MD5 or SHA-256: ";
    for (challenges, body, words) in [
        (&[DIGEST][..], "", "the API key was refused".to_owned()),
        (
            &[DIGEST],
            r#"{"errorCode":"UNEXPECTED_ERROR","detail":"No."}"#,
            "the API key was refused".to_owned(),
        ),
        (
            &[SHA, "Negotiate"],
            r#"{"errorCode":"USER_UNAUTHORIZED","detail":"No."}"#,
            format!("{unanswerable}Digest with SHA-512-256, Basic, Negotiate"),
        ),
        (
            &[],
            "",
            "no challenge was offered that an API key could answer".to_owned(),
        ),
        (
            &[DIGEST],
            r#"{"errorCode":"USER_UNAUTHORIZED","detail":"The role is missing."}"#,
            "The role is missing.".to_owned(),
        ),
    ] {
        let service = Service::new(move |_| {
            let headers: Vec<_> = challenges
                .iter()
                .map(|challenge| ("WWW-Authenticate", *challenge))
                .collect();
            reply(401, &headers, body)
        });
        let builder = service.builder();
        let client = builder.credentials(Credentials::digest("p", "k"));
        let error = get(&client.build().unwrap()).await.unwrap_err();
        let text = error.to_string();
        assert!(text.ends_with(&words), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[tokio::test]
async fn a_decoding_error_has_the_number_of_attempts() {
    const ODD: Turn = Turn::Response(200, &[], r#"{"name":7}"#);
    for (turns, attempts) in [(&[ODD][..], 1), (&[status(503), status(502), ODD], 3)] {
        let script = Script::new(turns);
        let client = script.client(&ManualClock::new());
        let error = create(&client, "one").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Decode, attempts)
        );

        let script = Script::new(turns);
        let mut items = list(&script.client(&ManualClock::new())).items();
        let error = items.try_next().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Decode, attempts)
        );

        let script = Script::new(turns);
        let client = script.client(&ManualClock::new());
        let wait = Wait::until(get(&client), &[]).await;
        let Err(WaitError::Poll(error)) = wait else {
            panic!("{wait:?}")
        };
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Decode, attempts)
        );
    }
}

#[tokio::test]
async fn an_error_without_attempts_was_not_sent() {
    let script = Script::new(&[]);
    let error = create(&script.client(&ManualClock::new()), "")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::InvalidRequest, 0)
    );
    let script = Script::new(&[status(500)]);
    let builder = script.builder(&ManualClock::new());
    let client = builder.credentials(Credentials::service_account("id", "secret"));
    let client = client.build().unwrap();
    assert!(client.revoke_token().await.is_ok());
    assert_eq!(script.sent(), 0);
}

#[tokio::test]
async fn a_failed_revocation_has_one_attempt() {
    let token = r#"{"access_token":"tok-1","token_type":"Bearer","expires_in":3600}"#;
    let token: &'static str = Box::leak(token.to_owned().into_boxed_str());
    let script = Script::new(&[Turn::Response(200, &[], token), GOOD, status(500)]);
    let builder = script.builder(&ManualClock::new());
    let client = builder.credentials(Credentials::service_account("id", "secret"));
    let client = client.build().unwrap();
    get(&client).await.unwrap();
    assert_eq!(client.revoke_token().await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn the_services_message_is_printed_on_one_short_line_without_controls_or_urls() {
    let hostile = r"a\n\u001b[2J\u202eb https://restore.example/s3cr3t/a.tar.gz";
    let fields = format!(r#"{{"field":"{hostile}","description":"{hostile}"}}"#);
    let fields = vec![fields; 300].join(",");
    let body = format!(
        r#"{{"errorCode":"{hostile}","detail":"{hostile}{}","badRequestDetail":{{"fields":[{fields}]}}}}"#,
        "x".repeat(100_000)
    );
    let error = failure(400, &[], Box::leak(body.into_boxed_str())).await;
    for text in [
        error.to_string(),
        format!("{error:?}"),
        error.error_code().unwrap().to_string(),
    ] {
        assert!(!text.contains(['\n', '\u{1b}', '\u{202e}']), "{text}");
        assert!(!text.contains("s3cr3t"), "{text}");
        assert!(text.len() < 6_000, "{}", text.len());
    }
    assert!(error.to_string().ends_with("; and 290 more"));
    // The full text is available from the error.
    assert!(error.detail().unwrap().len() > 100_000);
    assert_eq!(error.violations().len(), 300);
}

#[tokio::test]
async fn serialized_error_has_what_its_display_has_and_no_secret() {
    let body = r#"{"errorCode":"CLUSTER_NOT_FOUND","detail":"See https://h.example/s3cr3t."}"#;
    let error = failure(404, &[("X-Token", "s3cr3t")], body).await;
    let written = serde_json::to_value(&error).unwrap();
    assert_eq!(
        written,
        json!({
            "kind": "api",
            "message": error.to_string(),
            "attempts": 1,
            "retryable": false,
            "operation": "getJob",
            "status": 404,
            "errorCode": "CLUSTER_NOT_FOUND",
        })
    );
    assert!(!written.to_string().contains("s3cr3t"), "{written}");
    let client = Client::builder()
        .transport(Broken(|| TransportError::Connect("refused".into())))
        .clock(ManualClock::new())
        .credentials(Credentials::bearer("t"))
        .build()
        .unwrap();
    let error = get(&client).await.unwrap_err();
    let written = serde_json::to_value(&error).unwrap();
    assert_eq!(written["host"], "cloud.mongodb.com");
    assert_eq!(written["kind"], error.kind().as_str());
    assert_eq!(
        written["elapsedSeconds"],
        error.elapsed().unwrap().as_secs_f64()
    );
}

#[test]
fn names_and_codes_convert_from_and_to_text() {
    let code: AtlasErrorCode = "SOME_CODE".parse().unwrap();
    assert_eq!(AsRef::<str>::as_ref(&code), "SOME_CODE");
    assert_eq!(serde_json::to_value(&code).unwrap(), "SOME_CODE");
    let state: atlas_backup::v2::ExportState = "Queued".parse().unwrap();
    assert_eq!(AsRef::<str>::as_ref(&state), "Queued");
    let name = atlas_backup::ClusterName::try_from("Cluster0").unwrap();
    assert_eq!(AsRef::<str>::as_ref(&name), "Cluster0");
    assert_eq!(ErrorKind::InvalidRequest.to_string(), "invalid_request");
}
