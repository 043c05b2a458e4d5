//! Restores of databases and collections.
use serde_json::{Map, Value, json};

use super::clusters::dedicated;
use super::operation_call::{OperationCall, Outcome, Refusal, Reply};
use super::state::{Cluster, Job, Phase, Stages, State};
use super::{restores, snapshots};

const STAGES: Stages = &[
    ("INITIALIZING", 60),
    ("IN_PROGRESS", 300),
    ("FINALIZING", 120),
];

/// Number of documents in each collection.
const DOCUMENTS: u64 = 4_467;

pub(super) fn list(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    let jobs = cluster.collection_restores.iter().rev();
    Ok(call.page(jobs, |job| view(call, job)))
}

pub(super) fn get(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    Ok(Reply::Json(view(call, find(cluster, call)?)))
}

pub(super) fn create(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let number = |field: &str| call.body.get(field).and_then(Value::as_i64);
    let snapshot = call.text("snapshotId");
    let sources = [
        snapshot.is_some(),
        number("pointInTimeUtcSeconds").is_some(),
        number("oplogTs").is_some(),
    ];
    match sources.iter().filter(|given| **given).count() {
        1 => {}
        0 => {
            let detail = "snapshotId is missing.";
            return Err(Refusal::new(400, "MISSING_ATTRIBUTE", detail).about(&["snapshotId"]));
        }
        _ => {
            let detail = "What to restore from is said more than once.";
            return Err(Refusal::new(400, "VALIDATION_ERROR", detail).about(&["snapshotId"]));
        }
    }
    let cluster = dedicated(state, call)?;
    if let Some(snapshot) = snapshot {
        snapshots::completed(cluster, snapshot, call.now)?;
    }
    let seconds = number("pointInTimeUtcSeconds").or(number("oplogTs"));
    if let Some(seconds) = seconds {
        restores::within_window(seconds, call.now)?;
    }
    let going = |job: &&Job| matches!(job.phase(STAGES, call.now), Phase::Going(..));
    if cluster.collection_restores.iter().any(|job| going(&job)) {
        let detail = "Another restore of this cluster is running.";
        let name = call.path("clusterName");
        return Err(Refusal::new(409, "ATLAS_CLUSTER_RESTORE_IN_PROGRESS", detail).about(&[name]));
    }
    let namespaces = namespaces(call, cluster)?;
    let mut about = call.body.clone();
    restores::target(state, call, &mut about)?;
    if let Some(fields) = about.as_object_mut() {
        fields.remove("targetDeploymentItemName");
    }
    about["namespaces"] = Value::Array(namespaces);
    let job = state.job(call.operation.id, call.now, about, 0);
    let view = view(call, &job);
    dedicated(state, call)?.collection_restores.push(job);
    Ok(Reply::Json(view))
}

/// Returns every collection to restore: its source and, if given, its target.
fn namespaces(call: &OperationCall<'_>, cluster: &Cluster) -> Result<Vec<Value>, Refusal> {
    let list = |field: &str| {
        let entries = call.body.get(field).and_then(Value::as_array);
        entries.cloned().unwrap_or_default()
    };
    let text = |entry: &Value, field: &str| entry[field].as_str().map(str::to_owned);
    let mut all = Vec::new();
    let unknown = |what, name: &str| Err(Refusal::unknown("RESOURCE_NOT_FOUND", what, name));
    for entry in list("collections") {
        let source = text(&entry, "sourceNamespace").unwrap_or_default();
        let (database, collection) = source.split_once('.').unwrap_or((&source, ""));
        let mut there = cluster.databases.get(database).into_iter().flatten();
        if !there.any(|known| known == collection) {
            return unknown("collection", &source);
        }
        let mut namespace = Map::new();
        for field in ["sourceNamespace", "targetNamespace"] {
            if let Some(name) = text(&entry, field) {
                namespace.insert(field.to_owned(), json!(name));
            }
        }
        all.push(Value::Object(namespace));
    }
    for entry in list("databases") {
        let source = text(&entry, "sourceNamespace").unwrap_or_default();
        let Some(collections) = cluster.databases.get(&source) else {
            return unknown("database", &source);
        };
        for collection in collections {
            let mut namespace = json!({ "sourceNamespace": format!("{source}.{collection}") });
            if let Some(target) = text(&entry, "targetNamespace") {
                namespace["targetNamespace"] = json!(format!("{target}.{collection}"));
            }
            all.push(namespace);
        }
    }
    Ok(all)
}

