//! The schedule of a run: a story, its settings and its faults, all drawn from a seed.
//!
//! Must never be read except through the world: a fault that affects no request has no effect, so that it can
//! be left out.
use std::fmt;

mod arbitrary;

/// A story: see [`crate::stories`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Story {
    Export,
    Restore,
    Download,
    Cancel,
    Buckets,
    Rules,
    Fleet,
    Paging,
    Burst,
    Budget,
    Poll,
}

/// The credentials of the clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    Digest,
    Account,
    Bearer,
}

/// The service's rules for nonces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Nonces {
    /// Any number of requests for five minutes, as in the service.
    Many,
    /// One request each.
    Once,
    /// Any number; sometimes a response announces the next one.
    Announced,
}

/// The validator by which the delivery host distinguishes contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mark {
    Tag,
    WeakTag,
    Date,
    /// A date of the last change that is too recent to distinguish two changes.
    FreshDate,
    Nothing,
}

/// The settings of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) story: Story,
    pub(crate) caller: Caller,
    pub(crate) nonces: Nonces,
    pub(crate) mark: Mark,
    /// The number of items of the story, such as clusters or calls.
    pub(crate) size: u64,
    /// The number of concurrent actions or prefetched pages.
    pub(crate) width: u64,
    /// In seconds.
    pub(crate) attempt_timeout: u64,
    /// In seconds; 0 is none.
    pub(crate) operation_timeout: u64,
    /// The lifetime of an access token, in seconds.
    pub(crate) token_life: u64,
    /// How far the clients' date is ahead of the service's, in seconds.
    pub(crate) skew: i64,
    /// The delay until a new job is listed, in seconds.
    pub(crate) lag: u64,
    /// True if processes share access tokens.
    pub(crate) store: bool,
    /// True if every page of a list follows an empty one.
    pub(crate) hollow: bool,
    /// True if the delivery host sends the length of a content.
    pub(crate) length: bool,
}

/// An injected fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Affects requests for a subject, from the `nth` on, `times` times.
    Exchange {
        subject: &'static str,
        nth: u64,
        times: u64,
        what: Trouble,
    },
    /// Affects the `nth` call, after this many polls.
    Call { nth: u64, polls: u64, what: Neglect },
    /// The `nth` process ends after this many polls.
    Kill { nth: u64, polls: u64, power: bool },
    /// Affects the operations of the token store from the `nth` on, `times` times.
    Store { nth: u64, times: u64, what: Flaw },
    /// Affects the `nth` disk operation of the `process`th process.
    Disk {
        process: u64,
        nth: u64,
        what: Broken,
    },
}

/// The fault of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Delays before and after the service acts, in milliseconds.
    Late {
        before: u64,
        after: u64,
    },
    /// The same, and the request arrives even though its caller has given up.
    LateAnyway {
        before: u64,
    },
    Unreached,
    ResetBefore,
    ResetAfter,
    /// The connection breaks after this part of the body, in thousandths.
    Cut(u64),
    /// The body ends after this part as if it was complete, in thousandths.
    Short(u64),
    /// No more bytes arrive after this part of the body, in thousandths.
    Stall(u64),
    /// The body arrives in small parts, each before the timeout of an attempt, and has no end.
    Trickle,
    /// The response has an access token that is empty, or a lifetime that is too long for a clock or absent.
    Grant(Odd),
    /// The request arrives twice.
    Twice,
    /// An error status; true if the service acted; and `Retry-After`.
    Status(u16, bool, Patience),
    /// Invalidates nonces and tokens.
    Forget,
    /// The next link leads to another resource.
    Astray,
    /// The host sends the whole content, whatever range was requested.
    Whole,
    /// The host sends another range than the requested one.
    Elsewhere,
    /// The host reports the end of another content.
    Nothing,
    /// The content changes.
    Renewed,
    /// The content changes, and the host continues with it despite the condition.
    Careless,
    /// The host redirects the client.
    Redirect,
}

/// What is odd about a response with an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Odd {
    EmptyToken,
    EndlessLife,
    NoLife,
}

/// The value of `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    Unsaid,
    Seconds(u64),
    /// A date, this many seconds after the response's own.
    Date(u64),
}

/// The behaviour of a call's owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Neglect {
    Drop,
    /// Does not poll the call for this many seconds.
    Rest(u64),
}

/// The behaviour of the token store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    Fails,
    /// Does not end.
    Silent,
    /// Returns a token that the service did not grant.
    Damaged,
}

/// The result of a disk operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    Full,
    Fails,
    Short,
    Torn,
    /// The disk is full from here on.
    StaysFull,
    /// The process is killed before this operation; true if the power fails, too.
    Killed {
        power: bool,
    },
}

/// The schedule of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) seed: u64,
    pub(crate) settings: Settings,
    pub(crate) faults: Vec<Fault>,
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        writeln!(f, "  {settings:?}")?;
        for fault in &self.faults {
            writeln!(f, "  {fault:?}")?;
        }
        Ok(())
    }
}
