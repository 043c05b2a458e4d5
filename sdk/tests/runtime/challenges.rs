//! Which challenge a call answers, and which nonce later calls use.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use atlas_backup::{BoxFuture, Client, Credentials, ErrorKind, Transport, TransportError};
use tokio::sync::Notify;

use crate::script::*;
use crate::world::*;

const OK: &str = r#"{"name":"x"}"#;

fn credentials() -> Credentials {
    Credentials::digest("abcdwxyz", "private")
}

fn client(service: &Service) -> Client {
    let builder = service.builder().credentials(credentials());
    builder.randomness(Sevens).build().unwrap()
}

fn challenge(nonce: &str, stale: bool) -> Reply {
    let challenge = format!(r#"Digest realm="r", nonce="{nonce}", qop="auth", stale={stale}"#);
    reply(401, &[("WWW-Authenticate", &challenge)], "")
}

/// Returns the nonce of a request's digest.
fn nonce(sent: &Sent) -> Option<String> {
    let value = header(sent, "authorization")?;
    Some(
        value
            .split("nonce=\"")
            .nth(1)?
            .split('"')
            .next()?
            .to_owned(),
    )
}

fn nonces(service: &Service) -> Vec<String> {
    let log = service.log();
    log.iter()
        .map(|sent| nonce(sent).unwrap_or_default())
        .collect()
}

#[tokio::test]
async fn the_first_of_two_equally_strong_challenges_is_answered() {
    let service = Service::new(|sent| match nonce(sent) {
        Some(_) => reply(200, &[], OK),
        None => {
            let [first, second] =
                ["first", "second"].map(|nonce| format!(r#"Digest realm="r", nonce="{nonce}""#));
            let headers = [
                ("WWW-Authenticate", first.as_str()),
                ("WWW-Authenticate", second.as_str()),
            ];
            reply(401, &headers, "")
        }
    });
    get(&client(&service)).await.unwrap();
    assert_eq!(nonces(&service), ["", "first"]);
}

#[tokio::test]
async fn a_nonce_of_a_refusal_is_used_by_the_next_call() {
    let service = Service::new(|sent| match nonce(sent).as_deref() {
        None => challenge("n1", false),
        Some("n1") => challenge("n2", true),
        Some(_) => reply(200, &[], OK),
    });
    let client = client(&service);
    get(&client).await.unwrap();
    get(&client).await.unwrap();
    assert_eq!(nonces(&service), ["", "n1", "n2", "n2"]);
}

#[tokio::test]
async fn a_refused_nonce_is_not_used_by_the_next_call() {
    let service = Service::new(|_| challenge("n1", false));
    let client = client(&service);
    for _ in 0..2 {
        assert!(get(&client).await.unwrap_err().is_unauthorized());
    }
    assert_eq!(nonces(&service), ["", "n1", "", "n1"]);
}

#[tokio::test]
async fn concurrent_calls_to_a_service_without_authentication_get_their_own_responses() {
    let service = Service::new(|sent| {
        let body = format!(r#"{{"name":"{}"}}"#, sent.method());
        reply(200, &[], &body)
    });
    let client = client(&service);
    let (got, posted) = tokio::join!(get(&client).into_future(), post(&client).into_future());
    assert_eq!(
        (got.unwrap().name, posted.unwrap().name),
        ("GET".into(), "POST".into())
    );
    assert_eq!(service.log().len(), 2);
}

#[tokio::test]
async fn a_creation_whose_own_challenge_request_was_interrupted_is_not_repeated() {
    let script = Script::new(&[Turn::Reset]);
    let builder = script.builder(&ManualClock::new());
    let client = builder.credentials(credentials()).build().unwrap();
    let error = post(&client).await.unwrap_err();
    assert_eq!((error.kind(), script.sent()), (ErrorKind::Transport, 1));
}

/// Interrupts the first request after a while.
struct FirstInterrupted(Service, AtomicBool);

impl Transport for FirstInterrupted {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            if self.1.swap(false, Ordering::Relaxed) {
                tokio::task::yield_now().await;
                return Err(TransportError::Interrupted("reset".into()));
            }
            self.0.send(request).await
        })
    }
}

#[tokio::test]
async fn a_creation_that_waited_for_the_interrupted_challenge_request_of_another_call_is_sent() {
    let service = Service::new(|sent| match nonce(sent) {
        None => challenge("n1", false),
        Some(_) => reply(200, &[], OK),
    });
    let transport = FirstInterrupted(service.clone(), AtomicBool::new(true));
    let builder = service.builder().transport(transport);
    let client = builder.credentials(credentials()).build().unwrap();
    let asks = post(&client).no_retry().into_future();
    let (asked, posted) = tokio::join!(asks, post(&client).into_future());
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::Transport);
    posted.unwrap();
    assert_eq!(nonces(&service), ["", "n1"]);
}

/// While armed, holds back the response to the next request until it is released.
#[derive(Clone)]
struct Holding {
    service: Service,
    armed: Arc<AtomicBool>,
    holds: Arc<AtomicBool>,
    let_go: Arc<Notify>,
}

impl Transport for Holding {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let is_held = self.armed.swap(false, Ordering::Relaxed);
            let response = self.service.send(request).await;
            if is_held {
                self.holds.store(true, Ordering::Relaxed);
                self.let_go.notified().await;
            }
            response
        })
    }
}

#[tokio::test]
async fn a_late_response_does_not_restore_a_replaced_nonce() {
    let ended = Arc::new(AtomicBool::new(false));
    let n1_ended = ended.clone();
    let service = Service::new(move |sent| match nonce(sent).as_deref() {
        None => challenge("n1", false),
        Some("n1") if n1_ended.load(Ordering::Relaxed) => challenge("n2", true),
        Some(_) => reply(200, &[], OK),
    });
    let holding = Holding {
        service: service.clone(),
        armed: Arc::default(),
        holds: Arc::default(),
        let_go: Arc::default(),
    };
    let builder = service.builder().transport(holding.clone());
    let client = builder.credentials(credentials()).build().unwrap();
    get(&client).await.unwrap();
    holding.armed.store(true, Ordering::Relaxed);
    let mut late = get(&client).into_future();
    poll_until(&mut late, || holding.holds.load(Ordering::Relaxed)).await;
    ended.store(true, Ordering::Relaxed);
    get(&client).await.unwrap();
    holding.let_go.notify_one();
    late.await.unwrap();
    get(&client).await.unwrap();
    assert_eq!(nonces(&service), ["", "n1", "n1", "n1", "n2", "n2"]);
}
