//! Idempotency keys of exports: the label that stores the key, and the search for an export by its key.
//!
//! Restore jobs have no labels and therefore no keys.

use crate::client::Client;
use crate::cluster_name::ClusterName;
use crate::error::Error;
use crate::idempotency::{IDEMPOTENCY_KEY_LABEL, Keyed};
use crate::object_id::ObjectId;
use crate::v2::{CreateBackupExport, DiskBackupExportJob, ListBackupExports};

impl Keyed for CreateBackupExport {
    type List = ListBackupExports;
    const LABELS: &'static str = "customData";
    const COMMON: &'static [&'static str] = &["snapshotId"];
}

impl Client {
    /// Finds the export that was created with an [idempotency key](crate::Call::idempotency_key).
    ///
    /// Searches the exports of all snapshots; [`Call::find_created`](crate::Call::find_created) searches those of one
    /// snapshot. Returns `None` if the cluster has no export with this key.
    ///
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, project: &ObjectId, cluster: &ClusterName) -> Result<(), Error> {
    /// match client.find_export(project, cluster, "nightly-2025-06-01").await? {
    ///     Some(job) => println!("{} is {}", job.id()?, job.state()?),
    ///     None => println!("not exported yet"),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The errors of [`list_backup_exports`](Self::list_backup_exports).
    pub async fn find_export(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        key: &str,
    ) -> Result<Option<DiskBackupExportJob>, Error> {
        let most = <ListBackupExports as crate::operation::Paged>::MAX_ITEMS_PER_PAGE;
        let list = self.list_backup_exports(group_id, cluster_name);
        let list = list.items_per_page(most).items();
        let mut jobs = list.require_elements();
        while let Some(job) = jobs.try_next().await? {
            let mut labels = job.custom_data.iter().flatten();
            let is_key = labels.any(|label| {
                let name = label.key.as_deref();
                name == Some(IDEMPOTENCY_KEY_LABEL) && label.value.as_deref() == Some(key)
            });
            if is_key {
                return Ok(Some(job));
            }
        }
        Ok(None)
    }
}
