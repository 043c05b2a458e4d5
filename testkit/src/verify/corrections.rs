//! Finds the corrections of the document that recordings need.
//!
//! Each correction is left out in turn; a finding that appears only then is one that it corrects. The
//! generator writes the document without each correction as a JSON Patch (RFC 6902) of the curated one.
//!
//! Invariant: whether a correction is needed depends only on the effect of leaving it out.

use crate::verify::finding::Finding;
use crate::verify::recording::{Recording, Unreadable};
use crate::verify::response::{RecordedResponse, by_document};
use crate::verify::route::{Document, Operation, find};
use crate::verify::verdict::{Class, Judged, Verdict, classes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// The corrections of one document, ready to be left out.
#[derive(Debug)]
pub struct Corrections {
    /// The corrections, in the order of their overlay.
    pub actions: Vec<Action>,
    without: Vec<Without>,
}

/// One correcting overlay action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Action {
    /// Its number in the overlay, from 1.
    pub number: usize,
    /// Its target, as in the overlay.
    pub target: String,
    /// Its reason, as in the overlay.
    pub title: String,
}

/// A finding that a correction prevents for one recording.
#[derive(Debug, Clone, Serialize)]
pub struct Corrected {
    /// The [`Action::number`].
    pub action: usize,
    /// The findings without the correction.
    #[serde(flatten)]
    pub class: Class,
}

/// The document without one correction.
#[derive(Debug)]
struct Without {
    root: Value,
    /// By pointer: true if the place and everything it refers to are equal in both documents.
    same: HashMap<String, bool>,
}

/// An entry of the file of corrections.
#[derive(Deserialize)]
struct LeftOut {
    #[serde(flatten)]
    action: Action,
    without: Vec<Change>,
}

/// An operation of a JSON Patch.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "camelCase")]
enum Change {
    Add { path: String, value: Value },
    Remove { path: String },
}

impl Change {
    /// Applies the operation; `None` if its place does not exist.
    fn apply(self, root: &mut Value) -> Option<()> {
        let (path, value) = match self {
            Self::Add { path, value } => (path, Some(value)),
            Self::Remove { path } => (path, None),
        };
        let (parent, name) = path.rsplit_once('/')?;
        let fields = root.pointer_mut(parent)?.as_object_mut()?;
        let name = name.replace("~1", "/").replace("~0", "~");
        match value {
            Some(value) => {
                fields.insert(name, value);
                Some(())
            }
            None => fields.shift_remove(&name).map(drop),
        }
    }
}

impl Corrections {
    /// Parses the corrections of `whole`: a JSON list of actions, each with the patch that undoes it.
    ///
    /// # Errors
    /// When the text is not such a list, or a patch does not fit the document.
    pub fn parse(text: &str, whole: &Document) -> Result<Self, String> {
        let listed: Vec<LeftOut> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let (mut actions, mut without) = (Vec::new(), Vec::new());
        for LeftOut {
            action,
            without: changes,
        } in listed
        {
            let mut root = whole.root.clone();
            for change in changes {
                let unfit = || format!("correction {} does not fit the document", action.number);
                change.apply(&mut root).ok_or_else(unfit)?;
            }
            actions.push(action);
            without.push(Without {
                root,
                same: HashMap::new(),
            });
        }
        Ok(Self { actions, without })
    }

    /// Adds the corrections of `whole` that a recording needs.
    ///
    /// A recording that is valid only because of them becomes [`Verdict::Corrected`].
    pub fn explain(
        &mut self,
        whole: &Document,
        read: &Result<Recording, Unreadable>,
        judged: &mut Judged,
    ) {
        let Ok(recording) = read else { return };
        let whole = std::slice::from_ref(whole);
        let Some((whole, operation)) = find(whole, &recording.method, &recording.target) else {
            return;
        };
        let response = RecordedResponse::of(recording);
        let with = by_document(&whole.root, operation, &response, false);
        for (action, without) in self.actions.iter().zip(&mut self.without) {
            let statuses = [response.status, recording.status];
            if judged_by(operation, statuses).all(|place| without.agrees(&whole.root, place)) {
                continue;
            }
            let mut found = by_document(&without.root, operation, &response, false);
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
    /// Returns true if a place is the same without the correction.
    fn agrees(&mut self, whole: &Value, place: String) -> bool {
        if let Some(same) = self.same.get(&place) {
            return *same;
        }
        let same = is_same_place(whole, &self.root, &place, &mut Vec::new());
        self.same.insert(place, same);
        same
    }
}

/// Returns the places of a document that judge a recording of an operation.
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

/// Compares findings by place, rule and schema; the expected text may differ between documents.
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

/// Returns the pointers in `$ref` and discriminator mappings of a part of a document.
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

#[cfg(test)]
mod tests;
