//! `verify`: judges recorded answers and says what it found.
//!
//! This file only reads the command line; what it finds out is decided in the library.

use atlas_backup_testkit::report::Format;
use atlas_backup_testkit::verify::documents::Documents;
use atlas_backup_testkit::verify::recording::read_folder;
use atlas_backup_testkit::verify::run::Run;
use atlas_backup_testkit::verify::sequence::Sequences;
use atlas_backup_testkit::verify::severity::Severities;
use atlas_backup_testkit::verify::{Error, sdk};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A folder of recordings; may be given again. Without it: tests/recordings, and the shared recordings beside the
    /// repository where there are any.
    #[arg(long, value_name = "DIR")]
    recordings: Vec<PathBuf>,
    /// An OpenAPI 3.0 document to judge by, in place of the two curated ones. Undocumented fields are then only reported.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// How grave each kind of finding is, where it is not as the testkit's own `severity.toml` has it.
    #[arg(long, value_name = "FILE.toml")]
    severity: Option<PathBuf>,
    /// Writes the report to a file as well: Markdown, JSON, JUnit's XML or a page, by its extension.
    #[arg(long, value_name = "FILE.{md,json,xml,html}", value_parser = report_file)]
    report: Option<(PathBuf, Format)>,
    /// What programs nobody here wrote have judged, a line each, to stand in the report.
    #[arg(long, value_name = "FILE.txt")]
    referees: Option<PathBuf>,
    /// The root of the repository whose documents and recordings are judged.
    #[arg(long, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Says how much memory the run took at most, in kilobytes, on a line of its own; for measurements, on Linux.
    #[arg(long, hide = true)]
    peak: bool,
}

fn report_file(text: &str) -> Result<(PathBuf, Format), String> {
    let path = PathBuf::from(text);
    let format = Format::of(&path).ok_or("the extension must be .md, .json, .xml or .html")?;
    Ok((path, format))
}

pub(crate) fn execute(arguments: Arguments) -> ExitCode {
    match run(arguments) {
        Ok(failed) => ExitCode::from(u8::from(failed)),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether the contract is broken.
fn run(arguments: Arguments) -> Result<bool, Error> {
    let ours = arguments.spec.is_none();
    let documents = match (&arguments.spec, &arguments.root) {
        (Some(spec), _) => Documents::own(spec)?,
        (None, Some(root)) => Documents::below(&root.join("testkit/documents"), true)?,
        (None, None) => Documents::carried(true)?,
    };
    let root = arguments.root.as_deref().unwrap_or(Path::new("."));
    let folders = if arguments.recordings.is_empty() {
        default_folders(root)
    } else {
        arguments.recordings
    };

    let severity = severities(arguments.severity.as_deref(), ours)?;
    let Documents { all, corrections } = documents;
    let sequences = Sequences::new()?;
    let mut run = Run::new(&all, &sdk::round_trip, corrections, sequences);
    for folder in &folders {
        for (name, read) in read_folder(folder)? {
            run.judge(&name, &read);
        }
    }
    let Some(mut report) = run.report(severity) else {
        let folders = folders.iter().map(|folder| folder.display().to_string());
        return Err(Error::NoRecordings(folders.collect::<Vec<_>>().join(", ")));
    };
    if let Some(path) = arguments.referees {
        let said = std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
        report.referees = said.lines().map(str::to_owned).collect();
    }
    print!("{}", report.text());
    if let Some((path, format)) = &arguments.report {
        report.write(path, *format)?;
    }
    if arguments.peak {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        println!(
            "peak {}",
            peak.unwrap_or("NaN").trim().trim_end_matches(" kB")
        );
    }
    Ok(report.failed())
}

fn severities(path: Option<&Path>, ours: bool) -> Result<Severities, Error> {
    let path = path.map(Path::to_owned);
    let text = path.as_ref().map(|path| {
        std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })
    });
    let text = text.transpose()?;
    Severities::read(text.as_deref(), ours).map_err(|message| Error::Severity {
        path: path.unwrap_or_default(),
        message,
    })
}

fn default_folders(root: &Path) -> Vec<PathBuf> {
    let shared = root.join("../shared/atlas/recordings");
    let mut folders = vec![root.join("tests/recordings")];
    folders.extend(Some(shared).filter(|folder| folder.is_dir()));
    folders
}
