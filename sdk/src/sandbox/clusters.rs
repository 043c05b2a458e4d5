//! The cluster that a request is about, of the kind that its operation is for.
use super::asked::{Asked, Refusal};
use super::state::{Cluster, ClusterKind, State};

/// What is said of a flex cluster where only dedicated ones are meant.
pub(super) fn is_flex(name: &str) -> Refusal {
    let detail = format!("{name} is a flex cluster.");
    Refusal::new(400, "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API", detail).about(&[name])
}

/// The cluster that is asked about, which is a dedicated one.
pub(super) fn dedicated<'s>(
    state: &'s mut State,
    asked: &Asked<'_>,
) -> Result<&'s mut Cluster, Refusal> {
    let name = asked.path("clusterName");
    let cluster = state.cluster(asked.project(), name)?;
    if cluster.kind == ClusterKind::Flex {
        return Err(is_flex(name));
    }
    Ok(cluster)
}

/// The cluster that is asked about, which is a flex one.
pub(super) fn flexible<'s>(
    state: &'s mut State,
    asked: &Asked<'_>,
) -> Result<&'s mut Cluster, Refusal> {
    let name = asked.path("name");
    let cluster = state.cluster(asked.project(), name)?;
    if cluster.kind != ClusterKind::Flex {
        let detail = format!("{name} is no flex cluster.");
        return Err(
            Refusal::new(400, "CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API", detail).about(&[name]),
        );
    }
    Ok(cluster)
}
