//! Snapshots of dedicated clusters and their contents.
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::clusters::dedicated;
use super::operation_call::{OperationCall, Outcome, Refusal, Reply};
use super::state::{Cluster, ClusterKind, Job, Phase, Stages, State};

pub(super) const STAGES: Stages = &[("queued", 20), ("inProgress", 520)];

const DAY: u64 = 24 * 60 * 60;

pub(super) fn list(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    let there = present(cluster, call.now).filter(|_| cluster.kind == ClusterKind::ReplicaSet);
    // A point in time selects the last snapshot before it.
    let moment = call
        .number("pointInTimeUtcSeconds")
        .or(call.number("oplogTs"));
    let view = |job: &Job| view(call, cluster, job);
    Ok(match moment {
        None => call.page(there, view),
        Some(seconds) => {
            let before = |job: &&Job| job.end(STAGES).as_second() <= seconds;
            let last = there.filter(before).max_by_key(|job| job.begun);
            call.page(last.into_iter(), view)
        }
    })
}

pub(super) fn list_sharded(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    let there = present(cluster, call.now).filter(|_| cluster.kind == ClusterKind::Sharded);
    let views: Vec<Value> = there.map(|job| view(call, cluster, job)).collect();
    let own = format!("{}{}", call.origin, call.target);
    // This list has no pages, even if one is requested.
    Ok(Reply::Json(json!({
        "links": [{ "href": own, "rel": "self" }],
        "totalCount": views.len(),
        "results": views,
    })))
}

pub(super) fn take(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    let going = |job: &&Job| {
        job.text("frequencyType") == "ondemand"
            && matches!(job.phase(STAGES, call.now), Phase::Going(..))
    };
    if let Some(other) = cluster.snapshots.iter().find(going) {
        let detail = "Another snapshot is being taken.";
        return Err(Refusal::new(400, "UNFINISHED_ON_DEMAND_SNAPSHOT", detail).about(&[&other.id]));
    }
    let days = retention(call.body.get("retentionInDays"))?;
    let parts = if cluster.kind == ClusterKind::Sharded {
        3
    } else {
        0
    };
    let mut about = json!({ "frequencyType": "ondemand", "retentionInDays": days });
    if let Some(description) = call.text("description") {
        about["description"] = json!(description);
    }
    let job = state.job(call.operation.id, call.now, about, parts);
    let cluster = dedicated(state, call)?;
    let view = view(call, cluster, &job);
    cluster.snapshots.push(job);
    Ok(Reply::Json(view))
}

/// The range of retentions, in days.
const RETENTION: std::ops::RangeInclusive<u64> = 1..=36_500;

fn retention(days: Option<&Value>) -> Result<u64, Refusal> {
    let wrong = |what: String| {
        let mut refusal = Refusal::new(400, "VALIDATION_ERROR", "The body has a problem.");
        refusal.fields = vec![("retentionInDays".to_owned(), what)];
        Err(refusal.about(&["retentionInDays"]))
    };
    let Some(days) = days.and_then(Value::as_f64) else {
        return wrong("must be present".to_owned());
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is not within the range is refused, and the document has integers only"
    )]
    let whole = days as u64;
    match RETENTION.contains(&whole) && days >= 1.0 {
        true => Ok(whole),
        false => wrong(format!(
            "must be {} to {}",
            RETENTION.start(),
            RETENTION.end()
        )),
    }
}

/// Converts a retention to days.
pub(super) fn days(value: Option<u64>, unit: Option<&str>) -> Option<u64> {
    let days = match unit?.to_ascii_lowercase().as_str() {
        "days" => 1,
        "weeks" => 7,
        "months" => 31,
        "years" => 366,
        _ => return None,
    };
    value?
        .checked_mul(days)
        .filter(|days| RETENTION.contains(days))
}