pub(super) fn collections(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let all = restored(state, call)?;
    let fits = |collection: &Value| {
        let filters = ["state", "sourceNamespace", "targetNamespace"];
        filters.iter().all(|field| {
            call.query(field)
                .is_none_or(|wanted| collection[field].as_str() == Some(wanted))
        })
    };
    Ok(call.page(all.into_iter().filter(fits), |collection| collection))
}

pub(super) fn collection(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let wanted = call.path("sourceNamespace");
    let mut all = restored(state, call)?.into_iter();
    match all.find(|collection| collection["sourceNamespace"] == wanted) {
        Some(found) => Ok(Reply::Json(found)),
        None => Err(Refusal::unknown("RESOURCE_NOT_FOUND", "collection", wanted)),
    }
}

/// Returns the collections of a job, which are known after its first stage.
fn restored(state: &mut State, call: &OperationCall<'_>) -> Result<Vec<Value>, Refusal> {
    let job = find(dedicated(state, call)?, call)?;
    let phase = job.phase(STAGES, call.now);
    let (name, index, done) = match phase {
        Phase::Going("INITIALIZING", _) => return Ok(Vec::new()),
        Phase::Going("IN_PROGRESS", part) => {
            ("IN_PROGRESS", "NOT_STARTED", DOCUMENTS * part / 1_000)
        }
        Phase::Going(..) => ("FINALIZING", "IN_PROGRESS", DOCUMENTS),
        Phase::Succeeded(_) => ("SUCCESSFUL", "SUCCESSFUL", DOCUMENTS),
        Phase::Failed(_) | Phase::Cancelled(_) => ("FAILED", "NOT_RESTORED", 0),
    };
    let namespaces = job.about["namespaces"].as_array().into_iter().flatten();
    let collections = namespaces.map(|namespace| {
        let mut collection = namespace.clone();
        collection["indexStatus"] = json!({ "state": index });
        collection["restoredDocuments"] = json!(done);
        collection["state"] = json!(name);
        collection["totalDocuments"] = json!(DOCUMENTS);
        if name == "SUCCESSFUL" {
            let target = namespace
                .get("targetNamespace")
                .unwrap_or(&namespace["sourceNamespace"]);
            collection["effectiveTargetNamespace"] = target.clone();
        }
        collection
    });
    Ok(collections.collect())
}

fn find<'c>(cluster: &'c Cluster, call: &OperationCall<'_>) -> Result<&'c Job, Refusal> {
    let id = call.path("jobId");
    let found = cluster.collection_restores.iter().find(|job| job.id == id);
    found.ok_or_else(|| Refusal::unknown("RESOURCE_NOT_FOUND", "restore", id))
}

fn view(call: &OperationCall<'_>, job: &Job) -> Value {
    let phase = job.phase(STAGES, call.now);
    let count = job.about["namespaces"].as_array().map_or(0, Vec::len) as u64;
    let all = DOCUMENTS * count;
    let (name, index, done, total) = match phase {
        Phase::Going("INITIALIZING", _) => ("INITIALIZING", "NOT_STARTED", 0, 0),
        Phase::Going("IN_PROGRESS", part) => {
            ("IN_PROGRESS", "NOT_STARTED", all * part / 1_000, all)
        }
        Phase::Going(..) => ("FINALIZING", "IN_PROGRESS", all, all),
        Phase::Succeeded(_) => ("SUCCESSFUL", "SUCCESSFUL", all, all),
        Phase::Failed(_) => ("FAILED", "NOT_RESTORED", 0, all),
        Phase::Cancelled(_) => ("CANCELED", "NOT_RESTORED", 0, all),
    };
    let mut view = job.about.clone();
    if let Some(fields) = view.as_object_mut() {
        fields.remove("namespaces");
    }
    view["createdAt"] = json!(job.begun);
    view["id"] = json!(job.id);
    view["indexStatus"] = json!({ "failedCollectionCount": 0, "state": index });
    view["restoredDocuments"] = json!(done);
    view["state"] = json!(name);
    view["totalDocuments"] = json!(total);
    if let Phase::Succeeded(end) | Phase::Failed(end) | Phase::Cancelled(end) = phase {
        view["finishedAt"] = json!(end);
    }
    if let (Phase::Failed(_), Some(reason)) = (phase, &job.fails) {
        view["errorMessage"] = json!(reason);
    }
    view
}
