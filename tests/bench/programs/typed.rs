//! Prints the names of a project's export buckets with `reqwest` and hand-written structs.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bucket {
    bucket_name: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    results: Vec<Bucket>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("EDIT: missing argument: URL")?;
    let token = arguments.next().ok_or("missing argument: TOKEN")?;
    let project = arguments.next().ok_or("missing argument: PROJECT")?;
    let provider = rustls::crypto::ring::default_provider();
    provider
        .install_default()
        .map_err(|_| "another TLS provider is installed")?;
    let url = format!("{url}/api/atlas/v2/groups/{project}/backup/exportBuckets");
    let response = reqwest::Client::new()
        .get(url)
        .bearer_auth(token)
        .header("accept", "application/vnd.atlas.2024-05-30+json")
        .send()
        .await?
        .error_for_status()?;
    let page: Page = serde_json::from_slice(&response.bytes().await?)?;
    for bucket in &page.results {
        println!("{:?}", bucket.bucket_name);
    }
    Ok(())
}
