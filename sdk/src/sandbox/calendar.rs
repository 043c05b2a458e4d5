//! Creates the snapshots and automatic exports of schedules.
//!
//! They are created by the first request after their time has come, each with its own time. After a jump in
//! time, only those of the last year are created.
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::state::{Cluster, ClusterKind, Phase, State};
use super::{exports, flex, snapshots};

const HOUR: i64 = 60 * 60;
const YEAR: i64 = 366 * 24 * HOUR;

/// The day of the month that stands for the last day.
const LAST_DAY: i64 = 40;

/// Frequencies, from the least to the most frequent; a time with several is named after the first.
const FREQUENCIES: [&str; 5] = ["yearly", "monthly", "weekly", "daily", "hourly"];

/// Creates all jobs that became due since the last call, and removes expired ones.
pub(super) fn catch_up(state: &mut State, now: Timestamp) {
    let mut due = Vec::new();
    for (id, project) in &mut state.projects {
        for (name, cluster) in &mut project.clusters {
            let mut after = cluster.scheduled.as_second().max(now.as_second() - YEAR);
            while let Some((moment, about)) = next(cluster, after, now.as_second()) {
                due.push((moment, id.clone(), name.clone(), about));
                after = moment;
            }
            cluster.scheduled = cluster.scheduled.max(now);
        }
    }
    due.sort_by_key(|(moment, ..)| *moment);
    for (moment, project, name, about) in due {
        let moment = Timestamp::from_second(moment).unwrap_or(now);
        let sharded = |cluster: &Cluster| cluster.kind == ClusterKind::Sharded;
        let parts = match state
            .cluster(&project, &name)
            .is_ok_and(|found| sharded(found))
        {
            true => 3,
            false => 0,
        };
        let job = state.job("", moment, about, parts);
        if let Ok(cluster) = state.cluster(&project, &name) {
            cluster.snapshots.push(job);
        }
    }
    export(state, now);
    for cluster in state
        .projects
        .values_mut()
        .flat_map(|project| project.clusters.values_mut())
    {
        let flexible = cluster.kind == ClusterKind::Flex;
        cluster.snapshots.retain(|job| match flexible {
            true => now < flex::expiration(job),
            false => !snapshots::is_gone(job, now),
        });
    }
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
fn export(state: &mut State, now: Timestamp) {
    let mut wanted = Vec::new();
    for (id, project) in &mut state.projects {
        for (name, cluster) in &mut project.clusters {
            for job in &mut cluster.snapshots {
                let Phase::Succeeded(end) = job.phase(snapshots::STAGES, now) else {
                    continue;
                };
                let bucket = job
                    .about
                    .as_object_mut()
                    .and_then(|about| about.remove("exportTo"));
                if let Some(Value::String(bucket)) = bucket.filter(|_| job.deleted.is_none()) {
                    wanted.push((end, id.clone(), name.clone(), job.id.clone(), bucket));
                }
            }
        }
    }
    wanted.sort();
    for (moment, project, cluster, snapshot, bucket) in wanted {
        // The bucket may be deleted by now; then there is no export.
        let _ = exports::begin(
            state,
            (&project, &cluster),
            (&snapshot, &bucket),
            json!([]),
            moment,
        );
    }
}
