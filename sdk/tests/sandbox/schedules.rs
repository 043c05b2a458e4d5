//! The snapshots and exports of schedules as time passes.
use super::*;

const HOUR: u64 = 60 * 60;

async fn snapshots(
    client: &Client,
    project: &ObjectId,
    name: &ClusterName,
) -> Vec<(String, String)> {
    let all = client
        .list_backup_snapshots(project, name)
        .items()
        .try_collect()
        .await
        .unwrap();
    let rows = all.iter().map(|snapshot| {
        // An identifier starts with its creation time.
        let id = snapshot.id.unwrap().to_string();
        let begun = i64::from_str_radix(&id[..8], 16).unwrap();
        let begun = Timestamp::from_second(begun).unwrap();
        (
            snapshot.frequency_type.as_ref().unwrap().to_string(),
            begun.to_string(),
        )
    });
    rows.collect()
}

/// Sets a schedule with one snapshot a day, which is kept for some days and exported.
async fn take_and_export_daily(
    sandbox: &Sandbox,
    client: &Client,
    project: &ObjectId,
    name: &ClusterName,
    days: i64,
) {
    let item =
        DiskBackupPolicyItemRequest::new(1, PolicyFrequency::Daily, RetentionUnit::Days, days);
    let policy = DiskBackupSnapshotSchedulePolicyRequest::new(vec![item]);
    let export = AutoExportPolicyRequest::new()
        .export_bucket_id(sandbox.bucket())
        .frequency_type(ExportFrequency::Daily);
    let change = DiskBackupSnapshotScheduleRequest::new()
        .policies(vec![policy])
        .auto_export_enabled(true)
        .export(export);
    client
        .update_backup_schedule(project, name, &change)
        .await
        .unwrap();
}

#[tokio::test]
async fn scheduled_snapshots_are_taken_and_expire() {
    let (sandbox, client, project, name) = world();
    let schedule = client.get_backup_schedule(&project, &name).await.unwrap();
    assert_eq!(
        schedule.next_snapshot.unwrap().to_string(),
        "2026-03-14T07:05:00Z"
    );
    sandbox.clock().advance(Duration::from_secs(24 * HOUR));
    let taken = snapshots(&client, &project, &name).await;
    let expected = [
        ("daily", "2026-03-15T01:05:00Z"),
        ("hourly", "2026-03-14T19:05:00Z"),
        ("hourly", "2026-03-14T13:05:00Z"),
        ("hourly", "2026-03-14T07:05:00Z"),
        ("daily", "2026-03-13T02:00:00Z"),
        ("daily", "2026-03-12T02:00:00Z"),
        ("daily", "2026-03-11T02:00:00Z"),
    ];
    assert_eq!(
        taken,
        expected.map(|(kind, begun)| (kind.to_owned(), begun.to_owned()))
    );
    // A year later, there are those of the last week, four weeks and twelve months.
    sandbox
        .clock()
        .advance(Duration::from_secs(365 * 24 * HOUR));
    let remaining = snapshots(&client, &project, &name).await;
    let count = |kind: &str| remaining.iter().filter(|(own, _)| own == kind).count();
    assert_eq!((count("weekly"), count("monthly")), (4, 12));
    assert!(
        count("hourly") <= 21 && count("daily") <= 7,
        "{remaining:?}"
    );
    let flex = client
        .list_flex_backup_snapshots(&project, &cluster(Sandbox::FLEX))
        .await
        .unwrap();
    assert_eq!(flex.results.len(), 8);
}

#[tokio::test]
async fn a_schedule_with_automatic_export_exports_its_snapshots() {
    let (sandbox, client, project, name) = world();
    take_and_export_daily(&sandbox, &client, &project, &name, 7).await;
    sandbox.clock().advance(Duration::from_secs(24 * HOUR));
    let jobs = client
        .list_backup_exports(&project, &name)
        .await
        .unwrap()
        .results;
    assert_eq!(jobs.len(), 1);
    let newest = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    assert_eq!(jobs[0].snapshot_id, Some(newest));
    // The snapshot was completed nine minutes after it started.
    assert_eq!(
        jobs[0].created_at.unwrap().to_string(),
        "2026-03-15T01:14:00Z"
    );
    client
        .delete_cluster_backup_schedule(&project, &name)
        .await
        .unwrap();
    sandbox.clock().advance(Duration::from_secs(48 * HOUR));
    assert_eq!(sandbox.snapshot(Sandbox::CLUSTER).unwrap(), newest);
    let schedule = client.get_backup_schedule(&project, &name).await.unwrap();
    assert_eq!(schedule.next_snapshot, None);
}

