//! Which corrections of the document the recordings need: those without which a recording would be judged otherwise.
//!
//! Each correction is left out in turn, and what is found then and not with all of them in place is what it corrects.
//!
//! Invariant: a correction is never told from what it looks like, only from what leaving it out does.

use crate::Error;
use crate::answer::{Answer, by_document};
use crate::finding::Finding;
use crate::recording::{Recording, Unreadable};
use crate::route::{Document, Operation, find};
use crate::verdict::{Class, Judged, Verdict, classes};
use atlas_backup_generator::{Selection, Source, Target, Text, curated};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// The corrections of one document, ready to be left out.
#[derive(Debug)]
pub struct Corrections {
    /// The corrections, in the order of their overlay.
    pub actions: Vec<Action>,
    /// The document with all of them, as the only element.
    whole: [Document; 1],
    without: Vec<Without>,
}

/// One action of the corrections.
#[derive(Debug, Clone, Serialize)]
pub struct Action {
    /// Its place in the overlay, from 1.
    pub number: usize,
    /// What it corrects, as the overlay has it.
    pub target: String,
    /// Why, as the overlay has it.
    pub title: String,
}

/// What one recording needs a correction for.
#[derive(Debug, Clone, Serialize)]
pub struct Corrected {
    /// The [`Action::number`].
    pub action: usize,
    /// What would be found without it.
    #[serde(flatten)]
    pub class: Class,
}

/// The document without one correction.
#[derive(Debug)]
struct Without {
    root: Value,
    /// Places of both documents by pointer: whether all that is said there, and is referred to from there, is the same.
    same: HashMap<String, bool>,
}

/// `spec/v2/selection.toml`.
#[derive(Deserialize)]
struct SelectionFile {
    api_date: String,
    operations: Vec<String>,
}

impl Corrections {
    /// Reads the corrections of the repository at `root`.
    ///
    /// # Errors
    /// When a file of `spec/v2` cannot be read, or the generator finds something wrong with it.
    pub fn of_repository(root: &Path) -> Result<Self, Error> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).map_err(|source| Error::Read {
                path: path.to_owned(),
                source,
            })
        };
        let folder = root.join("spec/v2");
        let path = folder.join("overlays/corrections.yaml");
        let broken = |message: String| Error::Document {
            path: path.clone(),
            message,
        };
        let selection: SelectionFile = toml::from_str(&read(&folder.join("selection.toml"))?)
            .map_err(|error| broken(error.to_string()))?;
        let upstream = Text {
            name: "spec/v2/upstream.yaml",
            text: &read(&folder.join("upstream.yaml"))?,
        };
        let overlay = Text {
            name: "spec/v2/overlays/corrections.yaml",
            text: &read(&path)?,
        };
        let SelectionFile {
            operations,
            api_date,
        } = selection;
        Self::read(upstream, overlay, &operations, &api_date).map_err(broken)
    }

    /// Reads the corrections of `upstream` in `overlay`; the operations are those of `selection`, at `api_date`.
    ///
    /// # Errors
    /// Says what the generator finds wrong with the texts.
    pub fn read(
        upstream: Text<'_>,
        overlay: Text<'_>,
        selection: &[String],
        api_date: &str,
    ) -> Result<Self, String> {
        let parsed: Value =
            serde_saphyr::from_str(overlay.text).map_err(|error| error.to_string())?;
        let listed = parsed.get("actions").and_then(Value::as_array);
        let listed = listed.map_or(&[][..], Vec::as_slice);
        let curate = |text: &str| {
            let name = overlay.name;
            let overlays = vec![Text { name, text }];
            curated(&source(upstream, overlays, selection, api_date))
                .map_err(|found| found.to_string())
        };
        let whole = [Document::of(curate(overlay.text)?)?];
        let mut without = Vec::new();
        for index in 0..listed.len() {
            let mut rest = parsed.clone();
            if let Some(actions) = rest.get_mut("actions").and_then(Value::as_array_mut) {
                actions.remove(index);
            }
            without.push(Without {
                root: curate(&rest.to_string())?,
                same: HashMap::new(),
            });
        }
        let text = |action: &Value, key: &str| {
            let text = action.get(key).and_then(Value::as_str).unwrap_or_default();
            text.trim().to_owned()
        };
        let numbered = listed.iter().enumerate().map(|(index, action)| Action {
            number: index + 1,
            target: text(action, "target"),
            title: text(action, "description"),
        });
        Ok(Self {
            actions: numbered.collect(),
            whole,
            without,
        })
    }

    /// Adds to a judged recording what it needs corrections for. One that is in order only because of them is then
    /// [`Verdict::Corrected`].
    pub fn explain(&mut self, read: &Result<Recording, Unreadable>, judged: &mut Judged) {
        let Ok(recording) = read else { return };
        let Some((whole, operation)) = find(&self.whole, &recording.method, &recording.target)
        else {
            return;
        };
        let answer = Answer::of(recording);
        let with = by_document(&whole.root, operation, &answer);
        for (action, without) in self.actions.iter().zip(&mut self.without) {
            let statuses = [answer.status, recording.status];
            if judged_by(operation, statuses).all(|place| without.agrees(&whole.root, place)) {
                continue;
            }
            let mut found = by_document(&without.root, operation, &answer);
            found.retain(|finding| !with.iter().any(|known| is_same(known, finding)));
            let needed = classes(found).into_iter();
            judged.corrected.extend(needed.map(|class| Corrected {
                action: action.number,
                class,
            }));
        }
        if judged.verdict == Verdict::Ok && !judged.corrected.is_empty() {
            judged.verdict = Verdict::Corrected;
        }
    }
}

