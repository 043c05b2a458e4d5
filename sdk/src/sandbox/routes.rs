//! Which operation a request is for, and what answers it.
//!
//! Must never hold a rule about requests: those come from the document.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use http::{Method, header};
use percent_encoding::percent_decode_str;

use super::asked::{Asked, Outcome, Refusal};
use super::state::State;
use super::{buckets, collections, exports, flex, restores, schedules, snapshots};
use crate::operation::Operation;
use crate::{v1, v2};

/// An operation at its path, and which version of the API it is of: an index into the documents.
pub(super) struct Route {
    pub(super) operation: &'static Operation,
    pub(super) version: usize,
}

/// Paths with more words of their own come first, so that none is taken for a parameter.
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let of = |operations: &[&'static Operation], version| -> Vec<Route> {
        let routes = operations
            .iter()
            .map(|operation| Route { operation, version });
        routes.collect()
    };
    let mut routes = of(v2::OPERATIONS, 0);
    routes.extend(of(v1::OPERATIONS, 1));
    routes.sort_by_key(|route| route.operation.path.matches('{').count());
    routes
});

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

/// Lets the operation do its work. `downloads` is where archives are, with `{job}` in it.
pub(super) fn carry_out(state: &mut State, asked: &Asked<'_>, downloads: &str) -> Outcome {
    state.project(asked.project())?;
    let first = asked.operation.path.starts_with("/api/atlas/v1.0/");
    match asked.operation.id {
        "listBackupExports" if first => exports::list_v1(state, asked),
        "listBackupRestoreJobs" if first => restores::list_v1(state, asked, downloads),
        "listBackupExports" => exports::list(state, asked),
        "createBackupExport" => exports::create(state, asked),
        "getBackupExport" => exports::get(state, asked),
        "listExportBuckets" => buckets::list(state, asked),
        "createExportBucket" => buckets::create(state, asked),
        "getExportBucket" => buckets::get(state, asked),
        "updateBackupExportBucket" => buckets::update(state, asked),
        "deleteExportBucket" => buckets::delete(state, asked),
        "listBackupRestoreJobs" => restores::list(state, asked, downloads),
        "createBackupRestoreJob" => restores::create(state, asked, downloads),
        "getBackupRestoreJob" => restores::get(state, asked, downloads),
        "cancelBackupRestoreJob" => restores::cancel(state, asked),
        "listBackupSnapshots" => snapshots::list(state, asked),
        "takeSnapshots" => snapshots::take(state, asked),
        "getClusterBackupSnapshot" => snapshots::get(state, asked),
        "updateBackupSnapshot" => snapshots::update(state, asked),
        "deleteClusterBackupSnapshot" | "deleteBackupShardedCluster" => {
            snapshots::delete(state, asked)
        }
        "listBackupShardedClusters" => snapshots::list_sharded(state, asked),
        "getBackupShardedCluster" => snapshots::get_sharded(state, asked),
        "listBackupSnapshotDatabases" => snapshots::databases(state, asked),
        "getBackupSnapshotDatabase" => snapshots::database(state, asked),
        "listSnapshotDatabaseCollections" => snapshots::collections(state, asked),
        "getSnapshotDatabaseCollection" => snapshots::collection(state, asked),
        "getBackupSchedule" => schedules::get(state, asked),
        "updateBackupSchedule" => schedules::update(state, asked),
        "deleteClusterBackupSchedule" => schedules::delete(state, asked),
        "listFlexBackupSnapshots" => flex::snapshots(state, asked),
        "getFlexBackupSnapshot" => flex::snapshot(state, asked),
        "listFlexRestoreJobs" => flex::restores(state, asked, downloads),
        "createFlexRestoreJob" => flex::create_restore(state, asked, downloads),
        "getFlexRestoreJob" => flex::restore(state, asked, downloads),
        "downloadFlexBackup" => flex::download(state, asked, downloads),
        "listCollectionRestoreJobs" => collections::list(state, asked),
        "createCollectionRestoreJob" => collections::create(state, asked),
        "getCollectionRestoreJob" => collections::get(state, asked),
        "listRestoreJobCollections" => collections::collections(state, asked),
        "getRestoreJobCollection" => collections::collection(state, asked),
        other => Err(Refusal::new(
            501,
            "UNEXPECTED_ERROR",
            format!("The sandbox has no {other}."),
        )),
    }
}
