//! Waiters of every kind of job, with the states that the job goes through.
use std::collections::VecDeque;
use std::sync::Mutex;

use atlas_backup::*;

use crate::world::*;

const ID: &str = "5f0c1e2d3a4b5c6d7e8f9a0c";

/// Creates a client that receives these bodies in turn; an empty one is a 404.
fn answered(bodies: &[&str]) -> Client {
    let bodies: VecDeque<String> = bodies.iter().map(|body| (*body).to_owned()).collect();
    let bodies = Mutex::new(bodies);
    let service = Service::new(move |_| {
        let body = bodies.lock().unwrap().pop_front();
        match body.expect("no poll beyond the end").as_str() {
            "" => reply(
                404,
                &[],
                r#"{"error":404,"errorCode":"RESOURCE_NOT_FOUND"}"#,
            ),
            body => reply(200, &[], body),
        }
    });
    service.client()
}

/// The end of a wait.
#[derive(Debug, PartialEq)]
enum End {
    Success,
    Failure,
}

fn end<D, T: std::fmt::Debug>(outcome: Result<D, WaitError<T>>) -> End {
    match outcome {
        Ok(_) => End::Success,
        Err(WaitError::Failed(_)) => End::Failure,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_waiter_recognises_the_final_states_of_its_job() {
    let (project, id): (ObjectId, ObjectId) = (GROUP.parse().unwrap(), ID.parse().unwrap());
    let cluster: ClusterName = "Cluster0".parse().unwrap();

    let export = |bodies: &[&str]| answered(bodies).wait_for_backup_export(&project, &cluster, &id);
    let running = [
        r#"{"state":"Queued"}"#,
        r#"{"state":"InProgress"}"#,
        r#"{"state":"Packing"}"#,
    ];
    for (last, ended) in [
        (r#"{"state":"Successful"}"#, End::Success),
        (
            r#"{"state":"Failed","stateReason":"no access"}"#,
            End::Failure,
        ),
        (r#"{"state":"Cancelled"}"#, End::Failure),
    ] {
        let bodies = [running[0], running[1], running[2], last];
        assert_eq!(end(export(&bodies).await), ended, "{last}");
    }

    let restore =
        |bodies: &[&str]| answered(bodies).wait_for_backup_restore_job(&project, &cluster, &id);
    let flags = r#""cancelled":false,"expired":false,"failed":false"#;
    let begun = format!(r#"{{"deliveryType":"automated",{flags}}}"#);
    let packing = format!(r#"{{"deliveryType":"download","deliveryUrl":[],{flags}}}"#);
    for (first, last, ended) in [
        (
            &begun,
            r#"{"deliveryType":"automated","failed":false,"finishedAt":"2025-06-01T03:40:10Z"}"#,
            End::Success,
        ),
        (
            &begun,
            r#"{"deliveryType":"pointInTime","failed":true,"finishedAt":"2025-06-01T03:40:10Z"}"#,
            End::Failure,
        ),
        (
            &begun,
            r#"{"deliveryType":"automated","cancelled":true}"#,
            End::Failure,
        ),
        (
            &packing,
            r#"{"deliveryType":"download","deliveryUrl":["https://x.example/t/s.tar.gz"]}"#,
            End::Success,
        ),
        (
            &packing,
            r#"{"deliveryType":"download","expired":true,"deliveryUrl":["https://x.example/t"]}"#,
            End::Failure,
        ),
    ] {
        assert_eq!(end(restore(&[first, first, last]).await), ended, "{last}");
    }
    let dated =
        r#"{"deliveryType":"download","deliveryUrl":[],"finishedAt":"2025-06-01T03:40:10Z"}"#;
    let linked = r#"{"deliveryType":"download","deliveryUrl":["https://x.example/t"]}"#;
    let job = restore(&[dated, linked]).await.unwrap();
    assert_eq!(job.delivery_url.map(|links| links.len()), Some(1));

    for (last, ended) in [("completed", End::Success), ("failed", End::Failure)] {
        let states =
            ["queued", "inProgress", last].map(|state| format!(r#"{{"status":"{state}"}}"#));
        let bodies = [states[0].as_str(), &states[1], &states[2]];
        let one = answered(&bodies)
            .wait_for_backup_snapshot(&project, &cluster, &id)
            .await;
        assert_eq!(end(one), ended);
        let sharded = answered(&bodies)
            .wait_for_backup_sharded_cluster(&project, &cluster, &id)
            .await;
        assert_eq!(end(sharded), ended);
    }

    for (last, ended) in [("COMPLETED", End::Success), ("FAILED", End::Failure)] {
        let states = ["PENDING", "QUEUED", "RUNNING", last]
            .map(|state| format!(r#"{{"status":"{state}"}}"#));
        let bodies: Vec<&str> = states.iter().map(String::as_str).collect();
        let snapshot = answered(&bodies)
            .wait_for_flex_backup_snapshot(&project, &cluster, &id)
            .await;
        assert_eq!(end(snapshot), ended);
        let restore = answered(&bodies)
            .wait_for_flex_restore_job(&project, &cluster, &id)
            .await;
        assert_eq!(end(restore), ended);
    }

    for (last, ended) in [
        ("SUCCESSFUL", End::Success),
        ("FAILED", End::Failure),
        ("CANCELED", End::Failure),
    ] {
        let states = ["INITIALIZING", "IN_PROGRESS", "FINALIZING", last]
            .map(|state| format!(r#"{{"state":"{state}"}}"#));
        let bodies: Vec<&str> = states.iter().map(String::as_str).collect();
        let restore = answered(&bodies)
            .wait_for_collection_restore_job(&project, &cluster, &id)
            .await;
        assert_eq!(end(restore), ended);
    }

    let there = [r#"{"status":"completed"}"#, ""];
    answered(&there)
        .wait_for_backup_snapshot_deletion(&project, &cluster, &id)
        .await
        .unwrap();
    answered(&there)
        .wait_for_backup_sharded_cluster_deletion(&project, &cluster, &id)
        .await
        .unwrap();
    let bucket = [
        r#"{"_id":"5f0c1e2d3a4b5c6d7e8f9a0c","bucketName":"b","cloudProvider":"AWS"}"#,
        "",
    ];
    answered(&bucket)
        .wait_for_export_bucket_deletion(&project, &id)
        .await
        .unwrap();
}
