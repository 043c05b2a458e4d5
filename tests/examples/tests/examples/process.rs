//! An example as a process, and a sandbox at a socket for it.
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use atlas_backup::sandbox::{Sandbox, SandboxBuilder};
use atlas_backup::v2::DiskBackupOnDemandSnapshotRequest;
use tempfile::TempDir;

pub(crate) const ALL: [(&str, &str); 11] = [
    ("blocking", env!("CARGO_BIN_EXE_blocking")),
    ("custom_retry", env!("CARGO_BIN_EXE_custom_retry")),
    ("download", env!("CARGO_BIN_EXE_download")),
    (
        "export_bucket_setup",
        env!("CARGO_BIN_EXE_export_bucket_setup"),
    ),
    ("export_snapshot", env!("CARGO_BIN_EXE_export_snapshot")),
    ("fleet_export", env!("CARGO_BIN_EXE_fleet_export")),
    ("nightly_export", env!("CARGO_BIN_EXE_nightly_export")),
    ("otel_tracing", env!("CARGO_BIN_EXE_otel_tracing")),
    ("recorded_test", env!("CARGO_BIN_EXE_recorded_test")),
    ("restore_automated", env!("CARGO_BIN_EXE_restore_automated")),
    ("restore_download", env!("CARGO_BIN_EXE_restore_download")),
];

/// Returns the command of an example without environment variables of Atlas.
pub(crate) fn example(name: &str) -> Command {
    let (_, path) = ALL.iter().find(|(own, _)| *own == name).unwrap();
    let mut command = Command::new(path);
    let ours = |name: &str| {
        let prefixes = [
            "MONGODB_ATLAS_",
            "FLEET_",
            "ATLAS_DOWNLOAD_",
            "JOB_COMPLETION_",
        ];
        prefixes.iter().any(|prefix| name.starts_with(prefix))
    };
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(ours) {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// The exit status and the output of a process.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(command: &mut Command) -> Ended {
    ended(command.output().unwrap())
}

fn ended(output: Output) -> Ended {
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    for secret in [
        Sandbox::PRIVATE_KEY,
        Sandbox::CLIENT_SECRET,
        "Authorization",
    ] {
        assert!(
            !out.contains(secret) && !err.contains(secret),
            "a secret was printed"
        );
    }
    let code = output.status.code();
    Ended { code, out, err }
}

/// A running process, which is killed on drop.
pub(crate) struct Running {
    child: Child,
    pub(crate) out: BufReader<ChildStdout>,
    pub(crate) err: BufReader<ChildStderr>,
}

pub(crate) fn start(command: &mut Command) -> Running {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let err = BufReader::new(child.stderr.take().unwrap());
    Running { child, out, err }
}

impl Running {
    /// Sends a signal, by its name.
    pub(crate) fn signal(&self, signal: &str) {
        // The shell's own `kill`: not every machine has the program.
        let mut kill = Command::new("sh");
        let sent = kill
            .arg("-c")
            .arg(format!("kill -{signal} {}", self.child.id()));
        assert!(sent.status().unwrap().success());
    }

    pub(crate) fn end(mut self) -> Ended {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        self.out.read_to_end(&mut out).unwrap();
        self.err.read_to_end(&mut err).unwrap();
        let status = self.child.wait().unwrap();
        ended(Output {
            status,
            stdout: out,
            stderr: err,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// Returns the printed command to continue, run by a shell in another command's environment.
    pub(crate) fn hint(&self, environment: &Command) -> Command {
        let hint = self.err.lines().find_map(|line| line.strip_prefix("  "));
        let hint = hint.unwrap_or_else(|| panic!("no command: {self:?}"));
        let mut command = Command::new("sh");
        // Replace the shell by the command, so that signals reach it.
        command.arg("-c").arg(format!("exec {hint}"));
        for (name, value) in environment.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::null());
        command
    }
}

/// Returns the first line that contains this text.
pub(crate) fn line_with(words: &str, from: &mut impl std::io::BufRead) -> String {
    let found = from
        .lines()
        .map(Result::unwrap)
        .find(|line| line.contains(words));
    found.unwrap_or_else(|| panic!("it ended without {words:?}"))
}

pub(crate) fn folder() -> TempDir {
    TempDir::new().unwrap()
}

/// A sandbox at a socket with a stopped clock, and the environment to use it.
pub(crate) struct Served {
    pub(crate) sandbox: Sandbox,
    origin: String,
}

impl Served {
    /// Opens a sandbox; needs a multi-threaded runtime.
    pub(crate) async fn open(with: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = with(Sandbox::builder().origin(&origin)).build().unwrap();
        let serving = sandbox.clone();
        tokio::spawn(async move { serving.serve(listener).await });
        Self { sandbox, origin }
    }

    /// Returns host and port.
    pub(crate) fn address(&self) -> String {
        self.origin.trim_start_matches("http://").to_owned()
    }

    pub(crate) fn example(&self, name: &str) -> Command {
        let mut command = example(name);
        command
            .env("MONGODB_ATLAS_BASE_URL", &self.origin)
            .env("MONGODB_ATLAS_CLIENT_ID", Sandbox::CLIENT_ID)
            .env("MONGODB_ATLAS_CLIENT_SECRET", Sandbox::CLIENT_SECRET)
            .env(
                "MONGODB_ATLAS_PROJECT_ID",
                self.sandbox.project().to_string(),
            );
        command
    }

    /// Returns the number of successful requests to a path.
    pub(crate) fn answered(&self, path: &str) -> usize {
        let seen = self.sandbox.seen().into_iter();
        seen.filter(|seen| seen.target == path && seen.status == 200)
            .count()
    }

    /// Takes a snapshot of each of these clusters, and waits for it.
    pub(crate) async fn snapshots(&self, clusters: &[String]) {
        let client = self.sandbox.client().build().unwrap();
        let (project, wanted) = (
            self.sandbox.project(),
            DiskBackupOnDemandSnapshotRequest::new(1),
        );
        for cluster in clusters {
            let cluster = cluster.parse().unwrap();
            let taken = client.take_snapshots(&project, &cluster, &wanted).await;
            taken.unwrap();
        }
        self.sandbox.clock().advance(Duration::from_secs(600));
    }

    /// Returns the number of a cluster's exports.
    pub(crate) async fn exports(&self, cluster: &str) -> usize {
        let client = self.sandbox.client().build().unwrap();
        let cluster = cluster.parse().unwrap();
        let project = self.sandbox.project();
        let mut jobs = client.list_backup_exports(&project, &cluster).items();
        let mut count = 0;
        while jobs.try_next().await.unwrap().is_some() {
            count += 1;
        }
        count
    }
}
