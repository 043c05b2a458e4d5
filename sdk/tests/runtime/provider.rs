//! Credentials from a provider: one request for all waiting calls, cached until they expire or are refused.
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use atlas_backup::{
    BoxFuture, Client, Credentials, CredentialsProvider, Error, ErrorKind, ProvidedCredentials,
    ProviderError,
};

use crate::world::*;

type Given = Result<ProvidedCredentials, ProviderError>;

/// A provider that is implemented by a function of the number of earlier requests.
#[derive(Clone)]
struct Vault {
    give: Arc<dyn Fn(usize) -> Given + Send + Sync>,
    asked: Arc<AtomicUsize>,
    given: Arc<AtomicUsize>,
}

impl Vault {
    fn new(give: impl Fn(usize) -> Given + Send + Sync + 'static) -> Self {
        let give = Arc::new(give);
        let (asked, given) = Default::default();
        Self { give, asked, given }
    }

    /// Creates a provider of the access tokens `t1`, `t2`, …, another one for each request.
    fn rotating() -> Self {
        Self::new(|before| Ok(token(before + 1)))
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Returns the number of completed requests.
    fn given(&self) -> usize {
        self.given.load(Ordering::SeqCst)
    }

    fn client(&self, service: &Service, clock: &ManualClock) -> Client {
        let builder = service.builder().clock(clock.clone()).randomness(Sevens);
        builder.credentials_provider(self.clone()).build().unwrap()
    }
}

impl CredentialsProvider for Vault {
    fn provide(&self) -> BoxFuture<'_, Given> {
        Box::pin(async {
            let before = self.asked.fetch_add(1, Ordering::SeqCst);
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            self.given.fetch_add(1, Ordering::SeqCst);
            (self.give)(before)
        })
    }
}

fn token(number: usize) -> ProvidedCredentials {
    ProvidedCredentials::new(Credentials::bearer(format!("t{number}")))
}

/// A service that accepts access tokens from a number on, which can be raised.
///
/// The token endpoint refuses a service account whose secret is not the current one, and the service a digest
/// of another user.
#[derive(Clone)]
struct Rotated(Arc<AtomicUsize>);

