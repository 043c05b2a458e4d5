//! Which part of the fleet is a process's.
//!
//! Must never put a cluster into two shards, nor into none.
use std::str::FromStr;

use atlas_backup::ClusterName;

/// Of so many parts the one at an index, from 0.
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
    /// Every N-th cluster of the fleet, whatever order it was named in, and each once.
    pub(crate) fn of_all(self, mut all: Vec<ClusterName>) -> Vec<ClusterName> {
        all.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        all.dedup();
        all.into_iter().skip(self.index).step_by(self.of).collect()
    }
}
