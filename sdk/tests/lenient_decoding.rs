//! Lenient decoding: every JSON response decodes, and none of its data is lost.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup::decode_json;
use atlas_backup::v2::{
    DiskBackupExportJob, DiskBackupSnapshotExportBucketResponse as Bucket,
    DiskBackupSnapshotRestoreJob, DiskBackupSnapshotSchedule, DiskBackupSnapshotScheduleRequest,
    ExportState, PaginatedBackupExportJobs,
};
use serde_json::{Value, json};

fn export_job() -> Value {
    json!({
        "components": [{ "exportId": "5f0c1e2d3a4b5c6d7e8f9a01", "replicaSetName": "shard-0" }],
        "createdAt": "2026-03-01T10:00:00Z",
        "customData": [],
        "exportBucketId": "5f0c1e2d3a4b5c6d7e8f9a02",
        "exportStatus": { "exportedCollections": 3, "totalCollections": 9 },
        "id": "5f0c1e2d3a4b5c6d7e8f9a03",
        "links": [{ "href": "https://cloud.mongodb.com/x", "rel": "self" }],
        "state": "InProgress",
    })
}

/// Decodes `body` into the type and encodes it again.
fn through<T: serde::de::DeserializeOwned + serde::Serialize>(body: &Value) -> Value {
    let decoded: T =
        serde_json::from_str(&body.to_string()).unwrap_or_else(|error| panic!("{body}: {error}"));
    serde_json::to_value(decoded).unwrap()
}

/// `null` counts as absent.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        other => other,
    }
}

#[test]
fn any_value_in_any_field_decodes_and_is_encoded_unchanged() {
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(18_446_744_073_709_551_615_u64),
        json!(1.5),
        json!(""),
        json!("not what it should be \" \\ ä"),
        json!([]),
        json!([1, null, {}]),
        json!({}),
        json!({ "a": [null] }),
    ];
    let fields: Vec<String> = export_job().as_object().unwrap().keys().cloned().collect();
    for field in fields
        .iter()
        .map(String::as_str)
        .chain(["unknownToThisSdk"])
    {
        for value in &odd {
            let mut body = export_job();
            body[field] = value.clone();
            assert_eq!(
                without_nulls(through::<DiskBackupExportJob>(&body)),
                without_nulls(body.clone()),
                "{field}: {value}"
            );
        }
    }
}

