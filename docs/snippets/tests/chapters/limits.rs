//! Limits of the size of responses.

use super::{Outcome, World};
use atlas_backup::{ErrorKind, HttpTransport};

#[tokio::test]
async fn more_elements_than_allowed_are_an_error() -> Outcome {
    let world = World::new()?;
    let builder = world.sandbox.client();
    let project = &world.project;
    // ANCHOR: bounds
    let client = builder.max_elements(3).build()?;
    let error = client.list_export_buckets(project).await.err();
    assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Decode));
    // ANCHOR_END: bounds
    let http = HttpTransport::client_builder()?.build()?;
    let _transport = HttpTransport::new(http).max_body(64 * 1024 * 1024);
    Ok(())
}
