//! The state: projects, their clusters, and jobs.
//!
//! Must never hold a value that depends on the current time: the state of a job is computed when it is read.
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::due_times::{DueTimes, Place};
use super::operation_call::Refusal;

/// The kind of a cluster, which determines its operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ClusterKind {
    /// A dedicated replica set.
    ReplicaSet,
    /// A dedicated sharded cluster of two shards.
    Sharded,
    /// A flex cluster.
    Flex,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) seed: u64,
    /// Number of issued identifiers.
    pub(super) given: u64,
    pub(super) projects: BTreeMap<String, Project>,
    /// Failures of future jobs: the creating operation, and the reason.
    pub(super) doomed: Vec<PlannedFailure>,
    /// When each cluster changes next without a request. It is not saved, because it follows from the rest.
    #[serde(skip)]
    pub(super) due_times: DueTimes,
    /// The clusters of restore jobs, by the job's identifier. It is not saved, because it follows from the rest.
    #[serde(skip)]
    restores: BTreeMap<String, Place>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlannedFailure {
    pub(super) operation: String,
    pub(super) reason: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Project {
    pub(super) organization: String,
    pub(super) clusters: BTreeMap<String, Cluster>,
    pub(super) buckets: Vec<Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Cluster {
    pub(super) id: String,
    pub(super) kind: ClusterKind,
    /// Databases and their collections.
    pub(super) databases: BTreeMap<String, Vec<String>>,
    pub(super) snapshots: Vec<Job>,
    pub(super) exports: Vec<Job>,
    /// Extended with [`State::add_restore`] only.
    pub(super) restores: Vec<Job>,
    pub(super) collection_restores: Vec<Job>,
    /// Changed with [`Cluster::change_schedule`] only.
    pub(super) schedule: Value,
    /// The time up to which the schedule has been applied.
    pub(super) scheduled: Timestamp,
    /// The end of the last restore of a whole cluster into this one.
    #[serde(default)]
    pub(super) restored_until: Option<Timestamp>,
}

/// A job: a snapshot, an export or a restore.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) begun: Timestamp,
    /// The request's body and derived data.
    pub(super) about: Value,
    /// Identifiers of its parts, one for each replica set of a sharded cluster.
    pub(super) parts: Vec<String>,
    /// The reason for which it fails at its end.
    pub(super) fails: Option<String>,
    pub(super) cancelled: Option<Timestamp>,
    pub(super) deleted: Option<Timestamp>,
}

/// The progress of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// In this stage, with this part of the whole duration passed, in thousandths.
    Going(&'static str, u64),
    Succeeded(Timestamp),
    Failed(Timestamp),
    Cancelled(Timestamp),
}

/// The stages of a job, and the seconds that each takes.
pub(super) type Stages = &'static [(&'static str, u64)];

/// How long a deleted resource remains visible.
const DELETION: Duration = Duration::from_secs(30);

impl Job {
    pub(super) fn phase(&self, stages: Stages, now: Timestamp) -> Phase {
        let whole = duration(stages);
        let end = self.end(stages);
        if let Some(cancelled) = self.cancelled {
            return Phase::Cancelled(cancelled);
        }
        if now >= end {
            return match self.fails {
                Some(_) => Phase::Failed(end),
                None => Phase::Succeeded(end),
            };
        }
        let passed = now.duration_since(self.begun).as_secs();
        let passed = u64::try_from(passed).unwrap_or_default();
        let mut until = 0;
        for (stage, seconds) in stages {
            until += seconds;
            if passed < until {
                return Phase::Going(stage, passed * 1_000 / whole.max(1));
            }
        }
        Phase::Succeeded(end)
    }

    /// Returns the time this many seconds after the job started.
    pub(super) fn after(&self, seconds: u64) -> Timestamp {
        let later = self.begun.checked_add(Duration::from_secs(seconds));
        later.unwrap_or(self.begun)
    }

    /// Returns the end of a job that is not cancelled.
    pub(super) fn end(&self, stages: Stages) -> Timestamp {
        self.after(duration(stages))
    }

