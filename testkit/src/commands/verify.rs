//! `verify`: judges recorded traffic and prints the findings.
//!
//! This file only reads the command line; the library judges.

use super::progress::Progress;
use atlas_backup_testkit::output::{self, Unprinted, print_message};
use atlas_backup_testkit::report::{FailOn, Format, Outcome};
use atlas_backup_testkit::verify::recording::convert::{Converted, Form};
use atlas_backup_testkit::verify::{Baseline, Error, Options};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
#[command(
    after_help = "The last line is the verdict. Exit status: 0 it holds, 1 it is violated, 2 it could not be judged: \
        something cannot be read, is no recording, there is none, or none is of an operation of the documents."
)]
pub(crate) struct Arguments {
    /// Recordings: a file, or a folder with its subfolders; `.http`, `.snaphost` or `.har`.
    #[arg(value_name = "PATH", required_unless_present_any = ["recordings", "root"])]
    paths: Vec<PathBuf>,
    /// The same as PATH; may be repeated.
    #[arg(long, value_name = "DIR")]
    recordings: Vec<PathBuf>,
    /// Format of the printed report.
    #[arg(long, value_enum, default_value_t = Printed::Text)]
    format: Printed,
    /// Also writes the report to a file, as Markdown, JSON, JUnit XML or HTML by its extension; may be
    /// repeated.
    #[arg(long, value_name = "FILE.{md,json,xml,html}", value_parser = report_file)]
    report: Vec<(PathBuf, Format)>,
    /// Findings that make the exit status 1.
    #[arg(long, value_enum, default_value_t = Fails::Error)]
    fail_on: Fails,
    /// An OpenAPI 3.0 document to judge by, in place of the built-in curated ones.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Known findings to accept: a file that --write-baseline wrote.
    #[arg(long, value_name = "FILE.json")]
    baseline: Option<PathBuf>,
    /// Writes every finding of this run to a file for --baseline.
    #[arg(long, value_name = "FILE.json")]
    write_baseline: Option<PathBuf>,
    /// Severities of kinds of findings that differ from the testkit's (`src/verify/severity.toml`).
    #[arg(long, value_name = "FILE.toml")]
    severity: Option<PathBuf>,
    /// For maintainers of the documents: reports on their corrections and on unrecorded responses, and treats
    /// undocumented fields as errors.
    #[arg(long)]
    maintainer: bool,
    /// Results of external validators, one per line, to include in the report.
    #[arg(long, alias = "referees", hide = true, value_name = "FILE.txt")]
    external_validators: Option<PathBuf>,
    /// Converts the recordings to another format instead of judging them; exits with 1 if one cannot be
    /// converted.
    #[arg(long, value_enum, value_name = "FORM", requires = "to")]
    convert: Option<Form>,
    /// The folder that --convert writes to; must be empty or absent.
    #[arg(long, value_name = "DIR", requires = "convert")]
    to: Option<PathBuf>,
    /// The repository of the testkit, whose documents and recordings are used; implies --maintainer.
    #[arg(long, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Prints the peak memory of the run in kilobytes on a line of its own; for measurements, on Linux.
    #[arg(long, hide = true)]
    peak: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Printed {
    /// For people: findings, counts, the verdict.
    Text,
    /// The whole report, for programs.
    Json,
    /// JUnit XML: a test case for each recording.
    Junit,
    /// For CI summaries and comments.
    Markdown,
    /// A self-contained HTML page.
    Html,
    /// GitHub workflow annotations at the recordings' files.
    Github,
}

impl Printed {
    fn format(self) -> Format {
        match self {
            Self::Text => Format::Text,
            Self::Json => Format::Json,
            Self::Junit => Format::Junit,
            Self::Markdown => Format::Markdown,
            Self::Html => Format::Html,
            Self::Github => Format::Github,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Fails {
    /// An error.
    Error,
    /// An error or a warning.
    Warning,
    /// An error, or a field that the document does not have.
    Undocumented,
}

fn report_file(text: &str) -> Result<(PathBuf, Format), String> {
    let path = PathBuf::from(text);
    let format = Format::of(&path).ok_or("the extension must be .md, .json, .xml or .html")?;
    Ok((path, format))
}

pub(crate) fn execute(arguments: Arguments) -> ExitCode {
    let format = arguments.format.format();
    match run(arguments) {
        Ok(outcome) => ExitCode::from(outcome.exit_status()),
        Err(error) => {
            // Print the verdict as one line where readers expect it, and the full error before it.
            let message = error.to_string();
            let first = message.lines().next().unwrap_or_default();
            if first != message {
                print_message(&message);
            }
            match format.ends_with_verdict() {
                // If printing fails too, the exit status still reports the failure.
                true => drop(print(&format!("{}: {first}\n", Outcome::Unjudged))),
                false => print_message(format_args!("{}: {first}", Outcome::Unjudged)),
            }
            ExitCode::from(Outcome::Unjudged.exit_status())
        }
    }
}

fn run(arguments: Arguments) -> Result<Outcome, Error> {
    let mut options = Options::default();
    options.spec = arguments.spec;
    options.severity = arguments.severity;
    options.baseline = arguments.baseline;
    options.fail_on = match arguments.fail_on {
        Fails::Error => FailOn::Error,
        Fails::Warning => FailOn::Warning,
        Fails::Undocumented => FailOn::Undocumented,
    };
    options.maintainer = arguments.maintainer || arguments.root.is_some();
    let mut paths = arguments.paths;
    paths.extend(arguments.recordings);
    if let (true, Some(root)) = (paths.is_empty(), &arguments.root) {
        paths = default_folders(root);
    }
    options.repository = arguments.root;
    if let (Some(form), Some(to)) = (arguments.convert, &arguments.to) {
        let converted = options.convert(&paths, form, to)?;
        return report_conversion(&converted, to);
    }
    let mut progress = Progress::on_terminal();
    progress.show(format_args!("judging the recordings"));
    let mut report = options.verify(&paths)?;
    drop(progress);
    if let Some(path) = arguments.external_validators {
        let results =
            std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
        report.referees = results.lines().map(str::to_owned).collect();
    }
    if let Some(path) = &arguments.write_baseline {
        Baseline::of(&report).write(path)?;
    }
    for (path, format) in &arguments.report {
        report.write(path, *format)?;
    }
    if arguments.peak {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.unwrap_or("NaN").trim().trim_end_matches(" kB");
        print(&format!("peak {peak}\n"))?;
    }
    let format = arguments.format.format();
    print(&report.formatted(format))?;
    if !format.ends_with_verdict() {
        print_message(report.verdict());
    }
    Ok(report.outcome())
}

/// Reports the result of a conversion.
fn report_conversion(converted: &Converted, to: &Path) -> Result<Outcome, Error> {
    for (name, why) in &converted.left_out {
        print_message(format_args!("{name} is not written: {why}"));
    }
    let written = converted.written;
    print(&format!(
        "{written} recordings written to {}\n",
        to.display()
    ))?;
    if converted.without_request > 0 {
        print(&format!(
            "{} of them without the query, headers and body of their requests: this format holds responses only\n",
            converted.without_request
        ))?;
    }
    Ok(match converted.left_out.is_empty() {
        true => Outcome::Holds,
        false => Outcome::Violated,
    })
}

/// Prints a text on standard output.
fn print(text: &str) -> Result<(), Error> {
    output::print(text).map_err(|Unprinted(error)| Error::Report {
        path: "standard output".into(),
        message: error.to_string(),
    })
}

fn default_folders(root: &Path) -> Vec<PathBuf> {
    let shared = root.join("../shared/atlas/recordings");
    let mut folders = vec![root.join("tests/recordings")];
    folders.extend(Some(shared).filter(|folder| folder.is_dir()));
    folders
}
