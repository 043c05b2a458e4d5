//! Flex clusters: their snapshots, restores and downloads.
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::clusters::flexible;
use super::operation_call::{OperationCall, Outcome, Refusal, Reply};
use super::state::{Cluster, ClusterKind, Job, Phase, Stages, State};

const SNAPSHOT: Stages = &[("PENDING", 5), ("QUEUED", 5), ("RUNNING", 90)];
const RESTORE: Stages = &[("PENDING", 10), ("QUEUED", 20), ("RUNNING", 60)];

/// How long a restore can be read, in seconds.
const RESTORE_RETENTION: u64 = 6 * 60 * 60;
/// The retention of a snapshot, in seconds.
const SNAPSHOT_RETENTION: u64 = 8 * 24 * 60 * 60;
const LINK: u64 = 4 * 60 * 60;

pub(super) fn snapshots(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = flexible(state, call)?;
    let jobs = cluster.snapshots.iter().rev();
    Ok(call.page(jobs, |job| snapshot_view(job, call.now)))
}

pub(super) fn snapshot(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = flexible(state, call)?;
    let job = find_snapshot(cluster, call.path("snapshotId"))?;
    Ok(Reply::Json(snapshot_view(job, call.now)))
}

fn find_snapshot<'c>(cluster: &'c Cluster, id: &str) -> Result<&'c Job, Refusal> {
    let found = cluster.snapshots.iter().find(|job| job.id == id);
    found.ok_or_else(|| Refusal::unknown("SNAPSHOT_NOT_FOUND", "snapshot", id))
}

fn snapshot_view(job: &Job, now: Timestamp) -> Value {
    let mut view = json!({ "id": job.id, "mongoDBVersion": "8.0.12", "scheduledTime": job.begun });
    let phase = job.phase(SNAPSHOT, now);
    view["status"] = json!(match phase {
        Phase::Going(name, _) => name,
        Phase::Succeeded(_) => "COMPLETED",
        Phase::Failed(_) | Phase::Cancelled(_) => "FAILED",
    });
    if !matches!(phase, Phase::Going("PENDING" | "QUEUED", _)) {
        view["startTime"] = json!(job.after(10));
    }
    if let Phase::Succeeded(end) = phase {
        view["finishTime"] = json!(end);
        view["expiration"] = json!(expiration(job));
    }
    view
}

/// Returns the time at which a snapshot expires.
pub(super) fn expiration(job: &Job) -> Timestamp {
    job.after(SNAPSHOT_RETENTION)
}

pub(super) fn restores(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = flexible(state, call)?;
    let jobs = cluster.restores.iter().rev();
    Ok(call.page(jobs, |job| view(call, job)))
}

pub(super) fn restore(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let id = call.path("restoreJobId");
    let cluster = flexible(state, call)?;
    match cluster.restores.iter().find(|job| job.id == id) {
        Some(job) => Ok(Reply::Json(view(call, job))),
        None => Err(Refusal::unknown("RESTORE_JOB_NOT_FOUND", "restore", id)),
    }
}

pub(super) fn create_restore(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    // The document calls it optional, but the service requires it.
    let project = call.text("targetProjectId").ok_or_else(|| {
        let detail = "targetProjectId is missing.";
        Refusal::new(400, "MISSING_ATTRIBUTE", detail).about(&["targetProjectId"])
    })?;
    let target = call.text("targetDeploymentItemName").unwrap_or_default();
    if !state.projects.contains_key(project) {
        let detail = "The role does not reach the target project.";
        return Err(Refusal::new(403, "CANNOT_RESTORE_TO_TARGET", detail).about(&[project]));
    }
    if state.cluster(project, target)?.kind == ClusterKind::Sharded {
        let detail = format!("{target} is sharded.");
        return Err(Refusal::new(403, "CANNOT_RESTORE_TO_TARGET", detail).about(&[target]));
    }
    let cluster = flexible(state, call)?;
    let going = |job: &Job| {
        job.text("targetDeploymentItemName") == target
            && matches!(job.phase(RESTORE, call.now), Phase::Going(..))
    };
    if cluster.restores.iter().any(going) {
        let detail = "Another restore into this cluster is running.";
        return Err(
            Refusal::new(409, "ATLAS_CLUSTER_RESTORE_IN_PROGRESS", detail).about(&[target]),
        );
    }
    let about = json!({
        "deliveryType": "RESTORE",
        "targetDeploymentItemName": target,
        "targetProjectId": project,
    });
    begin(state, call, about)
}

pub(super) fn download(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let token = format!("{:016x}", state.number());
    let about = json!({ "deliveryType": "DOWNLOAD", "token": token });
    begin(state, call, about)
}

fn begin(state: &mut State, call: &OperationCall<'_>, mut about: Value) -> Outcome {
    let id = call.text("snapshotId").unwrap_or_default();
    let taken = find_snapshot(flexible(state, call)?, id)?;
    let Phase::Succeeded(end) = taken.phase(SNAPSHOT, call.now) else {
        let detail = "The snapshot is still being taken.";
        return Err(Refusal::new(409, "CANNOT_DOWNLOAD_INCOMPLETE_SNAPSHOT", detail).about(&[id]));
    };
    about["snapshotId"] = json!(id);
    about["snapshotFinishedDate"] = json!(end);
    about["projectId"] = json!(call.project());
    about["instanceName"] = json!(call.path("name"));
    let job = state.job(call.operation.id, call.now, about, 0);
    let view = view(call, &job);
    state.add_restore(call.project(), call.path("name"), job)?;
    Ok(Reply::Json(view))
}

/// Returns the time at which a download's link expires, if the job is a download.
pub(super) fn expiry(job: &Job) -> Option<Timestamp> {
    (job.text("deliveryType") == "DOWNLOAD").then(|| job.after(LINK))
}

fn view(call: &OperationCall<'_>, job: &Job) -> Value {
    let mut view = job.about.clone();
    if let Some(fields) = view.as_object_mut() {
        fields.remove("token");
    }
    view["id"] = json!(job.id);
    view["restoreScheduledDate"] = json!(job.begun);
    if let Some(expires) = expiry(job) {
        // The archive exists already, so the link is available at once.
        let host = call.downloads.replace("{job}", &job.id);
        let link = format!(
            "{host}/{}-0/{}.tgz",
            job.text("token"),
            job.text("snapshotId")
        );
        view["expirationDate"] = json!(expires);
        view["restoreFinishedDate"] = json!(job.begun);
        view["snapshotUrl"] = json!(link);
        view["status"] = json!("COMPLETED");
        return view;
    }
    let phase = job.phase(RESTORE, call.now);
    let expires = job
        .begun
        .checked_add(Duration::from_secs(RESTORE_RETENTION));
    view["expirationDate"] = json!(expires.unwrap_or(job.begun));
    view["status"] = json!(match phase {
        Phase::Going(name, _) => name,
        Phase::Succeeded(_) => "COMPLETED",
        Phase::Failed(_) | Phase::Cancelled(_) => "FAILED",
    });
    if let Phase::Succeeded(end) = phase {
        view["restoreFinishedDate"] = json!(end);
    }
    view
}
