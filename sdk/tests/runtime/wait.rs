//! Waiters in virtual time: when they poll, when they end, and which errors they tolerate.
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use atlas_backup::*;

use crate::script::*;
use crate::world::*;

const ENDINGS: &[Acceptor] = &[
    Acceptor::Failure("failed", Matcher::Is(&["true"])),
    Acceptor::Success("name", Matcher::Is(&["done", "skipped"])),
    Acceptor::Failure("name", Matcher::Is(&["broken"])),
    Acceptor::Success("links", Matcher::Present),
    Acceptor::Pending("kind", Matcher::Is(&["slow"])),
    Acceptor::Success("ended", Matcher::Present),
];

/// Responds with these bodies in turn, and records the times of requests.
///
/// The last body is repeated.
fn states(clock: &ManualClock, bodies: &[&str]) -> (Service, Arc<Mutex<Vec<Duration>>>) {
    let bodies: Mutex<VecDeque<String>> =
        Mutex::new(bodies.iter().map(|body| (*body).to_owned()).collect());
    let (moments, clock, began) = (Arc::default(), clock.clone(), clock.now());
    let log: Arc<Mutex<Vec<Duration>>> = Arc::clone(&moments);
    let service = Service::new(move |_| {
        log.lock().unwrap().push(clock.now() - began);
        let mut bodies = bodies.lock().unwrap();
        let body = match bodies.len() {
            1 => bodies[0].clone(),
            _ => bodies.pop_front().unwrap(),
        };
        reply(200, &[], &body)
    });
    (service, moments)
}

fn client(service: &Service, clock: &ManualClock) -> Client {
    let builder = service.builder().clock(clock.clone()).randomness(Sevens);
    builder.build().unwrap()
}

