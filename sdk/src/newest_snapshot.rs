//! The newest snapshot of a cluster, from the lists for replica sets and for sharded clusters.
//!
//! Invariant: the result is a complete snapshot.

use jiff::Timestamp;

use crate::box_future::BoxFuture;
use crate::call::Call;
use crate::client::Client;
use crate::cluster_name::ClusterName;
use crate::error::Error;
use crate::object_id::ObjectId;
use crate::operation::{Endpoint as _, Paged as _};
use crate::v2::{
    DiskBackupSnapshot, ListBackupShardedClusters, ListBackupSnapshots, SnapshotStatus,
};

impl Client {
    /// Finds the newest complete snapshot of a replica set or a sharded cluster.
    ///
    /// Awaiting returns `None` if there is none.
    ///
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, project: &ObjectId, cluster: &ClusterName, midnight: Timestamp) -> Result<(), Error> {
    /// if let Some(snapshot) = client.newest_snapshot(project, cluster).since(midnight).await? {
    ///     println!("{} of {}", snapshot.id, snapshot.created_at);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn newest_snapshot(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
    ) -> NewestSnapshot {
        NewestSnapshot {
            replica_sets: self
                .list_backup_snapshots(group_id, cluster_name)
                .items_per_page(ListBackupSnapshots::MAX_ITEMS_PER_PAGE),
            sharded_clusters: self.list_backup_sharded_clusters(group_id, cluster_name),
            since: None,
        }
    }
}

/// A search for the newest snapshot: see [`Client::newest_snapshot`].
#[derive(Debug)]
#[must_use = "a search does nothing until it is awaited"]
pub struct NewestSnapshot {
    replica_sets: Call<ListBackupSnapshots>,
    sharded_clusters: Call<ListBackupShardedClusters>,
    since: Option<Timestamp>,
}

impl NewestSnapshot {
    /// Ignores snapshots that were taken before this moment.
    pub fn since(mut self, moment: Timestamp) -> Self {
        self.since = Some(moment);
        self
    }
}

impl IntoFuture for NewestSnapshot {
    type Output = Result<Option<FoundSnapshot>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    // The decoders are compiled by the crates that use it.
    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut newest = Newest {
                since: self.since,
                found: None,
            };
            let mut snapshots = self.replica_sets.items().require_elements();
            while let Some(snapshot) = snapshots.try_next().await? {
                newest.offer(DiskBackupSnapshot::ReplicaSet(snapshot));
            }
            let Call { client, draft, .. } = self.sharded_clusters;
            let sharded = client.execute(draft).await?;
            sharded.has_elements(ListBackupShardedClusters::OPERATION)?;
            let sharded = sharded.decode::<ListBackupShardedClusters>()?;
            for snapshot in sharded.into_body().results {
                newest.offer(DiskBackupSnapshot::ShardedCluster(snapshot));
            }
            Ok(newest.found)
        })
    }
}

/// A complete snapshot, of a replica set or of a sharded cluster.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FoundSnapshot {
    /// The identifier.
    pub id: ObjectId,
    /// The time at which it was taken, in UTC.
    pub created_at: Timestamp,
    /// The snapshot as in the response.
    pub snapshot: DiskBackupSnapshot,
}

/// The newest of the snapshots passed to [`Newest::offer`].
struct Newest {
    since: Option<Timestamp>,
    found: Option<FoundSnapshot>,
}

impl Newest {
    fn offer(&mut self, snapshot: DiskBackupSnapshot) {
        let (Ok(&id), Some(&created_at)) = (snapshot.id(), snapshot.created_at()) else {
            return;
        };
        let is_complete = snapshot.status() == Ok(&SnapshotStatus::Completed);
        let is_newer = self
            .found
            .as_ref()
            .is_none_or(|found| found.created_at < created_at);
        if is_complete && is_newer && self.since.is_none_or(|since| since <= created_at) {
            self.found = Some(FoundSnapshot {
                id,
                created_at,
                snapshot,
            });
        }
    }
}
