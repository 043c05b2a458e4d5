// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Backup schedules of dedicated clusters: snapshot frequencies, retention, copies and automatic export.

use crate::{
    Call, Client, ClusterName, Endpoint, Enveloped, Extra, ObjectId, Operation, Patch,
    Pretty, Request, Timestamp, Violations,
};
use crate::json::{
    common_fields, from_variants, open_enum, record, setters, tagged_union,
};
use http::Method;
use serde_json::Value;
pub use super::shared::{Link, CloudProvider};

/// # Schedules
///
/// Types and endpoints: [`v2::schedules`](self).
impl Client {
    /// Get the backup schedule of a cluster.
    ///
    /// Returns the snapshot frequencies, retention, copy settings and automatic export of the cluster.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule`. Idempotent: retried after
    /// every transient failure. API version: 2024-08-05. Required role: Project Read Only. Documented errors: `401`
    /// `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclusterbackupschedule).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let output = client.get_backup_schedule(group_id, cluster_name).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_backup_schedule(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
    ) -> Call<GetBackupSchedule> {
        Call::new(self).path("groupId", group_id).path("clusterName", cluster_name)
    }

    /// Delete the backup schedule of a cluster.
    ///
    /// Removes all policy items of the schedule. Existing snapshots are not deleted. Unlike other deletions, the
    /// response has a body: the schedule that remains.
    ///
    /// Sends `DELETE /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule`. Idempotent: retried
    /// after every transient failure. API version: 2024-08-05. Required role: Project Backup Manager. Documented
    /// errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-deletegroupclusterbackupschedule).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let output = client.delete_cluster_backup_schedule(group_id, cluster_name).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn delete_cluster_backup_schedule(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
    ) -> Call<DeleteClusterBackupSchedule> {
        Call::new(self).path("groupId", group_id).path("clusterName", cluster_name)
    }

    /// Change the backup schedule of a cluster.
    ///
    /// Replaces the fields that the request contains and leaves the others unchanged. `policies` replaces the whole
    /// policy: to change one policy item, get the schedule first and send all policy items with their identifiers.
    /// Without `policies`, the policy stays unchanged. Existing snapshots keep their retention unless
    /// `updateSnapshots` is `true`.
    ///
    /// Sends `PATCH /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule`. Idempotent: retried after
    /// every transient failure. API version: 2024-08-05. Required role: Project Backup Manager. Documented errors:
    /// `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-updategroupclusterbackupschedule).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &DiskBackupSnapshotScheduleRequest) -> Result<(), Error> {
    /// let output = client.update_backup_schedule(group_id, cluster_name, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn update_backup_schedule(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        body: &DiskBackupSnapshotScheduleRequest,
    ) -> Call<UpdateBackupSchedule> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .body(body)
    }
}

