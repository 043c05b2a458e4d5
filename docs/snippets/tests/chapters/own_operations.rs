//! An operation that the SDK does not have.

use super::Outcome;
use atlas_backup::{
    Call, Client, ClusterName, Credentials, Endpoint, Json, ObjectId, Operation, Recording, Replay,
};
use serde::Deserialize;

// ANCHOR: operation
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cluster {
    name: ClusterName,
    state_name: String,
}

struct GetCluster;

impl Endpoint for GetCluster {
    type Output = Json<Cluster>;
    const OPERATION: &'static Operation = &Operation::get(
        "getCluster",
        "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}",
        "application/vnd.atlas.2024-08-05+json",
    );
}
// ANCHOR_END: operation

const RECORDING: &str = r#"> GET /api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Cluster0
HTTP/1.1 200 OK
Content-Type: application/vnd.atlas.2024-08-05+json

{"name":"Cluster0","stateName":"IDLE","paused":false}
"#;

#[tokio::test]
async fn custom_operation_is_called_like_any_other() -> Outcome {
    let replay = Replay::from_recordings([Recording::parse(RECORDING)?]);
    let builder = Client::builder().transport(replay.clone());
    let client = builder
        .credentials(Credentials::bearer("not looked at"))
        .build()?;
    let (project, name): (ObjectId, ClusterName) =
        ("5f0c1e2d3a4b5c6d7e8f9a0b".parse()?, "Cluster0".parse()?);
    // ANCHOR: call
    let Json(cluster) = Call::<GetCluster>::new(&client)
        .path("groupId", &project)
        .path("clusterName", &name)
        .await?;
    println!("{} is {}", cluster.name, cluster.state_name);
    // ANCHOR_END: call
    assert_eq!((cluster.name, cluster.state_name.as_str()), (name, "IDLE"));
    replay.finish()?;
    Ok(())
}
