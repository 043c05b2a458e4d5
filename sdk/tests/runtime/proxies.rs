//! Proxies from the environment: the data they receive, and requests that bypass them.
use std::process::Command;
use std::sync::{Arc, Mutex};

use atlas_backup::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::http_transport::builder;
use crate::world::get;

const ANSWER: &str =
    "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{\"name\":\"x\"}";

/// The child process's variable with the addresses of the service and the archive.
const LOOPBACK: &str = "ATLAS_BACKUP_TEST_LOOPBACK";

type Heads = Arc<Mutex<Vec<String>>>;

/// Responds to every request with this text, and records the requests.
async fn listen(answer: &'static str) -> (String, Heads) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let heads = Heads::default();
    let log = heads.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                let Ok(byte) = socket.read_u8().await else {
                    break;
                };
                head.push(char::from(byte));
            }
            log.lock().unwrap().push(head);
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    (address, heads)
}

#[tokio::test]
async fn a_proxy_receives_host_and_port_of_https_requests_and_no_loopback_requests() {
    let refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (proxy, received) = listen(refusal).await;
    let (loopback, asked) = listen(ANSWER).await;
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "proxies::in_a_process_of_its_own", "--ignored"]);
    for name in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ] {
        child.env(name, &proxy);
    }
    child
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .env_remove("REQUEST_METHOD");
    child.env(LOOPBACK, &loopback);
    let ended = tokio::task::spawn_blocking(move || child.output())
        .await
        .unwrap();
    let ended = ended.unwrap();
    assert!(ended.status.success(), "{ended:?}");

    let received = received.lock().unwrap().join("");
    let lines = received.lines().filter(|line| line.ends_with("HTTP/1.1"));
    let connect = |host: &str| format!("CONNECT {host} HTTP/1.1");
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            connect("restore.example.net:27017"),
            connect("service.example.net:443")
        ]
    );
    for secret in ["s3cr3t", "127.0.0.1", "localhost", "uthorization"] {
        assert!(!received.contains(secret), "{secret}: {received}");
    }
    assert_eq!(asked.lock().unwrap().len(), 4);
}

#[tokio::test]
#[ignore = "is run by the other test, with proxies in its environment"]
async fn in_a_process_of_its_own() {
    let loopback = std::env::var(LOOPBACK).unwrap();
    let by_name = loopback.replace("127.0.0.1", "localhost");
    for base in ["https://service.example.net", loopback.as_str()] {
        let client = builder(base).build().unwrap();
        let link = SecretUrl::from(format!("{by_name}/s3cr3t/a.tar.gz"));
        let mut written = Vec::new();
        client.download(&link).to(&mut written).await.unwrap();
        assert_eq!(written, br#"{"name":"x"}"#);
    }
    let remote = builder("https://service.example.net").build().unwrap();
    let link = SecretUrl::from("https://restore.example.net:27017/s3cr3t/a.tar.gz".to_owned());
    let outcome = remote.download(&link).no_retry().to(Vec::new()).await;
    assert!(
        matches!(outcome, Err(DownloadError::Transport { .. })),
        "{outcome:?}"
    );
    let outcome = get(&remote).no_retry().await;
    assert_eq!(
        outcome.err().map(|error| error.kind()),
        Some(ErrorKind::Connect)
    );
    for base in [&loopback, &by_name] {
        get(&builder(base).build().unwrap()).await.unwrap();
    }
}
