//! What goes wrong on script.
use super::*;

#[tokio::test]
async fn faults_come_as_they_were_written_down() {
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
fn a_script_that_cannot_happen_says_which_entry_is_wrong_and_what_would_be_right() {
    for (wrong, told) in [
        ("", "they are no list"),
        ("{}", "they are no list"),
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
            "42 is no status of a failure: give one of 400 to 599",
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
            "`times` is at least 1",
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
            "`text html` is no media type",
        ),
        (
            r#"[{"fault":"contentType","mediaType":"text/html","body":"no"}]"#,
            "unknown field `body`",
        ),
        (
            r#"[{"fault":"status","status":502,"body":"no","mediaType":"html"}]"#,
            "`html` is no media type",
        ),
        (
            r#"[{"fault":"failJob","reason":"no","operation":"getBackupExport"}]"#,
            "`getBackupExport` makes no job that could fail: name one of createBackupExport",
        ),
    ] {
        let error = Sandbox::builder().faults(wrong).err().unwrap().to_string();
        assert!(error.contains(told), "{wrong}: {error}");
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
async fn a_gateway_answers_with_a_page_of_its_own() {
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
async fn access_tokens_have_faults_of_their_own() {
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
    // Getting a token is tried again by itself; the fault without a name waited for the operation.
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
async fn a_job_is_only_doomed_by_a_request_that_makes_one() {
    let (sandbox, client, project, name) = world();
    let reason = "The bucket is full.".to_owned();
    sandbox
        .inject(Fault::new(FaultKind::FailJob { reason }))
        .unwrap();
    client.list_export_buckets(&project).await.unwrap();
    // Nor by one that is refused.
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
