//! Which corrections of the document the recordings need: those without which a recording would be judged otherwise.
//!
//! Each correction is left out in turn, and what is found then and not with all of them in place is what it corrects. The
//! document without each is data that the generator makes: a JSON Patch (RFC 6902) of the curated one.
//!
//! Invariant: a correction is never told from what it looks like, only from what leaving it out does.

use crate::verify::answer::{Answer, by_document};
use crate::verify::finding::Finding;
use crate::verify::recording::{Recording, Unreadable};
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

/// One action of the corrections.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    /// Carries it out; `None` where its place is not there.
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
    /// Reads the corrections of `whole` from JSON: a list of the actions, each with the patch that undoes it.
    ///
    /// # Errors
    /// Says what is wrong when the text is no such list, or a patch does not fit the document.
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

    /// Adds to a judged recording what it needs corrections of `whole` for. One that is in order only because of them is
    /// then [`Verdict::Corrected`].
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
        let answer = Answer::of(recording);
        let with = by_document(&whole.root, operation, &answer, false);
        for (action, without) in self.actions.iter().zip(&mut self.without) {
            let statuses = [answer.status, recording.status];
            if judged_by(operation, statuses).all(|place| without.agrees(&whole.root, place)) {
                continue;
            }
            let mut found = by_document(&without.root, operation, &answer, false);
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

#[cfg(test)]
mod tests;
