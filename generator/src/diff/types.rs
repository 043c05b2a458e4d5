//! Types, in the pairs that operations reach.
//!
//! Invariant: a pair of types is compared once for each direction, however many fields lead to it and however they recurse.

use super::rules::{PROSE_CHANGED, TYPE_KIND_CHANGED, TYPE_REGROUPED, TYPE_RENAMED};
use super::side::{Side, Sides, origin};
use super::{Changes, Direction, Place, records, unions};
use crate::document::{SCHEMAS, object, string, strings, type_key};
use crate::model::SHARED;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The schema keys of two types that take the same place.
pub(super) type Pair = (String, String);

/// The pairs of types that an operation names itself, by the operation's id.
pub(super) type Roots = Vec<(String, Vec<(Pair, Direction)>)>;

/// A value's type, as far as Rust tells values apart.
pub(super) enum Type {
    /// A type of the document, by schema key.
    Named(String),
    /// A type of the runtime or of Rust.
    Plain(String),
    List(Box<Type>),
    Map(Box<Type>),
}

impl Type {
    /// The type of what a normalised schema describes.
    pub(super) fn of(schema: &Value, side: &Side) -> Self {
        if let Some(key) = type_key(schema) {
            return match object(&side.document, SCHEMAS).contains_key(key) {
                true => Self::Named(key.to_owned()),
                false => Self::Plain(key.to_owned()),
            };
        }
        let inner = |key: &str| {
            let inner = schema.get(key).filter(|inner| inner.is_object());
            inner.map(|inner| Box::new(Self::of(inner, side)))
        };
        let plain = match string(schema, "type") {
            Some("string") => "String",
            Some("integer") => "i64",
            Some("number") => "f64",
            Some("boolean") => "bool",
            Some("array") => match inner("items") {
                Some(items) => return Self::List(items),
                None => "Vec<Value>",
            },
            _ => match inner("additionalProperties") {
                Some(values) => return Self::Map(values),
                None => "Value",
            },
        };
        Self::Plain(plain.to_owned())
    }

    /// The type as Rust writes it.
    pub(super) fn name(&self, side: &Side) -> String {
        match self {
            Self::Named(key) => side.type_name(key),
            Self::Plain(name) => name.clone(),
            Self::List(items) => format!("Vec<{}>", items.name(side)),
            Self::Map(values) => format!("BTreeMap<String, {}>", values.name(side)),
        }
    }

    /// Whether two types are the same but for types that were renamed; the document's types in them are added to `pairs`.
    pub(super) fn same(old: &Self, new: &Self, sides: &Sides, pairs: &mut Vec<Pair>) -> bool {
        match (old, new) {
            (Self::Plain(old), Self::Plain(new)) => old == new,
            (Self::List(old), Self::List(new)) | (Self::Map(old), Self::Map(new)) => {
                Self::same(old, new, sides, pairs)
            }
            (Self::Named(old), Self::Named(new)) => {
                let same = is_successor(old, new, sides);
                if same {
                    pairs.push((old.clone(), new.clone()));
                }
                same
            }
            _ => false,
        }
    }
}

/// Whether a type has the name of another or is, under a name nothing had, what has become of it.
fn is_successor(old: &str, new: &str, sides: &Sides) -> bool {
    let (old_name, new_name) = (sides.old.type_name(old), sides.new.type_name(new));
    if old_name == new_name {
        return true;
    }
    if sides.new.names.contains(&old_name) || sides.old.names.contains(&new_name) {
        return false;
    }
    let (old, new) = (sides.old.schema(old), sides.new.schema(new));
    let (old_members, new_members) = (members(old), members(new));
    let common = old_members.intersection(&new_members).count();
    kind(old) == kind(new) && 2 * common >= old_members.len().max(new_members.len())
}

