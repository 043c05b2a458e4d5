//! The requests of a download: the whole content, then the missing rest, as long as the retry policy allows.
//!
//! Invariant: each written byte follows the previous one in the same content.
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::response::Parts;
use http::{Request, StatusCode, Uri, header};

use super::content::Content;
use super::error::DownloadError;
use super::pace::{Meter, Pace};
use super::progress::{Downloaded, OnProgress, Progress};
use super::sink::Sink;
use crate::client::Client;
use crate::deadline::{Stopwatch, within};
use crate::failure::Failure;
use crate::response::retry_after;
use crate::retry::RetryPolicy;
use crate::trace;
use crate::transport::is_encoded;
use crate::transport_error::TransportError;

/// The limits of a download.
#[derive(Default, Clone, Copy)]
pub(super) struct Limits {
    pub(super) bytes: Option<u64>,
    pub(super) time: Option<Duration>,
    pub(super) pace: Option<Pace>,
}

pub(super) struct Fetch<'a> {
    client: &'a Client,
    uri: Uri,
    sink: Sink<'a>,
    limits: Limits,
    content: Content,
    received: u64,
    resumed: u32,
    attempts: u32,
    began: Instant,
}

impl<'a> Fetch<'a> {
    pub(super) fn new(client: &'a Client, uri: Uri, sink: Sink<'a>) -> Self {
        Self {
            client,
            uri,
            sink,
            limits: Limits::default(),
            content: Content::default(),
            received: 0,
            resumed: 0,
            attempts: 0,
            began: client.wire().clock.now(),
        }
    }

    /// Resumes after the first `received` bytes of a content.
    pub(super) fn after(mut self, (content, received): (Content, u64)) -> Self {
        (self.content, self.received) = (content, received);
        self
    }

    pub(super) fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub(super) async fn run(
        mut self,
        policy: Option<Arc<dyn RetryPolicy>>,
        hear: Option<OnProgress<'_>>,
    ) -> Result<Downloaded, DownloadError> {
        let (clock, limit) = (self.client.wire().clock.clone(), self.limits.time);
        let mut time = Stopwatch::start(&clock, limit);
        let in_time = time.within(limit, self.whole(policy, hear)).await;
        in_time.unwrap_or_else(|| {
            Err(DownloadError::Overdue {
                limit: limit.unwrap_or_default(),
                received: self.received,
                attempts: self.attempts,
            })
        })
    }

    async fn whole(
        &mut self,
        policy: Option<Arc<dyn RetryPolicy>>,
        mut hear: Option<OnProgress<'_>>,
    ) -> Result<Downloaded, DownloadError> {
        self.fits(self.received, self.content.total)?;
        let client = self.client;
        let clock = &*client.wire().clock;
        let (mut number, mut began, mut furthest) = (1, clock.now(), self.received);
        while !self.is_whole() {
            let Err(error) = self.attempt(&mut hear).await else {
                client.earn(number > 1);
                break;
            };
            // After a restart, only bytes beyond the previous end are progress, and a trickle is not; otherwise the loop
            // might not end.
            let least = match error.failure() {
                Some(Failure::Timeout) => self.pace().bytes,
                _ => 1,
            };
            if self.received >= furthest.saturating_add(least) {
                client.earn(number > 1);
                (number, began) = (1, clock.now());
            }
            furthest = furthest.max(self.received);
            let failure = error.failure().filter(|_| self.can_go_on());
            let retry = failure.and_then(|failure| {
                let elapsed = clock.now() - began;
                client.again(policy.as_deref(), number, failure, true, elapsed)
            });
            let Some(retry) = retry else {
                return Err(error);
            };
            trace::download_retry(error.name(), self.attempts, self.received, retry.wait);
            clock.sleep(retry.wait).await;
            retry.payment.spend();
            number += 1;
        }
        Ok(Downloaded {
            bytes: self.received,
            resumed: self.resumed,
            attempts: self.attempts,
        })
    }

