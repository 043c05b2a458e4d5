//! Calls that are not polled for a long time, while nonces, tokens and connections expire.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use atlas_backup::{BoxFuture, Clock as _, Credentials, Transport, TransportError};

use crate::world::*;

/// Responds when a request is sent, even if the response is taken later.
#[derive(Clone)]
struct Prompt(Service);

impl Transport for Prompt {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let mut sent = self.0.send(request);
        let mut context = Context::from_waker(Waker::noop());
        let answer = loop {
            if let Poll::Ready(answer) = sent.as_mut().poll(&mut context) {
                break answer;
            }
        };
        Box::pin(async move {
            tokio::task::yield_now().await;
            answer
        })
    }
}

/// Parses the second of issue from a nonce or token, after `mark`.
fn given(text: &str, mark: &str) -> Option<u64> {
    let digits = text.split_once(mark)?.1;
    let end = digits
        .find(|digit: char| !digit.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// Issues nonces for five minutes and tokens for an hour. The first `stale` nonces in use are stale.
fn service(clock: &ManualClock, stale: usize) -> Service {
    let (clock, stale) = (clock.clone(), AtomicUsize::new(stale));
    Service::new(move |sent| {
        let now = (clock.now() - clock.began()).as_secs();
        if sent.uri().path() == "/api/oauth/token" {
            let body =
                format!(r#"{{"access_token":"t{now}","token_type":"Bearer","expires_in":3600}}"#);
            return reply(200, &[], &body);
        }
        let authorization = header(sent, "authorization").unwrap_or_default();
        let nonce = given(authorization, "nonce=\"n").is_some_and(|since| now < since + 300);
        let left = |left: usize| left.checked_sub(1);
        let nonce = nonce
            && stale
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, left)
                .is_err();
        let token = given(authorization, "Bearer t").is_some_and(|since| now < since + 3_600);
        if nonce || token {
            return reply(200, &[], r#"{"name":"x"}"#);
        }
        let again = !authorization.is_empty();
        let challenge = format!(r#"Digest realm="r", nonce="n{now}", qop="auth", stale={again}"#);
        reply(401, &[("WWW-Authenticate", &challenge)], "")
    })
}

#[tokio::test]
async fn a_call_that_is_not_polled_until_nonces_and_tokens_expire_still_succeeds() {
    for (credentials, rest) in [
        (Credentials::digest("p", "k"), 400),
        (Credentials::service_account("id", "secret"), 7_200),
    ] {
        for rests in 1..8 {
            let clock = ManualClock::new();
            let builder = service(&clock, 0).builder().clock(clock.clone());
            let builder = builder.credentials(credentials.clone());
            let client = builder
                .transport(Prompt(service(&clock, 0)))
                .build()
                .unwrap();
            let mut call = get(&client).into_future();
            for _ in 0..rests {
                poll_until(&mut call, || true).await;
                clock.advance(Duration::from_secs(rest));
            }
            let outcome = call.await;
            assert!(
                outcome.is_ok(),
                "{credentials:?}, {rests} rests: {outcome:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_pause_after_two_stale_nonces_leaves_another_attempt() {
    for polls in 1..6 {
        let clock = ManualClock::new();
        let service = service(&clock, 2);
        let credentials = Credentials::digest("p", "k");
        let builder = service.builder().clock(clock.clone());
        let builder = builder.credentials(credentials);
        let client = builder.transport(Prompt(service)).build().unwrap();
        let mut call = get(&client).into_future();
        for _ in 0..polls {
            let mut context = Context::from_waker(Waker::noop());
            if call.as_mut().poll(&mut context).is_ready() {
                return;
            }
        }
        clock.advance(Duration::from_secs(400));
        let outcome = call.await;
        assert!(outcome.is_ok(), "{polls} polls: {outcome:?}");
    }
}
