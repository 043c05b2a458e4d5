//! Recordings of one thing, in their order: its state only moves forward, and what was created is what is read.
//!
//! Which things there are, and the order of their states, is the data of `sequences.toml`. Recordings are ordered by the
//! service's own clock; where one of a thing has no date, all of it are in the order read.
//!
//! Invariant: two recordings of one moment are never held against each other's order, for they have none.

use crate::verify::Error;
use crate::verify::finding::{Finding, Rule};
use crate::verify::recording::{Recording, Target};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The things of this repository.
const THINGS: &str = include_str!("sequences.toml");

/// What was seen of all things so far; by default there are no things.
#[derive(Debug, Default)]
pub struct Sequences {
    things: Vec<Thing>,
    /// By place of the thing in the list above, and its identifier.
    seen: BTreeMap<(usize, String), Vec<Sight>>,
}

#[derive(Debug, Deserialize)]
struct File {
    thing: Vec<Thing>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    name: String,
    one: Vec<String>,
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

/// A thing as one recording shows it.
#[derive(Debug)]
struct Sight {
    /// The number of the recording, as the caller counts.
    recording: usize,
    date: Option<i64>,
    created: bool,
    /// Place of the thing in the answer.
    at: String,
    state: String,
    /// Row of the state in the order.
    rank: usize,
}

impl Thing {
    /// The state of `value`, if it has one that the order knows, and its row.
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

    fn judge(&self, mut sights: Vec<Sight>) -> Vec<(usize, Finding)> {
        let dated = sights.iter().all(|sight| sight.date.is_some());
        if dated {
            sights.sort_by_key(|sight| (sight.date, !sight.created, sight.rank));
        }
        let mut found = Vec::new();
        for (index, pair) in sights.windows(2).enumerate() {
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
            // Of one moment, it is the same creation recorded twice.
            let again = before.created && before.date.is_some() && before.date == after.date;
            if after.created && !again {
                let expected = format!("a new {}", self.name);
                let actual = format!("one that {} earlier recordings have", index + 1);
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
    /// The things of this repository, none of them seen.
    ///
    /// # Errors
    /// Says what is wrong with the data.
    pub fn new() -> Result<Self, Error> {
        let file: File =
            toml::from_str(THINGS).map_err(|error| Error::Sequences(error.to_string()))?;
        Ok(Self {
            things: file.thing,
            seen: BTreeMap::new(),
        })
    }

    /// Takes in the body of a successful answer of `operation`, the `number`th recording. What is wrong with it by itself
    /// is the answer.
    pub fn see(
        &mut self,
        number: usize,
        operation: &str,
        recording: &Recording,
        body: &Value,
    ) -> Option<Finding> {
        let has = |names: &[String]| names.iter().any(|name| name == operation);
        let (index, thing) = self
            .things
            .iter()
            .enumerate()
            .find(|(_, thing)| has(&thing.one) || has(&thing.create))?;
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
            let id = item.get(&thing.id).and_then(Value::as_str);
            let (Some(id), Some((state, rank))) = (id, thing.state(item)) else {
                continue;
            };
            let sight = Sight {
                recording: number,
                date: recording.date,
                created: has(&thing.create),
                at,
                state,
                rank,
            };
            self.seen
                .entry((index, id.to_owned()))
                .or_default()
                .push(sight);
        }
        let id = body.get(&thing.id).and_then(Value::as_str)?;
        let asked = list.is_none() && recording.method == "GET";
        let is_it = match &recording.target {
            Target::Path(path) => path.rsplit('/').next() == Some(id),
            Target::Joined(joined) => joined.rsplit('_').next() == Some(id),
            Target::Elsewhere(_) => true,
        };
        (asked && !is_it).then(|| Finding {
            at: format!("/{}", thing.id),
            rule: Rule::Identity,
            schema: String::new(),
            expected: format!("the {} that was asked for", thing.name),
            actual: id.to_owned(),
        })
    }

    /// What is wrong with the order of all that was seen, under the number of the recording that shows it.
    #[must_use]
    pub fn findings(self) -> Vec<(usize, Finding)> {
        let Self { things, seen } = self;
        let judge = |((index, _), sights): ((usize, String), Vec<Sight>)| {
            let thing = things.get(index);
            thing.map(|thing| thing.judge(sights)).unwrap_or_default()
        };
        seen.into_iter().flat_map(judge).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Sequences;
    use crate::verify::recording::{Recording, Target};
    use serde_json::{Value, json};

    /// Sights of one thing: operation, second, body.
    type Sights<'a> = &'a [(&'a str, Option<i64>, Value)];

    #[track_caller]
    fn check(sights: Sights<'_>, expected: &[&str]) {
        let mut sequences = Sequences::new().unwrap();
        let mut found = Vec::new();
        for (number, (operation, date, body)) in sights.iter().enumerate() {
            let target = Target::Path("/api/atlas/v2/things/a".to_owned());
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
        assert_eq!(found.collect::<Vec<_>>(), expected, "{sights:?}");
    }

    #[test]
    fn a_state_only_moves_forward_and_a_final_one_is_never_left() {
        let export = |date, state: &str| {
            let body = json!({ "id": "a", "state": state });
            ("v2 getBackupExport", date, body)
        };
        let back = "1 state: expected export InProgress or a later state, got Queued";
        let left = "1 state: expected export Failed or a later state, got Successful";
        for (sights, expected) in [
            ([(Some(1), "Queued"), (Some(2), "Successful")], &[][..]),
            ([(Some(2), "Successful"), (Some(1), "Queued")], &[]),
            ([(Some(1), "InProgress"), (Some(2), "InProgress")], &[]),
            ([(Some(1), "InProgress"), (Some(2), "Queued")], &[back]),
            ([(None, "InProgress"), (None, "Queued")], &[back]),
            ([(Some(1), "InProgress"), (Some(1), "Queued")], &[]),
            ([(Some(1), "Failed"), (Some(2), "Successful")], &[left]),
            ([(Some(1), "Failed"), (Some(2), "OfNextYear")], &[]),
        ] {
            check(&sights.map(|(date, state)| export(date, state)), expected);
        }
    }

    #[test]
    fn flags_are_a_state_too() {
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
    fn items_of_lists_are_sights_of_the_same_thing() {
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
    fn what_is_created_is_new_and_what_is_read_is_what_was_asked_for() {
        let body = |id: &str| json!({ "id": id, "state": "Queued" });
        check(
            &[
                ("v2 createBackupExport", Some(2), body("a")),
                ("v2 getBackupExport", Some(1), body("a")),
            ],
            &["0 identity: expected a new export, got one that 1 earlier recordings have"],
        );
        check(
            &[("v2 getBackupExport", Some(1), body("b"))],
            &["0/id identity: expected the export that was asked for, got b"],
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
            &["1 identity: expected a new export, got one that 1 earlier recordings have"],
        );
        check(&[("v2 getBackupSchedule", Some(1), body("b"))], &[]);
    }
}
