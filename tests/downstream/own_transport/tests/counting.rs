use atlas_backup::sandbox::Sandbox;
use atlas_backup::{Client, Credentials, ErrorKind};
use downstream_own_transport::Counting;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn every_request_goes_through_it() {
    let sandbox = Sandbox::new();
    let requests = Arc::new(AtomicUsize::new(0));
    let client = Client::builder()
        .credentials(Credentials::digest(
            Sandbox::PUBLIC_KEY,
            Sandbox::PRIVATE_KEY,
        ))
        .transport(Counting::new(sandbox.clone(), requests.clone()))
        .clock(sandbox.clock())
        .build()
        .unwrap();
    for _ in 0..3 {
        client
            .list_export_buckets(&sandbox.project())
            .await
            .unwrap();
    }
    // One more: the challenge, which is paid once.
    assert_eq!(requests.load(Ordering::Relaxed), 4);
}

#[test]
fn without_one_no_client_is_built() {
    let lacking = Client::builder()
        .credentials(Credentials::bearer("token"))
        .build();
    assert_eq!(lacking.unwrap_err().kind(), ErrorKind::Configuration);
}
