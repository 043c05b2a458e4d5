// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! The resource `schedules`.

use crate::{
    Call, Client, ClusterName, Endpoint, Enveloped, Extra, ObjectId, Operation, Patch,
    Pretty, Request, Timestamp, Violations,
};
use crate::json::{common_fields, from_kinds, open_enum, record, setters, tagged_union};
use http::Method;
use serde_json::Value;
pub use super::shared::{Link, CloudProvider};

impl Client {
    /// Get the backup schedule of a cluster.
    ///
    /// Returns when snapshots are taken, how long they are kept, and where they are copied and exported to.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule`; safe to send again.
    /// Version: 2024-08-05. Role: Project Read Only. Documented errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclusterbackupschedule).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let answer = client.get_backup_schedule(group_id, cluster_name).await?;
    /// println!("{answer:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_backup_schedule(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
    ) -> Call<GetBackupSchedule> {
        Call::new(self).path("groupId", group_id).path("clusterName", cluster_name)
    }

    /// Stop the scheduled snapshots of a cluster.
    ///
    /// Removes every rule of the schedule; the snapshots stay. Unlike other deletions, it returns what is left.
    ///
    /// Sends `DELETE /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule`; safe to send again.
    /// Version: 2024-08-05. Role: Project Backup Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-deletegroupclusterbackupschedule).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let answer = client.delete_cluster_backup_schedule(group_id, cluster_name).await?;
    /// println!("{answer:?}");
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
    /// Replaces what the body has and leaves the rest. A policy that is sent replaces the old one as a whole: to
    /// change a rule, get the schedule first, and send all rules along with their identifiers. Without `policies`,
    /// all rules stay. Snapshots that exist keep their retention, unless `updateSnapshots` is set.
    ///
    /// Sends `PATCH /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/schedule`; safe to send again.
    /// Version: 2024-08-05. Role: Project Backup Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-updategroupclusterbackupschedule).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &DiskBackupSnapshotScheduleRequest) -> Result<(), Error> {
    /// let answer = client.update_backup_schedule(group_id, cluster_name, body).await?;
    /// println!("{answer:?}");
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

/// The operation behind [`Client::get_backup_schedule`](crate::Client::get_backup_schedule).
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

/// The operation behind [`Client::delete_cluster_backup_schedule`](crate::Client::delete_cluster_backup_schedule).
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

/// The operation behind [`Client::update_backup_schedule`](crate::Client::update_backup_schedule).
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

/// The rules by which snapshots are taken and kept.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotSchedulePolicy {
    /// Identifier of this policy.
    pub id: Option<ObjectId>,
    /// The rules.
    pub policy_items: Vec<DiskBackupPolicyItem>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotSchedulePolicy { id: "id", policy_items: "policyItems" });

/// The rules by which snapshots are taken and kept.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotSchedulePolicyRequest {
    /// Identifier of this policy.
    pub id: Option<ObjectId>,
    /// The rules.
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

/// Which snapshots are exported by themselves.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct AutoExportPolicy {
    /// Bucket to export to.
    pub export_bucket_id: Option<ObjectId>,
    /// How often a snapshot is exported.
    pub frequency_type: Option<ExportFrequency>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(AutoExportPolicy { export_bucket_id: "exportBucketId", frequency_type: "frequencyType" });

/// Which snapshots are exported by themselves.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct AutoExportPolicyRequest {
    /// Bucket to export to.
    pub export_bucket_id: Patch<ObjectId>,
    /// How often a snapshot is exported.
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

/// A removed copy setting whose copies are to be deleted.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DeleteCopiedBackups {
    /// Cloud provider that hosts the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Region in the spelling of Atlas, such as `EU_WEST_1`.
    pub region_name: Option<String>,
    /// Zone of the cluster the snapshots are of.
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

