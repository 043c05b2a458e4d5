//! Lists export jobs without asynchronous code.
//!
//! `cargo run -p atlas-backup --features blocking,sandbox --example blocking` uses the sandbox; with `MONGODB_ATLAS_*`
//! in the environment, it uses Atlas.
use std::process::ExitCode;

use atlas_backup::{
    Client, ClusterName, ObjectId,
    sandbox::Sandbox,
    v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields},
};
use clap::Parser;

mod shared;
use shared::{Outcome, Run};

/// Lists the export jobs of a cluster.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// Name of the cluster
    #[arg(long, value_name = "NAME", default_value = "Cluster0")]
    cluster: ClusterName,
}

fn main() -> ExitCode {
    shared::ended(list(Arguments::parse()))
}

fn list(arguments: Arguments) -> Outcome {
    let service = arguments
        .project
        .service(&Run::default(), Sandbox::builder())?;
    let client = service.builder.build()?;
    let (project, cluster) = (service.project, arguments.cluster);
    if let Some(sandbox) = &service.sandbox {
        // Creates an export for the list.
        let snapshot = sandbox.snapshot(Sandbox::CLUSTER)?;
        let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
            export_bucket_id: sandbox.bucket(),
            snapshot_id: snapshot,
        });
        client
            .create_backup_export(&project, &cluster, &request)
            .send_blocking()?;
    }
    // The access token is always revoked, because a service account has at most 100 tokens.
    let interrupted = client.clone();
    std::thread::spawn(move || {
        let given_back = interrupted.block_on(async {
            shared::interrupted().await;
            interrupted.revoke_token().await
        });
        let outcome = given_back.map_err(Into::into);
        shared::ended(outcome.and(Err("interrupted".into())));
        std::process::exit(1);
    });
    let printed = print(&client, &project, &cluster);
    client.block_on(client.revoke_token())?;
    printed
}

// ANCHOR: core
/// Prints every export of a cluster, page after page.
fn print(client: &Client, project: &ObjectId, cluster: &ClusterName) -> Outcome {
    for job in client
        .list_backup_exports(project, cluster)
        .items_per_page(500)
        .items_blocking()
    {
        let job = job?;
        println!("{}  {}", job.id()?, job.state()?);
    }
    Ok(())
}
// ANCHOR_END: core
