//! Jobs that are created and waited for in one future: exports and restores.
//!
//! Invariant: with an idempotency key, no second job of a snapshot is created.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::box_future::BoxFuture;
use crate::call::Call;
use crate::client::Client;
use crate::cluster_name::ClusterName;
use crate::error::Error;
use crate::idempotency::Keyed;
use crate::missing_field::MissingField;
use crate::object_id::ObjectId;
use crate::operation::Endpoint;
use crate::v2::{
    CreateBackupExport, CreateBackupRestoreJob, DiskBackupExportJobRequest,
    DiskBackupSnapshotRestoreJobRequest, GetBackupExport, GetBackupRestoreJob,
};
use crate::wait::{Wait, WaitError};

impl Client {
    /// Exports a snapshot, and waits for the end of the export. Awaiting returns the last state.
    ///
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, project: &ObjectId, cluster: &ClusterName, request: &DiskBackupExportJobRequest) -> Result<(), WaitError<DiskBackupExportJob>> {
    /// let exported = client
    ///     .export_and_wait(project, cluster, request)
    ///     .idempotency_key("nightly-2025-06-01")
    ///     .on_progress(|job| println!("{:?}", job.export_status))
    ///     .await?;
    /// println!("{:?}", exported.prefix);
    /// # Ok(()) }
    /// ```
    #[inline]
    pub fn export_and_wait(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        request: &DiskBackupExportJobRequest,
    ) -> CreateAndWait<CreateBackupExport, GetBackupExport> {
        let (client, group_id, cluster_name) = (self.clone(), *group_id, cluster_name.clone());
        CreateAndWait::new(
            self.create_backup_export(&group_id, &cluster_name, request),
            move |job| Ok(client.wait_for_backup_export(&group_id, &cluster_name, job.id()?)),
        )
    }

    /// Restores a snapshot, and waits for the end of the restore. Awaiting returns the last state.
    ///
    /// The wait for a download ends when its delivery URLs are available.
    ///
    /// A restore job has no idempotency key. After an error of kind `Timeout` or `Transport`, search
    /// [`list_backup_restore_jobs`](Self::list_backup_restore_jobs) before you create the job again.
    ///
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, project: &ObjectId, cluster: &ClusterName, request: &DiskBackupSnapshotRestoreJobRequest) -> Result<(), WaitError<DiskBackupSnapshotRestoreJob>> {
    /// let restored = client.restore_and_wait(project, cluster, request).await?;
    /// println!("{:?}", restored.finished_at);
    /// # Ok(()) }
    /// ```
    #[inline]
    pub fn restore_and_wait(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        request: &DiskBackupSnapshotRestoreJobRequest,
    ) -> CreateAndWait<CreateBackupRestoreJob, GetBackupRestoreJob> {
        let (client, group_id, cluster_name) = (self.clone(), *group_id, cluster_name.clone());
        CreateAndWait::new(
            self.create_backup_restore_job(&group_id, &cluster_name, request),
            move |job| Ok(client.wait_for_backup_restore_job(&group_id, &cluster_name, job.id()?)),
        )
    }
}

/// Creates a job with the operation `C` and polls `G` until its end. Awaiting returns the last state of the job.
///
/// [`CreateAndWait::on_progress`] first receives the state from the response that created the job. If the future is
/// dropped after that, the job continues; save its identifier from this first state.
#[must_use = "nothing is created until it is awaited"]
pub struct CreateAndWait<C: Endpoint, G: Endpoint<Output = C::Output>> {
    create: Call<C>,
    find: Option<Find<C>>,
    wait: WaitFor<C, G>,
    max_wait: Option<Duration>,
    pauses: Option<RangeInclusive<Duration>>,
    progress: Progress<C>,
}

/// Searches for a job that an earlier call created.
type Find<C> = fn(Call<C>) -> BoxFuture<'static, Result<Option<<C as Endpoint>::Output>, Error>>;

/// Receives the states of a job.
type Progress<C> = Box<dyn FnMut(&<C as Endpoint>::Output) + Send>;

/// The wait for a job that was created.
type WaitFor<C, G> =
    Box<dyn FnOnce(&<C as Endpoint>::Output) -> Result<Wait<G>, MissingField> + Send>;

impl<C: Endpoint<Output: Clone>, G: Endpoint<Output = C::Output>> CreateAndWait<C, G> {
    fn new(
        create: Call<C>,
        wait: impl FnOnce(&C::Output) -> Result<Wait<G>, MissingField> + Send + 'static,
    ) -> Self {
        Self {
            create,
            find: None,
            wait: Box::new(wait),
            max_wait: None,
            pauses: None,
            progress: Box::new(|_| {}),
        }
    }

    /// Sets the maximum time of the wait: see [`Wait::max_wait`].
    pub fn max_wait(mut self, limit: Duration) -> Self {
        self.max_wait = Some(limit);
        self
    }

    /// Sets the pauses between polls: see [`Wait::pauses`].
    pub fn pauses(mut self, first_to_longest: RangeInclusive<Duration>) -> Self {
        self.pauses = Some(first_to_longest);
        self
    }

    /// Calls `hear` with each state of the job, from its creation to its success.
    pub fn on_progress(mut self, hear: impl FnMut(&C::Output) + Send + 'static) -> Self {
        self.progress = Box::new(hear);
        self
    }

    /// Creates the job only if no earlier call with this key and the same snapshot did: see [`Call::idempotency_key`] and
    /// [`Call::find_created`]. If another snapshot may have been exported with this key, call [`Client::find_export`]
    /// first.
    pub fn idempotency_key(mut self, key: &str) -> Self
    where
        C: Keyed,
    {
        self.create = self.create.idempotency_key(key);
        self.find = Some(|call| Box::pin(call.find_created()));
        self
    }

    async fn run(self) -> Result<C::Output, WaitError<C::Output>> {
        let Self {
            create,
            find,
            wait,
            max_wait,
            pauses,
            mut progress,
        } = self;
        let found = match find {
            Some(find) => find(create.copied()).await?,
            None => None,
        };
        let mut last = match found {
            Some(job) => job,
            None => create.await?,
        };
        progress(&last);
        let mut wait = wait(&last)?;
        if let Some(limit) = max_wait {
            wait = wait.max_wait(limit);
        }
        if let Some(pauses) = pauses {
            wait = wait.pauses(pauses);
        }
        let mut states = wait.states();
        while let Some(job) = states.try_next().await? {
            progress(&job);
            last = job;
        }
        Ok(last)
    }
}

impl<C: Endpoint<Output: Clone + Sync>, G: Endpoint<Output = C::Output>> IntoFuture
    for CreateAndWait<C, G>
{
    type Output = Result<C::Output, WaitError<C::Output>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<C: Endpoint, G: Endpoint<Output = C::Output>> fmt::Debug for CreateAndWait<C, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateAndWait")
            .field("create", &self.create)
            .field("max_wait", &self.max_wait)
            .finish_non_exhaustive()
    }
}
