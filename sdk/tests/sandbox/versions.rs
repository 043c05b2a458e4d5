//! Dated versions, and their media types.
use super::*;

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
async fn older_versions_respond_until_their_sunset_and_announce_it() {
    let sandbox = open();
    let ask = async |accept: &str| {
        let headers = [("authorization", "Bearer open-sesame"), ("accept", accept)];
        let url = url(&sandbox, "/clusters/Cluster0/backup/schedule");
        raw(&sandbox, "GET", &url, &headers, "").await.unwrap()
    };
    let header_of = |answer: &http::Response<Bytes>, name: &str| {
        let value = answer.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    let old = ask(V2023).await;
    assert_eq!(old.status(), 200);
    assert_eq!(
        header_of(&old, "content-type").unwrap(),
        format!("{V2023};charset=utf-8")
    );
    assert_eq!(
        header_of(&old, "deprecation").unwrap(),
        "Mon, 5 Aug 2024 00:00:00 GMT"
    );
    assert_eq!(
        header_of(&old, "sunset").unwrap(),
        "Thu, 1 Jul 2027 00:00:00 GMT"
    );
    let new = "application/vnd.atlas.2024-08-05+json";
    let newest = ask(new).await;
    assert_eq!(
        header_of(&newest, "content-type").unwrap(),
        format!("{new};charset=utf-8")
    );
    assert_eq!(
        (
            header_of(&newest, "deprecation"),
            header_of(&newest, "sunset")
        ),
        (None, None)
    );
    // A body of the older version is accepted too, and an error response also announces the sunset date.
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
        (unknown.status().as_u16(), header_of(&unknown, "sunset")),
        (404, header_of(&old, "sunset"))
    );

    sandbox.clock().advance(Duration::from_secs(500 * 86_400));
    let gone = ask(V2023).await;
    assert_eq!(gone.status(), 410);
    assert!(String::from_utf8_lossy(gone.body()).contains("VERSION_GONE"));
    assert_eq!(ask(new).await.status(), 200);
}

#[tokio::test]
async fn media_types_are_parsed_by_the_rules_of_http() {
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
