//! Measures the time and memory of a job and its peer, on this machine in this run.

use crate::Outcome;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Returns the median times of two jobs in seconds.
///
/// The jobs alternate, so that other load affects both.
pub(crate) fn in_turn(
    rounds: usize,
    ours: impl FnMut() -> Outcome<()>,
    peer: impl FnMut() -> Outcome<()>,
) -> Outcome<(f64, f64)> {
    measured_in_turn(seconds, rounds, ours, peer)
}

/// The same, of another measure than the time.
pub(crate) fn measured_in_turn(
    measure: Measure,
    rounds: usize,
    mut ours: impl FnMut() -> Outcome<()>,
    mut peer: impl FnMut() -> Outcome<()>,
) -> Outcome<(f64, f64)> {
    medians(rounds, |_| measure(&mut ours), |_| measure(&mut peer))
}

/// A measure of one run of a job.
type Measure = fn(&mut dyn FnMut() -> Outcome<()>) -> Outcome<f64>;

/// Returns the medians of two jobs' own measurements.
///
/// The jobs alternate; each gets the number of its round, from 0.
pub(crate) fn medians(
    rounds: usize,
    mut ours: impl FnMut(usize) -> Outcome<f64>,
    mut peer: impl FnMut(usize) -> Outcome<f64>,
) -> Outcome<(f64, f64)> {
    let (mut our_figures, mut peer_figures) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        our_figures.push(ours(round)?);
        peer_figures.push(peer(round)?);
    }
    Ok((median(our_figures), median(peer_figures)))
}

/// Returns the time of one run, in seconds.
pub(crate) fn seconds(job: &mut dyn FnMut() -> Outcome<()>) -> Outcome<f64> {
    let started = Instant::now();
    job()?;
    Ok(started.elapsed().as_secs_f64())
}

/// The time that the processors took for the processes of a job, which it has to start and wait for, in seconds. Not a number
/// where the system does not tell.
pub(crate) fn processor_seconds(job: &mut dyn FnMut() -> Outcome<()>) -> Outcome<f64> {
    /// The unit of `/proc`, on all Linux systems.
    const TICKS_A_SECOND: f64 = 100.0;
    // Fields 16 and 17, counted from after the name, which may have spaces: user and system time of children.
    let ended = || {
        let text = std::fs::read_to_string("/proc/self/stat").ok()?;
        let (_, fields) = text.rsplit_once(')')?;
        let mut fields = fields.split_whitespace().skip(13);
        let mut next = || fields.next()?.parse::<f64>().ok();
        Some(next()? + next()?)
    };
    let before = ended().unwrap_or(f64::NAN);
    job()?;
    Ok((ended().unwrap_or(f64::NAN) - before) / TICKS_A_SECOND)
}

pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Runs a program, and returns its standard error if it fails.
pub(crate) fn run(command: &mut Command) -> Outcome<String> {
    let output = command.output()?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let said = said + &String::from_utf8_lossy(&output.stdout);
            Err(format!("{command:?}: {said}").into())
        }
    }
}

/// Builds the program of a package for release, and returns its path.
pub(crate) fn release(root: &Path, package: &str) -> Outcome<PathBuf> {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--release", "--package", package]);
    run(build.arg("--manifest-path").arg(root.join("Cargo.toml")))?;
    let name = format!("{package}{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
}
