//! A user's crate that is not asynchronous.

use atlas_backup::{Client, ClusterName, Error, ObjectId};

/// The snapshots of a cluster, by their identifiers.
pub fn snapshots(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
) -> Result<Vec<ObjectId>, Error> {
    let mut found = Vec::new();
    let list = client
        .list_backup_snapshots(project, cluster)
        .items_per_page(2);
    for snapshot in list.items_blocking() {
        found.extend(snapshot?.id);
    }
    Ok(found)
}
