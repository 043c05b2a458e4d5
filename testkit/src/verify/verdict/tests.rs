//! The verdicts, on a small API and with a closure as the SDK.

use super::{Verdict, judge};
use crate::verify::recording::{Recording, Target};
use crate::verify::route::Document;
use serde_json::{Value, json};

const DOCUMENT: &str = r"
paths:
  /api/atlas/v2/jobs/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getJob
      responses:
        '200':
          content:
            application/vnd.atlas.2023-01-01+json: {schema: {$ref: '#/components/schemas/OldJob'}}
            application/vnd.atlas.2024-08-05+json: {schema: {$ref: '#/components/schemas/Job'}}
        '404': {$ref: '#/components/responses/notFound'}
        5XX: {$ref: '#/components/responses/notFound'}
    delete:
      operationId: dropJob
      responses: {'204': {content: {application/vnd.atlas.2023-01-01+json: {schema: {type: object}}}}, '202': {}}
  /api/atlas/v2/jobs:
    get:
      operationId: listJobs
      responses:
        '200': {content: {Application/JSON: {schema: {$ref: '#/components/schemas/Page'}}}}
  /api/atlas/v2/unbuilt:
    get: {operationId: unbuilt, responses: {'200': {content: {application/json: {schema: {}}}}}}
components:
  responses:
    notFound: {content: {application/json: {schema: {$ref: '#/components/schemas/ApiError'}}}}
  schemas:
    ApiError: {type: object, required: [errorCode], properties: {errorCode: {type: string}}}
    OldJob: {type: object, properties: {name: {type: string}}}
    Job: {type: object, required: [id], properties: {id: {type: string}, shard: {type: string, nullable: true}}}
    Page: {type: object, properties: {results: {type: array, items: {$ref: '#/components/schemas/Job'}}}}
";

const NEW: &str = "application/vnd.atlas.2024-08-05+json";
const OLD: &str = "application/vnd.atlas.2023-01-01+json";
const JSON: &str = "application/json";

fn recording(request: &str, status: u16, media_type: &str, body: &str) -> Recording {
    let (method, target) = request.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let target = Target::Path(format!("/api/atlas/v2{path}"));
    let mut recording = Recording::of_answer(method, target, status, media_type, body);
    recording.envelope = query == "envelope=true";
    recording
}

/// An SDK that drops the field `lost`, sets `changed` to 1, and refuses `refused`.
fn sdk(_: &str, operation: &str, body: &[u8]) -> Option<Result<Value, serde_json::Error>> {
    let mut value: Value = serde_json::from_slice(body).unwrap();
    let fields = value.as_object_mut()?;
    fields.remove("lost");
    fields
        .entry("changed")
        .and_modify(|value| *value = json!(1));
    if fields.contains_key("refused") {
        return Some(Err(serde_json::from_str::<bool>("refused").unwrap_err()));
    }
    (operation != "unbuilt").then_some(Ok(value))
}

#[track_caller]
fn check(recording: Recording, verdict: Verdict, status: u16, findings: &[&str]) {
    let documents = [Document::parse(DOCUMENT).unwrap()];
    let about = format!("{recording:?}");
    let judged = judge(&documents, &sdk, "a.http", &Ok(recording));
    let found = judged.findings.iter().map(|class| {
        let times = if class.count > 1 {
            format!(" ×{}", class.count)
        } else {
            String::new()
        };
        format!("{} {}{times}", class.finding.rule, class.finding.at)
    });
    assert_eq!(found.collect::<Vec<_>>(), findings, "{about}");
    assert_eq!(
        (judged.verdict, judged.status),
        (verdict, Some(status)),
        "{about}"
    );
}

