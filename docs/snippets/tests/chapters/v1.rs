//! From v1.0 to v2.

use super::{Outcome, World};

#[tokio::test]
async fn both_versions_list_the_same_jobs() -> Outcome {
    let world = World::new()?;
    let World {
        client,
        project,
        cluster,
        ..
    } = &world;
    client
        .create_backup_export(project, cluster, &world.request()?)
        .await?;
    // ANCHOR: both
    let before = client.v1().list_backup_exports(project, cluster).await?;
    let after = client.list_backup_exports(project, cluster).await?;
    // ANCHOR_END: both
    assert_eq!(before.results.len(), after.results.len());
    assert_eq!(before.results[0].id, after.results[0].id);
    Ok(())
}
