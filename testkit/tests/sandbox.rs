//! Tests the sandbox program as a process, over its socket.

#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atlas-backup-testkit"));
    command
        .args(["sandbox", "--listen", "127.0.0.1:0"])
        .args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The program while it serves.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program(arguments).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on http://").unwrap();
        let address = address.split(',').next().unwrap().to_owned();
        Self { child, address }
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (String, Value) {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            socket,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (
            head.to_owned(),
            serde_json::from_str(body).unwrap_or_default(),
        )
    }

    fn clock(&self) -> Value {
        self.ask("GET", "/sandbox/clock", "", "").1
    }

    #[cfg(unix)]
    fn signal(self, name: &str) -> Output {
        // The shell's own `kill`: not every machine has the program.
        let kill = format!("kill {name} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(sent.success());
        self.child.wait_with_output().unwrap()
    }
}

fn saved(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[cfg(unix)]
#[test]
fn a_sandbox_saves_its_state_on_a_signal_and_continues_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let faults = folder.path().join("faults.json");
    std::fs::write(
        &faults,
        r#"[{"operation":"token","fault":"status","status":503,"times":2}]"#,
    )
    .unwrap();
    let file = path.to_str().unwrap();
    let arguments = [
        "--speed",
        "0",
        "--state",
        file,
        "--faults",
        faults.to_str().unwrap(),
    ];
    let first = Served::start(&arguments);
    first.ask("POST", "/sandbox/clock", "", r#"{"advanceSeconds": 86400}"#);
    assert!(
        first
            .ask("POST", "/api/oauth/token", "", "")
            .0
            .starts_with("HTTP/1.1 503")
    );
    let clock = first.clock();
    let ended = first.signal("-TERM");
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(saved(&path)["passed"]["secs"], 86_400);
    let again = Served::start(&arguments);
    assert_eq!(again.clock(), clock);
    // One of the two faults is left.
    assert_eq!(again.ask("GET", "/sandbox/faults", "", "").1[0]["times"], 1);
    assert!(again.signal("-INT").status.success());
    // A state that was saved without a cluster cannot continue with it.
    let unknown = ["--state", file, "--cluster", "Orders0=sharded"];
    let refused = program(&unknown).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success(), "{said}");
    assert!(
        said.contains("state.json: the saved sandbox has no cluster Orders0 of this kind"),
        "{said}"
    );
}

/// Returns the peak memory of a process, in MiB.
#[cfg(target_os = "linux")]
fn peak(process: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap().trim().trim_end_matches(" kB");
    kibibytes.parse::<u64>().unwrap() / 1024
}

#[cfg(target_os = "linux")]
#[test]
fn concurrent_large_bodies_stay_within_the_memory_budget() {
    const SIZE: usize = 4 * 1024 * 1024;
    /// The bodies of this size that fit.
    const HELD: usize = 16;
    let served = Served::start(&[]);
    let body = vec![b' '; SIZE];
    let head = format!(
        "POST /api/oauth/token HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {SIZE}\r\n\r\n"
    );
    // Sends this many bodies at once, except for their last bytes.
    let begin = |count: usize| {
        std::thread::scope(|scope| {
            let send = || {
                let mut socket = TcpStream::connect(&served.address).unwrap();
                socket.write_all(head.as_bytes()).unwrap();
                socket.write_all(&body[1..]).unwrap();
                socket
            };
            let threads: Vec<_> = (0..count).map(|_| scope.spawn(send)).collect();
            let sockets = threads.into_iter().map(|thread| thread.join().unwrap());
            sockets.collect::<Vec<_>>()
        })
    };
    let end = |mut socket: TcpStream| {
        socket.write_all(b" ").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    };
    let held = begin(HELD);
    // The held bodies may still be in transit. When all have arrived, less than this body is left of the budget.
    let small = " ".repeat(HELD + 1);
    let began = std::time::Instant::now();
    loop {
        let (head, _) = served.ask("POST", "/api/oauth/token", "", &small);
        if head.starts_with("HTTP/1.1 503 ") {
            break;
        }
        assert!(head.starts_with("HTTP/1.1 401 "), "{head}");
        assert!(began.elapsed().as_secs() < 50, "no body is refused");
    }
    for socket in begin(100 - HELD) {
        let answer = end(socket);
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    }
    for socket in held {
        let answer = end(socket);
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    }
    let peak = peak(&served.child);
    assert!(peak < 160, "{peak} MiB");

    served.signal("-TERM");
}

