//! Storage of access tokens, for several processes.
//!
//! Invariant: a token is passed only to a store and to requests to its own service.
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ambient::{OsRandomness, Randomness as _};
use crate::box_future::BoxFuture;
use crate::regular_file;

/// The maximum size of a token file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// The key of a stored token: a service account and its service.
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

/// An access token with its expiry. `Debug` does not show the token.
#[derive(Clone)]
pub struct StoredToken {
    token: SecretString,
    expires: Timestamp,
}

impl StoredToken {
    /// Creates a token that is used until `expires`.
    #[must_use]
    pub fn new(token: impl Into<String>, expires: Timestamp) -> Self {
        let token = token.into().into();
        Self { token, expires }
    }

    /// Returns the token, which is a secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.token.expose_secret()
    }

    /// Returns the time until which the token is used.
    ///
    /// A client stores a time shortly before the expiry that the service stated, so that no token expires during a
    /// request.
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

/// The exclusive right to request a token, until it is dropped.
pub struct TokenTurn(#[allow(dead_code, reason = "it is kept to be dropped")] Box<dyn Send + Sync>);

impl TokenTurn {
    /// Creates a turn that owns `kept`, such as a lock, and drops it with itself.
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

/// Stores access tokens, so that short-lived processes share them.
///
/// The service allows few token requests a minute, and 100 active tokens of a service account. If a store fails, or one
/// of its methods takes longer than ten seconds, the client requests a token; the call does not fail.
pub trait TokenStore: Send + Sync + 'static {
    /// Returns the token of `key`, which may have expired.
    fn get<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<StoredToken>>>;

    /// Stores a token, and replaces the previous one.
    fn put<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a StoredToken,
    ) -> BoxFuture<'a, io::Result<()>>;

    /// Removes the token.
    fn forget<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, io::Result<()>>;

    /// Returns the turn to request a token for `key`, or `None` while another process has the turn.
    ///
    /// The process with the turn requests a token. The others wait for ten seconds at most until it has stored the
    /// token. By default every process gets the turn.
    fn turn<'a>(&'a self, _key: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<TokenTurn>>> {
        Box::pin(async { Ok(Some(TokenTurn::new(()))) })
    }
}

/// Stores tokens in a directory, one file per service account. On Unix only the owner can read the files.
///
/// Several machines may share the directory. A lock file next to the token lets one process request a token while the
/// others wait. If the file system does not support locks, each process requests its own. The methods block their thread
/// while they access files, without a limit of time.
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
    /// Creates a store in `directory`, which is created with the first token.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self(directory.into())
    }

    /// Returns the path of a file of one service account. The name is a hash, so it reveals neither account nor
    /// service.
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
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a stored token"))?;
        Ok(Some(StoredToken::new(kept.access_token, kept.expires)))
    }

    fn write(&self, key: &TokenKey, token: &StoredToken) -> io::Result<()> {
        std::fs::create_dir_all(&self.0)?;
        // The name is random, because the first processes of all containers have the same process ID.
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
            // The incomplete file is removed. If that fails, too, the first error is more useful.
            let _ = std::fs::remove_file(&beside);
        }
        written
    }

    fn lock(&self, key: &TokenKey) -> io::Result<Option<TokenTurn>> {
        std::fs::create_dir_all(&self.0)?;
        // The lock file is never removed: another process could hold a lock on the removed file.
        let lock = self.file(key, "lock");
        let file = regular_file::open_own(&lock, private().create(true).truncate(false))?;
        let locked = regular_file::try_lock(&file)?;
        Ok(locked.then(|| TokenTurn::new(file)))
    }
}

/// Returns options that create a file which only its owner can read.
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
