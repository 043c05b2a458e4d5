//! The first request of a client: the files that it reads, and the thread that reads them.
use std::path::Path;
use std::pin::pin;
use std::process::Command;

use atlas_backup::*;

use crate::http_transport::{builder, serve};
use crate::world::{get, poll_until};

/// An address without a server.
const SECURE: &str = "https://localhost:1";

/// Runs an ignored test in a process of its own, with its trust roots at this path.
fn with_trust_roots(roots: &Path, test: &str) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test, "--ignored"]);
    child.env("SSL_CERT_FILE", roots).env_remove("SSL_CERT_DIR");
    let ended = child.output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    // A name that no test has is a success, too.
    let told = String::from_utf8(ended.stdout).unwrap();
    assert!(told.contains("test result: ok. 1 passed"), "{told}");
}

async fn loopback() -> Client {
    let base =
        serve("HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{\"name\":\"x\"}")
            .await;
    builder(&base).build().unwrap()
}

#[test]
fn missing_trust_roots_fail_https_calls_but_neither_build_nor_loopback_calls() {
    let test = "first_request::without_trust_roots";
    with_trust_roots(Path::new("/nowhere/roots.pem"), test);
}

#[tokio::test]
#[ignore = "is run by the test above, without trust roots"]
async fn without_trust_roots() {
    assert_eq!(get(&loopback().await).await.unwrap().name, "x");
    let client = builder(SECURE).build().unwrap();
    // A failure is not cached, and has the same kind each time.
    for _ in 0..2 {
        let error = get(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(
            error.to_string().contains("TLS cannot be set up"),
            "{error}"
        );
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
    }
    #[cfg(feature = "download")]
    {
        let link = SecretUrl::from(format!("{SECURE}/s3cr3t/a.tar.gz"));
        let error = client.download(&link).to(Vec::new()).await.unwrap_err();
        let DownloadError::Transport {
            cause, attempts, ..
        } = &error
        else {
            panic!("{error:?}");
        };
        assert!(
            matches!(cause, TransportError::Configuration(_)),
            "{cause:?}"
        );
        assert_eq!(*attempts, 1);
    }
    let by_hand = HttpTransport::client_builder().map(drop).unwrap_err();
    assert_eq!(by_hand.kind(), ErrorKind::Configuration);
}

/// The trust roots are a pipe, which blocks its readers until it is written to.
#[test]
fn trust_roots_are_read_without_blocking_the_runtime() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("roots.pem");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    with_trust_roots(&pipe, "first_request::with_trust_roots_that_block");
}

#[tokio::test]
#[ignore = "is run by the test above, with a pipe for trust roots"]
async fn with_trust_roots_that_block() {
    let client = builder(SECURE).build().unwrap();
    {
        // A dropped call does not affect later ones.
        let mut dropped = pin!(get(&client).into_future());
        poll_until(&mut dropped, || true).await;
    }
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    assert_eq!(get(&loopback().await).await.unwrap().name, "x");
    assert!(calls.iter().all(|call| !call.is_finished()));
    // Each write waits for a reader: that of the dropped call, which cannot be interrupted, and that of all other calls.
    let pipe = std::env::var("SSL_CERT_FILE").unwrap();
    std::thread::spawn(move || {
        loop {
            let _ = std::fs::write(&pipe, "no roots");
            std::thread::yield_now();
        }
    });
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    }
}
