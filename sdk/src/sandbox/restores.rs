//! Restore jobs of dedicated clusters.
use jiff::Timestamp;
use serde_json::{Value, json};

use super::clusters::{dedicated, is_flex};
use super::operation_call::{OperationCall, Outcome, Refusal, Reply};
use super::snapshots;
use super::state::{Cluster, ClusterKind, Job, Phase, Stages, State};

const STAGES: Stages = &[("", 240)];

/// How long the links of a download are valid, in seconds.
const LINK: u64 = 60 * 60;

/// The restore window of points in time, in seconds.
const WINDOW: i64 = 7 * 24 * 60 * 60;

pub(super) fn list(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    let jobs = cluster.restores.iter().rev();
    Ok(call.page(jobs, |job| view(call, job)))
}

/// Lists restore jobs as in v1.0.
///
/// There, a job has no links and no object for the point in time, but its creation time; only downloads have
/// delivery URLs, and only restores into a cluster have an end.
pub(super) fn list_v1(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    Ok(call.page(cluster.restores.iter().rev(), |job| {
        let mut view = view(call, job);
        let kind = job.text("deliveryType");
        if let Some(fields) = view.as_object_mut() {
            fields.remove("desiredTimestamp");
            fields.remove("targetDeploymentItemName");
            if kind != "download" {
                fields.remove("deliveryUrl");
            }
        }
        if kind == "automated" {
            view["expiresAt"] = json!(job.after(24 * LINK));
        }
        view["createdAt"] = json!(job.begun);
        view["links"] = json!([]);
        view
    }))
}

pub(super) fn get(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    Ok(Reply::Json(view(call, find(cluster, call)?)))
}

pub(super) fn create(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let kind = call.text("deliveryType").unwrap_or_default();
    let mut about = json!({ "deliveryType": kind });
    let cluster = dedicated(state, call)?;
    let mut parts = 0;
    if kind == "pointInTime" {
        moment(call, &mut about)?;
    } else {
        let snapshot = required(call, "snapshotId")?;
        let taken = snapshots::completed(cluster, snapshot, call.now)?;
        parts = taken.parts.len();
        about["snapshotId"] = json!(snapshot);
        about["timestamp"] = json!(snapshots::taken(taken, call.now));
        about["replicaSets"] = json!(snapshots::replica_sets(cluster));
    }
    if kind == "download" {
        let unfinished = |job: &&Job| {
            job.text("deliveryType") == "download"
                && matches!(job.phase(STAGES, call.now), Phase::Going(..))
        };
        if let Some(other) = cluster.restores.iter().find(unfinished) {
            let detail = "Another download is being prepared.";
            return Err(
                Refusal::new(400, "CANNOT_DOWNLOAD_SNAPSHOT_CONCURRENTLY", detail)
                    .about(&[&other.id]),
            );
        }
        about["token"] = json!(format!("{:016x}", state.number()));
    } else {
        let own = cluster.kind;
        let kind = target(state, call, &mut about)?;
        if kind != own {
            let name = call.text("targetClusterName").unwrap_or_default();
            let detail = "The target is a cluster of another kind.";
            return Err(Refusal::new(403, "CANNOT_RESTORE_TO_TARGET", detail).about(&[name]));
        }
    }
    let job = state.job(call.operation.id, call.now, about, parts);
    let view = view(call, &job);
    if kind != "download" {
        let target = (
            required(call, "targetGroupId")?,
            required(call, "targetClusterName")?,
        );
        state.cluster(target.0, target.1)?.restored_until = Some(job.end(STAGES));
    }
    state.add_restore(call.project(), call.path("clusterName"), job)?;
    Ok(Reply::Json(view))
}

fn required<'a>(call: &'a OperationCall<'_>, field: &str) -> Result<&'a str, Refusal> {
    call.text(field).ok_or_else(|| {
        Refusal::new(400, "MISSING_ATTRIBUTE", format!("{field} is missing.")).about(&[field])
    })
}

