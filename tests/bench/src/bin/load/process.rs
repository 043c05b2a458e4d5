//! The current resources of this process, as reported by Linux.

use crate::Outcome;
use std::fs;

#[derive(Clone, Copy)]
pub(crate) struct Usage {
    /// Memory in RAM, in kB.
    pub(crate) memory_kb: u64,
    /// Open descriptors.
    pub(crate) descriptors: u64,
}

pub(crate) fn usage() -> Outcome<Usage> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(Usage {
        memory_kb: kilobytes.ok_or("no VmRSS")?.parse()?,
        descriptors: fs::read_dir("/proc/self/fd")?.count() as u64,
    })
}
