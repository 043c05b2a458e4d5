//! Prints the spans of calls, which follow OpenTelemetry's semantic conventions for HTTP clients.
//!
//! `cargo run -p atlas-backup --features sandbox --example otel_tracing` uses the sandbox; with `MONGODB_ATLAS_*` in
//! the environment, it reads from Atlas and changes nothing.
use std::process::ExitCode;

use atlas_backup::sandbox::{Fault, FaultKind, Sandbox};
use clap::Parser;
use tracing_subscriber::fmt::format::FmtSpan;

mod shared;
use shared::{Outcome, Run};

/// Prints a line for each call and each attempt, when it ends.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    trace();
    shared::run(|run| list(arguments, run)).await
}

// ANCHOR: core
/// Prints each span when it closes.
fn trace() {
    // A span is printed when it closes, with its fields: `otel.name`, `http.request.resend_count`, `error.type`, ….
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_span_events(FmtSpan::CLOSE)
        .init();
    // To send the spans to a collector, add `tracing-opentelemetry`, `opentelemetry_sdk` and `opentelemetry-otlp` to
    // your application, and replace the lines above by the layer below. `otel.name`, `otel.kind` and `otel.status_code`
    // become the name, kind and status of OpenTelemetry's span. The other fields become its attributes.
    //
    //     let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().build()?;
    //     let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    //     tracing_subscriber::registry()
    //         .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("backup")))
    //         .init();
    //     …
    //     provider.shutdown()?; // sends the last spans before the process ends
}
// ANCHOR_END: core

async fn list(arguments: Arguments, run: Run) -> Outcome {
    let service = arguments.project.service(&run, Sandbox::builder())?;
    let client = run.client(service.builder)?;
    if let Some(sandbox) = &service.sandbox {
        let unavailable = FaultKind::Status {
            status: 503,
            retry_after: None,
        };
        sandbox.inject(Fault::new(unavailable).of("listExportBuckets"))?;
    }
    let buckets = client.list_export_buckets(&service.project).await?;
    println!("{} buckets", buckets.results.len());
    Ok(())
}
