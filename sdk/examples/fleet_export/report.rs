//! What became of each cluster: a table, and JSON.
//!
//! Must never leave a cluster out.
use std::collections::BTreeMap;
use std::path::Path;

use atlas_backup::ClusterName;
use atlas_backup::v2::DiskBackupExportJob;
use serde_json::{Value, json};

use crate::shard::Shard;
use crate::shared::Outcome;

/// The clusters of a process, and how their exports ended.
pub(crate) struct Report {
    run: String,
    shard: Shard,
    clusters: Vec<ClusterName>,
    ended: BTreeMap<String, Result<DiskBackupExportJob, String>>,
}

impl Report {
    pub(crate) fn new(run: String, shard: Shard, clusters: Vec<ClusterName>) -> Self {
        let ended = BTreeMap::new();
        Self {
            run,
            shard,
            clusters,
            ended,
        }
    }

    pub(crate) fn add(&mut self, cluster: String, outcome: Result<DiskBackupExportJob, String>) {
        self.ended.insert(cluster, outcome);
    }

    pub(crate) fn exported(&self) -> usize {
        self.ended
            .values()
            .filter(|outcome| outcome.is_ok())
            .count()
    }

    pub(crate) fn print(&self) {
        let (run, Shard { index, of }) = (&self.run, self.shard);
        println!(
            "run {run}, shard {index}/{of}: {} of {} clusters exported",
            self.exported(),
            self.clusters.len()
        );
        let width = self
            .clusters
            .iter()
            .map(|cluster| cluster.as_str().len())
            .max()
            .unwrap_or_default()
            .max(7);
        println!(
            "{:width$}  {:24}  {:>11}  OUTCOME",
            "CLUSTER", "EXPORT", "COLLECTIONS"
        );
        for cluster in &self.clusters {
            let (id, collections, outcome) = match self.ended.get(cluster.as_str()) {
                Some(Ok(job)) => {
                    let status = job.export_status.clone().unwrap_or_default();
                    (job.id, status.exported_collections, "exported")
                }
                Some(Err(why)) => (None, None, why.as_str()),
                None => (None, None, "not ended"),
            };
            let id = id.map_or("-".to_owned(), |id| id.to_string());
            let collections = collections.map_or("-".to_owned(), |number| number.to_string());
            println!(
                "{:width$}  {id:24}  {collections:>11}  {outcome}",
                cluster.as_str()
            );
        }
    }

    fn json(&self) -> Value {
        let rows = self.clusters.iter().map(|cluster| match self.ended.get(cluster.as_str()) {
            Some(Ok(job)) => json!({
                "cluster": cluster, "outcome": "exported", "export": job.id, "snapshot": job.snapshot_id,
                "prefix": job.prefix, "finishedAt": job.finished_at,
            }),
            Some(Err(why)) => json!({ "cluster": cluster, "outcome": "failed", "why": why }),
            None => json!({ "cluster": cluster, "outcome": "not ended" }),
        });
        let rows: Vec<_> = rows.collect();
        let (run, Shard { index, of }) = (&self.run, self.shard);
        json!({ "run": run, "shard": { "index": index, "of": of }, "clusters": rows })
    }

    /// Writes it as JSON. Whoever reads the file finds all of it, or what was there before.
    pub(crate) fn write(&self, path: &Path) -> Outcome {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        serde_json::to_writer_pretty(&mut file, &self.json())?;
        file.persist(path)?;
        Ok(())
    }
}
