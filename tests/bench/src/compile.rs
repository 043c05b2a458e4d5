//! Measures compile times of the SDK and the size of a program that calls one operation.
//!
//! The peers are clients of the same operations by other generators. Dependencies are compiled before the
//! measurement. The largest functions of the SDK are printed, too.

mod functions;
mod workspace;

use crate::Outcome;
use crate::peers::{MISSING, OPENAPI_GENERATOR};
use crate::row::{Figure, Row, Target};
use crate::timing::{medians, seconds};
use std::path::Path;
use workspace::{Package, Workspace};

const ROUNDS: usize = 3;

/// Number of functions that are listed by name.
const LARGEST: usize = 10;

/// The kind of a build.
#[derive(Clone, Copy)]
enum BuildKind {
    Check,
    Release,
}

impl BuildKind {
    fn command(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check", "--quiet"],
            Self::Release => &["build", "--quiet", "--release"],
        }
    }

    /// Returns the name of the folder with the results.
    fn folder(self) -> &'static str {
        match self {
            Self::Check => "debug",
            Self::Release => "release",
        }
    }
}

pub(crate) fn rows(root: &Path) -> Outcome<Vec<Row>> {
    let generator = OPENAPI_GENERATOR.program(root);
    let workspace = Workspace::new(root, generator.as_deref())?;
    let mut rows = Vec::new();
    for (check, release, peer, what, limit) in [
        (
            "compile-check",
            "compile-release",
            Package::Progenitor,
            "progenitor's builder client of the same operations",
            1.0 / 3.0,
        ),
        (
            "compile-check-openapi-generator",
            "compile-release-openapi-generator",
            Package::OpenapiGenerator,
            "OpenAPI Generator's client of the same operations",
            1.0,
        ),
    ] {
        let missing = peer == Package::OpenapiGenerator && generator.is_none();
        for (id, way, name) in [
            (check, BuildKind::Check, "cargo check"),
            (release, BuildKind::Release, "a release build"),
        ] {
            let (ours, peer) = match missing {
                true => (
                    Figure::Missing(MISSING.to_owned()),
                    Figure::Missing(MISSING.to_owned()),
                ),
                false => compiled(&workspace, way, peer)?,
            };
            rows.push(Row::new(
                id,
                format!("seconds of {name} of the SDK, its dependencies compiled; peer: {what}"),
                ours,
                peer,
                &Target::Ratio(limit),
            ));
        }
    }
    let functions = workspace.llvm_functions(Package::Sdk)?;
    println!("{}", functions.largest(LARGEST));
    rows.push(Row::new(
        "compile-llvm-lines",
        "lines of LLVM IR of the SDK, before optimisation; peer: progenitor's builder client"
            .to_owned(),
        functions.lines() as f64,
        workspace.llvm_functions(Package::Progenitor)?.lines() as f64,
        &Target::Ratio(1.0 / 3.0),
    ));
    rows.push(edits(&workspace)?);
    rows.push(Row::new(
        "program-size",
        "bytes of a static program that lists buckets, release build, stripped; peer: `reqwest` and structs typed by hand"
            .to_owned(),
        workspace.size(Package::SdkProgram)?,
        workspace.size(Package::TypedProgram)?,
        &Target::Ratio(1.15),
    ));
    rows.push(Row::new(
        "program-crates",
        "crates that the SDK is compiled from, itself included; peer: those of the program typed by hand"
            .to_owned(),
        workspace.crates(Package::Sdk)? as f64,
        workspace.crates(Package::TypedProgram)? as f64,
        &Target::Below(115.0),
    ));
    Ok(rows)
}

/// Returns the seconds to compile the SDK and a peer, without their dependencies.
fn compiled(workspace: &Workspace, kind: BuildKind, peer: Package) -> Outcome<(Figure, Figure)> {
    let compile = |package: Package| workspace.cargo(package, kind.command()).map(drop);
    for package in [Package::Sdk, peer] {
        compile(package)?;
    }
    let round = |package: Package| {
        move |_| {
            workspace.forget(package, kind.folder())?;
            seconds(&mut || compile(package))
        }
    };
    let (ours, peer) = medians(ROUNDS, round(Package::Sdk), round(peer))?;
    Ok((ours.into(), peer.into()))
}

/// Measures the seconds to rebuild a program after an edit of one line.
fn edits(workspace: &Workspace) -> Outcome<Row> {
    let build = |program: Package| workspace.cargo(program, &["build", "--quiet"]).map(drop);
    let round = |program: Package| {
        move |round| {
            workspace.edit(program, round + 1)?;
            seconds(&mut || build(program))
        }
    };
    let (ours, peer) = (Package::SdkProgram, Package::TypedProgram);
    build(ours)?;
    build(peer)?;
    let (ours, peer) = medians(ROUNDS, round(ours), round(peer))?;
    Ok(Row::new(
        "compile-edit",
        "seconds of a debug build after an edit of one line of a program that calls the SDK; peer: the program typed by hand"
            .to_owned(),
        ours,
        peer,
        &Target::Below(3.0),
    ))
}
