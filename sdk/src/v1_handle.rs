//! The handle for the resources of API version 1.0.

use crate::client::Client;

impl Client {
    /// Returns the handle for the resources of API version 1.0.
    #[must_use]
    pub fn v1(&self) -> V1 {
        V1(self.clone())
    }
}

/// The resources of API version 1.0, with the connections and credentials of the client.
///
#[doc = include_str!("generated/v1/operations.md")]
#[derive(Debug, Clone)]
pub struct V1(Client);

impl AsRef<Client> for V1 {
    fn as_ref(&self) -> &Client {
        &self.0
    }
}