/// What a type has: fields, values or kinds.
fn members(schema: &Value) -> BTreeSet<&str> {
    let fields = object(schema, "/properties").keys();
    let kinds = object(schema, "/discriminator/mapping").keys();
    let named = fields.chain(kinds).map(String::as_str);
    named.chain(strings(schema, "enum")).collect()
}

/// What a type is in Rust.
fn kind(schema: &Value) -> &'static str {
    if schema.get("enum").is_some() {
        "an enum"
    } else if schema.get("oneOf").is_some() || schema.get("discriminator").is_some() {
        "a union"
    } else {
        "a struct"
    }
}

/// Compares every pair that the roots lead to.
pub(super) fn compare(sides: &Sides, roots: &Roots, changes: &mut Changes) {
    let mut inner: BTreeMap<Pair, Vec<Pair>> = BTreeMap::new();
    let mut reached: BTreeMap<(Pair, Direction), BTreeSet<String>> = BTreeMap::new();
    for (operation, named) in roots {
        let mut open = named.clone();
        let mut seen = BTreeSet::new();
        while let Some((pair, direction)) = open.pop() {
            if !seen.insert((pair.clone(), direction)) {
                continue;
            }
            let inner = inner
                .entry(pair.clone())
                .or_insert_with(|| pairs_inside(&pair, sides));
            open.extend(inner.iter().map(|inner| (inner.clone(), direction)));
            let operations = reached.entry((pair, direction)).or_default();
            operations.insert(operation.clone());
        }
    }
    for (((old, new), direction), operations) in reached {
        let place = Place {
            old: origin(sides.old.schema(&old)),
            new: origin(sides.new.schema(&new)),
            operations,
            direction: Some(direction),
        };
        definition(&(old, new), place, direction, sides, changes);
    }
}

fn pairs_inside(pair: &Pair, sides: &Sides) -> Vec<Pair> {
    let (old, new) = (sides.old.schema(&pair.0), sides.new.schema(&pair.1));
    match (kind(old), kind(new)) {
        ("a struct", "a struct") => records::pairs(old, new, sides),
        ("a union", "a union") => unions::pairs(pair, sides),
        _ => Vec::new(),
    }
}

fn definition(
    pair: &Pair,
    place: Place,
    direction: Direction,
    sides: &Sides,
    changes: &mut Changes,
) {
    let (old, new) = (sides.old.schema(&pair.0), sides.new.schema(&pair.1));
    let (old_name, name) = (sides.old.type_name(&pair.0), sides.new.type_name(&pair.1));
    if old_name != name {
        let reason = format!("it is called `{name}`");
        changes.add(TYPE_RENAMED, place.clone(), &old_name, reason);
    }
    let has_it = sides.new.modules(&pair.1);
    for module in sides.old.modules(&pair.0) {
        // Where a whole module goes, its operations say so.
        let is_there = module == SHARED || sides.new.has_module(module);
        if is_there && !has_it.contains(module) {
            let reason = format!("`{module}` does not have it any more");
            changes.add(TYPE_REGROUPED, place.clone(), &name, reason);
        }
    }
    if kind(old) != kind(new) {
        let reason = format!("it was {} and is {}", kind(old), kind(new));
        return changes.add(TYPE_KIND_CHANGED, place, &name, reason);
    }
    prose(old, new, &place, &name, changes);
    match kind(new) {
        "an enum" => unions::values(old, new, &place, &name, changes),
        "a union" => unions::compare(pair, &place, &name, sides, changes),
        _ => records::compare(pair, &place, direction, sides, changes),
    }
}

/// What is said about a thing.
pub(super) fn prose(old: &Value, new: &Value, place: &Place, item: &str, changes: &mut Changes) {
    for key in ["summary", "description"] {
        let reason = match (string(old, key), string(new, key)) {
            (old, new) if old == new => continue,
            (None, _) => "is new",
            (_, None) => "is gone",
            _ => "is another",
        };
        changes.add(
            PROSE_CHANGED,
            place.clone(),
            item,
            format!("its {key} {reason}"),
        );
    }
}
