//! Exports the newest snapshot of every cluster of a fleet, in one process or several. Processes can be restarted.
//!
//! `cargo run -p atlas-backup --features sandbox --example fleet_export` uses the sandbox; with `MONGODB_ATLAS_*` in
//! the environment, it uses Atlas. `deploy/kubernetes` runs it as an Indexed Job.
//!
//! A run has a name, and each of its exports has the label `RUN/CLUSTER`. A process searches for that label before it
//! creates an export. A run therefore exports a cluster once, unless two processes have the same shard at the same
//! time.
//!
//! Exit codes: 0 if every cluster of the process is exported, 1 if another process may succeed, 2 for invalid
//! arguments, 3 if only exports are missing that failed at the service. The same run does not create those again.
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use atlas_backup::sandbox::{ClusterKind, Sandbox};
use atlas_backup::v2::{
    DiskBackupExportJob, DiskBackupExportJobRequest, DiskBackupExportJobRequestFields,
};
use atlas_backup::{Client, ClusterName, ExponentialBackoff, FileTokenStore, ObjectId, WaitError};
use clap::{Parser, value_parser};
use tokio::task::JoinSet;

mod report;
mod shard;
#[path = "../shared/mod.rs"]
mod shared;
use report::{Ending, Report};
use shard::Shard;
use shared::{Outcome, Outspoken, Run};

/// Exports the newest snapshot of every cluster, once per run, and continues after failures.
#[derive(Parser)]
#[command(
    after_help = "Exit codes: 0 if all clusters are exported, 1 if another try may succeed, 2 for invalid arguments, 3 if only exports \
are missing that failed at the service."
)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// Names of clusters
    #[arg(value_name = "CLUSTER")]
    named: Vec<ClusterName>,
    /// File with more names of clusters, one per line; empty lines and lines that begin with # are ignored
    #[arg(long, value_name = "FILE")]
    clusters: Option<PathBuf>,
    /// Identifier of the export bucket; by default, the first one of the project
    #[arg(long, value_name = "ID", env = "FLEET_BUCKET")]
    bucket: Option<ObjectId>,
    /// Name of the run; a second run of the same name exports no cluster again. The default is the date, in UTC
    #[arg(long, value_name = "NAME", env = "FLEET_RUN")]
    run: Option<String>,
    /// Shard of this process: the I-th of N, from 0. Without I, the index is JOB_COMPLETION_INDEX
    #[arg(long, value_name = "[I/]N", default_value = "0/1")]
    shard: Shard,
    /// Number of concurrent exports
    #[arg(long, default_value_t = 8, value_parser = value_parser!(u16).range(1..=100))]
    concurrency: u16,
    /// First pause between two polls of an export, in seconds; it grows to four times that. The rate limit is 20 polls
    /// a second for all processes together
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    poll: Duration,
    /// Maximum time to wait for an export, in minutes; the export then continues without the process
    #[arg(long, value_name = "MINUTES", default_value_t = 720)]
    max_wait: u64,
    /// Directory in which processes share the access token of their service account
    #[arg(long, value_name = "DIR")]
    token_store: Option<PathBuf>,
    /// Also writes the report as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Prints the clusters of this process, and sends no request
    #[arg(long)]
    dry_run: bool,
}

