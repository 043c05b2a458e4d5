//! What the examples have in common: the service they talk to, how far they are, and how they end.
//!
//! Must never show a secret, nor take the sandbox for Atlas: any `MONGODB_ATLAS_*` variable means Atlas.
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
    let bucket = buckets.try_next().await?;
    let missing = "the project has no export bucket: see the example export_bucket_setup";
    Ok(*bucket.ok_or(missing)?.id()?)
}

/// The newest complete snapshot of a cluster, sharded or not.
pub(crate) async fn newest_snapshot(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
) -> Outcome<ObjectId> {
    let found = client.newest_snapshot(project, cluster).await?;
    Ok(found.ok_or("the cluster has no complete snapshot")?.id)
}

/// A policy that says what it decides, so that nobody waits for a service that is gone without knowing it.
pub(crate) struct Outspoken<P>(pub(crate) P);

impl<P: RetryPolicy> RetryPolicy for Outspoken<P> {
    fn decide(&self, failed: &FailedAttempt) -> RetryDecision {
        let decision = self.0.decide(failed);
        if let RetryDecision::After(wait) = decision {
            let what = match failed.failure {
                Failure::Status { status, .. } => format!("the service answers {status}"),
                Failure::Connect => "the service cannot be reached".to_owned(),
                Failure::Timeout => "the service does not answer".to_owned(),
                _ => "the connection broke off".to_owned(),
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
