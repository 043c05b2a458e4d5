//! What the examples have in common: the service they talk to, a bar, and how they end.
//!
//! Must never show a secret, nor take the sandbox for Atlas: any `MONGODB_ATLAS_*` variable means Atlas.
#![allow(dead_code, reason = "no example needs all of it")]

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::rc::Rc;

use atlas_backup::sandbox::{Sandbox, SandboxBuilder};
use atlas_backup::v2::DiskBackupSnapshotExportBucketResponse as Bucket;
use atlas_backup::v2::SnapshotStatus;
use atlas_backup::{Client, ClientBuilder, Clock, ClusterName, ObjectId, Profile, SystemClock};

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Which project; flattened into the arguments of an example.
#[derive(clap::Args)]
pub(crate) struct Project {
    /// The project's identifier; the sandbox has one of its own
    #[arg(long, value_name = "ID", env = "MONGODB_ATLAS_PROJECT_ID")]
    project: Option<ObjectId>,
}

/// What an example is run against.
pub(crate) struct Service {
    /// A client that only needs to be built.
    pub(crate) builder: ClientBuilder,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) project: ObjectId,
    /// If it is the sandbox in this process.
    pub(crate) sandbox: Option<Sandbox>,
}

impl Project {
    /// Atlas (or whatever `MONGODB_ATLAS_BASE_URL` says) if the environment has anything to say about it, else a sandbox
    /// in this process, where nobody waits.
    pub(crate) fn service(&self, sandbox: SandboxBuilder) -> Outcome<Service> {
        let named = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("MONGODB_ATLAS_");
        if std::env::vars_os().any(|(name, _)| named(&name)) {
            let builder = Client::builder().profile(Profile::from_env()?)?;
            let project = self.project.ok_or_else(|| usage("--project is needed"))?;
            return Ok(Service {
                builder,
                clock: Box::new(SystemClock),
                project,
                sandbox: None,
            });
        }
        eprintln!("no MONGODB_ATLAS_* in the environment: this is the sandbox, nothing is real");
        let sandbox = sandbox.build()?;
        Ok(Service {
            builder: sandbox.client(),
            clock: Box::new(sandbox.clock()),
            project: self.project.unwrap_or(sandbox.project()),
            sandbox: Some(sandbox),
        })
    }
}

/// The bucket that was asked for, else the first one of the project.
pub(crate) async fn bucket(
    client: &Client,
    project: &ObjectId,
    wanted: Option<ObjectId>,
) -> Outcome<ObjectId> {
    if let Some(bucket) = wanted {
        return Ok(bucket);
    }
    let mut buckets = client.list_export_buckets(project).items();
    let id = match buckets.try_next().await? {
        Some(Bucket::Aws(bucket)) => bucket.id,
        Some(Bucket::Azure(bucket)) => bucket.id,
        Some(Bucket::Gcp(bucket)) => bucket.id,
        _ => None,
    };
    Ok(id.ok_or("the project has no export bucket: see the example export_bucket_setup")?)
}

/// The newest complete snapshot of a cluster, sharded or not.
pub(crate) async fn newest_snapshot(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
) -> Outcome<ObjectId> {
    let complete = |status: &Option<SnapshotStatus>| *status == Some(SnapshotStatus::Completed);
    let mut newest = None;
    let mut snapshots = client.list_backup_snapshots(project, cluster).items();
    while let Some(snapshot) = snapshots.try_next().await? {
        if complete(&snapshot.status) {
            newest = newest.max(Some((snapshot.created_at, snapshot.id)));
        }
    }
    let sharded = client.list_backup_sharded_clusters(project, cluster);
    for snapshot in sharded.await?.results {
        if complete(&snapshot.status) {
            newest = newest.max(Some((snapshot.created_at, snapshot.id)));
        }
    }
    let id = newest.and_then(|(_, id)| id);
    Ok(id.ok_or("the cluster has no complete snapshot")?)
}

/// How far something is, on standard error: a bar on a terminal, else a line for each step of it.
#[derive(Default)]
pub(crate) struct Bar(String);

impl Bar {
    const WIDTH: usize = 30;

    /// Without a total there is no bar.
    pub(crate) fn show(&mut self, what: &str, done: u64, total: Option<u64>) {
        let (mut bar, mut count) = (String::new(), String::new());
        if let Some(total) = total.filter(|total| *total > 0) {
            let full = u128::from(done) * Self::WIDTH as u128 / u128::from(total);
            let full = "#".repeat(Self::WIDTH.min(full as usize));
            bar = format!("[{full:-<0$}] ", Self::WIDTH);
            count = format!("{done}/{total} ");
        }
        let step = format!("{bar}{what}");
        if std::io::stderr().is_terminal() {
            eprint!("\r\x1b[K{bar}{count}{what}");
        } else if self.0 != step {
            eprintln!("{bar}{count}{what}");
        }
        self.0 = step;
    }

    /// Leaves the bar as it is.
    pub(crate) fn end(&self) {
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
    }
}

/// What goes on at the service without this process, and how to come back to it.
#[derive(Clone, Default)]
pub(crate) struct Resume(Rc<RefCell<String>>);

impl Resume {
    pub(crate) fn by(&self, how: impl Into<String>) {
        self.0.replace(how.into());
    }
}

/// Runs an example until it ends or is interrupted, and says then how to continue.
pub(crate) async fn run<F: Future<Output = Outcome>>(
    example: impl FnOnce(Resume) -> F,
) -> ExitCode {
    let resume = Resume::default();
    let outcome = tokio::select! {
        outcome = example(resume.clone()) => outcome,
        () = interrupted() => Err("interrupted".into()),
    };
    let how = resume.0.take();
    if outcome.is_err() && !how.is_empty() {
        eprintln!("\n{how}");
    }
    ended(outcome)
}

/// 0 if it is done, 2 if it was called wrongly, else 1.
pub(crate) fn ended(outcome: Outcome) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {}", told(&*error));
    ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
}

/// An error with all its causes.
pub(crate) fn told(mut error: &dyn Error) -> String {
    let mut told = error.to_string();
    while let Some(cause) = error.source() {
        told = format!("{told}: {cause}");
        error = cause;
    }
    told
}

/// Comes back when the process is to end: Ctrl-C, or SIGTERM as Kubernetes sends it.
pub(crate) async fn interrupted() {
    let control_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => terminated.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = control_c => {}
        _ = terminated => {}
    }
}

/// The example was called wrongly.
#[derive(Debug)]
pub(crate) struct Usage(&'static str);

pub(crate) fn usage(what: &'static str) -> Box<dyn Error + Send + Sync> {
    Box::new(Usage(what))
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; see --help", self.0)
    }
}

impl Error for Usage {}
