//! Pages of the service, and hand-written types for them.
//!
//! The types have `String`s for identifiers and timestamps, and drop unknown fields. With `ObjectId` and
//! `Timestamp` instead, they are what `serde` derives for the SDK's fields.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Returns the body of a page, by the name of its resource.
pub(crate) fn body(page: &str, items: usize) -> serde_json::Result<Vec<u8>> {
    let item = match page {
        "snapshots" => snapshot,
        "restores" => restore,
        _ => export,
    };
    serde_json::to_vec(&json!({
        "links": [{ "href": format!("{CLUSTER}/backup/{page}?includeCount=true&pageNum=1&itemsPerPage={items}"), "rel": "self" }],
        "results": (0..items).map(item).collect::<Vec<_>>(),
        "totalCount": items,
    }))
}

const CLUSTER: &str =
    "https://cloud.mongodb.com/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Cluster0";

fn export(index: usize) -> Value {
    json!({
        "createdAt": "2026-03-14T02:12:40Z",
        "customData": [{ "key": "ticket", "value": "OPS-1042" }],
        "exportBucketId": "61a2b3c4d5e6f708192a3b4c",
        "exportStatus": { "exportedCollections": 48, "totalCollections": 48 },
        "finishedAt": "2026-03-14T02:31:05Z",
        "id": format!("69b4d0a1b2c3d4e5{index:08x}"),
        "prefix": "exported_snapshots/5e9d0c1b2a3948576f6e5d4c/5f0c1e2d3a4b5c6d7e8f9a0b/Cluster0/2026-03-14T0205/1773454360",
        "snapshotId": "69b4c1d2e3f4051627384950",
        "state": "Successful",
    })
}

/// Returns the links of an item: to itself, its cluster and its project.
fn links(own: String) -> Value {
    json!([
        { "href": format!("{CLUSTER}/backup/{own}"), "rel": "self" },
        { "href": CLUSTER, "rel": "https://cloud.mongodb.com/cluster" },
        { "href": "https://cloud.mongodb.com/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b", "rel": "https://cloud.mongodb.com/group" },
    ])
}

fn snapshot(index: usize) -> Value {
    let id = format!("69b4c1d2e3f40516{index:08x}");
    json!({
        "cloudProvider": "AWS",
        "copyRegions": [],
        "createdAt": "2026-03-14T02:05:33Z",
        "expiresAt": "2026-03-21T02:05:33Z",
        "frequencyType": "daily",
        "links": links(format!("snapshots/{id}")),
        "id": id,
        "mongodVersion": "8.0.12",
        "policyItems": ["6a1b2c3d4e5f60718293a4b2"],
        "replicaSetName": "atlas-x1y2z3-shard-0",
        "snapshotType": "scheduled",
        "status": "completed",
        "storageSizeBytes": 1_582_854_144_i64,
        "type": "replicaSet",
    })
}

fn restore(index: usize) -> Value {
    let id = format!("69b4e0f1a2b3c4d5{index:08x}");
    json!({
        "cancelled": false,
        "deliveryType": "automated",
        "deliveryUrl": [],
        "desiredTimestamp": { "increment": null, "time": null, "date": null },
        "expired": false,
        "failed": false,
        "finishedAt": "2026-03-15T08:04:41Z",
        "links": links(format!("restoreJobs/{id}")),
        "id": id,
        "snapshotId": "69b4c1d2e3f4051627384950",
        "targetClusterName": "Restored0",
        "targetDeploymentItemName": "atlas-q7w8e9",
        "targetGroupId": "5f0c1e2d3a4b5c6d7e8f9a1c",
        "timestamp": "2026-03-14T02:05:33Z",
    })
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page<T> {
    links: Vec<Link>,
    results: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<i64>,
}

#[derive(Deserialize, Serialize)]
struct Link {
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rel: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportJob<I = String, T = String> {
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<Vec<Component<I>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_data: Option<Vec<Label>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_bucket_id: Option<I>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<I>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Vec<Link>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_id: Option<I>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_reason: Option<Reason>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Component<I> {
    #[serde(skip_serializing_if = "Option::is_none")]
    export_id: Option<I>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replica_set_name: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Label {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(skip_serializing_if = "Option::is_none")]
    exported_collections: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_collections: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reason {
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snapshot<I = String, T = String> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_provider: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copy_regions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<I>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Vec<Link>>,
    #[serde(rename = "masterKeyUUID")]
    #[serde(skip_serializing_if = "Option::is_none")]
    master_key_uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mongod_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_items: Option<Vec<I>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replica_set_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_size_bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RestoreJob<I = String, T = String> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<Vec<Download>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_url: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    desired_timestamp: Option<Moment<T>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<I>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Vec<Link>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oplog_inc: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oplog_ts: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    point_in_time_utc_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_id: Option<I>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_cluster_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_deployment_item_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_group_id: Option<I>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<T>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Download {
    #[serde(skip_serializing_if = "Option::is_none")]
    download_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replica_set_name: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Moment<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    increment: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<i64>,
}
