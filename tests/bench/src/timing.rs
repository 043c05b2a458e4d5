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
    mut ours: impl FnMut() -> Outcome<()>,
    mut peer: impl FnMut() -> Outcome<()>,
) -> Outcome<(f64, f64)> {
    medians(rounds, |_| seconds(&mut ours), |_| seconds(&mut peer))
}

/// The medians of what two jobs measure themselves, taken in turn. Each job gets the number of its round, from 0.
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
