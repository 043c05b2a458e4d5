//! Blocking calls. They run the asynchronous call on a thread of the client and wait for it.
use std::fmt;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Endpoint, Paged};
use crate::pager::Items;
use crate::response::Response;

impl Client {
    /// Runs a future of this client, for example a call, and blocks until it ends.
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
    /// The errors of the future, and kind [`Configuration`](crate::ErrorKind::Configuration) if called in asynchronous code;
    /// nothing is sent then. Calling it within `tokio::task::spawn_blocking` is allowed.
    ///
    /// # Panics
    /// Within `tokio::task::unconstrained`, where asynchronous code cannot be detected.
    pub fn block_on<T, E: From<Error>>(
        &self,
        work: impl IntoFuture<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let runtime = self.worker().runtime()?;
        runtime.block_on(work.into_future())
    }
}

impl<E: Endpoint> Call<E> {
    /// Sends the call, waits for the response and decodes it.
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
    /// The errors of [`Call::send`] and [`Client::block_on`].
    pub fn send_blocking(self) -> Result<Response<E::Output>, Error> {
        let client = self.client.clone();
        client.block_on(self.send())
    }

    /// Iterates over every item from this page on. Pages are fetched on demand. The iterator ends after an error.
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
            ended: false,
        }
    }
}

/// An iterator over the items of a list. See [`Call::items_blocking`].
#[must_use = "nothing is fetched until the iterator is advanced"]
pub struct BlockingItems<E: Paged> {
    client: Client,
    items: Items<E>,
    /// True after an error, which may be that of [`Client::block_on`].
    ended: bool,
}

impl<E: Paged> Iterator for BlockingItems<E> {
    type Item = Result<E::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.client.block_on(self.items.try_next());
        self.ended = item.is_err();
        item.transpose()
    }
}

impl<E: Paged> fmt::Debug for BlockingItems<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}
