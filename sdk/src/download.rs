//! Downloads of the archives of restore jobs to a file or a writer, with resumption.
//!
//! Invariant: no credential is sent, because the delivery host is not the service and the URL itself authorises.
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use url::Url;

use crate::base_url::exposed;
use crate::client::Client;
use crate::retry::{ExponentialBackoff, RetryPolicy};
use crate::secret_url::SecretUrl;
use crate::trace;

mod content;
mod error;
mod fetch;
mod pace;
mod part;
mod progress;
mod sink;
mod writer;

pub use error::DownloadError;
use fetch::{Fetch, Limits};
use pace::Pace;
use part::Part;
use progress::OnProgress;
pub use progress::{Downloaded, Progress};
use sink::Sink;
use writer::Writer;

/// The builder of a download. See [`Client::download`].
#[must_use = "nothing is downloaded before `to` or `to_file`"]
pub struct Download<'a> {
    client: Client,
    link: SecretUrl,
    retry: Option<Arc<dyn RetryPolicy>>,
    on_progress: Option<OnProgress<'a>>,
    overwrite: bool,
    limits: Limits,
}

impl Client {
    /// Downloads the archive of a restore job: a URL of `delivery_url` (valid for one hour) or `snapshot_url` of a flex
    /// cluster (valid for four hours). The URL has to be valid when a request starts, not until it ends.
    ///
    /// An interrupted download is resumed by a range request (RFC 9110 section 14) if the delivery host sends a strong entity
    /// tag or a sufficiently old modification date. The retry policy treats a download as an idempotent call and counts
    /// attempts since the last one that made progress. A stalled attempt is a timeout ([`Download::min_throughput`]). Size
    /// and total time are unlimited by default ([`Download::max_bytes`], [`Download::max_time`]); the client's
    /// [`operation_timeout`] does not apply. The future can be dropped at any time.
    ///
    /// ```no_run
    /// # async fn example(client: atlas_backup::Client, job: atlas_backup::v2::DiskBackupSnapshotRestoreJob) -> Result<(), atlas_backup::DownloadError> {
    /// use atlas_backup::DownloadError;
    /// for (number, link) in job.delivery_url.iter().flatten().enumerate() {
    ///     let download = client
    ///         .download(link)
    ///         .on_progress(|now| eprint!("\r{} of {:?} bytes", now.received, now.total));
    ///     match download.to_file(format!("restore-{number}.tar.gz")).await {
    ///         Ok(whole) => eprintln!("\r{} bytes", whole.bytes),
    ///         Err(DownloadError::Expired { .. }) => eprintln!("create another restore job"),
    ///         Err(error) => return Err(error),
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// [`operation_timeout`]: crate::ClientBuilder::operation_timeout
    pub fn download<'a>(&self, link: &SecretUrl) -> Download<'a> {
        Download {
            client: self.clone(),
            link: link.clone(),
            retry: None,
            on_progress: None,
            overwrite: false,
            limits: Limits::default(),
        }
    }
}

impl<'a> Download<'a> {
    /// Sets a callback for the progress, called after each chunk.
    pub fn on_progress(mut self, hear: impl FnMut(Progress) + Send + 'a) -> Self {
        self.on_progress = Some(Box::new(hear));
        self
    }

