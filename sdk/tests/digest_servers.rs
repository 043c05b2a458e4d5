//! HTTP Digest against independent servers: Apache `mod_auth_digest` and lighttpd.
//!
//! Each test starts a server of its own on loopback and stops it. Must never pass because a server is
//! missing: the test then fails and names the package.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use atlas_backup::{
    BoxFuture, Call, Client, Credentials, Endpoint, Error, HttpTransport, Operation, ResponseBody,
    Transport, TransportError,
};
use bytes::Bytes;
use http::Method;
use tempfile::TempDir;

const USER: &str = "abcdwxyz";
const KEY: &str = "a private key";
/// The hashes of `abcdwxyz:MMS Public API:a private key`.
const MD5: &str = "537f5d40eb42cd2855ffae9b0e002679";
const SHA256: &str = "c8da1dd36a341e9c0d4836715adbe946297732932caf99010e1cb8502d85e246";

static GET: Operation = Operation {
    id: "getPage",
    method: Method::GET,
    path: "/api/atlas/v2/{name}",
    accept: "application/vnd.atlas.2023-01-01+json",
    content_type: None,
    success: &[200],
    idempotent: true,
    roles: &[],
};

struct GetPage;
impl Endpoint for GetPage {
    type Output = Page;
    const OPERATION: &'static Operation = &GET;
}

#[derive(Debug, PartialEq)]
struct Page(Vec<u8>);
impl ResponseBody for Page {
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(Self(body.to_vec()))
    }
}

/// The authorisation that was sent, and the status of the response.
type Seen = (Option<String>, u16);

/// The default transport, with a log of all requests.
#[derive(Clone)]
struct RecordingTransport {
    inner: HttpTransport,
    log: Arc<Mutex<Vec<Seen>>>,
}

impl Transport for RecordingTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let sent = request
                .headers()
                .get("authorization")
                .map(|value| value.to_str().unwrap().to_owned());
            let answer = self.inner.send(request).await?;
            self.log
                .lock()
                .unwrap()
                .push((sent, answer.status().as_u16()));
            Ok(answer)
        })
    }
}

/// A running server; dropping it stops it.
struct Server {
    base: String,
    stop: Command,
    root: TempDir,
    transport: RecordingTransport,
}

impl Server {
    /// Starts `binary` in a new directory with a free port, which `configure` receives.
    ///
    /// Both servers return only when they listen, so there is nothing to wait for.
    fn start(
        binary: &str,
        package: &str,
        configure: impl Fn(&str, u16) -> [Vec<String>; 2],
    ) -> Self {
        let root = TempDir::new().unwrap();
        let page = root.path().join("files/api/atlas/v2");
        fs::create_dir_all(&page).unwrap();
        fs::write(page.join("a page"), "here").unwrap();

        let binary = ["/usr/sbin", "/usr/bin", "/usr/local/sbin"]
            .map(|folder| format!("{folder}/{binary}"))
            .into_iter()
            .find(|path| fs::exists(path).unwrap())
            .unwrap_or_else(|| {
                panic!("{binary} is not installed; run: apt-get install -y {package}")
            });
        let mut attempt = 1;
        let (port, stop) = loop {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = free.local_addr().unwrap().port();
            drop(free);
            let [start, stop] = configure(root.path().to_str().unwrap(), port);
            // Apache serves as another user than the one who starts it.
            let mut readable = Command::new("chmod");
            let readable = readable.args(["-R", "a+rX"]).arg(root.path()).status();
            assert!(readable.unwrap().success());
            let started = Command::new(&binary)
                .args(start)
                .stdin(Stdio::null())
                .output()
                .unwrap();
            if started.status.success() {
                break (port, stop);
            }
            // Another process may have taken the port.
            assert!(attempt < 5, "{binary} did not start: {started:?}");
            attempt += 1;
        };

        let mut command = Command::new("/bin/sh");
        command
            .arg("-c")
            .arg(stop.join(" ").replace("{binary}", &binary));
        let client = HttpTransport::client_builder()
            .unwrap()
            .no_proxy()
            .build()
            .unwrap();
        let transport = RecordingTransport {
            inner: HttpTransport::new(client),
            log: Arc::default(),
        };
        Self {
            base: format!("http://127.0.0.1:{port}"),
            stop: command,
            root,
            transport,
        }
    }

