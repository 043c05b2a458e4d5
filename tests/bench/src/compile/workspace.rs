//! The crates whose compilation is measured, below `target/peers/compile`.
//!
//! Each is a Cargo workspace of its own, so that none changes the features of another's dependencies.
//!
//! Must never change a file of the repository: the SDK is a path dependency, and only Cargo's records of its
//! compilation are removed.

use super::functions::Functions;
use crate::processes::openapi_generator;
use crate::timing::run;
use crate::{Outcome, oracle};
use atlas_backup_generator::{Source, Text, normalised};
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SDK_MANIFEST: &str = include_str!("../../programs/sdk.toml");
const SDK_PROGRAM: &str = include_str!("../../programs/sdk.rs");
const TYPED_MANIFEST: &str = include_str!("../../programs/typed.toml");
const TYPED_PROGRAM: &str = include_str!("../../programs/typed.rs");
const PROGENITOR_MANIFEST: &str = include_str!("../../programs/progenitor.toml");

/// A crate whose compilation is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Package {
    Sdk,
    SdkProgram,
    TypedProgram,
    Progenitor,
    OpenapiGenerator,
}

impl Package {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sdk => "atlas-backup",
            Self::SdkProgram => "program-sdk",
            Self::TypedProgram => "program-typed",
            Self::Progenitor => "client-progenitor",
            Self::OpenapiGenerator => "openapi",
        }
    }

    /// Returns the folder in which Cargo runs.
    fn folder(self) -> &'static str {
        match self {
            Self::Sdk => Self::SdkProgram.name(),
            package => package.name(),
        }
    }
}

/// Makes a manifest a workspace. Release builds are stripped, since their sizes are compared.
const WORKSPACE: &str = "\n[workspace]\n\n[profile.release]\nstrip = true\n";

/// The workspace on disk.
pub(super) struct Workspace {
    directory: PathBuf,
    host: String,
}

impl Workspace {
    /// Writes the crates; OpenAPI Generator's only if that program is built.
    pub(super) fn new(root: &Path, generator: Option<&Path>) -> Outcome<Self> {
        let version = run(Command::new("rustc").arg("-vV"))?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        let workspace = Self {
            directory: root.join("target/peers/compile"),
            host: host.ok_or("`rustc -vV` names no host")?.to_owned(),
        };
        let document = root.join("spec/v2/curated.yaml");
        let sdk = root.join("sdk").display().to_string();
        let lock = fs::read_to_string(root.join("Cargo.lock"))?;
        for (package, manifest) in [
            (Package::SdkProgram, SDK_MANIFEST.replace("{sdk}", &sdk)),
            (Package::TypedProgram, TYPED_MANIFEST.to_owned()),
            (Package::Progenitor, PROGENITOR_MANIFEST.to_owned()),
        ] {
            let folder = package.folder();
            workspace.write(&format!("{folder}/Cargo.toml"), &(manifest + WORKSPACE))?;
            workspace.write(&format!("{folder}/Cargo.lock"), &lock)?;
        }
        workspace.edit(Package::SdkProgram, 0)?;
        workspace.edit(Package::TypedProgram, 0)?;
        let client = progenitor_client(&fs::read_to_string(&document)?)?;
        workspace.write("client-progenitor/src/lib.rs", &client)?;
        if let Some(program) = generator {
            let mut generate = Command::new(program);
            let out = workspace.directory.join("openapi");
            openapi_generator(&mut generate, &document, &out);
            run(&mut generate)?;
            let manifest = fs::read_to_string(out.join("Cargo.toml"))?;
            workspace.write("openapi/Cargo.toml", &(manifest + WORKSPACE))?;
        }
        // Link the C library statically.
        let flags = format!(
            "[build]\ntarget = {0:?}\ntarget-dir = \"target\"\n\n[target.{0}]\nrustflags = [\"-C\", \"target-feature=+crt-static\"]\n",
            workspace.host
        );
        workspace.write(".cargo/config.toml", &flags)?;
        Ok(workspace)
    }

    /// Writes a program with one line that differs from round to round.
    pub(super) fn edit(&self, program: Package, round: usize) -> Outcome<()> {
        let text = match program {
            Package::SdkProgram => SDK_PROGRAM,
            _ => TYPED_PROGRAM,
        };
        let path = format!("{}/src/main.rs", program.name());
        self.write(&path, &text.replace("EDIT", &round.to_string()))
    }

    /// Runs Cargo like a user without environment variables.
    pub(super) fn cargo(&self, package: Package, arguments: &[&str]) -> Outcome<String> {
        let mut cargo = Command::new(env!("CARGO"));
        let folder = self.directory.join(package.folder());
        cargo.current_dir(folder).args(&arguments[..1]);
        cargo.args(["--package", package.name()]);
        cargo.args(&arguments[1..]);
        for variable in ["CARGO_TARGET_DIR", "CARGO_PROFILE_DEV_DEBUG", "RUSTFLAGS"] {
            cargo.env_remove(variable);
        }
        // Compile without incremental data, except after edits.
        let edits = arguments.contains(&"build") && !arguments.contains(&"--release");
        run(cargo.env("CARGO_INCREMENTAL", if edits { "1" } else { "0" }))
    }

