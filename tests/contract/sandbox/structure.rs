//! The structure of responses: the places that are present, whatever their values.
//!
//! Compares the service's and the sandbox's responses of the same operation in the same state. Errors are
//! compared by status and code, since they are the same for all operations.

use atlas_backup_testkit::verify::recording::{Named, Recording};
use atlas_backup_testkit::verify::route::{Document, find};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The key by which responses are compared: operation and state.
type Kind = (String, String);

/// A place in a response, with `*` for each index, and its type.
type Location = (String, &'static str);

/// The structure of the responses with one key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Structure {
    answers: usize,
    places: BTreeMap<Location, usize>,
}

const ERROR: &str = "error";

/// Prefixes of the states of responses that are not about a single resource.
const FORMS: [&str; 3] = ["enveloped", "listed", "page"];

/// Number of recorded states from which a place counts as present in all states.
const FEW: usize = 3;

/// Places that repeat the request, in every state.
const REPEATED: [&str; 14] = [
    "/collectionSuffix",
    "/collections",
    "/copySettings",
    "/customData",
    "/databases",
    "/description",
    "/desiredTimestamp",
    "/extraRetentionSettings",
    "/oplogInc",
    "/oplogTs",
    "/pointInTimeUTCSeconds",
    "/pointInTimeUtcSeconds",
    "/policyItems",
    "/snapshotId",
];

fn is_repeated(at: &str) -> bool {
    REPEATED.iter().any(|field| at.starts_with(field))
}

impl Structure {
    fn add(&mut self, places: BTreeSet<Location>) {
        self.answers += 1;
        for place in places {
            *self.places.entry(place).or_default() += 1;
        }
    }

    /// Returns the places that every response has, whatever their types.
    fn always(&self) -> BTreeSet<&str> {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for ((at, _), count) in &self.places {
            *times.entry(at).or_default() += count;
        }
        let every = times
            .into_iter()
            .filter(|(_, count)| *count >= self.answers);
        every.map(|(at, _)| at).collect()
    }
}

/// The structures of recordings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Structures(BTreeMap<Kind, Structure>);

impl Structures {
    pub(crate) fn of(documents: &[Document], recordings: Vec<Named>) -> Self {
        let mut structures = Self::default();
        for (name, read) in recordings {
            let recording = read.unwrap_or_else(|error| panic!("{name}: {error}"));
            let found = find(documents, &recording.method, &recording.target);
            let (_, operation) = found.unwrap_or_else(|| panic!("{name} is for no operation"));
            structures.note(&operation.name(), &recording);
        }
        structures
    }