#[test]
fn number_of_more_digits_than_a_float_holds_is_rounded_once() {
    let body: Value =
        serde_json::from_str(r#"{"new":184467440736744067443121073709551617518446744073709551}"#)
            .unwrap();
    let once = through::<DiskBackupExportJob>(&body);
    let again: Value = serde_json::from_str(&once.to_string()).unwrap();
    assert_eq!(once, through::<DiskBackupExportJob>(&again));
}

#[test]
fn an_unknown_enum_value_is_preserved_and_known_ones_are_distinguished() {
    let state = |text: &str| serde_json::from_value::<ExportState>(json!(text)).unwrap();
    assert_eq!(state("Successful"), ExportState::Successful);
    assert_eq!(state("Paused"), ExportState::Unknown("Paused".to_owned()));
    assert_eq!(state("Paused").as_str(), "Paused");
    assert_eq!(ExportState::from("Queued").to_string(), "Queued");
}

#[test]
fn an_unknown_variant_preserves_its_json_and_other_items_are_decoded() {
    let page = json!({ "results": [
        { "_id": "5f0c1e2d3a4b5c6d7e8f9a01", "cloudProvider": "AWS", "bucketName": "a", "region": "us-east-1" },
        { "_id": "5f0c1e2d3a4b5c6d7e8f9a02", "cloudProvider": "MOON", "crater": 7 },
        { "_id": "5f0c1e2d3a4b5c6d7e8f9a03", "cloudProvider": "AZURE", "serviceUrl": "https://x.example.net/", "new": 1 },
        { "cloudProvider": null },
    ]});
    let decoded: atlas_backup::v2::PaginatedBackupExportBuckets =
        serde_json::from_value(page.clone()).unwrap();
    let kinds: Vec<&str> = decoded
        .results
        .iter()
        .map(|bucket| match bucket {
            Bucket::Aws(_) => "aws",
            Bucket::Azure(_) => "azure",
            Bucket::Gcp(_) => "gcp",
            Bucket::Unknown(_) => "unknown",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["aws", "unknown", "azure", "unknown"]);
    assert_eq!(serde_json::to_value(decoded).unwrap(), page);
}

#[test]
fn a_malformed_identifier_or_timestamp_leaves_only_its_field_empty() {
    let job: DiskBackupExportJob = serde_json::from_value(
        json!({ "id": "{JOB-ID}", "createdAt": "yesterday", "state": "Queued" }),
    )
    .unwrap();
    assert_eq!(
        (job.id, job.created_at, &job.state),
        (None, None, &Some(ExportState::Queued))
    );
    assert_eq!(job.extra.get("id"), Some(&json!("{JOB-ID}")));
    assert_eq!(job.extra.get("createdAt"), Some(&json!("yesterday")));
}

#[test]
fn an_absent_or_null_list_of_results_is_an_empty_one() {
    for body in [
        json!({}),
        json!({ "results": null }),
        json!({ "results": [] }),
    ] {
        let page: PaginatedBackupExportJobs = serde_json::from_value(body).unwrap();
        assert!(page.results.is_empty());
    }
}

#[test]
fn an_unreadable_item_is_left_out_of_its_page() {
    let body = json!({ "results": [{ "state": "Queued" }, null, "odd", { "state": "Failed" }] });
    let page: PaginatedBackupExportJobs = serde_json::from_value(body.clone()).unwrap();
    let states: Vec<_> = page.results.iter().map(|job| job.state.clone()).collect();
    assert_eq!(
        states,
        [Some(ExportState::Queued), Some(ExportState::Failed)]
    );
    assert_eq!(serde_json::to_value(page).unwrap(), body);
}

#[test]
fn a_body_that_is_not_an_object_is_an_error() {
    for body in ["[]", "1", "\"text\"", "null", "{", ""] {
        assert!(
            serde_json::from_str::<DiskBackupExportJob>(body).is_err(),
            "{body}"
        );
    }
}

#[test]
fn debug_shows_neither_delivery_urls_nor_unknown_values() {
    let body = json!({
        "deliveryType": "download",
        "deliveryUrl": ["https://restore.example.net:27017/s3cret-token/restore.tar.gz"],
        "components": [{ "downloadUrl": "https://restore.example.net:27017/s3cret-token/a.tar.gz" }],
        "privateDownloadDeliveryUrls": [{ "deliveryUrl": "https://p.example.net/s3cret-token/a" }],
        "newField": "s3cret-token",
    });
    let job: DiskBackupSnapshotRestoreJob = serde_json::from_value(body.clone()).unwrap();
    let shown = format!("{job:?}");
    assert!(!shown.contains("s3cret-token"), "{shown}");
    assert!(
        shown.contains("restore.example.net:27017") && shown.contains("newField"),
        "{shown}"
    );
    assert_eq!(serde_json::to_value(job).unwrap(), body);
}

#[test]
fn huge_numbers_and_lone_surrogates_are_decoded() {
    let digits = "7".repeat(400);
    for (odd, preserved) in [
        ("1e400", json!("1e400")),
        ("-1E+999", json!("-1E+999")),
        (&*digits, json!(digits)),
        (r#""\ud800""#, json!("\u{fffd}")),
        (
            r#"["a",{"b":[1e999,"\udfff"]}]"#,
            json!(["a", { "b": ["1e999", "\u{fffd}"] }]),
        ),
    ] {
        // With the feature `arbitrary_precision` of `serde_json`, huge numbers are numbers.
        let preserved = serde_json::from_str(odd).unwrap_or(preserved);
        // In an unknown field, in fields of every type, and in a list.
        let text = format!(
            r#"{{"new":{odd},"state":"Queued","createdAt":{odd},"exportStatus":{{"exportedCollections":{odd}}},
                "components":[{odd},{{"replicaSetName":"shard-0"}}]}}"#
        );
        let job: DiskBackupExportJob = decode_json(text.as_bytes()).unwrap();
        assert_eq!(job.state, Some(ExportState::Queued), "{odd}");
        assert_eq!(job.extra.get("new"), Some(&preserved), "{odd}");
        assert_eq!(job.extra.get("createdAt"), Some(&preserved), "{odd}");
        let status = job.export_status.unwrap();
        assert_eq!(
            status.extra.get("exportedCollections"),
            Some(&preserved),
            "{odd}"
        );
        assert_eq!(job.components.unwrap().len(), 1, "{odd}");
    }
}

#[test]
fn a_body_that_is_not_json_is_an_error() {
    for text in [
        "",
        "{",
        r#"{"new":1e400"#,
        r#"{"new":1e400,}"#,
        r#"{"new":"\ud800}"#,
        "nope 1e400",
    ] {
        assert!(
            decode_json::<DiskBackupExportJob>(text.as_bytes()).is_err(),
            "{text}"
        );
    }
}

#[test]
fn unknown_fields_may_nest_127_levels_and_a_byte_order_mark_is_ignored() {
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
        format!("\u{feff}{{\"new\":{open}{close}}}")
    };
    let job: DiskBackupExportJob = decode_json(nested(127).as_bytes()).unwrap();
    assert!(job.extra.get("new").unwrap().is_array());
    assert!(decode_json::<DiskBackupExportJob>(nested(128).as_bytes()).is_err());
}

