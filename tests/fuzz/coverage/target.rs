//! Runs any of the targets with libFuzzer; the variable `FUZZ_TARGET` names it.
//!
//! libFuzzer cannot report an input that overflows the stack, so each input is written to a file before it runs.
#![no_main]

use atlas_backup_fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::LazyLock;

static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().find(|target| target.name == name);
    let names = TARGETS.map(|target| target.name).join(", ");
    *found.unwrap_or_else(|| panic!("FUZZ_TARGET must be one of {names}"))
});

/// The current input, in the file that `FUZZ_RUNNING` names.
static RUNNING: LazyLock<File> = LazyLock::new(|| {
    let path = std::env::var("FUZZ_RUNNING").expect("FUZZ_RUNNING names a file");
    File::create(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
});

fuzz_target!(|input: &[u8]| {
    let written = RUNNING
        .write_all_at(input, 0)
        .and_then(|()| RUNNING.set_len(input.len() as u64));
    written.expect("the current input is writable");
    let _ = (CHOSEN.run)(input);
});
