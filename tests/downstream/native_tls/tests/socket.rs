use atlas_backup::Credentials;
use atlas_backup::sandbox::Sandbox;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_list_comes_over_a_socket() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = Sandbox::builder().origin(&origin).build().unwrap();
    let served = sandbox.clone();
    tokio::spawn(async move { served.serve(listener).await });

    let credentials = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    let client = downstream_native_tls::client(&origin, credentials).unwrap();
    let buckets = client
        .list_export_buckets(&sandbox.project())
        .await
        .unwrap();
    assert_eq!(buckets.results.len(), 1);
}

#[test]
fn the_service_itself_is_a_place_too() {
    let credentials = Credentials::bearer("token");
    assert!(downstream_native_tls::client("https://cloud.mongodb.com", credentials).is_ok());
}
