//! Tests of selections, and of selected operations that the API does not have at the API date.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup_generator::{
    Diagnostics, DiffOptions, Generated, Omission, Selection, Source, Text, diff, generate,
};

/// Operations with names and tags, one that has ended, and one that has no version yet.
const DOCUMENT: &str = r#"
openapi: 3.0.3
info: {title: Selection, version: "1"}
paths:
  /jobs:
    get: {operationId: listGroupJobs, x-xgen-operation-id-override: listJobs, tags: [Jobs], responses: {"204": {description: ok}}}
    post: {operationId: createJob, tags: [Jobs], responses: {"204": {description: ok}}}
  /files:
    get: {operationId: listFiles, tags: [Files, "Big Files"], responses: {"204": {description: ok}}}
  /unnamed: {delete: {responses: {"204": {description: ok}}}}
  /gone:
    get: {operationId: getGone, tags: [Old], responses: {"200": {description: ok, content: {
      application/vnd.atlas.2023-01-01+json: {x-sunset: "2025-02-05", schema: {type: object, properties: {a: {type: string}}}}}}}}
  /soon:
    get: {operationId: getSoon, tags: [New], responses: {"200": {description: ok, content: {
      application/vnd.atlas.2026-01-01+json: {schema: {type: object, properties: {a: {type: string}}}}}}}}
"#;

fn selected(terms: &str) -> Result<Generated, Diagnostics> {
    let source = Source {
        selection: Selection::parse(terms),
        api_date: Some("2025-03-12"),
        ..Source::of(Text {
            name: "a.yaml",
            text: DOCUMENT,
        })
    };
    generate(&source, &mut |_, _| {})
}

fn ids(generated: &Generated) -> Vec<&str> {
    let code = generated.files.iter().flat_map(|file| file.content.lines());
    let mut ids: Vec<&str> = code
        .filter_map(|line| line.trim().strip_prefix("id: \"")?.strip_suffix("\","))
        .collect();
    ids.sort_unstable();
    ids
}

#[test]
fn names_globs_tags_and_exclusions_select_operations() {
    for (terms, expected) in [
        ("all", "createJob delete_unnamed listFiles listJobs"),
        ("listJobs", "listJobs"),
        ("listGroupJobs", "listJobs"),
        ("list*", "listFiles listJobs"),
        ("tag:Jobs", "createJob listJobs"),
        ("tag:*Files", "listFiles"),
        ("tag:Big Files,createJob", "createJob listFiles"),
        ("all,-createJob", "delete_unnamed listFiles listJobs"),
        ("-tag:Jobs", "delete_unnamed listFiles"),
        ("tag:Jobs,-list*", "createJob"),
        ("delete_unnamed", "delete_unnamed"),
    ] {
        let generated = selected(terms).unwrap_or_else(|found| panic!("{terms}: {found}"));
        assert_eq!(ids(&generated).join(" "), expected, "{terms}");
        assert_eq!(generated.operations, ids(&generated).len(), "{terms}");
    }
}

#[test]
fn unavailable_operations_are_omitted_unless_selected_by_name() {
    let omitted = |terms: &str| -> Vec<(String, String, Omission)> {
        let generated = selected(terms).unwrap_or_else(|found| panic!("{terms}: {found}"));
        let omitted = generated.omitted.into_iter();
        omitted
            .map(|omitted| (omitted.id, omitted.place, omitted.reason))
            .collect()
    };
    let gone = (
        "getGone".to_owned(),
        "GET /gone".to_owned(),
        Omission::Ended {
            sunset: "2025-02-05".to_owned(),
        },
    );
    let soon = (
        "getSoon".to_owned(),
        "GET /soon".to_owned(),
        Omission::NoVersion {
            oldest: "2026-01-01".to_owned(),
        },
    );
    for (terms, expected) in [
        ("all", vec![soon.clone(), gone.clone()]),
        ("createJob,get*", vec![soon.clone(), gone.clone()]),
        ("tag:Old,tag:Jobs", vec![gone.clone()]),
        ("all,-getGone", vec![soon]),
        ("all,-get*", Vec::new()),
    ] {
        assert_eq!(omitted(terms), expected, "{terms}");
    }
    for (terms, codes) in [
        ("getGone", vec!["past-sunset"]),
        ("all,getGone", vec!["past-sunset"]),
        ("getSoon,list*", vec!["no-version"]),
        ("get*", vec!["nothing-selected"]),
    ] {
        let found = selected(terms).expect_err(terms);
        let found: Vec<&str> = found.found().iter().map(|found| found.code).collect();
        assert_eq!(found, codes, "{terms}");
    }
}

#[test]
fn term_without_matches_is_reported_with_alternatives() {
    for (terms, message, help) in [
        ("listjobs", "`listjobs`", "the document"),
        ("createjob", "`createjob`", "did you mean `createJob`?"),
        ("get*,lst*", "`lst*`", "case matters"),
        ("tag:jobs", "`jobs`", "`Big Files`, `Files`, `Jobs`"),
        ("all,-getNothing", "`getNothing`", ""),
        ("all,-tag:Nothing", "`Nothing`", ""),
        ("createJob,-create*", "no operation", "all"),
        ("", "no operation", "all"),
    ] {
        let found = selected(terms).expect_err(terms);
        let [finding] = found.found() else {
            panic!("{terms}: {found}");
        };
        assert!(
            finding.message.contains(message) && finding.help.contains(help),
            "{terms}: {found}"
        );
    }
}

#[test]
fn diff_compares_operations_selected_in_either_document() {
    let new = DOCUMENT
        .replace("/files:", "/archives:")
        .replace("operationId: createJob", "operationId: makeJob")
        .replace(
            "tags: [Jobs], responses: {\"204\"",
            "tags: [Work], responses: {\"202\"",
        );
    let text = |name, text| Text { name, text };
    for (terms, expected) in [
        ("tag:Jobs", true),
        ("create*", true),
        ("makeJob", true),
        ("all,-tag:Files,-tag:Jobs,-tag:Work", false),
        ("tag:New", false),
    ] {
        let options = DiffOptions {
            selection: Selection::parse(terms),
            api_date: Some("2026-01-01"),
        };
        let changes = diff(text("old", DOCUMENT), text("new", &new), &options);
        let changes = changes.unwrap_or_else(|found| panic!("{terms}: {found}"));
        assert_eq!(!changes.is_empty(), expected, "{terms}: {changes:?}");
    }
}
