//! The pages of a list.
//!
//! Must never let the count of elements, which is an estimate, decide anything.
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::continuation::Continuation;
use super::walk::Walk;
use crate::call::Call;
use crate::client::Client;
use crate::draft::Draft;
use crate::error::Error;
use crate::operation::{Endpoint, Operation, Paged};
use crate::response::Response;

impl<E: Endpoint> Call<E> {
    /// Every page from this one on, as a stream.
    pub fn pages(self) -> Pages<E>
    where
        E: Paged,
    {
        Pages::new(self.client, self.draft)
    }

    /// Goes on where another walk of the same list was: what it asked for in the query is asked for again, in place of
    /// what is set here. [`Call::pages`] goes on with the whole page, [`Call::items`] with the next element of it.
    pub fn continue_from(mut self, place: &Continuation) -> Self
    where
        E: Paged,
    {
        if place.operation != E::OPERATION.id {
            let rule = format!("is a place in {}", place.operation);
            self.draft.violations.push("continue_from", rule);
            return self;
        }
        self.draft = self.draft.with_query(Some(&place.query));
        self.draft.skip = place.skip;
        self
    }
}

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
    pub(super) walk: Walk,
    /// The field that has to be a list.
    pub(super) list_in: Option<&'static str>,
    page: std::marker::PhantomData<fn() -> E>,
}

impl<E: Paged> Pages<E> {
    pub(crate) fn new(client: Client, draft: Draft) -> Self {
        Self {
            walk: Walk::new(client, draft),
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
        self.walk.fetch_ahead(pages);
        self
    }

    /// How many pages are given out at most, 100,000 by default. One more is an error, not an end: nothing is left
    /// out unnoticed. [`Pages::continuation`] then leads on.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.walk.end_after(pages);
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
    pub(super) fn poll_page(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Page<E>, Error>>> {
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

/// A page, and the call for it.
pub(super) type Page<E> = (Draft, <E as Endpoint>::Output);

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

pub(super) fn debug(f: &mut fmt::Formatter<'_>, name: &str, operation: &Operation) -> fmt::Result {
    f.debug_struct(name)
        .field("operation", &operation.id)
        .finish_non_exhaustive()
}