pub(super) fn get(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let id = call.path("snapshotId");
    let cluster = dedicated(state, call)?;
    if let Some((whole, index)) = part(cluster, id) {
        return Ok(Reply::Json(member(call, cluster, whole, index)));
    }
    let job = find(cluster, id, call.now)?;
    if cluster.kind == ClusterKind::Sharded {
        return Err(unknown(id));
    }
    Ok(Reply::Json(view(call, cluster, job)))
}

pub(super) fn get_sharded(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    let job = find(cluster, call.path("snapshotId"), call.now)?;
    if cluster.kind != ClusterKind::Sharded {
        return Err(unknown(&job.id));
    }
    Ok(Reply::Json(view(call, cluster, job)))
}

pub(super) fn update(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let id = call.path("snapshotId");
    let value = call.body.get("retentionValue").and_then(Value::as_u64);
    let days = days(value, call.text("retentionUnit"));
    let cluster = dedicated(state, call)?;
    if part(cluster, id).is_some() {
        let detail = "The snapshot is a part of one of a cluster.";
        return Err(Refusal::new(403, "CANNOT_MODIFY_CLUSTER_SNAPSHOT", detail).about(&[id]));
    }
    let Some(days) = days else {
        let detail = "The snapshot cannot be kept that long.";
        let invalid = Refusal::new(400, "BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID", detail);
        return Err(Refusal {
            parameters: vec![json!(value)],
            ..invalid
        });
    };
    let job = find(cluster, id, call.now)?;
    if matches!(job.phase(STAGES, call.now), Phase::Going(..)) {
        let detail = "The snapshot is still being taken.";
        let going = Refusal::new(400, "CANNOT_MODIFY_IN_PROGRESS_SNAPSHOT_RETENTION", detail);
        return Err(going.about(&[id]));
    }
    let jobs = cluster.snapshots.iter_mut();
    for job in jobs.filter(|job| job.id == id) {
        job.about["retentionInDays"] = json!(days);
    }
    let job = find(cluster, id, call.now)?;
    Ok(Reply::Json(view(call, cluster, job)))
}

pub(super) fn delete(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let id = call.path("snapshotId");
    let cluster = dedicated(state, call)?;
    if part(cluster, id).is_some() {
        let detail = "The snapshot is a part of one of a cluster.";
        return Err(Refusal::new(403, "CANNOT_DELETE_FROM_CLUSTER_SNAPSHOT", detail).about(&[id]));
    }
    let job = find(cluster, id, call.now)?;
    if matches!(job.phase(STAGES, call.now), Phase::Going(..)) {
        let detail = "The snapshot is still being taken.";
        return Err(Refusal::new(400, "CANNOT_DELETE_IN_PROGRESS_SNAPSHOT", detail).about(&[id]));
    }
    let jobs = cluster.snapshots.iter_mut();
    for job in jobs.filter(|job| job.id == id) {
        job.deleted = job.deleted.or(Some(call.now));
    }
    Ok(Reply::Nothing)
}

pub(super) fn databases(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let names = content(state, call)?.databases.keys();
    Ok(call.page(names, |name| json!({ "name": name })))
}

pub(super) fn database(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    collections_of(state, call)?;
    Ok(Reply::Json(json!({ "name": call.path("databaseName") })))
}

pub(super) fn collections(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let names = collections_of(state, call)?.iter();
    Ok(call.page(names, |name| json!({ "name": name })))
}

pub(super) fn collection(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let name = call.path("collectionName");
    match collections_of(state, call)?
        .iter()
        .any(|known| known == name)
    {
        true => Ok(Reply::Json(json!({ "name": name }))),
        false => Err(Refusal::unknown("RESOURCE_NOT_FOUND", "collection", name)),
    }
}

/// Returns the cluster of the requested snapshot, which must be completed.
fn content<'s>(state: &'s mut State, call: &OperationCall<'_>) -> Result<&'s Cluster, Refusal> {
    let id = call.path("snapshotId");
    let cluster = dedicated(state, call)?;
    completed(cluster, id, call.now).map_err(|_| unknown(id))?;
    Ok(cluster)
}

