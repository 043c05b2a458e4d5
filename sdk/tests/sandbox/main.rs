//! The sandbox, used by the SDK's client and by raw requests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs)]

mod access;
#[cfg(feature = "download")]
mod downloads;
mod faults;
mod jobs;
mod requests;
mod restores;
mod saved_state;
mod schedules;
#[cfg(feature = "reqwest")]
mod socket;
mod versions;
mod workflows;

use std::time::Duration;

use atlas_backup::sandbox::{
    ClusterKind, DigestAlgorithm, Fault, FaultKind, Sandbox, SandboxBuilder,
};
use atlas_backup::v2::*;
use atlas_backup::*;
use bytes::Bytes;
use serde_json::{Value, json};

fn world() -> (Sandbox, Client, ObjectId, ClusterName) {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build().unwrap();
    let project = sandbox.project();
    (sandbox, client, project, Sandbox::CLUSTER.parse().unwrap())
}

fn cluster(name: &str) -> ClusterName {
    name.parse().unwrap()
}

/// Returns the request to export the newest snapshot of the replica set.
fn newest_exported(sandbox: &Sandbox) -> DiskBackupExportJobRequest {
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: snapshot,
    })
}

/// Returns the URL of a resource in the project.
fn url(sandbox: &Sandbox, path: &str) -> String {
    format!(
        "https://cloud.mongodb.com/api/atlas/v2/groups/{}{path}",
        sandbox.project()
    )
}

/// Sends a raw request.
async fn raw(
    sandbox: &Sandbox,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<http::Response<Bytes>, TransportError> {
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Bytes::from(body.to_owned());
    sandbox.send(request.body(body).unwrap()).await
}

/// Sends a raw request with an access token that has all permissions.
async fn bare(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    media: &str,
    body: &str,
) -> (u16, Value) {
    let headers = [
        ("Authorization", "Bearer open-sesame"),
        ("Accept", media),
        ("Content-Type", media),
    ];
    let answer = raw(sandbox, method, &url(sandbox, path), &headers, body).await;
    let answer = answer.unwrap();
    let json = serde_json::from_slice(answer.body()).unwrap_or_default();
    (answer.status().as_u16(), json)
}

fn open() -> Sandbox {
    Sandbox::builder()
        .access_token("open-sesame", &[])
        .build()
        .unwrap()
}

const V2023: &str = "application/vnd.atlas.2023-01-01+json";
const V2024: &str = "application/vnd.atlas.2024-05-30+json";
const V2024_08: &str = "application/vnd.atlas.2024-08-05+json";

/// Returns status and code of a refusal.
fn code(error: &Error) -> (u16, &str) {
    let status = error.status().map_or(0, |status| status.as_u16());
    (
        status,
        error.error_code().map_or("", AtlasErrorCode::as_str),
    )
}

/// Returns the request to restore a snapshot into a cluster of the project.
fn restore_into(
    sandbox: &Sandbox,
    target: &str,
    snapshot: ObjectId,
) -> DiskBackupSnapshotRestoreJobRequest {
    DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Automated)
        .snapshot_id(snapshot)
        .target_cluster_name(cluster(target))
        .target_group_id(sandbox.project())
}
