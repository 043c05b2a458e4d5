//! The sandbox at a socket, for programs that are not in this process.
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::Sandbox;
use super::service::Exchange;

/// The largest request body that is read, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

impl Sandbox {
    /// Answers HTTP/1.1 on a socket until the future is dropped. Links lead back here if
    /// [`SandboxBuilder::origin`](super::SandboxBuilder::origin) says where this is.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use atlas_backup::sandbox::Sandbox;
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// let origin = format!("http://{}", listener.local_addr()?);
    /// Sandbox::builder().origin(&origin).real_time(1).build()?.serve(listener).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When the socket takes no more connections.
    pub async fn serve(&self, listener: TcpListener) -> io::Result<()> {
        loop {
            let (socket, _) = listener.accept().await?;
            let sandbox = self.clone();
            tokio::spawn(async move {
                let service = service_fn(|request| sandbox.over_http(request));
                let connection = hyper::server::conn::http1::Builder::new();
                // A connection that breaks is its client's business, or a fault that was asked for.
                let _ = connection
                    .serve_connection(TokioIo::new(socket), service)
                    .await;
            });
        }
    }

    async fn over_http(
        &self,
        request: http::Request<Incoming>,
    ) -> Result<http::Response<Cut>, io::Error> {
        let (parts, mut body) = request.into_parts();
        let mut whole = BytesMut::new();
        let frame =
            |body: &mut Incoming, context: &mut Context<'_>| Pin::new(body).poll_frame(context);
        while let Some(next) = std::future::poll_fn(|context| frame(&mut body, context)).await {
            if let Ok(piece) = next.map_err(io::Error::other)?.into_data() {
                whole.extend_from_slice(&piece);
            }
            if whole.len() > LARGEST {
                return Err(io::Error::other("the body is too large"));
            }
        }
        let request = http::Request::from_parts(parts, whole.freeze());
        let (answer, bytes) = match self.exchange(request).await {
            Exchange::Whole(answer) => (answer, usize::MAX),
            Exchange::Cut(answer, bytes) => (answer, bytes),
            Exchange::Reset => return Err(io::Error::other("a reset was asked for")),
        };
        let cut = bytes < answer.body().len();
        let length = answer.body().len() as u64;
        Ok(answer.map(|body| Cut {
            left: Some(body.slice(..bytes.min(body.len()))),
            cut,
            length,
        }))
    }
}

/// A body that may break off.
struct Cut {
    left: Option<Bytes>,
    cut: bool,
    length: u64,
}

impl Body for Cut {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(piece) = self.left.take().filter(|piece| !piece.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        let broken = || Err(io::Error::other("a break was asked for"));
        Poll::Ready(std::mem::take(&mut self.cut).then(broken))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.length)
    }

    fn is_end_stream(&self) -> bool {
        self.length == 0
    }
}
