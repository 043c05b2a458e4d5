//! A crate with the default features: it lists buckets over rustls with the platform's trust roots.
use atlas_backup::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("where the service is")?;
    let client = Client::builder()
        .base_url(&url)?
        .credentials(Credentials::bearer("token"))
        .build()?;
    let project = "5f0c1e2d3a4b5c6d7e8f9a0b".parse()?;
    match client.list_export_buckets(&project).await {
        Ok(page) => println!("{:?}", page.results[0].bucket_name()),
        Err(error) => println!("{:?} after {}", error.kind(), error.attempts()),
    }
    Ok(())
}
