//! A minimal service in a process of its own.
//!
//! It responds to every request with the same page, without authorisation with a challenge, to token requests with a
//! token, and to requests for an archive with the requested number of megabytes.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::pages;

/// For threads, whose errors must be `Send`.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The variable with the address of a running service.
pub(crate) const PLACE: &str = "ATLAS_BACKUP_BENCH_SERVICE";

/// The variables with the number of pages of a list, and the milliseconds that the service works on each.
const PAGES: &str = "ATLAS_BACKUP_BENCH_PAGES";
const WORK: &str = "ATLAS_BACKUP_BENCH_WORK";

/// The service's process, which ends when this value is dropped.
pub(crate) struct Service {
    /// `None` if another process has started it. What it prints at its end goes nowhere, but has to be taken.
    process: Option<(Child, BufReader<ChildStdout>)>,
    pub(crate) base: String,
}

impl Service {
    /// The service that runs already, or one of a single page.
    pub(crate) fn start() -> crate::Outcome<Self> {
        match std::env::var(PLACE) {
            Ok(base) => Ok(Self {
                process: None,
                base,
            }),
            Err(_) => Self::with_pages(1, Duration::ZERO),
        }
    }

    /// A service whose list has so many pages, on each of which it works for some time.
    pub(crate) fn with_pages(pages: usize, work: Duration) -> crate::Outcome<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--alone", "serve"])
            .env(PAGES, pages.to_string())
            .env(WORK, work.as_millis().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut base = String::new();
        let out = process.stdout.take().ok_or("the service printed nothing")?;
        let mut out = BufReader::new(out);
        out.read_line(&mut base)?;
        Ok(Self {
            process: Some((process, out)),
            base: base.trim().to_owned(),
        })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some((process, _)) = &mut self.process {
            drop(process.stdin.take());
            // The process ends with its input.
            let _ = process.wait();
        }
    }
}

/// Serves until the standard input ends.
pub(crate) fn serve() -> crate::Outcome<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("http://{}", listener.local_addr()?);
    let number = |name| {
        let value = std::env::var(name);
        value
            .ok()
            .and_then(|value| value.parse().ok())
            .unwrap_or(0_u64)
    };
    let pages = Pages {
        last: number(PAGES) as usize,
        work: Duration::from_millis(number(WORK)),
        made: Arc::default(),
    };
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let pages = pages.clone();
            // An interrupted connection is reported by the client.
            std::thread::spawn(move || answer(connection, &pages));
        }
    });
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

#[derive(Clone)]
struct Pages {
    /// The number of the last page.
    last: usize,
    /// How long the service works on a page.
    work: Duration,
    /// The pages without links, by their items.
    made: Arc<Mutex<HashMap<usize, Arc<str>>>>,
}

/// The content of an archive, repeated.
const BLOCK: &[u8] = &[b'a'; 64 * 1024];

fn answer(mut connection: TcpStream, pages: &Pages) -> Outcome<()> {
    connection.set_nodelay(true)?;
    let mut lines = BufReader::new(connection.try_clone()?);
    loop {
        let (mut target, mut authorised, mut length) = (String::new(), false, 0);
        if lines.read_line(&mut target)? == 0 {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            lines.read_line(&mut line)?;
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            authorised |= line.starts_with("authorization:");
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        std::io::copy(&mut (&mut lines).take(length), &mut std::io::sink())?;
        if let Some(megabytes) = target.strip_prefix("GET /archive/") {
            let megabytes: usize = megabytes.split(' ').next().unwrap_or_default().parse()?;
            let length = megabytes * 16 * BLOCK.len();
            let head =
                format!("HTTP/1.1 200 OK\r\nETag: \"archive\"\r\nContent-Length: {length}\r\n\r\n");
            connection.write_all(head.as_bytes())?;
            for _ in 0..megabytes * 16 {
                connection.write_all(BLOCK)?;
            }
        } else if target.starts_with("POST /api/oauth/token") {
            let token = br#"{"access_token":"synthetic-token-not-a-secret","expires_in":3600,"token_type":"Bearer"}"#;
            connection.write_all(&response("200 OK", "", token))?;
        } else if authorised {
            let number = |name: &str| {
                let value = target.split_once(name).map(|(_, after)| after)?;
                let digits = value.split(|after: char| !after.is_ascii_digit()).next();
                digits?.parse().ok()
            };
            std::thread::sleep(pages.work);
            let items = number("itemsPerPage=").unwrap_or(100);
            connection.write_all(&pages.page(number("pageNum=").unwrap_or(1), items)?)?;
        } else {
            let challenge = "WWW-Authenticate: Digest realm=\"MMS Public API\", domain=\"\", \
                             nonce=\"dGhlIG5vbmNlIG9mIHRoZSBiZW5jaA==\", algorithm=MD5, qop=\"auth\", stale=false\r\n";
            connection.write_all(&response("401 Unauthorized", challenge, b"{}"))?;
        }
    }
}

impl Pages {
    fn page(&self, number: usize, items: usize) -> Outcome<Vec<u8>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let page = match made.get(&items) {
            Some(page) => page.clone(),
            None => {
                let page: Arc<str> = String::from_utf8(pages::body("exports", items)?)?.into();
                made.insert(items, page.clone());
                page
            }
        };
        drop(made);
        let mut body = page.to_string();
        if number < self.last {
            let next = number + 1;
            let link = format!(
                r#"{{"links":[{{"href":"https://cloud.mongodb.com{}?pageNum={next}&itemsPerPage={items}","rel":"next"}},"#,
                super::client::PATH
            );
            body = body.replacen("{\"links\":[", &link, 1);
        }
        let headers = "RateLimit-Limit: 1200\r\nRateLimit-Remaining: 1159\r\n";
        Ok(response("200 OK", headers, body.as_bytes()))
    }
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/vnd.atlas.2023-01-01+json;charset=utf-8\r\n\
         Date: Sat, 14 Mar 2026 02:40:00 GMT\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
