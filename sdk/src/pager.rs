//! Walks a list page after page, by the links the service gives.
//!
//! Invariants: of a link to this path only the query is used, at the client's own base URL, and only once; the count of
//! elements, which is an estimate, decides nothing; pages come in order, however they are fetched.
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use percent_encoding::percent_decode_str;

use crate::box_future::BoxFuture;
use crate::call::Draft;
use crate::client::{Client, Success};
use crate::error::Error;
use crate::operation::{Endpoint, Operation, Paged};
use crate::response::Response;

mod continuation;
mod items;

pub use continuation::{Continuation, InvalidContinuation};
pub use items::Items;

/// More pages than any list of backups has; beyond, the links are taken to lead nowhere.
const MAX_PAGES: u32 = 100_000;

/// More pages are not fetched ahead: each is held in memory until it is asked for.
const MAX_PREFETCH: usize = 16;

/// Every page of a list from the one asked for on, fetched as they are asked for.
///
/// A [`Stream`], with [`Pages::try_next`] for those who need no more. After an error it ends.
///
/// ```
/// # use atlas_backup::{*, v2::*};
/// # async fn example(client: &Client, project: &ObjectId, cluster: &ClusterName) -> Result<(), Error> {
/// let mut pages = client.list_backup_exports(project, cluster).items_per_page(500).pages();
/// while let Some(page) = pages.try_next().await? {
///     println!("{} of about {:?}", page.results.len(), page.total_count);
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is fetched until a page is asked for"]
pub struct Pages<E: Paged> {
    walk: Walk,
    /// The field that has to be a list.
    list_in: Option<&'static str>,
    page: std::marker::PhantomData<fn() -> E>,
}

/// The part of a walk that does not depend on its types.
struct Walk {
    client: Client,
    /// The page that comes next, as long as nobody fetches it.
    next: Option<Draft>,
    /// The page that comes next and those after it, being fetched.
    ahead: VecDeque<Fetch>,
    /// The last page was good but its link is not.
    astray: Option<Error>,
    /// The last page is the one that another walk begins with.
    leads_nowhere: bool,
    /// Nothing more is given out, whatever comes next.
    over: bool,
    /// How many pages are fetched before they are asked for.
    prefetch: usize,
    /// How many pages may still be fetched.
    left: u32,
    /// How many attempts the last page took.
    attempts: u32,
    /// Fingerprints and not the queries: eight bytes a page keep even the longest list small.
    seen: HashSet<u64>,
}

type Outcome = Result<Success, Error>;

struct Fetch {
    draft: Draft,
    answer: BoxFuture<'static, Outcome>,
    outcome: Option<Outcome>,
}

impl<E: Paged> Pages<E> {
    pub(crate) fn new(client: Client, draft: Draft) -> Self {
        let walk = Walk {
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
        };
        Self {
            walk,
            list_in: None,
            page: std::marker::PhantomData,
        }
    }

    /// Fetches this many pages before they are asked for; none by default.
    ///
    /// With 1, the next page is fetched while this one is worked on. With more, pages are fetched at the same time, by their
    /// numbers; they are given out in order, and only as far as the links lead, so that some are fetched in vain at
    /// the end. Memory holds as many pages, and the service's rate limit counts them. More than 16 are not fetched ahead.
    ///
    /// In a list that changes meanwhile, an element that is added or removed shifts those after it. With at most 1, a new first
    /// element makes another one come twice; with more, a page can be fetched after its successor, and an element between them
    /// be missed. Do not fetch ahead where that matters.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.walk.prefetch = pages.min(MAX_PREFETCH);
        self
    }

    /// How many pages are given out at most, 100,000 by default. One more is an error, not an end: nothing is left
    /// out unnoticed. [`Pages::continuation`] then leads on.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.walk.left = pages;
        self
    }

    /// From where another walk goes on, in this process or another: the page that comes next, the one that failed, or
    /// the last one again if its link to the next cannot be followed. `None` at the end. Kept as text and taken up by [`Call::continue_from`](crate::Call::continue_from).
    pub fn continuation(&self) -> Option<Continuation> {
        let next = self.walk.upcoming()?;
        Some(Continuation::new(next, 0))
    }

    /// The next page, or `None` after the last.
    ///
    /// # Errors
    /// What [`Call::send`](crate::Call::send) fails with, or kind
    /// [`Pagination`](crate::ErrorKind::Pagination) for a link that must not be followed and for too many pages.
    pub async fn try_next(&mut self) -> Result<Option<E::Output>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// The next page, and the call for it.
    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<E>, Error>>> {
        let walk = &mut self.walk;
        let Poll::Ready(arrived) = walk.poll_arrival(context) else {
            return Poll::Pending;
        };
        let Some((draft, answer)) = arrived else {
            return Poll::Ready(walk.astray.take().map(Err));
        };
        let list_in = self.list_in;
        let page = answer.and_then(|success| {
            if let Some(field) = list_in {
                success.has_list(E::OPERATION, field)?;
            }
            walk.attempts = success.attempts;
            success.decode::<E>().map(Response::into_body)
        });
        Poll::Ready(Some(match page {
            Ok(page) => {
                walk.turn(draft.clone(), E::next(&page));
                walk.drive(context);
                Ok((draft, page))
            }
            Err(error) => {
                walk.stop_at(draft);
                Err(error)
            }
        }))
    }
}

type Page<E> = (Draft, <E as Endpoint>::Output);

impl Walk {
    /// How long a call of this walk may take.
    fn limit(&self) -> Option<Duration> {
        let own = self.upcoming().and_then(|draft| draft.timeout);
        own.or(self.client.operation_timeout())
    }

    /// The call for the page that comes next.
    fn upcoming(&self) -> Option<&Draft> {
        self.ahead
            .front()
            .map(|fetch| &fetch.draft)
            .or(self.next.as_ref())
    }

    /// Brings on what is being fetched.
    fn drive(&mut self, context: &mut Context<'_>) {
        for fetch in &mut self.ahead {
            if fetch.outcome.is_none()
                && let Poll::Ready(outcome) = fetch.answer.as_mut().poll(context)
            {
                fetch.outcome = Some(outcome);
            }
        }
    }

    /// The answer that is next in order, if one is to come, and its call.
    fn poll_arrival(&mut self, context: &mut Context<'_>) -> Poll<Option<(Draft, Outcome)>> {
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
    fn stop(&mut self) {
        let first = self.ahead.pop_front().map(|fetch| fetch.draft);
        self.next = first.or(self.next.take());
        self.ahead.clear();
        self.over = true;
    }

    /// Nothing more is given out; another walk can begin with this page.
    fn stop_at(&mut self, draft: Draft) {
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
    fn turn(&mut self, draft: Draft, link: Option<String>) {
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

impl<E: Paged> Stream for Pages<E> {
    type Item = Result<E::Output, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = self.get_mut().poll_page(context);
        page.map(|page| page.map(|page| page.map(|(_, page)| page)))
    }
}

/// Pending answers are boxed: nothing here is pinned in place.
impl<E: Paged> Unpin for Pages<E> {}

impl<E: Paged> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Pages", E::OPERATION)
    }
}

fn debug(f: &mut fmt::Formatter<'_>, name: &str, operation: &Operation) -> fmt::Result {
    f.debug_struct(name)
        .field("operation", &operation.id)
        .finish_non_exhaustive()
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
