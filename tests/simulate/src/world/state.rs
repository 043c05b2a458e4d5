//! The recorded state of a run.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::time::Duration;

use atlas_backup::sandbox::Sandbox;

use super::BEARER;
use super::scope::Kind;
use super::watch::LONGEST_RETRY_AFTER;
use crate::invariants::Invariant;
use crate::schedule::{Odd, Trouble};

/// The response of a digest, for reports.
pub(super) const DIGEST: &str = "the response of a digest";

pub(crate) struct State {
    pub(super) trace: Trace,
    broken: Option<(Invariant, String)>,
    /// Texts that must not be printed, and their meaning.
    secrets: Vec<(String, &'static str)>,
    /// The responses of digests that were sent.
    digests: BTreeSet<String>,
    /// Printed texts that may be the response of a digest that is sent later.
    hashes: BTreeSet<String>,
    /// Number of faults that occurred, by group and name.
    pub(super) injected: BTreeMap<String, u64>,
    /// Number of requests by subject.
    seen: BTreeMap<&'static str, u64>,
    pub(super) scopes: Vec<Scope>,
    /// The calls that are being polled, the innermost last.
    pub(super) polled: Vec<usize>,
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
    /// The delays that responses requested: the time, the call (`None` for what all calls share), and the delay.
    pub(super) delays: Vec<(Duration, Option<usize>, Duration)>,
    /// Number of retries by client since its last success.
    pub(super) unrewarded: BTreeMap<u64, u64>,
    /// Number of operations of the token store.
    store: u64,
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
    /// Responses with 404 that are not the service's.
    pub(crate) absent: u64,
    /// Operations of the token store that fail or do not end.
    pub(crate) store: u64,
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
            | Trouble::Trickle
            | Trouble::Stall(_) => self.network += 1,
            Trouble::Short(_) | Trouble::Grant(Odd::EmptyToken) => self.garbled += 1,
            // The service refuses a token that lives shorter than the caller thinks.
            Trouble::Twice | Trouble::Forget | Trouble::Grant(Odd::EndlessLife | Odd::NoLife) => {
                self.forgotten += 1
            }
            Trouble::Status(status, _, patience) => {
                self.status += 1;
                self.absent += u64::from(status == 404);
                let asked = patience.asked().unwrap_or_default();
                self.impatient += u64::from(asked > LONGEST_RETRY_AFTER);
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
    /// Number of polls that did not complete it.
    pub(super) pending: u64,
    pub(super) began: Duration,
    pub(super) rested: Duration,
    /// How long it was not polled although it could have made progress.
    pub(super) idle: Duration,
    /// Number of requests of its own operation.
    pub(super) sent: u64,
    /// Number of its requests whose credentials were refused.
    pub(super) refused: u64,
    /// Number of all requests.
    pub(super) requests: u64,
    /// The time since which the outcome of a creation is unknown, until the creation is repeated.
    pub(super) ambiguous: Option<Duration>,
    /// True if the outcome of any creation of this call is unknown.
    pub(super) unsure: bool,
    /// The time of the last creation whose credentials were accepted.
    pub(super) created: Duration,
    /// True if the list, or a challenge or token, was requested since the last creation.
    pub(super) sought: bool,
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
            pending: 0,
            began,
            rested: Duration::ZERO,
            idle: Duration::ZERO,
            sent: 0,
            refused: 0,
            requests: 0,
            ambiguous: None,
            unsure: false,
            created: Duration::ZERO,
            sought: false,
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
            digests: BTreeSet::new(),
            hashes: BTreeSet::new(),
            injected: BTreeMap::new(),
            seen: BTreeMap::new(),
            scopes: Vec::new(),
            polled: Vec::new(),
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
            delays: Vec::new(),
            unrewarded: BTreeMap::new(),
            store: 0,
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

    /// Returns the number of earlier operations of the token store.
    pub(super) fn number_of_store(&mut self) -> u64 {
        self.store += 1;
        self.store - 1
    }

    /// Returns the sum of the delays that were requested of a call since it began. Those of an item include the delays of
    /// all pages, which may be fetched ahead.
    pub(super) fn delayed(&self, number: usize) -> Duration {
        let call = self.scopes.get(number);
        let began = call.map(|call| call.began);
        let item = call.is_some_and(|call| call.kind == Kind::Item);
        let delays = self.delays.iter().filter(|(at, scope, _)| {
            item || (Some(*at) >= began && scope.is_none_or(|scope| scope == number))
        });
        let sum = |sum: Duration, (_, _, delay): &(_, _, Duration)| sum.saturating_add(*delay);
        delays.fold(Duration::ZERO, sum)
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

    /// Returns true if a call did not look for what it may have created.
    pub(crate) fn is_unsought(&self, number: usize) -> bool {
        let scope = self.scopes.get(number);
        scope.is_some_and(|scope| scope.unsure && !scope.sought)
    }

    /// Records a challenge or token request, which all calls share. A call that looks for what it may have created fails
    /// if it fails.
    pub(super) fn seek(&mut self) {
        for scope in &mut self.scopes {
            scope.sought |= scope.unsure;
        }
    }

    /// Returns the number of a call's own requests that repeat a failed one. Responses to challenges do not.
    pub(crate) fn retries(&self, number: usize) -> u64 {
        let scope = self.scopes.get(number);
        scope.map_or(0, |scope| scope.sent.saturating_sub(1 + scope.refused))
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
        if self.secrets.iter().all(|(secret, _)| secret != text) {
            self.secrets.push((text.to_owned(), what));
        }
    }

    /// Marks the response of a digest, which must not be printed; returns true if it was.
    pub(super) fn keep_digest(&mut self, response: &str) -> bool {
        self.digests.insert(response.to_owned());
        self.hashes.contains(response)
    }

    pub(super) fn secret_in(&mut self, text: &str) -> Option<&'static str> {
        let mut secrets = self.secrets.iter();
        if let Some((_, what)) = secrets.find(|(secret, _)| text.contains(secret)) {
            return Some(what);
        }
        // There are as many digests as requests, so they are found by their form: MD5 or SHA-256.
        let words = text.split(|sign: char| !sign.is_ascii_hexdigit());
        for word in words.filter(|word| matches!(word.len(), 32 | 64)) {
            if self.digests.contains(word) {
                return Some(DIGEST);
            }
            self.hashes.insert(word.to_owned());
        }
        None
    }

    /// Returns the number of polls of each call that did not complete it.
    pub(crate) fn polls(&self) -> Vec<u64> {
        self.scopes.iter().map(|scope| scope.pending).collect()
    }

    pub(crate) fn injected(&self) -> &BTreeMap<String, u64> {
        &self.injected
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
