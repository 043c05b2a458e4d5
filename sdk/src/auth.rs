//! Credentials, and the three schemes that turn them into an `Authorization` header.
//!
//! Invariant: a secret is sent only in a header that is marked sensitive, or in a token request to the base URL.
mod authentication;
mod authenticator;
#[cfg(feature = "cli-profile")]
mod cli_profile;
mod credentials;
mod digest;
#[cfg(feature = "cli-keychain")]
mod keychain;
mod nonce;
mod profile;
mod provider;
mod refusal;
mod refused;
mod rotation;
mod secret_header;
mod store;
mod token;

pub(crate) use authenticator::{Authenticator, CredentialsSource};
pub use credentials::Credentials;
pub use profile::Profile;
pub use provider::{CredentialsProvider, ProvidedCredentials};
pub(crate) use refused::NotReplaced;
pub use store::{FileTokenStore, StoredToken, TokenKey, TokenStore, TokenTurn};