/// Returns the kind of the target cluster.
///
/// The target must be a dedicated cluster of an accessible project, without another restore in progress.
pub(super) fn target(
    state: &mut State,
    call: &OperationCall<'_>,
    about: &mut Value,
) -> Result<ClusterKind, Refusal> {
    let (project, name) = (
        required(call, "targetGroupId")?,
        required(call, "targetClusterName")?,
    );
    if !state.projects.contains_key(project) {
        let detail = "The role does not reach the target project.";
        return Err(Refusal::new(403, "CANNOT_RESTORE_TO_TARGET", detail).about(&[project]));
    }
    let target = state.cluster(project, name)?;
    if target.kind == ClusterKind::Flex {
        return Err(is_flex(name));
    }
    if target.restored_until.is_some_and(|end| call.now < end) {
        let detail = "Another restore into this cluster is running.";
        return Err(Refusal::new(409, "ATLAS_CLUSTER_RESTORE_IN_PROGRESS", detail).about(&[name]));
    }
    about["targetClusterName"] = json!(name);
    about["targetGroupId"] = json!(project);
    about["targetDeploymentItemName"] =
        json!(format!("atlas-{}", target.id.get(18..).unwrap_or_default()));
    Ok(target.kind)
}

/// Parses the point in time, which must be within the restore window.
///
/// It is given as seconds or as an oplog position.
fn moment(call: &OperationCall<'_>, about: &mut Value) -> Result<(), Refusal> {
    let number = |field: &str| call.body.get(field).and_then(Value::as_i64);
    let oplog = (number("oplogTs"), number("oplogInc"));
    let seconds = match (number("pointInTimeUTCSeconds"), oplog) {
        (Some(seconds), (None, None)) => {
            about["pointInTimeUTCSeconds"] = json!(seconds);
            about["desired"] = json!([seconds, 1]);
            seconds
        }
        (None, (Some(seconds), Some(increment))) => {
            about["oplogTs"] = json!(seconds);
            about["oplogInc"] = json!(increment);
            about["desired"] = json!([seconds, increment]);
            seconds
        }
        (None, given) => {
            let missing = match given {
                (Some(_), _) => "oplogInc",
                (None, Some(_)) => "oplogTs",
                (None, None) => "pointInTimeUTCSeconds",
            };
            let detail = format!("{missing} is missing.");
            return Err(Refusal::new(400, "MISSING_ATTRIBUTE", detail).about(&[missing]));
        }
        (Some(_), _) => {
            let detail = "The moment is given twice.";
            return Err(Refusal::new(400, "INVALID_PIT_RESTORE_TIME", detail).about(&["oplogTs"]));
        }
    };
    within_window(seconds, call.now)
}

/// Checks that a point in time is within the restore window.
pub(super) fn within_window(seconds: i64, now: Timestamp) -> Result<(), Refusal> {
    let now = now.as_second();
    if (now - WINDOW..=now).contains(&seconds) {
        return Ok(());
    }
    let detail = "The moment is outside of the restore window.";
    let mut refusal = Refusal::new(400, "INVALID_PIT_RESTORE_TIME", detail);
    refusal.parameters = vec![json!(seconds)];
    Err(refusal)
}

pub(super) fn cancel(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    if cluster.kind == ClusterKind::Sharded {
        let id = call.path("restoreJobId");
        if cluster
            .restores
            .iter()
            .any(|job| job.parts.iter().any(|part| part == id))
        {
            let detail = "The job is a part of one of a cluster.";
            let code = "ATLAS_BACKUP_CANCEL_SHARD_RESTORE_JOB_NOT_ALLOWED";
            return Err(Refusal::new(405, code, detail).about(&[id]));
        }
    }
    let id = find(cluster, call)?.id.clone();
    let jobs = cluster.restores.iter_mut();
    for job in jobs.filter(|job| job.id == id) {
        if job.text("deliveryType") != "download" {
            let detail = "This restore is automated and runs to its end.";
            return Err(Refusal::new(400, "CANNOT_CANCEL_AUTOMATED_RESTORE", detail));
        }
        // A failed or expired job is not changed; valid links expire.
        let over = expiry(job, call.now).is_some_and(|expires| call.now >= expires);
        let failed = matches!(job.phase(STAGES, call.now), Phase::Failed(_));
        if !over && !failed {
            job.cancelled = job.cancelled.or(Some(call.now));
        }
    }
    Ok(Reply::Nothing)
}

