//! Leaving corrections out, on a small document.

use super::Corrections;
use crate::verify::recording::{Recording, Target};
use crate::verify::route::Document;
use crate::verify::verdict::{Verdict, judge};
use atlas_backup_generator::{Source, Text, corrections_left_out, curated};
use serde_json::Value;

const UPSTREAM: &str = r"
openapi: 3.0.1
info: {title: jobs, version: '1'}
paths:
  /jobs/{id}:
    get:
      operationId: getJob
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          content:
            application/vnd.atlas.2023-01-01+json: {schema: {$ref: '#/components/schemas/Job'}}
components:
  schemas:
    Job: {type: object, properties: {prefix: {type: string, pattern: '^/'}, label: {$ref: '#/components/schemas/Label'}}}
    Label: {type: object, properties: {size: {type: integer, format: int32}}}
";

const OVERLAY: &str = r"
overlay: 1.0.0
info: {title: corrections, version: 1.0.0}
actions:
- {target: $.components.schemas.Job.properties.prefix.pattern, description: Nothing matches., remove: true}
- {target: $.components.schemas.Label, description: Labels are null., update: {nullable: true, properties: {key: {type: string}}}}
- {target: $.components.schemas.Label.properties.size, description: Sizes are large., update: {format: int64}}
";

fn keeps_everything(_: &str, _: &str, body: &[u8]) -> Option<Result<Value, serde_json::Error>> {
    Some(serde_json::from_slice(body))
}

#[track_caller]
fn check(body: &str, verdict: Verdict, corrected: &[&str]) {
    let text = |name, text| Text { name, text };
    let overlay = text("overlay", OVERLAY);
    let source = Source {
        overlays: vec![overlay],
        api_date: Some("2025-03-12"),
        curated: "curated",
        ..Source::of(text("upstream", UPSTREAM))
    };
    let documents = [Document::of(curated(&source).unwrap()).unwrap()];
    let left_out = corrections_left_out(&source, overlay).unwrap();
    let left_out = serde_json::to_string(&left_out).unwrap();
    let mut corrections = Corrections::parse(&left_out, &documents[0]).unwrap();
    let media_type = "application/vnd.atlas.2023-01-01+json";
    let target = Target::Path("/jobs/1".to_owned());
    let read = Ok(Recording::of_answer("GET", target, 200, media_type, body));
    let mut judged = judge(&documents, &keeps_everything, "a.http", &read);
    corrections.explain(&documents[0], &read, &mut judged);
    let found = judged.corrected.iter().map(|one| {
        let finding = &one.class.finding;
        format!("{}: {} {}", one.action, finding.rule, finding.at)
    });
    assert_eq!(found.collect::<Vec<_>>(), corrected, "{body}");
    assert_eq!(judged.verdict, verdict, "{body}");
}

#[test]
fn a_response_lists_each_correction_that_changes_its_verdict() {
    use Verdict::{Corrected, Ok, Violates};
    check("{}", Ok, &[]);
    check(r#"{"prefix":"/a","label":{"size":1}}"#, Ok, &[]);
    check(r#"{"prefix":"a"}"#, Corrected, &["1: pattern /prefix"]);
    let unknown = ["2: undocumented field /label/key"];
    check(r#"{"label":{"key":"a"}}"#, Corrected, &unknown);
    let large = r#"{"prefix":"a","label":{"size":4294967296}}"#;
    check(
        large,
        Corrected,
        &["1: pattern /prefix", "3: format /label/size"],
    );
    check(
        r#"{"prefix":"a","label":1}"#,
        Violates,
        &["1: pattern /prefix"],
    );
}
