//! What a reader finds on the page of every operation.

#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::Path;

type Said = fn(&str) -> bool;

/// What must be said of an operation, and how to tell that it is.
const SAID: [(&str, Said); 7] = [
    ("what it does", |docs| {
        let summary = docs.split("\n\n").next().unwrap_or_default();
        summary.split(' ').count() > 1 && summary.ends_with('.')
    }),
    ("what is sent", |docs| docs.contains("Sends `")),
    ("whether it is sent again", |docs| {
        docs.contains("; safe to send again.") || docs.contains("; never repeated by itself")
    }),
    ("its version", |docs| {
        docs.contains(" Version: 20") || docs.contains("has no dated versions")
    }),
    ("the role it needs", |docs| {
        docs.contains("Role: ") || docs.contains("names no role")
    }),
    ("the errors", |docs| docs.contains("Documented errors: `4")),
    ("the API's own page", |docs| {
        docs.contains("\nSee the [API page](https://")
    }),
];

/// The documentation of every method that makes a call, by the method's name.
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

#[test]
fn every_operation_says_what_it_does_needs_sends_and_fails_with() {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
    let (mut count, mut rows, mut missing) = (0, 0, Vec::new());
    for version in ["v1", "v2"] {
        for file in fs::read_dir(generated.join(version)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let code = fs::read_to_string(path).unwrap();
            rows += code.matches("= &Operation {").count();
            for (name, docs) in operations(&code) {
                count += 1;
                // A fact may be wrapped anywhere; the link has a line to itself.
                let said = docs.replace("\n\n", "\0").replace('\n', " ");
                let said = said
                    .replace(" See the [API", "\nSee the [API")
                    .replace('\0', "\n\n");
                let lacks = SAID.iter().filter(|(_, holds)| !holds(&said));
                missing.extend(lacks.map(|(what, _)| format!("{version}::{name}: {what}")));
            }
        }
    }
    assert_eq!(count, rows);
    assert_eq!(missing, Vec::<String>::new());
}
