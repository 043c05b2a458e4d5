//! The result of each cluster: a line when it ends, a table at the end, and JSON.
//!
//! Invariant: the report has every cluster and every export that was created.
use std::error::Error;
use std::io;
use std::path::Path;

use atlas_backup::ClusterName;
use atlas_backup::v2::DiskBackupExportJob;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::shard::Shard;
use crate::shared::{self, Outcome};

/// The clusters of a process and the results of their exports.
pub(crate) struct Report {
    run: String,
    shard: Shard,
    rows: Vec<Row>,
}

struct Row {
    cluster: ClusterName,
    /// The last known state of the export.
    job: Option<DiskBackupExportJob>,
    ending: Option<Ending>,
}

/// The result of a cluster.
pub(crate) enum Ending {
    Exported,
    /// The export failed at the service.
    GivenUp,
    /// Another failure. An export that was created continues.
    Failed {
        why: String,
        /// The error code of the service, if there is one.
        code: Option<String>,
    },
}

impl Ending {
    pub(crate) fn failed(error: &(dyn Error + 'static)) -> Self {
        let mut causes = std::iter::successors(Some(error), |error| (*error).source());
        let refused = causes.find_map(|cause| cause.downcast_ref::<atlas_backup::Error>());
        Self::Failed {
            why: shared::told(error),
            code: refused.and_then(|error| Some(error.error_code()?.as_str().to_owned())),
        }
    }
}

impl Row {
    /// Returns the result as a word, with its reason.
    fn outcome(&self) -> (&'static str, Option<String>) {
        match &self.ending {
            None => ("not ended", None),
            Some(Ending::Exported) => ("exported", None),
            Some(Ending::GivenUp) => {
                let reason = self.job.as_ref().and_then(|job| job.state_reason.as_ref());
                ("given up", reason.and_then(|reason| reason.message.clone()))
            }
            Some(Ending::Failed { why, .. }) => ("failed", Some(why.clone())),
        }
    }

    fn told(&self) -> String {
        match self.outcome() {
            (outcome, None) => outcome.to_owned(),
            (outcome, Some(why)) => format!("{outcome}: {why}"),
        }
    }

    fn id(&self) -> Option<String> {
        Some(self.job.as_ref()?.id?.to_string())
    }

    fn json(&self) -> Value {
        let (outcome, why) = self.outcome();
        let mut row = json!({ "cluster": self.cluster, "outcome": outcome });
        let mut add = |name: &str, value: Value| {
            if !value.is_null() {
                row[name] = value;
            }
        };
        add("why", json!(why));
        if let Some(Ending::Failed { code, .. }) = &self.ending {
            add("errorCode", json!(code));
        }
        if let Some(job) = &self.job {
            add("export", json!(job.id));
            add("state", json!(job.state));
            add("snapshot", json!(job.snapshot_id));
            add("prefix", json!(job.prefix));
            add("finishedAt", json!(job.finished_at));
        }
        row
    }
}

impl Report {
    pub(crate) fn new(run: String, shard: Shard, clusters: &[ClusterName]) -> Self {
        let row = |cluster: &ClusterName| Row {
            cluster: cluster.clone(),
            job: None,
            ending: None,
        };
        let rows = clusters.iter().map(row).collect();
        Self { run, shard, rows }
    }

    fn row(&mut self, cluster: &ClusterName) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.cluster == *cluster)
    }

    pub(crate) fn seen(&mut self, cluster: &ClusterName, job: DiskBackupExportJob) {
        if let Some(row) = self.row(cluster) {
            row.job = Some(job);
        }
    }

    /// Records and prints the result of a cluster.
    pub(crate) fn ended(&mut self, cluster: &ClusterName, ending: Ending) {
        let ended = self.rows.iter().filter(|row| row.ending.is_some()).count() + 1;
        let all = self.rows.len();
        if let Some(row) = self.row(cluster) {
            row.ending = Some(ending);
            let export = row
                .id()
                .map_or(String::new(), |id| format!("export {id}: "));
            eprintln!("{ended}/{all} {cluster}: {export}{}", row.told());
        }
    }

    fn exported(&self) -> usize {
        let exported = |row: &&Row| matches!(row.ending, Some(Ending::Exported));
        self.rows.iter().filter(exported).count()
    }

    /// Returns true if clusters are missing and all their exports failed at the service.
    pub(crate) fn is_for_good(&self) -> bool {
        let left = |row: &&Row| !matches!(row.ending, Some(Ending::Exported));
        let mut left = self.rows.iter().filter(left).peekable();
        left.peek().is_some() && left.all(|row| matches!(row.ending, Some(Ending::GivenUp)))
    }

    /// Returns an error if clusters are missing.
    pub(crate) fn outcome(&self) -> Outcome {
        let (all, missing) = (self.rows.len(), self.rows.len() - self.exported());
        let what = format!("{missing} of {all} clusters were not exported");
        match missing {
            0 => Ok(()),
            _ if self.is_for_good() => Err(shared::for_good(what)),
            _ => Err(what.into()),
        }
    }

    pub(crate) fn print(&self) {
        let (run, Shard { index, of }) = (&self.run, self.shard);
        println!(
            "run {run}, shard {index}/{of}: {} of {} clusters exported",
            self.exported(),
            self.rows.len()
        );
        let lengths = self.rows.iter().map(|row| row.cluster.as_str().len());
        let width = lengths.max().unwrap_or_default().max(7);
        println!(
            "{:width$}  {:24}  {:>11}  OUTCOME",
            "CLUSTER", "EXPORT", "COLLECTIONS"
        );
        for row in &self.rows {
            let status = row.job.as_ref().and_then(|job| job.export_status.as_ref());
            let collections = status.and_then(|status| status.exported_collections);
            let collections = collections.map_or("-".to_owned(), |number| number.to_string());
            println!(
                "{:width$}  {:24}  {collections:>11}  {}",
                row.cluster.as_str(),
                row.id().as_deref().unwrap_or("-"),
                row.told()
            );
        }
    }

    /// Writes the report as JSON. The file is replaced as a whole.
    pub(crate) fn write(&self, path: &Path) -> Outcome {
        let rows: Vec<_> = self.rows.iter().map(Row::json).collect();
        let (run, Shard { index, of }) = (&self.run, self.shard);
        let report = json!({ "run": run, "shard": { "index": index, "of": of }, "clusters": rows });
        let mut file = beside(path)?;
        serde_json::to_writer_pretty(&mut file, &report)?;
        file.persist(path)?;
        Ok(())
    }
}

fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
}

/// Checks that a report can be written to a path.
pub(crate) fn can_be_written(path: &Path) -> Result<(), String> {
    if path.is_dir() {
        return Err(format!(
            "{} is a directory, not a file for the report",
            path.display()
        ));
    }
    let cannot = |error| format!("{} cannot be written: {error}", path.display());
    beside(path).map(drop).map_err(cannot)
}
