//! Simulates the SDK with the sandbox under random faults in virtual time.
//!
//! Checks the promises of the SDK when a request is sent, when a call ends, and when a story or a process ends.
//!
//! Invariant: a seed determines one run. Every failure is reported with its seed, which reproduces it.

mod chance;
mod executor;
mod invariants;
mod run;
mod schedule;
mod shrink;
mod stories;
#[cfg(test)]
mod sweep;
mod world;

use std::collections::BTreeMap;
use std::num::{NonZeroU64, NonZeroUsize};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;

use executor::{Blocking, lock};
use invariants::Invariant;
use run::run_schedule;
use schedule::Schedule;

#[derive(Parser)]
#[command(
    name = "cargo xtask simulate",
    about = "Simulates the SDK with the sandbox under seeded random faults, and checks the SDK's promises",
    after_help = "Exits with 1 if a promise is broken, and prints the seed and the shortest schedule that breaks it; \
`--from SEED --seeds 1` reproduces it."
)]
struct Arguments {
    /// Number of seeds to run.
    #[arg(long, default_value = "1000", value_name = "N")]
    seeds: NonZeroU64,
    /// The first seed.
    #[arg(long, default_value_t = 0, value_name = "SEED")]
    from: u64,
    /// Number of threads; the number of cores by default.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Prints only the seed and the broken promise.
    #[arg(long)]
    brief: bool,
    /// Prints the events of every run.
    #[arg(long)]
    trace: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match simulate(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the seeds until the first one that fails; returns true if none did.
#[allow(
    clippy::disallowed_methods,
    reason = "the duration of the runs is only printed"
)]
fn simulate(arguments: &Arguments) -> std::io::Result<bool> {
    let began = Instant::now();
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let (completed, passed) = (AtomicU64::new(0), AtomicU64::new(0));
    let first: Mutex<Option<u64>> = Mutex::new(None);
    let injected: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = arguments.threads.unwrap_or_else(cores).get();
    let seeds = arguments.seeds.get();
    let running: Vec<Running> = (0..threads).map(|_| Running::default()).collect();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| -> std::io::Result<()> {
        let watch = scope.spawn(|| watch(&running, &over));
        let mut players = Vec::new();
        for running in &running {
            let next = &next;
            let (failed, first, completed, passed) = (&failed, &first, &completed, &passed);
            let injected = &injected;
            players.push(scope.spawn(move || -> std::io::Result<()> {
                let mut blocking = Blocking::new()?;
                while !failed.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= seeds {
                        break;
                    }
                    let seed = arguments.from.wrapping_add(number);
                    *lock(running) = Some((seed, Instant::now()));
                    let verdict = run_schedule(&Schedule::of(seed), &mut blocking, arguments.trace);
                    for line in &verdict.lines {
                        println!("{seed}: {line}");
                    }
                    completed.fetch_add(1, Ordering::Relaxed);
                    passed.fetch_add(verdict.passed.as_secs(), Ordering::Relaxed);
                    for (fault, times) in verdict.injected {
                        *lock(injected).entry(fault).or_insert(0) += times;
                    }
                    if verdict.broken.is_some() {
                        failed.store(true, Ordering::Relaxed);
                        let mut first = lock(first);
                        *first = Some(first.map_or(seed, |other: u64| other.min(seed)));
                    }
                }
                *lock(running) = None;
                Ok(())
            }));
        }
        let panicked = |_| Err(std::io::Error::other("a thread has panicked"));
        let mut outcome = Ok(());
        for player in players {
            outcome = outcome.and(player.join().unwrap_or_else(panicked));
        }
        over.store(true, Ordering::Relaxed);
        watch.thread().unpark();
        outcome
    })?;
    let first = *lock(&first);
    let seconds = began.elapsed().as_secs_f64();
    let completed = completed.into_inner();
    if let Some(seed) = first {
        tell(seed, arguments)?;
    }
    println!(
        "{completed} schedules in {seconds:.1} s, {:.0} a second on {threads} threads; {} days of virtual time",
        completed as f64 / seconds,
        passed.into_inner() / 86_400
    );
    let injected = lock(&injected);
    let all: u64 = injected.values().sum();
    let each: Vec<String> = injected
        .iter()
        .map(|(fault, times)| format!("{fault} {times}"))
        .collect();
    println!("{all} faults: {}", each.join(", "));
    if first.is_none() && completed < seeds {
        let incomplete = format!("only {completed} of {seeds} seeds were run");
        return Err(std::io::Error::other(incomplete));
    }
    Ok(first.is_none())
}

