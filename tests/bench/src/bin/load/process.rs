//! The current resources of this process, as reported by its allocator and by Linux.

use crate::Outcome;
use peak_alloc::PeakAlloc;
use std::fs;

/// Counts allocated bytes. Memory in RAM alone would not show a small leak: it also has freed memory, which grows
/// by a megabyte within seconds.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

#[derive(Clone, Copy)]
pub(crate) struct Usage {
    /// Allocated memory, in bytes.
    pub(crate) allocated: usize,
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
        allocated: ALLOCATOR.current_usage(),
        memory_kb: kilobytes.ok_or("no VmRSS")?.parse()?,
        descriptors: fs::read_dir("/proc/self/fd")?.count() as u64,
    })
}
