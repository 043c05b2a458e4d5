//! Jobs that run in a process of their own.
//!
//! So their memory, instructions and allocations are measured alone.
//!
//! Valgrind counts instructions and allocations: once with the job's rounds, once with none, so that the
//! preparation is not counted. Must never count a value that depends on the time or on other processes.

use crate::calls::service;
use crate::row::Figure;
use crate::timing::run;
use crate::{Outcome, calls, decoding, generation, scale, whole};
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

/// A job that can be started by its name.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    /// Prepares the job, then does it for this number of rounds.
    pub(crate) run: fn(root: &Path, rounds: usize) -> Outcome<()>,
}

/// Every job, by the part of the report that uses it.
const JOBS: &[&[Job]] = &[
    generation::JOBS,
    whole::JOBS,
    decoding::JOBS,
    calls::CALL_JOBS,
    calls::JSON_JOBS,
    scale::JOBS,
];

/// The tool of valgrind that counts instructions.
const INSTRUCTIONS: [&str; 3] = [
    "--tool=cachegrind",
    "--cache-sim=no",
    "--cachegrind-out-file=/dev/null",
];

const VALGRIND_MISSING: &str = "valgrind missing: run `apt-get install valgrind`";

/// Does a job in this process, and prints the peak of its memory in kB.
pub(crate) fn alone(root: &Path, name: &str, rounds: usize) -> Outcome<()> {
    let mut jobs = JOBS.iter().copied().flatten();
    let job = jobs.find(|job| job.name == name);
    let job = job.ok_or_else(|| format!("there is no job called {name}"))?;
    (job.run)(root, rounds)?;
    // Only Linux reports a peak; elsewhere the value is not a number, and its target is not met.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.split_whitespace().next());
    println!("{}", peak.unwrap_or("NaN"));
    Ok(())
}

/// Returns the command line that does a job in a process of its own.
fn arguments(name: &str, rounds: usize) -> [String; 4] {
    [
        "--alone".to_owned(),
        name.to_owned(),
        "--rounds".to_owned(),
        rounds.to_string(),
    ]
}

/// Runs rounds of a job in a separate process with the service at `base`. Returns its output, whose last line is the peak
/// memory in kB.
pub(crate) fn served(name: &str, rounds: usize, base: &str) -> Outcome<String> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments(name, rounds));
    run(command.env(service::PLACE, base))
}

/// Returns the peak memory of a process of [`served`], in MB.
pub(crate) fn peak(printed: &str) -> Outcome<f64> {
    let last = printed.lines().last().unwrap_or_default();
    Ok(last.trim().parse::<f64>()? / 1024.0)
}

/// Returns the peak memory of one round of a job, in MB.
pub(crate) fn megabytes(name: &str) -> Outcome<f64> {
    let mut command = Command::new(std::env::current_exe()?);
    peak(&run(command.args(arguments(name, 1)))?)
}

/// Returns the instructions of one round of a job.
pub(crate) fn instructions(name: &str, rounds: usize) -> Outcome<Figure> {
    let [instructions] = counted(&INSTRUCTIONS, name, rounds, ["refs:"])?;
    Ok(instructions)
}

/// Returns the instructions of a whole process.
pub(crate) fn instructions_of(
    program: &Path,
    arguments: impl FnOnce(&mut Command),
) -> Outcome<Figure> {
    Ok(match report(&INSTRUCTIONS, program, arguments)? {
        Some(report) => Figure::Measured(number_after(&report, "refs:")?),
        None => Figure::Missing(VALGRIND_MISSING.to_owned()),
    })
}

/// Returns the allocations of one round of a job, and their bytes.
pub(crate) fn heap(name: &str, rounds: usize) -> Outcome<[Figure; 2]> {
    let tool = [
        "--tool=memcheck",
        "--leak-check=no",
        "--undef-value-errors=no",
    ];
    counted(&tool, name, rounds, ["heap usage:", "frees,"])
}

/// Returns the numbers after these labels in valgrind's report, for one round of a job.
fn counted<const LABELS: usize>(
    tool: &[&str],
    name: &str,
    rounds: usize,
    labels: [&str; LABELS],
) -> Outcome<[Figure; LABELS]> {
    let program = std::env::current_exe()?;
    let report = |rounds| {
        report(tool, &program, |command| {
            command.args(arguments(name, rounds));
        })
    };
    let (Some(prepared), Some(done)) = (report(0)?, report(rounds)?) else {
        return Ok([(); LABELS].map(|()| Figure::Missing(VALGRIND_MISSING.to_owned())));
    };
    let mut figures = Vec::new();
    for label in labels {
        let of_rounds = number_after(&done, label)? - number_after(&prepared, label)?;
        figures.push(Figure::Measured(of_rounds / rounds as f64));
    }
    let figures = figures.try_into();
    figures.map_err(|_| "a figure for each label".into())
}

/// Runs valgrind and returns its report; `None` if it is not installed.
fn report(
    tool: &[&str],
    program: &Path,
    arguments: impl FnOnce(&mut Command),
) -> Outcome<Option<String>> {
    let mut valgrind = Command::new("valgrind");
    arguments(valgrind.args(tool).arg(program));
    match valgrind.output() {
        Ok(output) => {
            let report = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.success() {
                true => Ok(Some(report)),
                false => Err(report.into()),
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Parses the number after a label in valgrind's report, with commas between thousands.
fn number_after(report: &str, label: &str) -> Outcome<f64> {
    let found = report.rsplit_once(label).map(|(_, rest)| rest);
    let number = found.and_then(|rest| rest.split_whitespace().next());
    let number = number.ok_or_else(|| format!("valgrind reports no `{label}`: {report}"))?;
    Ok(number.replace(',', "").parse()?)
}

#[cfg(test)]
mod tests {
    use super::number_after;

    #[test]
    fn numbers_are_parsed_from_valgrinds_reports() {
        let report = "==7== I   refs:      5,446,944,658\n==7==   total heap usage: 1,503 allocs, 1,500 frees, 249,100 bytes allocated\n";
        for (label, number) in [
            ("refs:", 5_446_944_658.0),
            ("heap usage:", 1_503.0),
            ("frees,", 249_100.0),
        ] {
            assert_eq!(number_after(report, label).unwrap_or(f64::NAN), number);
        }
        assert!(number_after(report, "leaks:").is_err());
    }
}