    /// Returns the time from which a deleted resource is no longer visible.
    pub(super) fn removal(&self) -> Option<Timestamp> {
        self.deleted?.checked_add(DELETION).ok()
    }

    pub(super) fn text(&self, field: &str) -> &str {
        self.about
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// Returns the duration of all stages, in seconds.
fn duration(stages: Stages) -> u64 {
    stages.iter().map(|(_, seconds)| seconds).sum()
}

impl Cluster {
    /// Returns the schedule to change; the snapshots due before `now` must exist already.
    pub(super) fn change_schedule(&mut self, now: Timestamp) -> &mut Value {
        self.scheduled = self.scheduled.max(now);
        &mut self.schedule
    }
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            given: 0,
            projects: BTreeMap::new(),
            doomed: Vec::new(),
            due_times: DueTimes::default(),
            restores: BTreeMap::new(),
        }
    }

    /// Returns a new identifier: the time, and a pseudo-random number.
    pub(super) fn id(&mut self, now: Timestamp) -> String {
        let mixed = self.number();
        let counter = self.given & 0xff_ffff;
        let seconds = u32::try_from(now.as_second()).unwrap_or_default();
        format!("{seconds:08x}{:010x}{counter:06x}", mixed >> 24)
    }

    /// Returns the next number of the seeded sequence (SplitMix64).
    pub(super) fn number(&mut self) -> u64 {
        self.given += 1;
        let mut mixed = self
            .seed
            .wrapping_add(self.given.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Creates a job of `operation`, which fails if a fault requires it.
    pub(super) fn job(
        &mut self,
        operation: &str,
        now: Timestamp,
        about: Value,
        parts: usize,
    ) -> Job {
        let doom = self
            .doomed
            .iter()
            .position(|doom| doom.operation == operation);
        Job {
            id: self.id(now),
            begun: now,
            about,
            parts: (0..parts).map(|_| self.id(now)).collect(),
            fails: doom.map(|index| self.doomed.remove(index).reason),
            cancelled: None,
            deleted: None,
        }
    }

    pub(super) fn project(&mut self, id: &str) -> Result<&mut Project, Refusal> {
        let found = self.projects.get_mut(id);
        found.ok_or_else(|| unknown_project(id))
    }

    /// Returns a cluster to read or change; the next request looks for jobs that it is due to have.
    pub(super) fn cluster(&mut self, project: &str, name: &str) -> Result<&mut Cluster, Refusal> {
        let known = self.projects.get_mut(project);
        let known = known.ok_or_else(|| unknown_project(project))?;
        let cluster = known.clusters.get_mut(name).ok_or_else(|| {
            let detail = format!("No cluster {name} in project {project}.");
            Refusal::new(404, "CLUSTER_NOT_FOUND", detail).about(&[name, project])
        })?;
        self.due_times.set(project, name, Timestamp::MIN);
        Ok(cluster)
    }

    /// Adds a restore job to a cluster.
    pub(super) fn add_restore(
        &mut self,
        project: &str,
        name: &str,
        job: Job,
    ) -> Result<(), Refusal> {
        let id = job.id.clone();
        self.cluster(project, name)?.restores.push(job);
        let place = (project.to_owned(), name.to_owned());
        self.restores.insert(id, place);
        Ok(())
    }

    /// Returns a restore job of any cluster.
    pub(super) fn restore(&self, id: &str) -> Option<&Job> {
        let (project, name) = self.restores.get(id)?;
        let cluster = self.projects.get(project)?.clusters.get(name)?;
        cluster.restores.iter().find(|job| job.id == id)
    }

    /// Computes the parts that are not saved. The next request then looks at every cluster.
    pub(super) fn index(&mut self) {
        for (id, project) in &self.projects {
            for (name, cluster) in &project.clusters {
                self.due_times.set(id, name, Timestamp::MIN);
                let jobs = cluster.restores.iter();
                let places = jobs.map(|job| (job.id.clone(), (id.clone(), name.clone())));
                self.restores.extend(places);
            }
        }
    }
}

fn unknown_project(id: &str) -> Refusal {
    Refusal::new(404, "GROUP_NOT_FOUND", format!("No project {id}.")).about(&[id])
}
