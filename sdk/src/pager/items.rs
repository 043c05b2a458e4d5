//! The elements of the pages.
//!
//! Must never give an element before those of the pages in front of it.
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use std::{fmt, vec};

use futures_core::Stream;

use super::continuation::Continuation;
use super::pages::{Page, Pages, debug};
use crate::call::Call;
use crate::client::{Client, overdue};
use crate::deadline::Deadline;
use crate::draft::Draft;
use crate::error::Error;
use crate::operation::{Endpoint, Paged};

impl<E: Endpoint> Call<E> {
    /// Every element from this page on, page after page, as a stream.
    pub fn items(self) -> Items<E>
    where
        E: Paged,
    {
        Items::new(self.client, self.draft)
    }
}

/// Every element of a list, fetched page by page as they are asked for. Memory holds one page, and those of
/// [`Items::prefetch`].
///
/// A [`Stream`], with [`Items::try_next`] and [`Items::try_collect`] for those who need no more. After
/// an error it ends.
#[must_use = "nothing is fetched until an element is asked for"]
pub struct Items<E: Paged> {
    pages: Pages<E>,
    page: vec::IntoIter<E::Item>,
    /// The call for the page at hand, and how many of its elements were given out.
    place: Option<(Draft, usize)>,
    /// How many elements of the first page another walk has given out.
    skip: usize,
    /// How many pages in a row had no elements.
    empty: u32,
    /// How long they took.
    searched: Duration,
    /// Of the page that is being fetched, since when.
    deadline: Option<(Instant, Deadline)>,
}

/// More pages without elements in a row are taken for links that lead nowhere.
const MAX_EMPTY_PAGES: u32 = 100;

impl<E: Paged> Items<E> {
    pub(crate) fn new(client: Client, draft: Draft) -> Self {
        let skip = draft.skip;
        Self {
            pages: Pages::new(client, draft),
            page: Vec::new().into_iter(),
            place: None,
            skip,
            empty: 0,
            searched: Duration::ZERO,
            deadline: None,
        }
    }

    /// Takes a page for one only if this field of it is a list.
    pub(crate) fn with_list_in(mut self, field: &'static str) -> Self {
        self.pages.list_in = Some(field);
        self
    }

    /// Fetches this many pages before their elements are asked for: see [`Pages::prefetch`].
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.pages = self.pages.prefetch(pages);
        self
    }

    /// How many pages are fetched at most: see [`Pages::max_pages`].
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.pages = self.pages.max_pages(pages);
        self
    }

    /// From where another walk goes on, in this process or another: the element that comes next, or the page that
    /// failed. `None` when it is known that there is none.
    ///
    /// Pages are counted by the service, so elements that come or go in between shift those after them.
    ///
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, project: &ObjectId, cluster: &ClusterName) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut items = client.list_backup_exports(project, cluster).items();
    /// items.try_next().await?;
    /// let kept: Option<String> = items.continuation().map(|place| place.to_string());
    /// // Later, perhaps elsewhere:
    /// if let Some(kept) = kept {
    ///     let place: Continuation = kept.parse()?;
    ///     let rest = client.list_backup_exports(project, cluster).continue_from(&place).items().try_collect().await?;
    ///     println!("{} more", rest.len());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn continuation(&self) -> Option<Continuation> {
        match &self.place {
            Some((draft, given)) if self.page.len() > 0 || self.pages.walk.leads_nowhere => {
                Some(Continuation::new(draft, *given))
            }
            Some(_) => self.pages.continuation(),
            None => {
                let draft = self.pages.walk.upcoming()?;
                Some(Continuation::new(draft, self.skip))
            }
        }
    }

    /// The next element, or `None` after the last.
    ///
    /// # Errors
    /// What [`Call::send`](crate::Call::send) fails with, or kind
    /// [`Pagination`](crate::ErrorKind::Pagination) for a link that must not be followed, for too many pages, and for 100
    /// pages in a row without an element. An [`operation_timeout`](crate::ClientBuilder::operation_timeout) limits the time
    /// to the next element, however many pages it takes.
    pub async fn try_next(&mut self) -> Result<Option<E::Item>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// All remaining elements.
    ///
    /// # Errors
    /// The first failure, as [`Items::try_next`]; elements fetched before it are lost.
    pub async fn try_collect(mut self) -> Result<Vec<E::Item>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.try_next().await? {
            all.push(item);
        }
        Ok(all)
    }
}

impl<E: Paged> Stream for Items<E> {
    type Item = Result<E::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.page.next() {
                if let Some((_, given)) = &mut this.place {
                    *given += 1;
                }
                (this.empty, this.searched) = (0, Duration::ZERO);
                this.pages.walk.drive(context);
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(this.poll_page(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok((draft, page))) => {
                    this.page = E::items(page).into_iter();
                    let skipped = std::mem::take(&mut this.skip).min(this.page.len());
                    this.page.by_ref().take(skipped).for_each(drop);
                    this.place = Some((draft, skipped));
                    this.empty += 1;
                }
            }
        }
    }
}

impl<E: Paged> Items<E> {
    /// The next page, unless the search for an element takes too long or leads from one empty page to the next.
    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<E>, Error>>> {
        let pages = &mut self.pages;
        if self.empty >= MAX_EMPTY_PAGES && pages.walk.upcoming().is_some() {
            self.empty = 0;
            pages.walk.stop();
            let why = "the last 100 pages had no elements, and there is a link to another one";
            let error = Error::pagination(E::OPERATION, why);
            return Poll::Ready(Some(Err(error.after(pages.walk.attempts))));
        }
        let Some(limit) = pages.walk.limit() else {
            return pages.poll_page(context);
        };
        let clock = pages.walk.client.wire().clock.clone();
        let (began, deadline) = self.deadline.get_or_insert_with(|| {
            let left = limit.saturating_sub(self.searched);
            (clock.now(), Deadline::new(&clock, left))
        });
        let page = ready!(deadline.poll(context, |context| pages.poll_page(context)));
        self.searched += clock.now().saturating_duration_since(*began);
        self.searched = self.searched.saturating_sub(deadline.rested());
        self.deadline = None;
        Poll::Ready(page.unwrap_or_else(|| {
            pages.walk.stop();
            // One is under way, if none has ended.
            let attempts = pages.walk.attempts.max(1);
            Some(Err(overdue(E::OPERATION, Some(limit)).after(attempts)))
        }))
    }
}

/// Elements are handed out by value and pending answers are boxed: nothing here is pinned in place.
impl<E: Paged> Unpin for Items<E> {}

impl<E: Paged> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Items", E::OPERATION)
    }
}