    /// Replaces the client's retry policy for this download.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Some(Arc::new(policy));
        self
    }

    /// Disables retries.
    pub fn no_retry(self) -> Self {
        self.retry(ExponentialBackoff::default().max_attempts(1))
    }

    /// Sets the maximum size. A larger archive is the error [`DownloadError::TooLarge`]: before the first write if the
    /// delivery host sends the length, else when the limit is exceeded. Unlimited by default.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.limits.bytes = Some(bytes);
        self
    }

    /// Sets the maximum total time, including retries and waits. [`DownloadError::Overdue`] after that. Unlimited by
    /// default.
    pub fn max_time(mut self, limit: Duration) -> Self {
        self.limits.time = Some(limit);
        self
    }

    /// Sets the minimum throughput: an attempt times out if fewer than `bytes` arrive while the SDK waits `window` for the
    /// delivery host. The time for writing does not count. The default is 1 KiB per second over the client's
    /// [`attempt_timeout`](crate::ClientBuilder::attempt_timeout) (60 seconds), that is 60 KiB per minute. With 1 byte, only
    /// complete silence is a stall.
    ///
    /// A stalled attempt with less than `bytes` counts as an attempt without progress.
    pub fn min_throughput(mut self, bytes: u64, window: Duration) -> Self {
        let bytes = bytes.max(1);
        self.limits.pace = Some(Pace { bytes, window });
        self
    }

    /// Allows [`Download::to_file`] to replace an existing file. The default is false.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Downloads to a writer and flushes it. Because written data cannot be taken back, the download fails if the content
    /// changes or an interrupted attempt cannot be resumed.
    ///
    /// # Errors
    /// [`DownloadError`]. The writer then has the beginning of the archive.
    pub async fn to(
        self,
        mut writer: impl AsyncWrite + Send + Unpin,
    ) -> Result<Downloaded, DownloadError> {
        let uri = address(&self.link)?;
        let fetch = Fetch::new(&self.client, uri, Sink::Writer(&mut writer)).within(self.limits);
        let whole = traced(fetch.run(self.retry, self.on_progress)).await?;
        let flushed = writer.flush().await;
        flushed.map_err(DownloadError::io("flushing the writer"))?;
        Ok(whole)
    }

    /// Downloads to a file, which appears once it is complete. On Unix, only its owner can read it.
    ///
    /// During the download, `.<name>.part` and `.<name>.part.json` are in the same directory. A later call with the same URL
    /// resumes from them, also in another process, while the delivery host has the same content. They do not contain the
    /// URL. A later call resumes where this one ended or was dropped; after a kill or a power failure, up to about 32 MiB
    /// are downloaded again. A damaged record is reported to `tracing`, and the download starts again.
    ///
    /// Only regular files are replaced, and only with [`Download::overwrite`]. A symbolic link, directory or device at the
    /// destination is the error [`DownloadError::NotAFile`].
    ///
    /// Dropping the future blocks until the received data is on disk.
    ///
    /// # Errors
    /// [`DownloadError`]. The destination is then unchanged.
    pub async fn to_file(self, path: impl AsRef<Path>) -> Result<Downloaded, DownloadError> {
        let uri = address(&self.link)?;
        let files = self.client.wire().files.clone();
        let (path, overwrite, link) = (path.as_ref().to_owned(), self.overwrite, self.link.clone());
        let open = move || Part::open(files, &path, overwrite, &link);
        let (mut file, left) = Writer::open(open).await?;
        let fetch = Fetch::new(&self.client, uri, Sink::File(&mut file));
        let fetch = fetch.after(left).within(self.limits);
        match traced(fetch.run(self.retry, self.on_progress)).await {
            Ok(whole) => file.finish(whole.bytes).await.map(|()| whole),
            Err(error) => {
                file.leave().await;
                Err(error)
            }
        }
    }
}

/// Runs a download in a span.
async fn traced(
    download: impl Future<Output = Result<Downloaded, DownloadError>>,
) -> Result<Downloaded, DownloadError> {
    let figures = |whole: &Downloaded| (whole.bytes, whole.attempts);
    trace::download(download, figures, DownloadError::name).await
}

/// Parses the URL and checks that a secret may be sent there.
fn address(link: &SecretUrl) -> Result<Uri, DownloadError> {
    let unreadable = DownloadError::Link("cannot be read");
    let Ok(url) = Url::parse(link.expose()) else {
        return Err(unreadable);
    };
    if let Some(why) = exposed(&url) {
        return Err(DownloadError::Link(why));
    }
    // An HTTP client would send them as a header.
    if !url.username().is_empty() || url.password().is_some() {
        let why = "must not carry a user name or password";
        return Err(DownloadError::Link(why));
    }
    url.as_str().parse().map_err(|_| unreadable)
}

impl fmt::Debug for Download<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("overwrite", &self.overwrite)
            .finish_non_exhaustive()
    }
}
