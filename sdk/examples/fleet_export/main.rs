//! Exports the newest snapshot of every cluster of a fleet, as one process or many, however often they are restarted.
//!
//! `cargo run -p atlas-backup --features sandbox --example fleet_export` plays it in the sandbox; with `MONGODB_ATLAS_*`
//! in the environment it is real. `deploy/kubernetes` runs it as an Indexed Job.
//!
//! A run has a name, and an export of it carries the label `RUN/CLUSTER`. A process looks for that label before it creates
//! anything, so a run makes one export of a cluster, as long as no two processes have the same shard at the same time.
use std::error::Error;
use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use atlas_backup::sandbox::{ClusterKind, Sandbox};
use atlas_backup::v2::{DiskBackupExportJob, DiskBackupExportJobRequest};
use atlas_backup::{Client, ClusterName, ExponentialBackoff, FileTokenStore, ObjectId, WaitError};
use clap::{Parser, value_parser};
use tokio::task::JoinSet;

mod report;
mod shard;
#[path = "../shared/mod.rs"]
mod shared;
use report::Report;
use shard::Shard;
use shared::Outcome;

/// Exports the newest snapshot of every cluster, once per run, and goes on past failures.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// Clusters by their names
    #[arg(value_name = "CLUSTER")]
    named: Vec<ClusterName>,
    /// More clusters: a file with a name on each line; empty lines and those that begin with # are passed over
    #[arg(long, value_name = "FILE")]
    clusters: Option<PathBuf>,
    /// Where to; the first export bucket of the project unless given
    #[arg(long, value_name = "ID", env = "FLEET_BUCKET")]
    bucket: Option<ObjectId>,
    /// What this run is called. The same name again exports nothing twice; unless given it is the date, UTC
    #[arg(long, value_name = "NAME", env = "FLEET_RUN")]
    run: Option<String>,
    /// The part of the clusters that is this process's: of N parts the I-th, from 0. Without I, it is
    /// JOB_COMPLETION_INDEX
    #[arg(long, value_name = "[I/]N", default_value = "0/1")]
    shard: Shard,
    /// How many exports go on at once
    #[arg(long, default_value_t = 8, value_parser = value_parser!(u16).range(1..=100))]
    concurrency: u16,
    /// The first pause between two looks at an export, in seconds; it grows fourfold. The rate limit is 20 looks a second
    /// for all processes together
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    poll: Duration,
    /// How long to wait for an export, in minutes; it goes on all the same
    #[arg(long, value_name = "MINUTES", default_value_t = 720)]
    max_wait: u64,
    /// A directory where processes share the access token of their service account
    #[arg(long, value_name = "DIR")]
    token_store: Option<PathBuf>,
    /// Writes the report as JSON, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Sends nothing, and prints the clusters of this process
    #[arg(long)]
    dry_run: bool,
}

