//! The uncorrected upstream document must be found to disagree with the service.
//!
//! If such a disagreement were not detected, the loss of a correction would not be detected either.

#![allow(clippy::unwrap_used)]

use atlas_backup_testkit::report::Report;
use atlas_backup_testkit::verify::finding::Rule;
use atlas_backup_testkit::verify::recording::{Named, Recording, Target};
use atlas_backup_testkit::verify::route::Document;
use atlas_backup_testkit::verify::severity::Severities;
use atlas_backup_testkit::verify::verdict::judge;
use serde_json::Value;

/// The errors of the upstream document, in a minimal document.
const UPSTREAM: &str = r"
openapi: 3.0.1
paths:
  /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports:
    parameters:
    - {name: groupId, in: path, required: true, schema: {type: string}}
    - {name: clusterName, in: path, required: true, schema: {type: string}}
    get:
      operationId: listBackupExports
      responses:
        '200':
          content:
            application/vnd.atlas.2023-01-01+json:
              schema:
                type: object
                properties: {results: {type: array, items: {$ref: '#/components/schemas/ExportJob'}}}
        '404': {$ref: '#/components/responses/notFound'}
  /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}:
    parameters:
    - {name: groupId, in: path, required: true, schema: {type: string}}
    - {name: clusterName, in: path, required: true, schema: {type: string}}
    - {name: restoreJobId, in: path, required: true, schema: {type: string}}
    get:
      operationId: getBackupRestoreJob
      responses:
        '200':
          content: {application/vnd.atlas.2023-01-01+json: {schema: {$ref: '#/components/schemas/RestoreJob'}}}
components:
  responses:
    notFound: {content: {application/json: {schema: {$ref: '#/components/schemas/ApiError'}}}}
  schemas:
    ApiError:
      type: object
      required: [error, errorCode]
      properties:
        error: {type: integer, format: int32}
        errorCode: {type: string}
        parameters: {type: array, items: {type: object}}
    ExportJob:
      type: object
      properties:
        prefix: {type: string, pattern: '/exported_snapshots/\{ORG-NAME\}/\{PROJECT-NAME\}'}
    RestoreJob:
      type: object
      properties:
        desiredTimestamp: {$ref: '#/components/schemas/Timestamp'}
        deliveryType: {type: string}
    Timestamp:
      type: object
      properties:
        date: {type: string, format: date-time}
        increment: {type: integer, format: int32, minimum: 1199145600.0}
";

/// Responses of the service, with synthetic identifiers.
const ANSWERS: [(&str, u16, &str); 4] = [
    (
        "/restoreJobs/61a2b3c4d5e6f708192a3b4c",
        200,
        r#"{"deliveryType":"automated","desiredTimestamp":{"date":null,"increment":null,"time":null},"targetDeploymentItemName":"atlas-x1y2z3"}"#,
    ),
    (
        "/exports",
        200,
        r#"{"results":[{"prefix":"exported_snapshots/5e9d/5f0c/c/1"},{"prefix":"exported_snapshots/5e9d/5f0c/c/2"}]}"#,
    ),
    (
        "/exports",
        404,
        r#"{"error":404,"errorCode":"CLUSTER_NOT_FOUND","parameters":["Cluster0",1]}"#,
    ),
    (
        "/flexJobs",
        400,
        r#"{"error":400,"errorCode":"CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API","parameters":["Cluster0"]}"#,
    ),
];

fn recordings() -> Vec<Named> {
    let recorded = |(path, status, body): (&str, u16, &str)| {
        let media_type = if status < 400 {
            "application/vnd.atlas.2023-01-01+json"
        } else {
            "application/json"
        };
        let target = Target::Path(format!(
            "/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Cluster0/backup{path}"
        ));
        let recording = Recording::of_answer("GET", target, status, media_type, body);
        (format!("{status}{path}"), Ok(recording))
    };
    ANSWERS.map(recorded).into()
}

/// An SDK that preserves everything, so that only the document can disagree.
fn keeps_everything(_: &str, _: &str, body: &[u8]) -> Option<Result<Value, serde_json::Error>> {
    Some(serde_json::from_slice(body))
}

#[test]
fn the_uncorrected_document_disagrees_with_the_service() {
    let documents = [Document::parse(UPSTREAM).unwrap()];
    let judged = recordings()
        .into_iter()
        .map(|(name, read)| judge(&documents, &keeps_everything, &name, &read));
    let mut report = Report::new(
        &documents,
        &[],
        judged.collect(),
        Severities::read(None, false).unwrap(),
    );
    let classes = report.recordings.iter().flat_map(|judged| &judged.findings);
    let found = classes
        .map(|class| (class.finding.at.as_str(), class.finding.rule, class.count))
        .collect::<Vec<_>>();
    let expected = [
        ("/desiredTimestamp/date", Rule::Nullable, 1),
        ("/desiredTimestamp/increment", Rule::Nullable, 1),
        ("/desiredTimestamp/time", Rule::Undocumented, 1),
        ("/targetDeploymentItemName", Rule::Undocumented, 1),
        ("/results/*/prefix", Rule::Pattern, 2),
        ("/parameters/*", Rule::Type, 2),
        ("/parameters/*", Rule::Type, 1),
    ];
    assert_eq!(found, expected);
    assert!(!report.holds());
    report.maintainer = true;
    for action in [
        "$.components.schemas.Timestamp.properties",
        "$.components.schemas.RestoreJob.properties",
    ] {
        assert!(
            report.text().contains(&format!("- target: {action}\n")),
            "{action}"
        );
    }
}