/// How often snapshots are taken and how long they are kept.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupPolicyItem {
    /// The hours between hourly snapshots (1, 2, 4, 6, 8 or 12), the day of the week (1 is Monday) or month (40 is
    /// the last), or the month of the year; 1 for daily ones.
    pub frequency_interval: Option<i64>,
    /// The rhythm a rule is about.
    pub frequency_type: Option<PolicyFrequency>,
    /// Identifier of this rule; a new one has none.
    pub id: Option<ObjectId>,
    /// Unit of a policy's retention.
    pub retention_unit: Option<RetentionUnit>,
    /// How many of the unit; rarer snapshots may not be kept for less.
    pub retention_value: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupPolicyItem {
    frequency_interval: "frequencyInterval", frequency_type: "frequencyType", id: "id",
    retention_unit: "retentionUnit", retention_value: "retentionValue",
});

/// How often snapshots are taken and how long they are kept.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupPolicyItemRequest {
    /// The hours between hourly snapshots (1, 2, 4, 6, 8 or 12), the day of the week (1 is Monday) or month (40 is
    /// the last), or the month of the year; 1 for daily ones.
    pub frequency_interval: i64,
    /// The rhythm a rule is about.
    pub frequency_type: PolicyFrequency,
    /// Identifier of this rule; a new one has none.
    pub id: Option<ObjectId>,
    /// Unit of a policy's retention.
    pub retention_unit: RetentionUnit,
    /// How many of the unit; rarer snapshots may not be kept for less.
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

/// Which snapshots are copied and how long the copies are kept.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiskBackupCopyPolicyItem {
    /// Snapshots of one rhythm are copied.
    TimeBased(DiskBackupTimeBasedCopyPolicyItem),
    /// Snapshots that were asked for are copied, and kept as long as the original.
    Ondemand(DiskBackupOnDemandCopyPolicyItem),
    /// A kind this version of the SDK does not know, as it was received.
    Unknown(Value),
}
tagged_union!(DiskBackupCopyPolicyItem by "frequencyType" {
    TimeBased(DiskBackupTimeBasedCopyPolicyItem) = "daily" | "hourly" | "monthly" | "weekly" | "yearly",
    Ondemand(DiskBackupOnDemandCopyPolicyItem) = "ondemand",
});
from_kinds!(DiskBackupCopyPolicyItem {
    TimeBased(DiskBackupTimeBasedCopyPolicyItem), Ondemand(DiskBackupOnDemandCopyPolicyItem),
});
common_fields!(DiskBackupCopyPolicyItem [TimeBased, Ondemand] {
    frequency_type: PolicyFrequency, id: ObjectId,
});

