//! A crate with the default features: the client is built with TLS, and nothing listens where it asks.
use atlas_backup::{Client, Credentials, ErrorKind};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        // Port 1 of this machine: nobody is there.
        .base_url("https://127.0.0.1:1")?
        .credentials(Credentials::bearer("token"))
        .build()?;
    let project = "5f0c1e2d3a4b5c6d7e8f9a0b".parse()?;
    let refused = client.list_export_buckets(&project).no_retry().await;
    assert_eq!(
        refused.err().map(|error| error.kind()),
        Some(ErrorKind::Connect)
    );
    println!("default features: ok");
    Ok(())
}