fn collections_of<'s>(
    state: &'s mut State,
    call: &OperationCall<'_>,
) -> Result<&'s Vec<String>, Refusal> {
    let name = call.path("databaseName");
    let databases = &content(state, call)?.databases;
    databases
        .get(name)
        .ok_or_else(|| Refusal::unknown("RESOURCE_NOT_FOUND", "database", name))
}

/// Returns the visible snapshots, newest first.
fn present(cluster: &Cluster, now: Timestamp) -> impl Iterator<Item = &Job> {
    cluster
        .snapshots
        .iter()
        .rev()
        .filter(move |job| !is_removed(job, now))
}

/// Returns true if a snapshot is no longer visible: deleted a while ago, or expired.
fn is_removed(job: &Job, now: Timestamp) -> bool {
    now >= removal(job)
}

/// Returns the time from which a snapshot is no longer visible.
pub(super) fn removal(job: &Job) -> Timestamp {
    let expires = expires(job, job.end(STAGES));
    job.removal()
        .map_or(expires, |removal| removal.min(expires))
}

/// Returns the time at which a snapshot expires.
fn expires(job: &Job, now: Timestamp) -> Timestamp {
    let days = job.about["retentionInDays"].as_u64().unwrap_or(7);
    let since = ended(job, now).unwrap_or(job.begun);
    since
        .checked_add(Duration::from_secs(days * DAY))
        .unwrap_or(Timestamp::MAX)
}

fn unknown(id: &str) -> Refusal {
    Refusal::unknown("SNAPSHOT_NOT_FOUND", "snapshot", id)
}

pub(super) fn find<'c>(cluster: &'c Cluster, id: &str, now: Timestamp) -> Result<&'c Job, Refusal> {
    present(cluster, now)
        .find(|job| job.id == id)
        .ok_or_else(|| unknown(id))
}

/// Returns a snapshot if it is completed.
pub(super) fn completed<'c>(
    cluster: &'c Cluster,
    id: &str,
    now: Timestamp,
) -> Result<&'c Job, Refusal> {
    let job = find(cluster, id, now)?;
    let refused = |code, detail: &str| Err(Refusal::new(409, code, detail).about(&[id]));
    let phase = job.phase(STAGES, now);
    match (job.deleted, cluster.kind) {
        (Some(_), ClusterKind::Sharded) => refused(
            "CANNOT_START_RESTORE_JOB_FOR_DELETED_CLUSTER_SNAPSHOT",
            "The snapshot was deleted.",
        ),
        (Some(_), _) => refused(
            "CANNOT_START_RESTORE_JOB_FOR_DELETED_SNAPSHOT",
            "The snapshot was deleted.",
        ),
        (None, _) => match phase {
            Phase::Succeeded(_) => Ok(job),
            Phase::Going(..) => refused(INCOMPLETE, "The snapshot is still being taken."),
            Phase::Failed(_) | Phase::Cancelled(_) => refused(INCOMPLETE, "The snapshot failed."),
        },
    }
}

const INCOMPLETE: &str = "CANNOT_START_RESTORE_JOB_FOR_INCOMPLETE_CLUSTER_SNAPSHOT";

/// Returns the snapshot of a shard's snapshot, and the index of the shard.
fn part<'c>(cluster: &'c Cluster, id: &str) -> Option<(&'c Job, usize)> {
    let mut snapshots = cluster.snapshots.iter();
    snapshots.find_map(|job| Some((job, job.parts.iter().position(|part| part == id)?)))
}

/// Returns the names of a cluster's replica sets: its shards and its config servers.
pub(super) fn replica_sets(cluster: &Cluster) -> Vec<String> {
    let stem = cluster.id.get(18..).unwrap_or_default();
    let names: &[&str] = match cluster.kind {
        ClusterKind::Sharded => &["shard-0", "shard-1", "config-0"],
        ClusterKind::ReplicaSet | ClusterKind::Flex => &["shard-0"],
    };
    names
        .iter()
        .map(|name| format!("atlas-{stem}-{name}"))
        .collect()
}

