//! Recording files in their three formats: each recording can be converted to every format and read back.
//!
//! The first line of an input is the file's name; the rest is the file.

use crate::sources;
use atlas_backup::Recording as Replayed;
use atlas_backup_testkit::verify::recording::convert::{Form, convert};
use atlas_backup_testkit::verify::recording::{Named, read_folder};
use std::fs;
use std::path::Path;

pub(crate) fn run(input: &[u8]) -> bool {
    let place = tempfile::tempdir().expect("there is room");
    let from = place.path().join("from");
    let Some(name) = write(&from, input) else {
        return false;
    };
    // The SDK's own reader supports two of the formats.
    if let Err(error) = Replayed::read(from.join(&name)) {
        let shown = error.to_string();
        assert!(
            shown.chars().count() < 10_000,
            "{} characters",
            shown.chars().count()
        );
    }
    let read = read_folder(&from).expect("the folder is read");
    for (form, folder) in [
        (Form::Http, "http"),
        (Form::Snaphost, "snaphost"),
        (Form::Har, "har"),
    ] {
        let to = place.path().join(folder);
        let converted =
            convert(&read, form, &sources::documents().all, &to).expect("there is room");
        let back = read_folder(&to).expect("the folder is read");
        assert_eq!(back.len(), converted.written, "{form:?}");
        let unreadable = back.iter().find(|(_, read)| read.is_err());
        assert!(unreadable.is_none(), "{form:?}: {unreadable:?}");
        if form != Form::Snaphost {
            judge(&read, &back, form);
        }
    }
    read.iter().any(|(_, read)| read.is_ok())
}

/// Checks that each converted recording equals one that was read, in status and body.
fn judge(read: &[Named], back: &[Named], form: Form) {
    for (name, recording) in back
        .iter()
        .filter_map(|(name, read)| Some((name, read.as_ref().ok()?)))
    {
        let same = read
            .iter()
            .filter_map(|(_, read)| read.as_ref().ok())
            .any(|one| {
                (one.status, &one.body, &one.method)
                    == (recording.status, &recording.body, &recording.method)
            });
        assert!(same, "{form:?}: {name} is no recording that was read");
    }
}

/// Writes the file of an input; `None` if its name is not a valid file name.
pub(crate) fn write(folder: &Path, input: &[u8]) -> Option<String> {
    let end = input
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(input.len());
    let (line, content) = input.split_at(end);
    let name = String::from_utf8_lossy(line).trim().to_owned();
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
    if name.is_empty() || name.len() > 100 || name.starts_with('.') || !name.chars().all(is_plain) {
        return None;
    }
    fs::create_dir_all(folder).expect("there is room");
    fs::write(folder.join(&name), content.get(1..).unwrap_or_default()).expect("there is room");
    Some(name)
}
