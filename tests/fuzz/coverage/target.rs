//! Runs any of the targets with libFuzzer; the variable `FUZZ_TARGET` names it.
#![no_main]

use atlas_backup_fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().find(|target| target.name == name);
    let names = TARGETS.map(|target| target.name).join(", ");
    *found.unwrap_or_else(|| panic!("FUZZ_TARGET must be one of {names}"))
});

fuzz_target!(|input: &[u8]| (CHOSEN.run)(input));
