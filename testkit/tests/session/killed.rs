//! The recording program as a process: its end, and the files it leaves.
use bytes::Bytes;
use http_body_util::BodyExt as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::world::*;

/// Starts the program, and returns it with its address.
fn start(service: &Service, out: &Path) -> (Child, String) {
    start_with_stderr(service, out, Stdio::piped())
}

fn start_with_stderr(service: &Service, out: &Path, stderr: Stdio) -> (Child, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_atlas-backup-testkit"))
        .args(["record", "--upstream", &service.url(), "--out"])
        .arg(out)
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .unwrap();
    let mut line = String::new();
    // Read byte by byte, to consume no more than this line.
    let output = program.stdout.as_mut().unwrap();
    while !line.ends_with('\n') {
        let mut byte = [0];
        output.read_exact(&mut byte).unwrap();
        line.push(char::from(byte[0]));
    }
    let address = line
        .split("http://")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    (program, address)
}

/// Sends a signal by the shell's own `kill`: not every machine has the program.
#[cfg(unix)]
fn send_signal(signal: &str, program: &Child) {
    let kill = format!("kill {signal} {}", program.id());
    let sent = Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(sent.success());
}

async fn get(address: &str, target: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_proxy_leaves_only_complete_files() {
    let (sender, receiver) = mpsc::unbounded_channel();
    let pieces = Mutex::new(Some(receiver));
    let service = Service::start(move |request, _| match request.uri().path() {
        "/half" => {
            let pieces = Chunks(pieces.lock().unwrap().take().unwrap());
            json(200, "").map(|_| pieces.boxed())
        }
        _ => json(200, r#"{"whole":true}"#),
    })
    .await;
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("out");
    let (mut program, address) = start(&service, &out);
    let mut half = get(&address, "/half").await;
    sender.send(Bytes::from_static(b"{\"half\":")).unwrap();
    let mut read = Vec::new();
    while !read.ends_with(b"{\"half\":\r\n") {
        assert_ne!(half.read_buf(&mut read).await.unwrap(), 0);
    }
    get(&address, "/whole")
        .await
        .read_to_end(&mut read)
        .await
        .unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    // The complete exchange may or may not be written in time, but nothing else is.
    for entry in std::fs::read_dir(&out).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(text.ends_with("\n\n{\"whole\":true}\n"), "{text}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_the_proxy_with_a_summary_and_refusals_make_it_fail() {
    let service = Service::start(|request, _| match request.uri().path() {
        "/secret" => json(200, r#"{"note":"mdb_sa_id_0123456789"}"#),
        _ => json(200, "{}"),
    })
    .await;
    const CLEAN: &str = "2 recorded, 0 refused, 0 left out\n";
    const WITH_REFUSAL: &str = "1 recorded, 1 refused, 0 left out\n";
    for (target, signal, summary, code) in [
        ("/clean", "-INT", CLEAN, 0),
        ("/clean", "-TERM", CLEAN, 0),
        ("/secret", "-INT", WITH_REFUSAL, 1),
        ("/secret", "-TERM", WITH_REFUSAL, 1),
    ] {
        let root = tempfile::tempdir().unwrap();
        let (mut program, address) = start(&service, &root.path().join("out"));
        for target in [target, "/after"] {
            get(&address, target)
                .await
                .read_to_end(&mut Vec::new())
                .await
                .unwrap();
        }
        send_signal(signal, &program);
        let mut output = String::new();
        program
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut output)
            .unwrap();
        assert_eq!(
            (output.as_str(), program.wait().unwrap().code()),
            (summary, Some(code))
        );
        let said: Vec<_> = BufReader::new(program.stderr.take().unwrap())
            .lines()
            .map(Result::unwrap)
            .collect();
        assert_eq!(said.len(), usize::from(code == 1), "{said:?}");
        assert!(!said.concat().contains("mdb_sa_id"), "{said:?}");
        // The unfinished file was beside the folder and is removed.
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_records_on_if_its_messages_cannot_be_printed() {
    let service = Service::start(|request, _| match request.uri().path() {
        "/unreadable" => json(200, r#"{"half":"#),
        _ => json(200, "{}"),
    })
    .await;
    let root = tempfile::tempdir().unwrap();
    let full = full_disk();
    let (mut program, address) = start_with_stderr(&service, &root.path().join("out"), full.into());
    for target in ["/unreadable", "/after"] {
        get(&address, target)
            .await
            .read_to_end(&mut Vec::new())
            .await
            .unwrap();
    }
    send_signal("-INT", &program);
    let mut output = String::new();
    let mut stdout = program.stdout.take().unwrap();
    stdout.read_to_string(&mut output).unwrap();
    assert_eq!(
        (output.as_str(), program.wait().unwrap().code()),
        ("1 recorded, 0 refused, 1 left out\n", Some(0))
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_address_that_cannot_be_printed_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_atlas-backup-testkit"))
        .args(["record", "--upstream", "http://127.0.0.1:1", "--out"])
        .arg(root.path())
        .stdout(full_disk())
        .output()
        .unwrap();
    assert_eq!(program.status.code(), Some(1));
    let said = String::from_utf8(program.stderr).unwrap();
    assert!(
        said.starts_with("error: cannot write standard output: "),
        "{said}"
    );
}

/// Opens a file to which nothing can be written.
#[cfg(target_os = "linux")]
fn full_disk() -> std::fs::File {
    let mut options = std::fs::File::options();
    options.write(true).open("/dev/full").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonempty_folder_is_refused() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("0001_GET_x.http"), "").unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_atlas-backup-testkit"))
        .args(["record", "--upstream", "http://127.0.0.1:1", "--out"])
        .arg(root.path())
        .output()
        .unwrap();
    assert_eq!(program.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(program.stderr).unwrap(),
        "error: the folder for recordings is not empty\n"
    );
}
