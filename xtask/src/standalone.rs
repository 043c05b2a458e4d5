//! `cargo xtask generate --spec …`: generates a separate crate from an OpenAPI 3.0 document.
//!
//! The crate gets a copy of the SDK's runtime: the modules above the marker line in `sdk/src/lib.rs`. With `--against`, it
//! depends on the SDK instead.

use crate::against;
use crate::diff::{SELECT, SELECT_AT_LENGTH};
use crate::generate::{Descriptions, Format, carry_out, timed};
use crate::summary;
use crate::tree;
use crate::workspace::{self, Planned};
use atlas_backup_generator::{Selection, Source, Target, Text, Undefined, undefined};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use toml::{Table, Value};

/// The module of the generated code.
const MODULE: &str = "api";

/// The marker after the runtime's modules in `sdk/src/lib.rs`.
const END_OF_RUNTIME: &str = "\n// End of the runtime";

#[derive(Args)]
pub(crate) struct StandaloneArguments {
    /// Generates a separate crate from this OpenAPI 3.0 document instead of the SDK.
    #[arg(long, value_name = "FILE", requires_all = ["crate_name", "out"])]
    pub(crate) spec: Option<PathBuf>,
    /// Applies an overlay to the document; can be repeated.
    #[arg(long, value_name = "FILE", requires = "spec")]
    overlay: Vec<PathBuf>,
    /// The `openapi.yaml` of the last release. Operations that only it has are carried over as deprecated.
    #[arg(long, value_name = "FILE", requires = "spec")]
    released: Option<PathBuf>,
    /// Selects the operations to generate.
    #[arg(long, value_name = "TERM,…", default_value = "all", requires = "spec", help = SELECT, long_help = SELECT_AT_LENGTH, allow_hyphen_values = true)]
    select: String,
    /// Selects the dated versions to generate, for documents with dated media types.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "spec")]
    api_date: Option<String>,
    /// Lists every omitted operation instead of the first ones.
    #[arg(long, requires = "spec")]
    verbose: bool,
    /// The name of the crate.
    #[arg(long, value_name = "NAME", requires = "spec")]
    crate_name: Option<String>,
    /// Uses the client, types and authentication of `atlas-backup` instead of a copy. Give `atlas-backup`, or the
    /// directory of its sources.
    #[arg(long, value_name = "CRATE", requires = "spec")]
    against: Option<String>,
    /// The directory of the crate.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
}

pub(crate) fn run(
    root: &Path,
    arguments: &StandaloneArguments,
    spec: &Path,
    check: bool,
    format: Format,
) -> Result<ExitCode, String> {
    let started = Instant::now();
    let (Some(name), Some(out)) = (&arguments.crate_name, &arguments.out) else {
        return Err("error: --spec needs --crate-name and --out".to_owned());
    };
    let ident = crate_ident(name)?;
    let against = match &arguments.against {
        Some(given) => Some(against::dependency(root, given)?),
        None => None,
    };
    let against = against.as_ref();
    let text = workspace::read(spec)?;
    let spec = spec.display().to_string();
    let mut overlays = Vec::new();
    for path in &arguments.overlay {
        overlays.push((path.display().to_string(), workspace::read(path)?));
    }
    let released = match &arguments.released {
        Some(path) => Some((path.display().to_string(), workspace::read(path)?)),
        None => None,
    };
    let source = Source {
        document: Text {
            name: &spec,
            text: &text,
        },
        overlays: overlays
            .iter()
            .map(|(name, text)| Text { name, text })
            .collect(),
        selection: Selection::parse(&arguments.select),
        released: released.as_ref().map(|(name, text)| Text { name, text }),
        api_date: arguments.api_date.as_deref(),
        documented: false,
        curated: "openapi.yaml",
        target: Target {
            crate_name: &ident,
            directory: MODULE,
            receiver: match against {
                Some(_) => against::RECEIVER,
                None => "Client",
            },
            features: true,
        },
    };
    let tell = &mut |line| println!("{line}");
    let generated = timed(&source, format, Descriptions::Optional, tell)?;
    let summary = summary::of(&generated, arguments.verbose);
    let copy = runtime(root, &ident)?;
    let mut library = library_of(&copy);
    let mut planned = match against {
        Some(_) => {
            let own = against::library(MODULE);
            library.push_str(&own.content);
            vec![own]
        }
        None => copy,
    };
    planned.push(Planned {
        path: "Cargo.toml".to_owned(),
        content: manifest(
            root,
            name,
            arguments.api_date.as_deref(),
            &generated.modules,
            against,
        )?,
    });
    planned.push(Planned {
        path: "openapi.yaml".to_owned(),
        content: generated.curated,
    });
    planned.push(Planned {
        path: format!("src/{MODULE}/operations.md"),
        content: generated.index,
    });
    let files = generated.files.into_iter();
    planned.extend(files.map(|file| Planned {
        path: format!("src/{}", file.path),
        content: file.content,
    }));
    defined(&library, &planned)?;
    if !check {
        std::fs::create_dir_all(out)
            .map_err(|error| format!("error: cannot create {}: {error}", out.display()))?;
    }
    let tree = tree::take_unless(check, out)?;
    let code = carry_out(out, tree.as_ref(), &planned, &["src".to_owned()], started)?;
    println!("{summary}");
    Ok(code)
}

