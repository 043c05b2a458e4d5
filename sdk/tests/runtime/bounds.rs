//! Limits of the data that the client reads, decodes and prints of a response.
use atlas_backup::v2::{
    DiskBackupExportJob, DiskBackupExportJobRequest, DiskBackupExportJobRequestFields,
    ListBackupExports,
};
use atlas_backup::{Call, Client, ClusterName, Error, ErrorKind, ObjectId};
use serde_json::{Value, json};

use crate::world::*;

fn exports(client: &Client) -> Call<ListBackupExports> {
    let (group, cluster): (ObjectId, ClusterName) =
        (GROUP.parse().unwrap(), "Cluster0".parse().unwrap());
    client.list_backup_exports(&group, &cluster)
}

/// An export job of a cluster with this many shards.
fn job(shards: usize, labels: &Value) -> Value {
    let shard = json!({ "exportId": GROUP, "replicaSetName": "shard-0" });
    json!({
        "id": GROUP, "snapshotId": GROUP, "exportBucketId": GROUP, "state": "Successful",
        "components": vec![shard; shards], "customData": labels,
    })
}

fn array(item: &str, items: usize) -> String {
    format!("[{}]", vec![item; items].join(","))
}

/// A body with this many elements.
type Body = fn(usize) -> String;

/// Bodies with this many elements in different places.
const BODIES: [Body; 7] = [
    |elements| format!(r#"{{"results":{}}}"#, array("{}", elements)),
    |elements| format!(r#"{{"results":[7,{}"#, &array("{}", elements - 1)[1..]) + "}",
    |elements| {
        format!(
            r#"{{"results":[{{"components":{}}}]}}"#,
            array("{}", elements - 1)
        )
    },
    |elements| format!(r#"{{"results":[],"new":{}}}"#, array("0", elements - 1)),
    |elements| {
        format!(
            r#"{{"results":[],"new":{}}}"#,
            array(r#"{"":0}"#, (elements - 1) / 2)
        )
    },
    |elements| format!(r#"{{"results":{}}}"#, array(r#"{"new":0}"#, elements / 2)),
    |elements| format!(r#"{{"results":[],"totalCount":{}}}"#, array("0", elements)),
];

#[tokio::test]
async fn a_response_may_have_fifty_thousand_elements_wherever_they_are() {
    for (index, body) in BODIES.iter().enumerate() {
        let client = Service::always(200, &body(50_000)).client();
        exports(&client)
            .await
            .unwrap_or_else(|error| panic!("{index}: {error}"));
        let client = Service::always(200, &body(50_002)).client();
        let error = exports(&client).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Decode, 1),
            "{index}"
        );
        assert!(
            error.to_string().contains("more than 50000 elements"),
            "{index}: {error}"
        );
    }
}

/// Searches for an export with the key `nightly`.
async fn find_nightly(client: &Client) -> Result<Option<DiskBackupExportJob>, Error> {
    let id = || GROUP.parse().unwrap();
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: id(),
        snapshot_id: id(),
    });
    let cluster = "Cluster0".parse().unwrap();
    let create = client.create_backup_export(&id(), &cluster, &request);
    create.idempotency_key("nightly").find_created().await
}

/// The pages have 21,000 elements, and 40,000 more values in fields of components.
#[tokio::test]
async fn fields_of_known_types_count_neither_in_a_list_nor_in_the_search_for_a_key() {
    let mut jobs = vec![job(40, &json!([])); 499];
    let label = json!([{ "key": "idempotencyKey", "value": "nightly" }]);
    jobs.push(job(40, &label));
    let client = Service::always(200, &json!({ "results": jobs }).to_string()).client();
    assert_eq!(exports(&client).await.unwrap().results.len(), 500);

    assert!(find_nightly(&client).await.unwrap().is_some());

    jobs.insert(0, Value::Null);
    let page = json!({ "results": jobs }).to_string();
    let client = Service::always(200, &page).client();
    assert_eq!(exports(&client).await.unwrap().results.len(), 500);
}

#[tokio::test]
async fn fields_of_known_types_do_not_count_in_a_wait() {
    let client = Service::always(200, &job(30_000, &json!([])).to_string()).client();
    let (group, cluster): (ObjectId, ClusterName) =
        (GROUP.parse().unwrap(), "Cluster0".parse().unwrap());
    let ended = client
        .wait_for_backup_export(&group, &cluster, &group)
        .await;
    assert!(ended.is_ok(), "{ended:?}");
}

#[tokio::test]
async fn a_page_without_a_list_of_results_is_no_search_result() {
    for (page, is_list) in [
        (r#"{"results":[]}"#, true),
        (r#"{"results":[{}],"a":{"results":1}}"#, true),
        ("\u{feff}{\"results\":[\"\\ud800\"]}", true),
        (r#"{"results":{}}"#, false),
        (r#"{"results":null}"#, false),
        (r#"{"results":1}"#, false),
        (r#"{"a":{"results":[]}}"#, false),
        (r#"[{"results":[]}]"#, false),
        ("7", false),
        ("1.5", false),
        ("\"results\"", false),
        ("null", false),
        ("true", false),
        ("{", false),
    ] {
        let client = Service::always(200, page).client();
        let found = find_nightly(&client).await;
        assert_eq!(found.is_ok(), is_list, "{page}: {found:?}");
        let (group, cluster): (ObjectId, ClusterName) =
            (GROUP.parse().unwrap(), "Cluster0".parse().unwrap());
        let found = client.find_export(&group, &cluster, "nightly").await;
        assert_eq!(found.is_ok(), is_list, "{page}: {found:?}");
        // Either of two lists.
        let is_sharded = |sent: &Sent| sent.uri().path().ends_with("/shardedClusters");
        for broken in [false, true] {
            let service = Service::new(move |sent| match is_sharded(sent) == broken {
                true => reply(200, &[], page),
                false => reply(200, &[], r#"{"results":[]}"#),
            });
            let newest = service.client().newest_snapshot(&group, &cluster).await;
            assert_eq!(newest.is_ok(), is_list, "{page}: {newest:?}");
        }
    }
}

#[tokio::test]
async fn the_limit_of_elements_can_be_set() {
    for (bound, taken) in [(8, false), (10, true), (usize::MAX, true)] {
        for body in &BODIES {
            let service = Service::always(200, &body(10));
            let client = service.builder().max_elements(bound).build().unwrap();
            assert_eq!(
                exports(&client).await.is_ok(),
                taken,
                "{bound}: {}",
                body(10)
            );
        }
    }
}

#[tokio::test]
async fn enveloped_and_error_responses_are_limited_too() {
    let body = format!(
        r#"{{"status":200,"content":{{"results":{}}}}}"#,
        array("{}", 60_000)
    );
    let client = Service::always(200, &body).client();
    let error = exports(&client).envelope(true).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);

    let body = format!(r#"{{"errorCode":"X","parameters":{}}}"#, array("0", 60_000));
    let error = exports(&Service::always(400, &body).client())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
    assert!(error.parameters().is_empty() && error.error_code().is_none());
}