impl Rotated {
    fn at(number: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(number)))
    }

    fn rotate(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn service(&self) -> Service {
        let current = self.0.clone();
        Service::new(move |sent| {
            let number = current.load(Ordering::SeqCst);
            let authorization = header(sent, "authorization").unwrap_or_default();
            let good = reply(200, &[], r#"{"name":"x"}"#);
            if sent.uri().path() == "/api/oauth/token" {
                // c:s1 and so on.
                let secrets = ["", "Basic YzpzMQ==", "Basic YzpzMg=="];
                return match secrets.get(number) == Some(&authorization) {
                    true => reply(
                        200,
                        &[],
                        &format!(r#"{{"access_token":"t{number}","token_type":"Bearer"}}"#),
                    ),
                    false => reply(401, &[], r#"{"error":"invalid_client"}"#),
                };
            }
            let digest = format!("username=\"t{number}\"");
            let token = authorization.strip_prefix("Bearer t");
            let token = token.and_then(|token| token.parse::<usize>().ok());
            if token.is_some_and(|token| token >= number) || authorization.contains(&digest) {
                return good;
            }
            let challenge = r#"Digest realm="r", nonce="n", qop="auth""#;
            reply(401, &[("WWW-Authenticate", challenge)], "")
        })
    }
}

fn authorizations(service: &Service) -> Vec<String> {
    let log = service.log();
    let values = log.iter().map(|sent| header(sent, "authorization"));
    values
        .map(|value| value.unwrap_or("-").to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_first_calls_share_one_request_to_the_provider() {
    let (vault, service) = (Vault::rotating(), Rotated::at(1).service());
    let client = vault.client(&service, &ManualClock::new());
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(vault.asked(), 1);
    assert_eq!(service.log().len(), 64);
}

#[tokio::test]
async fn credentials_are_used_until_they_expire() {
    let vault = Vault::new(|before| Ok(token(before + 1).valid_for(Duration::from_secs(600))));
    let (service, clock) = (Service::always(200, r#"{"name":"x"}"#), ManualClock::new());
    let client = vault.client(&service, &clock);
    for (advance, asked) in [(0, 1), (599, 1), (1, 2), (599, 2), (3_600, 3)] {
        clock.advance(Duration::from_secs(advance));
        get(&client).await.unwrap();
        assert_eq!(vault.asked(), asked, "after {advance} more seconds");
    }
    let sent = [
        "Bearer t1",
        "Bearer t1",
        "Bearer t2",
        "Bearer t2",
        "Bearer t3",
    ];
    assert_eq!(authorizations(&service), sent);
}

#[tokio::test]
async fn credentials_without_an_end_are_used_until_they_are_refused() {
    let (vault, rotated, clock) = (Vault::rotating(), Rotated::at(1), ManualClock::new());
    let service = rotated.service();
    let client = vault.client(&service, &clock);
    for _ in 0..3 {
        get(&client).await.unwrap();
        clock.advance(Duration::from_secs(365 * 24 * 3600));
    }
    assert_eq!(vault.asked(), 1);
    rotated.rotate();
    get(&client).await.unwrap();
    assert_eq!(vault.asked(), 2);
    assert_eq!(authorizations(&service)[3..], ["Bearer t1", "Bearer t2"]);
}

#[tokio::test]
async fn a_refused_key_is_replaced_under_each_scheme() {
    let schemes: [fn(usize) -> Credentials; 3] = [
        |number| Credentials::bearer(format!("t{number}")),
        |number| Credentials::digest(format!("t{number}"), "private"),
        |number| Credentials::service_account("c", format!("s{number}")),
    ];
    for scheme in schemes {
        let vault = Vault::new(move |before| Ok(ProvidedCredentials::new(scheme(before + 1))));
        let rotated = Rotated::at(1);
        let client = vault.client(&rotated.service(), &ManualClock::new());
        get(&client).await.unwrap();
        rotated.rotate();
        let outcome = get(&client).no_retry().await;
        assert!(outcome.is_ok(), "{:?}: {outcome:?}", scheme(1));
        assert_eq!(vault.asked(), 2, "{:?}", scheme(1));
    }
}

#[tokio::test]
async fn a_refused_key_that_the_provider_does_not_replace_is_an_error_after_one_request_to_it() {
    let vault = Vault::new(|_| Ok(token(1)));
    let (service, clock) = (Rotated::at(2).service(), ManualClock::new());
    let client = vault.client(&service, &clock);
    // Within ten seconds of a refusal that the provider did not resolve, it gets no further request.
    for (advance, asked, sent) in [(0, 2, 1), (9, 2, 2), (1, 3, 3)] {
        clock.advance(Duration::from_secs(advance));
        let error = get(&client).await.unwrap_err();
        assert!(error.is_unauthorized(), "{error}");
        let reason = "the access token was refused";
        assert!(error.to_string().ends_with(reason), "{error}");
        assert_eq!((vault.asked(), service.log().len()), (asked, sent));
    }
}

#[tokio::test]
async fn a_refused_replacement_is_not_replaced_within_ten_seconds() {
    let (vault, service, clock) = (
        Vault::rotating(),
        Rotated::at(9).service(),
        ManualClock::new(),
    );
    let client = vault.client(&service, &clock);
    for (advance, asked, sent) in [(0, 2, 2), (9, 2, 3), (1, 3, 5)] {
        clock.advance(Duration::from_secs(advance));
        assert!(get(&client).await.unwrap_err().is_unauthorized());
        assert_eq!((vault.asked(), service.log().len()), (asked, sent));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rotation_during_concurrent_calls_fails_none_and_requests_the_provider_once() {
    let (vault, rotated, clock) = (Vault::rotating(), Rotated::at(1), ManualClock::new());
    let service = rotated.service();
    let client = vault.client(&service, &clock);
    let callers = (0..64).map(|caller| {
        let (client, rotated) = (client.clone(), rotated.clone());
        tokio::spawn(async move {
            for call in 0..8 {
                if (caller, call) == (32, 4) {
                    rotated.rotate();
                }
                get(&client).no_retry().await?;
            }
            Ok::<_, Error>(())
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(vault.asked(), 2);
}

#[tokio::test]
async fn a_key_refused_to_sixty_four_calls_requests_the_provider_once() {
    let (vault, service) = (Vault::new(|_| Ok(token(1))), Rotated::at(2).service());
    let client = vault.client(&service, &ManualClock::new());
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    for call in calls {
        assert!(call.await.unwrap().unwrap_err().is_unauthorized());
    }
    assert_eq!((vault.asked(), service.log().len()), (2, 64));
}

#[tokio::test]
async fn unchanged_credentials_keep_their_nonce_and_access_token() {
    let cases: [(Credentials, usize); 2] = [
        (Credentials::digest("t1", "private"), 1 + 3),
        (Credentials::service_account("c", "s1"), 1 + 3),
    ];
    for (credentials, sent) in cases {
        let given = credentials.clone();
        let vault = Vault::new(move |_| {
            let given = ProvidedCredentials::new(given.clone());
            Ok(given.valid_for(Duration::from_secs(60)))
        });
        let (service, clock) = (Rotated::at(1).service(), ManualClock::new());
        let client = vault.client(&service, &clock);
        for _ in 0..3 {
            get(&client).await.unwrap();
            clock.advance(Duration::from_secs(60));
        }
        assert_eq!(vault.asked(), 3, "{credentials:?}");
        assert_eq!(service.log().len(), sent, "{credentials:?}");
    }
}

/// Drops a call after each number of polls, and makes another one.
#[tokio::test]
async fn a_call_dropped_at_any_await_loses_no_credentials_and_repeats_no_request() {
    for rotate in [false, true] {
        let mut polls = 0;
        loop {
            polls += 1;
            let (vault, rotated) = (Vault::rotating(), Rotated::at(1));
            let client = vault.client(&rotated.service(), &ManualClock::new());
            if rotate {
                get(&client).await.unwrap();
                rotated.rotate();
            }
            let mut call = get(&client).into_future();
            let mut context = Context::from_waker(Waker::noop());
            let mut poll = || call.as_mut().poll(&mut context).is_ready();
            let done = (0..polls).any(|_| poll());
            drop(call);
            let outcome = get(&client).no_retry().await;
            assert!(outcome.is_ok(), "after {polls} polls: {outcome:?}");
            assert_eq!(vault.given(), 1 + usize::from(rotate), "{polls} polls");
            if done {
                break;
            }
        }
        assert!(polls > 4, "the call is dropped at each of its awaits");
    }
}

#[tokio::test]
async fn the_call_that_requested_credentials_may_be_dropped_while_others_wait() {
    let (vault, service) = (Vault::rotating(), Rotated::at(1).service());
    let client = vault.client(&service, &ManualClock::new());
    let mut first = get(&client).into_future();
    poll_until(&mut first, || vault.asked() == 1).await;
    let mut second = get(&client).into_future();
    let mut context = Context::from_waker(Waker::noop());
    assert!(second.as_mut().poll(&mut context).is_pending());
    drop(first);
    second.await.unwrap();
    assert_eq!(vault.asked(), 1);
}

#[tokio::test]
async fn a_call_that_is_not_polled_while_it_waits_for_the_provider_blocks_no_other() {
    let (vault, service) = (Vault::rotating(), Rotated::at(1).service());
    let client = vault.client(&service, &ManualClock::new());
    let mut resting = get(&client).into_future();
    poll_until(&mut resting, || vault.asked() == 1).await;
    get(&client).await.unwrap();
    resting.await.unwrap();
    assert_eq!(vault.asked(), 1);
}

#[derive(Debug)]
struct Sealed;

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the vault is sealed")
    }
}

impl std::error::Error for Sealed {}

#[tokio::test]
async fn requests_to_an_unavailable_provider_are_retried_but_not_to_a_refusing_one() {
    let unavailable: fn() -> ProviderError = || ProviderError::Unavailable(Sealed.into());
    let refused: fn() -> ProviderError = || ProviderError::Refused(Sealed.into());
    for (failure, asked) in [(unavailable, 5), (refused, 1)] {
        let vault = Vault::new(move |_| Err(failure()));
        let service = Service::always(200, r#"{"name":"x"}"#);
        let client = vault.client(&service, &ManualClock::new());
        let error = post(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert_eq!((vault.asked(), service.log().len()), (asked, 0));
        assert_eq!(error.operation().unwrap().id, "submitJob");
        let provider = std::error::Error::source(&error).unwrap();
        assert!(provider.downcast_ref::<ProviderError>().is_some());
        assert!(
            provider
                .source()
                .unwrap()
                .downcast_ref::<Sealed>()
                .is_some()
        );
    }
    // One failure takes one more attempt.
    let vault = Vault::new(move |before| match before {
        0 => Err(unavailable()),
        _ => Ok(token(1)),
    });
    let client = vault.client(&Rotated::at(1).service(), &ManualClock::new());
    post(&client).await.unwrap();
}

#[tokio::test]
async fn a_silent_provider_is_unavailable_after_the_attempt_timeout() {
    struct Silent;

    impl CredentialsProvider for Silent {
        fn provide(&self) -> BoxFuture<'_, Given> {
            Box::pin(std::future::pending())
        }
    }

    let clock = ManualClock::new();
    let builder = Service::always(200, "").builder().clock(clock.clone());
    let client = builder.credentials_provider(Silent).build().unwrap();
    let error = get(&client).no_retry().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.is_retryable());
    let waited = atlas_backup::Clock::now(&clock) - clock.began();
    assert_eq!(waited, Duration::from_secs(60));
}

#[tokio::test]
async fn provided_credentials_that_a_header_cannot_hold_are_refused_before_sending() {
    let vault = Vault::new(|_| Ok(ProvidedCredentials::new(Credentials::bearer("s3cret\n"))));
    let service = Service::always(200, "");
    let client = vault.client(&service, &ManualClock::new());
    let error = get(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(service.log().is_empty());
    assert!(!format!("{error:?} {error}").contains("s3cret"));
}

#[tokio::test]
async fn the_token_of_provided_credentials_is_revoked() {
    let vault = Vault::new(|_| {
        let account = Credentials::service_account("c", "s1");
        Ok(ProvidedCredentials::new(account))
    });
    let service = Rotated::at(1).service();
    let client = vault.client(&service, &ManualClock::new());
    client.revoke_token().await.unwrap();
    assert_eq!((vault.asked(), service.log().len()), (0, 0));
    get(&client).await.unwrap();
    // This service does not support the request; only its target matters.
    let _ = client.revoke_token().await;
    assert_eq!(service.targets().last().unwrap(), "/api/oauth/revoke");
}

#[test]
fn debug_output_shows_no_secret_of_a_provider() {
    let provided = token(1).valid_for(Duration::from_secs(1));
    let shown = format!("{provided:?}");
    assert!(shown.contains("bearer") && !shown.contains("t1"), "{shown}");
    let builder = Client::builder().credentials_provider(Vault::rotating());
    let shown = format!("{builder:?}");
    assert!(shown.contains("CredentialsProvider"), "{shown}");
}
