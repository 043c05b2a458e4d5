//! Retries: when there are some, how long they wait, and when they end.
use std::time::{Duration, Instant};

use atlas_backup::*;

use crate::script::*;
use crate::world::*;

/// The part of a one-second delay that `Sevens` selects.
const PART: f64 = 0x0707_0707 as f64 / (1_u64 << 32) as f64;

fn part(longest: f64) -> Duration {
    Duration::from_secs(1).mul_f64(longest * PART)
}

#[tokio::test]
async fn an_idempotent_call_is_retried_after_every_transient_failure() {
    for turn in [
        Turn::Connect,
        Turn::Reset,
        Turn::Hang,
        status(429),
        status(500),
        status(502),
        status(503),
        status(504),
    ] {
        let script = Script::new(&[turn, turn, turn, turn, GOOD]);
        get(&script.client(&ManualClock::new())).await.unwrap();
        assert_eq!(script.sent(), 5, "{turn:?}");
        let requests = script.log();
        assert!(requests.iter().all(|sent| sent.uri() == requests[0].uri()));
    }
}

#[tokio::test]
async fn a_non_idempotent_call_is_retried_only_if_the_service_cannot_have_acted() {
    for (turn, repeated) in [
        (Turn::Connect, true),
        (status(429), true),
        (Turn::Reset, false),
        (Turn::Hang, false),
        (status(500), false),
        (status(503), false),
        (status(504), false),
    ] {
        let script = Script::new(&[turn, GOOD]);
        let result = post(&script.client(&ManualClock::new())).await;
        assert_eq!(result.is_ok(), repeated, "{turn:?}");
        assert_eq!(script.sent(), 1 + usize::from(repeated), "{turn:?}");
        if let Err(error) = result {
            assert_eq!((error.attempts(), error.is_retryable()), (1, false));
        }
    }
}

#[tokio::test]
async fn a_permanent_failure_is_not_retried() {
    for answer in [
        status(400),
        status(401),
        status(404),
        status(409),
        status(501),
    ] {
        let script = Script::new(&[answer]);
        let error = get(&script.client(&ManualClock::new())).await.unwrap_err();
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
    }
}

#[tokio::test]
async fn the_last_error_has_the_number_of_attempts() {
    let script = Script::new(&[
        status(503),
        Turn::Reset,
        status(500),
        Turn::Connect,
        status(502),
    ]);
    let error = get(&script.client(&ManualClock::new())).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!((error.attempts(), error.is_retryable()), (5, true));
    let error = list(&script.client(&ManualClock::new()))
        .page_num(0)
        .await
        .unwrap_err();
    assert_eq!((error.attempts(), error.is_retryable()), (0, false));
}

#[tokio::test]
async fn delays_are_random_parts_of_doubling_maxima() {
    let script = Script::new(&[status(503), status(503), status(503), GOOD]);
    let clock = ManualClock::new();
    let began = clock.now();
    get(&script.client(&clock)).await.unwrap();
    assert_eq!(clock.now() - began, part(1.0) + part(2.0) + part(4.0));
}

