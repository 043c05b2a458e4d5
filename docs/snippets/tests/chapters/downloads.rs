//! Downloads of restore jobs.

use super::{Outcome, World};
use atlas_backup::DownloadError;
use atlas_backup::sandbox::{Fault, FaultKind};
use atlas_backup::v2::{
    DeliveryType, DiskBackupSnapshotRestoreJob, DiskBackupSnapshotRestoreJobRequest,
};
use std::path::Path;
use std::time::Duration;

async fn ready(world: &World) -> Result<DiskBackupSnapshotRestoreJob, Box<dyn std::error::Error>> {
    let World {
        client,
        project,
        cluster,
        ..
    } = world;
    let snapshot = world.sandbox.snapshot("Cluster0")?;
    // ANCHOR: job
    let request =
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
    // A download is ready when it has delivery URLs. They are valid for an hour.
    let job = client.restore_and_wait(project, cluster, &request).await?;
    // ANCHOR_END: job
    Ok(job)
}

async fn fetch(
    world: &World,
    job: &DiskBackupSnapshotRestoreJob,
    folder: &Path,
) -> Result<Option<u64>, DownloadError> {
    let client = &world.client;
    let mut bytes = 0;
    // ANCHOR: fetch
    for (number, link) in job.delivery_url.iter().flatten().enumerate() {
        let download = client
            .download(link)
            .on_progress(|now| println!("{} of {:?} bytes", now.received, now.total));
        match download
            .to_file(folder.join(format!("restore-{number}.tar.gz")))
            .await
        {
            Ok(whole) => bytes += whole.bytes,
            // The URLs have expired. Another restore job has new ones.
            Err(DownloadError::Expired { .. }) => return Ok(None),
            // Another call resumes the download.
            Err(error) => return Err(error),
        }
    }
    // ANCHOR_END: fetch
    Ok(Some(bytes))
}

#[tokio::test]
async fn interrupted_download_is_resumed() -> Outcome {
    let (world, folder) = (World::new()?, tempfile::tempdir()?);
    let job = ready(&world).await?;
    let cut = FaultKind::Truncate { bytes: 1000 };
    world.sandbox.inject(Fault::new(cut).of("download"))?;
    assert_eq!(fetch(&world, &job, folder.path()).await?, Some(1024 * 1024));
    assert_eq!(
        std::fs::metadata(folder.path().join("restore-0.tar.gz"))?.len(),
        1024 * 1024
    );
    // The second request asked for the missing bytes (206, partial content).
    let seen = world.sandbox.seen();
    let downloads = seen
        .iter()
        .filter(|seen| seen.operation == Some("download"));
    let statuses: Vec<u16> = downloads.map(|seen| seen.status).collect();
    assert_eq!(statuses, [200, 206]);
    Ok(())
}

#[tokio::test]
async fn delivery_url_expires_after_an_hour() -> Outcome {
    let (world, folder) = (World::new()?, tempfile::tempdir()?);
    let job = ready(&world).await?;
    world.sandbox.clock().advance(Duration::from_secs(3601));
    assert_eq!(fetch(&world, &job, folder.path()).await?, None);
    Ok(())
}
