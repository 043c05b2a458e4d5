//! The service under load: a sandbox at a socket in another process, where one request in twenty fails.

use crate::Outcome;
use atlas_backup::sandbox::{Fault, FaultKind, Sandbox};
use atlas_backup::{ClusterName, ObjectId};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// One fault in this many requests.
const ONE_IN: u64 = 20;

/// The duration of each response.
///
/// It keeps as many requests in progress as there are callers.
const LATENCY: FaultKind = FaultKind::Latency { milliseconds: 100 };

/// How often faults are added.
const TICK: Duration = Duration::from_millis(50);

/// One in this many requests finds its nonce or token invalidated.
const FORGOTTEN: u64 = 5_000;

/// Returns the next kind of fault, in turn.
fn fault(number: u64) -> FaultKind {
    match number % 6 {
        0 => FaultKind::ResetBefore,
        1 => FaultKind::Status {
            status: 429,
            retry_after: Some(1),
        },
        2 => FaultKind::ResetAfter,
        3 => FaultKind::Status {
            status: 503,
            retry_after: None,
        },
        4 => FaultKind::Truncate { bytes: 40 },
        _ => FaultKind::Status {
            status: 500,
            retry_after: None,
        },
    }
}

/// The process, which ends when this value is dropped.
pub(crate) struct Service {
    pub(crate) contents: Arc<Contents>,
    process: Child,
    said: BufReader<ChildStdout>,
}

/// The initial contents of the sandbox.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) origin: String,
    pub(crate) project: ObjectId,
    pub(crate) cluster: ClusterName,
    pub(crate) snapshot: ObjectId,
    pub(crate) bucket: ObjectId,
}

impl Service {
    pub(crate) fn start() -> Outcome<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let mut said = BufReader::new(process.stdout.take().ok_or("no output")?);
        said.read_line(&mut line)?;
        let mut words = line.split_whitespace();
        let mut word = || words.next().ok_or("the sandbox printed too little");
        let contents = Contents {
            origin: word()?.to_owned(),
            project: word()?.parse()?,
            cluster: Sandbox::CLUSTER.parse()?,
            snapshot: word()?.parse()?,
            bucket: word()?.parse()?,
        };
        Ok(Self {
            contents: Arc::new(contents),
            process,
            said,
        })
    }
}

impl Service {
    /// Ends the process, and returns the number of its requests and of the failed ones.
    pub(crate) fn finish(mut self) -> Outcome<(u64, u64)> {
        drop(self.process.stdin.take());
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        let (requests, failed) = line
            .trim()
            .split_once(' ')
            .ok_or("the sandbox printed too little")?;
        Ok((requests.parse()?, failed.parse()?))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Prints the sandbox's address and contents, and serves until its input ends.
///
/// Then prints the number of requests, and of those that failed by an injected fault.
pub(crate) async fn serve() -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let sandbox = Sandbox::builder()
        .origin(&origin)
        .real_time(1)
        .rate_limit(u32::MAX, f64::from(u32::MAX))
        .build()?;
    sandbox.inject(Fault::new(LATENCY).times(u32::MAX))?;
    let (project, bucket) = (sandbox.project(), sandbox.bucket());
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER)?;
    println!("{origin} {project} {snapshot} {bucket}");
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let injected = AtomicU64::new(0);
    tokio::select! {
        served = sandbox.serve(listener) => served?,
        injecting = inject(&sandbox, &injected) => injecting?,
        read = ended => drop(read??),
    }
    println!("{} {}", sandbox.requests(), injected.into_inner());
    Ok(())
}

/// Injects a fault for every `ONE_IN` requests, each into another one of the next requests.
async fn inject(sandbox: &Sandbox, injected: &AtomicU64) -> Outcome<()> {
    let mut forgotten = 0;
    loop {
        tokio::time::sleep(TICK).await;
        let requests = sandbox.requests();
        let known = injected.load(Ordering::Relaxed);
        let due = (requests / ONE_IN).saturating_sub(known);
        for number in 0..due {
            let after = u32::try_from(number * ONE_IN)?;
            let kind = fault(known + number);
            sandbox.inject(Fault::new(kind).after(after))?;
        }
        injected.fetch_add(due, Ordering::Relaxed);
        if requests / FORGOTTEN > forgotten {
            forgotten = requests / FORGOTTEN;
            sandbox.inject(Fault::new(FaultKind::Forget))?;
        }
    }
}