#[test]
fn a_missing_list_stays_missing_when_the_value_is_sent_back() {
    for text in [
        "{}",
        r#"{"policies":null}"#,
        r#"{"policies":[{}]}"#,
        r#"{"policies":[{"policyItems":null}]}"#,
    ] {
        let schedule: DiskBackupSnapshotSchedule = serde_json::from_str(text).unwrap();
        let without_nulls = text
            .replace(r#""policies":null"#, "")
            .replace(r#""policyItems":null"#, "");
        let written = serde_json::to_string(&schedule).unwrap();
        assert_eq!(written, without_nulls, "{text}");
        // A list that a policy lacks is an error in a request, and never an empty list.
        match serde_json::from_str::<DiskBackupSnapshotScheduleRequest>(&written) {
            Ok(request) => assert_eq!(serde_json::to_string(&request).unwrap(), "{}", "{text}"),
            Err(error) => assert!(error.to_string().contains("policyItems"), "{text}: {error}"),
        }
    }
    let mut schedule: DiskBackupSnapshotSchedule = serde_json::from_str("{}").unwrap();
    schedule
        .policies
        .push(serde_json::from_str(r#"{"policyItems":[]}"#).unwrap());
    let written = serde_json::to_string(&schedule).unwrap();
    assert_eq!(written, r#"{"policies":[{"policyItems":[]}]}"#);
}

#[test]
fn a_field_of_the_wrong_type_is_an_error_in_a_request_and_empty_in_a_response() {
    let text = r#"{"autoExportEnabled":"often"}"#;
    let schedule: DiskBackupSnapshotSchedule = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&schedule).unwrap(), text);
    assert!(serde_json::from_str::<DiskBackupSnapshotScheduleRequest>(text).is_err());
}

#[test]
fn identifier_of_a_bucket_is_checked_for_each_provider_and_missing_for_an_unknown_one() {
    let id = "61a2b3c4d5e6f708192a3b4c";
    let bucket =
        |provider: &str| json!({ "_id": id, "bucketName": "nightly", "cloudProvider": provider });
    for provider in ["AWS", "AZURE", "GCP"] {
        let bucket: Bucket = serde_json::from_value(bucket(provider)).unwrap();
        assert_eq!(bucket.id(), Ok(&id.parse().unwrap()), "{provider}");
        assert_eq!(bucket.bucket_name().unwrap(), "nightly", "{provider}");
        assert_eq!(bucket.cloud_provider().unwrap().as_str(), provider);
    }
    let unknown: Bucket = serde_json::from_value(bucket("MOON")).unwrap();
    let missing = unknown.id().unwrap_err();
    assert_eq!(
        (missing.record(), missing.field()),
        ("DiskBackupSnapshotExportBucketResponse", "id")
    );
}
