use atlas_backup::sandbox::Sandbox;

#[test]
fn a_list_is_walked_without_a_runtime() {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build().unwrap();
    let cluster = Sandbox::CLUSTER.parse().unwrap();
    let found = downstream_blocking::snapshots(&client, &sandbox.project(), &cluster).unwrap();
    assert!(found.len() > 2);
    assert!(found.contains(&sandbox.snapshot(Sandbox::CLUSTER).unwrap()));
}
