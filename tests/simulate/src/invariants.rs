//! The promises that must hold in every run, and the checks of errors.
use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use atlas_backup::{DownloadError, Error, ErrorKind, WaitError};

use crate::world::World;

/// A promise of the SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Invariant {
    NoDuplicate,
    NoLoss,
    Listing,
    NoBlindRepeat,
    WholeArchive,
    Budget,
    MaxWait,
    RetryAfter,
    NoRequestAfterDrop,
    InTime,
    NoSecret,
    Cause,
    Persistence,
    Attempts,
    OneFlight,
    Nonces,
    Tokens,
    Origin,
    Files,
    Progress,
    NoPanic,
}

impl Invariant {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 21] = [
        Self::NoDuplicate,
        Self::NoLoss,
        Self::Listing,
        Self::NoBlindRepeat,
        Self::WholeArchive,
        Self::Budget,
        Self::MaxWait,
        Self::RetryAfter,
        Self::NoRequestAfterDrop,
        Self::InTime,
        Self::NoSecret,
        Self::Cause,
        Self::Persistence,
        Self::Attempts,
        Self::OneFlight,
        Self::Nonces,
        Self::Tokens,
        Self::Origin,
        Self::Files,
        Self::Progress,
        Self::NoPanic,
    ];

    /// Returns the sentence for reports and the guide.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::NoDuplicate => "a creation creates one job",
            Self::NoLoss => "a job that a call returned or created is found",
            Self::Listing => "a walk through an unchanged list returns every item once",
            Self::NoBlindRepeat => {
                "no creation is retried after an ambiguous failure without a look-up"
            }
            Self::WholeArchive => "a download that succeeds is the archive byte for byte",
            Self::Budget => "retries use one budget, and unused retries are returned to it",
            Self::MaxWait => "a wait ends within `max_wait` and one attempt, and not before",
            Self::RetryAfter => "nothing is sent before `Retry-After` has passed",
            Self::NoRequestAfterDrop => "nothing is sent for a future that was dropped",
            Self::InTime => "no call takes longer than the sum of its limits",
            Self::NoSecret => "no secret is printed",
            Self::Cause => "every failure has a cause in the schedule",
            Self::Persistence => "a transient failure of a call that may be repeated is retried",
            Self::Attempts => "an error has the number of attempts",
            Self::OneFlight => "one challenge or token request is in progress at a time",
            Self::Nonces => "no nonce is used twice with the same count",
            Self::Tokens => "no access token is sent after it expired",
            Self::Origin => "requests and credentials go to their own origin only",
            Self::Files => "a destination is absent, unchanged or complete",
            Self::Progress => "every story ends",
            Self::NoPanic => "nothing panics",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Additional errors that a call may return, besides those of injected faults.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Allowed {
    /// Statuses that the story itself causes.
    pub(crate) statuses: &'static [u16],
}

impl World {
    /// Checks an error of a call.
    pub(crate) fn failed(&self, error: &Error, allowed: Allowed) {
        self.print_error(error);
        let hits = self.state().hits;
        let status = error.status().map(|status| status.as_u16());
        let transient = matches!(status, Some(429 | 500 | 502 | 503 | 504));
        let slow = self.operation_timeout().is_some();
        let explained = match error.kind() {
            ErrorKind::Api if status.is_some_and(|status| allowed.statuses.contains(&status)) => {
                true
            }
            ErrorKind::Api if transient => hits.status > 0,
            // Credentials that were invalidated once are renewed. A 404 is not a reason to retry.
            ErrorKind::Api if status == Some(404) => hits.absent > 0,
            ErrorKind::Api => status == Some(401) && hits.forgotten > 1,
            ErrorKind::Credentials => hits.status > 0 || hits.garbled > 0,
            ErrorKind::Connect => hits.network > 0,
            ErrorKind::Transport => hits.network > 0,
            ErrorKind::Timeout => hits.network > 0 || slow,
            ErrorKind::Decode => hits.garbled > 0,
            ErrorKind::Pagination => hits.astray > 0,
            _ => false,
        };
        if !explained {
            self.broken(
                Invariant::Cause,
                format!("nothing explains {:?}: {error}", error.kind()),
            );
        }
    }

    /// Checks an error of a wait.
    pub(crate) fn wait_failed<T: fmt::Debug>(&self, error: &WaitError<T>) {
        self.printed(&format!("{error} {error:?}"));
        if let WaitError::Poll(error) = error {
            self.failed(error, Allowed::default());
        }
    }

    /// Checks an error of a wait that began at a time with this limit.
    pub(crate) fn wait_ended<T: fmt::Debug>(
        &self,
        error: &WaitError<T>,
        began: Duration,
        limit: Duration,
    ) {
        self.wait_failed(error);
        let waited = self.now() - began;
        if matches!(error, WaitError::TimedOut { .. }) && waited < limit {
            let detail = format!("after {waited:?} of {limit:?}");
            self.broken(Invariant::MaxWait, detail);
        }
    }

    /// Checks an error of a download.
    pub(crate) fn download_failed(&self, error: &DownloadError) {
        self.print_error(error);
        let hits = self.state().hits;
        let explained = match error {
            DownloadError::Io { .. } => hits.disk > 0,
            DownloadError::Status { .. } => hits.status > 0,
            DownloadError::Transport { .. } => hits.network > 0,
            DownloadError::Changed { .. } | DownloadError::Range { .. } => hits.delivery > 0,
            DownloadError::Length { .. } => hits.garbled > 0 || hits.delivery > 0,
            DownloadError::Redirect { .. } => hits.delivery > 0,
            // Only stories of width 1 have two downloads at a time.
            DownloadError::Busy => self.schedule().settings.width == 1,
            // The story checks that the file is there.
            DownloadError::Exists => true,
            DownloadError::Expired { .. } => true,
            _ => false,
        };
        if !explained {
            self.broken(Invariant::Cause, format!("nothing explains {error:?}"));
        }
    }

    fn print_error(&self, error: &(dyn std::error::Error + 'static)) {
        self.printed(&format!("{error:?}"));
        let mut next = Some(error);
        while let Some(error) = next {
            self.printed(&error.to_string());
            next = error.source();
        }
    }
}

/// Returns true if an error is caused by a transient failure.
pub(crate) fn is_transient(error: &Error) -> bool {
    let _ = error.source();
    match error.kind() {
        ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => true,
        ErrorKind::Api => error
            .status()
            .is_some_and(|status| matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)),
        _ => false,
    }
}