    pub(crate) fn note(&mut self, operation: &str, recording: &Recording) {
        let body: Value = serde_json::from_slice(&recording.body).unwrap_or_default();
        let mut add =
            |operation: &str, kind: String, value: &Value, recording: Option<&Recording>| {
                let mut places = BTreeSet::new();
                structure(value, "", &mut places);
                if let Some(recording) = recording {
                    surroundings(recording, &mut places);
                }
                let kind = (operation.to_owned(), kind);
                self.0.entry(kind).or_default().add(places);
            };
        if recording.status >= 400 {
            let code = body["errorCode"].as_str().unwrap_or_default();
            let kind = format!("{} {code}", recording.status);
            let error = match operation.starts_with("v1.0 ") {
                true => "v1.0 error",
                false => ERROR,
            };
            return add(error, kind, &body, Some(recording));
        }
        if recording.envelope {
            let mut shell = body.clone();
            for inside in ["content", "results", "links"] {
                if let Some(value) = shell.get_mut(inside) {
                    *value = Value::Bool(true);
                }
            }
            return add(operation, "enveloped".to_owned(), &shell, Some(recording));
        }
        let Some(results) = body.get("results").and_then(Value::as_array) else {
            return add(operation, state(&body), &body, Some(recording));
        };
        // For v1.0 there are only the examples of its documentation, too few to distinguish states.
        let few = operation.starts_with("v1.0 ");
        for result in results {
            let state = if few { String::new() } else { state(result) };
            add(operation, format!("listed {state}"), result, None);
        }
        let mut page = body.clone();
        page["results"] = Value::Bool(true);
        // The last page has no next link.
        let next = body.to_string().contains(r#""rel":"next""#);
        add(
            operation,
            format!("page{}", if next { " and next" } else { "" }),
            &page,
            Some(recording),
        );
    }

    /// Returns the differences between `self`, of the service, and `ours`, one line each.
    pub(crate) fn differences(&self, ours: &Self) -> Vec<String> {
        let mut found = Vec::new();
        for ((operation, state), recorded) in &self.0 {
            let kind = format!("{operation} {state}").trim_end().to_owned();
            let Some(simulated) = ours.0.get(&(operation.clone(), state.clone())) else {
                found.push(format!("{kind}: not simulated"));
                continue;
            };
            let always = simulated.always();
            let missing = recorded.always();
            let missing = missing.difference(&always).filter(|at| !is_repeated(at));
            for at in missing {
                found.push(format!(
                    "{kind}: {at} is always recorded, but not always simulated"
                ));
            }
            for place in simulated.places.keys() {
                let anywhere = || {
                    self.0
                        .values()
                        .any(|other| other.places.contains_key(place))
                };
                let (at, of) = place;
                let known = recorded.places.contains_key(place) || (is_repeated(at) && anywhere());
                if !known {
                    found.push(format!(
                        "{kind}: {at} ({of}) is simulated, but not recorded"
                    ));
                }
            }
        }
        // In an unrecorded state, a response has the places of all others, and none that no other has.
        for ((operation, state), simulated) in &ours.0 {
            if self.0.contains_key(&(operation.clone(), state.clone())) {
                continue;
            }
            let form = |state: &str| FORMS.iter().find(|form| state.starts_with(**form)).copied();
            let alike = |(other, own): &Kind| other == operation && form(own) == form(state);
            let others: Vec<&Structure> = self
                .0
                .iter()
                .filter(|(kind, _)| alike(kind))
                .map(|(_, structure)| structure)
                .collect();
            let kind = format!("{operation} {state}").trim_end().to_owned();
            let Some(first) = others.first().filter(|_| !operation.ends_with(ERROR)) else {
                found.push(format!("{kind}: not recorded"));
                continue;
            };
            for (at, of) in simulated.places.keys() {
                let place = (at.clone(), *of);
                let known = |structure: &Structure| structure.places.contains_key(&place);
                let repeated = is_repeated(at) && self.0.values().any(known);
                if !others.iter().any(|structure| known(structure)) && !repeated {
                    found.push(format!(
                        "{kind}: {at} ({of}) is simulated, but recorded in no state"
                    ));
                }
            }
            // Lists show mostly ended jobs, and one or two states do not determine the others.
            if others.len() < FEW || form(state).is_some() {
                continue;
            }
            let always = simulated.always();
            let every = first.always();
            for at in every.difference(&always).filter(|at| !is_repeated(at)) {
                if others
                    .iter()
                    .all(|structure| structure.always().contains(at))
                {
                    found.push(format!(
                        "{kind}: {at} is recorded in every state, but not always simulated"
                    ));
                }
            }
        }
        // A place that is sometimes recorded must sometimes be simulated.
        let ever = |structures: &Self| -> BTreeSet<(String, String)> {
            let all = structures
                .0
                .iter()
                .filter(|((operation, _), _)| !operation.ends_with(ERROR));
            all.flat_map(|((operation, _), structure)| {
                let places = structure.places.keys();
                places.map(|(at, _)| (operation.clone(), at.clone()))
            })
            .collect()
        };
        for (operation, at) in ever(self).difference(&ever(ours)) {
            found.push(format!(
                "{operation}: {at} is recorded, but never simulated"
            ));
        }
        found
    }
}

/// Returns what distinguishes responses of one operation: the state of a job, the kind of a resource.
fn state(body: &Value) -> String {
    let mut words = Vec::new();
    let mut word = |field: &str| {
        if let Some(text) = body[field].as_str() {
            words.push(text.to_owned());
        }
    };
    for field in ["deliveryType", "state", "status", "type"] {
        word(field);
    }
    if body.get("_id").is_some() {
        word("cloudProvider");
    }
    if body.get("components").is_some() {
        words.push("in parts".to_owned());
    }
    for flag in ["cancelled", "expired", "failed"] {
        if body[flag] == true {
            words.push(flag.to_owned());
        }
    }
    if body.get("deliveryType").is_some() && body.get("finishedAt").is_some() {
        words.push("finished".to_owned());
    }
    if body["deliveryUrl"]
        .as_array()
        .is_some_and(|links| !links.is_empty())
    {
        words.push("ready".to_owned());
    }
    words.join(" ")
}

/// Adds the places outside of a body: headers and, for an error, its layout.
fn surroundings(recording: &Recording, places: &mut BTreeSet<Location>) {
    for (name, _) in &recording.headers {
        places.insert((format!("header {name}"), "header"));
    }
    let lines = recording.body.contains(&b'\n');
    if recording.status >= 400 {
        places.insert((
            "layout".to_owned(),
            if lines { "lines" } else { "one line" },
        ));
    }
}

fn structure(value: &Value, at: &str, places: &mut BTreeSet<Location>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(items) => {
            for item in items {
                structure(item, &format!("{at}/*"), places);
            }
            "list"
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                structure(value, &format!("{at}/{name}"), places);
            }
            "object"
        }
    };
    if !at.is_empty() {
        places.insert((at.to_owned(), kind));
    }
}