fn job(name: &str) -> String {
    format!(r#"{{"name":"{name}"}}"#)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn the_first_matching_acceptor_decides_and_nothing_else_ends_a_wait() {
    for (fields, ended) in [
        (r#""name":"done""#, Some(true)),
        (r#""name":"DONE""#, Some(true)),
        (r#""name":"broken""#, Some(false)),
        (r#""name":"done","failed":true"#, Some(false)),
        (r#""name":"x","failed":false"#, None),
        (r#""name":"x","failed":"true""#, Some(false)),
        (r#""name":"never heard of""#, None),
        (r#""name":"x","links":["l"]"#, Some(true)),
        (r#""name":"x","links":[]"#, None),
        (r#""name":"x","links":null"#, None),
        (r#""name":"x","links":"""#, None),
        (r#""name":"x","ended":"2025-01-01""#, Some(true)),
        (r#""name":"x","ended":0"#, Some(true)),
        (r#""name":"x","ended":"2025-01-01","kind":"slow""#, None),
        (r#""name":"x","kind":"slow","links":["l"]"#, Some(true)),
        (r#""name":"x","kind":["slow"],"ended":1"#, Some(true)),
    ] {
        let service = Service::always(200, &format!("{{{fields}}}"));
        let wait = Wait::until(get(&service.client()), ENDINGS).max_wait(Duration::ZERO);
        let outcome = match wait.await {
            Ok(_) => Some(true),
            Err(WaitError::Failed(_)) => Some(false),
            Err(WaitError::TimedOut { .. }) => None,
            Err(other) => panic!("{fields}: {other}"),
        };
        assert_eq!(outcome, ended, "{fields}");
        assert_eq!(service.log().len(), 1);
    }
}

#[tokio::test]
async fn pauses_grow_by_half_up_to_a_maximum_with_at_most_half_jitter() {
    let clock = ManualClock::new();
    let mut bodies = vec![job("going"); 11];
    bodies.push(job("done"));
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let (service, moments) = states(&clock, &bodies);
    let done = Wait::until(get(&client(&service, &clock)), ENDINGS).await;
    assert_eq!(done.unwrap().name, "done");

    let moments = moments.lock().unwrap().clone();
    assert_eq!(moments[0], Duration::ZERO);
    let chance = 0.5 + f64::from(0x0707_0707) / 4_294_967_296.0 / 2.0;
    for (number, pair) in moments.windows(2).enumerate() {
        let whole = (5.0 * 1.5_f64.powi(i32::try_from(number).unwrap())).min(60.0);
        let pause = (pair[1] - pair[0]).as_secs_f64();
        assert!((pause - whole * chance).abs() < 1e-6, "{number}: {pause}");
    }
    assert_eq!(moments.len(), 12);
}

#[tokio::test]
async fn extreme_pauses_do_not_break_a_wait() {
    for pauses in [
        Duration::ZERO..=Duration::MAX,
        Duration::MAX..=Duration::MAX,
        seconds(9)..=seconds(1),
    ] {
        let clock = ManualClock::new();
        let (service, _) = states(&clock, &[&job("going"), &job("done")]);
        let wait = Wait::until(get(&client(&service, &clock)), ENDINGS).pauses(pauses);
        assert_eq!(wait.await.unwrap().name, "done");
    }
}

#[tokio::test]
async fn the_last_poll_starts_at_the_timeout_and_its_state_is_reported() {
    for (limit, polls) in [(0, 1), (1, 2), (10, 4), (600, 25)] {
        let clock = ManualClock::new();
        let (service, moments) = states(&clock, &[&job("queued"), &job("going")]);
        let wait = Wait::until(get(&client(&service, &clock)), ENDINGS).max_wait(seconds(limit));
        let error = wait.await.unwrap_err();
        let WaitError::TimedOut {
            last,
            polls: asked,
            elapsed,
            ..
        } = &error
        else {
            panic!("{error}");
        };
        assert_eq!(
            last.as_ref().unwrap().name,
            if polls == 1 { "queued" } else { "going" }
        );
        assert_eq!((*asked, *elapsed), (polls, seconds(limit)));
        assert_eq!(*moments.lock().unwrap().last().unwrap(), seconds(limit));
        assert!(error.to_string().contains("can be waited for again"));
    }
}

#[tokio::test]
async fn transient_failures_are_tolerated_and_others_end_the_wait() {
    const DOWN: Turn = status(503);
    for (turns, outcome) in [
        // Five failed attempts are one poll with a transient failure.
        (&[DOWN, DOWN, DOWN, DOWN, DOWN, DONE] as &[Turn], None),
        (&[Turn::Connect, Turn::Reset, status(429), DONE], None),
        (&[Turn::Hang, DONE], None),
        (&[status(404)], Some(404)),
        (&[GOING, status(403)], Some(403)),
    ] {
        let clock = ManualClock::new();
        let script = Script::new(turns);
        let wait = Wait::until(get(&script.client(&clock)), ENDINGS);
        match (wait.await, outcome) {
            (Ok(job), None) => assert_eq!(job.name, "done"),
            (Err(WaitError::Poll(error)), Some(status)) => {
                assert_eq!(error.status().unwrap().as_u16(), status);
            }
            (other, _) => panic!("{turns:?}: {other:?}"),
        }
        assert_eq!(script.sent(), turns.len());
    }
}

const GOING: Turn = Turn::Response(200, &[], r#"{"name":"going"}"#);
const DONE: Turn = Turn::Response(200, &[], r#"{"name":"done"}"#);

#[tokio::test]
async fn an_outage_that_exhausts_the_retry_budget_does_not_end_a_wait() {
    let sent = AtomicUsize::new(0);
    let service = Service::new(move |_| match sent.fetch_add(1, Ordering::SeqCst) {
        0..200 => reply(503, &[], ""),
        _ => reply(200, &[], &job("done")),
    });
    let clock = ManualClock::new();
    let client = client(&service, &clock);
    let ended = Wait::until(get(&client), ENDINGS).await.unwrap();
    assert_eq!(ended.name, "done");
}

#[tokio::test]
async fn an_endless_outage_ends_a_wait_at_its_limit_and_its_retries_are_in_the_budget() {
    let service = Service::always(503, "");
    let clock = ManualClock::new();
    let wait = Wait::until(get(&client(&service, &clock)), ENDINGS).max_wait(seconds(24 * 3600));
    let error = wait.await.unwrap_err();
    let WaitError::TimedOut { polls, elapsed, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(elapsed, seconds(24 * 3600));
    // Polls come at their own pace, and all their retries are the hundred of the budget.
    assert_eq!(service.log().len(), polls as usize + 100);
}

#[tokio::test]
async fn a_poll_without_a_response_extends_a_wait_by_at_most_one_attempt() {
    let script = Script::new(&[
        GOING,
        Turn::Hang,
        Turn::Hang,
        Turn::Hang,
        Turn::Hang,
        Turn::Hang,
    ]);
    let clock = ManualClock::new();
    let client = script
        .builder(&clock)
        .attempt_timeout(seconds(30))
        .build()
        .unwrap();
    let wait = Wait::until(get(&client), ENDINGS).max_wait(seconds(20));
    let error = wait.await.unwrap_err();
    let WaitError::TimedOut { last, elapsed, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(last.unwrap().name, "going");
    assert!(
        (seconds(20)..=seconds(50)).contains(&elapsed),
        "{elapsed:?}"
    );
}

#[tokio::test]
async fn a_404_ends_the_wait_for_a_deletion() {
    for turns in [&[GOING, status(503), GOING, GONE] as &[Turn], &[GONE]] {
        let script = Script::new(turns);
        Wait::until_gone(get(&script.client(&ManualClock::new())))
            .await
            .unwrap();
        assert_eq!(script.sent(), turns.len());
    }
}

const GONE: Turn = Turn::Response(404, &[], r#"{"errorCode":"SNAPSHOT_NOT_FOUND"}"#);

#[tokio::test]
async fn a_404_about_something_else_is_an_error_of_the_wait_for_a_deletion() {
    for other in [
        status(410),
        status(404),
        Turn::Response(404, &[], "<html>no such page</html>"),
        Turn::Response(404, &[], r#"{"errorCode":"GROUP_NOT_FOUND"}"#),
        Turn::Response(404, &[], r#"{"errorCode":"CLUSTER_NOT_FOUND"}"#),
    ] {
        let script = Script::new(&[GOING, other]);
        let error = Wait::until_gone(get(&script.client(&ManualClock::new())))
            .await
            .unwrap_err();
        assert!(matches!(error, WaitError::Poll(_)), "{other:?}");
    }
}

#[tokio::test]
async fn every_state_is_an_item_and_the_final_one_is_the_last() {
    let clock = ManualClock::new();
    let (service, _) = states(&clock, &[&job("queued"), &job("going"), &job("done")]);
    let mut seen = Vec::new();
    let mut states_of = Wait::until(get(&client(&service, &clock)), ENDINGS).states();
    while let Some(state) = states_of.try_next().await.unwrap() {
        seen.push(state.name);
    }
    assert_eq!(seen, ["queued", "going", "done"]);
    assert!(states_of.try_next().await.unwrap().is_none());

    let script = Script::new(&[GOING, GONE]);
    let mut gone = Wait::until_gone(get(&script.client(&clock))).states();
    assert_eq!(gone.try_next().await.unwrap().unwrap().name, "going");
    assert!(gone.try_next().await.unwrap().is_none());

    let (service, _) = states(&clock, &[&job("broken")]);
    let mut failed = Wait::until(get(&client(&service, &clock)), ENDINGS).states();
    assert!(matches!(failed.try_next().await, Err(WaitError::Failed(job)) if job.name == "broken"));
    assert!(failed.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_dropped_next_does_not_lose_its_state() {
    let clock = ManualClock::new();
    let (service, moments) = states(&clock, &[&job("going"), &job("done")]);
    let mut states_of = Wait::until(get(&client(&service, &clock)), ENDINGS).states();
    states_of.try_next().await.unwrap();
    for _ in 0..1_000 {
        let mut next = pin!(states_of.try_next());
        let given_up =
            std::future::poll_fn(|context| Poll::Ready(next.as_mut().poll(context).is_pending()));
        if !given_up.await {
            break;
        }
        tokio::task::yield_now().await;
    }
    // The pause continued across all dropped streams, and there was only one.
    assert_eq!(moments.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn retry_after_is_a_minimum_for_the_next_poll() {
    const LIMITED: Turn = Turn::Response(429, &[("Retry-After", "3600")], "");
    const LATER: Turn = Turn::Response(200, &[("Retry-After", "600")], r#"{"name":"going"}"#);
    for (turns, waited) in [
        (&[LIMITED, DONE][..], 3_600),
        (&[LATER, DONE], 600),
        (&[LATER, LIMITED, LATER, DONE], 4_800),
    ] {
        let (script, clock) = (Script::new(turns), ManualClock::new());
        let began = clock.now();
        Wait::until(get(&script.client(&clock)), ENDINGS)
            .await
            .unwrap();
        assert_eq!(clock.now() - began, seconds(waited), "{turns:?}");
        assert_eq!(script.sent(), turns.len());
    }
}

#[tokio::test]
async fn a_retry_after_beyond_the_timeout_ends_the_wait() {
    let script = Script::new(&[Turn::Response(429, &[("Retry-After", "3600")], "")]);
    let clock = ManualClock::new();
    let began = clock.now();
    let wait = Wait::until(get(&script.client(&clock)), ENDINGS).max_wait(seconds(3_599));
    let Err(WaitError::Poll(error)) = wait.await else {
        panic!("it goes on")
    };
    assert_eq!(error.retry_after(), Some(seconds(3_600)));
    assert_eq!((script.sent(), clock.now()), (1, began));
}

#[tokio::test]
async fn time_without_polling_does_not_count() {
    let (script, clock) = (Script::new(&[GOING, GOING, DONE]), ManualClock::new());
    let wait = Wait::until(get(&script.client(&clock)), ENDINGS).max_wait(seconds(60));
    let mut states = wait.states();
    let mut seen = 0;
    while states.try_next().await.unwrap().is_some() {
        seen += 1;
        clock.advance(seconds(3_600));
    }
    assert_eq!(seen, 3);
}

/// Number of live states.
static LIVE: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug)]
struct Large;

impl Large {
    fn new() -> Self {
        LIVE.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Clone for Large {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl Drop for Large {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

impl ResponseBody for Large {
    fn decode(_: &[u8]) -> Result<Self, serde_json::Error> {
        assert_eq!(LIVE.load(Ordering::SeqCst), 0, "an earlier state is held");
        Ok(Self::new())
    }
}

struct GetLarge;

impl Endpoint for GetLarge {
    type Output = Large;
    const OPERATION: &'static Operation = GetJob::OPERATION;
}

#[tokio::test]
async fn the_previous_state_is_dropped_before_the_next_is_decoded() {
    let call = || Call::<GetLarge>::new(&Service::always(200, "{}").client());
    let call = call().path("groupId", GROUP).path("name", "one");
    let outcome = Wait::until(call, ENDINGS).max_wait(seconds(60)).await;
    let Err(WaitError::TimedOut { last, polls, .. }) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(last.is_some() && polls > 2);
}

std::thread_local! {
    /// Advances while a state is decoded.
    static READING: RefCell<Option<ManualClock>> = const { RefCell::new(None) };
}

#[derive(Debug, Clone)]
struct Slow;

impl ResponseBody for Slow {
    fn decode(_: &[u8]) -> Result<Self, serde_json::Error> {
        READING.with_borrow(|clock| clock.as_ref().unwrap().advance(seconds(40)));
        Ok(Self)
    }
}

struct GetSlow;

impl Endpoint for GetSlow {
    type Output = Slow;
    const OPERATION: &'static Operation = GetJob::OPERATION;
}

#[tokio::test]
async fn time_spent_decoding_a_state_counts() {
    let clock = ManualClock::new();
    READING.set(Some(clock.clone()));
    let service = Service::always(200, "{}");
    let call = Call::<GetSlow>::new(&client(&service, &clock));
    let call = call.path("groupId", GROUP).path("name", "one");
    let outcome = Wait::until(call, ENDINGS).max_wait(seconds(100)).await;
    assert!(matches!(outcome, Err(WaitError::TimedOut { .. })));
    let passed = clock.now() - clock.began();
    assert!(passed <= seconds(100 + 40), "{passed:?}");
}

#[test]
fn a_timeout_error_uses_singular_and_plural_of_poll() {
    for (polls, expected) in [(0, "0 polls;"), (1, "1 poll;"), (2, "2 polls;")] {
        let ended = WaitError::<Job>::TimedOut {
            job: "job one".to_owned(),
            state: None,
            last: None,
            polls,
            elapsed: Duration::from_secs(60),
        };
        assert!(ended.to_string().contains(expected), "{ended}");
    }
}

const NAMED: &[Acceptor] = &[
    Acceptor::Failure("name", Matcher::Is(&["broken"])),
    Acceptor::Cancelled("name", Matcher::Is(&["stopped"])),
    Acceptor::Expired("name", Matcher::Is(&["stale"])),
    Acceptor::Success("name", Matcher::Is(&["done"])),
];

/// The error of a wait that gets this response again and again.
async fn named(status: u16, body: &str) -> WaitError<Job> {
    let service = Service::always(status, body);
    let wait = Wait::until(get(&service.client()), NAMED).named("export");
    let wait = wait.reason_in("why").max_wait(Duration::ZERO);
    wait.await.unwrap_err()
}

#[tokio::test]
async fn failed_wait_names_the_job_its_end_and_the_reason_of_the_service() {
    let (export, hostile) = (
        format!("export one of {GROUP}"),
        r"No\u001b[2J https://h.example/s3cret",
    );
    for (fields, words, ending, source) in [
        (
            r#""name":"broken","why":{"errorCode":"ROLE_NOT_AUTHORIZED","message":"No access."}"#
                .to_owned(),
            "failed: ROLE_NOT_AUTHORIZED: No access.",
            JobEnding::Failed,
            Some("ROLE_NOT_AUTHORIZED: No access."),
        ),
        (
            format!(r#""name":"broken","why":"{hostile}""#),
            r"failed: No\u{1b}[2J https://h.example/…",
            JobEnding::Failed,
            Some(r"No\u{1b}[2J https://h.example/…"),
        ),
        (
            r#""name":"broken","why":7"#.to_owned(),
            "failed",
            JobEnding::Failed,
            None,
        ),
        (
            r#""name":"stopped""#.to_owned(),
            "was cancelled",
            JobEnding::Cancelled,
            None,
        ),
        (
            r#""name":"stale""#.to_owned(),
            "has expired",
            JobEnding::Expired,
            None,
        ),
    ] {
        let error = named(200, &format!("{{{fields}}}")).await;
        assert_eq!(error.to_string(), format!("{export} {words}"));
        assert_eq!(error.is_expired(), ending == JobEnding::Expired);
        assert_eq!(error.is_cancelled(), ending == JobEnding::Cancelled);
        let message = std::error::Error::source(&error).map(ToString::to_string);
        assert_eq!(message.as_deref(), source);
        assert!(!format!("{error:?}").contains("s3cret/"), "{error:?}");
        let WaitError::Failed(job) = error else {
            panic!("{error}");
        };
        assert_eq!((job.ending(), job.name()), (ending, export.as_str()));
        let reason = job.reason().map(ToString::to_string);
        assert_eq!(reason.as_deref(), source);
    }
}

#[tokio::test]
async fn wait_that_timed_out_or_cannot_poll_names_the_job_and_its_state() {
    let late = named(200, r#"{"name":"busy"}"#).await.to_string();
    let expected =
        format!("export one of {GROUP} is still busy after 0ns and 1 poll; it continues");
    assert!(late.starts_with(&expected), "{late}");
    let lost = named(404, r#"{"detail":"No such export."}"#).await;
    let expected = format!("export one of {GROUP}: GET getJob failed: 404: No such export.");
    assert_eq!(lost.to_string(), expected);
    let source = std::error::Error::source(&lost).unwrap();
    assert!(source.is::<Error>());
}
