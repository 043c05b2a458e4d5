//! A test service with a function as its handler, the proxy, and a client that sends raw bytes.
//!
//! Must never connect beyond loopback or wait for time to pass.
use atlas_backup_testkit::record::archive::{Archive, Summary};
use atlas_backup_testkit::record::proxy::Proxy;
use atlas_backup_testkit::record::rules::Rules;
use atlas_backup_testkit::record::upstream::{Upstream, platform_tls};
use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub(crate) type Request = http::Request<Bytes>;
pub(crate) type Response = http::Response<BoxBody<Bytes, Infallible>>;

/// A service on loopback, and its request log.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    log: Arc<Mutex<Vec<Request>>>,
}

type Handler = Arc<dyn Fn(&Request, SocketAddr) -> Response + Send + Sync>;

impl Service {
    pub(crate) async fn start(
        answer: impl Fn(&Request, SocketAddr) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self::listen(answer, None).await
    }

    /// Starts the same service over TLS.
    pub(crate) async fn start_tls(
        tls: rustls::ServerConfig,
        answer: impl Fn(&Request, SocketAddr) -> Response + Send + Sync + 'static,
    ) -> Self {
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
        Self::listen(answer, Some(acceptor)).await
    }

    async fn listen(
        answer: impl Fn(&Request, SocketAddr) -> Response + Send + Sync + 'static,
        tls: Option<tokio_rustls::TlsAcceptor>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Self {
            address: listener.local_addr().unwrap(),
            log: Arc::default(),
        };
        let (serving, answer): (_, Handler) = (service.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (serving, answer, tls) = (serving.clone(), answer.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serving.serve(stream, answer).await,
                        Some(tls) => {
                            serving
                                .serve(tls.accept(stream).await.unwrap(), answer)
                                .await
                        }
                    }
                });
            }
        });
        service
    }

    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin, answer: Handler) {
        let service = service_fn(move |request: http::Request<Incoming>| {
            let (service, answer) = (self.clone(), answer.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await?.to_bytes();
                let request = Request::from_parts(parts, body);
                service.log.lock().unwrap().push(request.clone());
                Ok::<_, hyper::Error>(answer(&request, service.address))
            }
        });
        // A killed proxy resets its connections.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }

    pub(crate) fn log(&self) -> Vec<Request> {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> Response {
    let builder = http::Response::builder()
        .status(status)
        .header("content-type", "application/json");
    builder.body(Full::new(body.into()).boxed()).unwrap()
}

/// A body of chunks that the test sends.
pub(crate) struct Chunks(pub(crate) mpsc::UnboundedReceiver<Bytes>);

impl Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0
            .poll_recv(context)
            .map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

/// A running proxy.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    root: tempfile::TempDir,
    said: Arc<Mutex<Vec<String>>>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<Summary, atlas_backup_testkit::record::Error>>,
}

/// The messages and files of a stopped proxy.
pub(crate) struct Left {
    pub(crate) root: tempfile::TempDir,
    pub(crate) said: Vec<String>,
    pub(crate) summary: Summary,
}

impl Running {
    pub(crate) async fn start(service: &Service) -> Self {
        Self::with(
            Upstream::new(&service.url(), platform_tls().unwrap()).unwrap(),
            1024 * 1024,
        )
        .await
    }

    pub(crate) async fn with(upstream: Upstream, limit: usize) -> Self {
        let root = tempfile::tempdir().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let lines = said.clone();
        let say = Box::new(move |line: &str| lines.lock().unwrap().push(line.to_owned()));
        let rules = || Rules::built_in().unwrap();
        let archive =
            Archive::open(&root.path().join("out"), rules(), &upstream.origin(), say).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = Proxy::new(listener, upstream, rules(), archive, limit).unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(proxy.run(async {
            let _ = stopped.await;
        }));
        Self {
            address,
            root,
            said,
            stop,
            task,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends these bytes on a new connection, and returns the whole response.
    pub(crate) async fn send(&self, request: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A refused request may be reset after its response.
        let _ = stream.read_to_end(&mut answer).await;
        answer
    }

    pub(crate) async fn get(&self, target: &str) -> String {
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        );
        String::from_utf8(self.send(&request).await).unwrap()
    }

    pub(crate) async fn stop(self) -> Left {
        self.stop.send(()).unwrap();
        let summary = self.task.await.unwrap().unwrap();
        let said = self.said.lock().unwrap().clone();
        Left {
            root: self.root,
            said,
            summary,
        }
    }
}

impl Left {
    pub(crate) fn out(&self) -> PathBuf {
        self.root.path().join("out")
    }

    /// Returns names and texts of all recordings, in order.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<_> = std::fs::read_dir(self.out())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        files
    }
}