fn find<'c>(cluster: &'c Cluster, call: &OperationCall<'_>) -> Result<&'c Job, Refusal> {
    let id = call.path("restoreJobId");
    let found = cluster.restores.iter().find(|job| job.id == id);
    found.ok_or_else(|| Refusal::unknown("RESTORE_JOB_NOT_FOUND", "restore", id))
}

/// Returns the time at which the links of a completed download expire.
pub(super) fn expiry(job: &Job, now: Timestamp) -> Option<Timestamp> {
    let ready = job.text("deliveryType") == "download"
        && matches!(job.phase(STAGES, now), Phase::Succeeded(_));
    ready.then(|| job.after(240 + LINK))
}

pub(super) fn view(call: &OperationCall<'_>, job: &Job) -> Value {
    let phase = job.phase(STAGES, call.now);
    let download = job.text("deliveryType") == "download";
    let expires = expiry(job, call.now);
    let expired = expires.is_some_and(|expires| call.now >= expires);
    let snapshot = job.text("snapshotId");
    let mut own = vec![("self", format!("backup/restoreJobs/{}", job.id))];
    if !snapshot.is_empty() {
        own.push(("snapshot", format!("backup/snapshots/{snapshot}")));
    }
    let links = |index: usize| {
        let host = call.downloads.replace("{job}", &job.id);
        format!(
            "{host}/{}-{index}/restore-{snapshot}.tar.gz",
            job.text("token")
        )
    };
    let ready = expires.is_some() && !expired;
    let count = if ready { job.parts.len().max(1) } else { 0 };
    let desired = match job.about["desired"].as_array().map(Vec::as_slice) {
        Some([seconds, increment]) => {
            let date = seconds
                .as_i64()
                .and_then(|seconds| Timestamp::from_second(seconds).ok());
            json!({ "increment": increment, "time": seconds, "date": date })
        }
        _ => json!({ "increment": null, "time": null, "date": null }),
    };
    let mut view = json!({
        "cancelled": matches!(phase, Phase::Cancelled(_)),
        "deliveryType": job.about["deliveryType"],
        "deliveryUrl": (0..count).map(links).collect::<Vec<_>>(),
        "desiredTimestamp": desired,
        "expired": expired,
        "failed": matches!(phase, Phase::Failed(_)),
        "id": job.id,
        "links": call.links(call.path("clusterName"), &own),
    });
    let facts = [
        "snapshotId",
        "timestamp",
        "targetClusterName",
        "targetGroupId",
        "targetDeploymentItemName",
        "pointInTimeUTCSeconds",
        "oplogTs",
        "oplogInc",
    ];
    for fact in facts {
        if let Some(value) = job.about.get(fact) {
            view[fact] = value.clone();
        }
    }
    if download && !job.parts.is_empty() {
        let names = job.about["replicaSets"].as_array();
        let parts = names.into_iter().flatten().enumerate();
        let parts = parts.map(|(index, name)| {
            json!({ "downloadUrl": ready.then(|| links(index)), "replicaSetName": name })
        });
        view["components"] = parts.collect();
    }
    if let Some(expires) = expires {
        view["expiresAt"] = json!(expires);
    }
    // A download never has a `finishedAt`.
    if let (Phase::Succeeded(end), false) = (phase, download) {
        view["finishedAt"] = json!(end);
    }
    view
}
