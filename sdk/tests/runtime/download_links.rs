//! Two links, one destination, and a power failure: the result is one content.
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use atlas_backup::*;
use bytes::Bytes;
use futures_core::Stream;

use crate::disk::*;
use crate::world::*;

const LENGTH: usize = 600_000;
/// Where the first response for each link is interrupted.
const BREAKS: [usize; 2] = [300_000, 400_000];
const LINKS: [&str; 2] = ["https://h.example/0", "https://h.example/1"];

/// Two contents, each at a link of its own.
#[derive(Clone, Default)]
struct Host {
    /// True if the link has been requested.
    seen: Arc<[AtomicBool; 2]>,
    /// True if the second content has no validator.
    is_untagged: bool,
}

impl Host {
    async fn download(&self, disk: &Disk, link: usize) -> Result<Downloaded, DownloadError> {
        let client = Client::builder()
            .transport(self.clone())
            .clock(ManualClock::new())
            .file_system(disk.clone())
            .credentials(Credentials::bearer("t"))
            .build()
            .unwrap();
        let link = SecretUrl::from(LINKS[link].to_owned());
        client.download(&link).no_retry().to_file("a").await
    }
}

impl Transport for Host {
    fn send(&self, _: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        unreachable!("a stream is requested")
    }

    fn open(
        &self,
        sent: Sent,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        let link = usize::from(sent.uri().path() == "/1");
        let tag = format!("\"{link}\"");
        let mut answer = http::Response::builder();
        if !(link == 1 && self.is_untagged) {
            answer = answer.header("etag", &tag);
        }
        let same = header(&sent, "if-range") == Some(&tag);
        let range = header(&sent, "range").filter(|_| same);
        let from = range.and_then(|range| {
            range
                .strip_prefix("bytes=")?
                .strip_suffix('-')?
                .parse()
                .ok()
        });
        let from: usize = from.unwrap_or_default();
        if from > 0 {
            let range = format!("bytes {from}-{}/{LENGTH}", LENGTH - 1);
            answer = answer.status(206).header("content-range", range);
        } else {
            answer = answer.header("content-length", LENGTH);
        }
        let breaks = !self.seen[link].swap(true, Ordering::Relaxed);
        let end = if breaks { BREAKS[link] } else { LENGTH };
        let body = Body(Some(vec![link as u8; end - from].into()), breaks);
        let answer = answer.body(ByteStream::new(body)).unwrap();
        Box::pin(std::future::ready(Ok(answer)))
    }
}

/// One chunk, and true if the body is then interrupted.
struct Body(Option<Bytes>, bool);

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(piece) = self.0.take() {
            return Poll::Ready(Some(Ok(piece)));
        }
        let breaks = std::mem::take(&mut self.1);
        Poll::Ready(breaks.then(|| Err(TransportError::Interrupted("reset".into()))))
    }
}

#[tokio::test]
async fn the_record_of_one_link_never_reappears_with_the_part_of_another() {
    // After each disk operation of the second download.
    for (operation, is_untagged) in (0..20).flat_map(|at| [(at, false), (at, true)]) {
        for seed in 0..60 {
            let disk = Disk::default();
            let host = Host {
                is_untagged,
                ..Host::default()
            };
            host.download(&disk, 0).await.unwrap_err();
            disk.sync_all();
            disk.fails(operation, Fault::Killed);
            host.download(&disk, 1).await.unwrap_err();
            disk.clear_fault();
            disk.loses_power(&mut Chance(seed));
            host.download(&disk, 0).await.unwrap();
            let whole = disk.read(Path::new("a")).unwrap();
            assert!(
                whole == [0; LENGTH],
                "killed at {operation}, seed {seed}: two contents are mixed"
            );
        }
    }
}
