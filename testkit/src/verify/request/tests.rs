//! Requests, judged by a small API.

use crate::verify::recording::{Recording, Request, Target};
use crate::verify::route::Document;
use crate::verify::verdict::{Verdict, judge};
use serde_json::Value;

const DOCUMENT: &str = r"
paths:
  /api/atlas/v2/jobs/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: string, pattern: '^[a-f ]+$'}}
    get:
      operationId: getJob
      parameters:
      - {name: limit, in: query, schema: {type: integer, maximum: 10}}
      - {name: pretty, in: query, schema: {type: boolean}}
      - {name: tags, in: query, schema: {type: array, items: {type: integer}}}
      - {$ref: '#/components/parameters/mode'}
      responses:
        '200': {content: {application/json: {schema: {type: object}}}}
    post:
      operationId: makeJob
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}
      responses:
        '200': {content: {application/json: {schema: {type: object}}}}
        '400': {content: {application/json: {schema: {type: object}}}}
components:
  parameters: {mode: {name: mode, in: query, required: true, schema: {type: string, enum: [a, b]}}}
  schemas:
    Job: {type: object, required: [name], properties: {name: {type: string}, id: {type: string, readOnly: true}}}
";

fn keeps_everything(_: &str, _: &str, body: &[u8]) -> Option<Result<Value, serde_json::Error>> {
    Some(serde_json::from_slice(body))
}

#[track_caller]
fn check(line: &str, request: Request, answer: (u16, &str), expected: &[&str]) {
    let documents = [Document::parse(DOCUMENT).unwrap()];
    let (method, path) = line.split_once(' ').unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let target = Target::Path(format!("/api/atlas/v2/jobs/{path}"));
    let mut recording =
        Recording::of_answer(method, target, answer.0, "application/json", answer.1);
    let query = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    recording.request = Some(Request { query, ..request });
    let judged = judge(&documents, &keeps_everything, "a", &Ok(recording));
    let found = judged
        .findings
        .iter()
        .map(|class| format!("{} {}", class.finding.rule, class.finding.at));
    assert_eq!(found.collect::<Vec<_>>(), expected, "{line}");
    let is_ok = judged.verdict == Verdict::Ok;
    assert_eq!(is_ok, expected.is_empty(), "{line}");
}

fn sent(media_type: &str, body: &str) -> Request {
    Request {
        media_type: Some(media_type.to_owned()),
        body: body.as_bytes().to_vec(),
        ..Request::default()
    }
}

#[test]
fn path_and_query_must_match_the_document() {
    for (line, expected) in [
        ("GET ab?mode=a", &[][..]),
        ("GET a%20b?mode=a&limit=10&pretty=true&tags=1&tags=2,3", &[]),
        ("GET a%2Fb?mode=a", &["pattern request path id"]),
        ("GET ab", &["required request query mode"]),
        ("GET ab?mode=c", &["enum request query mode"]),
        ("GET ab?mode=a&limit=11", &["range request query limit"]),
        ("GET ab?mode=a&limit=many", &["type request query limit"]),
        ("GET ab?mode=a&pretty=1", &["type request query pretty"]),
        (
            "GET ab?mode=a&tags=1&tags=x",
            &["type request query tags/*"],
        ),
        (
            "GET ab?mode=a&color=red",
            &["undocumented field request query color"],
        ),
    ] {
        check(line, Request::default(), (200, "{}"), expected);
    }
}

#[test]
fn every_path_parameter_must_be_documented() {
    let documents = [Document::parse(&DOCUMENT.replace("in: path", "in: header")).unwrap()];
    let target = Target::Path("/api/atlas/v2/jobs/ab".to_owned());
    let recording = Recording::of_answer("GET", target, 200, "application/json", "{}");
    let judged = judge(&documents, &keeps_everything, "a", &Ok(recording));
    assert_eq!(
        judged.findings.first().unwrap().finding.at,
        "request path id"
    );
    assert_eq!(judged.verdict, Verdict::Violates);
}

#[test]
fn a_body_must_match_the_schema_of_its_media_type() {
    const JSON: &str = "application/json";
    for (request, expected) in [
        (sent(JSON, r#"{"name":"a"}"#), &[][..]),
        (sent(JSON, "{}"), &["required request body /name"]),
        (sent(JSON, r#"{"name":1}"#), &["type request body /name"]),
        (
            sent(JSON, r#"{"name":"a","id":"b"}"#),
            &["readOnly request body /id"],
        ),
        (
            sent(JSON, r#"{"name":"a","size":1}"#),
            &["undocumented field request body /size"],
        ),
        (sent(JSON, "{"), &["body request body"]),
        (
            sent("text/csv", r#"{"name":"a"}"#),
            &["media type request body"],
        ),
        (Request::default(), &["required request body"]),
    ] {
        check("POST ab", request, (200, "{}"), expected);
    }
    check(
        "GET ab?mode=a",
        sent(JSON, "{}"),
        (200, "{}"),
        &["body request body"],
    );
}

#[test]
fn a_response_must_have_an_accepted_media_type() {
    for (accept, expected) in [
        ("application/JSON", &[][..]),
        ("text/html, */*;q=0.8", &[]),
        (
            "application/vnd.atlas.2023-01-01+json",
            &["media type request header Accept"],
        ),
    ] {
        let request = Request {
            accept: Some(accept.to_owned()),
            ..Request::default()
        };
        check("GET ab?mode=a", request, (200, "{}"), expected);
    }
}

#[test]
fn a_refused_request_is_judged_only_if_the_service_calls_it_malformed() {
    const JSON: &str = "application/json";
    let good = || sent(JSON, r#"{"name":"a"}"#);
    let missing = (400, r#"{"errorCode":"MISSING_ATTRIBUTE"}"#);
    let detailed = (
        400,
        r#"{"errorCode":"X","badRequestDetail":{"fields":[{"field":"a"}]}}"#,
    );
    let paused = (400, r#"{"errorCode":"CLUSTER_PAUSED"}"#);
    check("POST ab", sent(JSON, "{}"), missing, &[]);
    check("POST ab", sent(JSON, "{}"), paused, &[]);
    check("POST ab", good(), paused, &[]);
    check("POST ab", good(), missing, &["accepted request"]);
    check("POST ab", good(), detailed, &["accepted request"]);
}
