//! Judges recordings of one resource in their order: states only move forward, and identifiers match.
//!
//! The resources and the order of their states are the data of `sequences.toml`. Recordings are ordered by
//! the service's `Date`; if one of a resource has no date, all of its recordings are in the order read.
//!
//! Invariant: recordings with the same date are never judged by their order, because it is unknown.

use crate::verify::Error;
use crate::verify::finding::{Finding, Rule};
use crate::verify::recording::{Recording, Target};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The resources of this repository.
const RESOURCES: &str = include_str!("sequences.toml");

/// The observations of all resources so far; by default there are no resources.
#[derive(Debug, Default)]
pub struct Sequences {
    resources: Vec<Resource>,
    /// Keyed by the index of the resource in the list above, and its identifier.
    seen: BTreeMap<(usize, String), Vec<Observation>>,
}

#[derive(Debug, Deserialize)]
struct File {
    resource: Vec<Resource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resource {
    name: String,
    read: Vec<String>,
    #[serde(default)]
    create: Vec<String>,
    id: String,
    state: Option<String>,
    #[serde(default)]
    flags: Vec<Flag>,
    otherwise: Option<String>,
    order: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Flag {
    field: String,
    state: String,
}

/// A resource in one recording.
#[derive(Debug)]
struct Observation {
    /// The number of the recording, as the caller counts.
    recording: usize,
    date: Option<i64>,
    created: bool,
    /// JSON pointer of the resource in the response.
    at: String,
    state: String,
    /// Row of the state in the order.
    rank: usize,
}

impl Resource {
    /// Returns the state of `value` and its row, if the order has it.
    fn state(&self, value: &Value) -> Option<(String, usize)> {
        let state = match &self.state {
            Some(field) => value.get(field)?.as_str()?.to_owned(),
            None => {
                let flag = self
                    .flags
                    .iter()
                    .find(|flag| is_set(value.get(&flag.field)));
                flag.map(|flag| &flag.state)
                    .or(self.otherwise.as_ref())?
                    .clone()
            }
        };
        let rank = self.order.iter().position(|row| row.contains(&state))?;
        Some((state, rank))
    }

    fn judge(&self, mut observations: Vec<Observation>) -> Vec<(usize, Finding)> {
        let dated = observations
            .iter()
            .all(|observation| observation.date.is_some());
        if dated {
            observations.sort_by_key(|observation| {
                (observation.date, !observation.created, observation.rank)
            });
        }
        let mut found = Vec::new();
        for (index, pair) in observations.windows(2).enumerate() {
            let [before, after] = pair else { continue };
            let finding = |rule, expected: String, actual: &str| Finding {
                at: after.at.clone(),
                rule,
                schema: String::new(),
                expected,
                actual: actual.to_owned(),
            };
            let is_final = before.rank + 1 == self.order.len();
            if after.rank < before.rank || (is_final && after.state != before.state) {
                let expected = format!("{} {} or a later state", self.name, before.state);
                found.push((
                    after.recording,
                    finding(Rule::State, expected, &after.state),
                ));
            }
            // With the same date, it is the same creation recorded twice.
            let again = before.created && before.date.is_some() && before.date == after.date;
            if after.created && !again {
                let expected = format!("a new {}", self.name);
                let actual = format!("one that is in {} earlier recordings", index + 1);
                found.push((after.recording, finding(Rule::Identity, expected, &actual)));
            }
        }
        found
    }
}

fn is_set(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(set)) => *set,
        Some(Value::Number(_)) => true,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => items.iter().any(|item| is_set(Some(item))),
        _ => false,
    }
}

impl Sequences {
    /// Returns the resources of this repository, without observations.
    ///
    /// # Errors
    /// When the data is invalid.
    pub fn new() -> Result<Self, Error> {
        let file: File =
            toml::from_str(RESOURCES).map_err(|error| Error::Sequences(error.to_string()))?;
        Ok(Self {
            resources: file.resource,
            seen: BTreeMap::new(),
        })
    }

    /// Adds the body of a successful response of `operation`, the `number`th recording.
    ///
    /// Returns a finding if the response alone is wrong.
    pub fn see(
        &mut self,
        number: usize,
        operation: &str,
        recording: &Recording,
        body: &Value,
    ) -> Option<Finding> {
        let has = |names: &[String]| names.iter().any(|name| name == operation);
        let (index, resource) = self
            .resources
            .iter()
            .enumerate()
            .find(|(_, resource)| has(&resource.read) || has(&resource.create))?;
        let list = body.get("results").and_then(Value::as_array);
        let items = match list {
            Some(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| (format!("/results/{index}"), item))
                .collect(),
            None => vec![(String::new(), body)],
        };
        for (at, item) in items {
            let id = item.get(&resource.id).and_then(Value::as_str);
            let (Some(id), Some((state, rank))) = (id, resource.state(item)) else {
                continue;
            };
            let observation = Observation {
                recording: number,
                date: recording.date,
                created: has(&resource.create),
                at,
                state,
                rank,
            };
            self.seen
                .entry((index, id.to_owned()))
                .or_default()
                .push(observation);
        }
        let id = body.get(&resource.id).and_then(Value::as_str)?;
        let is_read = list.is_none() && recording.method == "GET";
        let is_it = match &recording.target {
            Target::Path(path) => path.rsplit('/').next() == Some(id),
            Target::Joined(joined) => joined.rsplit('_').next() == Some(id),
            Target::Elsewhere(_) => true,
        };
        (is_read && !is_it).then(|| Finding {
            at: format!("/{}", resource.id),
            rule: Rule::Identity,
            schema: String::new(),
            expected: format!("the requested {}", resource.name),
            actual: id.to_owned(),
        })
    }

