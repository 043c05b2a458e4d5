//! Progress and result of downloads.

/// The progress of a download, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Number of bytes received. It decreases when the download starts again.
    pub received: u64,
    /// Total number of bytes, if the delivery host sent it.
    pub total: Option<u64>,
}

/// The result of a complete download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// Total number of bytes, including those received by earlier processes.
    pub bytes: u64,
    /// Number of times that the download was resumed.
    pub resumed: u32,
    /// Number of requests sent; 0 if an earlier process had received all bytes.
    pub attempts: u32,
}

pub(super) type OnProgress<'a> = Box<dyn FnMut(Progress) + Send + 'a>;
