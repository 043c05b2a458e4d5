//! The service under load: a sandbox at a socket in another process, where one request in twenty fails.

use crate::Outcome;
use atlas_backup::sandbox::{Fault, FaultKind, Sandbox};
use atlas_backup::{ClusterName, HttpTransport, ObjectId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
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

/// The kinds of faults that make a request fail, in the order in which they are injected.
const FAULTS: [FaultKind; 6] = [
    FaultKind::ResetBefore,
    FaultKind::Status {
        status: 429,
        retry_after: Some(1),
    },
    FaultKind::ResetAfter,
    FaultKind::Status {
        status: 503,
        retry_after: None,
    },
    FaultKind::Truncate { bytes: 40 },
    FaultKind::Status {
        status: 500,
        retry_after: None,
    },
];

/// What the service received and did.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Received {
    /// Number of requests, including those that only get a challenge or a token.
    pub(crate) requests: u64,
    /// Number of requests that failed by an injected fault, by its kind.
    pub(crate) faults: BTreeMap<String, u64>,
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
    /// Ends the process, and returns its requests and faults.
    pub(crate) fn finish(mut self) -> Outcome<Received> {
        drop(self.process.stdin.take());
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
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
/// Then prints [`Received`] as JSON.
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
    let faults = tokio::select! {
        served = sandbox.serve(listener) => return Ok(served?),
        faults = faults_that_occur(&sandbox, &origin) => faults?,
    };
    let received = Received {
        requests: sandbox.requests(),
        faults,
    };
    println!("{}", serde_json::to_string(&received)?);
    Ok(())
}

/// Injects faults until the input of the process ends, and returns how many of each kind occurred.
async fn faults_that_occur(sandbox: &Sandbox, origin: &str) -> Outcome<BTreeMap<String, u64>> {
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let mut occurred = BTreeMap::new();
    tokio::select! {
        injecting = inject(sandbox, &mut occurred) => injecting?,
        read = ended => drop(read??),
    }
    let client = HttpTransport::client_builder()?.no_proxy().build()?;
    let pending = client.get(format!("{origin}/sandbox/faults"));
    let pending = pending.send().await?.bytes().await?;
    for fault in serde_json::from_slice::<Vec<Value>>(&pending)? {
        if let Some(count) = occurred.get_mut(&name(&fault)) {
            *count -= 1;
        }
    }
    Ok(occurred)
}

/// Returns the name of a fault's kind, with its status.
fn name(fault: &Value) -> String {
    let kind = fault["fault"].as_str().unwrap_or_default();
    match &fault["status"] {
        Value::Null => kind.to_owned(),
        status => format!("{kind} {status}"),
    }
}

/// Injects a fault for every `ONE_IN` requests, each into another one of the next requests, and counts them
/// by kind.
async fn inject(sandbox: &Sandbox, injected: &mut BTreeMap<String, u64>) -> Outcome<()> {
    let mut kinds = FAULTS.iter().cycle();
    let (mut known, mut forgotten) = (0, 0);
    loop {
        tokio::time::sleep(TICK).await;
        let requests = sandbox.requests();
        let due = (requests / ONE_IN).saturating_sub(known);
        for (number, kind) in (0..due).zip(&mut kinds) {
            let after = u32::try_from(number * ONE_IN)?;
            sandbox.inject(Fault::new(kind.clone()).after(after))?;
            *injected
                .entry(name(&serde_json::to_value(kind)?))
                .or_default() += 1;
        }
        known += due;
        if requests / FORGOTTEN > forgotten {
            forgotten = requests / FORGOTTEN;
            sandbox.inject(Fault::new(FaultKind::Forget))?;
        }
    }
}
