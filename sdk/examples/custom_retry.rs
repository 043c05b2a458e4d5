//! Uses a custom retry policy, and prints its decisions.
//!
//! `cargo run -p atlas-backup --features sandbox --example custom_retry` uses the sandbox, which injects failures. With
//! `MONGODB_ATLAS_*` in the environment, it lists buckets at Atlas and creates nothing.
use std::process::ExitCode;
use std::time::Duration;

use atlas_backup::sandbox::{Fault, FaultKind, Sandbox};
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use atlas_backup::{FailedAttempt, Failure, RetryDecision, RetryPolicy};
use clap::Parser;

mod shared;
use shared::{Outcome, Run};

/// Shows the decisions of a custom retry policy.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// Maximum time for all attempts, in seconds
    #[arg(long, default_value_t = 300)]
    patience: u64,
}

// ANCHOR: core
/// Limits the time of all attempts instead of their number. The waits grow, and are never shorter than `Retry-After`.
struct Patience(Duration);

impl RetryPolicy for Patience {
    // The decision depends on `failed` only. The output is for the demonstration.
    fn decide(&self, failed: &FailedAttempt) -> RetryDecision {
        let step = Duration::from_secs(2) * failed.number;
        let asked_for = match failed.failure {
            Failure::Status { retry_after, .. } => retry_after.unwrap_or_default(),
            _ => Duration::ZERO,
        };
        let wait = step.max(asked_for);
        // `may_be_repeated` knows whether the service may have acted on the request.
        let decision = if failed.may_be_repeated() && failed.elapsed + wait < self.0 {
            RetryDecision::After(wait)
        } else {
            RetryDecision::Stop
        };
        let what = match failed.failure {
            Failure::Status { status, .. } => status.to_string(),
            other => format!("{other:?}"),
        };
        println!("  attempt {}: {what}: {decision:?}", failed.number);
        decision
    }
}
// ANCHOR_END: core

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    shared::run(|run| retry(arguments, run)).await
}

async fn retry(arguments: Arguments, run: Run) -> Outcome {
    let service = arguments.project.service(&run, Sandbox::builder())?;
    let policy = Patience(Duration::from_secs(arguments.patience));
    let client = run.client(service.builder.retry(policy))?;
    let project = service.project;
    let status = |status, retry_after| FaultKind::Status {
        status,
        retry_after,
    };

    if let Some(sandbox) = &service.sandbox {
        for fault in [
            status(503, None),
            status(429, Some(20)),
            FaultKind::ResetBefore,
        ] {
            sandbox.inject(Fault::new(fault).of("listExportBuckets"))?;
        }
    }
    println!("listing buckets, which may be repeated");
    let buckets = client.list_export_buckets(&project).await?;
    println!("  {} buckets", buckets.results.len());

    let Some(sandbox) = &service.sandbox else {
        return Ok(());
    };
    let cluster = Sandbox::CLUSTER.parse()?;
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: sandbox.snapshot(Sandbox::CLUSTER)?,
    });
    let export = || client.create_backup_export(&project, &cluster, &request);
    let fault = Fault::new(status(503, None)).of("createBackupExport");

    sandbox.inject(fault.clone())?;
    println!("creating an export, which the service may have acted on");
    match export().await {
        Ok(_) => return Err("it was repeated".into()),
        Err(error) => println!("  {}", shared::told(&error)),
    }
    sandbox.inject(fault)?;
    println!("the same with an idempotency key, which makes it safe to repeat");
    let job = export().idempotency_key("custom-retry").await?;
    println!("  {}", job.id()?);
    Ok(())
}
