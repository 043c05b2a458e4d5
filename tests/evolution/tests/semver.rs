//! Compares the rules of the diff with an independent tool: `cargo-semver-checks`.
//!
//! Each breaking change that it finds in the code of a rule's pair must be breaking in `spec/RULES.md` too.
//! All pairs are one crate, with a module for each rule, so that the compiler reads it only twice.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_evolution::{API_DATE, history};
use atlas_backup_support::generated_modules::module;
use atlas_backup_support::repository::root;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SIDES: [&str; 2] = ["old", "new"];

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn succeeded(output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns the two documents of each rule.
fn pairs() -> BTreeMap<String, [String; 2]> {
    let folder = root().join("generator/tests/diff");
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut pairs = BTreeMap::new();
    for path in paths {
        let rule = path.file_stem().unwrap().to_string_lossy().into_owned();
        let pair: Value = serde_saphyr::from_str(&read(&path)).unwrap();
        pairs.insert(rule, SIDES.map(|side| pair[side].to_string()));
    }
    pairs
}

/// Returns the name of a rule's module.
fn module_of(rule: &str) -> String {
    format!("rule_{}", rule.replace('-', "_"))
}

/// Generates two crates, with a module for each rule that has code on both sides.
///
/// Returns the rules without code, because the generator refuses one of their documents.
fn generate(place: &Path, pairs: &BTreeMap<String, [String; 2]>) -> BTreeSet<String> {
    let mut refused = BTreeSet::new();
    let mut libraries = BTreeMap::new();
    for side in SIDES {
        let out = place.join(side);
        let _ = fs::remove_dir_all(&out);
        let mut generate = Command::new(env!("CARGO"));
        generate.args(["run", "--quiet", "--package", "xtask", "--", "generate"]);
        generate.arg("--spec").arg(history().join("base.yaml"));
        generate.args(["--api-date", API_DATE, "--crate-name", "pairs", "--out"]);
        succeeded(generate.arg(&out).current_dir(root()).output().unwrap());
        fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    }
    for (rule, documents) in pairs {
        let name = module_of(rule);
        let sides = SIDES.iter().zip(documents);
        let made =
            sides.map(|(side, document)| module(&place.join(side).join("src"), &name, document));
        match made.collect::<Result<Vec<_>, _>>() {
            Ok(declarations) => {
                for (side, text) in SIDES.iter().zip(declarations) {
                    libraries
                        .entry(side)
                        .or_insert_with(String::new)
                        .push_str(&text);
                }
            }
            Err(_) => {
                refused.insert(rule.clone());
            }
        }
    }
    for (side, modules) in libraries {
        let path = place.join(side).join("src/lib.rs");
        fs::write(&path, read(&path) + &modules).unwrap();
    }
    refused
}

/// Returns the path of the compiler's JSON documentation of a crate.
fn documented(place: &Path, side: &str) -> PathBuf {
    let target = place.join("target");
    let mut rustdoc = Command::new(env!("CARGO"));
    // The format is unstable, but the tool supports those of many compilers.
    rustdoc
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(place.join(side));
    rustdoc.args([
        "rustdoc",
        "--quiet",
        "--lib",
        "--no-default-features",
        "--target-dir",
    ]);
    rustdoc
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"]);
    succeeded(rustdoc.output().unwrap());
    let kept = place.join(format!("{side}.json"));
    fs::copy(target.join("doc/pairs.json"), &kept).unwrap();
    kept
}

/// Returns the tool's result for a release that may only add to the API.
fn judged(place: &Path) -> String {
    let [old, new] = SIDES.map(|side| documented(place, side));
    let mut judge = Command::new(env!("CARGO"));
    judge.args([
        "semver-checks",
        "--color",
        "never",
        "--release-type",
        "minor",
    ]);
    judge
        .arg("--baseline-rustdoc")
        .arg(old)
        .arg("--current-rustdoc")
        .arg(new);
    let output = judge.current_dir(place).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains(" checks: "), "{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns the column *API* of the table, by rule.
fn said() -> BTreeMap<String, String> {
    let table = read(&root().join("spec/RULES.md"));
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter_map(|row| {
        let (rule, rest) = row.split_once("` | ")?;
        Some((rule.to_owned(), rest.split(" | ").nth(1)?.to_owned()))
    });
    rows.collect()
}

#[test]
fn changes_that_cargo_semver_checks_calls_breaking_are_breaking_in_the_table() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("semver");
    let (pairs, said) = (pairs(), said());
    let refused = generate(&place, &pairs);
    let verdict = judged(&place);
    // The tool names the path of a file, that of a module, or the type that has the methods.
    let names = |rule: &str| verdict.contains(&format!("{}/", module_of(rule)));
    let broken: BTreeSet<&str> = pairs
        .keys()
        .map(String::as_str)
        .filter(|rule| names(rule))
        .collect();
    let milder = broken
        .iter()
        .filter(|rule| said.get(**rule).map(String::as_str) != Some("breaking"));
    let milder: Vec<_> = milder.collect();
    assert!(
        milder.is_empty(),
        "{milder:?} break what calls them:\n{verdict}"
    );
    // The comparison would be empty if the tool found nothing.
    for rule in [
        "enum-value-removed",
        "field-removed",
        "operation-removed",
        "required-field-added",
    ] {
        assert!(broken.contains(rule), "{rule} is not seen:\n{verdict}");
    }
    let unseen = said
        .iter()
        .filter(|(rule, api)| *api == "breaking" && !broken.contains(rule.as_str()));
    let unseen: Vec<_> = unseen.map(|(rule, _)| rule.as_str()).collect();
    println!(
        "cargo-semver-checks: {} of {} rules break users, as the table says; of {} more it sees nothing, for types in \
         signatures are beyond it: {}; refused by the generator: {refused:?}",
        broken.len(),
        pairs.len(),
        unseen.len(),
        unseen.join(", "),
    );
}
