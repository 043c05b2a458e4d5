//! Finds the cluster of a call and checks its kind.
use super::operation_call::{OperationCall, Refusal};
use super::state::{Cluster, ClusterKind, State};

/// Creates the refusal of an operation for dedicated clusters on a flex cluster.
pub(super) fn is_flex(name: &str) -> Refusal {
    let detail = format!("{name} is a flex cluster.");
    Refusal::new(400, "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API", detail).about(&[name])
}

/// Returns the call's cluster if it is dedicated.
pub(super) fn dedicated<'s>(
    state: &'s mut State,
    call: &OperationCall<'_>,
) -> Result<&'s mut Cluster, Refusal> {
    let name = call.path("clusterName");
    let cluster = state.cluster(call.project(), name)?;
    if cluster.kind == ClusterKind::Flex {
        return Err(is_flex(name));
    }
    Ok(cluster)
}

/// Returns the call's cluster if it is a flex cluster.
pub(super) fn flexible<'s>(
    state: &'s mut State,
    call: &OperationCall<'_>,
) -> Result<&'s mut Cluster, Refusal> {
    let name = call.path("name");
    let cluster = state.cluster(call.project(), name)?;
    if cluster.kind != ClusterKind::Flex {
        let detail = format!("{name} is no flex cluster.");
        return Err(
            Refusal::new(400, "CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API", detail).about(&[name]),
        );
    }
    Ok(cluster)
}
