//! The default transport with a loopback socket.
use std::io::{Read as _, Write as _};
use std::sync::mpsc;
use std::time::Duration;

use atlas_backup::{Client, ClientBuilder, Credentials, ErrorKind, HttpTransport};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};

use crate::parameters::ten_bytes;
use crate::world::*;

/// Responds to one request with these bytes, then closes the connection; returns the base URL.
pub(crate) async fn serve(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            if answer.is_empty() {
                // Keeps the connection open without a response.
                let _ = socket.read(&mut request).await;
            }
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    base
}

pub(crate) fn builder(base: &str) -> ClientBuilder {
    Client::builder()
        .base_url(base)
        .unwrap()
        .credentials(Credentials::bearer("t"))
}

/// The default transport without the proxies of the environment.
pub(crate) fn direct() -> HttpTransport {
    let client = HttpTransport::client_builder().unwrap().no_proxy();
    HttpTransport::new(client.build().unwrap())
}

#[tokio::test]
async fn a_response_body_is_collected_completely() {
    let base =
        serve("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}").await;
    let response = get(&builder(&base).build().unwrap()).send().await.unwrap();
    assert_eq!(response.headers()["x-a"], "b");
    assert_eq!(response.body().name, "x");
}

#[tokio::test]
async fn a_redirect_is_an_error_and_not_followed() {
    let base = serve("HTTP/1.1 307 x\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n").await;
    let error = get(&builder(&base).build().unwrap()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Api, 307)
    );
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let base = serve("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}").await;
    for (limit, taken) in [(12, true), (11, false)] {
        let transport = direct().max_body(limit);
        let client = builder(&base).transport(transport).build().unwrap();
        let result = get(&client).await;
        assert_eq!(result.is_ok(), taken);
        if let Err(error) = result {
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert!(!error.is_retryable());
        }
    }
}

#[tokio::test]
async fn an_announced_length_reserves_no_memory_beyond_the_bytes_that_arrive() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            let start = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\n{";
            let _ = socket.write_all(start).await;
            // Several chunks, because a single one is not copied.
            let _ = socket.write_all(&vec![b' '; 2_000_000]).await;
        }
    });
    let transport = direct().max_body(usize::MAX);
    let client = builder(&base).transport(transport).build().unwrap();
    let error = get(&client).no_retry().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn failures_are_distinguished() {
    // The socket keeps its port and does not listen.
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    let plain = serve("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
    let silent = serve("").await;
    let cut = serve("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{").await;
    for (base, kind) in [
        (nobody, ErrorKind::Connect),
        // A failed TLS handshake counts as no connection.
        (plain.replace("http", "https"), ErrorKind::Connect),
        (silent, ErrorKind::Timeout),
        (cut, ErrorKind::Transport),
    ] {
        let mut builder = builder(&base);
        if kind == ErrorKind::Timeout {
            builder = builder.attempt_timeout(Duration::from_millis(200));
        }
        let client = builder.build().unwrap();
        assert_eq!(get(&client).no_retry().await.unwrap_err().kind(), kind);
    }
}

/// Sends a head with this status, followed by a body of this many bytes.
async fn serve_large(status: &'static str, bytes: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 4096]).await;
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {bytes}\r\n\r\n");
            let _ = socket.write_all(head.as_bytes()).await;
            let _ = socket.write_all(&vec![b' '; bytes]).await;
        }
    });
    base
}

#[tokio::test]
async fn an_error_body_is_read_up_to_a_mebibyte_and_keeps_its_status() {
    let base = serve_large("503 Service Unavailable", 60_000_000).await;
    let error = get(&builder(&base).build().unwrap())
        .no_retry()
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert!(error.is_retryable());
    assert_eq!(error.raw_body().unwrap().len(), 1024 * 1024);
}

#[tokio::test]
async fn a_success_is_read_up_to_eight_mebibytes() {
    let base = serve_large("200 OK", 8 * 1024 * 1024 + 1).await;
    let error = get(&builder(&base).build().unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1));
}

/// Responds to one request after its body has arrived, and returns the request.
async fn hear() -> (String, tokio::sync::oneshot::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (heard, request) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut text = String::new();
        while !text.contains("last") {
            let mut piece = [0; 4096];
            let size = socket.read(&mut piece).await.unwrap();
            text.push_str(&String::from_utf8_lossy(&piece[..size]));
        }
        let _ = socket
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}")
            .await;
        let _ = heard.send(text);
    });
    (base, request)
}

