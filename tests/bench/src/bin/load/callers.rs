//! The callers: half of them with an API key, half with a service account, each one call after the other.

use crate::histogram::Histogram;
use crate::service::Place;
use crate::{Latency, Outcome};
use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use atlas_backup::{Client, Credentials, Error};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// How long a call may take with all its attempts, and how long after that it has to have ended.
const LIMIT: Duration = Duration::from_secs(30);
const GRACE: Duration = Duration::from_secs(5);

/// What became of the calls.
#[derive(Default)]
pub(crate) struct Counts {
    /// By how they ended.
    pub(crate) outcomes: BTreeMap<String, u64>,
    pub(crate) reads: u64,
    pub(crate) failed_reads: u64,
    /// Calls that had not ended when all their limits had passed.
    pub(crate) endless: u64,
    /// Callers that did not end by themselves.
    pub(crate) panicked: u64,
}

pub(crate) struct Callers {
    tasks: Mutex<Vec<JoinHandle<()>>>,
    latency: Latency,
    counts: Arc<Mutex<Counts>>,
}

impl Callers {
    pub(crate) fn start(place: &Arc<Place>, callers: usize, until: Instant) -> Outcome<Self> {
        let key = Credentials::digest(Sandbox::PUBLIC_KEY, Sandbox::PRIVATE_KEY);
        let account = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
        let clients = [client(&place.origin, key)?, client(&place.origin, account)?];
        let (latency, counts) = (Latency::default(), Arc::new(Mutex::new(Counts::default())));
        let tasks = (0..callers)
            .zip(clients.iter().cycle())
            .map(|(number, client)| {
                let caller = Caller {
                    client: client.clone(),
                    place: place.clone(),
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

    /// The latencies since it was last asked.
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
    place: Arc<Place>,
    latency: Latency,
    counts: Arc<Mutex<Counts>>,
}

impl Caller {
    async fn run(self, number: usize, until: Instant) {
        let mut turn = number;
        while Instant::now() < until {
            let began = Instant::now();
            let call = one_call(&self.client, &self.place, turn);
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
            Ok(Ok(())) => "success".to_owned(),
            Ok(Err(error)) => match error.status() {
                Some(status) => format!("{:?} {}", error.kind(), status.as_u16()),
                None => format!("{:?}", error.kind()),
            },
            Err(_) => {
                counts.endless += 1;
                "no end".to_owned()
            }
        };
        *counts.outcomes.entry(outcome).or_default() += 1;
        counts.reads += u64::from(read);
        counts.failed_reads += u64::from(read && !matches!(ended, Ok(Ok(()))));
    }
}

/// One turn in so many makes a job.
const WRITE_IN: usize = 101;

fn is_read(turn: usize) -> bool {
    !turn.is_multiple_of(WRITE_IN)
}

async fn one_call(client: &Client, place: &Place, turn: usize) -> Result<(), Error> {
    let (project, cluster) = (&place.project, &place.cluster);
    if !is_read(turn) {
        let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
            export_bucket_id: place.bucket,
            snapshot_id: place.snapshot,
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
            .get_cluster_backup_snapshot(project, cluster, &place.snapshot)
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