/// The seed that a thread runs, and its start.
type Running = Mutex<Option<(u64, Instant)>>;

/// The longest run; a longer one loops between two polls.
const LONGEST_RUN: Duration = Duration::from_secs(120);

/// Ends the program if a run does not end by itself.
#[allow(
    clippy::disallowed_methods,
    reason = "a run that hangs has no time of its own"
)]
fn watch(running: &[Running], over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        std::thread::park_timeout(Duration::from_secs(1));
        for running in running {
            if let Some((seed, since)) = *lock(running)
                && since.elapsed() > LONGEST_RUN
            {
                let progress = Invariant::Progress;
                let sentence = progress.sentence();
                println!("seed {seed} breaks {progress} ({sentence}): it hangs");
                std::process::exit(1);
            }
        }
    }
}

/// Prints the promise that a seed breaks, and the shortest schedule that breaks it.
fn tell(seed: u64, arguments: &Arguments) -> std::io::Result<()> {
    let mut blocking = Blocking::new()?;
    let schedule = Schedule::of(seed);
    let verdict = run_schedule(&schedule, &mut blocking, false);
    let Some((invariant, detail)) = verdict.broken else {
        println!("seed {seed} broke a promise, but not when it was run again");
        return Ok(());
    };
    println!(
        "seed {seed} breaks {invariant} ({}): {detail}",
        invariant.sentence()
    );
    if arguments.brief {
        return Ok(());
    }
    let short = shrink::shrink(&schedule, invariant, &mut blocking);
    println!(
        "{} of {} faults suffice:\n{short}",
        short.faults.len(),
        schedule.faults.len()
    );
    for line in run_schedule(&short, &mut blocking, true).lines {
        println!("{line}");
    }
    println!("reproduce it: cargo xtask simulate --from {seed} --seeds 1");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn xtask_prints_the_same_help_as_the_program() {
        let help = Arguments::command().render_long_help().to_string();
        assert_eq!(include_str!("../../../xtask/help/simulate.txt"), help);
    }

    #[test]
    fn every_promise_is_broken_by_a_defect_of_the_table() {
        let page = include_str!("../../../docs/src/simulation.md");
        for invariant in Invariant::ALL {
            let cell = format!("| {} |", invariant.sentence());
            let mut rows = page.lines().filter(|row| row.ends_with(&cell));
            assert!(rows.next().is_some(), "{invariant}");
        }
    }

    #[test]
    fn a_simulation_runs_at_least_one_seed_on_one_thread() {
        let parsed = |arguments: &[&str]| {
            let program = ["simulate"].iter().chain(arguments);
            Arguments::try_parse_from(program).is_ok()
        };
        assert!(parsed(&["--seeds", "1", "--threads", "1"]));
        assert!(!parsed(&["--seeds", "0"]));
        assert!(!parsed(&["--threads", "0"]));
    }

    #[test]
    fn the_same_seed_gives_the_same_trace() {
        let mut blocking = Blocking::new().unwrap();
        for seed in 0..60 {
            let schedule = Schedule::of(seed);
            let first = run_schedule(&schedule, &mut blocking, false);
            let again = run_schedule(&schedule, &mut blocking, false);
            assert_eq!(first, again, "seed {seed}");
        }
    }
}
