//! What a run is: a story, its settings and the faults that meet it. All of it is data, drawn from a seed.
//!
//! Must never be read but through the world: a fault that meets nobody changes nothing, so that it can be left out.
use std::fmt;

mod draw;

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

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    Digest,
    Account,
    Bearer,
}

/// How the service tells callers that a nonce will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Nonces {
    /// Any number of requests for five minutes, as the service has it.
    Many,
    /// One request each.
    Once,
    /// Any number, and now and then the next one is announced with a response.
    Announced,
}

/// By what the delivery host tells one content from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mark {
    Tag,
    WeakTag,
    Date,
    /// A date of the last change that is too near to tell two changes apart.
    FreshDate,
    Nothing,
}

/// The settings that a story runs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) story: Story,
    pub(crate) caller: Caller,
    pub(crate) nonces: Nonces,
    pub(crate) mark: Mark,
    /// How much there is of whatever the story has many of.
    pub(crate) size: u64,
    /// How many things happen at a time, or pages are fetched ahead.
    pub(crate) width: u64,
    /// In seconds.
    pub(crate) attempt_timeout: u64,
    /// In seconds; 0 is none.
    pub(crate) operation_timeout: u64,
    /// For how many seconds an access token is good.
    pub(crate) token_life: u64,
    /// How many seconds the clients' date is ahead of the service's.
    pub(crate) skew: i64,
    /// After how many seconds a new job is in the lists.
    pub(crate) lag: u64,
    /// Whether processes share access tokens.
    pub(crate) store: bool,
    /// Whether the delivery host says how long a content is.
    pub(crate) length: bool,
}

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// With requests about a subject, from the `nth` on, so many `times`.
    Exchange {
        subject: &'static str,
        nth: u64,
        times: u64,
        what: Trouble,
    },
    /// With the `nth` call, after so many polls.
    Call { nth: u64, polls: u64, what: Neglect },
    /// The `nth` process ends after so many polls.
    Kill { nth: u64, polls: u64, power: bool },
    /// The `nth` operation of the disk of the `process`th process.
    Disk {
        process: u64,
        nth: u64,
        what: Broken,
    },
}

/// What becomes of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// So many milliseconds before the service acts, and after.
    Late {
        before: u64,
        after: u64,
    },
    /// The same, and the request arrives though its caller has given up.
    LateAnyway {
        before: u64,
    },
    Unreached,
    ResetBefore,
    ResetAfter,
    /// The body breaks off after so many thousandths.
    Cut(u64),
    /// The body ends after so many thousandths as if that was all.
    Short(u64),
    /// Nothing comes any more after so many thousandths.
    Stall(u64),
    /// The request arrives twice.
    Twice,
    /// A failure; whether the service acted, and what `Retry-After` says.
    Status(u16, bool, Patience),
    /// Nonces and tokens stop being good.
    Forget,
    /// The next link leads elsewhere.
    Astray,
    /// The host sends the whole, whatever was asked for.
    Whole,
    /// The host sends another part than was asked for.
    Elsewhere,
    /// The host says that there is nothing more, of another content.
    Nothing,
    /// From now on there is another content.
    Renewed,
    /// From now on there is another content, and the host continues with it whatever the condition is.
    Careless,
    /// The host sends the caller elsewhere.
    Redirect,
}

/// What `Retry-After` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    Unsaid,
    Seconds(u64),
    /// As a date, so many seconds after the response's own.
    Date(u64),
}

/// What the owner of a call does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Neglect {
    Drop,
    /// Does not poll it for so many seconds.
    Rest(u64),
}

/// How an operation of the disk ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    Full,
    Fails,
    Short,
    Torn,
    /// Full from here on.
    StaysFull,
}

/// A run.
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
