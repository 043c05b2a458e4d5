//! Calls without `async`: the same calls, driven to their end on a thread that belongs to the client.
//!
//! Must never decide anything about a call: it waits for it.
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop::poll_proceed;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Endpoint, Paged};
use crate::pager::Items;
use crate::response::Response;

/// A client's runtime, made when it is first needed. It has a thread of its own, so that connections are looked after
/// between calls too: one that the service has closed meanwhile must not be taken for a call that was lost.
#[derive(Default)]
pub(crate) struct Worker(Mutex<Option<Arc<Runtime>>>);

impl Worker {
    fn runtime(&self) -> Result<Arc<Runtime>, Error> {
        if is_task() {
            let why = "a blocking call was made from asynchronous code, which it would hold up; await the call instead";
            return Err(Error::configuration(why));
        }
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = &*held {
            return Ok(runtime.clone());
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("atlas-backup")
            .enable_all()
            .build()
            .map_err(|error| Error::configuration(format!("no thread can be started: {error}")))?;
        Ok(held.insert(Arc::new(runtime)).clone())
    }
}

/// Whether this thread is polling a task of tokio's, rather than being one where blocking is allowed. Tokio says neither,
/// but a task may only do so much before it has to yield, and `spawn_blocking` has no such limit.
fn is_task() -> bool {
    /// More than any task may do at once.
    const MUCH: usize = 1_024;
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    (0..MUCH).any(|_| match poll_proceed(&mut context) {
        Poll::Ready(unit) => {
            unit.made_progress();
            false
        }
        Poll::Pending => true,
    })
}

impl Drop for Worker {
    fn drop(&mut self) {
        let held = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        // A client may be dropped in asynchronous code, where no runtime may be waited for.
        if let Some(runtime) = held.take().and_then(Arc::into_inner) {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// Waits for anything asynchronous of this client's: a call, a token that is given back.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), atlas_backup::Error> {
    /// # use atlas_backup::{Client, Credentials};
    /// let client = Client::builder().credentials(Credentials::from_env()?).build()?;
    /// client.block_on(client.revoke_token())?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of what is waited for, and kind [`Configuration`](crate::ErrorKind::Configuration) in asynchronous code,
    /// where nothing is sent. Within `tokio::task::spawn_blocking` it may be called.
    ///
    /// # Panics
    /// Within `tokio::task::unconstrained`, which hides from everybody that it is asynchronous code.
    pub fn block_on<T, E: From<Error>>(
        &self,
        work: impl IntoFuture<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let runtime = self.worker().runtime()?;
        runtime.block_on(work.into_future())
    }
}

impl<E: Endpoint> Call<E> {
    /// Sends the call, waits for its answer and decodes it.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use atlas_backup::{Client, Credentials};
    /// let client = Client::builder().credentials(Credentials::from_env()?).build()?;
    /// let (project, cluster) = ("5f0c1e2d3a4b5c6d7e8f9a0b".parse()?, "Cluster0".parse()?);
    /// let page = client.list_backup_exports(&project, &cluster).send_blocking()?;
    /// println!("{} jobs on the first page", page.body().results.len());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Call::send`] and [`Client::block_on`].
    pub fn send_blocking(self) -> Result<Response<E::Output>, Error> {
        let client = self.client.clone();
        client.block_on(self.send())
    }

    /// Every element from this page on, as an iterator; page after page is fetched when it is reached. After an error it
    /// ends.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use atlas_backup::{Client, Credentials};
    /// # let client = Client::builder().credentials(Credentials::from_env()?).build()?;
    /// # let (project, cluster) = ("5f0c1e2d3a4b5c6d7e8f9a0b".parse()?, "Cluster0".parse()?);
    /// for job in client.list_backup_exports(&project, &cluster).items_blocking() {
    ///     println!("{:?}", job?.state);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn items_blocking(self) -> BlockingItems<E>
    where
        E: Paged,
    {
        BlockingItems {
            client: self.client.clone(),
            items: self.items(),
        }
    }
}

/// Every element of a list: see [`Call::items_blocking`].
#[must_use = "nothing is fetched until an element is asked for"]
pub struct BlockingItems<E: Paged> {
    client: Client,
    items: Items<E>,
}

impl<E: Paged> Iterator for BlockingItems<E> {
    type Item = Result<E::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client.block_on(self.items.try_next()).transpose()
    }
}

impl<E: Paged> fmt::Debug for BlockingItems<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}
