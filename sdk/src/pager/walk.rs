//! From page to page by the links the service gives; the part that does not depend on the types of a list.
//!
//! Invariants: of a link to this path only the query is used, at the client's own base URL, and only once; pages come in order,
//! however they are fetched.
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::task::{Context, Poll};
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::box_future::BoxFuture;
use crate::client::Client;
use crate::draft::Draft;
use crate::error::Error;
use crate::success::Success;

/// More pages than any list of backups has; beyond, the links are taken to lead nowhere.
const MAX_PAGES: u32 = 100_000;

/// More pages are not fetched ahead: each is held in memory until it is asked for.
const MAX_PREFETCH: usize = 16;

/// The part of a walk that does not depend on its types.
pub(super) struct Walk {
    pub(super) client: Client,
    /// The page that comes next, as long as nobody fetches it.
    next: Option<Draft>,
    /// The page that comes next and those after it, being fetched.
    ahead: VecDeque<Fetch>,
    /// The last page was good but its link is not.
    pub(super) astray: Option<Error>,
    /// The last page is the one that another walk begins with.
    pub(super) leads_nowhere: bool,
    /// Nothing more is given out, whatever comes next.
    over: bool,
    /// How many pages are fetched before they are asked for.
    prefetch: usize,
    /// How many pages may still be fetched.
    left: u32,
    /// How many attempts the last page took.
    pub(super) attempts: u32,
    /// Fingerprints and not the queries: eight bytes a page keep even the longest list small.
    seen: HashSet<u64>,
}

type Outcome = Result<Success, Error>;

struct Fetch {
    draft: Draft,
    answer: BoxFuture<'static, Outcome>,
    outcome: Option<Outcome>,
}

impl Walk {
    /// Begins with the page that `draft` asks for.
    pub(super) fn new(client: Client, draft: Draft) -> Self {
        Self {
            client,
            seen: HashSet::from([fingerprint(&draft.query())]),
            next: Some(draft),
            ahead: VecDeque::new(),
            astray: None,
            leads_nowhere: false,
            over: false,
            prefetch: 0,
            left: MAX_PAGES,
            attempts: 0,
        }
    }

    /// Fetches this many pages before they are asked for.
    pub(super) fn fetch_ahead(&mut self, pages: usize) {
        self.prefetch = pages.min(MAX_PREFETCH);
    }

    /// Fetches no more than this many pages.
    pub(super) fn end_after(&mut self, pages: u32) {
        self.left = pages;
    }

    /// How long a call of this walk may take.
    pub(super) fn limit(&self) -> Option<Duration> {
        let own = self.upcoming().and_then(|draft| draft.timeout);
        own.or(self.client.operation_timeout())
    }

    /// The call for the page that comes next.
    pub(super) fn upcoming(&self) -> Option<&Draft> {
        self.ahead
            .front()
            .map(|fetch| &fetch.draft)
            .or(self.next.as_ref())
    }

    /// Brings on what is being fetched.
    pub(super) fn drive(&mut self, context: &mut Context<'_>) {
        for fetch in &mut self.ahead {
            if fetch.outcome.is_none()
                && let Poll::Ready(outcome) = fetch.answer.as_mut().poll(context)
            {
                fetch.outcome = Some(outcome);
            }
        }
    }

    /// The answer that is next in order, if one is to come, and its call.
    pub(super) fn poll_arrival(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<(Draft, Outcome)>> {
        if self.over {
            return Poll::Ready(None);
        }
        if let Some(draft) = self.next.take() {
            if self.left == 0 {
                let why = "there are more pages than are to be fetched";
                let error = Error::pagination(draft.operation, why);
                return Poll::Ready(Some((draft, Err(error))));
            }
            self.fetch(draft);
        }
        self.drive(context);
        let Some(front) = self.ahead.front_mut() else {
            return Poll::Ready(None);
        };
        let Some(outcome) = front.outcome.take() else {
            return Poll::Pending;
        };
        self.left = self.left.saturating_sub(1);
        let arrived = self.ahead.pop_front();
        Poll::Ready(arrived.map(|fetch| (fetch.draft, outcome)))
    }

    /// Nothing more is given out; another walk can begin with the page that comes next.
    pub(super) fn stop(&mut self) {
        let first = self.ahead.pop_front().map(|fetch| fetch.draft);
        self.next = first.or(self.next.take());
        self.ahead.clear();
        self.over = true;
    }

    /// Nothing more is given out; another walk can begin with this page.
    pub(super) fn stop_at(&mut self, draft: Draft) {
        self.ahead.clear();
        self.next = Some(draft);
        self.over = true;
    }

    fn fetch(&mut self, draft: Draft) {
        self.ahead.push_back(Fetch {
            answer: self.client.execute(draft.clone()),
            draft,
            outcome: None,
        });
    }

    /// Decides what comes after a page whose call was `draft`.
    pub(super) fn turn(&mut self, draft: Draft, link: Option<String>) {
        let followed = link.map(|link| self.follow(draft.clone(), &link));
        match followed {
            Some(Ok(next)) => self.look_ahead(next),
            None => self.ahead.clear(),
            Some(Err(error)) => {
                // There is more, and nobody knows where: another walk asks for the link again.
                self.stop_at(draft);
                self.leads_nowhere = true;
                self.astray = Some(error.after(self.attempts));
            }
        }
    }

    /// What was fetched on the assumption of a number is kept if the link says the same, and more of it is fetched.
    fn look_ahead(&mut self, next: Draft) {
        let affordable = usize::try_from(self.left).unwrap_or(usize::MAX);
        let depth = self.prefetch.min(affordable);
        let assumed = self.ahead.front().map(|fetch| fetch.draft.query());
        if assumed.as_deref().map(fingerprint) != Some(fingerprint(&next.query())) {
            self.ahead.clear();
            if depth == 0 {
                self.next = Some(next);
                return;
            }
            self.fetch(next);
        }
        while self.ahead.len() < depth {
            let last = self.ahead.back();
            let Some(after) = last.and_then(|last| last.draft.next_number()) else {
                return;
            };
            self.fetch(after);
        }
    }

    /// The call for the page a link leads to: the same call with the link's query. The link's path is compared and then
    /// dropped, so that nothing but a query is taken from an answer; it is sent where every call is sent, so that a
    /// proxy in front of the service may leave the service's own address in the links.
    fn follow(&mut self, draft: Draft, link: &str) -> Result<Draft, Error> {
        let refuse = |why| Err(Error::pagination(draft.operation, why));
        let base = &self.client.wire().base;
        let Some(url) = base.join(link) else {
            return refuse("the next link cannot be read");
        };
        let prefixed = format!("{}{}", base.path(), draft.path);
        if !(same_path(url.path(), &prefixed) || same_path(url.path(), &draft.path)) {
            return refuse("the next link leads to another path");
        }
        if !self
            .seen
            .insert(fingerprint(url.query().unwrap_or_default()))
        {
            return refuse("the next link was visited already");
        }
        Ok(draft.with_query(url.query()))
    }
}

/// Whether two paths name the same resource, however their segments are encoded.
fn same_path(one: &str, other: &str) -> bool {
    fn segments(path: &str) -> impl Iterator<Item = Vec<u8>> {
        path.trim_end_matches('/')
            .split('/')
            .map(|segment| percent_decode_str(segment).collect())
    }
    segments(one).eq(segments(other))
}

/// The same for the same parameters in any order, because the service orders them as it likes.
fn fingerprint(query: &str) -> u64 {
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.sort_unstable();
    let mut hasher = DefaultHasher::new();
    pairs.hash(&mut hasher);
    hasher.finish()
}
