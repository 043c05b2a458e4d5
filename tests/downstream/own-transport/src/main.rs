//! A crate without any feature: requests use its own transport.
use atlas_backup::{BoxFuture, Client, Credentials, Transport, TransportError};
use bytes::Bytes;

struct Canned;

impl Transport for Canned {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        assert_eq!(
            request.headers()["accept"],
            "application/vnd.atlas.2024-05-30+json"
        );
        let body = r#"{"results":[{"cloudProvider":"AWS","bucketName":"nightly"}],"totalCount":1}"#;
        Box::pin(async move { Ok(http::Response::new(Bytes::from_static(body.as_bytes()))) })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .transport(Canned)
        .credentials(Credentials::bearer("token"))
        .build()?;
    let page = client
        .list_export_buckets(&"5f0c1e2d3a4b5c6d7e8f9a0b".parse()?)
        .await?;
    assert_eq!(page.results[0].bucket_name()?, "nightly");
    println!("a transport of its own: ok");
    Ok(())
}
