//! Routes requests to the functions that implement operations.
//!
//! Must never hold a rule about requests: rules come from the document.
//!
//! Invariant: operations are keyed by method and path, which are stable; their names may change.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use http::{Method, header};
use percent_encoding::percent_decode_str;

use self::Part::{CreatesJob, Plays};
use super::operation_call::{OperationCall, Outcome, Refusal};
use super::state::State;
use super::{buckets, collections, exports, flex, restores, schedules, snapshots};
use crate::operation::Operation;
use crate::{v1, v2};

/// Implements an operation.
type Handler = fn(&mut State, &OperationCall<'_>) -> Outcome;

#[derive(Clone, Copy)]
enum Part {
    Plays(Handler),
    /// Creates a job, which a fault can make fail.
    CreatesJob(Handler),
}

/// Method, path below the project, and the function that implements the operation.
type Entry = (Method, &'static str, Part);

/// The API versions in the order of their documents: path of a project, operations and implementations.
fn versions() -> [(
    &'static str,
    &'static [&'static Operation],
    &'static [Entry],
); 2] {
    [
        ("/api/atlas/v2/groups/{groupId}", v2::OPERATIONS, &V2),
        ("/api/atlas/v1.0/groups/{groupId}", v1::OPERATIONS, &V1),
    ]
}

#[rustfmt::skip]
static V2: [Entry; 38] = [
    (Method::GET, "/backup/exportBuckets", Plays(buckets::list)),
    (Method::POST, "/backup/exportBuckets", Plays(buckets::create)),
    (Method::GET, "/backup/exportBuckets/{exportBucketId}", Plays(buckets::get)),
    (Method::PATCH, "/backup/exportBuckets/{exportBucketId}", Plays(buckets::update)),
    (Method::DELETE, "/backup/exportBuckets/{exportBucketId}", Plays(buckets::delete)),
    (Method::GET, "/clusters/{clusterName}/backup/exports", Plays(exports::list)),
    (Method::POST, "/clusters/{clusterName}/backup/exports", CreatesJob(exports::create)),
    (Method::GET, "/clusters/{clusterName}/backup/exports/{exportId}", Plays(exports::get)),
    (Method::GET, "/clusters/{clusterName}/backup/restoreJobs", Plays(restores::list)),
    (Method::POST, "/clusters/{clusterName}/backup/restoreJobs", CreatesJob(restores::create)),
    (Method::GET, "/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}", Plays(restores::get)),
    (Method::DELETE, "/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}", Plays(restores::cancel)),
    (Method::GET, "/clusters/{clusterName}/backup/schedule", Plays(schedules::get)),
    (Method::PATCH, "/clusters/{clusterName}/backup/schedule", Plays(schedules::update)),
    (Method::DELETE, "/clusters/{clusterName}/backup/schedule", Plays(schedules::delete)),
    (Method::GET, "/clusters/{clusterName}/backup/snapshots", Plays(snapshots::list)),
    (Method::POST, "/clusters/{clusterName}/backup/snapshots", CreatesJob(snapshots::take)),
    (Method::GET, "/clusters/{clusterName}/backup/snapshots/shardedCluster/{snapshotId}", Plays(snapshots::get_sharded)),
    (Method::DELETE, "/clusters/{clusterName}/backup/snapshots/shardedCluster/{snapshotId}", Plays(snapshots::delete)),
    (Method::GET, "/clusters/{clusterName}/backup/snapshots/shardedClusters", Plays(snapshots::list_sharded)),
    (Method::GET, "/clusters/{clusterName}/backup/snapshots/{snapshotId}", Plays(snapshots::get)),
    (Method::PATCH, "/clusters/{clusterName}/backup/snapshots/{snapshotId}", Plays(snapshots::update)),
    (Method::DELETE, "/clusters/{clusterName}/backup/snapshots/{snapshotId}", Plays(snapshots::delete)),
    (Method::GET, "/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases", Plays(snapshots::databases)),
    (Method::GET, "/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}", Plays(snapshots::database)),
    (Method::GET, "/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}/collections", Plays(snapshots::collections)),
    (Method::GET, "/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}/collections/{collectionName}", Plays(snapshots::collection)),
    (Method::GET, "/clusters/{clusterName}/collectionRestoreJobs", Plays(collections::list)),
    (Method::POST, "/clusters/{clusterName}/collectionRestoreJobs", CreatesJob(collections::create)),
    (Method::GET, "/clusters/{clusterName}/collectionRestoreJobs/{jobId}", Plays(collections::get)),
    (Method::GET, "/clusters/{clusterName}/collectionRestoreJobs/{jobId}/collections", Plays(collections::collections)),
    (Method::GET, "/clusters/{clusterName}/collectionRestoreJobs/{jobId}/collections/{sourceNamespace}", Plays(collections::collection)),
    (Method::POST, "/flexClusters/{name}/backup/download", Plays(flex::download)),
    (Method::GET, "/flexClusters/{name}/backup/restoreJobs", Plays(flex::restores)),
    (Method::POST, "/flexClusters/{name}/backup/restoreJobs", CreatesJob(flex::create_restore)),
    (Method::GET, "/flexClusters/{name}/backup/restoreJobs/{restoreJobId}", Plays(flex::restore)),
    (Method::GET, "/flexClusters/{name}/backup/snapshots", Plays(flex::snapshots)),
    (Method::GET, "/flexClusters/{name}/backup/snapshots/{snapshotId}", Plays(flex::snapshot)),
];

#[rustfmt::skip]
static V1: [Entry; 2] = [
    (Method::GET, "/clusters/{clusterName}/backup/exports/", Plays(exports::list_v1)),
    (Method::GET, "/clusters/{clusterName}/backup/restoreJobs", Plays(restores::list_v1)),
];

/// An operation at its path, and the index of its API version's document.
pub(super) struct Route {
    pub(super) operation: &'static Operation,
    pub(super) version: usize,
    /// `None` if the sandbox does not implement the operation.
    part: Option<Part>,
}

/// Routes, those with more literal segments first.
///
/// So a literal segment is never taken for a parameter.
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let mut routes = Vec::new();
    for (version, (project, operations, played)) in versions().into_iter().enumerate() {
        routes.extend(operations.iter().map(|operation| {
            let mut parts = played.iter().filter(|(method, path, _)| {
                operation.method == *method && operation.path.strip_prefix(project) == Some(*path)
            });
            Route {
                operation,
                version,
                part: parts.next().map(|(_, _, part)| *part),
            }
        }));
    }
    routes.sort_by_key(|route| route.operation.path.matches('{').count());
    routes
});

