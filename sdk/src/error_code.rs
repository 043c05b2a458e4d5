//! The error codes of the service, with constants for those of backup export and restore.
//!
//! Invariant: unknown codes are accepted, because the service adds codes without notice.
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::printable::Printable;

/// An error code of the service, which is more specific than the HTTP status.
///
/// The set is open: codes without a constant are accepted, and codes can be compared with text.
///
/// ```
/// use atlas_backup::AtlasErrorCode;
/// assert_eq!(AtlasErrorCode::CLUSTER_NOT_FOUND, "CLUSTER_NOT_FOUND");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AtlasErrorCode(Cow<'static, str>);

impl AtlasErrorCode {
    pub(crate) fn new(code: &str) -> Self {
        Self(Cow::Owned(code.to_owned()))
    }

    /// Returns the code as sent by the service. `Display` escapes control characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AtlasErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printable(&self.0).fmt(f)
    }
}

impl From<&str> for AtlasErrorCode {
    fn from(code: &str) -> Self {
        Self::new(code)
    }
}

impl FromStr for AtlasErrorCode {
    type Err = Infallible;

    fn from_str(code: &str) -> Result<Self, Infallible> {
        Ok(Self::new(code))
    }
}

impl AsRef<str> for AtlasErrorCode {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Serialize for AtlasErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl PartialEq<str> for AtlasErrorCode {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for AtlasErrorCode {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

macro_rules! codes {
    ($($name:ident: $meaning:literal,)*) => {
        impl AtlasErrorCode {
            $(#[doc = $meaning] pub const $name: Self = Self(Cow::Borrowed(stringify!($name)));)*
        }
    };
}

// Public error reference of the Atlas Administration API, https://www.mongodb.com/docs/atlas/reference/api-errors/
codes! {
    ATLAS_CLUSTER_RESTORE_IN_PROGRESS: "409: the cluster is being restored already.",
    CANNOT_CANCEL_AUTOMATED_RESTORE: "400: only a download restore can be cancelled.",
    CANNOT_DOWNLOAD_EXPIRED_JOB: "400: the download has expired.",
    CANNOT_DOWNLOAD_INCOMPLETE_SNAPSHOT: "409: the snapshot is not complete yet.",
    CANNOT_DOWNLOAD_JOB_IN_PROGRESS: "400: the download is still being prepared.",
    CANNOT_DOWNLOAD_SNAPSHOT_CONCURRENTLY: "400: the snapshot is being downloaded already.",
    CANNOT_DOWNLOAD_SNAPSHOT_WITH_ENCRYPTION: "400: an encrypted snapshot cannot be downloaded.",
    CANNOT_RESTORE_TO_TARGET: "403: this restore to the target cluster is not allowed.",
    CLUSTER_NOT_FOUND: "404: the project has no cluster of that name.",
    CLUSTER_PAUSED_CANNOT_RESTORE: "400: the target cluster is paused.",
    EXPORT_BUCKET_NAME_INVALID: "400: the bucket's name breaks the rules of its provider.",
    EXPORT_BUCKET_NOT_FOUND: "404: the project has no such export bucket.",
    GROUP_NOT_FOUND: "404: there is no such project, or none that the caller may see.",
    INVALID_PIT_RESTORE_TIME: "400: the point in time is outside the restore window.",
    IP_ADDRESS_NOT_ON_WHITELIST: "403: the caller's address is not on the access list.",
    NO_CHECKPOINT_FOR_PIT_RESTORE: "409: there is no checkpoint for a point-in-time restore.",
    RATE_LIMITED: "429: too many calls.",
    RATE_LIMITED_TOKEN_BUCKET: "429: the endpoint set's token bucket is empty.",
    RESOURCE_NOT_FOUND: "404: there is no resource at this path.",
    RESTORE_INITIATION_FAILED: "409: the restore could not be started.",
    RESTORE_JOB_NOT_FOUND: "404: the cluster has no such restore job.",
    SNAPSHOT_NOT_FOUND: "404: the cluster has no such snapshot.",
    TOO_MANY_SNAPSHOT_DOWNLOADS: "400: the limit of snapshot downloads is reached.",
    UNEXPECTED_ERROR: "An error for which the service has no more specific code.",
    UNSUPPORTED_DELIVERY_METHOD: "400: the snapshot cannot be restored this way.",
    USER_UNAUTHORIZED: "401: the caller does not have the required role.",
    VALIDATION_ERROR: "400: the request body is invalid.",
    VERSION_GONE: "410: the requested version of the operation was removed.",
}
