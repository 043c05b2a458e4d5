//! What requests must be, and what answers look like.
use super::*;

#[tokio::test]
async fn lists_come_in_pages_with_links_that_lead_on() {
    let (sandbox, client, project, cluster) = world();
    let request = DiskBackupExportJobRequest::new(
        sandbox.bucket(),
        sandbox.snapshot(Sandbox::CLUSTER).unwrap(),
    );
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
async fn requests_are_held_against_the_document() {
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
    // A later version than there is means the newest.
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
async fn a_version_is_announced_as_deprecated_and_then_turned_off() {
    let (sandbox, client, project, _) = world();
    let date = |text: &str| text.parse::<Timestamp>().unwrap();
    sandbox
        .deprecate(
            "listExportBuckets",
            date("2026-03-01T00:00:00Z"),
            date("2026-03-15T00:00:00Z"),
        )
        .unwrap();
    let answer = client.list_export_buckets(&project).send().await.unwrap();
    assert_eq!(answer.sunset().unwrap(), date("2026-03-15T00:00:00Z"));
    sandbox.clock().advance(Duration::from_secs(86_400));
    let gone = client.list_export_buckets(&project).await.unwrap_err();
    assert_eq!(
        (
            gone.status().unwrap().as_u16(),
            gone.error_code().unwrap().as_str()
        ),
        (410, "VERSION_GONE")
    );
}

#[tokio::test]
async fn older_versions_answer_until_their_day_and_say_so() {
    let sandbox = open();
    let ask = async |accept: &str| {
        let headers = [("authorization", "Bearer open-sesame"), ("accept", accept)];
        let url = url(&sandbox, "/clusters/Cluster0/backup/schedule");
        raw(&sandbox, "GET", &url, &headers, "").await.unwrap()
    };
    let told = |answer: &http::Response<Bytes>, name: &str| {
        let value = answer.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    let old = ask(V2023).await;
    assert_eq!(old.status(), 200);
    assert_eq!(
        told(&old, "content-type").unwrap(),
        format!("{V2023};charset=utf-8")
    );
    assert_eq!(
        told(&old, "deprecation").unwrap(),
        "Mon, 5 Aug 2024 00:00:00 GMT"
    );
    assert_eq!(
        told(&old, "sunset").unwrap(),
        "Thu, 1 Jul 2027 00:00:00 GMT"
    );
    let new = "application/vnd.atlas.2024-08-05+json";
    let newest = ask(new).await;
    assert_eq!(
        told(&newest, "content-type").unwrap(),
        format!("{new};charset=utf-8")
    );
    assert_eq!(
        (told(&newest, "deprecation"), told(&newest, "sunset")),
        (None, None)
    );
    // A body of the older version is taken, too, and a refusal announces the end as well.
    let (status, _) = bare(
        &sandbox,
        "PATCH",
        "/clusters/Cluster0/backup/schedule",
        V2023,
        r#"{"policies":[{"policyItems":[]}]}"#,
    )
    .await;
    assert_eq!(status, 200);
    let headers = [("authorization", "Bearer open-sesame"), ("accept", V2023)];
    let unknown = raw(
        &sandbox,
        "GET",
        &url(&sandbox, "/clusters/Gone0/backup/schedule"),
        &headers,
        "",
    )
    .await
    .unwrap();
    assert_eq!(
        (unknown.status().as_u16(), told(&unknown, "sunset")),
        (404, told(&old, "sunset"))
    );

    sandbox.clock().advance(Duration::from_secs(500 * 86_400));
    let gone = ask(V2023).await;
    assert_eq!(gone.status(), 410);
    assert!(String::from_utf8_lossy(gone.body()).contains("VERSION_GONE"));
    assert_eq!(ask(new).await.status(), 200);
}

#[tokio::test]
async fn media_types_are_read_as_http_has_them() {
    let sandbox = open();
    for (accept, status) in [
        ("application/vnd.atlas.2023-01-01+json", 200),
        ("APPLICATION/VND.ATLAS.2023-01-01+JSON", 200),
        (
            "text/html, application/vnd.atlas.2023-01-01+json;q=0.5",
            200,
        ),
        ("application/vnd.atlas.2023-01-01+json;q=0", 406),
        ("application/vnd.atlas.2023-01-01+json; q=0.0", 406),
        ("application/vnd.atlas.2022-12-31+json", 406),
        ("application/vnd.atlas.9999-99-99+json", 406),
        ("application/vnd.atlas.20230101+json", 406),
        ("application/vnd.atlas.zzzz+json", 406),
        ("application/vnd.atlas.2023-01-01+csv", 406),
        ("application/json", 406),
        ("", 406),
    ] {
        let (answered, _) = bare(
            &sandbox,
            "GET",
            "/clusters/Cluster0/backup/exports",
            accept,
            "",
        )
        .await;
        assert_eq!(answered, status, "{accept}");
    }
    let first = format!(
        "https://cloud.mongodb.com/api/atlas/v1.0/groups/{}/clusters/Cluster0/backup/exports/",
        sandbox.project()
    );
    for (accept, status) in [
        ("application/json", 200),
        ("*/*", 200),
        ("text/csv", 406),
        (V2023, 406),
    ] {
        let headers = [("authorization", "Bearer open-sesame"), ("accept", accept)];
        let answer = raw(&sandbox, "GET", &first, &headers, "").await.unwrap();
        assert_eq!(answer.status(), status, "v1.0 {accept}");
    }
    let exports = url(&sandbox, "/clusters/Cluster0/backup/exports");
    for (given, status) in [
        (V2023, 400),
        ("Application/vnd.atlas.2023-01-01+JSON; charset=utf-8", 400),
        ("application/json", 415),
        ("text/plain", 415),
    ] {
        let headers = [
            ("authorization", "Bearer open-sesame"),
            ("accept", V2023),
            ("content-type", given),
        ];
        let answer = raw(&sandbox, "POST", &exports, &headers, "{}")
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{given}");
    }
}

#[tokio::test]
async fn a_refusal_says_what_is_wrong_in_its_own_words() {
    let sandbox = open();
    let exports = "/clusters/Cluster0/backup/exports";
    let snapshots = "/clusters/Cluster0/backup/snapshots";
    let schedule = "/clusters/Cluster0/backup/schedule";
    let v2024 = "application/vnd.atlas.2024-11-13+json";
    for (method, path, media, body, told) in [
        (
            "GET",
            format!("{exports}?pageNum=99999999999"),
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
        assert!(json.to_string().contains(told), "{path} {body}: {json}");
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
