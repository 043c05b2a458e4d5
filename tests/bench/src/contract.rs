//! Measures time and memory of contract verification over many recordings.
//!
//! The peer only reads them.
//!
//! Must never link the verifier: it needs an SDK feature without which decoding is measured.

use crate::Outcome;
use crate::row::{Row, Target};
use crate::timing::{in_turn, release};
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROUNDS: usize = 5;

/// Number of recordings: copies of the repository's.
const RECORDINGS: usize = 10_000;

pub(crate) fn rows(root: &Path) -> Outcome<Vec<Row>> {
    let program = release(root, "atlas-backup-testkit")?;
    let folder = tempfile::tempdir()?;
    let files = copies(&root.join("tests/recordings"), folder.path())?;
    let judged = || -> Outcome<f64> {
        let output = Command::new(&program)
            .args(["verify", "--peak", "--root"])
            .arg(root)
            .arg("--recordings")
            .arg(folder.path())
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        if !output.status.success() {
            return Err(text.into());
        }
        let peak = text.lines().find_map(|line| line.strip_prefix("peak "));
        Ok(peak.unwrap_or("NaN").parse()?)
    };
    let parsed = || -> Outcome<()> {
        for file in &files {
            let text = fs::read_to_string(file)?;
            let body = text.rsplit("\n\n").next().unwrap_or_default();
            let _ = black_box(serde_json::from_str::<serde_json::Value>(body));
        }
        Ok(())
    };
    let (ours, peer) = in_turn(ROUNDS, || judged().map(drop), parsed)?;
    let megabytes = judged()? / 1024.0;
    let text: u64 = files
        .iter()
        .filter_map(|file| Some(fs::metadata(file).ok()?.len()))
        .sum();
    Ok(vec![
        Row::new(
            "contract-10000",
            format!(
                "seconds to judge {RECORDINGS} recordings, corrections and order included; peer: reading them and parsing their bodies"
            ),
            ours,
            peer,
            &Target::Below(5.0),
        ),
        Row::new(
            "contract-memory",
            format!("MB at most while judging those {RECORDINGS} recordings; peer: their text"),
            megabytes,
            text as f64 / 1_048_576.0,
            &Target::Below(200.0),
        ),
    ])
}

/// Copies the recordings until there are enough, each time into another folder.
fn copies(from: &Path, to: &Path) -> Outcome<Vec<PathBuf>> {
    let mut recordings = Vec::new();
    for folder in fs::read_dir(from)? {
        for file in fs::read_dir(folder?.path())? {
            // Subfolders hold sessions, whose recordings are valid only together.
            recordings.extend(Some(file?.path()).filter(|path| path.is_file()));
        }
    }
    recordings.sort();
    let mut files = Vec::new();
    for index in 0..RECORDINGS {
        let round = to.join((index / recordings.len()).to_string());
        let Some(recording) = recordings.get(index % recordings.len()) else {
            return Err("there are no recordings".into());
        };
        let file = round.join(recording.strip_prefix(from)?);
        fs::create_dir_all(file.parent().unwrap_or(&round))?;
        fs::copy(recording, &file)?;
        files.push(file);
    }
    Ok(files)
}