#[tokio::test]
async fn an_update_without_policies_keeps_them_and_returns_the_whole_schedule() {
    let (_, client, project, name) = world();
    let before = client.get_backup_schedule(&project, &name).await.unwrap();
    assert!(!before.policies[0].policy_items.is_empty());
    let sandbox = open();
    let path = "/clusters/Cluster0/backup/schedule";
    for body in [
        r#"{"useOrgAndGroupNamesInExportPrefix":true}"#,
        r#"{"useOrgAndGroupNamesInExportPrefix":true,"policies":null}"#,
    ] {
        let (status, answer) = bare(&sandbox, "PATCH", path, V2024_08, body).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["useOrgAndGroupNamesInExportPrefix"], true);
        let policies = serde_json::to_value(&before.policies).unwrap();
        assert_eq!(answer["policies"], policies);
    }
    let without_rules = r#"{"policies":[{}]}"#;
    let (status, answer) = bare(&sandbox, "PATCH", path, V2024_08, without_rules).await;
    assert_eq!(
        (status, &answer["errorCode"]),
        (400, &json!("MISSING_ATTRIBUTE"))
    );
    let change = DiskBackupSnapshotScheduleRequest::new().reference_hour_of_day(5);
    let after = client
        .update_backup_schedule(&project, &name, &change)
        .await
        .unwrap();
    assert_eq!(after.policies, before.policies);
    assert_eq!(after.reference_hour_of_day, Some(5));
}

#[tokio::test]
async fn a_changed_schedule_has_no_snapshots_from_before_the_change() {
    let (sandbox, client, project, name) = world();
    // Snapshots are taken at 07:05 and 13:05. No request names the cluster until the change at 13:00.
    let other = cluster(Sandbox::SHARDED);
    sandbox.clock().advance(Duration::from_secs(9 * HOUR));
    client.get_backup_schedule(&project, &other).await.unwrap();
    sandbox.clock().advance(Duration::from_secs(2 * HOUR));
    let item = DiskBackupPolicyItemRequest::new(1, PolicyFrequency::Hourly, RetentionUnit::Days, 7);
    let policy = DiskBackupSnapshotSchedulePolicyRequest::new(vec![item]);
    let change = DiskBackupSnapshotScheduleRequest::new().policies(vec![policy]);
    client
        .update_backup_schedule(&project, &name, &change)
        .await
        .unwrap();
    sandbox.clock().advance(Duration::from_secs(600));
    let taken = snapshots(&client, &project, &name).await;
    let begun: Vec<&str> = taken.iter().map(|(_, begun)| begun.as_str()).collect();
    assert_eq!(
        begun[..2],
        ["2026-03-14T13:05:00Z", "2026-03-14T07:05:00Z"],
        "{taken:?}"
    );
}

#[tokio::test]
async fn snapshots_of_a_cluster_that_no_request_names_are_taken_exported_and_removed_on_time() {
    let (sandbox, client, project, name) = world();
    take_and_export_daily(&sandbox, &client, &project, &name, 2).await;
    let other = cluster(Sandbox::SHARDED);
    for _ in 0..5 * 24 {
        sandbox.clock().advance(Duration::from_secs(HOUR));
        client.get_backup_schedule(&project, &other).await.unwrap();
    }
    let saved: Value = serde_json::from_str(&sandbox.save()).unwrap();
    let saved = &saved["state"]["projects"][project.to_string()]["clusters"][name.as_str()];
    let begun = |jobs: &str| {
        let jobs = saved[jobs].as_array().unwrap().iter();
        jobs.map(|job| job["begun"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // The initial snapshots have a retention of seven days.
    assert_eq!(
        begun("snapshots"),
        [
            "2026-03-12T02:00:00Z",
            "2026-03-13T02:00:00Z",
            "2026-03-18T01:05:00Z",
            "2026-03-19T01:05:00Z"
        ]
    );
    let exported = [15, 16, 17, 18, 19].map(|day| format!("2026-03-{day}T01:14:00Z"));
    assert_eq!(begun("exports"), exported);
}
