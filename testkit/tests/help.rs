//! `cargo xtask` prints the help of these commands before it compiles them, from texts of its own.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_help_that_xtask_prints_is_that_of_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/help");
    for (command, name) in [
        ("verify", "contract"),
        ("record", "record"),
        ("sandbox", "sandbox"),
    ] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_atlas-backup-testkit"));
        let output = program.args([command, "--help"]).output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        let help = help.replace(
            &format!("atlas-backup-testkit {command}"),
            &format!("cargo xtask {name}"),
        );
        let file = folder.join(name).with_extension("txt");
        let held = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(held, help, "{} should have the right text", file.display());
    }
}
