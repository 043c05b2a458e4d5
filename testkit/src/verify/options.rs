//! The options of a verification, and its entry point.

use crate::report::{FailOn, Report};
use crate::verify::baseline::Baseline;
use crate::verify::documents::Documents;
use crate::verify::recording::convert::{Converted, Form, convert};
use crate::verify::recording::read_path;
use crate::verify::run::Run;
use crate::verify::sequence::Sequences;
use crate::verify::severity::Severities;
use crate::verify::{Error, sdk};
use std::path::{Path, PathBuf};

/// How recordings are judged; the default is that of [`verify`].
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// An OpenAPI 3.0 document to judge by, in place of the built-in curated ones.
    pub spec: Option<PathBuf>,
    /// A TOML file with severities that differ from the default.
    pub severity: Option<PathBuf>,
    /// A file of accepted findings.
    pub baseline: Option<PathBuf>,
    /// The findings that make the verdict a violation.
    pub fail_on: FailOn,
    /// Reports on the documents' corrections too, and treats undocumented fields as errors.
    pub maintainer: bool,
    /// A repository of this crate whose documents judge, in place of the built-in ones.
    pub repository: Option<PathBuf>,
}

/// Judges recordings by the curated documents of this SDK version: a file, or every file below a folder.
///
/// The formats are those of [`recording`](crate::verify::recording): `.http`, `.snaphost` and `.har`.
///
/// # Errors
/// When nothing can be judged: the path does not exist or cannot be read, or there is no recording. A file
/// that is not a recording is no error here; it makes the report's outcome
/// [`Unjudged`](crate::report::Outcome::Unjudged), and so do recordings of which none is of an operation of the
/// documents.
pub fn verify(path: impl AsRef<Path>) -> Result<Report, Error> {
    Options::default().verify(&[path])
}

impl Options {
    /// Judges the recordings at several paths together, each a file or a folder.
    ///
    /// # Errors
    /// As [`verify`], and when a file of the options cannot be read.
    pub fn verify<P: AsRef<Path>>(&self, paths: &[P]) -> Result<Report, Error> {
        // Maintainers can correct the curated documents, but not a document of the user's.
        let ours = self.maintainer && self.spec.is_none();
        let severity = self.severities(ours)?;
        let baseline = self.baseline.as_deref().map(Baseline::read).transpose()?;
        let Documents { all, corrections } = self.documents(ours)?;
        let mut run = Run::new(&all, &sdk::round_trip, corrections, Sequences::new()?);
        for path in paths {
            for (file, (name, read)) in read_path(path.as_ref())? {
                run.judge_file(&file.display().to_string(), &name, &read);
            }
        }
        let Some(mut report) = run.report(severity) else {
            return Err(nothing_at(paths));
        };
        report.maintainer = self.maintainer;
        report.fail_on = self.fail_on;
        if let Some(baseline) = &baseline {
            report.accept(baseline);
        }
        Ok(report)
    }

    /// Converts the recordings at several paths to another format in a folder.
    ///
    /// # Errors
    /// As [`Options::verify`], and when the folder is not empty or a file cannot be written.
    pub fn convert<P: AsRef<Path>>(
        &self,
        paths: &[P],
        form: Form,
        to: &Path,
    ) -> Result<Converted, Error> {
        let mut recordings = Vec::new();
        for path in paths {
            recordings.extend(read_path(path.as_ref())?.map(|(_, named)| named));
        }
        if recordings.is_empty() {
            return Err(nothing_at(paths));
        }
        convert(&recordings, form, &self.documents(false)?.all, to)
    }

    fn documents(&self, corrections: bool) -> Result<Documents, Error> {
        match (&self.spec, &self.repository) {
            (Some(spec), _) => Documents::own(spec),
            (None, Some(root)) => {
                Documents::in_folder(&root.join("testkit/documents"), corrections)
            }
            (None, None) => Documents::built_in(corrections),
        }
    }

    fn severities(&self, ours: bool) -> Result<Severities, Error> {
        let text = self.severity.as_ref().map(|path| {
            std::fs::read_to_string(path).map_err(|source| Error::Read {
                path: path.clone(),
                source,
            })
        });
        let text = text.transpose()?;
        Severities::read(text.as_deref(), ours).map_err(|message| Error::Severity {
            path: self.severity.clone().unwrap_or_default(),
            message,
        })
    }
}

fn nothing_at<P: AsRef<Path>>(paths: &[P]) -> Error {
    let paths = paths.iter().map(|path| path.as_ref().display().to_string());
    Error::NoRecordings(paths.collect::<Vec<_>>().join(", "))
}