#[test]
fn status_media_type_and_body_must_match_the_document() {
    use Verdict::{Ok, OlderVersion, Violates};
    for (request, status, media_type, body, verdict, findings) in [
        ("GET /jobs/1", 200, NEW, r#"{"id":"1"}"#, Ok, &[][..]),
        (
            "GET /jobs/1",
            200,
            OLD,
            r#"{"name":"1"}"#,
            OlderVersion,
            &[],
        ),
        (
            "GET /jobs/1",
            200,
            NEW,
            r#"{"id":1}"#,
            Violates,
            &["type /id"],
        ),
        (
            "GET /jobs/1",
            200,
            "application/vnd.atlas.2025-03-12+json",
            r#"{"id":"1"}"#,
            Violates,
            &["media type "],
        ),
        (
            "GET /jobs/1",
            200,
            "",
            r#"{"id":"1"}"#,
            Violates,
            &["media type "],
        ),
        ("GET /jobs/1", 200, NEW, "", Violates, &["body "]),
        ("GET /jobs/1", 200, NEW, "<html>", Violates, &["body "]),
        (
            "GET /jobs/1",
            201,
            NEW,
            r#"{"id":"1"}"#,
            Violates,
            &["status "],
        ),
        ("GET /jobs/1", 404, JSON, r#"{"errorCode":"A"}"#, Ok, &[]),
        (
            "GET /jobs/1",
            404,
            JSON,
            "{}",
            Violates,
            &["required /errorCode"],
        ),
        (
            "GET /jobs/1",
            404,
            "text/html",
            "{}",
            Violates,
            &["media type ", "required /errorCode"],
        ),
        ("GET /jobs/1", 503, JSON, r#"{"errorCode":"A"}"#, Ok, &[]),
        ("GET /jobs", 200, JSON, r#"{"results":[]}"#, Ok, &[]),
        ("DELETE /jobs/1", 204, OLD, "", Ok, &[]),
        ("DELETE /jobs/1", 204, "", "", Ok, &[]),
        ("DELETE /jobs/1", 204, OLD, "{}", Violates, &["body "]),
        (
            "DELETE /jobs/1",
            202,
            JSON,
            "{}",
            Violates,
            &["media type ", "body "],
        ),
    ] {
        check(
            recording(request, status, media_type, body),
            verdict,
            status,
            findings,
        );
    }
}

#[test]
fn fields_that_the_sdk_loses_changes_or_refuses_are_reported() {
    use Verdict::{Undocumented, Violates};
    for (body, verdict, findings) in [
        (r#"{"id":"1","shard":null}"#, Verdict::Ok, &[][..]),
        (
            r#"{"id":"1","extra":1}"#,
            Undocumented,
            &["undocumented field /extra"],
        ),
        (
            r#"{"id":"1","lost":1}"#,
            Violates,
            &["undocumented field /lost", "SDK lost /lost"],
        ),
        (
            r#"{"id":"1","changed":2}"#,
            Violates,
            &["undocumented field /changed", "SDK changed /changed"],
        ),
        (
            r#"{"id":"1","refused":2}"#,
            Violates,
            &["undocumented field /refused", "SDK cannot decode "],
        ),
    ] {
        check(
            recording("GET /jobs/1", 200, NEW, body),
            verdict,
            200,
            findings,
        );
    }
}

#[test]
fn an_envelope_is_removed_and_its_status_is_judged() {
    use Verdict::{Ok, Undocumented, Violates};
    for (request, body, verdict, status, findings) in [
        (
            "GET /jobs/1?envelope=true",
            r#"{"status":200,"content":{"id":"1"}}"#,
            Ok,
            200,
            &[][..],
        ),
        (
            "GET /jobs/1?envelope=true",
            r#"{"status":200,"content":{"id":1}}"#,
            Violates,
            200,
            &["type /id"],
        ),
        (
            "GET /jobs/1?envelope=true",
            r#"{"status":404,"content":{"errorCode":"A"}}"#,
            Ok,
            404,
            &[],
        ),
        (
            "GET /jobs/1?envelope=true",
            r#"{"status":404,"errorCode":"A"}"#,
            Ok,
            404,
            &[],
        ),
        (
            "GET /jobs/1?envelope=true",
            r#"{"status":409,"content":{}}"#,
            Violates,
            409,
            &["status "],
        ),
        (
            "GET /jobs/1",
            r#"{"id":"1","status":200}"#,
            Undocumented,
            200,
            &["undocumented field /status"],
        ),
    ] {
        check(
            recording(request, 200, NEW, body),
            verdict,
            status,
            findings,
        );
    }
    let list = r#"{"status":200,"results":[{"id":"1"}]}"#;
    check(
        recording("GET /jobs?envelope=true", 200, JSON, list),
        Ok,
        200,
        &[],
    );
}

#[test]
fn findings_that_differ_only_in_an_index_are_reported_once() {
    let body = r#"{"results":[{"id":1,"a":1},{"id":"2"},{"id":3,"a":3}]}"#;
    let findings = [
        "undocumented field /results/*/a ×2",
        "type /results/*/id ×2",
    ];
    check(
        recording("GET /jobs", 200, JSON, body),
        Verdict::Violates,
        200,
        &findings,
    );
}

#[test]
fn operations_outside_the_sdk_are_judged_by_the_document() {
    use Verdict::{NoOperation, NotInSdk, Violates};
    for (request, status, body, verdict, findings) in [
        ("GET /unbuilt", 200, "{}", NotInSdk, &[][..]),
        ("GET /flexJobs", 200, "{}", NoOperation, &[]),
        (
            "GET /flexJobs",
            400,
            r#"{"errorCode":"A"}"#,
            NoOperation,
            &[],
        ),
        (
            "GET /flexJobs",
            400,
            r#"{"errorCode":1}"#,
            Violates,
            &["type /errorCode"],
        ),
        ("GET /flexJobs", 500, "<html>", Violates, &["body "]),
        ("GET /flexJobs", 500, "", Violates, &["body "]),
    ] {
        check(
            recording(request, status, JSON, body),
            verdict,
            status,
            findings,
        );
    }
}

#[test]
fn a_request_to_another_host_has_no_operation_and_need_not_be_an_api_error() {
    for target in [
        Target::Elsewhere("fonts.example/api/atlas/v2/jobs".to_owned()),
        Target::Path("/static/app.js".to_owned()),
    ] {
        let recording = Recording::of_answer("GET", target, 404, "text/html", "<html>");
        check(recording, Verdict::NoOperation, 404, &[]);
    }
}