/// Operation of [`Client::get_backup_schedule`](crate::Client::get_backup_schedule).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetBackupSchedule;
impl Endpoint for GetBackupSchedule {
    type Output = DiskBackupSnapshotSchedule;
    const OPERATION: &'static Operation = &Operation {
        id: "getBackupSchedule",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule",
        accept: "application/vnd.atlas.2024-08-05+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for GetBackupSchedule {}
impl Pretty for GetBackupSchedule {}

/// Operation of [`Client::delete_cluster_backup_schedule`](crate::Client::delete_cluster_backup_schedule).
#[derive(Debug)]
#[non_exhaustive]
pub struct DeleteClusterBackupSchedule;
impl Endpoint for DeleteClusterBackupSchedule {
    type Output = DiskBackupSnapshotSchedule;
    const OPERATION: &'static Operation = &Operation {
        id: "deleteClusterBackupSchedule",
        method: Method::DELETE,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule",
        accept: "application/vnd.atlas.2024-08-05+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for DeleteClusterBackupSchedule {}

/// Operation of [`Client::update_backup_schedule`](crate::Client::update_backup_schedule).
#[derive(Debug)]
#[non_exhaustive]
pub struct UpdateBackupSchedule;
impl Endpoint for UpdateBackupSchedule {
    type Output = DiskBackupSnapshotSchedule;
    const OPERATION: &'static Operation = &Operation {
        id: "updateBackupSchedule",
        method: Method::PATCH,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule",
        accept: "application/vnd.atlas.2024-08-05+json",
        content_type: Some("application/vnd.atlas.2024-08-05+json"),
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for UpdateBackupSchedule {}
impl Pretty for UpdateBackupSchedule {}

/// Snapshot policy of a backup schedule.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotSchedulePolicy {
    /// Identifier of the policy.
    pub id: Option<ObjectId>,
    /// Policy items, each with a frequency and a retention.
    pub policy_items: Vec<DiskBackupPolicyItem>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotSchedulePolicy { id: "id", policy_items: "policyItems" });

/// Snapshot policy of a backup schedule.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotSchedulePolicyRequest {
    /// Identifier of the policy.
    pub id: Option<ObjectId>,
    /// Policy items, each with a frequency and a retention.
    pub policy_items: Vec<DiskBackupPolicyItemRequest>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupSnapshotSchedulePolicyRequest {
    /// Creates a request with the required fields.
    pub fn new(policy_items: Vec<DiskBackupPolicyItemRequest>) -> Self {
        Self {
            id: None,
            policy_items,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupSnapshotSchedulePolicyRequest {
    fn check(&self, violations: &mut Violations) {
        violations.items("policyItems", Some(&self.policy_items));
    }
}
record!(DiskBackupSnapshotSchedulePolicyRequest sent { id: "id", policy_items: "policyItems" });
setters!(DiskBackupSnapshotSchedulePolicyRequest { id: ObjectId });

/// Configuration of automatic export.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct AutoExportPolicy {
    /// Identifier of the export bucket to write to.
    pub export_bucket_id: Option<ObjectId>,
    /// Frequency of automatic export.
    pub frequency_type: Option<ExportFrequency>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(AutoExportPolicy { export_bucket_id: "exportBucketId", frequency_type: "frequencyType" });

/// Configuration of automatic export.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct AutoExportPolicyRequest {
    /// Identifier of the export bucket to write to.
    pub export_bucket_id: Patch<ObjectId>,
    /// Frequency of automatic export.
    pub frequency_type: Patch<ExportFrequency>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl AutoExportPolicyRequest {
    /// Creates a request with no field set.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Request for AutoExportPolicyRequest {}
record!(AutoExportPolicyRequest sent {
    export_bucket_id: "exportBucketId", frequency_type: "frequencyType",
});
setters!(AutoExportPolicyRequest changes { export_bucket_id: ObjectId, frequency_type: ExportFrequency });

/// Removed copy setting whose snapshot copies the service deletes.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DeleteCopiedBackups {
    /// Cloud provider that stores the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Target region in Atlas notation, such as `EU_WEST_1`.
    pub region_name: Option<String>,
    /// Identifier of the cluster's zone.
    pub zone_id: Option<ObjectId>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DeleteCopiedBackups {
    /// Creates a request with no field set.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Request for DeleteCopiedBackups {}
record!(DeleteCopiedBackups sent {
    cloud_provider: "cloudProvider", region_name: "regionName", zone_id: "zoneId",
});
setters!(DeleteCopiedBackups { cloud_provider: CloudProvider, region_name: String, zone_id: ObjectId });

/// Frequency and retention of snapshots.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupPolicyItem {
    /// Interval of the frequency. Hourly: hours between snapshots (1, 2, 4, 6, 8 or 12). Daily: 1. Weekly: day of the
    /// week, 1 (Monday) to 7. Monthly: day of the month, 1 to 28, or 40 for the last day. Yearly: month of the year,
    /// 1 to 12.
    pub frequency_interval: Option<i64>,
    /// Snapshot frequency of a policy item.
    pub frequency_type: Option<PolicyFrequency>,
    /// Identifier of the policy item; omit it in a new policy item.
    pub id: Option<ObjectId>,
    /// Unit of the retention of a policy item.
    pub retention_unit: Option<RetentionUnit>,
    /// Retention in `retentionUnit`; must not be shorter than that of a more frequent policy item.
    pub retention_value: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupPolicyItem {
    frequency_interval: "frequencyInterval", frequency_type: "frequencyType", id: "id",
    retention_unit: "retentionUnit", retention_value: "retentionValue",
});

/// Frequency and retention of snapshots.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupPolicyItemRequest {
    /// Interval of the frequency. Hourly: hours between snapshots (1, 2, 4, 6, 8 or 12). Daily: 1. Weekly: day of the
    /// week, 1 (Monday) to 7. Monthly: day of the month, 1 to 28, or 40 for the last day. Yearly: month of the year,
    /// 1 to 12.
    pub frequency_interval: i64,
    /// Snapshot frequency of a policy item.
    pub frequency_type: PolicyFrequency,
    /// Identifier of the policy item; omit it in a new policy item.
    pub id: Option<ObjectId>,
    /// Unit of the retention of a policy item.
    pub retention_unit: RetentionUnit,
    /// Retention in `retentionUnit`; must not be shorter than that of a more frequent policy item.
    pub retention_value: i64,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupPolicyItemRequest {
    /// Creates a request with the required fields.
    pub fn new(
        frequency_interval: i64,
        frequency_type: PolicyFrequency,
        retention_unit: RetentionUnit,
        retention_value: i64,
    ) -> Self {
        Self {
            frequency_interval,
            frequency_type,
            id: None,
            retention_unit,
            retention_value,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupPolicyItemRequest {
    fn check(&self, violations: &mut Violations) {
        violations
            .one_of(
                "frequencyInterval",
                Some(&self.frequency_interval),
                &[1..=28, 40..=40],
            );
    }
}
record!(DiskBackupPolicyItemRequest sent {
    frequency_interval: "frequencyInterval", frequency_type: "frequencyType", id: "id",
    retention_unit: "retentionUnit", retention_value: "retentionValue",
});
setters!(DiskBackupPolicyItemRequest { id: ObjectId });

/// Frequency of the snapshots to copy and retention of the copies.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiskBackupCopyPolicyItem {
    /// Copies the snapshots of one frequency.
    TimeBased(DiskBackupTimeBasedCopyPolicyItem),
    /// Copies on-demand snapshots; a copy has the retention of its original.
    Ondemand(DiskBackupOnDemandCopyPolicyItem),
    /// Variant that this SDK version does not know, as received.
    Unknown(Value),
}
tagged_union!(DiskBackupCopyPolicyItem by "frequencyType" {
    TimeBased(DiskBackupTimeBasedCopyPolicyItem) = "daily" | "hourly" | "monthly" | "weekly" | "yearly",
    Ondemand(DiskBackupOnDemandCopyPolicyItem) = "ondemand",
});
from_variants!(DiskBackupCopyPolicyItem {
    TimeBased(DiskBackupTimeBasedCopyPolicyItem), Ondemand(DiskBackupOnDemandCopyPolicyItem),
});
common_fields!(DiskBackupCopyPolicyItem [TimeBased, Ondemand] {
    frequency_type: PolicyFrequency, id: ObjectId,
});

/// Frequency of the snapshots to copy and retention of the copies.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiskBackupCopyPolicyItemRequest {
    /// Copies the snapshots of one frequency.
    TimeBased(DiskBackupTimeBasedCopyPolicyItemRequest),
    /// Copies on-demand snapshots; a copy has the retention of its original.
    Ondemand(DiskBackupOnDemandCopyPolicyItemRequest),
    /// Variant that this SDK version does not know, as received.
    Unknown(Value),
}
tagged_union!(DiskBackupCopyPolicyItemRequest by "frequencyType" {
    TimeBased(DiskBackupTimeBasedCopyPolicyItemRequest) = "daily" | "hourly" | "monthly" | "weekly" | "yearly",
    Ondemand(DiskBackupOnDemandCopyPolicyItemRequest) = "ondemand",
});
from_variants!(DiskBackupCopyPolicyItemRequest {
    TimeBased(DiskBackupTimeBasedCopyPolicyItemRequest), Ondemand(DiskBackupOnDemandCopyPolicyItemRequest),
});
impl Request for DiskBackupCopyPolicyItemRequest {
    fn check(&self, violations: &mut Violations) {
        match self {
            Self::TimeBased(kind) => kind.check(violations),
            Self::Ondemand(kind) => kind.check(violations),
            Self::Unknown(_) => {}
        }
    }
}

/// Copy setting for the snapshots of one zone.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(deprecated)]
#[non_exhaustive]
pub struct DiskBackupCopySetting {
    /// Cloud provider that stores the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Frequencies of the snapshots to copy and retention of the copies, at most 6; used if `copyPolicyItemsEnabled`
    /// is `true`.
    pub copy_policy_items: Option<Vec<DiskBackupCopyPolicyItem>>,
    /// Frequencies of the snapshots to copy, at most 6; used if `copyPolicyItemsEnabled` is `false`.
    #[deprecated(note = "deprecated by the service")]
    pub frequencies: Option<Vec<FrequencyType>>,
    /// Number of newest snapshots to copy, 1 to 500; replaces the selection by frequency.
    pub last_number_of_snapshots: Option<i64>,
    /// Target region in Atlas notation, such as `EU_WEST_1`.
    pub region_name: Option<String>,
    /// Also copies the oplog; the target region then supports point-in-time restores.
    pub should_copy_oplogs: Option<bool>,
    /// Identifier of the cluster's zone.
    pub zone_id: Option<ObjectId>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupCopySetting {
    cloud_provider: "cloudProvider", copy_policy_items: "copyPolicyItems", frequencies: "frequencies",
    last_number_of_snapshots: "lastNumberOfSnapshots", region_name: "regionName",
    should_copy_oplogs: "shouldCopyOplogs", zone_id: "zoneId",
});

/// Copy setting for the snapshots of one zone.
#[derive(Clone, Debug, PartialEq)]
#[allow(deprecated)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupCopySettingRequest {
    /// Cloud provider that stores the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Frequencies of the snapshots to copy and retention of the copies, at most 6; used if `copyPolicyItemsEnabled`
    /// is `true`.
    pub copy_policy_items: Option<Vec<DiskBackupCopyPolicyItemRequest>>,
    /// Frequencies of the snapshots to copy, at most 6; used if `copyPolicyItemsEnabled` is `false`.
    #[deprecated(note = "deprecated by the service")]
    pub frequencies: Option<Vec<FrequencyType>>,
    /// Number of newest snapshots to copy, 1 to 500; replaces the selection by frequency.
    pub last_number_of_snapshots: Option<i64>,
    /// Target region in Atlas notation, such as `EU_WEST_1`.
    pub region_name: Option<String>,
    /// Also copies the oplog; the target region then supports point-in-time restores.
    pub should_copy_oplogs: Option<bool>,
    /// Identifier of the cluster's zone.
    pub zone_id: ObjectId,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupCopySettingRequest {
    /// Creates a request with the required fields.
    #[allow(deprecated)]
    pub fn new(zone_id: ObjectId) -> Self {
        Self {
            cloud_provider: None,
            copy_policy_items: None,
            frequencies: None,
            last_number_of_snapshots: None,
            region_name: None,
            should_copy_oplogs: None,
            zone_id,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupCopySettingRequest {
    #[allow(deprecated)]
    fn check(&self, violations: &mut Violations) {
        violations.count("copyPolicyItems", self.copy_policy_items.as_ref(), ..=6);
        violations.count("frequencies", self.frequencies.as_ref(), ..=6);
        violations
            .range(
                "lastNumberOfSnapshots",
                self.last_number_of_snapshots.as_ref(),
                1..=500,
            );
    }
}
record!(DiskBackupCopySettingRequest sent {
    cloud_provider: "cloudProvider", copy_policy_items: "copyPolicyItems", frequencies: "frequencies",
    last_number_of_snapshots: "lastNumberOfSnapshots", region_name: "regionName",
    should_copy_oplogs: "shouldCopyOplogs", zone_id: "zoneId",
});
setters!(DiskBackupCopySettingRequest {
    cloud_provider: CloudProvider, copy_policy_items: Vec<DiskBackupCopyPolicyItemRequest>,
    frequencies: Vec<FrequencyType>, last_number_of_snapshots: i64, region_name: String,
    should_copy_oplogs: bool,
});

/// Copies on-demand snapshots; a copy has the retention of its original.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupOnDemandCopyPolicyItem {
    /// Snapshot frequency of a policy item.
    pub frequency_type: Option<PolicyFrequency>,
    /// Identifier of the policy item.
    pub id: Option<ObjectId>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupOnDemandCopyPolicyItem { frequency_type: "frequencyType", id: "id" });

/// Copies on-demand snapshots; a copy has the retention of its original.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupOnDemandCopyPolicyItemRequest {
    /// Snapshot frequency of a policy item.
    pub frequency_type: PolicyFrequency,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupOnDemandCopyPolicyItemRequest {
    /// Creates a request with no field set.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self {
            frequency_type: PolicyFrequency::Ondemand,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupOnDemandCopyPolicyItemRequest {}
record!(DiskBackupOnDemandCopyPolicyItemRequest sent { frequency_type: "frequencyType" });

/// Changes to the backup schedule of a cluster: snapshot frequencies, retention, copy settings and automatic
/// export.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotScheduleRequest {
    /// Updates the copy settings automatically when the regions of the cluster change.
    pub auto_copy_settings_enabled: Patch<bool>,
    /// Enables automatic export as configured in `export`.
    pub auto_export_enabled: Patch<bool>,
    /// Selects `copyPolicyItems` instead of `frequencies` in the copy settings.
    pub copy_policy_items_enabled: Patch<bool>,
    /// Copy settings, one entry per target region and zone.
    pub copy_settings: Patch<Vec<DiskBackupCopySettingRequest>>,
    /// Removed copy settings whose snapshot copies the service also deletes.
    pub delete_copied_backups: Patch<Vec<DeleteCopiedBackups>>,
    /// Also deletes the snapshot copies of removed `copyPolicyItems`.
    pub delete_copy_snapshots: Patch<bool>,
    /// Also deletes the snapshots of removed policy items.
    pub delete_snapshots: Patch<bool>,
    /// Configuration of automatic export.
    pub export: Patch<AutoExportPolicyRequest>,
    /// Extra retention in days, one entry per frequency.
    pub extra_retention_settings: Patch<Vec<ExtraRetentionSetting>>,
    /// Snapshot policy, as a list with at most one entry.
    pub policies: Patch<Vec<DiskBackupSnapshotSchedulePolicyRequest>>,
    /// Hour of the day at which snapshots are taken, 0 to 23, in UTC.
    pub reference_hour_of_day: Patch<i64>,
    /// Minute of `referenceHourOfDay` at which snapshots are taken, 0 to 59.
    pub reference_minute_of_hour: Patch<i64>,
    /// Number of past days that point-in-time restores with continuous cloud backup can reach.
    pub restore_window_days: Patch<i64>,
    /// Applies changed retention to existing snapshot copies.
    pub update_copy_snapshots: Patch<bool>,
    /// Applies changed retention to existing snapshots.
    pub update_snapshots: Patch<bool>,
    /// Uses the names of organization and project instead of their identifiers in the folder names of exports.
    pub use_org_and_group_names_in_export_prefix: Patch<bool>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupSnapshotScheduleRequest {
    /// Creates a request with no field set.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Request for DiskBackupSnapshotScheduleRequest {
    fn check(&self, violations: &mut Violations) {
        violations.items("copySettings", self.copy_settings.set());
        violations.count("policies", self.policies.set(), ..=1);
        violations.items("policies", self.policies.set());
    }
}
record!(DiskBackupSnapshotScheduleRequest sent {
    auto_copy_settings_enabled: "autoCopySettingsEnabled", auto_export_enabled: "autoExportEnabled",
    copy_policy_items_enabled: "copyPolicyItemsEnabled", copy_settings: "copySettings",
    delete_copied_backups: "deleteCopiedBackups", delete_copy_snapshots: "deleteCopySnapshots",
    delete_snapshots: "deleteSnapshots", export: "export", extra_retention_settings: "extraRetentionSettings",
    policies: "policies", reference_hour_of_day: "referenceHourOfDay",
    reference_minute_of_hour: "referenceMinuteOfHour", restore_window_days: "restoreWindowDays",
    update_copy_snapshots: "updateCopySnapshots", update_snapshots: "updateSnapshots",
    use_org_and_group_names_in_export_prefix: "useOrgAndGroupNamesInExportPrefix",
});
setters!(DiskBackupSnapshotScheduleRequest changes {
    auto_copy_settings_enabled: bool, auto_export_enabled: bool, copy_policy_items_enabled: bool,
    copy_settings: Vec<DiskBackupCopySettingRequest>, delete_copied_backups: Vec<DeleteCopiedBackups>,
    delete_copy_snapshots: bool, delete_snapshots: bool, export: AutoExportPolicyRequest,
    extra_retention_settings: Vec<ExtraRetentionSetting>,
    policies: Vec<DiskBackupSnapshotSchedulePolicyRequest>, reference_hour_of_day: i64,
    reference_minute_of_hour: i64, restore_window_days: i64, update_copy_snapshots: bool,
    update_snapshots: bool, use_org_and_group_names_in_export_prefix: bool,
});

/// Copies the snapshots of one frequency.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupTimeBasedCopyPolicyItem {
    /// Snapshot frequency of a policy item.
    pub frequency_type: Option<PolicyFrequency>,
    /// Identifier of the policy item.
    pub id: Option<ObjectId>,
    /// Unit of the retention of a policy item.
    pub retention_unit: Option<RetentionUnit>,
    /// Retention of the copies in `retentionUnit`.
    pub retention_value: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupTimeBasedCopyPolicyItem {
    frequency_type: "frequencyType", id: "id", retention_unit: "retentionUnit",
    retention_value: "retentionValue",
});

/// Copies the snapshots of one frequency.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupTimeBasedCopyPolicyItemRequest {
    /// Snapshot frequency of a policy item.
    pub frequency_type: PolicyFrequency,
    /// Unit of the retention of a policy item.
    pub retention_unit: RetentionUnit,
    /// Retention of the copies in `retentionUnit`.
    pub retention_value: i64,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupTimeBasedCopyPolicyItemRequest {
    /// Creates a request with the required fields.
    pub fn new(
        frequency_type: PolicyFrequency,
        retention_unit: RetentionUnit,
        retention_value: i64,
    ) -> Self {
        Self {
            frequency_type,
            retention_unit,
            retention_value,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupTimeBasedCopyPolicyItemRequest {}
record!(DiskBackupTimeBasedCopyPolicyItemRequest sent {
    frequency_type: "frequencyType", retention_unit: "retentionUnit", retention_value: "retentionValue",
});

/// Extra retention for the snapshots of one frequency.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct ExtraRetentionSetting {
    /// Snapshot frequency of a copy setting or of extra retention.
    pub frequency_type: Option<FrequencyType>,
    /// Extra retention in days, added to the regular retention.
    pub retention_days: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl ExtraRetentionSetting {
    /// Creates a request with no field set.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Request for ExtraRetentionSetting {}
record!(ExtraRetentionSetting { frequency_type: "frequencyType", retention_days: "retentionDays" });
setters!(ExtraRetentionSetting { frequency_type: FrequencyType, retention_days: i64 });

/// Backup schedule of a cluster: snapshot frequencies, retention, copy settings and automatic export.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotSchedule {
    /// Updates the copy settings automatically when the regions of the cluster change.
    pub auto_copy_settings_enabled: Option<bool>,
    /// Enables automatic export as configured in `export`.
    pub auto_export_enabled: Option<bool>,
    /// Identifier of the cluster.
    pub cluster_id: Option<ObjectId>,
    /// Name of the cluster.
    pub cluster_name: Option<ClusterName>,
    /// Selects `copyPolicyItems` instead of `frequencies` in the copy settings.
    pub copy_policy_items_enabled: Option<bool>,
    /// Copy settings, one entry per target region and zone.
    pub copy_settings: Option<Vec<DiskBackupCopySetting>>,
    /// Configuration of automatic export.
    pub export: Option<AutoExportPolicy>,
    /// Extra retention in days, one entry per frequency.
    pub extra_retention_settings: Option<Vec<ExtraRetentionSetting>>,
    /// Links to the cluster and its project.
    pub links: Option<Vec<Link>>,
    /// Time of the next scheduled snapshot, in UTC.
    pub next_snapshot: Option<Timestamp>,
    /// Snapshot policy, as a list with at most one entry.
    pub policies: Vec<DiskBackupSnapshotSchedulePolicy>,
    /// Hour of the day at which snapshots are taken, 0 to 23, in UTC.
    pub reference_hour_of_day: Option<i64>,
    /// Minute of `referenceHourOfDay` at which snapshots are taken, 0 to 59.
    pub reference_minute_of_hour: Option<i64>,
    /// Number of past days that point-in-time restores with continuous cloud backup can reach.
    pub restore_window_days: Option<i64>,
    /// Uses the names of organization and project instead of their identifiers in the folder names of exports.
    pub use_org_and_group_names_in_export_prefix: Option<bool>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotSchedule {
    auto_copy_settings_enabled: "autoCopySettingsEnabled", auto_export_enabled: "autoExportEnabled",
    cluster_id: "clusterId", cluster_name: "clusterName", copy_policy_items_enabled: "copyPolicyItemsEnabled",
    copy_settings: "copySettings", export: "export", extra_retention_settings: "extraRetentionSettings",
    links: "links", next_snapshot: "nextSnapshot", policies: "policies",
    reference_hour_of_day: "referenceHourOfDay", reference_minute_of_hour: "referenceMinuteOfHour",
    restore_window_days: "restoreWindowDays",
    use_org_and_group_names_in_export_prefix: "useOrgAndGroupNamesInExportPrefix",
});

/// Frequency of automatic export.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportFrequency {
    /// Once a month.
    Monthly,
    /// Once a year.
    Yearly,
    /// Once a day.
    Daily,
    /// Once a week.
    Weekly,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(ExportFrequency { Monthly = "monthly", Yearly = "yearly", Daily = "daily", Weekly = "weekly" });

/// Snapshot frequency of a policy item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyFrequency {
    /// Once a day.
    Daily,
    /// Every few hours.
    Hourly,
    /// Once a week.
    Weekly,
    /// Once a month.
    Monthly,
    /// Once a year.
    Yearly,
    /// On-demand snapshots.
    Ondemand,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(PolicyFrequency {
    Daily = "daily", Hourly = "hourly", Weekly = "weekly", Monthly = "monthly", Yearly = "yearly",
    Ondemand = "ondemand",
});

/// Unit of the retention of a policy item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetentionUnit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Years.
    Years,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(RetentionUnit { Days = "days", Weeks = "weeks", Months = "months", Years = "years" });

/// Snapshot frequency of a copy setting or of extra retention.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrequencyType {
    /// Every few hours.
    Hourly,
    /// Once a day.
    Daily,
    /// Once a week.
    Weekly,
    /// Once a month.
    Monthly,
    /// Once a year.
    Yearly,
    /// On-demand snapshots.
    OnDemand,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(FrequencyType {
    Hourly = "HOURLY", Daily = "DAILY", Weekly = "WEEKLY", Monthly = "MONTHLY", Yearly = "YEARLY",
    OnDemand = "ON_DEMAND",
});
