//! Flex clusters: their snapshots, restores and downloads.
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::asked::{Asked, Outcome, Refusal, Reply};
use super::clusters::flexible;
use super::state::{Cluster, ClusterKind, Job, Phase, Stages, State};

const SNAPSHOT: Stages = &[("PENDING", 5), ("QUEUED", 5), ("RUNNING", 90)];
const RESTORE: Stages = &[("PENDING", 10), ("QUEUED", 20), ("RUNNING", 60)];

/// How long a restore stays known, and how long the link of a download works, in seconds.
const KEPT: u64 = 6 * 60 * 60;
/// How long a snapshot is kept, in seconds.
const SNAPSHOT_KEPT: u64 = 8 * 24 * 60 * 60;
const LINK: u64 = 4 * 60 * 60;

pub(super) fn snapshots(state: &mut State, asked: &Asked<'_>) -> Outcome {
    let cluster = flexible(state, asked)?;
    let jobs = cluster.snapshots.iter().rev();
    Ok(Reply::List(
        jobs.map(|job| snapshot_view(job, asked.now)).collect(),
    ))
}

pub(super) fn snapshot(state: &mut State, asked: &Asked<'_>) -> Outcome {
    let cluster = flexible(state, asked)?;
    let job = find_snapshot(cluster, asked.path("snapshotId"))?;
    Ok(Reply::Json(snapshot_view(job, asked.now)))
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

/// When a snapshot's time is over.
pub(super) fn expiration(job: &Job) -> Timestamp {
    job.after(SNAPSHOT_KEPT)
}

pub(super) fn restores(state: &mut State, asked: &Asked<'_>) -> Outcome {
    let cluster = flexible(state, asked)?;
    let jobs = cluster.restores.iter().rev();
    Ok(Reply::List(jobs.map(|job| view(asked, job)).collect()))
}

pub(super) fn restore(state: &mut State, asked: &Asked<'_>) -> Outcome {
    let id = asked.path("restoreJobId");
    let cluster = flexible(state, asked)?;
    match cluster.restores.iter().find(|job| job.id == id) {
        Some(job) => Ok(Reply::Json(view(asked, job))),
        None => Err(Refusal::unknown("RESTORE_JOB_NOT_FOUND", "restore", id)),
    }
}

pub(super) fn create_restore(state: &mut State, asked: &Asked<'_>) -> Outcome {
    // The document calls it optional, the service does not.
    let project = asked.text("targetProjectId").ok_or_else(|| {
        let detail = "targetProjectId is missing.";
        Refusal::new(400, "MISSING_ATTRIBUTE", detail).about(&["targetProjectId"])
    })?;
    let target = asked.text("targetDeploymentItemName").unwrap_or_default();
    if !state.projects.contains_key(project) {
        let detail = "The role does not reach the target project.";
        return Err(Refusal::new(403, "CANNOT_RESTORE_TO_TARGET", detail).about(&[project]));
    }
    if state.cluster(project, target)?.kind == ClusterKind::Sharded {
        let detail = format!("{target} is sharded.");
        return Err(Refusal::new(403, "CANNOT_RESTORE_TO_TARGET", detail).about(&[target]));
    }
    let cluster = flexible(state, asked)?;
    let going = |job: &Job| {
        job.text("targetDeploymentItemName") == target
            && matches!(job.phase(RESTORE, asked.now), Phase::Going(..))
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
    begin(state, asked, about)
}

pub(super) fn download(state: &mut State, asked: &Asked<'_>) -> Outcome {
    let token = format!("{:016x}", state.number());
    let about = json!({ "deliveryType": "DOWNLOAD", "token": token });
    begin(state, asked, about)
}

fn begin(state: &mut State, asked: &Asked<'_>, mut about: Value) -> Outcome {
    let id = asked.text("snapshotId").unwrap_or_default();
    let taken = find_snapshot(flexible(state, asked)?, id)?;
    let Phase::Succeeded(end) = taken.phase(SNAPSHOT, asked.now) else {
        let detail = "The snapshot is still being taken.";
        return Err(Refusal::new(409, "CANNOT_DOWNLOAD_INCOMPLETE_SNAPSHOT", detail).about(&[id]));
    };
    about["snapshotId"] = json!(id);
    about["snapshotFinishedDate"] = json!(end);
    about["projectId"] = json!(asked.project());
    about["instanceName"] = json!(asked.path("name"));
    let job = state.job(asked.operation.id, asked.now, about, 0);
    let view = view(asked, &job);
    flexible(state, asked)?.restores.push(job);
    Ok(Reply::Json(view))
}

/// When the link of a download stops working, if it has one.
pub(super) fn expiry(job: &Job) -> Option<Timestamp> {
    (job.text("deliveryType") == "DOWNLOAD").then(|| job.after(LINK))
}

fn view(asked: &Asked<'_>, job: &Job) -> Value {
    let mut view = job.about.clone();
    if let Some(fields) = view.as_object_mut() {
        fields.remove("token");
    }
    view["id"] = json!(job.id);
    view["restoreScheduledDate"] = json!(job.begun);
    if let Some(expires) = expiry(job) {
        // The archive is there already: the link comes at once.
        let host = asked.downloads.replace("{job}", &job.id);
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
    let phase = job.phase(RESTORE, asked.now);
    let kept = job.begun.checked_add(Duration::from_secs(KEPT));
    view["expirationDate"] = json!(kept.unwrap_or(job.begun));
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
