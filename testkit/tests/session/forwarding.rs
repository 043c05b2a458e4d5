//! Forwarding of raw bytes by the proxy, and its handling of hostile requests.
use atlas_backup_testkit::record::upstream::{Upstream, platform_tls};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::world::*;

fn plain(body: &'static [u8]) -> Response {
    let mut answer = json(200, body);
    answer
        .headers_mut()
        .insert("content-type", "application/gzip".parse().unwrap());
    answer
}

#[tokio::test]
async fn requests_and_responses_are_forwarded_unchanged() {
    let service = Service::start(|_, _| {
        let mut answer = plain(b"\x1f\x8b\xff https://up.example/ \r\n\0");
        answer
            .headers_mut()
            .insert("x-a", "\"b\" ; c".parse().unwrap());
        answer
            .headers_mut()
            .insert("keep-alive", "timeout=1".parse().unwrap());
        answer
    })
    .await;
    let proxy = Running::start(&service).await;
    let target = "/a/..%2f..%2Fb/%0d%0a/../c;d?x=%20+&y[]=1";
    let request = format!(
        "PUT {target} HTTP/1.1\r\nHost: proxy\r\nAuthorization: Digest username=\"u\", uri=\"{target}\"\r\n\
         X-Hop: 1\r\nConnection: close, x-hop\r\nContent-Length: 4\r\n\r\n\x01{{\"\n"
    );
    let answer = proxy.send(&request).await;
    let text = String::from_utf8_lossy(&answer);
    assert!(
        text.starts_with("HTTP/1.1 200 OK\r\n") && text.contains("x-a: \"b\" ; c\r\n"),
        "{text}"
    );
    assert!(
        text.contains("content-length: 27\r\n") && !text.contains("keep-alive"),
        "{text}"
    );
    assert!(
        answer.ends_with(b"\r\n\r\n\x1f\x8b\xff https://up.example/ \r\n\0"),
        "{text}"
    );

    let log = service.log();
    assert_eq!(log[0].uri().path_and_query().unwrap().as_str(), target);
    assert_eq!(&log[0].body()[..], b"\x01{\"\n");
    assert_eq!(
        log[0].headers()["authorization"],
        format!("Digest username=\"u\", uri=\"{target}\"")
    );
    assert!(!log[0].headers().contains_key("x-hop"));
    let left = proxy.stop().await;
    assert_eq!(
        left.said,
        ["request 1 is not recorded: its body cannot be read"]
    );
}

#[tokio::test]
async fn a_chunk_is_forwarded_before_the_next_one_arrives() {
    let (sender, receiver) = mpsc::unbounded_channel();
    let pieces = Mutex::new(Some(receiver));
    let service = Service::start(move |_, _| {
        let pieces = Chunks(pieces.lock().unwrap().take().unwrap());
        json(200, "").map(|_| pieces.boxed())
    })
    .await;
    let proxy = Running::start(&service).await;
    let mut stream = TcpStream::connect(proxy.address).await.unwrap();
    stream
        .write_all(b"GET /x HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    sender.send(Bytes::from_static(b"{\"first\":1,")).unwrap();
    let mut read = Vec::new();
    while !read.ends_with(b"{\"first\":1,\r\n") {
        assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0);
    }
    sender.send(Bytes::from_static(b"\"second\":2}")).unwrap();
    drop(sender);
    stream.read_to_end(&mut read).await.unwrap();
    let left = proxy.stop().await;
    assert!(
        left.files()[0]
            .1
            .ends_with("\n\n{\"first\":1,\"second\":2}\n"),
        "{:?}",
        left.files()
    );
}

#[tokio::test]
async fn bodies_above_the_limit_are_forwarded_but_not_recorded() {
    let service =
        Service::start(|request, _| json(200, vec![b'1'; request.uri().path().len() - 1])).await;
    let upstream = Upstream::new(&service.url(), platform_tls().unwrap()).unwrap();
    let proxy = Running::with(upstream, 8).await;
    assert!(
        proxy
            .get("/12345678")
            .await
            .ends_with("\r\n11111111\r\n0\r\n\r\n")
    );
    assert!(proxy.get("/123456789").await.contains("111111111"));
    let request = "POST /1 HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\nContent-Length: 9\r\n\r\n\"1234567\"";
    assert!(proxy.send(request).await.starts_with(b"HTTP/1.1 200"));
    let left = proxy.stop().await;
    assert_eq!(
        left.summary.to_string(),
        "1 recorded, 0 refused, 2 left out"
    );
    assert_eq!(
        left.said,
        [
            "request 2 is not recorded: the response body exceeds the limit",
            "request 3 is not recorded: the request body exceeds the limit",
        ]
    );
}

