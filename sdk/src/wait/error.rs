//! Errors of waits, with the job's name, its state and the service's reason.
//!
//! Invariant: the text has names from the path, states, and reasons without control characters and URLs. It has no
//! response.
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use serde_json::Value;

use crate::error::Error;
use crate::missing_field::MissingField;
use crate::printable::Printable;

/// The error of a wait. `T` is the type of the state.
///
/// Displays as one line: the job, its outcome, and the reason that the service gives.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum WaitError<T> {
    /// The job failed, was cancelled or has expired.
    Failed(FailedJob<T>),
    /// The job has not ended within [`Wait::max_wait`](crate::Wait::max_wait). It continues, and can be waited for again.
    TimedOut {
        /// The job: `export 69b4c120ecee65630a00002e of Cluster0`.
        job: String,
        /// The name of the last state, if a response had one.
        state: Option<String>,
        /// The last response, if there was one.
        last: Option<T>,
        /// The number of polls.
        polls: u32,
        /// The time since the first poll.
        elapsed: Duration,
    },
    /// A request failed, and the failure is not transient. The job may continue.
    Poll(Error),
}

impl<T> WaitError<T> {
    /// Returns true if the job was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Failed(job) if job.ending == JobEnding::Cancelled)
    }

    /// Returns true if the job succeeded but its result is no longer available, such as expired delivery URLs.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self, Self::Failed(job) if job.ending == JobEnding::Expired)
    }
}

impl<T> fmt::Display for WaitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(job) => job.fmt(f),
            Self::TimedOut {
                job,
                state,
                polls,
                elapsed,
                ..
            } => {
                match state {
                    Some(state) => write!(f, "{job} is still {}", Printable(state))?,
                    None => write!(f, "{job} has not ended")?,
                }
                let times = if *polls == 1 { "poll" } else { "polls" };
                write!(
                    f,
                    " after {elapsed:.0?} and {polls} {times}; it continues, and can be waited for again"
                )
            }
            Self::Poll(error) => error.fmt(f),
        }
    }
}

impl<T: fmt::Debug> std::error::Error for WaitError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(job) => job.reason.as_ref().map(|reason| reason as _),
            Self::TimedOut { .. } => None,
            Self::Poll(error) => Some(error),
        }
    }
}

impl<T> From<Error> for WaitError<T> {
    fn from(error: Error) -> Self {
        Self::Poll(error)
    }
}

impl<T> From<MissingField> for WaitError<T> {
    fn from(missing: MissingField) -> Self {
        Self::Poll(missing.into())
    }
}

/// A job that ended without success. Dereferences to its last state.
#[derive(Debug, Clone)]
pub struct FailedJob<T> {
    pub(super) state: T,
    pub(super) name: String,
    pub(super) ending: JobEnding,
    pub(super) reason: Option<FailureReason>,
}

impl<T> FailedJob<T> {
    /// Returns the kind of job, its identifier and the cluster: `export 69b4c120ecee65630a00002e of Cluster0`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the outcome of the job.
    #[must_use]
    pub fn ending(&self) -> JobEnding {
        self.ending
    }

    /// Returns the reason that the service gives, if there is one.
    #[must_use]
    pub fn reason(&self) -> Option<&FailureReason> {
        self.reason.as_ref()
    }

    /// Returns the last state of the job by value.
    #[must_use]
    pub fn into_state(self) -> T {
        self.state
    }
}

impl<T> Deref for FailedJob<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.state
    }
}

impl<T> fmt::Display for FailedJob<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.ending)?;
        match &self.reason {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}

/// The outcome of a job that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobEnding {
    /// The job failed.
    Failed,
    /// The job was cancelled.
    Cancelled,
    /// The job succeeded, but its result is no longer available.
    Expired,
}

impl fmt::Display for JobEnding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "failed",
            Self::Cancelled => "was cancelled",
            Self::Expired => "has expired",
        })
    }
}

/// The reason that the service gives for a job that failed.
///
/// Displays as `CODE: message` on one line, without control characters, and with URLs reduced to their host.
#[derive(Clone, PartialEq, Eq)]
pub struct FailureReason {
    code: Option<String>,
    message: Option<String>,
}

impl FailureReason {
    /// Reads a text, or an object with `errorCode` and `message`.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let reason = Self {
            code: value.get("errorCode").and_then(text),
            message: value
                .get("message")
                .unwrap_or(value)
                .as_str()
                .map(str::to_owned),
        };
        (reason.code.is_some() || reason.message.is_some()).then_some(reason)
    }

    /// Returns the code of the failure, such as `ROLE_NOT_AUTHORIZED`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns the description of the failure. The text is unchanged: it can contain control characters.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

impl fmt::Display for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joint = match (&self.code, &self.message) {
            (Some(_), Some(_)) => ": ",
            _ => "",
        };
        let (code, message) = (
            self.code().unwrap_or_default(),
            self.message().unwrap_or_default(),
        );
        write!(f, "{}{joint}{}", Printable(code), Printable(message))
    }
}

impl fmt::Debug for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FailureReason({self})")
    }
}

impl std::error::Error for FailureReason {}
