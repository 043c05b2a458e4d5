//! The pages of a list.
//!
//! Invariant: the total count, which is an estimate, decides nothing.
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
    /// Streams every page from this one on.
    pub fn pages(self) -> Pages<E>
    where
        E: Paged,
    {
        Pages::new(self.client, self.draft)
    }

    /// Resumes a listing of the same operation. The query of the position replaces the parameters set here.
    /// [`Call::pages`] resumes with the whole page, [`Call::items`] with its next item.
    pub fn continue_from(mut self, position: &Continuation) -> Self
    where
        E: Paged,
    {
        if position.operation != E::OPERATION.id {
            let rule = format!("is a position in {}", position.operation);
            self.draft.violations.push("continue_from", rule);
            return self;
        }
        self.draft = self.draft.with_query(Some(&position.query));
        self.draft.skip = position.skip;
        self
    }
}

/// A stream of the pages of a list, fetched on demand.
///
/// It implements [`Stream`]; [`Pages::try_next`] needs no further crate. The stream ends after an error.
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
#[must_use = "nothing is fetched until the stream is polled"]
pub struct Pages<E: Paged> {
    pub(super) walk: Walk,
    /// True if every page must have a list of elements.
    pub(super) requires_elements: bool,
    page: std::marker::PhantomData<fn() -> E>,
}

impl<E: Paged> Pages<E> {
    pub(crate) fn new(client: Client, draft: Draft) -> Self {
        Self {
            walk: Walk::new(client, draft),
            requires_elements: false,
            page: std::marker::PhantomData,
        }
    }

    /// Fetches this many pages ahead, up to 16. The default is 0.
    ///
    /// With 1, the next page is fetched while the caller works on this one. With more, pages are fetched concurrently by
    /// their numbers. They are returned in order and only as far as the links lead, so a few requests at the end are
    /// wasted. Memory holds as many pages, and each request counts against the service's rate limit.
    ///
    /// In a list that changes in the meantime, an item that is added or removed shifts the items after it. With 0 or 1, a new
    /// first item makes another item appear twice. With more, a page can be fetched after its successor, so an item between
    /// them can be missed. Do not fetch ahead where that matters.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.walk.fetch_ahead(pages);
        self
    }

    /// Sets the maximum number of pages, 100,000 by default. A further page is an error, so that no page is omitted
    /// silently. [`Pages::continuation`] then resumes with it.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.walk.end_after(pages);
        self
    }

    /// Returns the position from which this process or another can resume with
    /// [`Call::continue_from`](crate::Call::continue_from): the next page, the page that failed, or the last page again if
    /// its link cannot be followed. `None` at the end of the list.
    pub fn continuation(&self) -> Option<Continuation> {
        let next = self.walk.upcoming()?;
        Some(Continuation::new(next, 0))
    }

    /// Returns the next page, or `None` after the last.
    ///
    /// # Errors
    /// The errors of [`Call::send`](crate::Call::send), and kind
    /// [`Pagination`](crate::ErrorKind::Pagination) for a link that must not be followed or too many pages.
    pub async fn try_next(&mut self) -> Result<Option<E::Output>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// Fetches the next page; returns it with its call.
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
        let requires_elements = self.requires_elements;
        let page = answer.and_then(|success| {
            if requires_elements {
                success.has_elements(E::OPERATION)?;
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

/// A page with its call.
pub(super) type Page<E> = (Draft, <E as Endpoint>::Output);

impl<E: Paged> Stream for Pages<E> {
    type Item = Result<E::Output, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = self.get_mut().poll_page(context);
        page.map(|page| page.map(|page| page.map(|(_, page)| page)))
    }
}

/// Pending responses are boxed, so no field is pinned in place.
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
