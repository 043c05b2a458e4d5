//! What large jobs take: lists of many pages, archives, and a fleet of clusters.
//!
//! A small size is part of every report, a large one is measured on demand (`--only scale`).

mod archive;
mod fleet;
mod pages;

use crate::Outcome;
use crate::jobs::Job;
use crate::row::Row;
use std::path::Path;

pub(crate) const JOBS: &[Job] = &[
    Job {
        name: "items-100",
        run: |_, pages| pages::items(pages, 100),
    },
    Job {
        name: "items-500",
        run: |_, pages| pages::items(pages, 500),
    },
    Job {
        name: "pages-sequential",
        run: |_, pages| pages::worked_on(pages, 0),
    },
    Job {
        name: "pages-prefetched",
        run: |_, pages| pages::worked_on(pages, 1),
    },
    Job {
        name: "archive-ours",
        run: |_, megabytes| archive::ours(megabytes),
    },
    Job {
        name: "archive-reqwest",
        run: |_, megabytes| archive::by_hand(megabytes),
    },
    Job {
        name: "fleet",
        run: |_, clusters| fleet::export(clusters),
    },
];

/// How large the jobs are.
struct Size {
    /// Export jobs in a list.
    items: usize,
    /// Pages that somebody works on.
    pages: usize,
    /// Megabytes of an archive.
    archive: usize,
    /// Clusters of a fleet.
    clusters: usize,
}

/// The small size.
pub(crate) fn small(_root: &Path) -> Outcome<Vec<Row>> {
    rows(&Size {
        items: 20_000,
        pages: 60,
        archive: 64,
        clusters: 100,
    })
}

/// The large size.
pub(crate) fn large(_root: &Path) -> Outcome<Vec<Row>> {
    rows(&Size {
        items: 1_000_000,
        pages: 400,
        archive: 2_048,
        clusters: 10_000,
    })
}

fn rows(size: &Size) -> Outcome<Vec<Row>> {
    let mut rows = pages::rows(size)?;
    rows.extend(archive::rows(size)?);
    rows.extend(fleet::rows(size)?);
    Ok(rows)
}
