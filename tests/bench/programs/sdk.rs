//! Prints the names of a project's export buckets with the SDK.

use atlas_backup::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("EDIT: missing argument: URL")?;
    let token = arguments.next().ok_or("missing argument: TOKEN")?;
    let project = arguments.next().ok_or("missing argument: PROJECT")?;
    let client = Client::builder()
        .base_url(&url)?
        .credentials(Credentials::bearer(token))
        .build()?;
    let page = client.list_export_buckets(&project.parse()?).await?;
    for bucket in &page.results {
        println!("{}", bucket.bucket_name()?);
    }
    Ok(())
}
