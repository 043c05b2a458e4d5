//! Waiting for jobs.

use super::{Outcome, World};
use atlas_backup::sandbox::{Fault, FaultKind};
use atlas_backup::{Error, ObjectId, WaitError};
use std::time::Duration;

async fn started(world: &World) -> Result<ObjectId, Box<dyn std::error::Error>> {
    let World {
        client,
        project,
        cluster,
        ..
    } = world;
    let job = client
        .create_backup_export(project, cluster, &world.request()?)
        .await?;
    Ok(*job.id()?)
}

#[tokio::test]
async fn wait_returns_the_last_state() -> Outcome {
    let world = World::new()?;
    let export = started(&world).await?;
    let World {
        client,
        project,
        cluster,
        ..
    } = &world;
    // ANCHOR: wait
    let job = client
        .wait_for_backup_export(project, cluster, &export)
        .max_wait(Duration::from_secs(4 * 3600))
        .await?;
    println!("ended at {:?}, in {:?}", job.finished_at, job.prefix);
    // ANCHOR_END: wait
    assert!(job.finished_at.is_some());
    Ok(())
}

#[tokio::test]
async fn wait_streams_every_state() -> Outcome {
    let world = World::new()?;
    let export = started(&world).await?;
    let World {
        client,
        project,
        cluster,
        ..
    } = &world;
    let mut seen = 0;
    // ANCHOR: states
    let mut states = client
        .wait_for_backup_export(project, cluster, &export)
        .pauses(Duration::from_secs(30)..=Duration::from_secs(120))
        .states();
    while let Some(job) = states.try_next().await? {
        if let Some(status) = job.export_status {
            println!(
                "{:?} of {:?} collections",
                status.exported_collections, status.total_collections
            );
        }
        // ANCHOR_END: states
        seen += 1;
        // ANCHOR: states
    }
    // ANCHOR_END: states
    assert!(seen > 2);
    Ok(())
}

#[tokio::test]
async fn export_and_wait_returns_the_last_state() -> Outcome {
    let world = World::new()?;
    let request = world.request()?;
    let World {
        client,
        project,
        cluster,
        ..
    } = &world;
    // ANCHOR: and_wait
    let exported = client
        .export_and_wait(project, cluster, &request)
        .idempotency_key("nightly-2025-06-01")
        .on_progress(|job| println!("{:?}", job.export_status))
        .await?;
    println!("export {} is {}", exported.id()?, exported.state()?);
    // ANCHOR_END: and_wait
    assert!(exported.finished_at.is_some());
    Ok(())
}

#[tokio::test]
async fn wait_error_has_the_outcome_of_the_job() -> Outcome {
    let world = World::new()?;
    let reason = "The role may not write to the bucket.".to_owned();
    world
        .sandbox
        .inject(Fault::new(FaultKind::FailJob { reason }).of("createBackupExport"))?;
    let export = started(&world).await?;
    let said = outcome(&world, &export).await?;
    assert!(said.contains("may not write"), "{said}");
    Ok(())
}

async fn outcome(world: &World, export: &ObjectId) -> Result<String, Error> {
    let World {
        client,
        project,
        cluster,
        ..
    } = world;
    // ANCHOR: outcome
    let wait = client.wait_for_backup_export(project, cluster, export);
    let said = match wait.await {
        Ok(job) => format!("in the bucket under {:?}", job.prefix),
        // Its text names the job and the reason: "export 69b4… of Cluster0 failed: …".
        Err(WaitError::Failed(job)) => format!("{job}; its snapshot is {:?}", job.snapshot_id),
        // The job continues. Wait again later.
        Err(WaitError::TimedOut { job, state, .. }) => format!("{job} is still {state:?}"),
        // The poll failed. The job may continue.
        Err(WaitError::Poll(error)) => return Err(error),
        Err(other) => other.to_string(),
    };
    // ANCHOR_END: outcome
    Ok(said)
}
