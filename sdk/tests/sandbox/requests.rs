//! Validation of requests, and the format of responses.
use super::*;

#[tokio::test]
async fn lists_have_pages_with_links_to_the_next() {
    let (sandbox, client, project, cluster) = world();
    let request = newest_exported(&sandbox);
    for _ in 0..7 {
        client
            .create_backup_export(&project, &cluster, &request)
            .await
            .unwrap();
    }
    for size in [1, 2, 3, 7, 100] {
        let list = || {
            client
                .list_backup_exports(&project, &cluster)
                .items_per_page(size)
        };
        assert_eq!(
            list()
                .items()
                .prefetch(2)
                .try_collect()
                .await
                .unwrap()
                .len(),
            7
        );
        assert_eq!(
            list()
                .envelope(true)
                .items()
                .try_collect()
                .await
                .unwrap()
                .len(),
            7
        );
        assert_eq!(
            list().include_count(false).await.unwrap().total_count,
            Some(0)
        );
    }
    let old = client
        .v1()
        .list_backup_exports(&project, &cluster)
        .await
        .unwrap();
    assert_eq!(old.results.len(), 7);
}

#[tokio::test]
async fn requests_are_validated_by_the_document() {
    let sandbox = open();
    let exports = "/clusters/Cluster0/backup/exports";
    for (method, path, media, body, status, code) in [
        ("POST", exports, V2023, "", 400, "INVALID_JSON"),
        ("POST", exports, V2023, "{", 400, "INVALID_JSON"),
        (
            "POST",
            exports,
            V2023,
            r#"{"snapshotId":"69b4c1d2e3f4051627384950"}"#,
            400,
            "MISSING_ATTRIBUTE",
        ),
        ("POST", exports, V2023, "{}", 400, "VALIDATION_ERROR"),
        (
            "POST",
            exports,
            V2023,
            r#"{"snapshotId":"x","exportBucketId":"69b4c1d2e3f4051627384950"}"#,
            400,
            "VALIDATION_ERROR",
        ),
        (
            "POST",
            exports,
            V2023,
            r#"{"snapshotId":7,"exportBucketId":"69b4c1d2e3f4051627384950"}"#,
            400,
            "VALIDATION_ERROR",
        ),
        (
            "POST",
            "/clusters/Cluster0/backup/restoreJobs",
            V2023,
            r#"{"deliveryType":"manual"}"#,
            400,
            "INVALID_ENUM_VALUE",
        ),
        (
            "POST",
            "/backup/exportBuckets",
            V2024,
            r#"{"cloudProvider":"AWS","bucketName":"ab","iamRoleId":"60f1e2d3c4b5a69788796a5b"}"#,
            400,
            "VALIDATION_ERROR",
        ),
        (
            "POST",
            "/backup/exportBuckets",
            V2024,
            r#"{"cloudProvider":"AWS","bucketName":"abc"}"#,
            400,
            "MISSING_ATTRIBUTE",
        ),
        (
            "POST",
            "/backup/exportBuckets",
            V2024,
            r#"{"bucketName":"abc"}"#,
            400,
            "MISSING_ATTRIBUTE",
        ),
        (
            "GET",
            "/clusters/Cluster0/backup/exports/x",
            V2023,
            "",
            404,
            "INVALID_JOB_ID",
        ),
        (
            "GET",
            "/clusters/-/backup/exports",
            V2023,
            "",
            404,
            "CLUSTER_NOT_FOUND",
        ),
        (
            "GET",
            "/clusters/Gone0/backup/exports",
            V2023,
            "",
            404,
            "CLUSTER_NOT_FOUND",
        ),
        (
            "GET",
            "/clusters/Cluster0/backup/exports?itemsPerPage=501",
            V2023,
            "",
            400,
            "VALIDATION_ERROR",
        ),
        (
            "GET",
            "/clusters/Cluster0/backup/exports?pageNum=x",
            V2023,
            "",
            400,
            "VALIDATION_ERROR",
        ),
        ("GET", "/nothing", V2023, "", 404, "RESOURCE_NOT_FOUND"),
        ("PUT", exports, V2023, "", 405, "METHOD_NOT_ALLOWED"),
        (
            "GET",
            exports,
            "application/json",
            "",
            406,
            "INVALID_VERSION_DATE",
        ),
        (
            "GET",
            exports,
            "application/vnd.atlas.2022-01-01+json",
            "",
            406,
            "INVALID_VERSION_DATE",
        ),
    ] {
        let (answered, json) = bare(&sandbox, method, path, media, body).await;
        assert_eq!(
            (answered, json["errorCode"].as_str()),
            (status, Some(code)),
            "{method} {path} {body}: {json}"
        );
    }
    // A version later than all existing ones selects the newest.
    let (status, _) = bare(
        &sandbox,
        "GET",
        exports,
        "application/vnd.atlas.2025-01-01+json",
        "",
    )
    .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_refusal_describes_the_problem() {
    let sandbox = open();
    let exports = "/clusters/Cluster0/backup/exports";
    let snapshots = "/clusters/Cluster0/backup/snapshots";
    let schedule = "/clusters/Cluster0/backup/schedule";
    let v2024 = "application/vnd.atlas.2024-11-13+json";
    for (method, path, media, body, expected) in [
        (
            "GET",
            format!("{exports}?pageNum=1e3"),
            V2023,
            String::new(),
            "The query has a problem.",
        ),
        (
            "GET",
            format!("{exports}?pageNum=99999999999999999999"),
            V2023,
            String::new(),
            "The query has a problem.",
        ),
        (
            "GET",
            format!("{exports}?itemsPerPage=0"),
            V2023,
            String::new(),
            "The query has a problem.",
        ),
        (
            "POST",
            snapshots.to_owned(),
            V2023,
            r#"{"retentionInDays":999999}"#.to_owned(),
            "must be 1 to 36500",
        ),
        (
            "POST",
            snapshots.to_owned(),
            V2023,
            "{}".to_owned(),
            "retentionInDays is missing.",
        ),
        (
            "PATCH",
            schedule.to_owned(),
            V2023,
            r#"{"policies":[null]}"#.to_owned(),
            "policies[0]",
        ),
        (
            "PATCH",
            schedule.to_owned(),
            V2023,
            r#"{"policies":[{"policyItems":[null]}]}"#.to_owned(),
            "policies[0].policyItems[0]",
        ),
        (
            "PATCH",
            schedule.to_owned(),
            V2023,
            r#"{"copySettings":[{"zoneId":"69b4c1d2e3f4051627384950","cloudProvider":"MOON"}]}"#
                .to_owned(),
            "MOON",
        ),
        (
            "POST",
            "/flexClusters/Flex0/backup/restoreJobs".to_owned(),
            v2024,
            r#"{"snapshotId":"69b4c1d2e3f4051627384950","targetDeploymentItemName":"a→b"}"#
                .to_owned(),
            "must match",
        ),
    ] {
        let (status, json) = bare(&sandbox, method, &path, media, &body).await;
        assert_eq!(status, 400, "{path} {body}: {json}");
        assert!(json.to_string().contains(expected), "{path} {body}: {json}");
    }
    let (status, _) = bare(
        &sandbox,
        "POST",
        snapshots,
        V2023,
        r#"{"retentionInDays":1.0}"#,
    )
    .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn an_azure_bucket_is_named_by_its_name_or_its_url() {
    let sandbox = open();
    let account = "https://examplebackups.blob.core.windows.net";
    for (name, address, expected) in [
        (Some("nightly"), String::new(), Ok("nightly")),
        (Some("nightly"), "/".to_owned(), Ok("nightly")),
        (Some("nightly"), "/weekly".to_owned(), Ok("nightly")),
        (None, "/weekly".to_owned(), Ok("weekly")),
        (None, "/weekly/".to_owned(), Ok("weekly")),
        (None, String::new(), Err("MISSING_ATTRIBUTE")),
        (None, "/".to_owned(), Err("MISSING_ATTRIBUTE")),
        (
            None,
            "/No Name".to_owned(),
            Err("EXPORT_BUCKET_NAME_INVALID"),
        ),
    ] {
        let address = format!("{account}{address}");
        let mut body = json!({
            "cloudProvider": "AZURE", "roleId": "60f1e2d3c4b5a69788796a6c", "serviceUrl": address,
        });
        if let Some(name) = name {
            body["bucketName"] = json!(name);
        }
        let body = body.to_string();
        let (status, answer) = bare(&sandbox, "POST", "/backup/exportBuckets", V2024, &body).await;
        let found = match status {
            200 => Ok(answer["bucketName"].as_str().unwrap()),
            _ => Err(answer["errorCode"].as_str().unwrap()),
        };
        assert_eq!(found, expected, "{body}: {answer}");
        if status == 200 {
            assert_eq!(answer["serviceUrl"], address);
        }
    }
}
