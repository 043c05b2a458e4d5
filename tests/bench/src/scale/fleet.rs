//! A fleet of clusters that are exported in one run, on the virtual time of the sandbox.

use super::Size;
use crate::Outcome;
use crate::row::{Row, Target};
use crate::timing::seconds;
use atlas_backup::sandbox::{ClusterKind, Sandbox};
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use atlas_backup::{Attempt, Client, ClusterName, Interceptor};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

/// Clusters that are exported at once.
const AT_ONCE: usize = 64;

/// The most memory for another cluster, in MB: its schedule, its snapshots and its export in the sandbox. A cluster
/// that is being exported counts twice.
const A_CLUSTER: f64 = 0.025;

/// Counts the attempts that the service refused for their rate. The sandbox remembers only its last requests.
#[derive(Clone, Default)]
struct Refused(Arc<AtomicUsize>);

impl Interceptor for Refused {
    fn after_attempt(&self, _: &Attempt, outcome: &atlas_backup::Outcome<'_>) {
        if outcome.status.is_some_and(|status| status == 429) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Exports every cluster, and prints the requests, those that were refused for their rate, and the hours that passed.
pub(super) fn export(clusters: usize) -> Outcome<()> {
    let names: Vec<String> = (0..clusters)
        .map(|number| format!("Fleet{number}"))
        .collect();
    let builder = names.iter().fold(Sandbox::builder(), |builder, name| {
        builder.cluster(name, ClusterKind::ReplicaSet)
    });
    let sandbox = Arc::new(builder.build()?);
    let refused = Refused::default();
    let client = sandbox.client().interceptor(refused.clone()).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (mut going, mut left) = (JoinSet::new(), names.into_iter());
        loop {
            while going.len() < AT_ONCE
                && let Some(name) = left.next()
            {
                let (client, sandbox) = (client.clone(), sandbox.clone());
                going.spawn(async move {
                    let exported = one(&client, &sandbox, &name).await;
                    exported.map_err(|error| format!("{name}: {error}"))
                });
            }
            match going.join_next().await {
                Some(exported) => exported??,
                None => break,
            }
        }
        Outcome::Ok(())
    })?;
    let refused = refused.0.load(Ordering::Relaxed);
    let hours = sandbox.clock().passed().as_secs_f64() / 3_600.0;
    println!("{} {refused} {hours}", sandbox.requests());
    Ok(())
}

async fn one(client: &Client, sandbox: &Sandbox, name: &str) -> Outcome<()> {
    let cluster: ClusterName = name.parse()?;
    let project = sandbox.project();
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: sandbox.snapshot(name)?,
    });
    let create = client.create_backup_export(&project, &cluster, &request);
    let job = create.idempotency_key(name).await?;
    let id = job.id.ok_or("a job without an identifier")?;
    client
        .wait_for_backup_export(&project, &cluster, &id)
        .await?;
    Ok(())
}

pub(super) fn rows(size: &Size) -> Outcome<Vec<Row>> {
    let run = |clusters| {
        let mut printed = String::new();
        let time = seconds(&mut || {
            printed = crate::jobs::served("fleet", clusters, "")?;
            Ok(())
        })?;
        let figures = printed.lines().next().unwrap_or_default();
        let figures: Vec<f64> = figures
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let &[requests, refused, hours] = &figures[..] else {
            return Err(format!("the fleet printed {printed}").into());
        };
        Outcome::Ok((time, crate::jobs::peak(&printed)?, requests, refused, hours))
    };
    let (_, idle, ..) = run(1)?;
    let (time, memory, requests, refused, hours) = run(size.clusters)?;
    let clusters = size.clusters;
    let each = requests / clusters as f64;
    let rows = [
        (
            "scale-fleet-time",
            format!(
                "seconds to export {clusters} clusters, {AT_ONCE} at once, in {hours:.1} hours of virtual time; peer: those hours, in seconds"
            ),
            time,
            hours * 3_600.0,
            Target::Ratio(1.0),
        ),
        (
            "scale-fleet-memory",
            "MB at most for it, sandbox included; peer: for one cluster".to_owned(),
            memory,
            idle,
            Target::Above((clusters + AT_ONCE) as f64 * A_CLUSTER),
        ),
        (
            "scale-fleet-requests",
            format!(
                "requests of it that the service's rate limit refused, of {each:.1} for each cluster; peer: all requests"
            ),
            refused,
            requests,
            Target::Ratio(0.01),
        ),
    ];
    let rows = rows.into_iter();
    Ok(rows
        .map(|(id, what, ours, peer, target)| Row::new(id, what, ours, peer, &target))
        .collect())
}
