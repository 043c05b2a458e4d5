//! Downloads: the archive behind a restore job's link, to a file or a writer, resumed where it broke off.
//!
//! Must never send a credential: whoever has the link may download, and the delivery host is not the service.
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

/// A download being put together: see [`Client::download`].
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
    /// Downloads what a restore job delivers: a link of `delivery_url` (valid for an hour) or a flex cluster's
    /// `snapshot_url` (four hours). A link holds for the start of a request, not for its length.
    ///
    /// What breaks off is resumed by a range request (RFC 9110 section 14), if the delivery host gives the content an
    /// entity tag or a settled date. The retry policy decides as about an idempotent call, and counts from the last
    /// attempt that brought something. An attempt that stalls is broken off ([`Download::min_throughput`]); neither size nor
    /// time is limited unless said so ([`Download::max_bytes`], [`Download::max_time`]), and the client's
    /// [`operation_timeout`] does not apply. The future may be dropped at any time.
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
    /// Hears after every piece how far it is.
    pub fn on_progress(mut self, hear: impl FnMut(Progress) + Send + 'a) -> Self {
        self.on_progress = Some(Box::new(hear));
        self
    }

    /// Decides about attempts of this download after the first, instead of the client's policy.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Some(Arc::new(policy));
        self
    }

    /// One attempt only.
    pub fn no_retry(self) -> Self {
        self.retry(ExponentialBackoff::default().max_attempts(1))
    }

    /// Refuses a content of more bytes, with [`DownloadError::TooLarge`]: before anything of it is written where the
    /// delivery host says its length, else when it comes. Unlimited by default.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.limits.bytes = Some(bytes);
        self
    }

    /// Ends the download with [`DownloadError::Overdue`] when its last byte has not come after this time, further
    /// attempts and the waits between them included. Unlimited by default.
    pub fn max_time(mut self, limit: Duration) -> Self {
        self.limits.time = Some(limit);
        self
    }

    /// Breaks an attempt off, as a timeout, when fewer than `bytes` come while the delivery host is waited for as long
    /// as `window`. The time that writing takes does not count. By default 1 KiB a second, over the client's
    /// [`attempt_timeout`](crate::ClientBuilder::attempt_timeout) (60 seconds): 60 KiB in a minute. `bytes` of 1 means
    /// that only silence is a stall.
    ///
    /// An attempt that stalled and had brought less than `bytes` counts as one that brought nothing.
    pub fn min_throughput(mut self, bytes: u64, window: Duration) -> Self {
        let bytes = bytes.max(1);
        self.limits.pace = Some(Pace { bytes, window });
        self
    }

    /// Whether [`Download::to_file`] may replace a file; by default it may not.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Downloads to a writer, and flushes it. What it was given cannot be taken back: should the content change, or
    /// break off where it cannot be resumed, the download fails.
    ///
    /// # Errors
    /// [`DownloadError`]. The writer then has the beginning of the content.
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

    /// Downloads to a file, which is there when it is whole and not before. It is readable by its owner only (on Unix).
    ///
    /// Until then there are `.<name>.part` and `.<name>.part.json` beside it, from which a later call with the same link
    /// goes on, in another process too, for as long as the delivery host has the same content. They hold no
    /// link. A later call goes on where this one ended or was dropped; after a process was killed, or the power failed,
    /// about 32 MiB before at most. A record that is damaged is reported to `tracing`, and the download begins again.
    ///
    /// Only regular files are replaced, and only if [`Download::overwrite`] allows it: a symbolic link at the destination
    /// is refused like a directory or a device, with [`DownloadError::NotAFile`].
    ///
    /// Dropping the future waits until what was received is on disk.
    ///
    /// # Errors
    /// [`DownloadError`]. The destination is then as it was.
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

/// Where a link leads, if a secret may be sent there.
fn address(link: &SecretUrl) -> Result<Uri, DownloadError> {
    let unreadable = DownloadError::Link("cannot be read");
    let Ok(url) = Url::parse(link.expose()) else {
        return Err(unreadable);
    };
    if let Some(why) = exposed(&url) {
        return Err(DownloadError::Link(why));
    }
    // An HTTP client would make a header of them.
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
