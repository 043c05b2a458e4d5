//! Spans and events.

use super::{Outcome, World};
use atlas_backup::sandbox::{Fault, FaultKind};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl io::Write for Heard {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn calls_and_attempts_are_traced_without_secrets() -> Outcome {
    let world = World::new()?;
    let heard = Heard::default();
    // With a single subscriber, `tracing` assumes that it is set on every thread and caches its interest. A callsite
    // that another test reaches first would then be disabled here.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let writer = {
        let heard = heard.clone();
        move || heard.clone()
    };
    // ANCHOR: subscriber
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        // Prints a line with the elapsed time when a span ends.
        .with_span_events(FmtSpan::CLOSE)
        // ANCHOR_END: subscriber
        .with_writer(writer)
        // ANCHOR: subscriber
        .finish();
    // ANCHOR_END: subscriber
    let guard = subscriber.set_default();
    let status = FaultKind::Status {
        status: 503,
        retry_after: None,
    };
    world
        .sandbox
        .inject(Fault::new(status).of("listExportBuckets"))?;
    world.client.list_export_buckets(&world.project).await?;
    drop(guard);
    let heard = heard.0.lock().unwrap_or_else(PoisonError::into_inner);
    let heard = String::from_utf8_lossy(&heard);
    for wanted in [
        "atlas_call",
        "atlas_attempt",
        "listExportBuckets",
        "http.response.status_code=503",
        "made again",
    ] {
        assert!(heard.contains(wanted), "{wanted} in {heard}");
    }
    assert!(!heard.contains(&world.project.to_string()));
    Ok(())
}
