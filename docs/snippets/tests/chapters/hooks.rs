//! Interceptors and metrics.

use super::Outcome;
use atlas_backup::sandbox::Sandbox;
use atlas_backup::{Attempt, CallMetrics, Interceptor, Operation, RequestHeaders};
use http::{HeaderName, HeaderValue};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

// ANCHOR: interceptor
/// Sends a header with each request, and counts failed calls.
#[derive(Default)]
struct Team {
    failed: Arc<AtomicU32>,
}

impl Interceptor for Team {
    fn before_attempt(&self, _: &Attempt, headers: &mut RequestHeaders<'_>) {
        let name = HeaderName::from_static("x-team");
        // Fails only if the request has the header already.
        headers.add(name, HeaderValue::from_static("backup")).ok();
    }

    fn after_call(&self, operation: &Operation, outcome: &atlas_backup::Outcome<'_>) {
        if let Some(error) = outcome.error {
            println!("{} after {:?}: {error}", operation.id, outcome.duration);
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}
// ANCHOR_END: interceptor

#[tokio::test]
async fn an_interceptor_counts_a_failed_call() -> Outcome {
    let sandbox = Sandbox::new();
    let (builder, team) = (sandbox.client(), Team::default());
    let failed = team.failed.clone();
    // ANCHOR: install
    let client = builder.interceptor(team).build()?;
    // ANCHOR_END: install
    client.list_export_buckets(&sandbox.project()).await?;
    let unknown = "ffffffffffffffffffffffff".parse()?;
    client.list_export_buckets(&unknown).await.unwrap_err();
    assert_eq!(failed.load(Ordering::Relaxed), 1);
    Ok(())
}

#[tokio::test]
async fn metrics_need_no_recorder() -> Outcome {
    let sandbox = Sandbox::new();
    let builder = sandbox.client();
    // ANCHOR: metrics
    let client = builder.interceptor(CallMetrics::new()).build()?;
    // ANCHOR_END: metrics
    client.list_export_buckets(&sandbox.project()).await?;
    Ok(())
}
