//! Interceptors: the attempts and calls that they observe, and the headers that they may add.
use std::sync::{Arc, Mutex};
use std::time::Duration;

use atlas_backup::{
    Attempt, Credentials, Interceptor, Operation, Outcome, RequestHeaders, ReservedHeader,
};
use http::{HeaderName, HeaderValue, header};

use crate::script::*;
use crate::world::*;

/// Records each hook as a line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn line(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

fn described(outcome: &Outcome<'_>) -> String {
    let Outcome {
        attempts,
        duration,
        sent_bytes,
        received_bytes,
        ..
    } = outcome;
    let status = outcome.status.map_or(0, |status| status.as_u16());
    let failed = outcome.error.map_or("ok", |_| "failed");
    assert_eq!(outcome.status.is_some(), outcome.headers.is_some());
    format!("{failed} {status} {attempts} {duration:?} {sent_bytes}>{received_bytes}")
}

impl Interceptor for Log {
    fn before_attempt(&self, attempt: &Attempt, headers: &mut RequestHeaders<'_>) {
        assert_eq!(headers.get(&header::AUTHORIZATION), None);
        assert!(headers.get(&header::USER_AGENT).is_some());
        self.line(format!(
            "before {} {}",
            attempt.operation.id, attempt.number
        ));
    }

    fn after_attempt(&self, attempt: &Attempt, outcome: &Outcome<'_>) {
        self.line(format!("after {}: {}", attempt.number, described(outcome)));
    }

    fn before_retry(&self, attempt: &Attempt, wait: Duration) {
        self.line(format!("retry {} in {wait:?}", attempt.number));
    }

    fn after_call(&self, operation: &Operation, outcome: &Outcome<'_>) {
        self.line(format!("{}: {}", operation.id, described(outcome)));
    }
}

#[tokio::test]
async fn each_attempt_retry_and_call_is_observed_in_order() {
    let limited = Turn::Response(429, &[("Retry-After", "2")], "slow");
    let script = Script::new(&[limited, Turn::Hang, GOOD]);
    let log = Log::default();
    let builder = script.builder(&ManualClock::new()).interceptor(log.clone());
    create(&builder.build().unwrap(), "one").await.unwrap();
    let lines = log.lines();
    let waits = lines.iter().filter_map(|line| line.split_once(" in "));
    let waits: Vec<&str> = waits.map(|(_, wait)| wait).collect();
    assert!(
        waits[0].starts_with("2.0"),
        "the service asked for 2 s, and jitter is on top: {waits:?}"
    );
    let expected = [
        "before createJob 1".to_owned(),
        "after 1: failed 429 1 0ns 14>4".to_owned(),
        format!("retry 1 in {}", waits[0]),
        "before createJob 2".to_owned(),
        "after 2: failed 0 2 60s 14>0".to_owned(),
        format!("retry 2 in {}", waits[1]),
        "before createJob 3".to_owned(),
        "after 3: ok 200 3 0ns 14>12".to_owned(),
    ];
    assert_eq!(lines[..8], expected);
    let call = lines[8].strip_prefix("createJob: ok 200 3 6").unwrap();
    assert!(call.ends_with("s 42>16"), "{call}");
    assert_eq!(lines.len(), 9);
}

#[tokio::test]
async fn a_call_that_is_not_sent_ends_without_an_attempt() {
    let (service, log) = (Service::always(200, ""), Log::default());
    let client = service.builder().interceptor(log.clone()).build().unwrap();
    create(&client, "").await.unwrap_err();
    assert_eq!(log.lines(), ["createJob: failed 0 0 0ns 0>0"]);
}

/// Adds one header, and records the result.
#[derive(Clone)]
struct Adds(
    HeaderName,
    &'static str,
    Arc<Mutex<Option<Result<(), ReservedHeader>>>>,
);

impl Adds {
    fn new(name: &'static str, value: &'static str) -> Self {
        Self(HeaderName::from_static(name), value, Arc::default())
    }
}

impl Interceptor for Adds {
    fn before_attempt(&self, _: &Attempt, headers: &mut RequestHeaders<'_>) {
        let added = headers.add(self.0.clone(), HeaderValue::from_static(self.1));
        *self.2.lock().unwrap() = Some(added);
    }
}

#[tokio::test]
async fn an_added_header_is_sent_with_each_request_of_an_attempt() {
    let challenge = Turn::Response(
        401,
        &[(
            "WWW-Authenticate",
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"",
        )],
        "",
    );
    let script = Script::new(&[challenge, status(503), GOOD]);
    let builder = script.builder(&ManualClock::new());
    let builder = builder.credentials(Credentials::digest("p", "k"));
    let client = builder.interceptor(Adds::new("x-team", "a")).build();
    get(&client.unwrap()).await.unwrap();
    let sent = script.log();
    let values: Vec<_> = sent.iter().map(|sent| header(sent, "x-team")).collect();
    assert_eq!(values, [Some("a"); 3]);
}

#[tokio::test]
async fn headers_of_credentials_and_of_the_client_cannot_be_replaced() {
    for name in [
        "authorization",
        "proxy-authorization",
        "cookie",
        "host",
        "content-length",
        "accept",
        "content-type",
        "user-agent",
    ] {
        let service = Service::always(200, r#"{"name":"x"}"#);
        let adds = Adds::new(name, "stolen");
        let builder = service.builder().interceptor(adds.clone());
        create(&builder.build().unwrap(), "one").await.unwrap();
        let refused = adds.2.lock().unwrap().take().unwrap().unwrap_err();
        assert!(refused.to_string().contains(name), "{refused}");
        let sent = &service.log()[0];
        assert_ne!(header(sent, name), Some("stolen"), "{name}");
        assert_eq!(header(sent, "authorization"), Some("Bearer tok-secret"));
    }
    // If two interceptors add the same header, the first one is used.
    let service = Service::always(200, r#"{"name":"x"}"#);
    let (first, second) = (Adds::new("x-team", "a"), Adds::new("x-team", "b"));
    let builder = service.builder().interceptor(first.clone());
    let client = builder.interceptor(second.clone()).build().unwrap();
    get(&client).await.unwrap();
    assert_eq!(header(&service.log()[0], "x-team"), Some("a"));
    assert!(second.2.lock().unwrap().take().unwrap().is_err());
}
