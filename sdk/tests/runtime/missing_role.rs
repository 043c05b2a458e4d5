//! A missing role is a 401, as a refused token is. If no other credentials can be had, it remains the error of its call.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlas_backup::{
    BoxFuture, Client, Clock as _, Credentials, CredentialsProvider, ErrorKind, FileTokenStore,
    ProvidedCredentials, ProviderError,
};

use crate::world::*;

const NO_ROLE: &str = r#"{"error":401,"errorCode":"USER_UNAUTHORIZED","detail":"not authorized"}"#;
const CHALLENGE: (&str, &str) = (
    "WWW-Authenticate",
    r#"Bearer realm="a", error="insufficient_scope""#,
);
const GRANT: &str = r#"{"access_token":"t1","token_type":"bearer","expires_in":3600}"#;
const LIMIT: &str = r#"{"error":"access_denied","error_description":"limit reached"}"#;

fn is_token_request(sent: &Sent) -> bool {
    sent.uri().path() == "/api/oauth/token"
}

/// Grants one token, and refuses other token requests with `refusal`. `DELETE` needs a role that the account lacks.
fn service(refusal: u16) -> Service {
    let granted = AtomicUsize::new(0);
    Service::new(move |sent| {
        if is_token_request(sent) {
            return match granted.fetch_add(1, Ordering::SeqCst) {
                0 => reply(200, &[], GRANT),
                _ => reply(refusal, &[], LIMIT),
            };
        }
        assert_eq!(header(sent, "authorization"), Some("Bearer t1"));
        match *sent.method() == http::Method::DELETE {
            true => reply(401, &[CHALLENGE], NO_ROLE),
            false => reply(200, &[], r#"{"name":"x"}"#),
        }
    })
}

fn client(service: &Service, clock: &ManualClock) -> Client {
    let builder = service.builder().clock(clock.clone()).randomness(Sevens);
    let credentials = Credentials::service_account("mdb_sa_id_1", "secret");
    builder.credentials(credentials).build().unwrap()
}

fn token_requests(service: &Service) -> usize {
    let log = service.log();
    log.iter().filter(|sent| is_token_request(sent)).count()
}

#[tokio::test]
async fn a_missing_role_does_not_discard_the_token_if_its_renewal_fails() {
    for refusal in [401, 403, 429, 503] {
        let (service, clock) = (service(refusal), ManualClock::new());
        let client = client(&service, &clock);
        for (requests, seconds) in [(2, 59), (2, 1), (3, 0)] {
            let error = delete(&client).await.unwrap_err();
            assert!(error.is_unauthorized(), "{refusal}: {error}");
            assert_eq!(error.kind(), ErrorKind::Api);
            assert_eq!(error.error_code().unwrap(), "USER_UNAUTHORIZED");
            get(&client).await.unwrap();
            assert_eq!(token_requests(&service), requests, "{refusal}");
            clock.advance(Duration::from_secs(seconds));
        }
    }
}

/// Grants `t1`, `t2`, …, and responds to calls with `judge`.
fn renewing(judge: impl Fn(&Sent) -> Reply + Send + Sync + 'static) -> Service {
    let granted = AtomicUsize::new(0);
    Service::new(move |sent| {
        if is_token_request(sent) {
            let number = granted.fetch_add(1, Ordering::SeqCst) + 1;
            return reply(200, &[], &GRANT.replace("t1", &format!("t{number}")));
        }
        judge(sent)
    })
}

#[tokio::test]
async fn calls_without_the_required_role_renew_the_token_once() {
    let service = renewing(|sent| match *sent.method() == http::Method::DELETE {
        true => reply(401, &[], NO_ROLE),
        false => reply(200, &[], r#"{"name":"x"}"#),
    });
    let clock = ManualClock::new();
    let client = client(&service, &clock);
    for _ in 0..30 {
        let error = delete(&client).await.unwrap_err();
        assert_eq!(error.error_code().unwrap(), "USER_UNAUTHORIZED");
        get(&client).await.unwrap();
        clock.advance(Duration::from_secs(90));
    }
    assert_eq!(token_requests(&service), 2);
}

#[tokio::test]
async fn a_token_that_was_accepted_after_its_renewal_is_renewed_again_after_a_refusal() {
    let called = AtomicUsize::new(0);
    let service = renewing(move |_| match called.fetch_add(1, Ordering::SeqCst) {
        0 | 2 => reply(401, &[], NO_ROLE),
        1 => reply(404, &[], r#"{"errorCode":"GROUP_NOT_FOUND"}"#),
        _ => reply(200, &[], r#"{"name":"x"}"#),
    });
    let client = client(&service, &ManualClock::new());
    assert!(get(&client).await.unwrap_err().is_not_found());
    get(&client).await.unwrap();
    assert_eq!(token_requests(&service), 3);
}

#[tokio::test]
async fn a_missing_role_does_not_prevent_the_renewal_of_a_token_that_is_revoked_later() {
    // The responses of Atlas, and of gateways before it (RFC 6750 section 3.1).
    let refusals: [(&[_], &str); 4] = [
        (&[], ""),
        (&[], r#"{"error":401,"errorCode":"UNEXPECTED_ERROR"}"#),
        (&[], r#"{"error":"invalid_token"}"#),
        (
            &[(
                "WWW-Authenticate",
                r#"Bearer realm="a", error="invalid_token""#,
            )],
            r#"{"error":"Unauthorized"}"#,
        ),
    ];
    for (headers, body) in refusals {
        let service = renewing(move |sent| {
            match (
                sent.method() == http::Method::DELETE,
                header(sent, "authorization"),
            ) {
                (true, _) => reply(401, &[], NO_ROLE),
                (false, Some("Bearer t2")) => reply(401, headers, body),
                (false, _) => reply(200, &[], r#"{"name":"x"}"#),
            }
        });
        let client = client(&service, &ManualClock::new());
        assert!(delete(&client).await.unwrap_err().is_unauthorized());
        get(&client).await.unwrap();
        assert_eq!(token_requests(&service), 3, "{body}");
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_by_the_renewed_one_even_if_that_was_refused_to_another_call() {
    let service = renewing(|sent| match header(sent, "authorization") {
        Some("Bearer t1") => reply(401, &[], ""),
        _ if sent.method() == http::Method::DELETE => reply(401, &[], ""),
        _ => reply(200, &[], r#"{"name":"x"}"#),
    });
    let client = client(&service, &ManualClock::new());
    let mut early = get(&client).into_future();
    // The token request, and the call, which has no response yet.
    poll_until(&mut early, || service.log().len() == 2).await;
    assert!(delete(&client).await.unwrap_err().is_unauthorized());
    early.await.unwrap();
    assert_eq!(token_requests(&service), 2);
}

#[tokio::test]
async fn the_error_of_a_missing_role_has_the_reason_why_the_token_was_not_renewed() {
    let service = service(403);
    let error = delete(&client(&service, &ManualClock::new()))
        .await
        .unwrap_err()
        .to_string();
    let expected = "DELETE deleteJob failed: 401 USER_UNAUTHORIZED: not authorized; the access token could not be \
                    renewed: POST requestAccessToken failed: 403 access_denied: limit reached";
    assert_eq!(error, expected);
}

#[tokio::test]
async fn a_revoked_token_whose_renewal_fails_is_an_error_of_the_token_endpoint() {
    let unknown = r#"{"error":401,"errorCode":"UNEXPECTED_ERROR","detail":"not authorized"}"#;
    for (body, refusal, token_requests_made) in [(unknown, 403, 2), (unknown, 503, 6), ("", 503, 6)]
    {
        let granted = AtomicUsize::new(0);
        let service = Service::new(move |sent| {
            let is_first = || granted.fetch_add(1, Ordering::SeqCst) == 0;
            match is_token_request(sent) {
                true if is_first() => reply(200, &[], GRANT),
                true => reply(refusal, &[], LIMIT),
                false => reply(401, &[], body),
            }
        });
        let error = get(&client(&service, &ManualClock::new()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert_eq!(error.status().unwrap(), refusal);
        assert_eq!(error.is_token_limit(), refusal == 403);
        assert_eq!(token_requests(&service), token_requests_made);
    }
}

#[tokio::test]
async fn a_refused_token_is_not_used_again_even_if_the_store_has_it() {
    let granted = AtomicUsize::new(0);
    let service = Service::new(move |sent| {
        if is_token_request(sent) {
            return match granted.fetch_add(1, Ordering::SeqCst) {
                0 => reply(200, &[], GRANT),
                1 => reply(403, &[], LIMIT),
                _ => reply(200, &[], &GRANT.replace("t1", "t2")),
            };
        }
        match header(sent, "authorization") {
            Some("Bearer t2") => reply(200, &[], r#"{"name":"x"}"#),
            _ => reply(401, &[], ""),
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    let credentials = Credentials::service_account("mdb_sa_id_1", "secret");
    let builder = service.builder().credentials(credentials);
    let client = builder.token_store(store).build().unwrap();
    assert!(get(&client).await.unwrap_err().is_token_limit());
    get(&client).await.unwrap();
    let used = service.log();
    let used = used.iter().filter_map(|sent| header(sent, "authorization"));
    let used: Vec<_> = used.filter(|used| used.starts_with("Bearer")).collect();
    assert_eq!(used, ["Bearer t1", "Bearer t2"]);
}

#[tokio::test]
async fn a_call_dropped_during_a_renewal_does_not_discard_the_token() {
    let service = service(403);
    let gate = Gate::closed(&service);
    let credentials = Credentials::service_account("mdb_sa_id_1", "secret");
    let builder = service.builder().transport(gate.clone());
    let builder = builder.clock(Stopped(ManualClock::new()));
    let client = builder.credentials(credentials).build().unwrap();
    // The token, and the refused call.
    gate.pass(2);
    let mut dropped = delete(&client).into_future();
    poll_until(&mut dropped, || service.log().len() == 2).await;
    for _ in 0..100 {
        poll_until(&mut dropped, || true).await;
    }
    drop(dropped);
    gate.pass(1);
    get(&client).await.unwrap();
    assert_eq!(token_requests(&service), 1);
}

/// Provides a token, and fails from the second request on.
#[derive(Clone, Default)]
struct Sealed(Arc<AtomicUsize>);

impl CredentialsProvider for Sealed {
    fn provide(&self) -> BoxFuture<'_, Result<ProvidedCredentials, ProviderError>> {
        let outcome = match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(first()),
            _ => Err(ProviderError::Unavailable("sealed".into())),
        };
        Box::pin(std::future::ready(outcome))
    }
}

fn first() -> ProvidedCredentials {
    ProvidedCredentials::new(Credentials::bearer("t1"))
}

#[tokio::test]
async fn a_missing_role_remains_the_error_if_the_provider_has_no_other_credentials() {
    let (service, clock, sealed) = (service(403), ManualClock::new(), Sealed::default());
    let builder = service.builder().clock(clock.clone()).randomness(Sevens);
    let client = builder
        .credentials_provider(sealed.clone())
        .build()
        .unwrap();
    for (asked, explained, seconds) in [(2, true, 9), (2, false, 1), (3, true, 0)] {
        let error = delete(&client).await.unwrap_err();
        assert!(error.is_unauthorized(), "{error}");
        assert_eq!(error.error_code().unwrap(), "USER_UNAUTHORIZED");
        assert_eq!(error.to_string().contains("provider"), explained, "{error}");
        get(&client).await.unwrap();
        assert_eq!(sealed.0.load(Ordering::SeqCst), asked);
        clock.advance(Duration::from_secs(seconds));
    }
}

/// Provides a token, and does not respond from the second request on.
#[derive(Clone, Default)]
struct Silent(Arc<AtomicUsize>);

impl CredentialsProvider for Silent {
    fn provide(&self) -> BoxFuture<'_, Result<ProvidedCredentials, ProviderError>> {
        match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => Box::pin(std::future::ready(Ok(first()))),
            _ => Box::pin(std::future::pending()),
        }
    }
}

#[tokio::test]
async fn calls_with_valid_credentials_do_not_wait_while_the_provider_is_asked_about_a_missing_role()
{
    let (service, clock, silent) = (service(403), ManualClock::new(), Silent::default());
    let builder = service.builder().clock(clock.clone());
    let client = builder
        .credentials_provider(silent.clone())
        .build()
        .unwrap();
    let mut refused = delete(&client).into_future();
    poll_until(&mut refused, || silent.0.load(Ordering::SeqCst) == 2).await;
    get(&client).await.unwrap();
    assert_eq!(clock.now(), clock.began());
}

#[tokio::test]
async fn a_refusal_without_another_reason_is_an_error_of_the_provider_that_fails() {
    let service = Service::new(|_| reply(401, &[], ""));
    let builder = service
        .builder()
        .clock(ManualClock::new())
        .randomness(Sevens);
    let sealed = Sealed::default();
    let builder = builder.credentials_provider(sealed.clone());
    let error = get(&builder.build().unwrap()).no_retry().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    assert_eq!(sealed.0.load(Ordering::SeqCst), 2);
}
