//! A blocking crate of the edition 2021: it takes a snapshot of every cluster, one after the other.
use atlas_backup::sandbox::Sandbox;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build()?;
    let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse()?);
    let snapshots = client
        .list_backup_snapshots(&project, &cluster)
        .items_blocking();
    let snapshots = snapshots.collect::<Result<Vec<_>, _>>()?;
    assert_eq!(snapshots.len(), 3);
    println!("blocking, edition 2021: ok");
    Ok(())
}
