//! Spans and events of `tracing`: a span for each call, each attempt and each download, and events for retries,
//! deprecations, and failures without an error: those of a token store, and damaged records of downloads.
//!
//! Invariant: fields are names, numbers and error codes of the service. They are never headers, bodies, identifiers,
//! queries or error texts.
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug, info_span, warn};

use crate::base_url::BaseUrl;
use crate::error::Error;
use crate::error_type::error_type;
use crate::operation::Operation;
use crate::response::{deprecation, is_deprecated, sunset};

/// The target, for filters.
const TARGET: &str = "atlas_backup";

type Outcome = Result<http::Response<Bytes>, Error>;

/// Runs a call with all its attempts in a span.
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

/// Runs an attempt in a span: an HTTP client span of OpenTelemetry's semantic conventions.
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

/// Reports that another attempt follows.
pub(crate) fn retry(error: &Error, wait: Duration) {
    debug!(
        target: TARGET,
        attempts = error.attempts(),
        error.type = &*error_type(error),
        wait_seconds = wait.as_secs_f64(),
        "an attempt failed and is made again"
    );
}

/// Runs a download with all its attempts in a span. The span does not have the host, whose name contains the identifier of
/// a job. It has the number of bytes and attempts, or the name of the error.
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

/// Reports that another attempt of a download follows.
#[cfg(feature = "download")]
pub(crate) fn download_retry(error: &str, attempts: u32, received: u64, wait: Duration) {
    debug!(
        target: TARGET,
        attempts,
        received,
        error.type = error,
        wait_seconds = wait.as_secs_f64(),
        "a download was interrupted and resumes"
    );
}

/// Reports that a partial file cannot be resumed because its origin is unknown.
#[cfg(feature = "download")]
pub(crate) fn download_record_damaged() {
    warn!(
        target: TARGET,
        "the record of an earlier download (`.NAME.part.json`) is damaged; the download begins again"
    );
}

/// Reports that a token store failed; the client requests a token instead.
pub(crate) fn token_store(error: &std::io::Error) {
    // The text of the error may contain a path.
    warn!(target: TARGET, failure = ?error.kind(), "the token store failed");
}

/// The deprecated operations that a client has warned about.
#[derive(Default)]
pub(crate) struct Deprecations(Mutex<HashSet<(&'static str, &'static str)>>);

impl Deprecations {
    /// Warns once for each operation whose response announces deprecation or a sunset.
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
