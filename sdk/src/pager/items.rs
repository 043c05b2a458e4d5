//! The elements of the pages.
//!
//! Must never give an element before those of the pages in front of it.
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::{fmt, vec};

use futures_core::Stream;

use super::{Continuation, Pages, debug};
use crate::call::Draft;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Paged;

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
}

impl<E: Paged> Items<E> {
    pub(crate) fn new(client: Client, draft: Draft) -> Self {
        let skip = draft.skip;
        Self {
            pages: Pages::new(client, draft),
            page: Vec::new().into_iter(),
            place: None,
            skip,
        }
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
            Some((draft, given)) if self.page.len() > 0 => Some(Continuation::new(draft, *given)),
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
    /// [`Pagination`](crate::ErrorKind::Pagination) for a link that must not be followed and for too many pages.
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
                this.pages.walk.drive(context);
                return Poll::Ready(Some(Ok(item)));
            }
            match this.pages.poll_page(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok((draft, page)))) => {
                    this.page = E::items(page).into_iter();
                    let skipped = std::mem::take(&mut this.skip).min(this.page.len());
                    this.page.by_ref().take(skipped).for_each(drop);
                    this.place = Some((draft, skipped));
                }
            }
        }
    }
}

/// Elements are handed out by value and pending answers are boxed: nothing here is pinned in place.
impl<E: Paged> Unpin for Items<E> {}

impl<E: Paged> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Items", E::OPERATION)
    }
}
