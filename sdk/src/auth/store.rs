//! Where access tokens are kept between processes.
//!
//! Invariant: a token reaches a store, and the header of a request to its own service, and nothing else.
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::transport::BoxFuture;

/// Whose token it is: a service account at one service.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    pub(super) base_url: String,
    pub(super) client_id: String,
}

impl TokenKey {
    /// The base URL of the service, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The service account's client id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
}

/// An access token and when it ends. `Debug` does not show the token.
#[derive(Clone)]
pub struct StoredToken {
    token: SecretString,
    expires: Timestamp,
}

impl StoredToken {
    /// A token that ends at `expires`.
    #[must_use]
    pub fn new(token: impl Into<String>, expires: Timestamp) -> Self {
        let token = token.into().into();
        Self { token, expires }
    }

    /// The token itself: a secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.token.expose_secret()
    }

    /// When it ends.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.expires
    }
}

impl fmt::Debug for StoredToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredToken(until {})", self.expires)
    }
}

/// Keeps access tokens, so that short-lived processes share one: the service allows few token requests a minute and 100
/// active tokens for a service account.
///
/// A store that fails costs a token request and never a call.
pub trait TokenStore: Send + Sync + 'static {
    /// The token kept under `key`, whether it still holds or not.
    fn get<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<StoredToken>>>;

    /// Keeps a token in the place of the one before.
    fn put<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, io::Result<()>>;

    /// Keeps none any more.
    fn forget<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, io::Result<()>>;
}

/// Keeps tokens in a directory, a file for each service account, readable by its owner only (on Unix).
///
/// ```
/// # fn main() -> Result<(), atlas_backup::Error> {
/// use atlas_backup::{Client, Credentials, FileTokenStore};
/// let client = Client::builder()
///     .credentials(Credentials::service_account("mdb_sa_id_0", "secret"))
///     .token_store(FileTokenStore::new("/var/lib/backup/tokens"))
/// #   .transport(atlas_backup_docs::Nowhere)
///     .build()?;
/// # Ok(()) }
/// # mod atlas_backup_docs {
/// #     pub struct Nowhere;
/// #     impl atlas_backup::Transport for Nowhere {
/// #         fn send(&self, _: http::Request<bytes::Bytes>) -> atlas_backup::BoxFuture<'_, Result<http::Response<bytes::Bytes>, atlas_backup::TransportError>> {
/// #             Box::pin(std::future::pending())
/// #         }
/// #     }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FileTokenStore(PathBuf);

#[derive(Serialize, Deserialize)]
struct Kept {
    access_token: String,
    expires: Timestamp,
}

impl FileTokenStore {
    /// Keeps tokens in `directory`, which is made when the first token comes.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self(directory.into())
    }

    /// The file of one service account. Its name tells neither the account nor the service.
    fn file(&self, key: &TokenKey) -> PathBuf {
        let digest = Sha256::digest(format!("{}\n{}", key.base_url, key.client_id));
        let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.0.join(format!("{name}.json"))
    }

    fn read(&self, key: &TokenKey) -> io::Result<Option<StoredToken>> {
        let text = match std::fs::read(self.file(key)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // The cause may quote the token.
        let kept: Kept = serde_json::from_slice(&text)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a kept token"))?;
        Ok(Some(StoredToken::new(kept.access_token, kept.expires)))
    }

    fn write(&self, key: &TokenKey, token: &StoredToken) -> io::Result<()> {
        std::fs::create_dir_all(&self.0)?;
        let file = self.file(key);
        let beside = file.with_extension(format!("{}.new", std::process::id()));
        let kept = Kept {
            access_token: token.expose().to_owned(),
            expires: token.expires,
        };
        let written = write_private(&beside, &serde_json::to_vec(&kept)?)
            .and_then(|()| std::fs::rename(&beside, &file));
        if written.is_err() {
            // What is half written must not stay; that it cannot be removed is no worse.
            let _ = std::fs::remove_file(&beside);
        }
        written
    }
}

/// Writes a file that nobody but its owner may read, from its first byte on.
fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

impl TokenStore for FileTokenStore {
    fn get<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<StoredToken>>> {
        Box::pin(async { self.read(key) })
    }

    fn put<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async { self.write(key, token) })
    }

    fn forget<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async {
            match std::fs::remove_file(self.file(key)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        })
    }
}
