//! Export buckets.
use serde_json::{Value, json};

use super::operation_call::{OperationCall, Outcome, Refusal, Reply};
use super::state::State;

/// The region of AWS buckets, which only the response for a single bucket has.
const REGION: &str = "eu-central-1";

pub(super) fn list(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let buckets = state.project(call.project())?.buckets.iter();
    Ok(call.page(buckets, Value::clone))
}

pub(super) fn get(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let mut view = bucket(state, call)?.clone();
    if view["cloudProvider"] == "AWS" {
        view["region"] = json!(REGION);
    }
    Ok(Reply::Json(view))
}

pub(super) fn create(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let id = state.id(call.now);
    let fact = |field: &str| call.body.get(field).cloned().unwrap_or_default();
    let made = match call.text("cloudProvider") {
        Some("AZURE") => {
            let address = call.text("serviceUrl").unwrap_or_default();
            json!({
                "_id": id,
                "bucketName": container(call.text("bucketName"), address)?,
                "cloudProvider": "AZURE",
                "roleId": fact("roleId"),
                "serviceUrl": address,
                "tenantId": "0f1e2d3c-4b5a-4697-8877-665544332211",
            })
        }
        Some("GCP") => json!({
            "_id": id,
            "bucketName": fact("bucketName"),
            "cloudProvider": "GCP",
            "roleId": fact("roleId"),
        }),
        _ => json!({
            "_id": id,
            "bucketName": fact("bucketName"),
            "cloudProvider": "AWS",
            "iamRoleId": fact("iamRoleId"),
            "requirePrivateNetworking": call.body.get("requirePrivateNetworking") == Some(&json!(true)),
        }),
    };
    let name = made["bucketName"].as_str().unwrap_or_default();
    let good =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    if !name.bytes().all(good) {
        let detail = format!("{name} cannot be the name of a bucket.");
        return Err(Refusal::new(400, "EXPORT_BUCKET_NAME_INVALID", detail).about(&[name]));
    }
    state.project(call.project())?.buckets.push(made.clone());
    Ok(Reply::Json(made))
}

/// Returns the container of an Azure bucket: the named one, or the last segment of the service URL's path.
fn container<'a>(named: Option<&'a str>, address: &'a str) -> Result<&'a str, Refusal> {
    let (_, rest) = address.split_once("://").unwrap_or_default();
    let (_, path) = rest.split_once('/').unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next();
    let found = named.or(last.filter(|last| !last.is_empty()));
    found.ok_or_else(|| {
        let detail = "Neither bucketName nor serviceUrl names the container.";
        Refusal::new(400, "MISSING_ATTRIBUTE", detail).about(&["bucketName"])
    })
}

pub(super) fn update(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    let wanted = call.body.get("requirePrivateNetworking").cloned();
    let bucket = bucket(state, call)?;
    if bucket["cloudProvider"] != "AWS" {
        let detail = "Private networking is for AWS buckets.";
        return Err(
            Refusal::new(400, "VALIDATION_ERROR", detail).about(&["requirePrivateNetworking"])
        );
    }
    if let Some(wanted) = wanted.filter(Value::is_boolean) {
        bucket["requirePrivateNetworking"] = wanted;
    }
    Ok(Reply::Json(bucket.clone()))
}

pub(super) fn delete(state: &mut State, call: &OperationCall<'_>) -> Outcome {
    bucket(state, call)?;
    let id = call.path("exportBucketId");
    let project = state.project(call.project())?;
    let exports_to_it = |schedule: &Value| {
        schedule["autoExportEnabled"] == true && schedule["export"]["exportBucketId"] == id
    };
    if project
        .clusters
        .values()
        .any(|cluster| exports_to_it(&cluster.schedule))
    {
        let detail = "A backup schedule exports to this bucket.";
        let in_use = Refusal::new(400, "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE", detail);
        return Err(in_use.about(&[id]));
    }
    project.buckets.retain(|bucket| bucket["_id"] != id);
    Ok(Reply::Nothing)
}

fn bucket<'s>(state: &'s mut State, call: &OperationCall<'_>) -> Result<&'s mut Value, Refusal> {
    let id = call.path("exportBucketId");
    let buckets = &mut state.project(call.project())?.buckets;
    let found = buckets.iter_mut().find(|bucket| bucket["_id"] == id);
    found.ok_or_else(|| Refusal::unknown("EXPORT_BUCKET_NOT_FOUND", "bucket", id))
}
