//! Serves the sandbox at a socket, for programs in other processes.
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use bytes::Bytes;
use http::header;
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::body_budget::{BodyBudget, BufferedBody};
use super::content::Content;
use super::interruptible_body::InterruptibleBody;
use super::operation_call::{Refusal, refused};
use super::service::Exchange;
use super::world::Sandbox;
use crate::ambient::{Clock, SystemClock};

/// The largest request body, in bytes. Parsed as JSON, a body can take 16 times as much memory.
const LARGEST: usize = 4 * 1024 * 1024;

/// The largest head of a request, in bytes; a larger one gets a 431.
const LARGEST_HEAD: usize = 64 * 1024;

/// How many bytes of a refused body are read and discarded before the connection is closed.
const DISCARDED: usize = 64 * LARGEST;

/// The pause after a connection could not be accepted.
///
/// The process may lack file descriptors, for example.
const PAUSE: Duration = Duration::from_millis(100);

/// Limits of the server, shared by all its clients.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Open connections; further ones wait to be accepted.
    connections: usize,
    /// Time for the head of a request, including the wait for it on an idle connection.
    head: Duration,
    /// Time for a request body.
    body: Duration,
    /// Bytes of request bodies held in memory at a time, over all connections.
    bodies: usize,
}

/// The limits of the published server.
///
/// The number of connections leaves file descriptors for other uses if a process may have 1,024.
const BOUNDS: Bounds = Bounds {
    connections: 512,
    head: Duration::from_secs(30),
    body: Duration::from_secs(60),
    bodies: 16 * LARGEST,
};

/// A source of connections.
trait Accept: Send {
    fn next(&mut self) -> impl Future<Output = io::Result<TcpStream>> + Send;
}

impl Accept for TcpListener {
    async fn next(&mut self) -> io::Result<TcpStream> {
        self.accept().await.map(|(socket, _)| socket)
    }
}

impl Sandbox {
    /// Serves HTTP/1.1 on a socket until the future is dropped.
    ///
    /// Links lead to the socket if [`SandboxBuilder::origin`](super::SandboxBuilder::origin) is its address.
    /// Other processes move the clock, inject faults and list requests at `/sandbox/clock`, `/sandbox/faults`
    /// and `/sandbox/seen`.
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
    /// The server has limits: 512 connections at a time (more wait), 30 seconds for the head of a request or
    /// the wait for one, 60 seconds and 4 MiB for a body, and 64 MiB for all bodies in memory; beyond that, a
    /// request gets a 503.
    ///
    /// # Errors
    /// When the socket cannot accept connections at all. A single connection that fails is not an error.
    pub async fn serve(&self, listener: TcpListener) -> io::Result<()> {
        self.serve_with(listener, &SystemClock, BOUNDS).await
    }

    async fn serve_with(
        &self,
        mut listener: impl Accept,
        clock: &dyn Clock,
        bounds: Bounds,
    ) -> io::Result<()> {
        let connections = Arc::new(Semaphore::new(bounds.connections));
        let budget = BodyBudget::of(bounds.bodies);
        loop {
            let permit = connections.clone().acquire_owned().await;
            let socket = match listener.next().await {
                Ok(socket) => socket,
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Err(error),
                Err(_) => {
                    clock.sleep(PAUSE).await;
                    continue;
                }
            };
            let (sandbox, budget) = (self.clone(), budget.clone());
            tokio::spawn(async move {
                let service =
                    service_fn(|request| sandbox.over_http(request, &budget, bounds.body));
                let mut connection = hyper::server::conn::http1::Builder::new();
                connection
                    .timer(TokioTimer::new())
                    .header_read_timeout(bounds.head)
                    .max_buf_size(LARGEST_HEAD);
                // A broken connection is reported by its client, or is an injected fault.
                let _ = connection
                    .serve_connection(TokioIo::new(socket), service)
                    .await;
                drop(permit);
            });
        }
    }

    async fn over_http(
        &self,
        request: http::Request<Incoming>,
        budget: &BodyBudget,
        limit: Duration,
    ) -> Result<http::Response<InterruptibleBody>, io::Error> {
        let (parts, body) = request.into_parts();
        let unbroken = |answer: http::Response<Bytes>| {
            answer.map(|body| InterruptibleBody::whole(Content::from(body)))
        };
        let read = tokio::time::timeout(limit, body_of(body, budget)).await;
        let late = |_| {
            let detail = format!("A body may take {} seconds.", limit.as_secs());
            Ok(Err(Refusal::new(408, "REQUEST_TIMEOUT", detail)))
        };
        let mut held = match read.unwrap_or_else(late)? {
            Ok(held) => held,
            Err(refusal) => {
                return Ok(unbroken(refused(&refusal, self.0.clock.date(), false)));
            }
        };
        let request = http::Request::from_parts(parts, held.whole());
        if let Some(answer) = self.control(&request) {
            return Ok(unbroken(answer));
        }
        match self.exchange(request).await {
            Exchange::Whole(answer) => Ok(answer.map(InterruptibleBody::whole)),
            Exchange::Interrupted(answer, bytes) => {
                Ok(answer.map(|body| InterruptibleBody::new(body, bytes)))
            }
            Exchange::Reset => Err(io::Error::other("a fault reset the connection")),
        }
    }
}

