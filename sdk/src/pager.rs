//! Walks a list page after page, by the links the service gives.
//!
//! Invariants: a link is followed only to this origin and this path, and only once; the count of
//! elements, which is an estimate, decides nothing.
use std::collections::HashSet;
use std::future::poll_fn;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::{fmt, vec};

use bytes::Bytes;
use futures_core::Stream;
use percent_encoding::percent_decode_str;

use crate::call::Draft;
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Answer, Paged};
use crate::transport::BoxFuture;

/// Every element of a list, fetched page by page as they are asked for. Memory holds one page.
///
/// A [`Stream`], with [`Items::try_next`] and [`Items::try_collect`] for those who need no more. After
/// an error it ends.
#[must_use = "nothing is fetched until an element is asked for"]
pub struct Items<E: Paged> {
    client: Client,
    page: vec::IntoIter<E::Item>,
    then: Then,
    /// Fingerprints and not the queries: eight bytes a page keep even the longest list small.
    seen: HashSet<u64>,
}

/// What comes after the page at hand.
enum Then {
    Fetch(Draft),
    Wait(
        Draft,
        BoxFuture<'static, Result<http::Response<Bytes>, Error>>,
    ),
    /// The page is good but its link is not: its elements are given out before the error.
    Fail(Error),
    End,
}

impl<E: Paged> Items<E> {
    pub(crate) fn new(client: Client, draft: Draft) -> Self {
        let seen = HashSet::from([fingerprint(&draft.query())]);
        Self {
            client,
            page: Vec::new().into_iter(),
            then: Then::Fetch(draft),
            seen,
        }
    }

    /// The next element, or `None` after the last.
    ///
    /// # Errors
    /// What [`Call::send`](crate::Call::send) fails with, or kind
    /// [`Pagination`](crate::ErrorKind::Pagination) for a link that must not be followed.
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

    /// Takes a page in and decides what comes after it.
    fn turn(&mut self, draft: Draft, answer: http::Response<Bytes>) -> Result<(), Error> {
        let page = match E::Output::decode(answer.body()) {
            Ok(page) => page,
            Err(cause) => return Err(Error::decode(draft.operation, answer, &cause)),
        };
        let next = E::next(&page);
        self.page = E::items(page).into_iter();
        if let Some(link) = next {
            self.then = self
                .follow(draft, &link)
                .map_or_else(Then::Fail, Then::Fetch);
        }
        Ok(())
    }

    /// The call for the page a link leads to: the same call with the link's query. The link's path
    /// is compared and then dropped, so that nothing but a query is taken from an answer.
    fn follow(&mut self, draft: Draft, link: &str) -> Result<Draft, Error> {
        let refuse = |why| Err(Error::pagination(draft.operation, why));
        let base = &self.client.wire().base;
        let Some(url) = base.same_origin(link) else {
            return refuse("the next link leads to another origin, or cannot be read");
        };
        if !same_path(url.path(), &format!("{}{}", base.path(), draft.path)) {
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

impl<E: Paged> Stream for Items<E> {
    type Item = Result<E::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match std::mem::replace(&mut this.then, Then::End) {
                Then::End => return Poll::Ready(None),
                Then::Fail(error) => return Poll::Ready(Some(Err(error))),
                Then::Fetch(draft) => {
                    let answer = this.client.execute(draft.clone());
                    this.then = Then::Wait(draft, answer);
                }
                Then::Wait(draft, mut answer) => {
                    let Poll::Ready(answer) = answer.as_mut().poll(context) else {
                        this.then = Then::Wait(draft, answer);
                        return Poll::Pending;
                    };
                    if let Err(error) = answer.and_then(|answer| this.turn(draft, answer)) {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
            }
        }
    }
}

/// Elements are handed out by value and the pending answer is boxed: nothing here is pinned in place.
impl<E: Paged> Unpin for Items<E> {}

impl<E: Paged> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &E::OPERATION.id)
            .finish_non_exhaustive()
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
