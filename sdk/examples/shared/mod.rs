//! The shared code of the examples: choice of the service, progress, and exit codes.
//!
//! Invariant: no output has a secret.
//! Invariant: with any variable `MONGODB_ATLAS_*`, the service is Atlas and not the sandbox.
#![allow(dead_code, unused_imports, reason = "no example needs all of it")]

use std::error::Error;
use std::io::IsTerminal as _;

use atlas_backup::sandbox::{Sandbox, SandboxBuilder};
use atlas_backup::{
    Client, ClientBuilder, Clock, ClusterName, ExponentialBackoff, FailedAttempt, Failure,
    ObjectId, Profile, RetryDecision, RetryPolicy, SystemClock,
};

mod bar;
mod run;
pub(crate) use bar::{Bar, watch};
pub(crate) use run::{Run, ended, for_good, interrupted, quoted, run, told, usage};

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// The project, as an argument of each example.
#[derive(clap::Args)]
pub(crate) struct Project {
    /// Identifier of the project; not needed for the sandbox
    #[arg(long, value_name = "ID", env = "MONGODB_ATLAS_PROJECT_ID")]
    project: Option<ObjectId>,
}

/// The service of a run: Atlas or the sandbox.
pub(crate) struct Service {
    /// The configured client, ready to build.
    pub(crate) builder: ClientBuilder,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) project: ObjectId,
    /// The sandbox in this process; `None` for Atlas.
    pub(crate) sandbox: Option<Sandbox>,
}

impl Project {
    /// Returns Atlas if a variable `MONGODB_ATLAS_*` is set, or else a sandbox in this process.
    ///
    /// `MONGODB_ATLAS_BASE_URL` replaces the URL of Atlas. The clock of the sandbox skips waits.
    pub(crate) fn service(&self, run: &Run, sandbox: SandboxBuilder) -> Outcome<Service> {
        let named = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("MONGODB_ATLAS_");
        if std::env::vars_os().any(|(name, _)| named(&name)) {
            let builder = Client::builder().profile(Profile::from_env()?)?;
            let project = self.project.ok_or_else(|| usage("--project is needed"))?;
            run.of(project);
            return Ok(Service {
                builder: builder.retry(Outspoken(ExponentialBackoff::default())),
                clock: Box::new(SystemClock),
                project,
                sandbox: None,
            });
        }
        eprintln!("no MONGODB_ATLAS_* in the environment: this is the sandbox, nothing is real");
        let sandbox = sandbox.build()?;
        Ok(Service {
            builder: sandbox
                .client()
                .retry(Outspoken(ExponentialBackoff::default())),
            clock: Box::new(sandbox.clock()),
            project: self.project.unwrap_or(sandbox.project()),
            sandbox: Some(sandbox),
        })
    }
}

/// Returns the wanted bucket, or else the first export bucket of the project.
pub(crate) async fn bucket(
    client: &Client,
    project: &ObjectId,
    wanted: Option<ObjectId>,
) -> Outcome<ObjectId> {
    if let Some(bucket) = wanted {
        return Ok(bucket);
    }
    let mut buckets = client.list_export_buckets(project).items();
    let bucket = buckets.try_next().await?;
    let missing = "the project has no export bucket: see the example export_bucket_setup";
    Ok(*bucket.ok_or(missing)?.id()?)
}

/// Returns the newest complete snapshot of a replica set or a sharded cluster.
pub(crate) async fn newest_snapshot(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
) -> Outcome<ObjectId> {
    let found = client.newest_snapshot(project, cluster).await?;
    Ok(found.ok_or("the cluster has no complete snapshot")?.id)
}

/// A retry policy that prints each retry, so that the user sees why the program waits.
pub(crate) struct Outspoken<P>(pub(crate) P);

impl<P: RetryPolicy> RetryPolicy for Outspoken<P> {
    fn decide(&self, failed: &FailedAttempt) -> RetryDecision {
        let decision = self.0.decide(failed);
        if let RetryDecision::After(wait) = decision {
            let what = match failed.failure {
                Failure::Status { status, .. } => format!("the service responds with {status}"),
                Failure::Connect => "the service cannot be reached".to_owned(),
                Failure::Timeout => "the service does not respond".to_owned(),
                _ => "the connection was lost".to_owned(),
            };
            let over = if std::io::stderr().is_terminal() {
                "\r\x1b[K"
            } else {
                ""
            };
            eprintln!(
                "{over}{what} (attempt {}); again in {wait:.1?}",
                failed.number
            );
        }
        decision
    }
}
