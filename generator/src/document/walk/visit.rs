//! Visitors for all parts of a value, with their location and kind, and for references.

use super::Kind::{self, Names, Reference, SchemaReference};
use crate::document::{SCHEMAS, child};
use serde_json::Value;

/// The location of a visited part.
pub(crate) struct Location<'p> {
    within: Option<&'p Location<'p>>,
    step: Step<'p>,
    /// True if the key is a name and not a keyword.
    named: bool,
}

enum Step<'p> {
    Start(&'p str),
    Key(&'p str),
    Index(usize),
}

impl<'p> Location<'p> {
    /// Creates the location at which a visit starts.
    fn at(pointer: &'p str) -> Self {
        Self {
            within: None,
            step: Step::Start(pointer),
            named: false,
        }
    }

    /// Creates the location one level below a part of the given kind.
    fn inside(&'p self, kind: Kind, step: Step<'p>) -> Self {
        Self {
            within: Some(self),
            step,
            named: matches!(kind, Names(_)),
        }
    }
}

impl Location<'_> {
    /// Returns the JSON pointer of the part.
    pub(crate) fn pointer(&self) -> String {
        let within = self.within.map(Location::pointer).unwrap_or_default();
        match self.step {
            Step::Start(pointer) => pointer.to_owned(),
            Step::Key(key) => child(&within, key),
            Step::Index(index) => format!("{within}/{index}"),
        }
    }

    /// Returns the JSON pointer of the part's parent.
    pub(crate) fn parent(&self) -> String {
        self.within.map(Location::pointer).unwrap_or_default()
    }

    /// Returns true if the part's key is a name and not a keyword.
    pub(crate) fn is_named(&self) -> bool {
        self.named
    }

    /// Returns the key of the part; empty for array items.
    pub(crate) fn key(&self) -> &str {
        match self.step {
            Step::Key(key) => key,
            _ => "",
        }
    }
}

/// Calls `visit` for `value` and for every part inside it, parents first.
///
/// `kind` and `pointer` describe `value`.
pub(crate) fn each<'v>(
    value: &'v Value,
    kind: Kind,
    pointer: &str,
    visit: &mut dyn FnMut(&Location<'_>, Kind, &'v Value),
) {
    let start = Location::at(pointer);
    each_below(value, kind, &start, visit);
}

fn each_below<'v>(
    value: &'v Value,
    kind: Kind,
    location: &Location<'_>,
    visit: &mut dyn FnMut(&Location<'_>, Kind, &'v Value),
) {
    visit(location, kind, value);
    if !kind.is_structure() {
        return;
    }
    let inside = |step| location.inside(kind, step);
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                let location = inside(Step::Key(key));
                each_below(inner, kind.member(key), &location, visit);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let location = inside(Step::Index(index));
                each_below(item, kind.item(), &location, visit);
            }
        }
        _ => {}
    }
}

/// Like [`each`], with mutable parts. The parts below are visited as they are after the call.
pub(crate) fn each_mut(
    value: &mut Value,
    kind: Kind,
    pointer: &str,
    visit: &mut dyn FnMut(&Location<'_>, Kind, &mut Value),
) {
    let start = Location::at(pointer);
    each_below_mut(value, kind, &start, visit);
}

fn each_below_mut(
    value: &mut Value,
    kind: Kind,
    location: &Location<'_>,
    visit: &mut dyn FnMut(&Location<'_>, Kind, &mut Value),
) {
    visit(location, kind, value);
    if !kind.is_structure() {
        return;
    }
    let inside = |step| location.inside(kind, step);
    match value {
        Value::Object(members) => {
            for (key, inner) in members.iter_mut() {
                let location = inside(Step::Key(key));
                each_below_mut(inner, kind.member(key), &location, visit);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                let location = inside(Step::Index(index));
                each_below_mut(item, kind.item(), &location, visit);
            }
        }
        _ => {}
    }
}

/// Removes keywords for whose values `keep` returns false, at any depth. Members under names stay.
pub(crate) fn retain(value: &mut Value, kind: Kind, keep: fn(Kind) -> bool) {
    each_mut(value, kind, "", &mut |_, kind, part| {
        let has_keywords = kind.is_structure() && !matches!(kind, Names(_));
        if let (true, Some(members)) = (has_keywords, part.as_object_mut()) {
            members.retain(|key, _| keep(kind.member(key)));
        }
    });
}

/// Returns the pointer that a reference leads to; `None` if it leads out of the document.
pub(crate) fn target(kind: Kind, value: &Value) -> Option<String> {
    let text = value.as_str()?;
    match (kind, text.strip_prefix('#')) {
        (Reference | SchemaReference, Some(pointer)) => Some(pointer.to_owned()),
        (SchemaReference, None) => Some(child(SCHEMAS, text)),
        _ => None,
    }
}

/// Returns the pointers of all references inside `value`.
pub(crate) fn references(value: &Value, kind: Kind) -> Vec<String> {
    let mut found = Vec::new();
    each(value, kind, "", &mut |_, kind, part| {
        found.extend(target(kind, part));
    });
    found
}
