//! Recorded requests that the service refused for their contents alone: the sandbox must refuse them in the
//! same way.

use crate::recorded;
use atlas_backup::Transport as _;
use atlas_backup::sandbox::Sandbox;
use atlas_backup_testkit::verify::recording::{Recording, Target};
use bytes::Bytes;
use serde_json::Value;

const STATE: &str = "refused because of the service's state, which another test brings about";
const UNSAID: &str = "one field is missing; the service has two errors for this, and the document does not say when it uses which";

/// Requests with a different result, each with the reason.
const OTHERWISE: [(&str, &str); 10] = [
    ("errors/400_bad_request_detail.http", UNSAID),
    ("errors/400_bucket_in_use.http", STATE),
    ("errors/400_cannot_cancel_automated_restore.http", STATE),
    ("errors/400_delete_snapshot_in_progress.http", STATE),
    ("errors/400_parameters_null.http", STATE),
    ("errors/400_schedule_retention_too_short.http", STATE),
    ("errors/400_take_snapshot_without_retention.http", UNSAID),
    ("errors/400_unfinished_on_demand_snapshot.http", STATE),
    ("errors/400_update_not_aws.http", STATE),
    ("errors/400_update_snapshot_in_progress.http", STATE),
];

/// Sends the same request to the sandbox, and returns status and body.
async fn asked(sandbox: &Sandbox, recording: &Recording) -> (u16, Value) {
    let Target::Path(path) = &recording.target else {
        panic!("{recording:?}");
    };
    let said = recording.request.clone().unwrap();
    let query: Vec<_> = said
        .query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = http::Request::builder()
        .method(recording.method.as_str())
        .uri(format!(
            "https://cloud.mongodb.com{path}?{}",
            query.join("&")
        ))
        .header("authorization", "Bearer open-sesame")
        .header("accept", said.accept.unwrap_or_default())
        .header("content-type", said.media_type.unwrap_or_default())
        .body(Bytes::from(said.body))
        .unwrap();
    let answer = sandbox.send(request).await.unwrap();
    let body = serde_json::from_slice(answer.body()).unwrap_or_default();
    (answer.status().as_u16(), body)
}

#[tokio::test]
async fn an_invalid_request_is_refused_with_the_services_error() {
    let sandbox = Sandbox::builder()
        .access_token("open-sesame", &[])
        .build()
        .unwrap();
    // The texts may differ.
    let told = |status: u16, body: &Value| {
        let said = ["errorCode", "parameters", "badRequestDetail"].map(|field| body[field].clone());
        (status, said)
    };
    let (mut alike, mut otherwise) = (0, Vec::new());
    for (name, read) in recorded() {
        let recording = read.unwrap();
        if recording.status != 400 {
            continue;
        }
        let (status, body) = asked(&sandbox, &recording).await;
        let recorded = serde_json::from_slice(&recording.body).unwrap();
        if told(status, &body) == told(recording.status, &recorded) {
            alike += 1;
        } else {
            otherwise.push((name, format!("{status} {body} instead of {recorded}")));
        }
    }
    let names: Vec<&str> = otherwise.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, OTHERWISE.map(|(name, _)| name), "{otherwise:#?}");
    assert!(alike > 10, "{alike}");
}