    /// Returns the findings about the order, each with the number of its recording.
    #[must_use]
    pub fn findings(self) -> Vec<(usize, Finding)> {
        let Self { resources, seen } = self;
        let judge = |((index, _), observations): ((usize, String), Vec<Observation>)| {
            let resource = resources.get(index);
            resource
                .map(|resource| resource.judge(observations))
                .unwrap_or_default()
        };
        seen.into_iter().flat_map(judge).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Sequences;
    use crate::verify::recording::{Recording, Target};
    use serde_json::{Value, json};

    /// Observations of one resource: operation, second, body.
    type Observations<'a> = &'a [(&'a str, Option<i64>, Value)];

    #[track_caller]
    fn check(observations: Observations<'_>, expected: &[&str]) {
        let mut sequences = Sequences::new().unwrap();
        let mut found = Vec::new();
        for (number, (operation, date, body)) in observations.iter().enumerate() {
            let target = Target::Path("/api/atlas/v2/resources/a".to_owned());
            let mut recording = Recording::of_answer("GET", target, 200, "", "");
            recording.date = *date;
            let wrong = sequences.see(number, operation, &recording, body);
            found.extend(wrong.map(|finding| (number, finding)));
        }
        found.extend(sequences.findings());
        let found = found.into_iter().map(|(number, finding)| {
            let (rule, at) = (finding.rule, finding.at);
            format!(
                "{number}{at} {rule}: expected {}, got {}",
                finding.expected, finding.actual
            )
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{observations:?}");
    }

    #[test]
    fn a_state_that_moves_back_or_leaves_a_final_state_is_reported() {
        let export = |date, state: &str| {
            let body = json!({ "id": "a", "state": state });
            ("v2 getBackupExport", date, body)
        };
        let back = "1 state: expected export InProgress or a later state, got Queued";
        let left = "1 state: expected export Failed or a later state, got Successful";
        for (observations, expected) in [
            ([(Some(1), "Queued"), (Some(2), "Successful")], &[][..]),
            ([(Some(2), "Successful"), (Some(1), "Queued")], &[]),
            ([(Some(1), "InProgress"), (Some(2), "InProgress")], &[]),
            ([(Some(1), "InProgress"), (Some(2), "Queued")], &[back]),
            ([(None, "InProgress"), (None, "Queued")], &[back]),
            ([(Some(1), "InProgress"), (Some(1), "Queued")], &[]),
            ([(Some(1), "Failed"), (Some(2), "Successful")], &[left]),
            ([(Some(1), "Failed"), (Some(2), "OfNextYear")], &[]),
        ] {
            check(
                &observations.map(|(date, state)| export(date, state)),
                expected,
            );
        }
    }

    #[test]
    fn flags_determine_a_state() {
        let restore = |date, body| ("v2 getBackupRestoreJob", Some(date), body);
        let pending = json!({ "id": "a", "failed": false, "deliveryUrl": [] });
        let delivered = json!({ "id": "a", "expired": false, "deliveryUrl": ["https://a"] });
        let expired = json!({ "id": "a", "expired": true, "deliveryUrl": ["https://a"] });
        check(
            &[
                restore(1, pending.clone()),
                restore(2, delivered.clone()),
                restore(3, expired.clone()),
            ],
            &[],
        );
        check(
            &[
                restore(1, expired),
                restore(2, delivered),
                restore(3, pending),
            ],
            &[
                "1 state: expected restore expired or a later state, got delivered",
                "2 state: expected restore delivered or a later state, got pending",
            ],
        );
    }

    #[test]
    fn list_items_are_observations_of_the_same_resource() {
        let items = json!({ "results": [{ "id": "b", "status": "failed" }, { "id": "a", "status": "queued" }] });
        check(
            &[
                (
                    "v2 getClusterBackupSnapshot",
                    Some(1),
                    json!({ "id": "a", "status": "completed" }),
                ),
                ("v2 listBackupSnapshots", Some(2), items),
            ],
            &["1/results/1 state: expected snapshot completed or a later state, got queued"],
        );
    }

    #[test]
    fn a_created_resource_is_new_and_a_read_one_is_the_requested_one() {
        let body = |id: &str| json!({ "id": id, "state": "Queued" });
        check(
            &[
                ("v2 createBackupExport", Some(2), body("a")),
                ("v2 getBackupExport", Some(1), body("a")),
            ],
            &["0 identity: expected a new export, got one that is in 1 earlier recordings"],
        );
        check(
            &[("v2 getBackupExport", Some(1), body("b"))],
            &["0/id identity: expected the requested export, got b"],
        );
        check(
            &[
                ("v2 createBackupExport", Some(1), body("a")),
                ("v2 createBackupExport", Some(1), body("a")),
            ],
            &[],
        );
        check(
            &[
                ("v2 createBackupExport", Some(1), body("a")),
                ("v2 createBackupExport", Some(2), body("a")),
            ],
            &["1 identity: expected a new export, got one that is in 1 earlier recordings"],
        );
        check(&[("v2 getBackupSchedule", Some(1), body("b"))], &[]);
    }
}
