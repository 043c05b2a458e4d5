//! A delivery host with one content at a time and scripted faults.
//!
//! Must never send bytes of another content than the response's validator names.
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use atlas_backup::*;
use bytes::Bytes;
use futures_core::Stream;

use crate::world::*;

pub(crate) const LINK: &str =
    "https://restore-5f0c.example.net:27017/s3cr3t-token/restore-5f0d.tar.gz";

pub(crate) fn link() -> SecretUrl {
    LINK.to_owned().into()
}

/// Returns the first `length` bytes of a version. Two versions differ in every byte.
pub(crate) fn content(version: u64, length: usize) -> Vec<u8> {
    /// The bytes repeat after this period, which is long enough to detect a misplaced chunk.
    const PERIOD: usize = 7 * 256;
    let byte = |place: usize| (place * 31 + place / 7) as u8 ^ (version * 37) as u8;
    let period: Vec<u8> = (0..PERIOD.min(length)).map(byte).collect();
    let mut content = period.repeat(length / PERIOD + 1);
    content.truncate(length);
    content
}

/// The validator by which the host distinguishes contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Tag,
    Date,
    WeakTag,
    Nothing,
}

/// The outcome of one request. Numbers are the bytes of the body that are sent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RequestOutcome {
    Good,
    Break(usize),
    /// Ends early as if the body was complete.
    Short(usize),
    /// Sends nothing more, not even an end.
    Stall(usize),
    Unreached,
    /// Sends no response.
    Silent,
    Status(u16),
    /// Sends the whole content, whatever range was requested.
    Whole,
    /// Sends another range than the requested one.
    Elsewhere,
    /// Continues beyond the end.
    Surplus,
    /// The content changes before this request.
    Renewed,
    /// Compressed, or labelled as such.
    Encoded,
}

type RequestOutcomes = dyn FnMut() -> RequestOutcome + Send;

#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) clock: ManualClock,
    request_outcomes: Arc<Mutex<RequestOutcomes>>,
    version: Arc<Mutex<u64>>,
    length: usize,
    piece: usize,
    mark: Mark,
    tells_length: bool,
    every: Option<Duration>,
    log: Arc<Mutex<Vec<Sent>>>,
    stalled: Arc<AtomicBool>,
}

impl Host {
    pub(crate) fn new(
        length: usize,
        request_outcomes: impl FnMut() -> RequestOutcome + Send + 'static,
    ) -> Self {
        Self {
            clock: ManualClock::new(),
            request_outcomes: Arc::new(Mutex::new(request_outcomes)),
            version: Arc::default(),
            length,
            piece: 5,
            mark: Mark::Tag,
            tells_length: true,
            every: None,
            log: Arc::default(),
            stalled: Arc::default(),
        }
    }

    /// Uses these faults in order; later requests succeed.
    pub(crate) fn scripted(length: usize, request_outcomes: &[RequestOutcome]) -> Self {
        let mut request_outcomes: VecDeque<_> = request_outcomes.iter().copied().collect();
        Self::new(length, move || {
            request_outcomes.pop_front().unwrap_or(RequestOutcome::Good)
        })
    }

    pub(crate) fn marked(mut self, mark: Mark) -> Self {
        self.mark = mark;
        self
    }

