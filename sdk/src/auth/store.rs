//! Where access tokens are kept between processes.
//!
//! Invariant: a token reaches a store, and the header of a request to its own service, and nothing else.
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ambient::{OsRandomness, Randomness as _};
use crate::box_future::BoxFuture;
use crate::regular_file;

/// No kept token is larger, in bytes.
const LARGEST: u64 = 1024 * 1024;

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

/// An access token and until when it is used. `Debug` does not show the token.
#[derive(Clone)]
pub struct StoredToken {
    token: SecretString,
    expires: Timestamp,
}

impl StoredToken {
    /// A token that is not used from `expires` on.
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

    /// From when on it is not used: a client keeps a token with a moment shortly before the end that the service named, so
    /// that none runs out on the way.
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

/// The turn to ask for a token, until it is dropped.
pub struct TokenTurn(#[allow(dead_code, reason = "it is kept to be dropped")] Box<dyn Send + Sync>);

impl TokenTurn {
    /// A turn that lasts as long as `kept`, a lock for example.
    #[must_use]
    pub fn new(kept: impl Send + Sync + 'static) -> Self {
        Self(Box::new(kept))
    }
}

impl fmt::Debug for TokenTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenTurn")
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

    /// The turn to ask for a token under `key`, and `None` while another process has it: of many that find no token one
    /// asks, and the others look for what it keeps, for ten seconds at most. By default it is everybody's turn.
    fn turn<'a>(&'a self, _key: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<TokenTurn>>> {
        Box::pin(async { Ok(Some(TokenTurn::new(()))) })
    }
}

/// Keeps tokens in a directory, a file for each service account, readable by its owner only (on Unix).
///
/// The directory may be one that many machines share. A lock file beside the token lets one process ask for a token and
/// the others wait for it; where files cannot be locked, each asks.
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

    /// A file of one service account. Its name tells neither the account nor the service.
    fn file(&self, key: &TokenKey, ending: &str) -> PathBuf {
        let digest = Sha256::digest(format!("{}\n{}", key.base_url, key.client_id));
        let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.0.join(format!("{name}.{ending}"))
    }

    fn read(&self, key: &TokenKey) -> io::Result<Option<StoredToken>> {
        let mut options = OpenOptions::new();
        let opened = regular_file::open_own(&self.file(key, "json"), options.read(true));
        let mut text = Vec::new();
        match opened {
            Ok(file) => _ = file.take(LARGEST).read_to_end(&mut text)?,
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
        // Every container's first process has the same number, so chance has to tell them apart.
        let mut chance = [0; 8];
        OsRandomness.fill(&mut chance)?;
        let beside = self.file(key, &format!("{:016x}.new", u64::from_ne_bytes(chance)));
        let kept = Kept {
            access_token: token.expose().to_owned(),
            expires: token.expires,
        };
        let place = self.file(key, "json");
        let written = write_new(&beside, &serde_json::to_vec(&kept)?)
            .and_then(|()| regular_file::refuse_other(&place))
            .and_then(|()| std::fs::rename(&beside, &place));
        if written.is_err() {
            // What is half written must not stay; that it cannot be removed is no worse.
            let _ = std::fs::remove_file(&beside);
        }
        written
    }

    fn lock(&self, key: &TokenKey) -> io::Result<Option<TokenTurn>> {
        std::fs::create_dir_all(&self.0)?;
        // It stays: who removed it could have another process lock a file that is gone.
        let lock = self.file(key, "lock");
        let file = regular_file::open_own(&lock, private().create(true).truncate(false))?;
        match File::try_lock(&file) {
            Ok(()) => Ok(Some(TokenTurn::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            // Nobody else can lock it either.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                Ok(Some(TokenTurn::new(())))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// To write a file that nobody but its owner may read, from its first byte on.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let mut file = private().create_new(true).open(path)?;
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
            match std::fs::remove_file(self.file(key, "json")) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        })
    }

    fn turn<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<TokenTurn>>> {
        Box::pin(async { self.lock(key) })
    }
}