#[tokio::test]
async fn retry_after_is_a_floor_in_seconds_and_as_a_date() {
    for (headers, floor) in [
        (&[("Retry-After", "17")][..], 17),
        (
            &[
                ("Date", "Wed, 06 Nov 2024 08:49:37 GMT"),
                ("Retry-After", "Wed, 6 Nov 2024 08:50:00 GMT"),
            ],
            23,
        ),
        // Without a date in the response, it is relative to the client's: the manual clock begins in 1970.
        (&[("Retry-After", "Thu, 1 Jan 1970 00:00:40 GMT")], 40),
        (
            &[
                ("Date", "Sunday, 06-Nov-94 08:49:37 GMT"),
                ("Retry-After", "Sun Nov  6 08:50:00 1994"),
            ],
            23,
        ),
        (&[("Retry-After", "16.25")], 17),
        (&[("Retry-After", "3, 17")], 17),
        (&[("Retry-After", "1"), ("Retry-After", "17")], 17),
        (&[("Retry-After", "soon")], 0),
    ] {
        let script = Script::new(&[Turn::Response(429, headers, ""), GOOD]);
        let clock = ManualClock::new();
        let began = clock.now();
        post(&script.client(&clock)).await.unwrap();
        let waited = clock.now() - began;
        assert_eq!(
            waited,
            Duration::from_secs(floor) + part(1.0),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn an_attempt_ends_at_its_timeout_for_any_transport() {
    let script = Script::new(&[Turn::Hang]);
    let clock = ManualClock::new();
    let began = clock.now();
    let client = script.builder(&clock);
    let client = client
        .attempt_timeout(Duration::from_secs(7))
        .build()
        .unwrap();
    let error = get(&client).no_retry().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(clock.now() - began, Duration::from_secs(7));
}

#[tokio::test]
async fn an_operation_ends_at_its_timeout_for_any_attempts() {
    // Interrupted in its second attempt.
    let script = Script::new(&[status(503), Turn::Hang]);
    let clock = ManualClock::new();
    let began = clock.now();
    let client = script.builder(&clock);
    let client = client
        .operation_timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let error = get(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
    assert_eq!(clock.now() - began, Duration::from_secs(20));

    // There is no time for the delay, so the error is returned at once.
    let script = Script::new(&[Turn::Response(429, &[("Retry-After", "60")], "")]);
    let began = clock.now();
    let call = get(&script.client(&clock)).timeout(Duration::from_secs(20));
    let error = call.await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(clock.now(), began);
}

struct Twice;

impl RetryPolicy for Twice {
    fn decide(&self, failed: &FailedAttempt) -> RetryDecision {
        assert_eq!(failed.elapsed, Duration::from_secs(3) * (failed.number - 1));
        match failed.number {
            1 => RetryDecision::After(Duration::from_secs(3)),
            _ => RetryDecision::Stop,
        }
    }
}

/// A clock whose waits take an hour longer, as those of a machine that is suspended.
struct Late(ManualClock);

impl Clock for Late {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn date(&self) -> Timestamp {
        self.0.date()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let (clock, wait) = (self.0.clone(), self.0.sleep(duration));
        Box::pin(async move {
            wait.await;
            clock.advance(Duration::from_secs(3_600));
        })
    }
}

#[tokio::test]
async fn a_delay_that_takes_longer_than_asked_counts_as_long_as_asked() {
    let clock = ManualClock::new();
    let script = Script::new(&[status(503), status(503)]);
    let builder = script.builder(&clock).retry(Twice);
    let client = builder.clock(Late(clock.clone())).build().unwrap();
    assert_eq!(get(&client).await.unwrap_err().attempts(), 2);
    assert!(clock.now() - clock.began() > Duration::from_secs(3_600));
}

/// A clock that ends every wait at once, without letting time pass.
struct Hasty(ManualClock);

impl Clock for Hasty {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn date(&self) -> Timestamp {
        self.0.date()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn a_clock_that_ends_waits_too_early_does_not_end_or_block_a_call() {
    let service = Service::always(200, r#"{"name":"x"}"#);
    let builder = service.builder().clock(Hasty(ManualClock::new()));
    get(&builder.build().unwrap()).await.unwrap();
}

#[tokio::test]
async fn the_policy_of_a_call_overrides_the_clients() {
    let clock = ManualClock::new();
    let one = || Script::new(&[status(503), status(503)]);

    let script = one();
    let client = script.builder(&clock).retry(Twice).build().unwrap();
    assert_eq!(get(&client).await.unwrap_err().attempts(), 2);

    let script = one();
    let client = script.client(&clock);
    assert_eq!(get(&client).retry(Twice).await.unwrap_err().attempts(), 2);

    let script = one();
    let client = script.builder(&clock).retry(Twice).build().unwrap();
    assert_eq!(get(&client).no_retry().await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn retries_of_all_calls_share_one_budget() {
    let script = Script::new(&[status(503); 1_000]);
    let client = script.client(&ManualClock::new());
    for _ in 0..200 {
        get(&client).await.unwrap_err();
    }
    // Two hundred first attempts, and a budget of a hundred retries.
    assert_eq!(script.sent(), 300);
}

#[tokio::test]
async fn a_success_after_a_retry_returns_its_cost_and_any_other_a_fifth_of_it() {
    // All retries of the budget, if none is returned.
    let failing_once = [status(503), GOOD].repeat(200);
    let script = Script::new(&[failing_once, vec![status(503); 1_000]].concat());
    let client = script.client(&ManualClock::new());
    for _ in 0..200 {
        get(&client).await.unwrap();
    }
    assert_eq!(get(&client).await.unwrap_err().attempts(), 5);

    let script =
        Script::new(&[vec![status(503); 300], vec![GOOD; 5], vec![status(503); 9]].concat());
    let client = script.client(&ManualClock::new());
    for _ in 0..200 {
        get(&client).await.unwrap_err();
    }
    for _ in 0..5 {
        get(&client).await.unwrap();
    }
    assert_eq!(get(&client).await.unwrap_err().attempts(), 2);
}

struct FiveSeconds;

impl RetryPolicy for FiveSeconds {
    fn decide(&self, _: &FailedAttempt) -> RetryDecision {
        RetryDecision::After(Duration::from_secs(5))
    }
}

#[tokio::test]
async fn a_retry_that_would_begin_at_the_end_of_the_timeout_is_not_awaited() {
    for (seconds, sent) in [(5, 1), (6, 2)] {
        let script = Script::new(&[status(503), GOOD]);
        let clock = ManualClock::new();
        let (client, began) = (script.client(&clock), clock.now());
        let call = get(&client).retry(FiveSeconds);
        let outcome = call.timeout(Duration::from_secs(seconds)).await;
        assert_eq!((outcome.is_ok(), script.sent()), (sent == 2, sent));
        assert_eq!(clock.now() == began, sent == 1);
    }
}

#[tokio::test]
async fn a_page_that_fails_is_fetched_again() {
    let page = r#"{"results":[{"name":"a"},{"name":"b"}]}"#;
    let script = Script::new(&[status(500), Turn::Response(200, &[], page)]);
    let items = list(&script.client(&ManualClock::new())).items();
    assert_eq!(items.try_collect().await.unwrap().len(), 2);
}

const TOKEN: Turn = Turn::Response(
    200,
    &[],
    r#"{"access_token":"tok-1","token_type":"Bearer","expires_in":3600}"#,
);

fn with_service_account(script: &Script) -> Client {
    let credentials = Credentials::service_account("id", "secret");
    let builder = script.builder(&ManualClock::new());
    builder.credentials(credentials).build().unwrap()
}

/// The request itself was never sent, so its idempotency does not matter.
#[tokio::test]
async fn a_failed_token_request_is_retried() {
    for turn in [Turn::Reset, Turn::Connect, status(429), status(503)] {
        let script = Script::new(&[turn, TOKEN, GOOD]);
        post(&with_service_account(&script)).await.unwrap();
    }
    let script = Script::new(&[status(403)]);
    let error = post(&with_service_account(&script)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
}

#[tokio::test]
async fn neither_a_challenge_nor_a_renewed_token_is_a_retry() {
    let script = Script::new(&[TOKEN, status(401), TOKEN, status(404)]);
    let error = get(&with_service_account(&script))
        .no_retry()
        .await
        .unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.attempts()),
        (404, 1)
    );

    let challenge = &[(
        "WWW-Authenticate",
        "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"",
    )];
    let script = Script::new(&[Turn::Response(401, challenge, ""), GOOD]);
    let builder = script.builder(&ManualClock::new());
    let client = builder
        .credentials(Credentials::digest("p", "k"))
        .build()
        .unwrap();
    get(&client).no_retry().await.unwrap();
}

#[tokio::test]
async fn a_call_dropped_before_its_retry_gets_its_budget_back() {
    let script = Script::new(&[status(503); 1_000]);
    let client = script.client(&ManualClock::new());
    for sent in 1..=500 {
        let mut call = get(&client).into_future();
        poll_until(&mut call, || script.sent() >= sent).await;
    }
    get(&client).await.unwrap_err();
    assert_eq!(script.sent(), 505);
}

#[tokio::test]
async fn an_excessive_retry_after_ends_a_call() {
    for after in [
        "3600",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999999999999999999999999",
        "301.5",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let headers: &'static [_] = Box::leak(Box::new([("Retry-After", after)]));
        let script = Script::new(&[Turn::Response(429, headers, "")]);
        let clock = ManualClock::new();
        let began = clock.now();
        let error = get(&script.client(&clock)).await.unwrap_err();
        assert_eq!((error.attempts(), clock.now()), (1, began), "{after}");
    }
}

#[tokio::test]
async fn a_refused_certificate_is_not_retried() {
    let script = Script::new(&[Turn::Untrusted, GOOD]);
    let error = get(&script.client(&ManualClock::new())).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1));
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("certificate"), "{error}");
}
