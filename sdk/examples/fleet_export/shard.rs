//! The division of the fleet into shards, one for each process.
//!
//! Invariant: each cluster is in exactly one shard.
use std::str::FromStr;

use atlas_backup::ClusterName;

/// A shard: its index, from 0, and the number of shards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shard {
    pub(crate) index: usize,
    pub(crate) of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (index, of) = match text.split_once('/') {
            Some((index, of)) => (index.to_owned(), of),
            None => {
                let index = std::env::var("JOB_COMPLETION_INDEX");
                (
                    index.map_err(|_| "write I/N, or set JOB_COMPLETION_INDEX")?,
                    text,
                )
            }
        };
        let number = |text: &str| text.parse().map_err(|_| format!("{text:?} is no number"));
        let shard = Self {
            index: number(&index)?,
            of: number(of)?,
        };
        let inside = shard.index < shard.of;
        inside
            .then_some(shard)
            .ok_or_else(|| format!("{} is not below {}", shard.index, shard.of))
    }
}

impl Shard {
    /// Returns every N-th cluster of the sorted fleet, without duplicates.
    pub(crate) fn of_all(self, mut all: Vec<ClusterName>) -> Vec<ClusterName> {
        all.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        all.dedup();
        all.into_iter().skip(self.index).step_by(self.of).collect()
    }
}
