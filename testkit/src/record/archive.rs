//! Writes exchanges to files, redacted and scanned.
//!
//! Invariant: every file in the folder is complete and passed the scan, whenever the process ends. No message
//! shows a target, or the value of a header or a field.

use crate::record::Error;
use crate::record::exchange::Exchange;
use crate::record::redact::{Redacted, Redactor, Unreadable};
use crate::record::rules::Rules;
use crate::record::scan::Scanner;
use serde_json::{Value, json};
use std::fmt::{self, Write as _};
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tempfile::{NamedTempFile, TempDir};

/// Longest part of a file name that is made from the path, in bytes; file systems allow 255 in total.
const LONGEST_NAME: usize = 180;

/// Counts of a run's exchanges by what happened to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Written to files.
    pub recorded: u64,
    /// Not written, because they may hold a secret or because writing failed.
    pub refused: u64,
    /// Forwarded but not recorded: tokens, challenges, and bodies that are too large, incomplete or
    /// unreadable.
    pub left_out: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            recorded,
            refused,
            left_out,
        } = self;
        write!(
            f,
            "{recorded} recorded, {refused} refused, {left_out} left out"
        )
    }
}

/// A message from the proxy to the archive.
pub(crate) enum Passed {
    Whole(Box<Exchange>),
    /// The exchange with this number was not captured, and the reason.
    Lost(u64, &'static str),
    LeftOut,
}

/// Receives messages, one line each.
pub type Say = Box<dyn FnMut(&str) + Send>;

/// The folder and the thread that writes to it.
pub struct Archive {
    sender: Sender<Passed>,
    thread: JoinHandle<Summary>,
}

impl Archive {
    /// Opens an archive in `folder` for the service at `upstream`.
    ///
    /// A missing folder is created.
    ///
    /// # Errors
    /// When the folder is in use or not empty, cannot be created or is a mount point, when the folder that contains it
    /// cannot be written, or when the rules are invalid.
    pub fn open(folder: &Path, rules: Rules, upstream: &str, say: Say) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)?;
        // Locked first, so that no other archive finds the folder empty, too, and mixes its placeholders in.
        let lock = lock(folder)?;
        if std::fs::read_dir(folder)?.next().is_some() {
            return Err(Error::NotEmpty);
        }
        let folder = folder.canonicalize()?;
        // Unfinished files are beside the folder, so that a killed process leaves none of them in it.
        let unfinished = unfinished_in(folder.parent().unwrap_or(&folder))?;
        check_moves(unfinished.path(), &folder)?;
        let (sender, receiver) = channel();
        let writer = Writer {
            folder,
            _lock: lock,
            unfinished,
            redactor: Redactor::new(rules, upstream)?,
            scanner: Scanner::new()?,
            say,
            summary: Summary::default(),
        };
        let thread = std::thread::Builder::new()
            .name("archive".to_owned())
            .spawn(|| writer.run(receiver))?;
        Ok(Self { sender, thread })
    }

    pub(crate) fn sender(&self) -> Sender<Passed> {
        self.sender.clone()
    }

    /// Waits until everything received is written.
    ///
    /// # Errors
    /// When the writing thread panicked.
    pub fn close(self) -> Result<Summary, Error> {
        drop(self.sender);
        self.thread
            .join()
            .map_err(|_| std::io::Error::other("the archive broke down").into())
    }
}

