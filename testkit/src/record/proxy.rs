//! The proxy: accepts requests, forwards them, and streams the responses back.
//!
//! Must never change what is forwarded, except for hop-by-hop headers and links, which lead back here.

use crate::record::archive::{Archive, Passed, Summary};
use crate::record::links::Links;
use crate::record::rules::Rules;
use crate::record::tee::{BodyCopy, Pending, RequestTee, ResponseTee};
use crate::record::upstream::{Body, Upstream};
use crate::record::{Error, forward};
use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// How long exchanges in progress may take once the proxy is asked to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// The pause after a connection could not be accepted: there may be too many.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// The largest head of a request, in bytes; a larger one gets a 431.
const LARGEST_HEAD: usize = 64 * 1024;

/// A listening proxy.
pub struct Proxy {
    listener: TcpListener,
    archive: Archive,
    shared: Shared,
}

/// What all requests share.
struct Shared {
    upstream: Upstream,
    rules: Rules,
    limit: usize,
    own: SocketAddr,
    requests: AtomicU64,
    sender: Sender<Passed>,
}

impl Proxy {
    /// Creates a proxy on `listener`; bodies above `limit` bytes are forwarded but not recorded.
    ///
    /// # Errors
    /// When the socket has no address.
    pub fn new(
        listener: TcpListener,
        upstream: Upstream,
        rules: Rules,
        archive: Archive,
        limit: usize,
    ) -> Result<Self, Error> {
        let (own, requests, sender) = (listener.local_addr()?, AtomicU64::new(0), archive.sender());
        let shared = Shared {
            upstream,
            rules,
            limit,
            own,
            requests,
            sender,
        };
        Ok(Self {
            listener,
            archive,
            shared,
        })
    }

    /// Serves until `end`, then for five seconds at most to finish requests in progress.
    ///
    /// # Errors
    /// When the archive's thread panicked.
    pub async fn run(self, end: impl Future<Output = ()>) -> Result<Summary, Error> {
        let Self {
            listener,
            archive,
            shared,
        } = self;
        let shared = Arc::new(shared);
        let (graceful, mut connections) = (GracefulShutdown::new(), JoinSet::new());
        let mut end = std::pin::pin!(end);
        loop {
            let stream = tokio::select! {
                // Keep this order, so that the end is noticed before another connection is served.
                biased;
                () = &mut end => break,
                Some(_) = connections.join_next() => continue,
                // A connection that fails before it begins is reported by its client.
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    Err(_) => {
                        tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                        continue;
                    }
                },
            };
            let shared = shared.clone();
            let service = service_fn(move |request| {
                let shared = shared.clone();
                async move { Ok::<_, Infallible>(shared.answer(request).await) }
            });
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).max_buf_size(LARGEST_HEAD);
            let connection = http.serve_connection(TokioIo::new(stream), service);
            connections.spawn(graceful.watch(connection));
        }
        drop(listener);
        // Requests still in progress are aborted, and their exchanges are reported as lost.
        let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, graceful.shutdown()).await;
        connections.shutdown().await;
        drop(shared);
        archive.close()
    }
}

impl Shared {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let (parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map(ToString::to_string);
        let known = parts
            .method
            .as_str()
            .bytes()
            .all(|byte| byte.is_ascii_uppercase());
        let (Some(uri), Some(target), true) = (self.upstream.at(&parts.uri), target, known) else {
            return own_response(
                StatusCode::BAD_REQUEST,
                "this proxy takes a path and a method in capitals\n",
            );
        };
        let request_copy = BodyCopy::new(self.limit);
        let mut forwarded = Request::new(
            RequestTee {
                body,
                copy: request_copy.clone(),
            }
            .boxed(),
        );
        *forwarded.method_mut() = parts.method.clone();
        *forwarded.uri_mut() = uri;
        *forwarded.headers_mut() = forward::request_headers(&parts.headers);
        let Ok(answer) = self.upstream.send(forwarded).await else {
            self.send_to_archive(Passed::Lost(number, "the service did not respond"));
            return own_response(StatusCode::BAD_GATEWAY, "the service did not respond\n");
        };

        let (answered, body) = answer.into_parts();
        let mut headers = forward::end_to_end(&answered.headers);
        let codings = answered.headers.get_all(header::CONTENT_ENCODING);
        let compressed = codings.iter().any(|coding| coding != "identity");
        let links = (is_json(&headers) && !compressed && !body.is_end_stream())
            .then(|| Links::new(&self.upstream.origin(), &self.origin(&parts.headers)));
        if links.is_some() {
            headers.remove(header::CONTENT_LENGTH);
        }
        self.rewrite_location(&mut headers, &parts.headers);
        let unrecorded = if self.rules.leaves_out(parts.uri.path()) {
            Some(Passed::LeftOut)
        } else {
            compressed.then_some(Passed::Lost(number, "the response is compressed"))
        };
        let sender = unrecorded.map_or_else(
            || Some(self.sender.clone()),
            |passed| {
                self.send_to_archive(passed);
                None
            },
        );
        let pending = Pending {
            number,
            method: parts.method,
            target,
            request_headers: parts.headers,
            request: request_copy,
            status: answered.status,
            headers: answered.headers,
            sender,
        };
        let body = ResponseTee::new(body, self.limit, links, pending);
        let mut answer = Response::new(body.boxed());
        *answer.status_mut() = answered.status;
        *answer.headers_mut() = headers;
        answer
    }

    fn send_to_archive(&self, passed: Passed) {
        // A send fails only when the archive has ended, which reports that itself.
        let _ = self.sender.send(passed);
    }

    /// Returns the origin by which the client reached this proxy.
    fn origin(&self, request: &HeaderMap) -> String {
        let host = request
            .get(header::HOST)
            .and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
        host.map_or_else(
            || format!("http://{}", self.own),
            |host| format!("http://{host}"),
        )
    }

    /// Rewrites a redirect within the service to stay with this proxy.
    fn rewrite_location(&self, headers: &mut HeaderMap, request: &HeaderMap) {
        let location = headers
            .get(header::LOCATION)
            .and_then(|location| location.to_str().ok());
        let within = location.and_then(|location| location.strip_prefix(&self.upstream.origin()));
        let within = within.filter(|within| within.starts_with('/'));
        if let Some(own) =
            within.and_then(|within| format!("{}{within}", self.origin(request)).parse().ok())
        {
            headers.insert(header::LOCATION, own);
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| {
        kind.to_ascii_lowercase()
            .windows(4)
            .any(|part| part == b"json")
    })
}

fn own_response(status: StatusCode, text: &'static str) -> Response<Body> {
    let body = Full::new(Bytes::from_static(text.as_bytes()));
    let mut answer = Response::new(body.map_err(|never| match never {}).boxed());
    *answer.status_mut() = status;
    answer
}
