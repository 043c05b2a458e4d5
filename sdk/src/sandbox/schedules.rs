//! Backup schedules.
use jiff::Timestamp;
use serde_json::{Value, json};

use super::calendar;
use super::clusters::dedicated;
use super::operation_call::{OperationCall, Outcome, Refusal, Reply};
use super::state::State;

/// The settings that an update may change and that the response has.
const SETTINGS: [&str; 11] = [
    "autoCopySettingsEnabled",
    "autoExportEnabled",
    "copyPolicyItemsEnabled",
    "copySettings",
    "export",
    "extraRetentionSettings",
    "policies",
    "referenceHourOfDay",
    "referenceMinuteOfHour",
    "restoreWindowDays",
    "useOrgAndGroupNamesInExportPrefix",
];

pub(super) fn get(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let cluster = dedicated(state, call)?;
    let mut view = cluster.schedule.clone();
    view["clusterId"] = json!(cluster.id);
    view["clusterName"] = json!(call.path("clusterName"));
    view["links"] = call.links(call.path("clusterName"), &[]);
    if let Some(next) = calendar::next_snapshot(cluster, call.now) {
        view["nextSnapshot"] = json!(next);
    }
    Ok(Reply::Json(view))
}

pub(super) fn update(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let export = call
        .body
        .get("export")
        .and_then(|export| export["exportBucketId"].as_str());
    if let Some(bucket) = export {
        let project = state.project(call.project())?;
        if !project.buckets.iter().any(|known| known["_id"] == bucket) {
            return Err(Refusal::unknown(
                "EXPORT_BUCKET_NOT_FOUND",
                "bucket",
                bucket,
            ));
        }
    }
    let mut changed = call.body.clone();
    dedicated(state, call)?;
    name_items(&mut changed, "policies", "policyItems", state, call.now);
    name_items(
        &mut changed,
        "copySettings",
        "copyPolicyItems",
        state,
        call.now,
    );
    let fresh = json!(state.id(call.now));
    let schedule = dedicated(state, call)?.change_schedule(call.now);
    let known = schedule["policies"][0]["id"].clone();
    let mine = if known.is_null() { fresh } else { known };
    let policies = changed.get_mut("policies").and_then(Value::as_array_mut);
    for policy in policies
        .into_iter()
        .flatten()
        .filter(|policy| policy.is_object())
    {
        if policy["id"].is_null() {
            policy["id"] = mine.clone();
        } else if policy["id"] != mine {
            let detail = "The policy is not that of the cluster.";
            return Err(Refusal::new(400, "VALIDATION_ERROR", detail).about(&["policies"]));
        }
    }
    for setting in SETTINGS {
        match changed.get(setting) {
            None | Some(Value::Null) => {}
            Some(value) => schedule[setting] = value.clone(),
        }
    }
    get(state, call)
}

/// Adds the missing identifiers of the items in a list's entries.
fn name_items(body: &mut Value, list: &str, items: &str, state: &mut State, now: Timestamp) {
    let entries = body.get_mut(list).and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        let items = entry.get_mut(items).and_then(Value::as_array_mut);
        for item in items.into_iter().flatten() {
            if item.is_object() && item.get("id").is_none() {
                item["id"] = json!(state.id(now));
            }
        }
    }
}

pub(super) fn delete(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let schedule = dedicated(state, call)?.change_schedule(call.now);
    let policies = schedule.get_mut("policies").and_then(Value::as_array_mut);
    for policy in policies.into_iter().flatten() {
        policy["policyItems"] = json!([]);
    }
    schedule["autoExportEnabled"] = json!(false);
    schedule["copySettings"] = json!([]);
    if let Some(fields) = schedule.as_object_mut() {
        fields.remove("export");
    }
    get(state, call)
}
