//! The items of a list, page by page.
//!
//! Invariant: items are returned in the order of the service's pages.
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
    /// Streams every item from this page on, across pages.
    pub fn items(self) -> Items<E>
    where
        E: Paged,
    {
        Items::new(self.client, self.draft)
    }
}

/// A stream of every item of a list. Pages are fetched on demand; memory holds one page plus those of [`Items::prefetch`].
///
/// It implements [`Stream`]; [`Items::try_next`] and [`Items::try_collect`] need no further crate. The stream ends after
/// an error.
#[must_use = "nothing is fetched until the stream is polled"]
pub struct Items<E: Paged> {
    pages: Pages<E>,
    page: vec::IntoIter<E::Item>,
    /// The call for the current page, and how many of its items were returned.
    place: Option<(Draft, usize)>,
    /// Number of items of the first page that an earlier listing returned.
    skip: usize,
    /// Number of consecutive pages without items.
    empty: u32,
    /// Time spent on those pages.
    searched: Duration,
    /// Start and deadline of the fetch in progress.
    deadline: Option<(Instant, Deadline)>,
}

/// Maximum number of consecutive pages without items; more are taken for a loop of links.
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

    /// Fails on a page that has no list of elements.
    pub(crate) fn require_elements(mut self) -> Self {
        self.pages.requires_elements = true;
        self
    }

    /// Fetches this many pages ahead. See [`Pages::prefetch`].
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.pages = self.pages.prefetch(pages);
        self
    }

    /// Sets the maximum number of pages. See [`Pages::max_pages`].
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.pages = self.pages.max_pages(pages);
        self
    }

    /// Returns the position from which this process or another can resume: the next item, or the page that failed.
    /// `None` at the end of the list.
    ///
    /// The service numbers pages, so items that are added or removed in the meantime shift the items after them.
    ///
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, project: &ObjectId, cluster: &ClusterName) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut items = client.list_backup_exports(project, cluster).items();
    /// items.try_next().await?;
    /// let saved: Option<String> = items.continuation().map(|position| position.to_string());
    /// // Later, in this process or another:
    /// if let Some(saved) = saved {
    ///     let position: Continuation = saved.parse()?;
    ///     let rest = client.list_backup_exports(project, cluster).continue_from(&position).items().try_collect().await?;
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

    /// Returns the next item, or `None` after the last.
    ///
    /// # Errors
    /// The errors of [`Call::send`](crate::Call::send), and kind
    /// [`Pagination`](crate::ErrorKind::Pagination) for a link that must not be followed, too many pages, or 100
    /// consecutive pages without an item. An [`operation_timeout`](crate::ClientBuilder::operation_timeout) limits the time
    /// to the next item, across pages.
    pub async fn try_next(&mut self) -> Result<Option<E::Item>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// Collects the remaining items.
    ///
    /// # Errors
    /// The first error of [`Items::try_next`]; the items fetched before it are dropped.
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
    /// Fetches the next page, within the operation timeout and the limit on empty pages.
    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<E>, Error>>> {
        let pages = &mut self.pages;
        if self.empty >= MAX_EMPTY_PAGES && pages.walk.upcoming().is_some() {
            self.empty = 0;
            pages.walk.stop();
            let why = "the last 100 pages had no items, and there is a link to another one";
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
            // An attempt is in progress if none has ended.
            let attempts = pages.walk.attempts.max(1);
            Some(Err(overdue(E::OPERATION, Some(limit)).after(attempts)))
        }))
    }
}

/// Items are returned by value and pending responses are boxed, so no field is pinned in place.
impl<E: Paged> Unpin for Items<E> {}

impl<E: Paged> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Items", E::OPERATION)
    }
}