    /// `directives` configure the lifetime of nonces.
    fn apache(directives: &'static str) -> Self {
        Self::start("apache2", "apache2-bin", |root, port| {
            let modules = [
                "mpm_event",
                "authn_core",
                "authn_file",
                "authz_core",
                "authz_user",
                "auth_digest",
                "log_forensic",
            ]
            .map(|name| {
                format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n")
            })
            .concat();
            let config = format!(
                "{modules}
                ServerRoot {root}
                ServerName localhost
                DefaultRuntimeDir {root}
                PidFile {root}/pid
                ErrorLog {root}/error.log
                ForensicLog {root}/requests.log
                Listen 127.0.0.1:{port}
                User www-data
                Group www-data
                DocumentRoot {root}/files
                <Location />
                    AuthType Digest
                    AuthName \"MMS Public API\"
                    AuthDigestProvider file
                    AuthUserFile {root}/users
                    Require valid-user
                    {directives}
                </Location>\n"
            );
            fs::write(
                format!("{root}/users"),
                format!("{USER}:MMS Public API:{MD5}\n"),
            )
            .unwrap();
            fs::write(format!("{root}/config"), config).unwrap();
            let run = |verb: &str| {
                ["-f", &format!("{root}/config"), "-k", verb]
                    .map(str::to_owned)
                    .to_vec()
            };
            [
                run("start"),
                [vec!["{binary}".to_owned()], run("stop")].concat(),
            ]
        })
    }

    fn lighttpd(algorithm: &'static str, hash: &'static str) -> Self {
        Self::start("lighttpd", "lighttpd", |root, port| {
            let config = format!(
                "server.modules = (\"mod_auth\", \"mod_authn_file\")
                server.bind = \"127.0.0.1\"
                server.port = {port}
                server.document-root = \"{root}/files\"
                server.pid-file = \"{root}/pid\"
                server.errorlog = \"{root}/error.log\"
                auth.backend = \"htdigest\"
                auth.backend.htdigest.userfile = \"{root}/users\"
                auth.require = (\"\" => (
                    \"method\" => \"digest\", \"algorithm\" => \"{algorithm}\",
                    \"realm\" => \"MMS Public API\", \"require\" => \"valid-user\"
                ))\n"
            );
            fs::write(
                format!("{root}/users"),
                format!("{USER}:MMS Public API:{hash}\n"),
            )
            .unwrap();
            fs::write(format!("{root}/config"), config).unwrap();
            let start = ["-f", &format!("{root}/config")]
                .map(str::to_owned)
                .to_vec();
            [start, vec![format!("kill $(cat {root}/pid)")]]
        })
    }

    fn client(&self, key: &str) -> Client {
        Client::builder()
            .base_url(&self.base)
            .unwrap()
            .credentials(Credentials::digest(USER, key))
            .transport(self.transport.clone())
            .build()
            .unwrap()
    }

    fn statuses(&self) -> Vec<u16> {
        self.transport
            .log
            .lock()
            .unwrap()
            .iter()
            .map(|(_, status)| *status)
            .collect()
    }

    /// How many requests Apache received, those of the connection pool included.
    ///
    /// Apache writes the line with `+` before it handles a request, so the line is there when the
    /// response is. It writes a line of `CustomLog` after the response.
    fn received(&self) -> usize {
        let log = fs::read_to_string(self.root.path().join("requests.log")).unwrap();
        log.lines().filter(|line| line.starts_with('+')).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = self.stop.output();
        assert!(std::thread::panicking() || stopped.is_ok_and(|out| out.status.success()));
    }
}

/// A path and a query that need encoding, because `uri` must match the request line exactly.
fn get(client: &Client) -> Call<GetPage> {
    Call::new(client)
        .path("name", "a page")
        .query("q", "a b&c=\"d\",e/?")
}

async fn many(client: &Client, calls: usize) -> Vec<Result<Page, Error>> {
    let calls: Vec<_> = (0..calls)
        .map(|_| tokio::spawn(get(client).into_future()))
        .collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await.unwrap());
    }
    results
}