#[tokio::test]
async fn tokens_and_possible_secrets_are_forwarded_but_not_written() {
    const TOKEN: &str = "mdb_sa_sk_0123456789";
    let service = Service::start(|request, _| match request.uri().path() {
        "/compressed" => {
            let mut answer = json(200, "{}");
            for coding in ["identity", "gzip"] {
                let coding = coding.parse().unwrap();
                answer.headers_mut().append("content-encoding", coding);
            }
            answer
        }
        _ => json(200, format!(r#"{{"note":"{TOKEN}"}}"#)),
    })
    .await;
    let proxy = Running::start(&service).await;
    assert!(proxy.get("/api/oauth/token").await.contains(TOKEN));
    assert!(proxy.get("/other").await.contains(TOKEN));
    proxy.get("/compressed").await;
    proxy.get(&format!("/secret/{TOKEN}")).await;
    let body = format!(r#"{{"a":{{"b":["x",{{"of a customer":"{TOKEN}"}}]}}}}"#);
    let length = body.len();
    let request = format!(
        "POST /other HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    proxy.send(&request).await;
    let left = proxy.stop().await;
    assert_eq!(
        left.summary.to_string(),
        "0 recorded, 3 refused, 2 left out"
    );
    assert_eq!(left.files(), []);
    let refused = |number, place| {
        format!(
            "request {number} is refused: after redaction, {place} may still hold a secret (by the scanner's rule: service account); \
             take it out by a rule of your own, in the file of --rules"
        )
    };
    let compressed = "request 3 is not recorded: the response is compressed".to_owned();
    assert_eq!(
        left.said,
        [
            refused(2, "/note in the body of the response"),
            compressed,
            refused(4, "the target of the request"),
            refused(5, "/a/b/1/* in the body of the request"),
        ]
    );
}

#[tokio::test]
async fn a_method_with_slashes_cannot_write_outside_the_folder() {
    let service = Service::start(|_, _| json(200, "{}")).await;
    let proxy = Running::start(&service).await;
    let long = format!("/{}", "a".repeat(5000));
    let targets = [
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/../../../../tmp/x",
        "/%2e%2e/%2e%2e",
        "/..\\..\\x",
        "//x",
        "/",
        "/%00%0a%0d> GET",
        "/\u{e9}\u{202e}",
        "/CON",
        "/.hidden",
        "/a:b*c|d",
        &long,
    ];
    for target in targets {
        proxy.get(target).await;
    }
    proxy
        .send("../../X /x HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\n\r\n")
        .await;
    let left = proxy.stop().await;
    let files = left.files();
    assert_eq!(files.len() as u64, left.summary.recorded);
    assert!(files.len() >= 8, "{files:?}");
    for (name, text) in &files {
        let plain =
            |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
        assert!(
            name.len() < 255 && name.chars().all(plain) && name.ends_with(".http"),
            "{name}"
        );
        assert!(atlas_backup::Recording::parse(text).is_ok(), "{text}");
    }
    let beside: Vec<_> = std::fs::read_dir(left.root.path()).unwrap().collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
}

#[tokio::test]
async fn invalid_requests_are_not_forwarded() {
    let service = Service::start(|_, _| json(200, "{}")).await;
    let proxy = Running::start(&service).await;
    let huge = format!(
        "GET / HTTP/1.1\r\nHost: proxy\r\nX-Huge: {}\r\n\r\n",
        "a".repeat(1_000_000)
    );
    for (request, status) in [
        (
            "GET http://other.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "400",
        ),
        (
            "CONNECT other.example:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "400",
        ),
        (
            "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "400",
        ),
        (
            "get / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "400",
        ),
        ("GET /a\rb HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
        (&huge, "431"),
    ] {
        let answer = String::from_utf8(proxy.send(request).await).unwrap();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request:.60}: {answer}"
        );
    }
    assert!(service.log().is_empty());
    assert_eq!(proxy.stop().await.files(), []);
}

#[test]
fn an_upstream_must_be_an_https_or_loopback_origin() {
    for url in [
        "http://cloud.mongodb.com",
        "https://u:p@cloud.mongodb.com",
        "https://cloud.mongodb.com/api",
        "https://a/?b",
        "ftp://127.0.0.1",
        "cloud.mongodb.com",
        "/x",
        "",
    ] {
        assert!(
            Upstream::new(url, platform_tls().unwrap()).is_err(),
            "{url}"
        );
    }
    for url in [
        "https://cloud.mongodb.com",
        "https://cloud.mongodb.com/",
        "http://127.0.0.1:8080",
        "http://[::1]:1",
    ] {
        let upstream = Upstream::new(url, platform_tls().unwrap()).unwrap();
        assert_eq!(upstream.origin(), url.trim_end_matches('/'));
    }
}
