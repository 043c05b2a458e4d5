//! The times at which clusters are due to be looked at.
//!
//! Invariant: taking the due clusters costs the same however many clusters are not due.
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// The project and the name of a cluster.
pub(super) type Place = (String, String);

/// One time for each cluster, in order of time.
#[derive(Debug, Clone, Default)]
pub(super) struct DueTimes {
    times: BTreeMap<Place, Timestamp>,
    in_order: BTreeSet<(Timestamp, Place)>,
}

impl DueTimes {
    /// Sets the time at which a cluster is due.
    pub(super) fn set(&mut self, project: &str, name: &str, time: Timestamp) {
        let place = (project.to_owned(), name.to_owned());
        if let Some(before) = self.times.insert(place.clone(), time) {
            let outdated = (before, place.clone());
            self.in_order.remove(&outdated);
        }
        self.in_order.insert((time, place));
    }

    /// Removes and returns the clusters that are due, in order of project and name.
    pub(super) fn take(&mut self, now: Timestamp) -> BTreeSet<Place> {
        let mut due = BTreeSet::new();
        while self.in_order.first().is_some_and(|(time, _)| *time <= now) {
            let Some((_, place)) = self.in_order.pop_first() else {
                break;
            };
            self.times.remove(&place);
            due.insert(place);
        }
        due
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn taken(due_times: &mut DueTimes, now: i64) -> Vec<String> {
        let due = due_times.take(second(now));
        due.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn clusters_are_taken_once_their_time_has_come_in_order_of_name() {
        let mut due_times = DueTimes::default();
        for (name, time) in [("b", 10), ("a", 20), ("c", 21)] {
            due_times.set("project", name, second(time));
        }
        assert_eq!(taken(&mut due_times, 9), [""; 0]);
        assert_eq!(taken(&mut due_times, 20), ["a", "b"]);
        assert_eq!(taken(&mut due_times, 20), [""; 0]);
        assert_eq!(taken(&mut due_times, 21), ["c"]);
    }

    #[test]
    fn a_cluster_is_due_at_the_time_that_was_set_last() {
        let mut due_times = DueTimes::default();
        due_times.set("project", "later", second(10));
        due_times.set("project", "later", second(30));
        due_times.set("project", "earlier", second(30));
        due_times.set("project", "earlier", second(10));
        assert_eq!(taken(&mut due_times, 20), ["earlier"]);
        assert_eq!(taken(&mut due_times, 30), ["later"]);
    }
}
