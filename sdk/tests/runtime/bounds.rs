//! Limits of the data that the client reads, decodes and prints of a response.
use atlas_backup::v2::ListBackupExports;
use atlas_backup::{Call, Client, ClusterName, ErrorKind, ObjectId};

use crate::world::*;

fn exports(client: &Client) -> Call<ListBackupExports> {
    let (group, cluster): (ObjectId, ClusterName) =
        (GROUP.parse().unwrap(), "Cluster0".parse().unwrap());
    client.list_backup_exports(&group, &cluster)
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