    async fn attempt(&mut self, hear: &mut Option<OnProgress<'_>>) -> Result<(), DownloadError> {
        let wire = self.client.wire();
        let from = self.from();
        let request = self.request(from)?;
        self.attempts += 1;
        let opening = wire.transport.open(request);
        let opened = within(&wire.clock, wire.timeout, opening).await;
        let late = || {
            let cause = format!("nothing came within {:?}", wire.timeout);
            Err(TransportError::Timeout(cause.into()))
        };
        let opened = opened.unwrap_or_else(late);
        let (head, body) = opened.map_err(|cause| self.broken(cause))?.into_parts();
        let Some(end) = self.accept(&head, from).await? else {
            return Ok(());
        };
        let (mut body, mut meter) = (body, Meter::new(self.pace()));
        while let Some(piece) = meter.next(&mut body, &wire.clock).await {
            let piece = match piece {
                Ok(piece) => piece,
                Err(_) if self.is_whole() => break,
                Err(cause) => return Err(self.broken(cause)),
            };
            let received = self.received.saturating_add(piece.len() as u64);
            if received > end {
                let expected = end;
                return Err(DownloadError::Length { received, expected });
            }
            self.fits(received, self.content.total)?;
            self.sink.write(&piece).await?;
            self.received = received;
            if let Some(hear) = hear {
                let total = self.content.total;
                hear(Progress { received, total });
            }
        }
        match self.content.total {
            Some(expected) if self.received < expected => Err(DownloadError::Length {
                received: self.received,
                expected,
            }),
            _ => Ok(()),
        }
    }

    /// Checks the received and the announced size against the limit.
    fn fits(&self, bytes: u64, total: Option<u64>) -> Result<(), DownloadError> {
        match self.limits.bytes {
            Some(limit) if bytes.max(total.unwrap_or_default()) > limit => {
                Err(DownloadError::TooLarge { limit, total })
            }
            _ => Ok(()),
        }
    }

    /// Returns the minimum throughput.
    fn pace(&self) -> Pace {
        let silence = self.client.wire().timeout;
        self.limits.pace.unwrap_or(Pace::within(silence))
    }

    /// Returns the offset of the next request: 0 without a validator.
    fn from(&self) -> u64 {
        match self.content.validator {
            Some(_) => self.received,
            None => 0,
        }
    }

    fn can_go_on(&self) -> bool {
        self.from() == self.received || self.sink.can_begin_again()
    }

    fn is_whole(&self) -> bool {
        self.content.total == Some(self.received)
    }

    fn request(&self, from: u64) -> Result<Request<Bytes>, DownloadError> {
        let user_agent = &self.client.wire().user_agent;
        let mut builder = Request::get(&self.uri)
            .header(header::USER_AGENT, user_agent)
            .header(header::ACCEPT, "*/*")
            .header(header::ACCEPT_ENCODING, "identity");
        if let (1.., Some(validator)) = (from, &self.content.validator) {
            builder = builder
                .header(header::RANGE, format!("bytes={from}-"))
                .header(header::IF_RANGE, validator);
        }
        let unsendable = |_| DownloadError::Link("cannot be requested");
        builder.body(Bytes::new()).map_err(unsendable)
    }

    /// Accepts the response to a request from `from` on. Returns the end of its body (`u64::MAX` if unknown), or `None` if
    /// the download is complete.
    async fn accept(&mut self, head: &Parts, from: u64) -> Result<Option<u64>, DownloadError> {
        let (status, headers) = (head.status, &head.headers);
        if status.is_success() && is_encoded(headers) {
            return Err(DownloadError::Encoded);
        }
        match status {
            StatusCode::OK => {
                if self.received > 0 && !self.sink.can_begin_again() {
                    return Err(DownloadError::Changed {
                        received: self.received,
                    });
                }
                let content = Content::of(headers);
                self.fits(0, content.total)?;
                // Until the sink is ready, no byte is received.
                self.received = 0;
                self.content = content;
                self.sink.begin(&self.content).await?;
                Ok(Some(self.content.total.unwrap_or(u64::MAX)))
            }
            StatusCode::PARTIAL_CONTENT if from > 0 => {
                let Some(end) = self.content.continued(headers, from) else {
                    return Err(self.unfit().await);
                };
                self.fits(end, self.content.total)?;
                self.resumed += 1;
                Ok(Some(end))
            }
            StatusCode::RANGE_NOT_SATISFIABLE if from > 0 => {
                if !self.content.ends(headers, from) {
                    return Err(self.unfit().await);
                }
                Ok(None)
            }
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::GONE => Err(DownloadError::Expired { status }),
            _ if status.is_redirection() => Err(DownloadError::Redirect { status }),
            _ => Err(DownloadError::Status {
                status,
                retry_after: retry_after(headers, Some(self.client.wire().clock.date())),
                received: self.received,
                attempts: self.attempts,
            }),
        }
    }

    /// Discards the received bytes, so that a file is requested from the beginning again, also by a later download.
    async fn unfit(&mut self) -> DownloadError {
        self.content = Content::default();
        self.sink.discard().await;
        DownloadError::Range {
            received: self.received,
        }
    }

    fn broken(&self, cause: TransportError) -> DownloadError {
        DownloadError::Transport {
            cause,
            host: self.uri.host().unwrap_or_default().to_owned(),
            received: self.received,
            attempts: self.attempts,
            elapsed: self.client.wire().clock.now() - self.began,
        }
    }
}
