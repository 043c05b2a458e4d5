//! Exports the newest snapshot of every cluster once a night, even if the program is killed and restarted.
//!
//! The arguments are the night's name and the clusters. The environment has the variables of
//! `Client::from_env`, `MONGODB_ATLAS_PROJECT_ID` and `EXPORT_BUCKET_ID`.
use std::process::ExitCode;
use std::sync::Arc;

use atlas_backup::v2::{
    DiskBackupExportJob, DiskBackupExportJobRequest, DiskBackupExportJobRequestFields,
};
use atlas_backup::{Client, ClusterName, ObjectId};
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

struct Night {
    client: Client,
    project: ObjectId,
    bucket: ObjectId,
    name: String,
}

impl Night {
    /// Waits for the export of this night, which an earlier run may have created.
    async fn export(&self, cluster: &ClusterName) -> Result<DiskBackupExportJob> {
        let (client, project) = (&self.client, &self.project);
        let key = format!("{}/{cluster}", self.name);
        if let Some(job) = client.find_export(project, cluster, &key).await? {
            return Ok(client
                .wait_for_backup_export(project, cluster, job.id()?)
                .await?);
        }
        let snapshot = client.newest_snapshot(project, cluster).await?;
        let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
            export_bucket_id: self.bucket,
            snapshot_id: snapshot.ok_or("there is no complete snapshot")?.id,
        });
        let name = cluster.clone();
        let export = client.export_and_wait(project, cluster, &request);
        let export = export.idempotency_key(&key);
        Ok(export
            .on_progress(move |job| eprintln!("{name}: {:?}", job.state))
            .await?)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let night = Arc::new(Night {
        client: Client::from_env()?,
        project: ObjectId::from_env("MONGODB_ATLAS_PROJECT_ID")?,
        bucket: ObjectId::from_env("EXPORT_BUCKET_ID")?,
        name: arguments.next().ok_or("name the night")?,
    });
    let (mut exports, mut code) = (JoinSet::new(), ExitCode::SUCCESS);
    for cluster in arguments {
        let (night, cluster): (_, ClusterName) = (night.clone(), cluster.parse()?);
        exports.spawn(async move { (night.export(&cluster).await, cluster) });
    }
    while let Some(ended) = exports.join_next().await {
        match ended? {
            (Ok(job), cluster) => println!("{cluster}: {}", job.prefix.unwrap_or_default()),
            (Err(error), cluster) => {
                eprintln!("{cluster}: {error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}
