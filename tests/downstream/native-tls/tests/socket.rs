use atlas_backup::sandbox::Sandbox;
use atlas_backup::{Client, Credentials};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_list_is_received_over_a_socket() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = Sandbox::builder().origin(&origin).build().unwrap();
    let served = sandbox.clone();
    tokio::spawn(async move { served.serve(listener).await });

    let account = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    let client = Client::builder().base_url(&origin).unwrap();
    let client = client.credentials(account).build().unwrap();
    let buckets = client.list_export_buckets(&sandbox.project()).await;
    assert_eq!(buckets.unwrap().results.len(), 1);
}
