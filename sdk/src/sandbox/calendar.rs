//! Creates the snapshots and automatic exports of schedules.
//!
//! They are created by the first request after their time has come, each with its own time. After a jump in
//! time, only those of the last year are created.
//!
//! Invariant: a request looks only at clusters that are due, which are those that change now without a request, and
//! those of the request before it.
use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::due_times::Place;
use super::state::{Cluster, ClusterKind, Job, Phase, State};
use super::{exports, flex, snapshots};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 366 * 24 * HOUR;

/// The day of the month that stands for the last day.
const LAST_DAY: i64 = 40;

/// Frequencies, from the least to the most frequent; a time with several is named after the first.
const FREQUENCIES: [&str; 5] = ["yearly", "monthly", "weekly", "daily", "hourly"];

/// Creates all jobs that became due since the last call, and removes expired ones.
pub(super) fn catch_up(state: &mut State, now: Timestamp) {
    let places = state.due_times.take(now);
    let mut due = Vec::new();
    for place @ (project, name) in &places {
        let Ok(cluster) = state.cluster(project, name) else {
            continue;
        };
        let parts = match cluster.kind {
            ClusterKind::Sharded => 3,
            ClusterKind::ReplicaSet | ClusterKind::Flex => 0,
        };
        let mut after = cluster.scheduled.as_second().max(now.as_second() - YEAR);
        while let Some((moment, about)) = next(cluster, after, now.as_second()) {
            due.push((moment, place, about, parts));
            after = moment;
        }
        cluster.scheduled = cluster.scheduled.max(now);
    }
    due.sort_by_key(|(moment, ..)| *moment);
    for (moment, (project, name), about, parts) in due {
        let moment = Timestamp::from_second(moment).unwrap_or(now);
        let job = state.job("", moment, about, parts);
        if let Ok(cluster) = state.cluster(project, name) {
            cluster.snapshots.push(job);
        }
    }
    export(state, &places, now);
    for (project, name) in &places {
        if let Ok(cluster) = state.cluster(project, name) {
            let kind = cluster.kind;
            cluster.snapshots.retain(|job| now < removal(kind, job));
            let next = next_change(cluster, now);
            state.due_times.set(project, name, next);
        }
    }
}

/// Returns the time at which a snapshot of a cluster of this kind is removed.
fn removal(kind: ClusterKind, snapshot: &Job) -> Timestamp {
    match kind {
        ClusterKind::Flex => flex::expiration(snapshot),
        ClusterKind::ReplicaSet | ClusterKind::Sharded => snapshots::removal(snapshot),
    }
}

/// Returns the next time at which jobs of a cluster are created or removed without a request.
///
/// It is at most a day after `now`, so that a rare snapshot is not looked for in a whole year at every request.
fn next_change(cluster: &Cluster, now: Timestamp) -> Timestamp {
    let tomorrow = now.as_second() + DAY;
    let scheduled = next(cluster, now.as_second(), tomorrow);
    let moment = scheduled.map_or(tomorrow, |(moment, _)| moment);
    let moment = Timestamp::from_second(moment).unwrap_or(now);
    let changes = cluster.snapshots.iter().flat_map(|job| {
        let exported = job
            .about
            .get("exportTo")
            .map(|_| job.end(snapshots::STAGES));
        let exported = exported.filter(|end| now < *end);
        [Some(removal(cluster.kind, job)), exported]
    });
    changes.flatten().fold(moment, Timestamp::min)
}

/// Returns the time of a cluster's next scheduled snapshot.
pub(super) fn next_snapshot(cluster: &Cluster, now: Timestamp) -> Option<Timestamp> {
    let (moment, _) = next(cluster, now.as_second(), now.as_second() + YEAR)?;
    Timestamp::from_second(moment).ok()
}

