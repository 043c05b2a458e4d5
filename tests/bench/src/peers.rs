//! The programs that rows compare with: built once, by `cargo xtask bench peers`, into a cache under
//! `target`.
//!
//! Must never install anything during a measurement: a row whose peer is not built reports that.

use crate::Outcome;
use crate::timing::run;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The reason why a row has no peer, and the command that builds it.
pub(crate) const MISSING: &str = "peer missing: run `cargo xtask bench peers`";

/// An external program.
pub(crate) struct Peer {
    name: &'static str,
    version: &'static str,
    from: From,
}

/// The source of a program.
enum From {
    Crates,
    PyPi,
}

/// OpenAPI Generator's own generator of Rust, in Java.
pub(crate) const OPENAPI_GENERATOR: Peer = Peer {
    name: "openapi-generator-cli",
    version: "7.26.0",
    from: From::PyPi,
};

/// The strongest generator of Rust clients in Rust.
pub(crate) const OPENAPI_TO_RUST: Peer = Peer {
    name: "openapi-to-rust",
    version: "0.23.0",
    from: From::Crates,
};

/// A generator of Rust clients in Rust that validates before it sends.
pub(crate) const OAS3_GEN: Peer = Peer {
    name: "oas3-gen",
    version: "0.29.0",
    from: From::Crates,
};

/// A generator of Rust clients in Rust that leaves bodies undecoded.
pub(crate) const PLOIDY: Peer = Peer {
    name: "ploidy",
    version: "0.15.0",
    from: From::Crates,
};

/// Every program that is built. Progenitor is a library, which the measuring program links.
const PEERS: &[Peer] = &[OPENAPI_GENERATOR, OPENAPI_TO_RUST, OAS3_GEN, PLOIDY];

impl Peer {
    /// Returns the program's path, if it is built.
    pub(crate) fn program(&self, root: &Path) -> Option<PathBuf> {
        let program = self.directory(root).join("bin").join(self.name);
        Some(program).filter(|program| program.exists())
    }

    /// The version is part of the path, so that another version is built separately.
    fn directory(&self, root: &Path) -> PathBuf {
        let name = format!("{}-{}", self.name, self.version);
        root.join("target/peers").join(name)
    }

    fn build(&self, root: &Path) -> Outcome<()> {
        let directory = self.directory(root);
        fs::create_dir_all(&directory)?;
        match self.from {
            From::Crates => {
                let mut install = Command::new(env!("CARGO"));
                install.args(["install", self.name, "--version", self.version]);
                install.args(["--locked", "--force", "--quiet", "--root"]);
                install.arg(&directory).arg("--target-dir");
                // One directory for all of them, since they have dependencies in common.
                run(install.arg(root.join("target/peers/build")))?;
            }
            From::PyPi => {
                run(Command::new("python3").args(["-m", "venv"]).arg(&directory))?;
                let package = format!("{}=={}", self.name, self.version);
                let mut install = Command::new(directory.join("bin/pip"));
                run(install.args(["install", "--quiet", &package]))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.name, self.version)
    }
}

/// Builds all programs that are not built yet.
pub(crate) fn build(root: &Path) -> Outcome<()> {
    for peer in PEERS {
        match peer.program(root) {
            Some(_) => println!("{peer} is built"),
            None => {
                println!("builds {peer}");
                peer.build(root)?;
            }
        }
    }
    Ok(())
}
