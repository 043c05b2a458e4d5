//! One run of a schedule, from its beginning to its verdict.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::chance::Chance;
use crate::executor::{Blocking, Ended, Handle, run};
use crate::invariants::Invariant;
use crate::schedule::Schedule;
use crate::stories;
use crate::world::{Listener, World};

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The promise that was broken, and how.
    pub(crate) broken: Option<(Invariant, String)>,
    /// The same whenever the same happened.
    pub(crate) trace: u64,
    /// What happened, if that was asked for.
    pub(crate) lines: Vec<String>,
    /// How much time passed in the world.
    pub(crate) passed: Duration,
}

/// Runs a schedule.
pub(crate) fn play(schedule: &Schedule, threads: &mut Blocking, verbose: bool) -> Verdict {
    let handle = Handle::default();
    let Some(world) = World::open(&handle, schedule, verbose) else {
        return Verdict {
            broken: Some((
                Invariant::Progress,
                "the sandbox cannot be opened".to_owned(),
            )),
            trace: 0,
            lines: Vec::new(),
            passed: Duration::ZERO,
        };
    };
    let order = Chance::of(schedule.seed, "order", 0);
    let story = stories::play(world.clone());
    let listener = Listener::new(&world);
    let played = tracing::subscriber::with_default(listener, || {
        catch_unwind(AssertUnwindSafe(|| run(&handle, threads, order, story)))
    });
    match played {
        Err(_) => world.broken(Invariant::NoPanic, "something panicked"),
        Ok(Ended::Done | Ended::Stopped) => {}
        Ok(Ended::Stuck) => world.broken(Invariant::InTime, "everybody waits, and for nothing"),
        Ok(Ended::Endless) => world.broken(Invariant::Progress, "the story does not end"),
    }
    let state = world.state();
    Verdict {
        broken: state.broken().cloned(),
        trace: state.trace().hash(),
        lines: state.trace().lines().to_vec(),
        passed: handle.now(),
    }
}
