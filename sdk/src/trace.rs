//! What calls tell `tracing`: a span for each call and each of its attempts, and events nobody else reports.
//!
//! Invariant: fields hold names, numbers and the service's codes; never a header, a body, an identifier, a query or the
//! text of an error.
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug, info_span, warn};

use crate::base_url::BaseUrl;
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;
use crate::response::{deprecation, is_deprecated, sunset};

/// What filters go by.
const TARGET: &str = "atlas_backup";

type Outcome = Result<http::Response<Bytes>, Error>;

/// Runs a call, all its attempts included, in a span.
pub(crate) async fn call<T>(
    operation: &'static Operation,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let span = info_span!(
        target: TARGET,
        "atlas_call",
        otel.name = operation.id,
        otel.status_code = Empty,
        error.type = Empty,
        atlas.error_code = Empty,
    );
    let outcome = call.instrument(span.clone()).await;
    record(&span, &outcome);
    outcome
}

/// Runs one attempt in a span, which is what OpenTelemetry's semantic conventions call an HTTP client span.
pub(crate) async fn attempt(
    base: &BaseUrl,
    operation: &'static Operation,
    number: u32,
    attempt: impl Future<Output = Outcome>,
) -> Outcome {
    let span = info_span!(
        target: TARGET,
        "atlas_attempt",
        otel.name = format_args!("{} {}", operation.method, operation.path),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = operation.method.as_str(),
        http.request.resend_count = (number > 1).then(|| number - 1),
        http.response.status_code = Empty,
        url.template = operation.path,
        server.address = base.host(),
        server.port = base.port(),
        error.type = Empty,
        atlas.error_code = Empty,
    );
    let outcome = attempt.instrument(span.clone()).await;
    let status = match &outcome {
        Ok(answer) => Some(answer.status()),
        Err(error) => error.status(),
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    record(&span, &outcome);
    outcome
}

fn record<T>(span: &Span, outcome: &Result<T, Error>) {
    let Err(error) = outcome else { return };
    span.record("otel.status_code", "ERROR");
    span.record("error.type", &*error_type(error));
    if let Some(code) = error.error_code() {
        span.record("atlas.error_code", code.to_string());
    }
}

/// The status of an answer, else what kind of failure it was.
fn error_type(error: &Error) -> Cow<'static, str> {
    if let Some(status) = error
        .status()
        .filter(|status| !StatusCode::is_success(status))
    {
        return Cow::Owned(status.as_u16().to_string());
    }
    Cow::Borrowed(match error.kind() {
        ErrorKind::Configuration => "configuration",
        ErrorKind::Credentials => "credentials",
        ErrorKind::InvalidRequest => "invalid_request",
        ErrorKind::Connect => "connect",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Transport => "transport",
        ErrorKind::Api => "api",
        ErrorKind::Decode => "decode",
        ErrorKind::Pagination => "pagination",
    })
}

/// Another attempt is coming.
pub(crate) fn retry(error: &Error, wait: Duration) {
    debug!(
        target: TARGET,
        attempts = error.attempts(),
        error.type = &*error_type(error),
        wait_seconds = wait.as_secs_f64(),
        "an attempt failed and is made again"
    );
}

/// Runs a download, all its attempts included, in a span. It does not say from where: the host's name has a job's
/// identifier in it. Of a whole it tells the bytes and attempts, of an error its name.
#[cfg(feature = "download")]
pub(crate) async fn download<T, E>(
    download: impl Future<Output = Result<T, E>>,
    figures: impl FnOnce(&T) -> (u64, u32),
    name: impl FnOnce(&E) -> &'static str,
) -> Result<T, E> {
    let span = info_span!(
        target: TARGET,
        "atlas_download",
        otel.status_code = Empty,
        error.type = Empty,
        bytes = Empty,
        attempts = Empty,
    );
    let outcome = download.instrument(span.clone()).await;
    match &outcome {
        Ok(whole) => {
            let (bytes, attempts) = figures(whole);
            span.record("bytes", bytes);
            span.record("attempts", attempts);
        }
        Err(error) => {
            span.record("otel.status_code", "ERROR");
            span.record("error.type", name(error));
        }
    }
    outcome
}

/// Another attempt of a download is coming.
#[cfg(feature = "download")]
pub(crate) fn download_retry(error: &str, attempts: u32, received: u64, wait: Duration) {
    debug!(
        target: TARGET,
        attempts,
        received,
        error.type = error,
        wait_seconds = wait.as_secs_f64(),
        "a download broke off and goes on"
    );
}

/// A part cannot be continued, for nobody can say what it is a part of.
#[cfg(feature = "download")]
pub(crate) fn download_record_damaged() {
    warn!(
        target: TARGET,
        "the record of an earlier download (`.NAME.part.json`) is damaged; the download begins again"
    );
}

/// A token store failed, which costs a token request.
pub(crate) fn token_store(error: &std::io::Error) {
    // The text of the error may name a path, and is the store's own.
    warn!(target: TARGET, failure = ?error.kind(), "the token store failed");
}

/// The deprecated operations a client has spoken of.
#[derive(Default)]
pub(crate) struct Deprecations(Mutex<HashSet<(&'static str, &'static str)>>);

impl Deprecations {
    /// Warns if the answer says that the operation's version is deprecated or will end; once for each operation.
    pub(crate) fn notice(&self, operation: &'static Operation, headers: &HeaderMap) {
        if !is_deprecated(headers) {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.insert((operation.id, operation.accept)) {
            warn!(
                target: TARGET,
                operation = operation.id,
                media_type = operation.accept,
                deprecated_since = deprecation(headers).map(|date| date.to_string()),
                sunset = sunset(headers).map(|date| date.to_string()),
                "the service deprecates this version of the operation; a newer SDK speaks a newer one"
            );
        }
    }
}
