//! An interceptor that records metrics of calls with the crate `metrics`.
//!
//! Invariant: the number of values of each label is limited, so no label is an identifier.
use std::borrow::Cow;
use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

use crate::error_type::error_type;
use crate::interceptor::{Attempt, Interceptor, Outcome};
use crate::operation::Operation;

const CALLS: &str = "atlas_calls_total";
const CALL_SECONDS: &str = "atlas_call_duration_seconds";
const ATTEMPTS: &str = "atlas_attempts_total";
const RETRIES: &str = "atlas_retries_total";
const WAIT_SECONDS: &str = "atlas_retry_wait_seconds";
const SENT: &str = "atlas_request_bytes_total";
const RECEIVED: &str = "atlas_response_bytes_total";

/// Records metrics of calls with the crate [`metrics`].
///
/// They are sent to the recorder that the application has installed.
///
/// | Metric | Kind | Labels |
/// |---|---|---|
/// | `atlas_calls_total` | counter | `operation`, `outcome` |
/// | `atlas_call_duration_seconds` | histogram | `operation` |
/// | `atlas_attempts_total` | counter | `operation`, `outcome` |
/// | `atlas_retries_total` | counter | `operation` |
/// | `atlas_retry_wait_seconds` | histogram | `operation` |
/// | `atlas_request_bytes_total` | counter | `operation` |
/// | `atlas_response_bytes_total` | counter | `operation` |
///
/// `operation` is the operation ID, such as `createBackupExport`. `outcome` is the status of the response or, without a
/// response, the kind of failure, such as `timeout`. Streamed bodies are not counted.
///
/// ```
/// # fn main() -> Result<(), atlas_backup::Error> {
/// use atlas_backup::{CallMetrics, Client, Credentials};
/// let client = Client::builder()
///     .credentials(Credentials::bearer("token"))
///     .interceptor(CallMetrics::new())
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallMetrics;

impl CallMetrics {
    /// Creates the interceptor, and describes the metrics to the recorder. Install the recorder first.
    #[must_use]
    pub fn new() -> Self {
        describe_counter!(CALLS, "Calls that ended, with all their attempts");
        describe_histogram!(CALL_SECONDS, Unit::Seconds, "Duration of calls");
        describe_counter!(ATTEMPTS, "Attempts that ended");
        describe_counter!(RETRIES, "Attempts that followed a failed one");
        describe_histogram!(WAIT_SECONDS, Unit::Seconds, "Waits before retries");
        describe_counter!(SENT, Unit::Bytes, "Bodies of requests");
        describe_counter!(RECEIVED, Unit::Bytes, "Bodies of responses");
        Self
    }
}

impl Default for CallMetrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Interceptor for CallMetrics {
    fn after_attempt(&self, attempt: &Attempt, outcome: &Outcome<'_>) {
        let operation = attempt.operation.id;
        counter!(ATTEMPTS, "operation" => operation, "outcome" => name(outcome)).increment(1);
    }

    fn before_retry(&self, attempt: &Attempt, wait: Duration) {
        let operation = attempt.operation.id;
        counter!(RETRIES, "operation" => operation).increment(1);
        histogram!(WAIT_SECONDS, "operation" => operation).record(wait);
    }

    fn after_call(&self, operation: &Operation, outcome: &Outcome<'_>) {
        let operation = operation.id;
        counter!(CALLS, "operation" => operation, "outcome" => name(outcome)).increment(1);
        histogram!(CALL_SECONDS, "operation" => operation).record(outcome.duration);
        counter!(SENT, "operation" => operation).increment(outcome.sent_bytes);
        counter!(RECEIVED, "operation" => operation).increment(outcome.received_bytes);
    }
}

/// Returns the label `outcome`: the status of the response, or the kind of failure if there was no response.
fn name(outcome: &Outcome<'_>) -> Cow<'static, str> {
    match (outcome.error, outcome.status) {
        (Some(error), _) => error_type(error),
        (None, Some(status)) => Cow::Owned(status.as_u16().to_string()),
        (None, None) => Cow::Borrowed("ok"),
    }
}
