//! What the sandbox knows: projects, their clusters, and the jobs on them.
//!
//! Must never hold what follows from time: a job's state is worked out when it is asked for.
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::asked::Refusal;

/// What a cluster is, which decides what can be done with it.
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
    /// How many identifiers were given out.
    pub(super) given: u64,
    pub(super) projects: BTreeMap<String, Project>,
    /// What becomes of jobs yet to come: the operation that makes one, and why it fails.
    pub(super) doomed: Vec<Doom>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Doom {
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
    pub(super) restores: Vec<Job>,
    pub(super) collection_restores: Vec<Job>,
    pub(super) schedule: Value,
    /// Until when the schedule has been followed.
    pub(super) scheduled: Timestamp,
}

/// Something that takes time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) begun: Timestamp,
    /// What it is about: the request's body, and what was worked out from it.
    pub(super) about: Value,
    /// The identifiers of its parts, one for each replica set of a sharded cluster.
    pub(super) parts: Vec<String>,
    /// Why it fails when its time is over.
    pub(super) fails: Option<String>,
    pub(super) cancelled: Option<Timestamp>,
    pub(super) deleted: Option<Timestamp>,
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// In this stage, and this part of all its time is over, in thousandths.
    Going(&'static str, u64),
    Succeeded(Timestamp),
    Failed(Timestamp),
    Cancelled(Timestamp),
}

/// The stages of a job, and how many seconds each takes.
pub(super) type Stages = &'static [(&'static str, u64)];

/// How long something that was deleted can still be seen.
const DELETION: Duration = Duration::from_secs(30);

impl Job {
    pub(super) fn phase(&self, stages: Stages, now: Timestamp) -> Phase {
        let whole: u64 = stages.iter().map(|(_, seconds)| seconds).sum();
        let end = self.after(whole);
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

    /// The moment that many seconds after the job began.
    pub(super) fn after(&self, seconds: u64) -> Timestamp {
        let later = self.begun.checked_add(Duration::from_secs(seconds));
        later.unwrap_or(self.begun)
    }

    pub(super) fn is_gone(&self, now: Timestamp) -> bool {
        self.deleted
            .is_some_and(|deleted| now.duration_since(deleted).unsigned_abs() >= DELETION)
    }

    pub(super) fn text(&self, field: &str) -> &str {
        self.about
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            given: 0,
            projects: BTreeMap::new(),
            doomed: Vec::new(),
        }
    }

    /// A new identifier: the moment, and a number that looks like chance and is none.
    pub(super) fn id(&mut self, now: Timestamp) -> String {
        let mixed = self.number();
        let counter = self.given & 0xff_ffff;
        let seconds = u32::try_from(now.as_second()).unwrap_or_default();
        format!("{seconds:08x}{:010x}{counter:06x}", mixed >> 24)
    }

    /// The next number of a sequence that the seed decides (SplitMix64).
    pub(super) fn number(&mut self) -> u64 {
        self.given += 1;
        let mut mixed = self
            .seed
            .wrapping_add(self.given.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A new job of `operation`, which fails if that was ordered.
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
        self.projects.get_mut(id).ok_or_else(|| {
            Refusal::new(404, "GROUP_NOT_FOUND", format!("No project {id}.")).about(&[id])
        })
    }

    pub(super) fn cluster(&mut self, project: &str, name: &str) -> Result<&mut Cluster, Refusal> {
        self.project(project)?
            .clusters
            .get_mut(name)
            .ok_or_else(|| {
                let detail = format!("No cluster {name} in project {project}.");
                Refusal::new(404, "CLUSTER_NOT_FOUND", detail).about(&[name, project])
            })
    }
}
