//! Fuzz targets: each passes bytes to one parser of external input through its public API, and checks
//! invariants.
//!
//! `tests/corpus.rs` runs every target with its corpus and seeded mutations of it, on stable Rust. `./run
//! NAME SECONDS` runs one with libFuzzer, guided by coverage.
//!
//! Invariant: no result depends on a clock, a network or randomness, so a failing input fails again. Only the
//! names of the temporary folders of `recordings` and `report` are random.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a target fails by panicking"
)]

mod challenge;
mod changes;
mod decode;
mod documents;
mod failures;
mod headers;
mod links;
mod markup;
mod mutate;
mod overlay;
mod recordings;
mod report;
mod sources;
mod world;

pub use mutate::mutated;

/// A parser of external input, and its invariants for any input.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is also the folder of its corpus.
    pub name: &'static str,
    /// Runs the target; panics if an invariant is broken. Returns true if the input is not refused early, so that
    /// the invariants are about more than the refusal.
    pub run: fn(&[u8]) -> bool,
    /// Number of mutations that the property test runs.
    pub mutations: usize,
    /// Number of these mutations that must reach the invariants: about half of those that do.
    pub reaching: usize,
}

/// All targets.
pub const TARGETS: [Target; 10] = [
    Target {
        name: "challenge",
        run: challenge::run,
        mutations: 20_000,
        reaching: 1_900,
    },
    Target {
        name: "headers",
        run: headers::run,
        mutations: 20_000,
        reaching: 2_200,
    },
    Target {
        name: "links",
        run: links::run,
        mutations: 10_000,
        reaching: 420,
    },
    Target {
        name: "failures",
        run: failures::run,
        mutations: 20_000,
        reaching: 9_900,
    },
    Target {
        name: "decode",
        run: decode::run,
        mutations: 20_000,
        reaching: 800,
    },
    Target {
        name: "recordings",
        run: recordings::run,
        mutations: 3_000,
        reaching: 270,
    },
    Target {
        name: "overlay",
        run: overlay::run,
        mutations: 3_000,
        reaching: 48,
    },
    Target {
        name: "documents",
        run: documents::run,
        mutations: 500,
        reaching: 84,
    },
    Target {
        name: "changes",
        run: changes::run,
        mutations: 1_000,
        reaching: 19,
    },
    Target {
        name: "report",
        run: report::run,
        mutations: 1_000,
        reaching: 430,
    },
];
