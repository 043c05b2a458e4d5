//! A minimal service in a process of its own.
//!
//! It responds to every request with the same page, without authorisation with a challenge, and to token
//! requests with a token.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use super::pages;

/// For threads, whose errors must be `Send`.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The service's process, which ends when this value is dropped.
pub(crate) struct Service {
    process: Child,
    pub(crate) base: String,
}

impl Service {
    pub(crate) fn start() -> crate::Outcome<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--alone", "serve"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut base = String::new();
        let out = process.stdout.take().ok_or("the service printed nothing")?;
        BufReader::new(out).read_line(&mut base)?;
        Ok(Self {
            process,
            base: base.trim().to_owned(),
        })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // The process ends with its input.
        let _ = self.process.wait();
    }
}

/// Serves until the standard input ends.
pub(crate) fn serve() -> crate::Outcome<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("http://{}", listener.local_addr()?);
    let pages = Pages::default();
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

type Pages = Arc<Mutex<HashMap<usize, Arc<Vec<u8>>>>>;

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
        if target.starts_with("POST /api/oauth/token") {
            let token = br#"{"access_token":"synthetic-token-not-a-secret","expires_in":3600,"token_type":"Bearer"}"#;
            connection.write_all(&response("200 OK", "", token))?;
        } else if authorised {
            let items = target
                .split_once("itemsPerPage=")
                .map_or("", |(_, after)| after);
            let digits = items.split(|after: char| !after.is_ascii_digit()).next();
            let page = page(digits.unwrap_or_default().parse().unwrap_or(100), pages)?;
            connection.write_all(&page)?;
        } else {
            let challenge = "WWW-Authenticate: Digest realm=\"MMS Public API\", domain=\"\", \
                             nonce=\"dGhlIG5vbmNlIG9mIHRoZSBiZW5jaA==\", algorithm=MD5, qop=\"auth\", stale=false\r\n";
            connection.write_all(&response("401 Unauthorized", challenge, b"{}"))?;
        }
    }
}

fn page(items: usize, pages: &Pages) -> Outcome<Arc<Vec<u8>>> {
    let mut pages = pages.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(page) = pages.get(&items) {
        return Ok(page.clone());
    }
    let body = pages::body("exports", items)?;
    let page = Arc::new(response(
        "200 OK",
        "RateLimit-Limit: 1200\r\nRateLimit-Remaining: 1159\r\n",
        &body,
    ));
    pages.insert(items, page.clone());
    Ok(page)
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/vnd.atlas.2023-01-01+json;charset=utf-8\r\n\
         Date: Sat, 14 Mar 2026 02:40:00 GMT\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
