//! A user's crate with the platform's TLS: the same client, by the default transport.

use atlas_backup::{Client, Credentials, Error};

/// A client of the service at `url`.
pub fn client(url: &str, credentials: Credentials) -> Result<Client, Error> {
    Client::builder()
        .base_url(url)?
        .credentials(credentials)
        .build()
}