/// Returns the time at which a snapshot was completed, if it is.
pub(super) fn taken(job: &Job, now: Timestamp) -> Option<Timestamp> {
    match job.phase(STAGES, now) {
        Phase::Succeeded(end) => Some(end),
        Phase::Going(..) | Phase::Failed(_) | Phase::Cancelled(_) => None,
    }
}

/// Returns the time at which a snapshot was completed or failed, if it has.
fn ended(job: &Job, now: Timestamp) -> Option<Timestamp> {
    match job.phase(STAGES, now) {
        Phase::Succeeded(end) | Phase::Failed(end) => Some(end),
        Phase::Going(..) | Phase::Cancelled(_) => None,
    }
}

fn view(call: &OperationCall<'_>, cluster: &Cluster, job: &Job) -> Value {
    let phase = job.phase(STAGES, call.now);
    let status = match phase {
        Phase::Going(name, _) => name,
        Phase::Succeeded(_) => "completed",
        Phase::Failed(_) | Phase::Cancelled(_) => "failed",
    };
    let ended = ended(job, call.now);
    let expires = expires(job, call.now);
    let sharded = cluster.kind == ClusterKind::Sharded;
    let segment = if sharded {
        "snapshots/shardedCluster"
    } else {
        "snapshots"
    };
    let own = [("self", format!("backup/{segment}/{}", job.id))];
    let frequency = job.text("frequencyType");
    let size = match phase {
        Phase::Succeeded(_) => 4_186_517_504_u64 * replica_sets(cluster).len() as u64,
        _ => 0,
    };
    let mut view = json!({
        "expiresAt": expires,
        "frequencyType": frequency,
        "id": job.id,
        "links": call.links(call.path("clusterName"), &own),
        "policyItems": job.about.get("policyItems").cloned().unwrap_or_else(|| json!([])),
        "snapshotType": if frequency == "ondemand" { "onDemand" } else { "scheduled" },
        "status": status,
        "storageSizeBytes": size,
        "type": if sharded { "shardedCluster" } else { "replicaSet" },
    });
    if let Some(description) = job.about.get("description") {
        view["description"] = description.clone();
    }
    // A failed snapshot of a sharded cluster has no creation time.
    if let Some(ended) = ended.filter(|_| !sharded || status == "completed") {
        view["createdAt"] = json!(ended);
    }
    let begun = status != "queued";
    if begun {
        view["mongodVersion"] = json!("8.0.12");
    }
    if sharded {
        let parts = if begun { job.parts.as_slice() } else { &[] };
        let members = parts.iter().zip(replica_sets(cluster));
        let members = members
            .map(|(id, name)| json!({ "cloudProvider": "AWS", "id": id, "replicaSetName": name }));
        view["configServerType"] = json!("DEDICATED");
        view["members"] = members.collect();
        view["snapshotIds"] = json!(parts);
    } else {
        view["copyRegions"] = json!([]);
        view["replicaSetName"] = json!(replica_sets(cluster).first());
        if ended.is_some() {
            view["cloudProvider"] = json!("AWS");
        }
    }
    view
}

/// Returns one replica set of a sharded cluster's snapshot.
fn member(call: &OperationCall<'_>, cluster: &Cluster, whole: &Job, index: usize) -> Value {
    let mut view = view(call, cluster, whole);
    let id = whole.parts.get(index).cloned().unwrap_or_default();
    let own = [("self", format!("backup/snapshots/{id}"))];
    view["links"] = call.links(call.path("clusterName"), &own);
    view["id"] = json!(id);
    view["type"] = json!("replicaSet");
    view["replicaSetName"] = json!(replica_sets(cluster).get(index));
    view["copyRegions"] = json!([]);
    if view.get("createdAt").is_some() {
        view["cloudProvider"] = json!("AWS");
    }
    if let Some(fields) = view.as_object_mut() {
        for field in ["configServerType", "members", "snapshotIds"] {
            fields.remove(field);
        }
    }
    view
}
