//! The callers: half of them with an API key, half with a service account, each making one call after the
//! other.

use crate::histogram::Histogram;
use crate::service::Contents;
use crate::{Latency, Outcome};
use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use atlas_backup::{Client, Credentials, Error};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// The timeout of a call with all its attempts, and the grace period after it.
const LIMIT: Duration = Duration::from_secs(30);
const GRACE: Duration = Duration::from_secs(5);

/// The result of a call without an error.
pub(crate) const SUCCESS: &str = "success";

/// The results of the calls.
#[derive(Default)]
pub(crate) struct Counts {
    /// Number of calls that read, by result.
    pub(crate) reads: BTreeMap<String, u64>,
    /// Number of calls that create a job, by result.
    pub(crate) creations: BTreeMap<String, u64>,
    /// Calls that had not ended after all their limits.
    pub(crate) endless: u64,
    /// Callers that panicked.
    pub(crate) panicked: u64,
}

pub(crate) struct Callers {
    tasks: Mutex<Vec<JoinHandle<()>>>,
    latency: Latency,
    counts: Arc<Mutex<Counts>>,
}

impl Callers {
    pub(crate) fn start(contents: &Arc<Contents>, callers: usize, until: Instant) -> Outcome<Self> {
        let key = Credentials::digest(Sandbox::PUBLIC_KEY, Sandbox::PRIVATE_KEY);
        let account = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
        let clients = [
            client(&contents.origin, key)?,
            client(&contents.origin, account)?,
        ];
        let (latency, counts) = (Latency::default(), Arc::new(Mutex::new(Counts::default())));
        let tasks = (0..callers)
            .zip(clients.iter().cycle())
            .map(|(number, client)| {
                let caller = Caller {
                    client: client.clone(),
                    contents: contents.clone(),
                    latency: latency.clone(),
                    counts: counts.clone(),
                };
                tokio::spawn(caller.run(number, until))
            });
        Ok(Self {
            tasks: Mutex::new(tasks.collect()),
            latency,
            counts,
        })
    }

    /// Takes the latencies since the last call of this function.
    pub(crate) fn take_latency(&self) -> Histogram {
        std::mem::take(&mut *self.latency.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for the last calls.
    pub(crate) async fn finish(&self) -> Counts {
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let mut panicked = 0;
        for task in tasks {
            panicked += u64::from(task.await.is_err());
        }
        let mut counts =
            std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner));
        counts.panicked = panicked;
        counts
    }
}

fn client(origin: &str, credentials: Credentials) -> Result<Client, Error> {
    Client::builder()
        .base_url(origin)?
        .credentials(credentials)
        .operation_timeout(LIMIT)
        .build()
}

struct Caller {
    client: Client,
    contents: Arc<Contents>,
    latency: Latency,
    counts: Arc<Mutex<Counts>>,
}

impl Caller {
    async fn run(self, number: usize, until: Instant) {
        let mut turn = number;
        while Instant::now() < until {
            let began = Instant::now();
            let call = one_call(&self.client, &self.contents, turn);
            let ended = tokio::time::timeout(LIMIT + GRACE, call).await;
            self.note(is_read(turn), ended, began.elapsed());
            turn += 1;
        }
    }

    fn note(
        &self,
        read: bool,
        ended: Result<Result<(), Error>, tokio::time::error::Elapsed>,
        took: Duration,
    ) {
        let mut latency = self.latency.lock().unwrap_or_else(PoisonError::into_inner);
        latency.record(took);
        drop(latency);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = match &ended {
            Ok(Ok(())) => SUCCESS.to_owned(),
            Ok(Err(error)) => match error.status() {
                Some(status) => format!("{:?} {}", error.kind(), status.as_u16()),
                None => format!("{:?}", error.kind()),
            },
            Err(_) => {
                counts.endless += 1;
                "no end".to_owned()
            }
        };
        let results = if read {
            &mut counts.reads
        } else {
            &mut counts.creations
        };
        *results.entry(outcome).or_default() += 1;
    }
}

/// One in this many calls creates a job.
const WRITE_IN: usize = 101;

fn is_read(turn: usize) -> bool {
    !turn.is_multiple_of(WRITE_IN)
}

async fn one_call(client: &Client, contents: &Contents, turn: usize) -> Result<(), Error> {
    let (project, cluster) = (&contents.project, &contents.cluster);
    if !is_read(turn) {
        let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
            export_bucket_id: contents.bucket,
            snapshot_id: contents.snapshot,
        });
        return client
            .create_backup_export(project, cluster, &request)
            .await
            .map(drop);
    }
    match turn % 4 {
        0 => client
            .list_backup_snapshots(project, cluster)
            .await
            .map(drop),
        1 => client
            .get_cluster_backup_snapshot(project, cluster, &contents.snapshot)
            .await
            .map(drop),
        2 => client.get_backup_schedule(project, cluster).await.map(drop),
        _ => client
            .list_backup_exports(project, cluster)
            .items_per_page(20)
            .await
            .map(drop),
    }
}
