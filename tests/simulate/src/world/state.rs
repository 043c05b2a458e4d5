//! The recorded state of a run.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::time::Duration;

use atlas_backup::sandbox::Sandbox;

use super::BEARER;
use super::scope::Kind;
use crate::invariants::Invariant;
use crate::schedule::Trouble;

pub(crate) struct State {
    pub(super) trace: Trace,
    broken: Option<(Invariant, String)>,
    /// Texts that must not be printed, and their meaning.
    secrets: Vec<(String, &'static str)>,
    /// Number of requests by subject.
    seen: BTreeMap<&'static str, u64>,
    pub(super) scopes: Vec<Scope>,
    /// The calls that are being polled, the innermost last.
    pub(super) polled: Vec<usize>,
    /// Number of calls that faults can affect.
    pub(super) calls: u64,
    processes: u64,
    /// Number of requests that the service will fail.
    pub(super) storm: u64,
    clients: u64,
    pub(crate) hits: Hits,
    /// Nonces with their counts that were sent.
    pub(super) counts: BTreeSet<(String, String)>,
    /// Single-use nonces that the service has accepted.
    pub(super) taken: BTreeSet<String>,
    /// Invalidated nonces and access tokens.
    pub(super) dead: BTreeSet<String>,
    /// The time at which each access token was granted.
    pub(super) granted: BTreeMap<String, Duration>,
    /// The time at which each job was created, if lists are delayed.
    pub(super) made: BTreeMap<String, Duration>,
    /// Token and challenge requests in progress, by client, and the time of the last one.
    pub(super) flights: BTreeMap<(u64, &'static str), (u64, Duration)>,
    /// The version of the delivery host's content.
    pub(super) version: u64,
}

/// The number of injected faults so far, by the errors that they explain.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hits {
    pub(crate) network: u64,
    pub(crate) status: u64,
    pub(crate) garbled: u64,
    pub(crate) forgotten: u64,
    pub(crate) astray: u64,
    pub(crate) delivery: u64,
    pub(crate) disk: u64,
    /// `Retry-After` values that are too long to wait for.
    pub(crate) impatient: u64,
}

impl Hits {
    pub(super) fn count(&mut self, trouble: Trouble) {
        match trouble {
            Trouble::Late { .. }
            | Trouble::LateAnyway { .. }
            | Trouble::Unreached
            | Trouble::ResetBefore
            | Trouble::ResetAfter
            | Trouble::Cut(_)
            | Trouble::Stall(_) => self.network += 1,
            Trouble::Short(_) => self.garbled += 1,
            Trouble::Twice | Trouble::Forget => self.forgotten += 1,
            Trouble::Status(_, _, patience) => {
                self.status += 1;
                let asked = patience.asked().unwrap_or_default();
                self.impatient += u64::from(asked > Duration::from_secs(300));
            }
            Trouble::Astray => self.astray += 1,
            Trouble::Whole
            | Trouble::Elsewhere
            | Trouble::Nothing
            | Trouble::Renewed
            | Trouble::Careless
            | Trouble::Redirect => self.delivery += 1,
        }
    }
}

/// A call, or another future whose owner may drop it.
pub(crate) struct Scope {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) over: bool,
    pub(super) began: Duration,
    pub(super) rested: Duration,
    /// How long it was not polled although it could have made progress.
    pub(super) idle: Duration,
    /// Number of requests of its own operation.
    pub(super) sent: u64,
    /// Number of all requests.
    pub(super) requests: u64,
    /// The time since which the outcome of a creation is unknown.
    pub(super) ambiguous: Option<Duration>,
    /// The time at which the list was last read to its end.
    pub(super) looked: Option<Duration>,
    /// The earliest time of the next request, by target; an empty target stands for all.
    pub(super) not_before: BTreeMap<String, Duration>,
}

impl Scope {
    pub(super) fn new(name: &'static str, kind: Kind, began: Duration) -> Self {
        Self {
            name,
            kind,
            over: false,
            began,
            rested: Duration::ZERO,
            idle: Duration::ZERO,
            sent: 0,
            requests: 0,
            ambiguous: None,
            looked: None,
            not_before: BTreeMap::new(),
        }
    }
}

impl State {
    pub(super) fn new(verbose: bool) -> Self {
        let secrets = [
            (Sandbox::PRIVATE_KEY, "the private key"),
            (Sandbox::CLIENT_SECRET, "the client secret"),
            (BEARER, "the bearer token"),
        ];
        Self {
            trace: Trace::new(verbose),
            broken: None,
            secrets: secrets.map(|(text, what)| (text.to_owned(), what)).into(),
            seen: BTreeMap::new(),
            scopes: Vec::new(),
            polled: Vec::new(),
            calls: 0,
            processes: 0,
            storm: 0,
            clients: 0,
            hits: Hits::default(),
            counts: BTreeSet::new(),
            taken: BTreeSet::new(),
            dead: BTreeSet::new(),
            granted: BTreeMap::new(),
            made: BTreeMap::new(),
            flights: BTreeMap::new(),
            version: 0,
        }
    }

    pub(super) fn another_client(&mut self) -> u64 {
        self.clients += 1;
        self.clients
    }

    /// Returns the number of this request for the subject, counted from 0.
    pub(super) fn number(&mut self, subject: &'static str) -> u64 {
        let seen = self.seen.entry(subject).or_insert(0);
        *seen += 1;
        *seen - 1
    }

    /// Returns the number of earlier processes.
    pub(crate) fn number_of_process(&mut self) -> u64 {
        self.processes += 1;
        self.processes - 1
    }

    /// Returns how long a call was awaited, as the SDK counts it.
    pub(crate) fn waited(&self, number: usize, now: Duration) -> Duration {
        let scope = self.scopes.get(number);
        scope.map_or(now, |scope| now.saturating_sub(scope.began + scope.idle))
    }

    /// Returns the number of a call's own requests, and of all its requests.
    pub(crate) fn sent(&self, number: usize) -> (u64, u64) {
        let scope = self.scopes.get(number);
        scope.map_or((0, 0), |scope| (scope.sent, scope.requests))
    }

    pub(super) fn break_first(&mut self, invariant: Invariant, detail: String) {
        self.broken.get_or_insert((invariant, detail));
    }

    pub(crate) fn broken(&self) -> Option<&(Invariant, String)> {
        self.broken.as_ref()
    }

    pub(super) fn keep_secret(&mut self, text: &str, what: &'static str) {
        self.secrets.push((text.to_owned(), what));
    }

    pub(super) fn secret_in(&self, text: &str) -> Option<&'static str> {
        let mut secrets = self.secrets.iter();
        secrets
            .find(|(secret, _)| text.contains(secret))
            .map(|(_, what)| *what)
    }

    /// Returns the call that is being polled.
    pub(super) fn current(&mut self) -> Option<(usize, &mut Scope)> {
        let number = *self.polled.last()?;
        Some((number, self.scopes.get_mut(number)?))
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.trace
    }
}

/// The events as a hash and, if requested, as text.
pub(crate) struct Trace {
    hash: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    fn new(verbose: bool) -> Self {
        Self {
            hash: 0xcbf2_9ce4_8422_2325,
            lines: verbose.then(Vec::new),
        }
    }

    pub(super) fn tell(&mut self, now: Duration, what: fmt::Arguments<'_>) {
        // Hashing cannot fail.
        let _ = write!(self, "{} {what}", now.as_micros());
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{:>12.3} s  {what}", now.as_secs_f64()));
        }
    }

    /// Returns the hash, which is equal for equal runs.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}

/// FNV-1a, whose values do not depend on the version of Rust.
impl fmt::Write for Trace {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}
