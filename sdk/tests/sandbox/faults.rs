//! Injected faults.
use super::*;

#[tokio::test]
async fn faults_occur_in_the_order_of_the_script() {
    let script = json!([
        { "operation": "listExportBuckets", "fault": "status", "status": 503, "retryAfter": 9, "times": 2 },
        { "operation": "getExportBucket", "fault": "resetBefore", "after": 1 },
        { "operation": "getExportBucket", "fault": "latency", "milliseconds": 2_000 },
        { "operation": "listBackupExports", "fault": "contentType", "mediaType": "text/html" },
        { "operation": "listBackupExports", "fault": "truncate", "bytes": 10, "after": 1 },
        { "operation": "listBackupExports", "fault": "clockSkew", "seconds": -60, "after": 2 },
    ]);
    let sandbox = Sandbox::builder()
        .faults(&script.to_string())
        .unwrap()
        .build()
        .unwrap();
    let client = sandbox.client().build().unwrap();
    let (project, cluster) = (sandbox.project(), cluster(Sandbox::CLUSTER));
    client.list_export_buckets(&project).await.unwrap();
    assert!(sandbox.clock().passed() >= Duration::from_secs(18));
    let (before, bucket) = (sandbox.clock().passed(), sandbox.bucket());
    client.get_export_bucket(&project, &bucket).await.unwrap();
    assert!(sandbox.clock().passed() - before >= Duration::from_secs(2));
    let broken = client
        .get_export_bucket(&project, &bucket)
        .no_retry()
        .await
        .unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::Transport);
    let once = || {
        client
            .list_backup_exports(&project, &cluster)
            .no_retry()
            .send()
    };
    assert_eq!(once().await.unwrap().headers()["content-type"], "text/html");
    assert_eq!(once().await.unwrap_err().kind(), ErrorKind::Transport);
    let skewed = once().await.unwrap().headers()["date"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_ne!(
        skewed,
        once().await.unwrap().headers()["date"].to_str().unwrap()
    );
}

#[test]
fn an_invalid_script_names_the_entry_and_the_correction() {
    for (wrong, expected) in [
        ("", "they are not a list"),
        ("{}", "they are not a list"),
        (
            r#"[{"fault":"forget"},{"fault":"flood"}]"#,
            "entry 2: `fault`: unknown variant `flood`",
        ),
        (
            r#"[{"fault":"status"}]"#,
            "entry 1: `fault`: missing field `status`",
        ),
        (
            r#"[{"fault":"status","status":42}]"#,
            "42 is not an error status: use one of 400 to 599",
        ),
        (
            r#"[{"fault":"resetAfter","tims":2}]"#,
            "unknown field `tims`",
        ),
        (
            r#"[{"fault":"latency","milliseconds":2,"tims":2}]"#,
            "unknown field `tims`",
        ),
        (
            r#"[{"fault":"resetAfter","times":0}]"#,
            "`times` must be at least 1",
        ),
        (
            r#"[{"fault":"resetAfter","times":-1}]"#,
            "`times`: invalid value",
        ),
        (
            r#"[{"fault":"resetAfter","operation":"createBackupExprot"}]"#,
            "entry 1: there is no operation `createBackupExprot`: did you mean `createBackupExport`?",
        ),
        (
            r#"[{"fault":"resetAfter","operation":"makeCoffee"}]"#,
            "name one as the API does",
        ),
        (
            r#"[{"fault":"contentType","mediaType":"text html"}]"#,
            "`text html` is not a media type",
        ),
        (
            r#"[{"fault":"contentType","mediaType":"text/html","body":"no"}]"#,
            "unknown field `body`",
        ),
        (
            r#"[{"fault":"status","status":502,"body":"no","mediaType":"html"}]"#,
            "`html` is not a media type",
        ),
        (
            r#"[{"fault":"failJob","reason":"no","operation":"getBackupExport"}]"#,
            "`getBackupExport` creates no job that could fail: name one of createBackupExport",
        ),
    ] {
        let error = Sandbox::builder().faults(wrong).err().unwrap().to_string();
        assert!(error.contains(expected), "{wrong}: {error}");
    }
    let sandbox = Sandbox::new();
    for fault in [
        Fault::new(FaultKind::ResetAfter).of("createBackupExprot"),
        Fault::new(FaultKind::Status {
            status: 42,
            retry_after: None,
        }),
        Fault::new(FaultKind::ResetAfter).with_body("text/html", "<p>no</p>"),
    ] {
        assert_eq!(
            sandbox.inject(fault).unwrap_err().kind(),
            ErrorKind::Configuration
        );
    }
    let now = Timestamp::UNIX_EPOCH;
    assert!(sandbox.deprecate("listExportBukets", now, now).is_err());
}

#[tokio::test]
async fn a_status_fault_can_have_a_gateways_error_page() {
    let (sandbox, client, project, _) = world();
    let script = r#"{"operation": "listGroupBackupExportBuckets", "fault": "status", "status": 502,
        "mediaType": "text/html", "body": "<h1>Bad Gateway</h1>"}"#;
    sandbox
        .inject(serde_json::from_str(script).unwrap())
        .unwrap();
    let error = client
        .list_export_buckets(&project)
        .no_retry()
        .await
        .unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.error_code()),
        (502, None)
    );
    assert!(error.to_string().contains("Bad Gateway"), "{error}");
}

#[tokio::test]
async fn token_requests_are_affected_only_by_faults_that_name_them() {
    let sandbox = Sandbox::new();
    let account = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    let client = sandbox.client().credentials(account).build().unwrap();
    let status = FaultKind::Status {
        status: 503,
        retry_after: None,
    };
    sandbox.inject(Fault::new(status).of("token")).unwrap();
    sandbox.inject(Fault::new(FaultKind::ResetAfter)).unwrap();
    let reset = client
        .list_export_buckets(&sandbox.project())
        .no_retry()
        .await;
    // A token request is retried automatically; the fault without an operation waited for the call.
    assert!(reset.is_err());
    client
        .list_export_buckets(&sandbox.project())
        .await
        .unwrap();
    client.revoke_token().await.unwrap();
    let seen: Vec<_> = sandbox
        .seen()
        .iter()
        .map(|seen| (seen.operation, seen.status))
        .collect();
    let expected = [
        (Some("token"), 503),
        (Some("token"), 200),
        (Some("listExportBuckets"), 200),
        (Some("listExportBuckets"), 200),
        (Some("revoke"), 200),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_fail_job_fault_waits_for_a_request_that_creates_a_job() {
    let (sandbox, client, project, name) = world();
    let reason = "The bucket is full.".to_owned();
    sandbox
        .inject(Fault::new(FaultKind::FailJob { reason }))
        .unwrap();
    client.list_export_buckets(&project).await.unwrap();
    // A refused request does not use the fault either.
    let wrong = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: project,
        snapshot_id: sandbox.snapshot(Sandbox::CLUSTER).unwrap(),
    });
    client
        .create_backup_export(&project, &name, &wrong)
        .await
        .unwrap_err();
    let right = newest_exported(&sandbox);
    let job = client
        .create_backup_export(&project, &name, &right)
        .await
        .unwrap();
    let failed = client
        .wait_for_backup_export(&project, &name, &job.id.unwrap())
        .await;
    assert!(matches!(failed, Err(WaitError::Failed(_))));
}
