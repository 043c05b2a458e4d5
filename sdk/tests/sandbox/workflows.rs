//! Exports and restores as one future, and the search for snapshots and exports.
use std::sync::{Arc, Mutex};

use super::*;

#[tokio::test]
async fn export_and_wait_creates_one_export_per_key_and_reports_each_state() {
    let (sandbox, client, project, cluster) = world();
    let request = newest_exported(&sandbox);
    let seen: Arc<Mutex<Vec<ExportState>>> = Arc::default();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let heard = seen.clone();
        let exported = client
            .export_and_wait(&project, &cluster, &request)
            .idempotency_key("night")
            .max_wait(Duration::from_secs(86_400))
            .on_progress(move |job| heard.lock().unwrap().extend(job.state().ok().cloned()))
            .await
            .unwrap();
        assert_eq!(exported.state().unwrap(), &ExportState::Successful);
        ids.push(*exported.id().unwrap());
    }
    assert_eq!(ids[0], ids[1]);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.first(), Some(&ExportState::Queued));
    assert_eq!(seen.last(), Some(&ExportState::Successful));
    assert!(seen.contains(&ExportState::InProgress), "{seen:?}");
}

#[tokio::test]
async fn export_and_wait_returns_the_refusal_of_a_creation() {
    let (sandbox, client, project, _) = world();
    let request = newest_exported(&sandbox);
    let absent = cluster("Nowhere");
    let error = client.export_and_wait(&project, &absent, &request).await;
    let Err(WaitError::Poll(error)) = error else {
        panic!("{error:?}");
    };
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test]
async fn restore_and_wait_returns_download_links_and_reports_a_cancellation() {
    let (sandbox, client, project, cluster) = world();
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let request =
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
    let ready = client.restore_and_wait(&project, &cluster, &request).await;
    assert_eq!(ready.unwrap().delivery_url.unwrap().len(), 1);

    let (to_cancel, job) = tokio::sync::oneshot::channel();
    let mut to_cancel = Some(to_cancel);
    let restore = client
        .restore_and_wait(&project, &cluster, &request)
        .on_progress(move |job| {
            if let Some(to_cancel) = to_cancel.take() {
                to_cancel.send(*job.id().unwrap()).unwrap();
            }
        });
    let cancel = async {
        let job = job.await.unwrap();
        let cancel = client.cancel_backup_restore_job(&project, &cluster, &job);
        cancel.await.unwrap();
    };
    let (restored, ()) = tokio::join!(restore.into_future(), cancel);
    assert!(restored.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn newest_snapshot_is_found_in_both_lists_and_not_before_the_given_moment() {
    let (sandbox, client, project, _) = world();
    for name in [Sandbox::CLUSTER, Sandbox::SHARDED] {
        let cluster = cluster(name);
        let newest = || client.newest_snapshot(&project, &cluster);
        let found = newest().await.unwrap().unwrap();
        assert_eq!(found.id, sandbox.snapshot(name).unwrap(), "{name}");
        let same = newest().since(found.created_at).await.unwrap();
        assert_eq!(same.as_ref(), Some(&found));
        let later = found.created_at + Duration::from_millis(1);
        assert_eq!(newest().since(later).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_export_is_found_by_its_key_for_any_snapshot() {
    let (sandbox, client, project, cluster) = world();
    let find = |key| client.find_export(&project, &cluster, key);
    assert_eq!(find("night").await.unwrap(), None);
    let request = newest_exported(&sandbox);
    let create = client.create_backup_export(&project, &cluster, &request);
    let job = create.idempotency_key("night").await.unwrap();
    let found = find("night").await.unwrap().unwrap();
    assert_eq!(found.id().unwrap(), job.id().unwrap());
    assert_eq!(find("other").await.unwrap(), None);
    let label = &found.custom_data.unwrap()[0];
    assert_eq!(label.key.as_deref(), Some(IDEMPOTENCY_KEY_LABEL));
}

#[test]
fn a_missing_field_is_named_with_its_record() {
    let job: DiskBackupExportJob = serde_json::from_value(json!({"id": "odd"})).unwrap();
    let missing = job.id().unwrap_err();
    assert_eq!(
        (missing.record(), missing.field()),
        ("DiskBackupExportJob", "id")
    );
    let error = Error::from(missing);
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.to_string(),
        "the response has no `id` of `DiskBackupExportJob`, or one that cannot be decoded"
    );
}
