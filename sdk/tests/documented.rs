//! The documentation of every operation and of the crate.

#![allow(clippy::unwrap_used, missing_docs)]

use atlas_backup::{Operation, v1, v2};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Statement = fn(&str, &Operation) -> bool;

/// Required statements of an operation's documentation, each with its check.
const STATEMENTS: [(&str, Statement); 7] = [
    ("what it does", |docs, _| {
        let summary = docs.split("\n\n").next().unwrap_or_default();
        summary.split(' ').count() > 1 && summary.ends_with('.')
    }),
    ("what is sent", |docs, row| {
        docs.contains(&format!("Sends `{} {}`", row.method, row.path))
    }),
    ("whether it is sent again", |docs, row| {
        match row.idempotent {
            true => docs.contains(" Idempotent: retried after every transient failure."),
            false => docs.contains(" Not idempotent: never retried"),
        }
    }),
    ("its version", |docs, row| {
        match row.accept.strip_prefix("application/vnd.atlas.") {
            Some(dated) => docs.contains(&format!(
                " API version: {}.",
                dated.trim_end_matches("+json").trim_end_matches("+gzip")
            )),
            None => docs.contains("has no dated versions"),
        }
    }),
    ("the role it needs", |docs, row| match row.roles {
        // Only the first API names no role.
        [] => row.path.starts_with("/api/atlas/v1.0/") && docs.contains("names no role"),
        roles => docs.contains(&format!(" Required role: {}.", roles.join(" or "))),
    }),
    ("the errors", |docs, _| {
        docs.contains("Documented errors: `4")
    }),
    ("the API's own page", |docs, row| {
        let page = match row.path.starts_with("/api/atlas/v2/") {
            true => "https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-",
            false => "https://www.mongodb.com/docs/atlas/reference/api/",
        };
        docs.contains(&format!("\nSee the [API page]({page}"))
    }),
];

/// Returns the documentation of every operation's method, by the method's name.
fn operations(code: &str) -> Vec<(&str, String)> {
    let mut operations = Vec::new();
    for (start, _) in code.match_indices("    pub fn ") {
        let signature = &code[start..];
        let body = signature.find(" {\n").unwrap();
        if !signature[..body].contains("-> Call<") {
            continue;
        }
        let name = signature["    pub fn ".len()..].split('(').next().unwrap();
        let lines = code[..start].lines().rev();
        let lines = lines.skip_while(|line| line.starts_with("    #["));
        let mut docs: Vec<&str> = lines
            .map_while(|line| line.strip_prefix("    ///"))
            .map(str::trim_start)
            .collect();
        docs.reverse();
        operations.push((name, docs.join("\n")));
    }
    operations
}

/// Returns the name of an operation's method.
fn snake(id: &str) -> String {
    let letters = id.chars().map(|letter| match letter.is_uppercase() {
        true => format!("_{}", letter.to_lowercase()),
        false => letter.to_string(),
    });
    letters.collect()
}

#[test]
fn every_operation_documents_its_purpose_request_role_and_errors() {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
    let (mut count, mut missing) = (0, Vec::new());
    for (version, rows) in [("v1", v1::OPERATIONS), ("v2", v2::OPERATIONS)] {
        let rows: BTreeMap<String, &Operation> =
            rows.iter().map(|row| (snake(row.id), *row)).collect();
        count += rows.len();
        for file in fs::read_dir(generated.join(version)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let code = fs::read_to_string(path).unwrap();
            for (name, docs) in operations(&code) {
                count -= 1;
                let row = rows
                    .get(name)
                    .unwrap_or_else(|| unreachable!("{version}::{name} has no row"));
                // A statement may be wrapped anywhere; the link has a line of its own.
                let text = docs.replace("\n\n", "\0").replace('\n', " ");
                let text = text
                    .replace(" See the [API", "\nSee the [API")
                    .replace('\0', "\n\n");
                let lacks = STATEMENTS.iter().filter(|(_, holds)| !holds(&text, row));
                missing.extend(lacks.map(|(what, _)| format!("{version}::{name}: {what}")));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    assert_eq!(count, 0, "operations without a method");
}

#[test]
fn every_library_that_users_get_has_its_reason_in_the_architecture() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifests = ["Cargo.toml", "../testkit/Cargo.toml"]
        .map(|path| fs::read_to_string(here.join(path)).unwrap());
    let dependencies = manifests.iter().flat_map(|manifest| {
        let (_, dependencies) = manifest.split_once("\n[dependencies]\n").unwrap();
        let lines = dependencies.lines();
        lines.take_while(|line| !line.starts_with('['))
    });
    let names: Vec<_> = dependencies
        .filter_map(|line| line.split(['.', ' ', '=', '#']).next())
        // The SDK itself is not an external library.
        .filter(|name| !name.is_empty() && *name != "atlas-backup")
        .collect();
    assert!(names.len() > 30, "{names:?}");
    let text = fs::read_to_string(here.join("../ARCHITECTURE.md")).unwrap();
    let (_, table) = text.split_once("\n## Why these libraries\n").unwrap();
    let rows = table
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'));
    let reasons: Vec<_> = rows.filter_map(|row| row.split('|').nth(1)).collect();
    let lacks = names.into_iter().filter(|name| {
        !reasons
            .iter()
            .any(|reason| reason.contains(&format!("`{name}`")))
    });
    assert_eq!(lacks.collect::<Vec<_>>(), [] as [&str; 0]);
}

#[test]
fn architecture_has_at_most_200_lines_of_120_characters_and_names_existing_paths() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    assert!(text.lines().count() <= 200, "{}", text.lines().count());
    let long: Vec<_> = text
        .lines()
        .filter(|line| line.chars().count() > 120)
        .collect();
    assert_eq!(long, [] as [&str; 0]);
    let quoted = text.split('`').skip(1).step_by(2);
    let roots = [
        "deploy/",
        "docs/",
        "generator/",
        "sdk/",
        "spec/",
        "testkit/",
        "tests/",
        "xtask/",
    ];
    let paths: Vec<_> = quoted
        .filter(|path| roots.iter().any(|root| path.starts_with(root)))
        .collect();
    assert!(paths.len() > 20, "{paths:?}");
    let missing: Vec<_> = paths
        .into_iter()
        .filter(|path| !root.join(path).exists())
        .collect();
    assert_eq!(missing, [] as [&str; 0]);
}

#[test]
fn front_page_of_the_crate_has_a_row_for_each_feature_of_users() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [manifest, library] =
        ["Cargo.toml", "src/lib.rs"].map(|path| fs::read_to_string(here.join(path)).unwrap());
    let (_, features) = manifest.split_once("\n[features]\n").unwrap();
    let features = features.lines().take_while(|line| !line.starts_with('['));
    let names: Vec<_> = features
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .filter(|name| !["contract", "default", "external-validators"].contains(name))
        .collect();
    assert!(names.len() > 8, "{names:?}");
    let lacks = names
        .into_iter()
        .filter(|name| !library.contains(&format!("//! | `{name}` |")));
    assert_eq!(lacks.collect::<Vec<_>>(), [] as [&str; 0]);
}
