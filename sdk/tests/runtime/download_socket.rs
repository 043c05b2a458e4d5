//! Downloads over the default transport, from a loopback server that supports ranges.
use std::sync::{Arc, Mutex};

use atlas_backup::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::delivery::content;
use crate::http_transport::builder;

/// Larger than the buffers of a connection.
const LENGTH: usize = 3_000_000;

type Heads = Arc<Mutex<Vec<String>>>;

/// Serves a content, and closes each connection after `budget` bytes of it. Returns the link and the
/// requests.
async fn serve(budget: usize) -> (SecretUrl, Heads) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let link = format!("http://{}/s3cr3t/a.tar.gz", listener.local_addr().unwrap());
    let heads = Heads::default();
    let log = heads.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let head = answer(socket, budget).await;
            log.lock().unwrap().push(head);
        }
    });
    (link.into(), heads)
}

async fn answer(mut socket: TcpStream, budget: usize) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(socket.read_u8().await.unwrap()));
    }
    let from = head.lines().find_map(|line| {
        let from = line.strip_prefix("range: bytes=")?.strip_suffix('-')?;
        Some(from.parse::<usize>().unwrap())
    });
    let valid = head.contains("if-range: \"v0\"\r\n");
    let (status, from) = match from.filter(|_| valid) {
        Some(from) => {
            let range = format!("Content-Range: bytes {from}-{}/{LENGTH}", LENGTH - 1);
            (format!("206 Partial Content\r\n{range}"), from)
        }
        None => ("200 OK".to_owned(), 0),
    };
    let rest = LENGTH - from;
    let answer = format!("HTTP/1.1 {status}\r\nETag: \"v0\"\r\nContent-Length: {rest}\r\n\r\n");
    let body = &content(0, LENGTH)[from..];
    let _ = socket.write_all(answer.as_bytes()).await;
    let _ = socket.write_all(&body[..rest.min(budget)]).await;
    let _ = socket.shutdown().await;
    head
}

/// Retries without a delay, because the clock is the machine's.
fn client(base: &SecretUrl) -> Client {
    let (origin, _) = base.expose().split_once("/s3cr3t").unwrap();
    let at_once = ExponentialBackoff::default().base(std::time::Duration::ZERO);
    builder(origin).retry(at_once).build().unwrap()
}

#[tokio::test]
async fn closed_connections_are_resumed_for_a_writer_and_a_file() {
    let (link, heads) = serve(1_300_000).await;
    let mut written = Vec::new();
    let whole = client(&link).download(&link).to(&mut written).await;
    assert_eq!(whole.unwrap().attempts, 3);
    assert!(written == content(0, LENGTH));

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.tar.gz");
    let first = client(&link).download(&link).no_retry();
    let broken = first.to_file(&file).await.unwrap_err();
    assert!(matches!(broken, DownloadError::Transport { .. }));
    assert!(!format!("{broken} {broken:?}").contains("s3cr3t"));
    let whole = client(&link).download(&link).to_file(&file).await.unwrap();
    assert_eq!((whole.bytes, whole.resumed), (LENGTH as u64, 2));
    assert!(std::fs::read(&file).unwrap() == content(0, LENGTH));

    let heads = heads.lock().unwrap();
    let resumed = heads.iter().filter(|head| head.contains("range: bytes="));
    assert_eq!((heads.len(), resumed.count()), (6, 4));
    for head in heads.iter() {
        let head = head.to_lowercase();
        assert!(!head.contains("authorization") && !head.contains("cookie"));
        assert!(head.contains("user-agent: atlas-backup/"));
    }
}

#[cfg(feature = "blocking")]
#[test]
fn a_blocking_download_succeeds() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (link, _) = runtime.block_on(serve(usize::MAX));
    let client = client(&link);
    let mut written = Vec::new();
    let whole = client.block_on(client.download(&link).to(&mut written));
    assert_eq!(whole.unwrap().bytes, LENGTH as u64);
    let nested = async { client.block_on(client.download(&link).to(Vec::new())) };
    assert!(matches!(
        runtime.block_on(nested),
        Err(DownloadError::Client(_))
    ));
}
