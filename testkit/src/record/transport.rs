//! A transport that records the traffic of an SDK client.
//!
//! Must never change a request or a response, and never withhold one that cannot be recorded.

use crate::output::print_message;
use crate::record::Error;
use crate::record::archive::{Archive, Passed, Summary};
use crate::record::exchange::{Exchange, ExchangeResponse};
use crate::record::redact::SERVICE;
use crate::record::rules::Rules;
use atlas_backup::{BoxFuture, ByteStream, Transport, TransportError};
use bytes::Bytes;
use http::{Request, Response, header};
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The largest body that is recorded, in bytes; the same as the proxy's default.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Sends through another transport and writes each exchange to a folder.
///
/// Exchanges are redacted by the recorder's rules and scanned for secrets. Clones record into the same
/// folder: give one to the client, and call [`finish`](Self::finish) on the other. Access tokens, challenges
/// and streamed bodies, such as downloads, are not recorded.
#[derive(Clone)]
pub struct RecordingTransport(Arc<Shared>);

struct Shared {
    inner: Box<dyn Transport>,
    rules: Rules,
    requests: AtomicU64,
    /// `None` once it is finished.
    archive: Mutex<Option<Archive>>,
}

impl fmt::Debug for RecordingTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingTransport").finish_non_exhaustive()
    }
}

impl RecordingTransport {
    /// Records traffic with the service into `folder`, which must be empty or absent.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn new(inner: impl Transport, folder: impl AsRef<Path>) -> Result<Self, Error> {
        Self::with_origin(inner, folder, SERVICE)
    }

    /// Records a service at another origin, such as `https://staging.example.com`.
    ///
    /// The recordings name the public service instead.
    ///
    /// # Errors
    /// As [`RecordingTransport::new`].
    pub fn with_origin(
        inner: impl Transport,
        folder: impl AsRef<Path>,
        origin: &str,
    ) -> Result<Self, Error> {
        let say = Box::new(|line: &str| print_message(line));
        let archive = Archive::open(folder.as_ref(), Rules::built_in()?, origin, say)?;
        Ok(Self(Arc::new(Shared {
            inner: Box::new(inner),
            rules: Rules::built_in()?,
            requests: AtomicU64::new(0),
            archive: Mutex::new(Some(archive)),
        })))
    }

    /// Waits until all files are written and returns the counts.
    ///
    /// Later exchanges are not recorded.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn finish(&self) -> Result<Summary, Error> {
        self.0.finish()
    }
}

impl Shared {
    fn finish(&self) -> Result<Summary, Error> {
        let archive = self
            .archive
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        archive.map_or_else(|| Ok(Summary::default()), Archive::close)
    }

    fn send_to_archive(&self, passed: Passed) {
        let archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(archive) = &*archive {
            // A thread that has ended is reported when the archive is closed.
            let _ = archive.sender().send(passed);
        }
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let (headers, body) = (request.headers().clone(), request.body().clone());
        let answered = self.inner.send(request).await;
        let Ok(answer) = &answered else {
            self.send_to_archive(Passed::Lost(number, "the service did not respond"));
            return answered;
        };
        let target = uri.path_and_query().map(ToString::to_string);
        let large = body.len().max(answer.body().len()) > LARGEST_BODY;
        self.send_to_archive(match target {
            _ if self.rules.leaves_out(uri.path()) => Passed::LeftOut,
            _ if large => Passed::Lost(number, "a body is too large"),
            _ if answer.headers().contains_key(header::CONTENT_ENCODING) => {
                Passed::Lost(number, "the response is compressed")
            }
            None => Passed::Lost(number, "it has no path"),
            Some(target) => Passed::Whole(Box::new(Exchange {
                number,
                method,
                target,
                request_headers: headers,
                request_body: body,
                response: ExchangeResponse {
                    status: answer.status(),
                    headers: answer.headers().clone(),
                    body: answer.body().clone(),
                },
            })),
        });
        answered
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Call `finish` to see errors; a drop cannot return them.
        let _ = self.finish();
    }
}

impl Transport for RecordingTransport {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.0.send(request))
    }

    fn open(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<ByteStream>, TransportError>> {
        self.0.send_to_archive(Passed::LeftOut);
        self.0.inner.open(request)
    }
}
