//! Calls without `async`: the same calls, driven to their end on a thread that belongs to the client.
//!
//! Must never decide anything about a call: it waits for it.
use std::fmt;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Endpoint, Paged};
use crate::pager::Items;
use crate::response::Response;

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
