//! Lists export jobs without asynchronous code.
//!
//! `cargo run --features blocking --example blocking -- PROJECT CLUSTER`, with credentials in the environment.
use atlas_backup::{Client, ClusterName, Credentials, ObjectId};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [project, cluster] = &arguments[..] else {
        return Err("usage: blocking PROJECT CLUSTER".into());
    };
    let (project, cluster): (ObjectId, ClusterName) = (project.parse()?, cluster.parse()?);
    let client = Client::builder()
        .credentials(Credentials::from_env()?)
        .build()?;
    for job in client
        .list_backup_exports(&project, &cluster)
        .items_per_page(500)
        .items_blocking()
    {
        let job = job?;
        println!("{:?}: {:?}", job.id, job.state);
    }
    client.block_on(client.revoke_token())?;
    Ok(())
}