/// Locks a folder for one archive, until the file is closed.
///
/// `None` if the system or the file system has no locks of folders: recording works without.
fn lock(folder: &Path) -> Result<Option<File>, Error> {
    let Ok(opened) = File::open(folder) else {
        return Ok(None);
    };
    match opened.try_lock() {
        Ok(()) => Ok(Some(opened)),
        Err(TryLockError::WouldBlock) => Err(Error::InUse),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Creates the folder for unfinished files in `parent`.
fn unfinished_in(parent: &Path) -> Result<TempDir, Error> {
    let created = tempfile::Builder::new()
        .prefix(".recording-")
        .tempdir_in(parent);
    created.map_err(|source| Error::Parent {
        folder: parent.to_owned(),
        source,
    })
}

/// Checks that files can be moved from `unfinished` into `folder`, before there are recordings to move.
fn check_moves(unfinished: &Path, folder: &Path) -> Result<(), Error> {
    let probe = folder.join(".recording-probe");
    let moved = move_file(NamedTempFile::new_in(unfinished)?, &probe);
    moved.map_err(|error| match error.kind() {
        ErrorKind::CrossesDevices => Error::MountPoint(folder.to_owned()),
        _ => error.into(),
    })?;
    Ok(std::fs::remove_file(probe)?)
}

/// Moves a complete file to its place, where there must be none.
fn move_file(file: NamedTempFile, to: &Path) -> std::io::Result<()> {
    file.persist_noclobber(to).map_err(|error| error.error)?;
    Ok(())
}

struct Writer {
    folder: PathBuf,
    _lock: Option<File>,
    unfinished: TempDir,
    redactor: Redactor,
    scanner: Scanner,
    say: Say,
    summary: Summary,
}

impl Writer {
    fn run(mut self, receiver: Receiver<Passed>) -> Summary {
        for passed in receiver {
            match passed {
                Passed::LeftOut => self.summary.left_out += 1,
                Passed::Lost(number, why) => self.leave_out(number, why),
                Passed::Whole(exchange) if exchange.is_challenge() => self.summary.left_out += 1,
                Passed::Whole(exchange) => match self.redactor.redact(&exchange) {
                    Ok(redacted) => self.record(exchange.number, &redacted),
                    Err(Unreadable) => self.leave_out(exchange.number, "its body cannot be read"),
                },
            }
        }
        self.summary
    }

    fn leave_out(&mut self, number: u64, why: &str) {
        self.summary.left_out += 1;
        (self.say)(&format!("request {number} is not recorded: {why}"));
    }

    fn record(&mut self, number: u64, redacted: &Redacted) {
        match self.write(number, redacted) {
            Ok(()) => self.summary.recorded += 1,
            Err(why) => {
                self.summary.refused += 1;
                (self.say)(&format!("request {number} is refused: {why}"));
            }
        }
    }

    fn write(&mut self, number: u64, redacted: &Redacted) -> Result<(), String> {
        let text = file_text(redacted);
        if let Some(rule) = self.scanner.finds(&text, self.redactor.aliases()) {
            let place = self.place(redacted, rule);
            return Err(format!(
                "after redaction, {place} may still hold a secret (by the scanner's rule: {rule}); \
                 take it out by a rule of your own, in the file of --rules"
            ));
        }
        let file = self.folder.join(file_name(number, redacted));
        let unwritten = |error: std::io::Error| format!("it cannot be written: {error}");
        let mut unfinished = NamedTempFile::new_in(self.unfinished.path()).map_err(unwritten)?;
        unfinished.write_all(text.as_bytes()).map_err(unwritten)?;
        unfinished.as_file().sync_all().map_err(unwritten)?;
        move_file(unfinished, &file).map_err(unwritten)
    }

    /// Returns the part of an exchange in which the scanner's rule found something.
    fn place(&self, redacted: &Redacted, rule: &str) -> String {
        let hit = |text: &str| self.scanner.finds(text, self.redactor.aliases()) == Some(rule);
        if hit(&redacted.target) {
            return "the target of the request".to_owned();
        }
        for (of, headers, body) in [
            ("request", &redacted.request_headers, &redacted.request_body),
            ("response", &redacted.headers, &redacted.body),
        ] {
            if let Some((name, _)) = headers
                .iter()
                .find(|(name, value)| hit(&format!("{name}: {value}")))
            {
                return format!("the header {name} of the {of}");
            }
            if hit(body) {
                let value = serde_json::from_str(body).unwrap_or_default();
                return match pointer(&value, &hit) {
                    pointer if pointer.is_empty() => format!("the body of the {of}"),
                    pointer => format!("{pointer} in the body of the {of}"),
                };
            }
        }
        "the exchange".to_owned()
    }
}

/// Returns the JSON pointer of the innermost value that is a hit together with its name.
///
/// Names that are not plain words may be data and are shown as `*`.
fn pointer(value: &Value, hit: &dyn Fn(&str) -> bool) -> String {
    let word = |name: &str| {
        let letters = name.bytes().all(|byte| byte.is_ascii_alphabetic());
        (letters && name.len() <= 40 && !hit(name)).then_some(name.to_owned())
    };
    let (name, inner) = match value {
        Value::Object(fields) => {
            let mut fields = fields.iter();
            let Some((name, inner)) =
                fields.find(|(name, inner)| hit(&json!({ *name: inner }).to_string()))
            else {
                return String::new();
            };
            (word(name).unwrap_or_else(|| "*".to_owned()), inner)
        }
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            let Some((index, inner)) = items.find(|(_, inner)| hit(&inner.to_string())) else {
                return String::new();
            };
            (index.to_string(), inner)
        }
        _ => return String::new(),
    };
    format!("/{name}{}", pointer(inner, hit))
}

/// Formats the request on lines that start with `>`, then the raw response.
fn file_text(redacted: &Redacted) -> String {
    let mut text = format!("> {} {}\n", redacted.method, redacted.target);
    let mut line = |line: fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _ = text.write_fmt(line);
    };
    for (name, value) in &redacted.request_headers {
        line(format_args!("> {name}: {value}\n"));
    }
    line(format_args!(">\n"));
    for body_line in redacted.request_body.lines() {
        line(format_args!("> {body_line}\n"));
    }
    let reason = redacted.status.canonical_reason().unwrap_or("Unknown");
    line(format_args!(
        "HTTP/1.1 {} {reason}\n",
        redacted.status.as_u16()
    ));
    for (name, value) in &redacted.headers {
        line(format_args!("{name}: {value}\n"));
    }
    line(format_args!("\n"));
    if !redacted.body.is_empty() {
        line(format_args!("{}\n", redacted.body));
    }
    text
}

/// Returns a file name such as `0007_GET_api_atlas_v2_….http`.
///
/// Names sort in the order of requests and have no character that is special to a file system.
fn file_name(number: u64, redacted: &Redacted) -> String {
    let path = redacted.target.split('?').next().unwrap_or_default();
    let joined = path
        .trim_matches('/')
        .chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => character,
            _ => '_',
        });
    let joined: String = joined.take(LONGEST_NAME).collect();
    format!("{number:04}_{}_{joined}.http", redacted.method)
}

#[cfg(test)]
mod tests {
    use super::{Error, check_moves, unfinished_in};

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_on_another_file_system_than_its_parent_is_a_mount_point() {
        let (unfinished, same) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let other = tempfile::tempdir_in("/dev/shm").unwrap();
        check_moves(unfinished.path(), same.path()).unwrap();
        assert_eq!(std::fs::read_dir(same.path()).unwrap().count(), 0);
        let error = check_moves(unfinished.path(), other.path()).unwrap_err();
        assert!(matches!(error, Error::MountPoint(_)), "{error}");
        let inside = other.path().join("recordings").display().to_string();
        assert!(error.to_string().ends_with(&inside), "{error}");
    }

    #[test]
    fn an_unwritable_parent_is_an_error_with_its_path() {
        let root = tempfile::tempdir().unwrap();
        let absent = root.path().join("absent");
        let error = unfinished_in(&absent).unwrap_err().to_string();
        assert!(error.contains(&*absent.display().to_string()), "{error}");
    }
}