async fn one_challenge_for_all(server: &Server) {
    let client = server.client(KEY);
    for _ in 0..3 {
        assert_eq!(get(&client).await.unwrap(), Page(b"here".to_vec()));
    }
    for result in many(&client, 16).await {
        result.unwrap();
    }
    let mut expected = vec![200; 20];
    expected[0] = 401;
    assert_eq!(server.statuses(), expected);
}

async fn wrong_key_fails_after_one_challenge(server: &Server) {
    let error = get(&server.client("another key")).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(server.statuses(), [401, 401]);
}

#[tokio::test]
async fn apache_challenges_once_for_many_calls() {
    one_challenge_for_all(&Server::apache("")).await;
}

#[tokio::test]
async fn a_thousand_concurrent_calls_send_a_thousand_and_one_requests_to_apache() {
    let server = Server::apache("");
    let client = server.client(KEY);
    let left = Arc::new(AtomicUsize::new(1_000));
    let callers: Vec<_> = (0..64)
        .map(|_| {
            let (client, left) = (client.clone(), left.clone());
            let take = move || left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
            tokio::spawn(async move {
                while take().is_ok() {
                    assert_eq!(get(&client).await.unwrap(), Page(b"here".to_vec()));
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    let statuses = server.statuses();
    let answered = |status| statuses.iter().filter(|seen| **seen == status).count();
    assert_eq!((answered(200), answered(401)), (1_000, 1));
    assert_eq!(server.received(), 1_001);
}

#[tokio::test]
async fn apache_refuses_a_wrong_key_once() {
    wrong_key_fails_after_one_challenge(&Server::apache("")).await;
}

/// Apache announces the next nonce shortly before the current one expires.
#[tokio::test]
async fn apache_announces_nonces_and_no_second_challenge_is_needed() {
    let server = Server::apache("AuthDigestNonceLifetime 20");
    let client = server.client(KEY);
    for _ in 0..3 {
        let answer = get(&client).send().await.unwrap();
        assert!(answer.headers().contains_key("authentication-info"));
    }
    assert_eq!(server.statuses(), [401, 200, 200, 200]);
    let log = server.transport.log.lock().unwrap();
    for (sent, _) in log.iter().skip(1) {
        assert!(
            sent.as_ref().unwrap().contains("nc=00000001,"),
            "each nonce is new"
        );
    }
}

/// Without a sleep: another client sends requests until Apache reports that the nonce has expired.
#[tokio::test]
async fn a_stale_nonce_of_apache_is_replaced_within_the_call() {
    let server = Server::apache("AuthDigestNonceLifetime 1");
    let (idle, busy) = (server.client(KEY), server.client(KEY));
    get(&idle).await.unwrap();
    for _ in 0..3 {
        let second = second_of(&busy).await;
        while second_of(&busy).await == second {}
    }
    let before = server.statuses().len();
    get(&idle).await.unwrap();
    // On a busy machine, the new nonce may be stale as well.
    let statuses = server.statuses().split_off(before);
    let [401, between @ .., 200] = statuses.as_slice() else {
        panic!("{statuses:?}");
    };
    assert!(between.iter().all(|status| *status == 401), "{statuses:?}");
}

async fn second_of(client: &Client) -> http::HeaderValue {
    get(client).send().await.unwrap().headers()["date"].clone()
}

#[tokio::test]
async fn lighttpd_challenges_once_for_many_calls() {
    one_challenge_for_all(&Server::lighttpd("MD5", MD5)).await;
}

#[tokio::test]
async fn lighttpd_refuses_a_wrong_key_once() {
    wrong_key_fails_after_one_challenge(&Server::lighttpd("SHA-256", SHA256)).await;
}

#[tokio::test]
async fn the_stronger_of_lighttpds_two_challenges_is_answered() {
    let server = Server::lighttpd("SHA-256|MD5", SHA256);
    one_challenge_for_all(&server).await;
    let log = server.transport.log.lock().unwrap();
    assert!(
        log.iter()
            .skip(1)
            .all(|(sent, _)| sent.as_ref().unwrap().contains("algorithm=SHA-256,"))
    );
}
