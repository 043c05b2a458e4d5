//! The initial state: a project, a bucket, and clusters with snapshots and a schedule.
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::state::{Cluster, ClusterKind, State};
use crate::object_id::ObjectId;

/// Policy items of every cluster's initial schedule: frequency, interval, retention unit and value.
const ITEMS: [(&str, u64, &str, u64); 4] = [
    ("hourly", 6, "days", 7),
    ("daily", 1, "days", 7),
    ("weekly", 6, "weeks", 4),
    ("monthly", 40, "months", 12),
];

/// Returns the initial project: 5f0c1e2d3a4b5c6d7e8f9a0b.
pub(super) fn project() -> ObjectId {
    ObjectId::from_bytes([
        0x5f, 0x0c, 0x1e, 0x2d, 0x3a, 0x4b, 0x5c, 0x6d, 0x7e, 0x8f, 0x9a, 0x0b,
    ])
}

/// Returns the initial bucket.
pub(super) fn bucket(seed: u64) -> Value {
    json!({
        "_id": bucket_id(seed),
        "bucketName": "nightly-exports",
        "cloudProvider": "AWS",
        "iamRoleId": "60f1e2d3c4b5a69788796a5b",
        "requirePrivateNetworking": false,
    })
}

/// Returns the identifier of the initial bucket.
pub(super) fn bucket_id(seed: u64) -> ObjectId {
    let mut bytes = [0x61, 0xa2, 0xb3, 0xc4, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes[4..].copy_from_slice(&seed.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

impl State {
    /// Adds a cluster with snapshots of the last three days.
    pub(super) fn add_cluster(
        &mut self,
        project: &str,
        name: &str,
        kind: ClusterKind,
        now: Timestamp,
    ) {
        let id = self.id(now);
        let schedule = schedule(self, now);
        let daily = schedule["policies"][0]["policyItems"][1]["id"].clone();
        let parts = if kind == ClusterKind::Sharded { 3 } else { 0 };
        let snapshots = (1..=3_u64).rev().map(|days| {
            let taken = now
                .checked_sub(Duration::from_secs(days * 86_400))
                .unwrap_or(now);
            let about =
                json!({ "frequencyType": "daily", "policyItems": [daily], "retentionInDays": 7 });
            self.job("", taken, about, parts)
        });
        let snapshots = snapshots.collect();
        let databases = [
            ("inventory", vec!["items", "stock"]),
            ("orders", vec!["archive.2025", "closed", "open"]),
        ];
        let databases = databases.map(|(database, collections)| {
            let collections = collections.into_iter().map(str::to_owned).collect();
            (database.to_owned(), collections)
        });
        let cluster = Cluster {
            id,
            kind,
            databases: databases.into(),
            snapshots,
            exports: Vec::new(),
            restores: Vec::new(),
            collection_restores: Vec::new(),
            schedule,
            scheduled: now,
            restored_until: None,
        };
        if let Some(project) = self.projects.get_mut(project) {
            project.clusters.insert(name.to_owned(), cluster);
        }
    }
}

/// Returns the schedule of a new cluster.
fn schedule(state: &mut State, now: Timestamp) -> Value {
    let items = ITEMS.map(|(frequency, interval, unit, value)| {
        json!({
            "frequencyInterval": interval,
            "frequencyType": frequency,
            "id": state.id(now),
            "retentionUnit": unit,
            "retentionValue": value,
        })
    });
    let policy = json!({ "id": state.id(now), "policyItems": items });
    json!({
        "autoCopySettingsEnabled": false,
        "autoExportEnabled": false,
        "copyPolicyItemsEnabled": false,
        "copySettings": [],
        "extraRetentionSettings": [],
        "policies": [policy],
        "referenceHourOfDay": 1,
        "referenceMinuteOfHour": 5,
        "restoreWindowDays": 7,
        "useOrgAndGroupNamesInExportPrefix": false,
    })
}