/// Reads a body to its end.
///
/// The rest of a refused body is read and discarded, so that the client gets the response.
async fn body_of(
    mut body: Incoming,
    budget: &BodyBudget,
) -> io::Result<Result<BufferedBody, Refusal>> {
    let (mut held, mut size) = (Ok(budget.body()), 0);
    let frame = |body: &mut Incoming, context: &mut Context<'_>| Pin::new(body).poll_frame(context);
    while let Some(next) = std::future::poll_fn(|context| frame(&mut body, context)).await {
        let Ok(piece) = next.map_err(io::Error::other)?.into_data() else {
            continue;
        };
        size += piece.len();
        if size > DISCARDED {
            return Err(io::Error::other("the body has no end"));
        }
        let Ok(received) = &mut held else {
            continue;
        };
        if received.len() + piece.len() > LARGEST {
            let detail = format!("A body may have {LARGEST} bytes.");
            held = Err(Refusal::new(413, "PAYLOAD_TOO_LARGE", detail));
        } else if !received.add(&piece, LARGEST) {
            let detail = "Too many request bodies are being received.";
            let busy = Refusal::new(503, "UNEXPECTED_ERROR", detail);
            held = Err(busy.with(header::RETRY_AFTER, "1"));
        }
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// A source of errors only.
    struct Errors(Vec<io::Error>);

    impl Accept for Errors {
        async fn next(&mut self) -> io::Result<TcpStream> {
            Err(self.0.remove(0))
        }
    }

    #[tokio::test]
    async fn accept_errors_do_not_end_the_server() {
        let sandbox = Sandbox::new();
        let errors = Errors(vec![
            io::Error::other("too many open files"),
            io::ErrorKind::ConnectionAborted.into(),
            io::ErrorKind::InvalidInput.into(),
        ]);
        let clock = sandbox.clock();
        let ended = sandbox.serve_with(errors, &clock, BOUNDS).await;
        let kind = ended.map_err(|error| error.kind());
        assert_eq!(kind, Err(io::ErrorKind::InvalidInput));
        assert_eq!(clock.passed(), 2 * PAUSE);
    }

    /// Serves a sandbox at a socket, and returns the address.
    async fn served(bounds: Bounds) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let sandbox = Sandbox::new();
            sandbox.serve_with(listener, &SystemClock, bounds).await
        });
        address
    }

    async fn connected(address: SocketAddr, text: &str) -> TcpStream {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(text.as_bytes()).await.unwrap();
        socket
    }

    /// Reads until the connection ends.
    async fn rest(mut socket: TcpStream) -> String {
        let mut answer = Vec::new();
        // The connection may be reset.
        let _ = socket.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    const CLOCK: &str =
        "GET /sandbox/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

    fn posted(length: usize) -> String {
        format!(
            "POST /api/oauth/token HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
        )
    }

    #[tokio::test]
    async fn an_incomplete_head_and_an_idle_connection_are_closed_after_the_limit() {
        let address = served(Bounds {
            connections: 8,
            head: Duration::from_millis(100),
            ..BOUNDS
        })
        .await;
        let mut waiting = Vec::new();
        for text in ["GET /sandbox/clock HTTP/1.1\r\nhost: loc", ""].repeat(10) {
            waiting.push(connected(address, text).await);
        }
        let rests = CLOCK.replace("close", "keep-alive");
        waiting.push(connected(address, &rests).await);
        let answer = rest(connected(address, CLOCK).await).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let mut answers = Vec::new();
        for socket in waiting {
            answers.push(rest(socket).await);
        }
        let rested = answers.pop().unwrap();
        assert!(rested.starts_with("HTTP/1.1 200 "), "{rested}");
        assert!(answers.iter().all(|answer| !answer.contains(" 200 ")));
    }

    #[tokio::test]
    async fn an_incomplete_body_is_refused_with_408_after_the_limit() {
        let address = served(Bounds {
            body: Duration::from_millis(100),
            ..BOUNDS
        })
        .await;
        let answer = rest(connected(address, &(posted(10) + "half")).await).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("REQUEST_TIMEOUT"), "{answer}");
    }

    #[tokio::test]
    async fn bodies_beyond_the_shared_budget_are_refused_with_503() {
        const SIZE: usize = 1_000;
        let address = served(Bounds {
            bodies: SIZE,
            ..BOUNDS
        })
        .await;
        let body = "x".repeat(SIZE);
        let whole = posted(SIZE) + &body;
        let mut first = connected(address, &whole[..whole.len() - 1]).await;
        // The budget is free until the first body has arrived; try until it is used.
        loop {
            let answer = rest(connected(address, &whole).await).await;
            if answer.starts_with("HTTP/1.1 503 ") {
                assert!(answer.contains("retry-after: 1\r\n"), "{answer}");
                break;
            }
            assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        }
        first.write_all(b"x").await.unwrap();
        let answer = rest(first).await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        let answer = rest(connected(address, &whole).await).await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    }
}