/// Returns the names of the operations that create a job.
pub(super) fn that_create_jobs() -> impl Iterator<Item = &'static str> {
    let make = |route: &&Route| matches!(route.part, Some(CreatesJob(_)));
    ROUTES.iter().filter(make).map(|route| route.operation.id)
}

pub(super) fn find(
    method: &Method,
    path: &str,
) -> Result<(&'static Route, BTreeMap<&'static str, String>), Refusal> {
    let fitting = |route: &'static Route| Some((route, fits(route.operation.path, path)?));
    let Some((first, parameters)) = ROUTES.iter().find_map(fitting) else {
        return Err(Refusal::new(
            404,
            "RESOURCE_NOT_FOUND",
            "There is no such resource.",
        ));
    };
    let same = |route: &&&Route| route.operation.path == first.operation.path;
    let there: Vec<&'static Route> = ROUTES.iter().filter(|route| same(&route)).collect();
    if let Some(route) = there.iter().find(|route| route.operation.method == *method) {
        return Ok((route, parameters));
    }
    let allowed: Vec<&str> = there
        .iter()
        .map(|route| route.operation.method.as_str())
        .collect();
    let detail = format!("{method} is not for this resource.");
    let refusal = Refusal::new(405, "METHOD_NOT_ALLOWED", detail);
    Err(refusal.with(header::ALLOW, allowed.join(", ")))
}

fn fits(template: &'static str, path: &str) -> Option<BTreeMap<&'static str, String>> {
    let mut parameters = BTreeMap::new();
    let mut given = path.trim_end_matches('/').split('/');
    for segment in template.trim_end_matches('/').split('/') {
        let value = percent_decode_str(given.next()?)
            .decode_utf8_lossy()
            .into_owned();
        match segment
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) if !value.is_empty() => {
                parameters.insert(name, value);
            }
            Some(_) => return None,
            None if segment == value => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(parameters)
}

/// Runs an operation.
pub(super) fn carry_out(state: &mut State, call: &OperationCall<'_>, route: &Route) -> Outcome {
    state.project(call.project())?;
    match route.part {
        Some(Plays(play) | CreatesJob(play)) => play(state, call),
        None => {
            let detail = format!("The sandbox has no {}.", route.operation.id);
            Err(Refusal::new(501, "UNEXPECTED_ERROR", detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Operations that the sandbox does not implement: their status is 501.
    const NOT_IMPLEMENTED: [(Method, &str); 0] = [];

    #[test]
    fn every_operation_is_implemented_or_listed_and_every_entry_is_an_operation() {
        let is = |operation: &Operation, method: &Method, path: &str| {
            operation.method == *method && operation.path == path
        };
        for Route {
            operation, part, ..
        } in ROUTES.iter()
        {
            let listed = NOT_IMPLEMENTED
                .iter()
                .any(|(method, path)| is(operation, method, path));
            assert_ne!(part.is_some(), listed, "{operation:?}");
        }
        for (project, operations, played) in versions() {
            for (method, path, _) in played {
                let path = format!("{project}{path}");
                let there = operations.iter().any(|row| is(row, method, &path));
                assert!(there, "there is no {method} {path}");
            }
        }
    }

    #[test]
    fn every_operation_has_its_rules_in_the_document() {
        for Route {
            operation, version, ..
        } in ROUTES.iter()
        {
            let rules = &super::super::document::of(*version)["operations"][operation.id];
            assert!(rules.is_object(), "{operation:?}");
        }
    }
}
