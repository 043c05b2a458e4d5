//! Streamed response bodies.
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use atlas_backup::*;
use bytes::Bytes;
use futures_core::Stream;
use http::Method;

use crate::script::*;
use crate::world::*;

static EXPORT: Operation = Operation {
    id: "exportJobs",
    method: Method::GET,
    path: "/api/atlas/v2/groups/{groupId}/jobs",
    accept: "application/vnd.atlas.2023-01-01+csv",
    content_type: None,
    success: &[200],
    idempotent: true,
    roles: &[],
};

struct ExportJobs;
impl Endpoint for ExportJobs {
    type Output = Bytes;
    const OPERATION: &'static Operation = &EXPORT;
}

fn export(client: &Client) -> Call<ExportJobs> {
    Call::new(client).path("groupId", GROUP)
}

/// The chunks of a body that then stalls without an end.
struct Stalling(Vec<&'static str>);

impl Stream for Stalling {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0.is_empty() {
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Bytes::from(self.0.remove(0)))))
    }
}

/// Fails the first request, and responds to the others with chunks that stall.
#[derive(Clone, Default)]
struct ChunkedAfterFailure(Arc<Mutex<u32>>);

impl Transport for ChunkedAfterFailure {
    fn send(&self, _: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async { unreachable!("a stream is requested") })
    }

    fn open(&self, _: Sent) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        let mut requests = self.0.lock().unwrap();
        *requests += 1;
        let first = *requests == 1;
        Box::pin(async move {
            if first {
                return Err(TransportError::Interrupted("reset".into()));
            }
            Ok(http::Response::new(ByteStream::new(Stalling(vec![
                "a,b\n", "1,2\n",
            ]))))
        })
    }
}

#[tokio::test]
async fn a_failure_before_the_first_chunk_is_retried_and_a_stall_after_it_ends_the_stream() {
    let transport = ChunkedAfterFailure::default();
    let clock = ManualClock::new();
    let client = Client::builder()
        .transport(transport.clone())
        .clock(clock.clone())
        .randomness(Sevens)
        .attempt_timeout(Duration::from_secs(20))
        .credentials(Credentials::bearer("t"))
        .build()
        .unwrap();
    let mut body = export(&client).stream().await.unwrap().into_body();
    assert_eq!(*transport.0.lock().unwrap(), 2);

    assert_eq!(body.next().await.unwrap().unwrap(), "a,b\n");
    assert_eq!(body.next().await.unwrap().unwrap(), "1,2\n");
    let before = clock.now();
    let silence = body.next().await.unwrap().unwrap_err();
    assert!(matches!(silence, TransportError::Timeout(_)), "{silence:?}");
    assert_eq!(clock.now() - before, Duration::from_secs(20));
    assert!(body.next().await.is_none());
}

#[tokio::test]
async fn a_transport_without_streaming_returns_its_body_in_one_chunk() {
    for (sent, pieces) in [("a,b\n1,2\n", vec!["a,b\n1,2\n"]), ("", vec![])] {
        let service = Service::always(200, sent);
        let mut body = export(&service.client())
            .stream()
            .await
            .unwrap()
            .into_body();
        let mut seen = Vec::new();
        while let Some(piece) = body.next().await {
            seen.push(piece.unwrap());
        }
        assert_eq!(seen, pieces);
    }
}

#[tokio::test]
async fn an_error_response_is_handled_as_in_any_call() {
    let body =
        r#"{"error":404,"errorCode":"RESOURCE_NOT_FOUND","detail":"none","reason":"Not Found"}"#;
    let script = Script::new(&[status(503), Turn::Response(404, &[], body)]);
    let client = script.client(&ManualClock::new());
    let error = export(&client).stream().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Api, 2));
    assert_eq!(
        error.error_code(),
        Some(&AtlasErrorCode::RESOURCE_NOT_FOUND)
    );
}

#[tokio::test]
async fn collecting_respects_its_limit() {
    for (limit, taken) in [(4, true), (3, false)] {
        let whole = ByteStream::from(Bytes::from_static(b"1234"));
        assert_eq!(whole.collect(limit).await.is_ok(), taken);
    }
}

#[cfg(feature = "reqwest")]
mod over_a_socket {
    use super::*;
    use crate::http_transport::{builder, direct, serve};

    #[tokio::test]
    async fn chunks_arrive_as_they_are_sent_and_an_interruption_is_the_last_item() {
        let cut =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na,b\n\r\n4\r\n1,2\n\r\n";
        let client = builder(&serve(cut).await).build().unwrap();
        let mut body = export(&client).stream().await.unwrap().into_body();
        let mut seen = Vec::new();
        let broken = loop {
            match body.next().await.unwrap() {
                Ok(piece) => seen.extend_from_slice(&piece),
                Err(error) => break error,
            }
        };
        assert_eq!(seen, b"a,b\n1,2\n");
        assert!(matches!(broken, TransportError::Interrupted(_)));
    }

    #[tokio::test]
    async fn a_body_beyond_the_collection_limit_can_be_streamed() {
        let whole = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\na,b\n1,2\n";
        let client = builder(&serve(whole).await)
            .transport(direct().max_body(7))
            .build()
            .unwrap();
        assert!(export(&client).await.is_err());
        let body = export(&client).stream().await.unwrap().into_body();
        assert_eq!(body.collect(8).await.unwrap(), "a,b\n1,2\n");
    }
}

#[tokio::test]
async fn an_encoded_stream_is_refused_before_its_first_chunk() {
    let service = Service::new(|_| reply(200, &[("content-encoding", "gzip")], "packed"));
    let outcome = export(&service.client()).stream().await;
    assert_eq!(
        outcome.err().map(|error| error.kind()),
        Some(ErrorKind::Decode)
    );
}