/// Which snapshots are copied and how long the copies are kept.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiskBackupCopyPolicyItemRequest {
    /// Snapshots of one rhythm are copied.
    TimeBased(DiskBackupTimeBasedCopyPolicyItemRequest),
    /// Snapshots that were asked for are copied, and kept as long as the original.
    Ondemand(DiskBackupOnDemandCopyPolicyItemRequest),
    /// A kind this version of the SDK does not know, as it was received.
    Unknown(Value),
}
tagged_union!(DiskBackupCopyPolicyItemRequest by "frequencyType" {
    TimeBased(DiskBackupTimeBasedCopyPolicyItemRequest) = "daily" | "hourly" | "monthly" | "weekly" | "yearly",
    Ondemand(DiskBackupOnDemandCopyPolicyItemRequest) = "ondemand",
});
from_kinds!(DiskBackupCopyPolicyItemRequest {
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

/// A region that snapshots of one zone are copied to.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(deprecated)]
#[non_exhaustive]
pub struct DiskBackupCopySetting {
    /// Cloud provider that hosts the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Which snapshots are copied and how long copies are kept; with `copyPolicyItemsEnabled`.
    pub copy_policy_items: Option<Vec<DiskBackupCopyPolicyItem>>,
    /// Which snapshots are copied; without `copyPolicyItemsEnabled`.
    #[deprecated(note = "the service calls it deprecated")]
    pub frequencies: Option<Vec<FrequencyType>>,
    /// How many of the newest snapshots are copied, in place of a choice by rhythm.
    pub last_number_of_snapshots: Option<i64>,
    /// Region in the spelling of Atlas, such as `EU_WEST_1`.
    pub region_name: Option<String>,
    /// Whether the region can restore to any moment.
    pub should_copy_oplogs: Option<bool>,
    /// Zone of the cluster the snapshots are of.
    pub zone_id: Option<ObjectId>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupCopySetting {
    cloud_provider: "cloudProvider", copy_policy_items: "copyPolicyItems", frequencies: "frequencies",
    last_number_of_snapshots: "lastNumberOfSnapshots", region_name: "regionName",
    should_copy_oplogs: "shouldCopyOplogs", zone_id: "zoneId",
});

/// A region that snapshots of one zone are copied to.
#[derive(Clone, Debug, PartialEq)]
#[allow(deprecated)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupCopySettingRequest {
    /// Cloud provider that hosts the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Which snapshots are copied and how long copies are kept; with `copyPolicyItemsEnabled`.
    pub copy_policy_items: Option<Vec<DiskBackupCopyPolicyItemRequest>>,
    /// Which snapshots are copied; without `copyPolicyItemsEnabled`.
    #[deprecated(note = "the service calls it deprecated")]
    pub frequencies: Option<Vec<FrequencyType>>,
    /// How many of the newest snapshots are copied, in place of a choice by rhythm.
    pub last_number_of_snapshots: Option<i64>,
    /// Region in the spelling of Atlas, such as `EU_WEST_1`.
    pub region_name: Option<String>,
    /// Whether the region can restore to any moment.
    pub should_copy_oplogs: Option<bool>,
    /// Zone of the cluster the snapshots are of.
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

/// Snapshots that were asked for are copied, and kept as long as the original.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupOnDemandCopyPolicyItem {
    /// The rhythm a rule is about.
    pub frequency_type: Option<PolicyFrequency>,
    /// Identifier of this rule.
    pub id: Option<ObjectId>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupOnDemandCopyPolicyItem { frequency_type: "frequencyType", id: "id" });

/// Snapshots that were asked for are copied, and kept as long as the original.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupOnDemandCopyPolicyItemRequest {
    /// The rhythm a rule is about.
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

/// Changes to when snapshots of a cluster are taken, how long they are kept, and where they are copied and
/// exported to.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotScheduleRequest {
    /// Whether the copy settings follow the regions of the cluster by themselves.
    pub auto_copy_settings_enabled: Patch<bool>,
    /// Whether snapshots are exported by themselves, as `export` says.
    pub auto_export_enabled: Patch<bool>,
    /// Whether copy settings hold `copyPolicyItems`, and not `frequencies`.
    pub copy_policy_items_enabled: Patch<bool>,
    /// The regions snapshots are copied to.
    pub copy_settings: Patch<Vec<DiskBackupCopySettingRequest>>,
    /// Removed copy settings whose copies are to be deleted too.
    pub delete_copied_backups: Patch<Vec<DeleteCopiedBackups>>,
    /// Whether the copies made for removed `copyPolicyItems` are deleted too.
    pub delete_copy_snapshots: Patch<bool>,
    /// Whether the snapshots of removed policy items are deleted too.
    pub delete_snapshots: Patch<bool>,
    /// Which snapshots are exported by themselves.
    pub export: Patch<AutoExportPolicyRequest>,
    /// Days that snapshots are kept beyond their retention.
    pub extra_retention_settings: Patch<Vec<ExtraRetentionSetting>>,
    /// The policy, as a list of one.
    pub policies: Patch<Vec<DiskBackupSnapshotSchedulePolicyRequest>>,
    /// Hour at which snapshots are taken, 0 to 23, UTC.
    pub reference_hour_of_day: Patch<i64>,
    /// Minute of that hour, 0 to 59.
    pub reference_minute_of_hour: Patch<i64>,
    /// Days that can be gone back to any moment of, with continuous backup.
    pub restore_window_days: Patch<i64>,
    /// Whether a changed retention applies to copies that exist.
    pub update_copy_snapshots: Patch<bool>,
    /// Whether a changed retention applies to snapshots that exist.
    pub update_snapshots: Patch<bool>,
    /// Whether the folders of exports have names of organization and project, not identifiers.
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

/// Snapshots of one rhythm are copied.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupTimeBasedCopyPolicyItem {
    /// The rhythm a rule is about.
    pub frequency_type: Option<PolicyFrequency>,
    /// Identifier of this rule.
    pub id: Option<ObjectId>,
    /// Unit of a policy's retention.
    pub retention_unit: Option<RetentionUnit>,
    /// How many of the unit.
    pub retention_value: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupTimeBasedCopyPolicyItem {
    frequency_type: "frequencyType", id: "id", retention_unit: "retentionUnit",
    retention_value: "retentionValue",
});

