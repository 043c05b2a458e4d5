//! Export jobs.
use jiff::Timestamp;
use serde_json::{Value, json};

use super::clusters::dedicated;
use super::operation_call::{OperationCall, Outcome, Refusal, Reply};
use super::snapshots;
use super::state::{Cluster, Job, Phase, Stages, State};

const STAGES: Stages = &[("Queued", 30), ("InProgress", 870)];

/// The operation that creates an export.
const CREATE: &str = "createBackupExport";

pub(super) fn list(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    let jobs = cluster.exports.iter().rev();
    Ok(call.page(jobs, |job| view(call, cluster, job)))
}

/// Lists exports as in v1.0, where the reason of a failure is a text.
pub(super) fn list_v1(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    Ok(call.page(cluster.exports.iter().rev(), |job| {
        let mut view = view(call, cluster, job);
        let reason = view
            .as_object_mut()
            .and_then(|fields| fields.remove("stateReason"));
        if let Some(reason) = reason {
            view["errMsg"] = reason["message"].clone();
        }
        view
    }))
}

pub(super) fn get(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let id = call.path("exportId");
    let cluster = dedicated(state, call)?;
    match cluster.exports.iter().find(|job| job.id == id) {
        Some(job) => Ok(Reply::Json(view(call, cluster, job))),
        None => Err(Refusal::unknown("RESOURCE_NOT_FOUND", "export", id)),
    }
}

pub(super) fn create(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let (snapshot, bucket) = (
        call.text("snapshotId").unwrap_or_default(),
        call.text("exportBucketId").unwrap_or_default(),
    );
    let data = call.body.get("customData").filter(|data| data.is_array());
    let data = data.cloned().unwrap_or_else(|| json!([]));
    let cluster = dedicated(state, call)?;
    // The service has no error code of its own for the export of a deleted snapshot.
    if snapshots::find(cluster, snapshot, call.now)?
        .deleted
        .is_some()
    {
        return Err(Refusal::unknown("SNAPSHOT_NOT_FOUND", "snapshot", snapshot));
    }
    let place = (call.project(), call.path("clusterName"));
    begin(state, place, (snapshot, bucket), data, call.now)?;
    let cluster = dedicated(state, call)?;
    let begun = cluster.exports.last().map(|job| view(call, cluster, job));
    Ok(Reply::Json(begun.unwrap_or_default()))
}

/// Starts the export of a snapshot of a project's cluster to a bucket.
pub(super) fn begin(
    state: &mut State,
    (project, name): (&str, &str),
    (snapshot, bucket): (&str, &str),
    custom_data: Value,
    now: Timestamp,
) -> Result<(), Refusal> {
    let known = state.project(project)?;
    let organization = known.organization.clone();
    if !known.buckets.iter().any(|known| known["_id"] == bucket) {
        return Err(Refusal::unknown(
            "EXPORT_BUCKET_NOT_FOUND",
            "bucket",
            bucket,
        ));
    }
    let cluster = state.cluster(project, name)?;
    let taken = snapshots::completed(cluster, snapshot, now)?;
    let parts = taken.parts.len().min(2);
    let total: usize = cluster.databases.values().map(Vec::len).sum();
    let about = json!({
        "customData": custom_data,
        "exportBucketId": bucket,
        "prefix": format!(
            "exported_snapshots/{organization}/{project}/{name}/{}/{}",
            taken.begun.strftime("%Y-%m-%dT%H%M"),
            now.as_second(),
        ),
        "snapshotId": snapshot,
        "total": total,
    });
    let job = state.job(CREATE, now, about, parts);
    state.cluster(project, name)?.exports.push(job);
    Ok(())
}

pub(super) fn view(call: &OperationCall<'_>, cluster: &Cluster, job: &Job) -> Value {
    let phase = job.phase(STAGES, call.now);
    let (name, exported) = match phase {
        Phase::Going("Queued", _) => ("Queued", None),
        Phase::Going(name, part) => (name, Some(part)),
        Phase::Succeeded(_) => ("Successful", Some(1_000)),
        Phase::Failed(_) => ("Failed", Some(100)),
        Phase::Cancelled(_) => ("Cancelled", None),
    };
    let mut view = json!({
        "createdAt": job.begun,
        "customData": job.about["customData"],
        "exportBucketId": job.about["exportBucketId"],
        "id": job.id,
        "prefix": job.about["prefix"],
        "snapshotId": job.about["snapshotId"],
        "state": name,
    });
    let total = job.about["total"].as_u64().unwrap_or_default();
    if job.parts.is_empty() {
        // The number of collections is known once the job runs.
        let (done, all) = exported.map_or((0, 0), |part| (total * part / 1_000, total));
        view["exportStatus"] = json!({ "exportedCollections": done, "totalCollections": all });
    } else {
        let parts = job.parts.iter().zip(snapshots::replica_sets(cluster));
        let parts = parts.map(|(id, name)| json!({ "exportId": id, "replicaSetName": name }));
        view["components"] = parts.collect();
    }
    if let Phase::Succeeded(end) | Phase::Failed(end) | Phase::Cancelled(end) = phase {
        view["finishedAt"] = json!(end);
    }
    if let (Phase::Failed(_), Some(reason)) = (phase, &job.fails) {
        view["stateReason"] =
            json!({ "errorCode": "EXPORT_BUCKET_ACCESS_DENIED", "message": reason });
    }
    view
}