/// Returns the text of `src/lib.rs`.
fn library_of(planned: &[Planned]) -> String {
    let library = planned.iter().find(|file| file.path == "src/lib.rs");
    library.map_or_else(String::new, |file| file.content.clone())
}

/// Checks that every name in the code is defined, before a file is written. `library` defines the names of the crate's
/// root.
fn defined(library: &str, planned: &[Planned]) -> Result<(), String> {
    let directory = format!("src/{MODULE}");
    let files = planned
        .iter()
        .filter(|file| file.path.starts_with(&directory) && file.path.ends_with(".rs"))
        .map(|file| (file.path.as_str(), file.content.as_str()));
    let files: Vec<(&str, &str)> = std::iter::once(("src/lib.rs", library))
        .chain(files)
        .collect();
    let found = undefined(&files, &directory);
    if found.is_empty() {
        return Ok(());
    }
    let named = found.iter().map(|Undefined { file, line, name }| {
        format!("  {file}:{line}: `{name}` is used, and nothing defines it\n")
    });
    Err(format!(
        "error: nothing was written, for the code would not compile\n{}  help: leave out the operations that lead there (`--select all,-ID`), and report the document",
        named.collect::<String>()
    ))
}

/// Returns the name of the crate in code.
fn crate_ident(name: &str) -> Result<String, String> {
    let valid = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
    if valid {
        Ok(name.replace('-', "_"))
    } else {
        Err(format!(
            "error: `{name}` cannot be the name of a crate: use ASCII letters, digits, `-` and `_`, a letter first"
        ))
    }
}

/// Returns the runtime's files for the new crate.
fn runtime(root: &Path, ident: &str) -> Result<Vec<Planned>, String> {
    let library = workspace::read(&root.join("sdk/src/lib.rs"))?;
    let Some((runtime, versions)) = library.split_once(END_OF_RUNTIME) else {
        return Err(
            "error: sdk/src/lib.rs has lost the line that ends its runtime part".to_owned(),
        );
    };
    let declarations: String = runtime
        .lines()
        .filter(|line| !line.starts_with("//!"))
        .map(|line| format!("{line}\n"))
        .collect();
    let docs = "//! A client generated by `cargo xtask generate`: the runtime here, the operations and types in [`api`].\n";
    let mut planned = vec![Planned {
        path: "src/lib.rs".to_owned(),
        content: format!("{docs}{declarations}\n#[rustfmt::skip]\npub mod {MODULE};\n"),
    }];
    let own: Vec<String> = versions
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .map(|module| format!("sdk/src/{module}.rs"))
        .collect();
    for path in workspace::files_below(root, "sdk/src")? {
        let apart = path == "sdk/src/lib.rs"
            || own.contains(&path)
            || path.starts_with("sdk/src/generated/");
        if let (false, Some(name)) = (apart, path.strip_prefix("sdk/")) {
            let content = workspace::read(&root.join(&path))?.replace("atlas_backup", ident);
            // The documentation of the client includes the index of the operations.
            let content = content.replace("generated/v2/", &format!("{MODULE}/"));
            planned.push(Planned {
                path: name.to_owned(),
                content,
            });
        }
    }
    Ok(planned)
}