#[tokio::test]
async fn a_streamed_body_is_sent_chunked_or_with_its_length() {
    for (length, framing, body) in [
        (Some(10), "content-length: 10", "first,last"),
        (
            None,
            "transfer-encoding: chunked",
            "6\r\nfirst,\r\n4\r\nlast",
        ),
    ] {
        let (base, request) = hear().await;
        let content = ten_bytes(length);
        let limit = Duration::from_secs(10);
        let client = builder(&base).attempt_timeout(limit).build().unwrap();
        let call = create(&client, "x").content(content).no_retry();
        let job = call.await.unwrap();
        assert_eq!(job.name, "x");
        let request = request.await.unwrap();
        assert!(request.to_lowercase().contains(framing), "{request}");
        assert!(request.contains(body), "{request}");
    }
}

/// Responds to requests whose whole body has arrived.
async fn serve_whole_requests() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (mut text, mut piece) = (String::new(), [0; 4096]);
            while let Ok(size @ 1..) = socket.read(&mut piece).await {
                text.push_str(&String::from_utf8_lossy(&piece[..size]).to_lowercase());
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                let length = head.split("content-length: ").nth(1).unwrap();
                if length.lines().next() == Some(&body.len().to_string()) {
                    let good = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}";
                    socket.write_all(good).await.unwrap();
                }
            }
        }
    });
    base
}

#[tokio::test]
async fn a_streamed_body_of_another_length_than_declared_is_not_sent_as_a_whole() {
    for (length, is_sent) in [(10, true), (6, false), (9, false), (11, false)] {
        let client = builder(&serve_whole_requests().await).build().unwrap();
        let call = create(&client, "x").content(ten_bytes(Some(length)));
        let outcome = call.no_retry().await;
        assert_eq!(outcome.is_ok(), is_sent, "{length}");
        if let Err(error) = outcome {
            assert_eq!(error.kind(), ErrorKind::Transport);
        }
    }
}

/// A frame of HTTP/2 (RFC 9113 section 4.1).
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    let header = [0, 0, length, kind, flags, 0, 0, 0, stream];
    [&header, payload].concat()
}

/// Responds over HTTP/2 to the first request of a connection, and then to nothing, not even to a ping.
fn serve_first_stream(
    mut socket: std::net::TcpStream,
    requests: &mpsc::Sender<()>,
) -> std::io::Result<()> {
    const DATA: u8 = 0;
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    // The preface of the client.
    socket.read_exact(&mut [0; 24])?;
    socket.write_all(&frame(SETTINGS, 0, 0, &[]))?;
    let mut is_silent = false;
    loop {
        let mut header = [0; 9];
        socket.read_exact(&mut header)?;
        let [high, middle, low, kind, flags, .., stream] = header;
        let length = u32::from_be_bytes([0, high, middle, low]);
        socket.read_exact(&mut vec![0; usize::try_from(length).unwrap()])?;
        match kind {
            SETTINGS if flags == 0 => socket.write_all(&frame(SETTINGS, 1, 0, &[]))?,
            HEADERS => {
                if !is_silent {
                    // The indexed header `:status: 200`.
                    socket.write_all(&frame(HEADERS, 4, stream, &[0x88]))?;
                    socket.write_all(&frame(DATA, 1, stream, br#"{"name":"x"}"#))?;
                }
                is_silent = true;
                requests.send(()).unwrap();
            }
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_http_2_connection_without_responses_to_pings_is_closed_before_an_attempt_times_out() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::channel();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let sender = sender.clone();
            std::thread::spawn(move || serve_first_stream(socket.unwrap(), &sender));
        }
    });
    let http = HttpTransport::client_builder().unwrap();
    let http = http.http2_prior_knowledge().no_proxy().build().unwrap();
    let builder = builder(&base).transport(HttpTransport::new(http));
    let client = builder.build().unwrap();
    // Time does not pass while a thread blocks, so it passes only while the second request waits.
    let two = tokio::task::spawn_blocking(move || {
        requests.recv().unwrap();
        requests.recv().unwrap();
        requests
    });
    get(&client).await.unwrap();
    let began = tokio::time::Instant::now();
    let error = get(&client).no_retry().await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    let elapsed = began.elapsed().as_secs();
    assert!((40..=41).contains(&elapsed), "{error} after {elapsed} s");
    let requests = two.await.unwrap();
    let third = tokio::task::spawn_blocking(move || requests.recv());
    get(&client).await.unwrap();
    third.await.unwrap().unwrap();
}
