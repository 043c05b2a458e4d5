//! Measures the generator and the SDK, each with a peer in the same run.
//!
//! Counts and sizes are the same on every run; those are committed and checked. Must never compare times of
//! two runs: machines differ more than programs do.

mod calls;
mod compare;
mod compile;
mod contract;
mod decoding;
mod digest;
mod figures;
mod first;
mod generation;
mod growth;
mod jobs;
#[path = "../../differential/build/oracle.rs"]
mod oracle;
mod peers;
mod processes;
#[path = "../../../testkit/src/commands/progress.rs"]
mod progress;
mod row;
mod scale;
mod timing;
mod whole;

use clap::{Parser, Subcommand};
use progress::Progress;
use row::Row;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// A part of the report: its name, and the function that measures its rows.
type Part = (&'static str, fn(&Path) -> Outcome<Vec<Row>>);

/// The parts of the report, in order.
const PARTS: &[Part] = &[
    ("generation", generation::rows),
    ("whole", whole::rows),
    ("processes", processes::rows),
    ("decoding", decoding::rows),
    ("calls", calls::rows),
    ("first", first::rows),
    ("digest", digest::rows),
    ("pages", scale::small),
    ("contract", contract::rows),
];

/// Parts that take minutes and are measured only by name.
const ON_DEMAND: &[Part] = &[("compile", compile::rows), ("scale", scale::large)];

#[derive(Parser)]
#[command(
    name = "cargo xtask bench",
    about = "Measures the generator and the SDK in comparison with peers",
    disable_help_subcommand = true
)]
struct Arguments {
    /// Also writes the rows to this file, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Measures only this part of the report: generation, whole, processes, decoding, calls, first, digest, pages or contract; or
    /// compile or scale, which take minutes and are measured only by name.
    #[arg(long, value_name = "PART", value_parser = part)]
    only: Option<&'static str>,
    /// Fails when a deterministic figure has grown by more than 3 %, that of a call by more than 5 %, against `tests/bench/figures.toml`.
    #[arg(long, conflicts_with = "record")]
    check: bool,
    /// Writes the deterministic figures to `tests/bench/figures.toml`.
    #[arg(long)]
    record: bool,
    /// One job for this process, which then prints its memory.
    #[arg(long, hide = true)]
    alone: Option<String>,
    /// How often that job is done.
    #[arg(long, hide = true, default_value_t = 1)]
    rounds: usize,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the programs that rows compare with, once, into `target/peers`; takes minutes.
    Peers,
    /// Compares two files that `--json` wrote, row by row.
    Compare { before: PathBuf, after: PathBuf },
}

/// Creates a directory that remains until its parent is removed.
fn fresh(place: &Path) -> Outcome<PathBuf> {
    Ok(tempfile::tempdir_in(place)?.keep())
}

fn part(name: &str) -> Result<&'static str, String> {
    let mut parts = PARTS.iter().chain(ON_DEMAND).map(|(part, _)| *part);
    parts
        .find(|part| *part == name)
        .ok_or_else(|| "no such part".to_owned())
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Outcome<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize()?;
    if let Some(job) = arguments.alone {
        return jobs::alone(&root, &job, arguments.rounds);
    }
    match &arguments.command {
        Some(Command::Peers) => return peers::build(&root),
        Some(Command::Compare { before, after }) => {
            print!("{}", compare::compare(before, after)?);
            return Ok(());
        }
        None => {}
    }
    let chosen: Vec<&Part> = match arguments.only {
        Some(only) => {
            let parts = PARTS.iter().chain(ON_DEMAND);
            parts.filter(|(part, _)| *part == only).collect()
        }
        None => PARTS.iter().collect(),
    };
    let (mut rows, mut progress) = (Vec::new(), Progress::on_terminal());
    for (name, measure) in chosen {
        progress.show(format_args!("measures {name}"));
        rows.extend(measure(&root)?);
    }
    drop(progress);
    print!("{}", row::table(&rows));
    if let Some(path) = arguments.json {
        row::write(&path, &rows)?;
    }
    let all = arguments.only.is_none();
    match (arguments.check, arguments.record) {
        (true, _) => figures::check(&root, &rows, all),
        (_, true) => figures::record(&root, &rows, all),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, ON_DEMAND, PARTS};
    use clap::CommandFactory as _;

    #[test]
    fn xtask_prints_the_same_help_as_the_program() {
        let help = Arguments::command().render_long_help().to_string();
        assert_eq!(include_str!("../../../xtask/help/bench.txt"), help);
        let mut parts = PARTS.iter().chain(ON_DEMAND);
        assert!(parts.all(|(part, _)| help.contains(part)));
    }
}
