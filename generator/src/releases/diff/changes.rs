//! Changes as data, and their collection.

use super::rules::{ChangeKind, Class, Rule};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One change between two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Kind of the change, with its details.
    pub what: ChangeKind,
    /// The changed item by its Rust name, or `info` for the document itself.
    pub item: Item,
    /// JSON pointer (RFC 6901) into the old document; `None` if the part was added.
    pub old: Option<String>,
    /// JSON pointer (RFC 6901) into the new document; `None` if the part was removed.
    pub new: Option<String>,
    /// Further locations with the same change.
    pub elsewhere: Vec<OtherLocation>,
    /// Ids of the affected operations, in alphabetical order.
    pub operations: Vec<String>,
    /// Direction of the affected data; `None` if the change has no direction.
    pub direction: Option<Direction>,
}

/// Another location with the same change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherLocation {
    /// The changed item at this location.
    pub item: Item,
    /// JSON pointer (RFC 6901) into the old document; `None` if the part was added.
    pub old: Option<String>,
    /// JSON pointer (RFC 6901) into the new document; `None` if the part was removed.
    pub new: Option<String>,
}

impl Serialize for OtherLocation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'c> {
            item: String,
            old: Option<&'c str>,
            new: Option<&'c str>,
        }
        let written = Written {
            item: self.item.to_string(),
            old: self.old.as_deref(),
            new: self.new.as_deref(),
        };
        written.serialize(serializer)
    }
}

impl Change {
    /// Iterates over all changed items.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        let elsewhere = self.elsewhere.iter().map(|elsewhere| &elsewhere.item);
        std::iter::once(&self.item).chain(elsewhere)
    }

    /// Returns the rule that reports the change.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        self.what.rule()
    }

    /// Returns the class of the change.
    #[must_use]
    pub fn class(&self) -> Class {
        self.rule().class
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'c> {
            rule: &'static str,
            class: Class,
            item: String,
            reason: String,
            parts: &'c ChangeKind,
            why: &'static str,
            old: Option<&'c str>,
            new: Option<&'c str>,
            elsewhere: &'c [OtherLocation],
            operations: &'c [String],
            direction: Option<Direction>,
        }
        let rule = self.rule();
        let written = Written {
            rule: rule.id,
            class: rule.class,
            item: self.item.to_string(),
            reason: self.what.sentence(),
            parts: &self.what,
            why: rule.why,
            old: self.old.as_deref(),
            new: self.new.as_deref(),
            elsewhere: &self.elsewhere,
            operations: &self.operations,
            direction: self.direction,
        };
        written.serialize(serializer)
    }
}

/// A method or type, or a member of one: `create_job`, `Job`, `Job::name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Name of the method or type.
    pub name: String,
    /// Name of the parameter, field or variant.
    pub member: Option<String>,
}

impl Item {
    pub(super) fn whole(name: &str) -> Self {
        let name = name.to_owned();
        Self { name, member: None }
    }

    pub(super) fn member(name: &str, member: &str) -> Self {
        let member = Some(member.to_owned());
        Self {
            member,
            ..Self::whole(name)
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.member {
            Some(member) => write!(f, "{}::{member}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Direction in which data is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the SDK to the service.
    Request,
    /// From the service to the SDK.
    Response,
    /// Both directions.
    Both,
}

/// Location of a change, and the operations that it affects.
#[derive(Clone, Default)]
pub(super) struct ChangeLocation {
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    pub(super) operations: BTreeSet<String>,
    pub(super) direction: Option<Direction>,
}

impl ChangeLocation {
    pub(super) fn of(old: Option<String>, new: Option<String>) -> Self {
        Self {
            old,
            new,
            ..Self::default()
        }
    }

    /// Returns the location of a part, with the same operations and direction.
    pub(super) fn at(&self, old: Option<String>, new: Option<String>) -> Self {
        Self {
            old,
            new,
            ..self.clone()
        }
    }
}

/// The changes found so far.
#[derive(Default)]
pub(super) struct Changes(BTreeMap<Key, Change>);

/// Identifies a change; keys are in the order of the report.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    class: Class,
    rule: &'static str,
    new: Option<String>,
    old: Option<String>,
    what: ChangeKind,
    of: Option<Item>,
}

impl Changes {
    /// Adds a change. If it is known already, only its operations and direction are merged.
    pub(super) fn add(&mut self, what: ChangeKind, place: ChangeLocation, item: Item) {
        let rule = what.rule();
        // An inherited field is reported for the first subschema only, so the item is usually not part of the key.
        // The request and response types of one schema, however, are reported separately if they become another kind
        // of type or move to another module.
        let is_of_each = matches!(
            what,
            ChangeKind::TypeKindChanged { .. } | ChangeKind::TypeRegrouped { .. }
        );
        let key = Key {
            class: rule.class,
            rule: rule.id,
            new: place.new.clone(),
            old: place.old.clone(),
            what: what.clone(),
            of: is_of_each.then(|| item.clone()),
        };
        let change = self.0.entry(key).or_insert_with(|| Change {
            what,
            item,
            old: place.old,
            new: place.new,
            elsewhere: Vec::new(),
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

    /// Merges changes with the same cause: the same change of several operations, or of several types that left a
    /// module.
    ///
    /// Changes of prose are kept apart for each operation, except for the prose of shared parameters.
    pub(super) fn gather(&mut self, has_one_cause: impl Fn(&ChangeKind) -> bool) {
        let mut first: BTreeMap<_, Key> = BTreeMap::new();
        let mut gathered: BTreeMap<Key, Change> = BTreeMap::new();
        for (key, change) in std::mem::take(&mut self.0) {
            let is_prose = matches!(change.what, ChangeKind::ProseChanged { .. });
            let is_own = !has_one_cause(&change.what) || is_prose && change.item.member.is_none();
            let cause = (
                key.what.clone(),
                change.item.member.clone(),
                change.direction,
                // All variants of a union become patches together.
                matches!(change.what, ChangeKind::ChangeFormChanged { .. })
                    .then(|| change.operations.clone()),
            );
            let known = first.get(&cause).filter(|_| !is_own);
            let Some(known) = known.and_then(|key| gathered.get_mut(key)) else {
                first.insert(cause, key.clone());
                gathered.insert(key, change);
                continue;
            };
            known.elsewhere.push(OtherLocation {
                item: change.item,
                old: change.old,
                new: change.new,
            });
            known.operations.extend(change.operations);
            known.operations.sort();
            known.operations.dedup();
        }
        self.0 = gathered;
    }

    pub(super) fn sorted(self) -> Vec<Change> {
        self.0.into_values().collect()
    }
}