    pub(crate) fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.piece = bytes;
        self
    }

    /// Sends chunk by chunk, with this delay before each.
    pub(crate) fn every(mut self, time: Duration) -> Self {
        self.every = Some(time);
        self
    }

    pub(crate) fn without_length(mut self) -> Self {
        self.tells_length = false;
        self
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .transport(self.clone())
            .clock(self.clock.clone())
            .randomness(Sevens)
            .credentials(Credentials::bearer("tok-secret"))
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// Returns the current content.
    pub(crate) fn content(&self) -> Vec<u8> {
        content(*self.version.lock().unwrap(), self.length)
    }

    pub(crate) fn renew(&self) {
        *self.version.lock().unwrap() += 1;
    }

    pub(crate) fn log(&self) -> Vec<Sent> {
        self.log.lock().unwrap().clone()
    }

    /// Returns `Range` and `If-Range` of each request.
    pub(crate) fn ranges(&self) -> Vec<Option<(String, String)>> {
        let log = self.log();
        let ranges = log.iter().map(|sent| {
            let (range, condition) = (header(sent, "range"), header(sent, "if-range"));
            assert_eq!(range.is_some(), condition.is_some());
            Some((range?.to_owned(), condition?.to_owned()))
        });
        ranges.collect()
    }

    /// Returns true if a body has stalled since the last call of this function.
    pub(crate) fn has_stalled(&self) -> bool {
        self.stalled.swap(false, Ordering::Relaxed)
    }

    fn validator(&self) -> Option<(&'static str, String)> {
        let version = *self.version.lock().unwrap();
        match self.mark {
            Mark::Tag => Some(("etag", format!("\"v{version}\""))),
            Mark::WeakTag => Some(("etag", format!("W/\"v{version}\""))),
            Mark::Date => {
                let date = format!("Sun, 01 Jun 2025 12:{:02}:00 GMT", version % 60);
                Some(("last-modified", date))
            }
            Mark::Nothing => None,
        }
    }

    /// Returns the offset of the response by RFC 9110.
    fn from(&self, sent: &Sent) -> Option<usize> {
        let valid = self.validator().map(|(_, validator)| validator);
        if header(sent, "if-range") != valid.as_deref() {
            return None;
        }
        let from = header(sent, "range")?
            .strip_prefix("bytes=")?
            .strip_suffix('-')?;
        Some(from.parse().unwrap())
    }

    fn answer(&self, sent: &Sent, request_outcome: RequestOutcome) -> http::Response<ByteStream> {
        let asked = self
            .from(sent)
            .filter(|_| request_outcome != RequestOutcome::Whole);
        let (whole, length) = (self.content(), self.length);
        let mut builder = http::Response::builder().header("date", "Mon, 02 Jun 2025 12:00:00 GMT");
        if let Some((name, validator)) = self.validator() {
            builder = builder.header(name, validator);
        }
        if request_outcome == RequestOutcome::Encoded {
            builder = builder.header("content-encoding", "gzip");
        }
        let beyond = asked.filter(|from| *from >= length);
        if beyond.is_some() {
            let builder = builder
                .status(416)
                .header("content-range", format!("bytes */{length}"));
            let sorry = ByteStream::from(Bytes::from_static(b"not this page"));
            return builder.body(sorry).unwrap();
        }
        let from = asked.unwrap_or_default();
        let builder = match asked {
            Some(from) => {
                let first = from + usize::from(request_outcome == RequestOutcome::Elsewhere);
                let range = format!("bytes {first}-{}/{length}", length - 1);
                builder.status(206).header("content-range", range)
            }
            None if self.tells_length => builder.header("content-length", length),
            None => builder,
        };
        let mut body = whole[from..].to_vec();
        let end = match request_outcome {
            RequestOutcome::Break(after) => End::Broken.at(&mut body, after),
            RequestOutcome::Short(after) => End::Clean.at(&mut body, after),
            RequestOutcome::Stall(after) => End::Never(self.stalled.clone()).at(&mut body, after),
            RequestOutcome::Surplus => {
                body.push(0);
                End::Clean
            }
            _ => End::Clean,
        };
        let pieces = body.chunks(self.piece).map(Bytes::copy_from_slice);
        let pieces = Chunks {
            pieces: pieces.collect::<Vec<_>>().into_iter(),
            end,
            clock: self.clock.clone(),
            every: self.every,
            wait: None,
        };
        builder.body(ByteStream::new(pieces)).unwrap()
    }
}

impl Transport for Host {
    fn send(&self, _: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async { unreachable!("a stream is requested") })
    }

    fn open(
        &self,
        sent: Sent,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        assert_eq!(sent.uri().to_string(), LINK);
        self.log.lock().unwrap().push(sent.clone());
        let request_outcome = (self.request_outcomes.lock().unwrap())();
        if request_outcome == RequestOutcome::Renewed {
            self.renew();
        }
        Box::pin(async move {
            match request_outcome {
                RequestOutcome::Unreached => Err(TransportError::Connect("refused".into())),
                RequestOutcome::Silent => std::future::pending().await,
                RequestOutcome::Status(status) => {
                    Ok(reply(status, &[("retry-after", "7")], "sorry").map(ByteStream::from))
                }
                _ => Ok(self.answer(&sent, request_outcome)),
            }
        })
    }
}

/// The end of a body.
enum End {
    Clean,
    Broken,
    Never(Arc<AtomicBool>),
}

impl End {
    fn at(self, body: &mut Vec<u8>, after: usize) -> Self {
        body.truncate(after);
        self
    }
}

struct Chunks {
    pieces: std::vec::IntoIter<Bytes>,
    end: End,
    clock: ManualClock,
    every: Option<Duration>,
    wait: Option<BoxFuture<'static, ()>>,
}

impl Stream for Chunks {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let (Some(every), 1..) = (this.every, this.pieces.len()) {
            let wait = this.wait.get_or_insert_with(|| this.clock.sleep(every));
            std::task::ready!(wait.as_mut().poll(context));
            this.wait = None;
        }
        if let Some(piece) = this.pieces.next() {
            return Poll::Ready(Some(Ok(piece)));
        }
        match &this.end {
            End::Clean => Poll::Ready(None),
            End::Broken => Poll::Ready(Some(Err(TransportError::Interrupted("reset".into())))),
            End::Never(stalled) => {
                stalled.store(true, Ordering::Relaxed);
                Poll::Pending
            }
        }
    }
}