impl Without {
    /// Whether a place is the same without the correction.
    fn agrees(&mut self, whole: &Value, place: String) -> bool {
        if let Some(same) = self.same.get(&place) {
            return *same;
        }
        let same = is_same_place(whole, &self.root, &place, &mut Vec::new());
        self.same.insert(place, same);
        same
    }
}

/// The places of a document that a recording of an operation is judged by.
fn judged_by(operation: &Operation, statuses: [u16; 2]) -> impl Iterator<Item = String> {
    let range = statuses.map(|status| format!("{}XX", status / 100));
    let keys = statuses.map(|status| status.to_string()).into_iter();
    let responses = keys.chain(range).chain(["default".to_owned()]);
    let responses = responses.map(|key| format!("{}/responses/{key}", operation.pointer));
    let path = operation
        .pointer
        .rsplit_once('/')
        .map_or("", |(path, _)| path);
    let request = [
        format!("{path}/parameters"),
        format!("{}/parameters", operation.pointer),
        format!("{}/requestBody", operation.pointer),
    ];
    responses.chain(request)
}

/// What is expected may differ in words between two documents; where and what about may not.
fn is_same(one: &Finding, other: &Finding) -> bool {
    (&one.at, one.rule, &one.schema) == (&other.at, other.rule, &other.schema)
}

fn is_same_place(one: &Value, other: &Value, pointer: &str, seen: &mut Vec<String>) -> bool {
    if seen.iter().any(|known| known == pointer) {
        return true;
    }
    seen.push(pointer.to_owned());
    match (one.pointer(pointer), other.pointer(pointer)) {
        (Some(here), Some(there)) if here == there => {
            references(here).all(|target| is_same_place(one, other, &target, seen))
        }
        (None, None) => true,
        _ => false,
    }
}

/// The pointers that a part of a document refers to: `$ref` and the mappings of discriminators.
fn references<'a>(value: &'a Value) -> Box<dyn Iterator<Item = String> + 'a> {
    match value {
        Value::String(text) => {
            let local = text.strip_prefix('#').filter(|rest| rest.starts_with('/'));
            Box::new(local.map(str::to_owned).into_iter())
        }
        Value::Array(items) => Box::new(items.iter().flat_map(references)),
        Value::Object(fields) => Box::new(fields.values().flat_map(references)),
        _ => Box::new(std::iter::empty()),
    }
}

fn source<'a>(
    document: Text<'a>,
    overlays: Vec<Text<'a>>,
    selection: &[String],
    api_date: &'a str,
) -> Source<'a> {
    Source {
        document,
        overlays,
        selection: Selection::Operations(selection.to_vec()),
        released: None,
        api_date: Some(api_date),
        // Only the facts are judged by.
        documented: false,
        curated: document.name,
        target: Target {
            crate_name: "",
            directory: "",
            receiver: "",
            features: false,
        },
    }
}

#[cfg(test)]
mod tests;
