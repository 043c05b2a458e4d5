//! What is different between two documents for users of the code generated from them, and which version that asks for.
//!
//! Both documents are normalised as for generating, so that what is compared is what Rust code is made from; before that,
//! every part gets a mark of where it stood. Operations are compared in pairs, types in the pairs those reach.
//!
//! Invariant: pointers lead into the documents as they were given. A difference is told once, with every operation it reaches.

mod accessors;
mod bodies;
mod constraints;
mod operations;
mod pairing;
mod parameters;
mod records;
mod rules;
mod side;
mod types;
mod unions;

pub use rules::{Class, RULES, Rule};

use side::Sides;

use crate::diagnostic::Diagnostics;
use crate::document::Text;
use crate::select::Selection;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What of two documents is compared.
#[derive(Clone, Debug)]
pub struct DiffOptions<'a> {
    /// The operations that count, by `operationId` or by the name they go by in the SDK, in either document.
    pub selection: Selection,
    /// The date whose versions are compared (`YYYY-MM-DD`, or `preview`); `None` for the newest final ones.
    pub api_date: Option<&'a str>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The rule's name, as in `spec/RULES.md`.
    pub rule: &'static str,
    /// The rule's class.
    pub class: Class,
    /// What it is about, as Rust names it: `create_job`, `Job`, `Job::name`; for documents themselves `info`.
    pub item: String,
    /// What happened, in one sentence without a full stop.
    pub reason: String,
    /// Why the change has its class, as the rule says it.
    pub why: &'static str,
    /// JSON pointer (RFC 6901) into the old document; `None` for what is new.
    pub old: Option<String>,
    /// JSON pointer (RFC 6901) into the new document; `None` for what is gone.
    pub new: Option<String>,
    /// The operations it reaches, in alphabetical order.
    pub operations: Vec<String>,
    /// Whether it is about requests or answers; `None` for what is neither.
    pub direction: Option<Direction>,
}

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the SDK to the service.
    Request,
    /// From the service to the SDK.
    Answer,
    /// Both.
    Both,
}

/// The part of a version that has to go up (Semantic Versioning 2.0.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// No difference.
    None,
    /// Fixes and documentation.
    Patch,
    /// At least one feature.
    Minor,
    /// At least one breaking change.
    Major,
}

/// The version that changes ask for.
#[must_use]
pub fn bump(changes: &[Change]) -> Bump {
    let asked = changes.iter().map(|change| match change.class {
        Class::Breaking => Bump::Major,
        Class::Feature => Bump::Minor,
        Class::Fix | Class::Docs => Bump::Patch,
    });
    asked.max().unwrap_or(Bump::None)
}

/// Compares two documents: breaking changes first, then by rule and place.
///
/// # Errors
/// When one of the documents is unreadable, or cannot be made plain, and when there is nothing to compare by the date.
pub fn diff(
    old: Text<'_>,
    new: Text<'_>,
    options: &DiffOptions<'_>,
) -> Result<Vec<Change>, Diagnostics> {
    let sides = side::sides(old, new, options)?;
    side::check(&sides, new.name)?;
    let mut changes = Changes::default();
    info(&sides.old.raw, &sides.new.raw, &mut changes);
    let roots = operations::compare(&sides, &mut changes);
    types::compare(&sides, &roots, &mut changes);
    Ok(changes.sorted())
}

/// The document's own title, version and description.
fn info(old: &Value, new: &Value, changes: &mut Changes) {
    for key in ["title", "version", "description"] {
        let pointer = format!("/info/{key}");
        if old.pointer(&pointer) != new.pointer(&pointer) {
            let place = Place::of(Some(pointer.clone()), Some(pointer));
            changes.add(
                rules::INFO_CHANGED,
                place,
                "info",
                format!("its {key} is another"),
            );
        }
    }
}

/// Where a difference is, and whom it concerns.
#[derive(Clone, Default)]
struct Place {
    old: Option<String>,
    new: Option<String>,
    operations: BTreeSet<String>,
    direction: Option<Direction>,
}

impl Place {
    fn of(old: Option<String>, new: Option<String>) -> Self {
        Self {
            old,
            new,
            ..Self::default()
        }
    }

    /// The place of a part of what is here.
    fn at(&self, old: Option<String>, new: Option<String>) -> Self {
        Self {
            old,
            new,
            ..self.clone()
        }
    }
}

/// The differences found so far.
#[derive(Default)]
struct Changes(BTreeMap<Key, Change>);

/// What tells differences apart, in the order they are told in.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    class: Class,
    rule: &'static str,
    new: Option<String>,
    old: Option<String>,
    told: String,
    of: String,
}

impl Changes {
    /// Adds a difference, `reason` being what can be said of `item`. One that is known already only gets more operations.
    fn add(&mut self, rule: &Rule, place: Place, item: &str, reason: impl Into<String>) {
        let reason = reason.into();
        // What is inherited is told of the first heir only, so what it is about is no part of the key; but what is sent and what
        // is received of one schema are two types, each of which is built or read otherwise when it becomes another kind.
        let key = Key {
            class: rule.class,
            rule: rule.id,
            new: place.new.clone(),
            old: place.old.clone(),
            told: reason.clone(),
            of: match rule.id == rules::TYPE_KIND_CHANGED.id {
                true => item.to_owned(),
                false => String::new(),
            },
        };
        let change = self.0.entry(key).or_insert_with(|| Change {
            rule: rule.id,
            class: rule.class,
            item: item.to_owned(),
            reason,
            why: rule.why,
            old: place.old,
            new: place.new,
            operations: Vec::new(),
            direction: place.direction,
        });
        if change.direction != place.direction {
            change.direction = Some(Direction::Both);
        }
        change.operations.extend(place.operations);
        change.operations.sort();
        change.operations.dedup();
    }

    fn sorted(self) -> Vec<Change> {
        self.0.into_values().collect()
    }
}