fn seconds(text: &str) -> Result<Duration, Box<dyn Error + Send + Sync>> {
    Ok(Duration::try_from_secs_f64(text.parse()?)?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::ended(run(Arguments::parse()).await)
}

async fn run(arguments: Arguments) -> Outcome {
    let mut all = arguments.named.clone();
    if let Some(path) = &arguments.clusters {
        let cannot = |error| format!("{} cannot be read: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(cannot)?;
        let lines = text.lines().map(str::trim);
        for name in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            all.push(
                name.parse()
                    .map_err(|error| format!("{}: {name:?}: {error}", path.display()))?,
            );
        }
    }
    if arguments.dry_run {
        for cluster in arguments.shard.of_all(all) {
            println!("{cluster}");
        }
        return Ok(());
    }
    let demo: Vec<String> = (0..12).map(|number| format!("Fleet{number:02}")).collect();
    let sandbox = demo.iter().fold(Sandbox::builder(), |sandbox, name| {
        sandbox.cluster(name, ClusterKind::ReplicaSet)
    });
    let service = arguments.project.service(sandbox)?;
    if all.is_empty() {
        if service.sandbox.is_none() {
            return Err(shared::usage("no cluster was named"));
        }
        all = demo
            .iter()
            .map(|name| name.parse())
            .collect::<Result<_, _>>()?;
    }
    let clusters = arguments.shard.of_all(all);

    let patient = ExponentialBackoff::default()
        .cap(Duration::from_secs(120))
        .max_attempts(10);
    let mut builder = service
        .builder
        .user_agent_suffix("fleet-export/1.0")
        .retry(patient);
    if let Some(directory) = &arguments.token_store {
        builder = builder.token_store(FileTokenStore::new(directory));
    }
    let client = builder.build()?;
    let today = || service.clock.date().strftime("%Y-%m-%d").to_string();
    let fleet = Arc::new(Fleet {
        bucket: shared::bucket(&client, &service.project, arguments.bucket).await?,
        client,
        project: service.project,
        run: arguments.run.clone().unwrap_or_else(today),
        poll: arguments.poll,
        max_wait: Duration::from_secs(arguments.max_wait.saturating_mul(60)),
    });

    let mut report = Report::new(fleet.run.clone(), arguments.shard, clusters.clone());
    let mut interrupted = pin!(shared::interrupted());
    let mut going = JoinSet::new();
    let mut left = clusters.iter().cloned();
    loop {
        while going.len() < usize::from(arguments.concurrency)
            && let Some(cluster) = left.next()
        {
            let fleet = fleet.clone();
            going.spawn(async move {
                let outcome = fleet.export(&cluster).await;
                (
                    cluster.to_string(),
                    outcome.map_err(|error| shared::told(&*error)),
                )
            });
        }
        if going.is_empty() {
            break;
        }
        tokio::select! {
            () = &mut interrupted => {
                eprintln!("interrupted: exports that have begun go on; wait for them with --run {}", fleet.run);
                break;
            }
            Some(ended) = going.join_next() => {
                let (cluster, outcome) = ended?;
                report.add(cluster, outcome);
            }
        }
    }
    report.print();
    if let Some(path) = &arguments.json {
        report.write(path)?;
    }
    match clusters.len() - report.exported() {
        0 => Ok(()),
        missing => {
            Err(format!("{missing} of {} clusters were not exported", clusters.len()).into())
        }
    }
}

/// What the exports of a run have in common.
struct Fleet {
    client: Client,
    project: ObjectId,
    bucket: ObjectId,
    run: String,
    poll: Duration,
    max_wait: Duration,
}

impl Fleet {
    /// Exports a cluster, or waits for the export that an earlier process of this run began.
    async fn export(&self, cluster: &ClusterName) -> Outcome<DiskBackupExportJob> {
        let key = format!("{}/{cluster}", self.run);
        let job = match self.begun(cluster, &key).await? {
            Some(job) => job,
            None => {
                let snapshot =
                    shared::newest_snapshot(&self.client, &self.project, cluster).await?;
                let request = DiskBackupExportJobRequest::new(self.bucket, snapshot);
                let create = self
                    .client
                    .create_backup_export(&self.project, cluster, &request);
                create.idempotency_key(&key).await?
            }
        };
        let id = job.id.ok_or("a job without an identifier")?;
        eprintln!("{cluster}: export {id} has begun");
        let wait = self
            .client
            .wait_for_backup_export(&self.project, cluster, &id);
        match wait
            .pauses(self.poll..=self.poll.saturating_mul(4))
            .max_wait(self.max_wait)
            .await
        {
            Err(WaitError::Failed(job)) => {
                let reason = job
                    .state_reason
                    .and_then(|reason| reason.message)
                    .unwrap_or_default();
                Err(format!("export {id} failed: {reason}").into())
            }
            waited => Ok(waited?),
        }
    }

    /// The export of this run, whichever snapshot it is of: a newer one may have been taken since. (`find_created`
    /// looks for one of the same snapshot.)
    async fn begun(
        &self,
        cluster: &ClusterName,
        key: &str,
    ) -> Outcome<Option<DiskBackupExportJob>> {
        let mut jobs = self
            .client
            .list_backup_exports(&self.project, cluster)
            .items();
        while let Some(job) = jobs.try_next().await? {
            let mut labels = job.custom_data.iter().flatten();
            if labels.any(|label| {
                label.key.as_deref() == Some("idempotencyKey")
                    && label.value.as_deref() == Some(key)
            }) {
                return Ok(Some(job));
            }
        }
        Ok(None)
    }
}
