//! The output of `tracing`: OpenTelemetry's names, one warning for each deprecated operation, and no secret.
use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};

use atlas_backup::{ClientBuilder, Credentials};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::script::*;
use crate::world::*;

/// Collects the trace output as text.
#[derive(Clone, Default)]
pub(crate) struct TraceOutput(Arc<Mutex<Vec<u8>>>);

impl Write for TraceOutput {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for TraceOutput {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A second subscriber.
///
/// With a single one, `tracing` assumes that it listens on every thread, and never reports a call site that
/// another thread meets first.
static SECOND: LazyLock<tracing::Dispatch> =
    LazyLock::new(|| tracing::Dispatch::new(tracing_subscriber::registry()));

impl TraceOutput {
    /// Subscribes on this thread until the guard is dropped.
    pub(crate) fn listen(&self) -> tracing::subscriber::DefaultGuard {
        LazyLock::force(&SECOND);
        let subscriber = tracing_subscriber::fmt()
            .with_writer(self.clone())
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Returns the closing lines of spans with this name.
    fn closed(&self, name: &str) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().filter(|line| line.contains(": close"));
        let spans = lines.filter_map(|line| {
            let (_, own) = line.rsplit_once(&format!("{name}{{"))?;
            let (own, _) = own.split_once("}: atlas_backup: close")?;
            (!own.contains("}:")).then(|| own.to_owned())
        });
        spans.collect()
    }
}

#[tokio::test]
async fn each_call_and_each_attempt_has_a_span_with_opentelemetrys_names() {
    let output = TraceOutput::default();
    let _listening = output.listen();
    let limited = Turn::Response(429, &[("X-Error-Code", "RATE_LIMITED")], "");
    let script = Script::new(&[limited, Turn::Hang, GOOD, status(404)]);
    let client = script.builder(&ManualClock::new());
    let client = client
        .base_url("https://cloud.example:8443")
        .unwrap()
        .build()
        .unwrap();
    get(&client).await.unwrap();
    get(&client).await.unwrap_err();

    let calls = output.closed("atlas_call");
    assert_eq!(calls[0], r#"otel.name="getJob""#);
    let failed = r#"otel.name="getJob" otel.status_code="ERROR" error.type="404""#;
    assert_eq!(calls[1..], [failed]);

    let same = "otel.name=GET /api/atlas/v2/groups/{groupId}/jobs/{name} otel.kind=\"client\" \
                http.request.method=\"GET\"";
    let place = "url.template=\"/api/atlas/v2/groups/{groupId}/jobs/{name}\" \
                 server.address=\"cloud.example\" server.port=8443";
    let attempts = output.closed("atlas_attempt");
    for (attempt, count, outcome) in [
        (
            0,
            "",
            r#"http.response.status_code=429 otel.status_code="ERROR" error.type="429" atlas.error_code="RATE_LIMITED""#,
        ),
        (
            1,
            "http.request.resend_count=1 ",
            r#"otel.status_code="ERROR" error.type="timeout""#,
        ),
        (
            2,
            "http.request.resend_count=2 ",
            "http.response.status_code=200",
        ),
        (
            3,
            "",
            r#"http.response.status_code=404 otel.status_code="ERROR" error.type="404""#,
        ),
    ] {
        assert_eq!(
            attempts[attempt],
            format!("{same} {count}{place} {outcome}")
        );
    }
    assert_eq!(attempts.len(), 4);
    assert!(
        output
            .text()
            .contains("an attempt failed and is made again")
    );
}

#[tokio::test]
async fn each_client_warns_once_of_a_deprecated_operation() {
    let output = TraceOutput::default();
    let _listening = output.listen();
    let service = Service::new(|sent| {
        let headers = [
            ("Deprecation", "Mon, 5 Aug 2024 00:00:00 GMT"),
            ("Sunset", "Thu, 1 Jul 2027 00:00:00 GMT"),
        ];
        // Both failures and successes announce it.
        let status = if sent.method() == http::Method::POST {
            400
        } else {
            200
        };
        reply(status, &headers, r#"{"name":"x","results":[]}"#)
    });
    let client = service.client();
    for _ in 0..3 {
        get(&client).await.unwrap();
        get(&client.clone()).await.unwrap();
        post(&client).await.unwrap_err();
    }
    get(&service.client()).await.unwrap();

    let text = output.text();
    let warnings: Vec<_> = text
        .lines()
        .filter(|line| line.contains(" WARN "))
        .collect();
    let named = ["getJob", "submitJob", "getJob"];
    assert_eq!(warnings.len(), named.len(), "{text}");
    for (warning, operation) in warnings.iter().zip(named) {
        assert!(warning.contains(&format!("operation=\"{operation}\"")));
        assert!(warning.contains("deprecated_since=\"2024-08-05T00:00:00Z\""));
        assert!(warning.contains("sunset=\"2027-07-01T00:00:00Z\""));
    }
}

const TOKEN: Turn = Turn::Response(
    200,
    &[],
    r#"{"access_token":"hush-token","token_type":"Bearer"}"#,
);
const CHALLENGE: Turn = Turn::Response(
    401,
    &[(
        "WWW-Authenticate",
        "Digest realm=\"r\", nonce=\"hush-nonce\", qop=\"auth\"",
    )],
    "",
);
/// Every part of a response that may hold a secret does.
const TELLTALE: Turn = Turn::Response(
    503,
    &[("Set-Cookie", "hush-cookie"), ("Retry-After", "1")],
    r#"{"detail":"hush-detail","reason":"hush-reason","parameters":["hush-parameter"],"errorCode":"C"}"#,
);
const UNREADABLE: Turn = Turn::Response(200, &[], r#"{"name":["https://hush-link/hush"]}"#);

#[tokio::test]
async fn no_level_shows_a_secret() {
    let output = TraceOutput::default();
    let _listening = output.listen();
    let run = async |credentials: Credentials, first: &[Turn]| {
        let turns = [first, &[TELLTALE, Turn::Reset, UNREADABLE, TELLTALE]].concat();
        let script = Script::new(&turns);
        let builder: ClientBuilder = script.builder(&ManualClock::new());
        let client = builder.credentials(credentials).build().unwrap();
        let call = get(&client)
            .path("name", "hush-path")
            .query("q", "hush-query");
        call.header("If-Match", "hush-header").await.unwrap_err();
        let call = post(&client).body(&NewJob { name: "hush-body" });
        call.no_retry().await.unwrap_err();
    };
    run(Credentials::bearer("hush-bearer"), &[]).await;
    run(
        Credentials::digest("hush-public", "hush-private"),
        &[CHALLENGE],
    )
    .await;
    run(
        Credentials::service_account("hush-id", "hush-secret"),
        &[TELLTALE, TOKEN],
    )
    .await;
    let text = output.text();
    assert!(text.contains("error.type=\"503\"") && text.contains("error.type=\"transport\""));
    for line in text.lines() {
        assert!(!line.contains("hush") && !line.contains(GROUP), "{line}");
    }
}
