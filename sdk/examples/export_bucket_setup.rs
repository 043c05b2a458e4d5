//! Registers buckets of AWS, Azure and Google Cloud as export buckets of a project. Registered buckets are not changed,
//! so the example can run at every deployment.
//!
//! `cargo run -p atlas-backup --features sandbox --example export_bucket_setup` uses the sandbox; with
//! `MONGODB_ATLAS_*` in the environment, it uses Atlas.
use std::process::ExitCode;
use std::str::FromStr;

use atlas_backup::v2::{
    DiskBackupSnapshotAwsExportBucketRequest as Aws,
    DiskBackupSnapshotAzureExportBucketRequest as Azure,
    DiskBackupSnapshotExportBucketRequest as Request,
    DiskBackupSnapshotExportBucketResponse as Bucket,
    DiskBackupSnapshotGcpExportBucketRequest as Gcp,
};
use atlas_backup::{Client, ObjectId, sandbox::Sandbox};
use clap::Parser;

mod shared;
use shared::{Outcome, Run};

/// Registers export buckets of a project; registered buckets are not changed.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// S3 bucket, and the Atlas identifier of the role that may write to it
    #[arg(long, value_name = "NAME=ROLE")]
    aws: Vec<Wanted>,
    /// URL of an Azure container, and the role
    #[arg(long, value_name = "URL=ROLE")]
    azure: Vec<Wanted>,
    /// Google Cloud Storage bucket, and the role
    #[arg(long, value_name = "NAME=ROLE")]
    gcp: Vec<Wanted>,
}

/// The name or URL of a bucket, and the role that may write to it.
#[derive(Clone)]
struct Wanted {
    name: String,
    role: ObjectId,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, role) = text
            .rsplit_once('=')
            .ok_or("there is no role: write NAME=ROLE")?;
        let role = role.parse().map_err(|error| format!("the role: {error}"))?;
        let name = name.to_owned();
        Ok(Self { name, role })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    shared::run(|run| prepare(arguments, run)).await
}

async fn prepare(mut arguments: Arguments, run: Run) -> Outcome {
    let service = arguments.project.service(&run, Sandbox::builder())?;
    if arguments.aws.is_empty() && arguments.azure.is_empty() && arguments.gcp.is_empty() {
        if service.sandbox.is_none() {
            return Err(shared::usage("no bucket was named"));
        }
        // Every sandbox has the first bucket already.
        let role = "60f1e2d3c4b5a69788796a5b";
        arguments
            .aws
            .push(format!("nightly-exports={role}").parse()?);
        arguments
            .azure
            .push(format!("https://example.blob.core.windows.net/nightly={role}").parse()?);
        arguments
            .gcp
            .push(format!("nightly-archive={role}").parse()?);
    }
    let client = run.client(service.builder.user_agent_suffix("export-bucket-setup/1.0"))?;
    run.says("run this again: registered buckets are not changed");
    let aws = arguments.aws.into_iter().map(|wanted| {
        let request = Aws::new(wanted.name.clone(), wanted.role);
        ("AWS", wanted, request.into())
    });
    let azure = arguments.azure.into_iter().map(|wanted| {
        let request = Azure::new(wanted.role, wanted.name.clone());
        ("Azure", wanted, request.into())
    });
    let gcp = arguments.gcp.into_iter().map(|wanted| {
        let request = Gcp::new(wanted.name.clone(), wanted.role);
        ("Google Cloud", wanted, request.into())
    });
    let wanted = aws.chain(azure).chain(gcp).collect();
    set_up(&client, &service.project, wanted).await
}

// ANCHOR: core
/// Registers the buckets that the project does not have yet.
async fn set_up(
    client: &Client,
    project: &ObjectId,
    buckets: Vec<(&'static str, Wanted, Request)>,
) -> Outcome {
    let mut known = Vec::new();
    let mut listed = client.list_export_buckets(project).items();
    while let Some(bucket) = listed.try_next().await? {
        known.extend(identity(bucket));
    }
    for (cloud, Wanted { name, role }, request) in buckets {
        let same =
            |bucket: &&Known| bucket.cloud == cloud && trimmed(&bucket.name) == trimmed(&name);
        match known.iter().find(same) {
            Some(Known {
                id, role: other, ..
            }) if *other != Some(role) => println!(
                "{cloud} {name}: known already as {id}, with another role, which is not changed"
            ),
            Some(bucket) => println!("{cloud} {name}: known already as {}", bucket.id),
            None => {
                let made = client.create_export_bucket(project, &request).await?;
                let made = identity(made).ok_or("a bucket without an identifier")?;
                println!("{cloud} {name}: now known as {}", made.id);
                known.push(made);
            }
        }
    }
    Ok(())
}
// ANCHOR_END: core

/// A registered bucket. Its key is the URL at Azure, and else the name.
struct Known {
    cloud: &'static str,
    name: String,
    role: Option<ObjectId>,
    id: ObjectId,
}

fn identity(bucket: Bucket) -> Option<Known> {
    let (cloud, name, role, id) = match bucket {
        Bucket::Aws(bucket) => ("AWS", bucket.bucket_name, bucket.iam_role_id, bucket.id),
        Bucket::Azure(bucket) => ("Azure", bucket.service_url, bucket.role_id, bucket.id),
        Bucket::Gcp(bucket) => (
            "Google Cloud",
            bucket.bucket_name,
            bucket.role_id,
            bucket.id,
        ),
        _ => return None,
    };
    let (name, id) = (name?, id?);
    Some(Known {
        cloud,
        name,
        role,
        id,
    })
}

fn trimmed(name: &str) -> &str {
    name.trim_end_matches('/')
}
