//! Compares the help that `cargo xtask` prints with that of the program.
//!
//! `cargo xtask` has its own copies, so that it can print them before it compiles the testkit.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn xtask_prints_the_same_help_as_the_program() {
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
        let printed = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(
            printed,
            help,
            "{} differs from the program's help",
            file.display()
        );
    }
}
