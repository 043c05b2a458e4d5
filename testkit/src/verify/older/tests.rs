//! Recordings of older versions, judged by the built-in documents.

use crate::verify::documents::Documents;
use crate::verify::finding::Rule;
use crate::verify::recording::{Recording, Request, Target};
use crate::verify::route::Document;
use crate::verify::verdict::{Judged, Verdict, judge};
use serde_json::{Value, json};

const OLD: &str = "application/vnd.atlas.2023-01-01+json";
const NEW: &str = "application/vnd.atlas.2024-08-05+json";
const PATH: &str =
    "/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Cluster0/backup/schedule";

fn refuses(_: &str, id: &str, _: &[u8]) -> Option<Result<Value, serde_json::Error>> {
    panic!("{id} was decoded by the types of another version")
}

fn recorded(method: &str, media_type: &str, body: &Value) -> Recording {
    let target = Target::Path(PATH.to_owned());
    Recording::of_answer(method, target, 200, media_type, &body.to_string())
}

fn judged(recording: Recording) -> Judged {
    let documents = Documents::built_in(false).unwrap().all;
    judge(&documents, &refuses, "a.http", &Ok(recording))
}

#[test]
fn a_response_in_an_older_version_is_judged_by_that_version() {
    let schedule = json!({"clusterName": "Cluster0", "copySettings": [{"cloudProvider": "AWS", "replicationSpecId": "5f0c1e2d3a4b5c6d7e8f9a0c"}]});
    let judged = judged(recorded("GET", OLD, &schedule));
    assert_eq!(judged.verdict, Verdict::OlderVersion, "{judged:?}");
    let older = judged.older.unwrap();
    assert_eq!(older.version, "2023-01-01");
    assert_eq!(older.current, "2024-08-05");
    assert_eq!(older.sunset.as_deref(), Some("2027-07-01"));
}

#[test]
fn violations_of_the_older_version_are_found() {
    for (schedule, at, rule) in [
        (json!({"clusterName": 7}), "/clusterName", Rule::Type),
        // Only the newer version has this field.
        (
            json!({"copySettings": [{"zoneId": "5f0c1e2d3a4b5c6d7e8f9a0c"}]}),
            "/copySettings/*/zoneId",
            Rule::Undocumented,
        ),
    ] {
        let judged = judged(recorded("GET", OLD, &schedule));
        let found = judged.findings.iter().map(|class| &class.finding);
        let found: Vec<_> = found
            .map(|finding| (finding.at.as_str(), finding.rule))
            .collect();
        assert_eq!(found, [(at, rule)]);
        assert!(judged.verdict > Verdict::NoOperation && judged.older.is_some());
    }
}

#[test]
fn only_an_older_version_may_announce_its_sunset() {
    let with = |media_type, sunset: &str| {
        let mut recording = recorded("GET", media_type, &json!({"policies": []}));
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        recording.headers = vec![
            header("deprecation", "@1722816000"),
            header("sunset", sunset),
        ];
        recording
    };
    let found = |judged: Judged| {
        let findings = judged.findings.into_iter();
        findings.map(|class| class.finding.at).collect::<Vec<_>>()
    };
    // The service writes the day with one digit.
    let date = "Thu, 1 Jul 2027 00:00:00 GMT";
    assert_eq!(found(judged(with(OLD, date))), [""; 0]);
    assert_eq!(found(judged(with(OLD, "soon"))), ["header sunset"]);
    let documents = Documents::built_in(false).unwrap().all;
    let keeps = |_: &str, _: &str, body: &[u8]| Some(serde_json::from_slice(body));
    let mut refused = with("application/json", date);
    refused.status = 404;
    refused.body = br#"{"error":404,"errorCode":"CLUSTER_NOT_FOUND"}"#.to_vec();
    let refused = judged(refused);
    assert_eq!(refused.verdict, Verdict::OlderVersion, "{refused:?}");
    let current = judge(&documents, &keeps, "a.http", &Ok(with(NEW, date)));
    assert_eq!(found(current), ["header deprecation", "header sunset"]);
}

#[test]
fn a_request_in_an_older_version_is_judged_by_that_version() {
    let mut recording = recorded("PATCH", OLD, &json!({}));
    recording.request = Some(Request {
        accept: Some(OLD.to_owned()),
        media_type: Some(OLD.to_owned()),
        body: br#"{"referenceHourOfDay":"noon"}"#.to_vec(),
        ..Request::default()
    });
    let judged = judged(recording);
    let found = judged
        .findings
        .iter()
        .map(|class| class.finding.at.as_str());
    assert_eq!(
        found.collect::<Vec<_>>(),
        ["request body /referenceHourOfDay"]
    );
}

#[test]
fn an_uncurated_document_judges_older_versions_itself() {
    let own = format!(
        "paths: {{{PATH}: {{get: {{operationId: getGroupClusterBackupSchedule, responses: {{'200': {{content: {{\
         {OLD}: {{schema: {{type: object, properties: {{a: {{type: string}}}}}}}}, {NEW}: {{schema: {{type: object}}}}}}}}}}}}}}}}"
    );
    let documents = [Document::parse(&own).unwrap()];
    let keeps = |_: &str, _: &str, body: &[u8]| Some(serde_json::from_slice(body));
    let old = Ok(recorded("GET", OLD, &json!({"a": "b"})));
    let judged = judge(&documents, &refuses, "a.http", &old);
    assert_eq!(judged.verdict, Verdict::OlderVersion, "{judged:?}");
    let new = Ok(recorded("GET", NEW, &json!({})));
    assert_eq!(
        judge(&documents, &keeps, "a.http", &new).verdict,
        Verdict::Ok
    );
}

#[test]
fn a_version_that_the_document_does_not_have_is_a_violation() {
    let documents = Documents::built_in(false).unwrap().all;
    let keeps = |_: &str, _: &str, body: &[u8]| Some(serde_json::from_slice(body));
    for date in ["2022-02-02", "2099-01-01"] {
        let media_type = format!("application/vnd.atlas.{date}+json");
        let read = Ok(recorded("GET", &media_type, &json!({})));
        let judged = judge(&documents, &keeps, "a.http", &read);
        assert_eq!(judged.verdict, Verdict::Violates);
        assert_eq!(judged.findings[0].finding.rule, Rule::MediaType);
    }
}