/// Snapshots of one rhythm are copied.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupTimeBasedCopyPolicyItemRequest {
    /// The rhythm a rule is about.
    pub frequency_type: PolicyFrequency,
    /// Unit of a policy's retention.
    pub retention_unit: RetentionUnit,
    /// How many of the unit.
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

/// Days that the snapshots of one rhythm are kept beyond their retention.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct ExtraRetentionSetting {
    /// The rhythm a copy setting or extra retention is about.
    pub frequency_type: Option<FrequencyType>,
    /// How many days more.
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

/// When snapshots of a cluster are taken, how long they are kept, and where they are copied and exported to.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotSchedule {
    /// Whether the copy settings follow the regions of the cluster by themselves.
    pub auto_copy_settings_enabled: Option<bool>,
    /// Whether snapshots are exported by themselves, as `export` says.
    pub auto_export_enabled: Option<bool>,
    /// Identifier of the cluster.
    pub cluster_id: Option<ObjectId>,
    /// Name of the cluster.
    pub cluster_name: Option<ClusterName>,
    /// Whether copy settings hold `copyPolicyItems`, and not `frequencies`.
    pub copy_policy_items_enabled: Option<bool>,
    /// The regions snapshots are copied to.
    pub copy_settings: Option<Vec<DiskBackupCopySetting>>,
    /// Which snapshots are exported by themselves.
    pub export: Option<AutoExportPolicy>,
    /// Days that snapshots are kept beyond their retention.
    pub extra_retention_settings: Option<Vec<ExtraRetentionSetting>>,
    /// The cluster and its project.
    pub links: Option<Vec<Link>>,
    /// When the next snapshot is due, UTC.
    pub next_snapshot: Option<Timestamp>,
    /// The policy, as a list of one.
    pub policies: Vec<DiskBackupSnapshotSchedulePolicy>,
    /// Hour at which snapshots are taken, 0 to 23, UTC.
    pub reference_hour_of_day: Option<i64>,
    /// Minute of that hour, 0 to 59.
    pub reference_minute_of_hour: Option<i64>,
    /// Days that can be gone back to any moment of, with continuous backup.
    pub restore_window_days: Option<i64>,
    /// Whether the folders of exports have names of organization and project, not identifiers.
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

/// How often a snapshot is exported.
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
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(ExportFrequency { Monthly = "monthly", Yearly = "yearly", Daily = "daily", Weekly = "weekly" });

/// The rhythm a rule is about.
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
    /// None: snapshots that are asked for.
    Ondemand,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(PolicyFrequency {
    Daily = "daily", Hourly = "hourly", Weekly = "weekly", Monthly = "monthly", Yearly = "yearly",
    Ondemand = "ondemand",
});

/// Unit of a policy's retention.
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
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(RetentionUnit { Days = "days", Weeks = "weeks", Months = "months", Years = "years" });

/// The rhythm a copy setting or extra retention is about.
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
    /// None: snapshots that are asked for.
    OnDemand,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(FrequencyType {
    Hourly = "HOURLY", Daily = "DAILY", Weekly = "WEEKLY", Monthly = "MONTHLY", Yearly = "YEARLY",
    OnDemand = "ON_DEMAND",
});