/// Returns `Cargo.toml` with the SDK's dependencies and features, and a feature per module.
fn manifest(
    root: &Path,
    name: &str,
    api_date: Option<&str>,
    modules: &[String],
    against: Option<&Value>,
) -> Result<String, String> {
    let read = |path: &str| -> Result<Table, String> {
        toml::from_str(&workspace::read(&root.join(path))?)
            .map_err(|error| format!("error: {path}: {error}"))
    };
    let (workspace, sdk) = (read("Cargo.toml")?, read("sdk/Cargo.toml")?);
    let pinned = workspace
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"));
    let mut dependencies = Table::new();
    for (name, wanted) in sdk
        .get("dependencies")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        if against.is_none() || against::NEEDED.contains(&name.as_str()) {
            dependencies.insert(
                name.clone(),
                resolved(wanted, pinned.and_then(|pinned| pinned.get(name))),
            );
        }
    }
    // The runtime's features and one for each module. Contract verification needs every type.
    let mut features = sdk
        .get("features")
        .and_then(Value::as_table)
        .cloned()
        .unwrap_or_default();
    features.retain(|name, _| name != "external-validators");
    if let Some(dependency) = against {
        dependencies.insert(against::PACKAGE.to_owned(), dependency.clone());
        features = against::features();
    }
    for module in modules.iter().filter(|module| *module != "shared") {
        for whole in ["default", "contract"] {
            if let Some(Value::Array(parts)) = features.get_mut(whole) {
                parts.push(Value::String(module.clone()));
            }
        }
        features.insert(module.clone(), Value::Array(Vec::new()));
    }
    let version = api_date.map_or_else(|| "0.1.0".to_owned(), |date| format!("0.1.0+{date}"));
    let text = |text: &str| Value::String(text.to_owned());
    let package = [
        ("name", text(name)),
        ("version", text(&version)),
        ("edition", text("2024")),
        ("publish", Value::Boolean(false)),
    ];
    let table = |entries: &[(&str, Value)]| -> Value {
        Value::Table(
            entries
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect(),
        )
    };
    let mut manifest = Table::new();
    manifest.insert("package".to_owned(), table(&package));
    // The documentation of the runtime refers to the SDK's examples.
    manifest.insert(
        "lib".to_owned(),
        table(&[("doctest", Value::Boolean(false))]),
    );
    manifest.insert("features".to_owned(), Value::Table(features));
    manifest.insert("dependencies".to_owned(), Value::Table(dependencies));
    manifest.insert("workspace".to_owned(), Value::Table(Table::new()));
    let text = toml::to_string(&manifest)
        .map_err(|error| format!("error: cannot write Cargo.toml: {error}"))?;
    Ok(format!(
        "# @generated by `cargo xtask generate`. Do not edit.\n\n{text}"
    ))
}

/// Returns a dependency of the SDK with the workspace's values filled in.
fn resolved(wanted: &Value, pinned: Option<&Value>) -> Value {
    let Some(wanted) = wanted
        .as_table()
        .filter(|wanted| wanted.contains_key("workspace"))
    else {
        return wanted.clone();
    };
    let mut resolved = match pinned {
        Some(Value::Table(pinned)) => pinned.clone(),
        Some(version) => Table::from_iter([("version".to_owned(), version.clone())]),
        None => Table::new(),
    };
    for (key, value) in wanted.iter().filter(|(key, _)| *key != "workspace") {
        match (resolved.get_mut(key), value) {
            (Some(Value::Array(known)), Value::Array(more)) => known.extend(more.iter().cloned()),
            _ => {
                resolved.insert(key.clone(), value.clone());
            }
        }
    }
    Value::Table(resolved)
}

#[cfg(test)]
mod tests {
    use super::{Planned, defined};

    #[test]
    fn code_with_an_undefined_type_is_refused_with_its_place() {
        let planned = |content: &str| {
            let file = |path: &str, content: &str| Planned {
                path: path.to_owned(),
                content: content.to_owned(),
            };
            [file("src/api/jobs.rs", content)]
        };
        let good = "use crate::Known;\npub struct Job { pub known: Known }\n";
        let library = "mod api;\npub struct Known;\n";
        assert_eq!(defined(library, &planned(good)), Ok(()));
        let bad = "pub struct Job {\n    pub missing: Missing,\n}\n";
        let message = defined(library, &planned(bad)).unwrap_err();
        assert!(
            message.contains("src/api/jobs.rs:2: `Missing`"),
            "{message}"
        );
    }
}
