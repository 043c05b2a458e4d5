//! One run of a schedule, from its start to its verdict.
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::chance::Chance;
use crate::executor::{Blocking, Ended, Handle, run};
use crate::invariants::Invariant;
use crate::schedule::Schedule;
use crate::stories;
use crate::world::{Listener, World};

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The broken promise, with details.
    pub(crate) broken: Option<(Invariant, String)>,
    /// A hash of all events: equal for equal runs.
    pub(crate) trace: u64,
    /// The events, if they were requested.
    pub(crate) lines: Vec<String>,
    /// The number of polls of each call that did not complete it.
    pub(crate) polls: Vec<u64>,
    /// Number of faults that occurred, by group and name.
    pub(crate) injected: BTreeMap<String, u64>,
    /// The virtual time that passed.
    pub(crate) passed: Duration,
}

/// Runs a schedule.
pub(crate) fn run_schedule(schedule: &Schedule, threads: &mut Blocking, verbose: bool) -> Verdict {
    let handle = Handle::default();
    let Some(world) = World::open(&handle, schedule, verbose) else {
        return Verdict {
            broken: Some((
                Invariant::Progress,
                "the sandbox cannot be opened".to_owned(),
            )),
            trace: 0,
            lines: Vec::new(),
            polls: Vec::new(),
            injected: BTreeMap::new(),
            passed: Duration::ZERO,
        };
    };
    let order = Chance::of(schedule.seed, "order", 0);
    let story = stories::run(world.clone());
    let listener = Listener::new(&world);
    let ended = tracing::subscriber::with_default(listener, || {
        catch_unwind(AssertUnwindSafe(|| run(&handle, threads, order, story)))
    });
    match ended {
        Err(_) => world.broken(Invariant::NoPanic, "something panicked"),
        Ok(Ended::Done | Ended::Stopped) => {}
        Ok(Ended::Stuck) => world.broken(
            Invariant::InTime,
            "all futures wait, and no timer is pending",
        ),
        Ok(Ended::Endless) => world.broken(Invariant::Progress, "the story does not end"),
    }
    let state = world.state();
    Verdict {
        broken: state.broken().cloned(),
        trace: state.trace().hash(),
        lines: state.trace().lines().to_vec(),
        polls: state.polls(),
        injected: state.injected().clone(),
        passed: handle.now(),
    }
}