#[cfg(unix)]
#[test]
fn a_killed_sandbox_has_saved_the_last_requests() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let served = Served::start(&["--speed", "0", "--state", path.to_str().unwrap()]);
    // The file exists from the start.
    assert_eq!(saved(&path)["passed"]["secs"], 0);
    served.ask("POST", "/sandbox/clock", "", r#"{"advanceSeconds": 60}"#);
    let asked = std::time::Instant::now();
    while saved(&path)["passed"]["secs"] != 60 {
        assert!(asked.elapsed().as_secs() < 60, "nothing was saved");
        served.clock();
    }
    served.signal("-KILL");
    assert_eq!(saved(&path)["passed"]["secs"], 60);
}

#[test]
fn invalid_arguments_are_reported_before_serving() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere/state.json");
    let faults = folder.path().join("faults.json");
    std::fs::write(
        &faults,
        r#"[{"operation":"createBackupExprot","fault":"forget"}]"#,
    )
    .unwrap();
    for (arguments, told) in [
        (vec!["--state", nowhere.to_str().unwrap()], "cannot write"),
        (
            vec!["--state", folder.path().to_str().unwrap()],
            "is not a regular file",
        ),
        #[cfg(unix)]
        (vec!["--state", "/dev/null"], "is not a regular file"),
        (
            vec!["--faults", faults.to_str().unwrap()],
            "did you mean `createBackupExport`?",
        ),
        (
            vec!["--cluster", "Orders0=huge"],
            "huge is not one of replica-set, sharded, flex",
        ),
        (vec!["--cluster", "-"], "cluster name"),
        (
            vec!["--cluster", "Cluster0=flex"],
            "a second cluster Cluster0 in project",
        ),
        (
            vec!["--cluster", "Orders0", "--cluster", "Orders0=sharded"],
            "a second cluster Orders0 in project",
        ),
        (vec!["--rate-limit", "5"], "write it as 100,5"),
        (vec!["--rate-limit", "5,0"], "0 is not a number above 0"),
        (vec!["--api-key", "reader,secret"], "name a role"),
        (
            vec!["--api-key", "reader,secret,Projekt"],
            "no operation needs the role Projekt; there are Project Backup ",
        ),
    ] {
        let output = program(&arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && said.contains(told),
            "{arguments:?}: {said}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn arguments_set_rate_limit_clusters_keys_and_digest() {
    let mut served = Served::start(&[
        "--rate-limit",
        "1,0.01",
        "--cluster",
        "Orders0=sharded",
        "--digest",
        "sha256",
        "--archive-size",
        "100",
    ]);
    let (head, _) = served.ask(
        "GET",
        "/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/backup/exportBuckets",
        "",
        "",
    );
    assert!(head.contains("algorithm=SHA-256"), "{head}");
    // The account is the sandbox's own; it is valid nowhere else.
    let basic = "authorization: Basic bWRiX3NhX2lkXzAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDptZGJfc2Ffc2tfc2FuZGJveC1vbmx5\r\n";
    let (_, grant) = served.ask(
        "POST",
        "/api/oauth/token",
        basic,
        "grant_type=client_credentials",
    );
    let token = grant["access_token"].as_str().unwrap();
    assert_eq!(grant["expires_in"], json!(3600));
    let headers = format!(
        "authorization: Bearer {token}\r\naccept: application/vnd.atlas.2023-01-01+json\r\n"
    );
    let path = "/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Orders0/backup/snapshots/shardedClusters";
    let (_, snapshots) = served.ask("GET", path, &headers, "");
    assert_eq!(snapshots["totalCount"], 3);
    let (head, _) = served.ask("GET", path, &headers, "");
    assert!(head.starts_with("HTTP/1.1 429"), "{head}");
    served.child.kill().unwrap();
    served.child.wait().unwrap();
}