/// Returns the first snapshot after one time and not after another: its time and data.
fn next(cluster: &Cluster, after: i64, until: i64) -> Option<(i64, Value)> {
    let schedule = &cluster.schedule;
    let items: Vec<&Value> = schedule["policies"]
        .as_array()?
        .iter()
        .filter_map(|policy| policy["policyItems"].as_array())
        .flatten()
        // A flex cluster has one snapshot a day.
        .filter(|item| cluster.kind != ClusterKind::Flex || item["frequencyType"] == "daily")
        .collect();
    if items.is_empty() {
        return None;
    }
    let minute = schedule["referenceMinuteOfHour"].as_i64().unwrap_or(0) * 60;
    let hour = schedule["referenceHourOfDay"].as_i64().unwrap_or(0);
    let mut moment = (after - minute).div_euclid(HOUR) * HOUR + minute + HOUR;
    while moment <= until {
        let time = Timestamp::from_second(moment)
            .ok()?
            .to_zoned(TimeZone::UTC)
            .datetime();
        let mut fitting: Vec<&Value> = items
            .iter()
            .copied()
            .filter(|item| fits(item, time, hour))
            .collect();
        fitting.sort_by_key(|item| {
            FREQUENCIES
                .iter()
                .position(|name| item["frequencyType"] == *name)
        });
        if let Some(rarest) = fitting.first() {
            let frequency = &rarest["frequencyType"];
            let mut about = json!({
                "frequencyType": frequency,
                "policyItems": fitting.iter().map(|item| &item["id"]).collect::<Vec<_>>(),
                "retentionInDays": snapshots::days(rarest["retentionValue"].as_u64(), rarest["retentionUnit"].as_str()).unwrap_or(7),
            });
            let wanted = &schedule["export"]["frequencyType"];
            if schedule["autoExportEnabled"] == true
                && fitting.iter().any(|item| item["frequencyType"] == *wanted)
            {
                about["exportTo"] = schedule["export"]["exportBucketId"].clone();
            }
            return Some((moment, about));
        }
        moment += HOUR;
    }
    None
}

/// Returns true if a policy item is due at a time; `hour` is the hour of all but hourly items.
fn fits(item: &Value, time: DateTime, hour: i64) -> bool {
    let interval = item["frequencyInterval"].as_i64().unwrap_or(1).max(1);
    let passed = (i64::from(time.hour()) - hour).rem_euclid(24);
    let last = time.day() == time.date().days_in_month();
    let day = i64::from(time.day());
    match item["frequencyType"].as_str() {
        Some("hourly") => passed % interval == 0,
        Some("daily") => passed == 0,
        Some("weekly") => {
            passed == 0 && i64::from(time.weekday().to_monday_one_offset()) == interval
        }
        Some("monthly") => passed == 0 && (day == interval || (interval == LAST_DAY && last)),
        Some("yearly") => passed == 0 && day == 1 && i64::from(time.month()) == interval,
        _ => false,
    }
}

/// Starts the exports of completed snapshots, each at its snapshot's completion.
fn export(state: &mut State, places: &BTreeSet<Place>, now: Timestamp) {
    let mut wanted = Vec::new();
    for (id, name) in places {
        let Ok(cluster) = state.cluster(id, name) else {
            continue;
        };
        for job in &mut cluster.snapshots {
            let Phase::Succeeded(end) = job.phase(snapshots::STAGES, now) else {
                continue;
            };
            let bucket = job
                .about
                .as_object_mut()
                .and_then(|about| about.remove("exportTo"));
            if let Some(Value::String(bucket)) = bucket.filter(|_| job.deleted.is_none()) {
                wanted.push((end, id, name, job.id.clone(), bucket));
            }
        }
    }
    wanted.sort();
    for (moment, project, cluster, snapshot, bucket) in wanted {
        // The bucket may be deleted by now; then there is no export.
        let _ = exports::begin(
            state,
            (project, cluster),
            (&snapshot, &bucket),
            json!([]),
            moment,
        );
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use crate::ambient::Clock as _;
    use crate::sandbox::{ClusterKind, Sandbox};

    #[tokio::test]
    async fn a_request_looks_at_its_own_cluster_only_however_many_there_are() {
        let names: Vec<String> = (0..500).map(|number| format!("Fleet{number}")).collect();
        let builder = names.iter().fold(Sandbox::builder(), |builder, name| {
            builder.cluster(name, ClusterKind::ReplicaSet)
        });
        let sandbox = builder.build().unwrap();
        let client = sandbox.client().build().unwrap();
        let due = |sandbox: &Sandbox| {
            let due = sandbox.world().state.due_times.clone().take(sandbox.now());
            due.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        sandbox.snapshot("Fleet7").unwrap();
        for _ in 0..3 {
            sandbox.clock().advance(Duration::from_secs(60));
            let name = "Fleet8".parse().unwrap();
            let jobs = client.list_backup_exports(&sandbox.project(), &name);
            jobs.await.unwrap();
            assert_eq!(due(&sandbox), ["Fleet8"]);
        }
        // The next scheduled snapshots of all but the flex cluster are due at 07:05.
        sandbox.clock().advance(Duration::from_secs(5 * 3_600));
        assert_eq!(sandbox.clock().date().to_string(), "2026-03-14T07:03:00Z");
        assert_eq!(due(&sandbox), ["Fleet8"]);
        sandbox.clock().advance(Duration::from_secs(120));
        assert_eq!(due(&sandbox).len(), 503);
    }
}