    /// Makes Cargo compile a package again, but not its dependencies.
    ///
    /// `cargo clean --package` removes nothing if the target platform comes from a configuration file.
    pub(super) fn forget(&self, package: Package, profile: &str) -> Outcome<()> {
        let all = format!("target/{}/{profile}/.fingerprint", self.host);
        let mut removed = 0;
        for entry in fs::read_dir(self.directory.join(all))? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().and_then(|name| name.rsplit_once('-'));
            if name.is_some_and(|(name, _)| name == package.name()) {
                fs::remove_dir_all(entry.path())?;
                removed += 1;
            }
        }
        match removed {
            0 => Err(format!("`{}` was not compiled", package.name()).into()),
            _ => Ok(()),
        }
    }

    /// Returns the size of a program's release build, in bytes.
    pub(super) fn size(&self, program: Package) -> Outcome<f64> {
        self.cargo(program, &["build", "--quiet", "--release"])?;
        let built = format!("target/{}/release/{}", self.host, program.name());
        let name = built + std::env::consts::EXE_SUFFIX;
        Ok(fs::metadata(self.directory.join(name))?.len() as f64)
    }

    /// Returns the functions of a library in LLVM IR, before optimisation.
    pub(super) fn llvm_functions(&self, package: Package) -> Outcome<Functions> {
        let path = self.directory.join(format!("{}.ll", package.name()));
        let emit = format!("--emit=llvm-ir={}", path.display());
        let command = ["rustc", "--quiet", "--release", "--lib", "--", &emit];
        let flags = ["-C", "no-prepopulate-passes", "-C", "codegen-units=1"];
        self.cargo(package, &[&command[..], &flags].concat())?;
        Ok(Functions::read(&fs::read_to_string(path)?))
    }

    /// Returns the number of crates that a package needs on this machine, including itself.
    pub(super) fn crates(&self, package: Package) -> Outcome<usize> {
        let command = ["tree", "--quiet", "--edges", "normal,build"];
        let tree = self.cargo(package, &[&command[..], &["--prefix", "none"]].concat())?;
        let named = |line: &str| {
            let mut words = line.split(' ');
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        };
        let crates = tree.lines().filter_map(named);
        Ok(crates.collect::<std::collections::BTreeSet<_>>().len())
    }

    /// Writes a file if its content differs, so that Cargo does not recompile without a change.
    fn write(&self, path: &str, content: &str) -> Outcome<()> {
        let path = self.directory.join(path);
        if fs::read_to_string(&path).is_ok_and(|written| written == content) {
            return Ok(());
        }
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        Ok(fs::write(path, content)?)
    }
}

/// Returns progenitor's builder client, with its own types of requests and successful responses.
fn progenitor_client(text: &str) -> Outcome<String> {
    let name = "curated.yaml";
    let document = normalised(&Source {
        documented: true,
        ..Source::of(Text { name, text })
    })
    .map_err(|found| found.to_string())?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    let plain = serde_json::from_value(plain(&document))?;
    let tokens = Generator::new(&settings).generate_tokens(&plain)?;
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}

/// Returns the document with JSON for dated media types, and one response per operation.
fn plain(document: &Value) -> Value {
    let mut paths = document["paths"].clone();
    let items = paths.as_object_mut().into_iter().flatten();
    for operation in items
        .filter_map(|(_, item)| item.as_object_mut())
        .flat_map(Map::values_mut)
    {
        let schema = |part: &Value| {
            let content = part.get("content")?.as_object()?;
            content.values().next()?.get("schema").cloned()
        };
        let json = |schema: Value| json!({ "application/json": { "schema": schema } });
        let mut plain = json!({
            "operationId": oracle::name(operation),
            "parameters": operation.get("parameters").cloned().unwrap_or_else(|| json!([])),
        });
        if let Some(schema) = operation.get("requestBody").and_then(schema) {
            plain["requestBody"] = json!({ "required": true, "content": json(schema) });
        }
        let responses = operation["responses"].as_object().into_iter().flatten();
        let success = responses
            .filter(|(status, _)| status.starts_with('2'))
            .find_map(|(_, response)| schema(response));
        plain["responses"] = match success {
            Some(schema) => {
                json!({ "200": { "description": "Success.", "content": json(schema) } })
            }
            None => json!({ "204": { "description": "Success." } }),
        };
        *operation = plain;
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "client", "version": "1" },
        "paths": paths,
        "components": { "schemas": document["components"]["schemas"] },
    })
}