fn seconds(text: &str) -> Result<Duration, Box<dyn Error + Send + Sync>> {
    Ok(Duration::try_from_secs_f64(text.parse()?)?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    shared::run(|run| prepare(arguments, run)).await
}

async fn prepare(arguments: Arguments, run: Run) -> Outcome {
    let mut all = arguments.named;
    if let Some(path) = &arguments.clusters {
        all.extend(listed(path)?);
    }
    if arguments.dry_run {
        if all.is_empty() {
            return Err(shared::usage("no cluster was named"));
        }
        for cluster in arguments.shard.of_all(all) {
            println!("{cluster}");
        }
        return Ok(());
    }
    let demo: Vec<String> = (0..12).map(|number| format!("Fleet{number:02}")).collect();
    let sandbox = demo.iter().fold(Sandbox::builder(), |sandbox, name| {
        sandbox.cluster(name, ClusterKind::ReplicaSet)
    });
    let service = arguments.project.service(&run, sandbox)?;
    if all.is_empty() {
        if service.sandbox.is_none() {
            return Err(shared::usage("no cluster was named"));
        }
        all = demo
            .iter()
            .map(|name| name.parse())
            .collect::<Result<_, _>>()?;
    }
    if let Some(path) = &arguments.json {
        // Checked first, so that the run does not fail after hours.
        report::can_be_written(path).map_err(shared::usage)?;
    }
    let clusters = arguments.shard.of_all(all);

    let patient = ExponentialBackoff::default()
        .cap(Duration::from_secs(120))
        .max_attempts(10);
    let builder = service
        .builder
        .user_agent_suffix("fleet-export/1.0")
        .retry(Outspoken(patient));
    let client = match arguments.token_store {
        // Other processes share the token, so it is not revoked.
        Some(directory) => builder
            .token_store(FileTokenStore::new(directory))
            .build()?,
        None => run.client(builder)?,
    };
    let today = || service.clock.date().strftime("%Y-%m-%d").to_string();
    let name = arguments.run.unwrap_or_else(today);
    let report = Arc::new(Mutex::new(Report::new(
        name.clone(),
        arguments.shard,
        &clusters,
    )));
    let fleet = Arc::new(Fleet {
        bucket: shared::bucket(&client, &service.project, arguments.bucket).await?,
        client,
        project: service.project,
        run: name.clone(),
        poll: arguments.poll,
        max_wait: Duration::from_secs(arguments.max_wait.saturating_mul(60)),
        report: report.clone(),
    });

    let mut same: Vec<_> = std::env::args().skip(1).collect();
    if !same.iter().any(|word| word.starts_with("--run")) {
        same.splice(..0, ["--run".to_owned(), name]);
    }
    let same: Vec<_> = same.iter().map(|word| shared::quoted(word)).collect();
    run.goes_on(
        "created exports continue; wait for them with",
        same.join(" "),
    );
    run.at_end(move || {
        let report = report.lock().unwrap_or_else(PoisonError::into_inner);
        // The file is written first: printing can fail, for example if a pipe was closed.
        let written = arguments.json.map_or(Ok(()), |path| report.write(&path));
        report.print();
        written
    });
    let (mut going, mut left) = (JoinSet::new(), clusters.iter().cloned());
    loop {
        while going.len() < usize::from(arguments.concurrency)
            && let Some(cluster) = left.next()
        {
            let fleet = fleet.clone();
            going.spawn(async move {
                let ending = fleet.export(&cluster).await;
                fleet.tell(|report| report.ended(&cluster, ending));
            });
        }
        match going.join_next().await {
            Some(ended) => ended?,
            None => break,
        }
    }
    if fleet.tell(|report| report.is_for_good()) {
        run.says("all exports have ended; a run with another name creates new ones");
    }
    fleet.tell(|report| report.outcome())
}

/// Reads the names of clusters from a file.
fn listed(path: &Path) -> Outcome<Vec<ClusterName>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| shared::usage(format!("{} cannot be read: {error}", path.display())))?;
    let lines = text.lines().map(str::trim).enumerate();
    let names = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let parsed = names.map(|(at, name)| {
        let wrong = |error| format!("{}:{}: {name:?}: {error}", path.display(), at + 1);
        name.parse().map_err(|error| shared::usage(wrong(error)))
    });
    parsed.collect()
}

/// The shared settings of all exports of a run.
struct Fleet {
    client: Client,
    project: ObjectId,
    bucket: ObjectId,
    run: String,
    poll: Duration,
    max_wait: Duration,
    report: Arc<Mutex<Report>>,
}

impl Fleet {
    fn tell<T>(&self, what: impl FnOnce(&mut Report) -> T) -> T {
        what(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Exports a cluster, or waits for the export of an earlier process of this run.
    async fn export(&self, cluster: &ClusterName) -> Ending {
        match self.wait(cluster).await {
            Ok(()) => Ending::Exported,
            Err(error) => match error.downcast::<WaitError<DiskBackupExportJob>>() {
                Ok(error) => match *error {
                    WaitError::Failed(job) => {
                        self.tell(|report| report.seen(cluster, job.into_state()));
                        Ending::GivenUp
                    }
                    error => Ending::failed(&error),
                },
                Err(error) => Ending::failed(&*error),
            },
        }
    }

    // ANCHOR: core
    /// Finds the export of this run, or exports the newest snapshot, and waits for the end of the export.
    async fn wait(&self, cluster: &ClusterName) -> Outcome {
        let (client, project) = (&self.client, &self.project);
        let key = format!("{}/{cluster}", self.run);
        let job = match client.find_export(project, cluster, &key).await? {
            Some(job) => job,
            None => {
                let snapshot = client.newest_snapshot(project, cluster).await?;
                let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
                    export_bucket_id: self.bucket,
                    snapshot_id: snapshot.ok_or("the cluster has no complete snapshot")?.id,
                });
                let create = client.create_backup_export(project, cluster, &request);
                create.idempotency_key(&key).await?
            }
        };
        let id = *job.id()?;
        eprintln!("{cluster}: export {id} has begun");
        self.tell(|report| report.seen(cluster, job));
        let mut states = client
            .wait_for_backup_export(project, cluster, &id)
            .pauses(self.poll..=self.poll.saturating_mul(4))
            .max_wait(self.max_wait)
            .states();
        while let Some(job) = states.try_next().await? {
            self.tell(|report| report.seen(cluster, job));
        }
        Ok(())
    }
    // ANCHOR_END: core
}
