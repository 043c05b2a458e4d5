//! Pagination along the service's links, without the types of a list.
//!
//! Invariant: only the query of a link is used, only once, and only at the client's own base URL.
//! Invariant: pages are returned in order, also when they are fetched concurrently.
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

/// Default maximum of pages. No list of backups is that long; more pages mean a loop of links.
const MAX_PAGES: u32 = 100_000;

/// Maximum number of pages fetched ahead; each is held in memory until it is returned.
const MAX_PREFETCH: usize = 16;

/// The state of a listing.
pub(super) struct Walk {
    pub(super) client: Client,
    /// The next page, if its fetch has not started.
    next: Option<Draft>,
    /// The fetches of the next page and of those after it.
    ahead: VecDeque<Fetch>,
    /// The error of the last page's link; the page itself was returned.
    pub(super) astray: Option<Error>,
    /// True if a later listing has to resume with the last page, because its link could not be followed.
    pub(super) leads_nowhere: bool,
    /// True once no further page is returned.
    over: bool,
    /// Number of pages to fetch ahead.
    prefetch: usize,
    /// Number of pages that may still be fetched.
    left: u32,
    /// Number of attempts for the last page.
    pub(super) attempts: u32,
    /// Fingerprints of the queries sent; eight bytes a page bound the memory of the longest list.
    seen: HashSet<u64>,
}

type Outcome = Result<Success, Error>;

struct Fetch {
    draft: Draft,
    answer: BoxFuture<'static, Outcome>,
    outcome: Option<Outcome>,
}

impl Walk {
    /// Starts with the page of `draft`.
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

    /// Sets the number of pages to fetch ahead.
    pub(super) fn fetch_ahead(&mut self, pages: usize) {
        self.prefetch = pages.min(MAX_PREFETCH);
    }

    /// Sets the maximum number of pages.
    pub(super) fn end_after(&mut self, pages: u32) {
        self.left = pages;
    }

    /// The timeout of each call of this listing.
    pub(super) fn limit(&self) -> Option<Duration> {
        let own = self.upcoming().and_then(|draft| draft.timeout);
        own.or(self.client.operation_timeout())
    }

    /// The call for the next page.
    pub(super) fn upcoming(&self) -> Option<&Draft> {
        self.ahead
            .front()
            .map(|fetch| &fetch.draft)
            .or(self.next.as_ref())
    }

    /// Polls the fetches in progress.
    pub(super) fn drive(&mut self, context: &mut Context<'_>) {
        for fetch in &mut self.ahead {
            if fetch.outcome.is_none()
                && let Poll::Ready(outcome) = fetch.answer.as_mut().poll(context)
            {
                fetch.outcome = Some(outcome);
            }
        }
    }

    /// Returns the next response in order with its call, or `None` at the end.
    pub(super) fn poll_arrival(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<(Draft, Outcome)>> {
        if self.over {
            return Poll::Ready(None);
        }
        if let Some(draft) = self.next.take() {
            if self.left == 0 {
                let why = "the list has more pages than `max_pages` allows";
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

    /// Ends the listing; a later one can resume with the next page.
    pub(super) fn stop(&mut self) {
        let first = self.ahead.pop_front().map(|fetch| fetch.draft);
        self.next = first.or(self.next.take());
        self.ahead.clear();
        self.over = true;
    }

    /// Ends the listing; a later one can resume with this page.
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

    /// Prepares the page after that of `draft`.
    pub(super) fn turn(&mut self, draft: Draft, link: Option<String>) {
        let followed = link.map(|link| self.follow(draft.clone(), &link));
        match followed {
            Some(Ok(next)) => self.look_ahead(next),
            None => self.ahead.clear(),
            Some(Err(error)) => {
                // The next page is unknown, so a later listing has to fetch this page's link again.
                self.stop_at(draft);
                self.leads_nowhere = true;
                self.astray = Some(error.after(self.attempts));
            }
        }
    }

    /// Keeps the pages fetched ahead by number if the link agrees with them, and fetches further ones.
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

    /// Returns the call for the page of a link: the same call with the link's query. The path has to be the same. The host
    /// of the link is ignored, because a proxy in front of the service may leave the service's own address in the links.
    fn follow(&mut self, draft: Draft, link: &str) -> Result<Draft, Error> {
        let refuse = |why| Err(Error::pagination(draft.operation, why));
        let base = &self.client.wire().base;
        let Some(url) = base.join(link).filter(|_| !link.is_empty()) else {
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

/// Returns true if two paths are equal once their segments are decoded.
fn same_path(one: &str, other: &str) -> bool {
    fn segments(path: &str) -> impl Iterator<Item = Vec<u8>> {
        path.trim_end_matches('/')
            .split('/')
            .map(|segment| percent_decode_str(segment).collect())
    }
    segments(one).eq(segments(other))
}

/// Hashes a query regardless of the order of its parameters, which the service changes.
fn fingerprint(query: &str) -> u64 {
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.sort_unstable();
    let mut hasher = DefaultHasher::new();
    pairs.hash(&mut hasher);
    hasher.finish()
}
