//! The sandbox at a socket, for programs that are not in this process.
use std::io;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::Sandbox;
use super::asked::{Refusal, refused};
use super::content::Content;
use super::cut::Cut;
use super::service::Exchange;
use crate::ambient::{Clock, SystemClock};

/// The largest request body that is read, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// How much of a body that is too large is passed over, so that its sender gets to read the answer.
const PASSED_OVER: usize = 16 * LARGEST;

/// How long to wait where no connection can be taken, for want of files for example.
const PAUSE: Duration = Duration::from_millis(100);

/// Where connections come from.
trait Accept: Send {
    fn next(&mut self) -> impl Future<Output = io::Result<TcpStream>> + Send;
}

impl Accept for TcpListener {
    async fn next(&mut self) -> io::Result<TcpStream> {
        self.accept().await.map(|(socket, _)| socket)
    }
}

impl Sandbox {
    /// Answers HTTP/1.1 on a socket until the future is dropped. Links lead back here if
    /// [`SandboxBuilder::origin`](super::SandboxBuilder::origin) says where this is.
    ///
    /// Other processes move the clock, inject faults and see requests at `/sandbox/clock`, `/sandbox/faults` and
    /// `/sandbox/seen`.
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
    /// When the socket is none that takes connections. A connection that cannot be taken is no error: the next one is.
    pub async fn serve(&self, listener: TcpListener) -> io::Result<()> {
        self.serve_what(listener, &SystemClock).await
    }

    async fn serve_what(&self, mut listener: impl Accept, clock: &dyn Clock) -> io::Result<()> {
        loop {
            let socket = match listener.next().await {
                Ok(socket) => socket,
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Err(error),
                Err(_) => {
                    clock.sleep(PAUSE).await;
                    continue;
                }
            };
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
        let (mut whole, mut size) = (BytesMut::new(), 0);
        let frame =
            |body: &mut Incoming, context: &mut Context<'_>| Pin::new(body).poll_frame(context);
        while let Some(next) = std::future::poll_fn(|context| frame(&mut body, context)).await {
            if let Ok(piece) = next.map_err(io::Error::other)?.into_data() {
                size += piece.len();
                if size <= LARGEST {
                    whole.extend_from_slice(&piece);
                } else if size > PASSED_OVER {
                    return Err(io::Error::other("the body has no end"));
                }
            }
        }
        let unbroken =
            |answer: http::Response<Bytes>| answer.map(|body| Cut::whole(Content::from(body)));
        if size > LARGEST {
            let detail = format!("A body may have {LARGEST} bytes.");
            let refusal = Refusal::new(413, "PAYLOAD_TOO_LARGE", detail);
            return Ok(unbroken(refused(&refusal, self.0.clock.date(), false)));
        }
        let request = http::Request::from_parts(parts, whole.freeze());
        if let Some(answer) = self.control(&request) {
            return Ok(unbroken(answer));
        }
        match self.exchange(request).await {
            Exchange::Whole(answer) => Ok(answer.map(Cut::whole)),
            Exchange::Cut(answer, bytes) => Ok(answer.map(|body| Cut::new(body, bytes))),
            Exchange::Reset => Err(io::Error::other("a reset was asked for")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing but these.
    struct Errors(Vec<io::Error>);

    impl Accept for Errors {
        async fn next(&mut self) -> io::Result<TcpStream> {
            Err(self.0.remove(0))
        }
    }

    #[tokio::test]
    async fn a_connection_that_cannot_be_taken_does_not_end_the_server() {
        let sandbox = Sandbox::new();
        let errors = Errors(vec![
            io::Error::other("too many open files"),
            io::ErrorKind::ConnectionAborted.into(),
            io::ErrorKind::InvalidInput.into(),
        ]);
        let clock = sandbox.clock();
        let ended = sandbox.serve_what(errors, &clock).await;
        let kind = ended.map_err(|error| error.kind());
        assert_eq!(kind, Err(io::ErrorKind::InvalidInput));
        assert_eq!(clock.passed(), 2 * PAUSE);
    }
}
