//! Measures the generator and the SDK, each beside a peer in the same run, and says which targets are met.
//!
//! Must never compare figures of two runs: machines differ more than programs do.

mod contract;
mod decoding;
mod generation;
#[path = "../../differential/build/oracle.rs"]
mod oracle;
#[path = "../../../testkit/src/commands/progress.rs"]
mod progress;
mod row;

use clap::Parser;
use progress::Progress;
use std::path::{Path, PathBuf};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "Measures beside peers")]
struct Arguments {
    /// Also writes the rows to this file, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// One job for a process of its own, whose memory is then told.
    #[arg(long, hide = true)]
    alone: Option<String>,
}

fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if let Some(job) = arguments.alone {
        return generation::alone(&root, &job);
    }
    let (mut rows, mut progress) = (Vec::new(), Progress::on_terminal());
    progress.show(format_args!("measures generating, the first of 3 parts"));
    rows.extend(generation::rows(&root)?);
    progress.show(format_args!("measures decoding, the second of 3 parts"));
    rows.extend(decoding::rows()?);
    progress.show(format_args!("measures the contract, the last of 3 parts"));
    rows.extend(contract::rows(&root)?);
    drop(progress);
    print!("{}", row::table(&rows));
    if let Some(path) = arguments.json {
        row::write(&path, &rows)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory as _;

    #[test]
    fn the_help_that_xtask_prints_is_that_of_the_program() {
        let help = Arguments::command().render_long_help().to_string();
        assert_eq!(include_str!("../../../xtask/help/bench.txt"), help);
    }
}
