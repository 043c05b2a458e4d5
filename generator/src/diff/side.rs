//! One of the two documents, made ready: read, marked, selected, resolved to versions, normalised.

use super::DiffOptions;
use crate::diagnostic::Diagnostics;
use crate::document::{self, ORIGIN, SCHEMAS, Text, child, object, operation_name, string};
use crate::model::{self, naming};
use crate::normalise;
use crate::select::{self, Selection};
use crate::versions;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A document as it is compared.
pub(super) struct Side {
    /// As it was given.
    pub(super) raw: Value,
    /// Normalised; every part knows where in the document as it was given it comes from.
    pub(super) document: Value,
    /// The operations, in document order.
    pub(super) operations: Vec<Operation>,
    /// The Rust names of its types.
    pub(super) names: BTreeSet<String>,
    /// The modules that lead to a type, by schema key.
    modules: BTreeMap<String, BTreeSet<String>>,
}

/// Both documents, ready to be compared.
pub(super) struct Sides {
    pub(super) old: Side,
    pub(super) new: Side,
    /// The date whose versions are compared.
    pub(super) api_date: Option<String>,
}

/// An operation of one side.
pub(super) struct Operation {
    pub(super) pointer: String,
    pub(super) http_method: String,
    /// As it is generated.
    pub(super) model: model::Operation,
    /// The dated versions the document has of it, used or not.
    pub(super) versions: BTreeSet<String>,
}

impl Side {
    /// The operation's object in the normalised document.
    pub(super) fn object(&self, operation: &Operation) -> &Value {
        self.document
            .pointer(&operation.pointer)
            .unwrap_or(&Value::Null)
    }

    /// A schema of the normalised document.
    pub(super) fn schema(&self, key: &str) -> &Value {
        object(&self.document, SCHEMAS)
            .get(key)
            .unwrap_or(&Value::Null)
    }

    /// The modules that have a type.
    pub(super) fn modules(&self, key: &str) -> BTreeSet<&str> {
        let from = self.modules.get(key).into_iter().flatten();
        let mut modules: BTreeSet<&str> = from.map(String::as_str).collect();
        if modules.len() > 1 {
            modules.insert(model::SHARED);
        }
        modules
    }

    /// Whether an operation belongs to the module.
    pub(super) fn has_module(&self, name: &str) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|operation| operation.model.module == name)
    }

    /// The Rust name of the type that the schema `key` becomes.
    pub(super) fn type_name(&self, key: &str) -> String {
        naming::type_name(self.schema(key), key)
    }
}

/// Where in the document as it was given a part of the normalised one comes from.
pub(super) fn origin(part: &Value) -> Option<String> {
    string(part, ORIGIN).map(str::to_owned)
}

/// Makes both documents ready, in the same way.
pub(super) fn sides(
    old: Text<'_>,
    new: Text<'_>,
    options: &DiffOptions<'_>,
) -> Result<Sides, Diagnostics> {
    let (old_raw, new_raw) = at_once(|| load(old), || load(new))?;
    let [old_selection, new_selection] =
        select::in_both(&options.selection, [&old_raw, &new_raw], new.name)?;
    let newest = [&old_raw, &new_raw]
        .into_iter()
        .filter_map(versions::newest);
    let api_date = options.api_date.map(str::to_owned).or(newest.max());
    let date = api_date.as_deref();
    let both = |strict| {
        at_once(
            || plain(old, &old_raw, &old_selection, date, strict),
            || plain(new, &new_raw, &new_selection, date, strict),
        )
    };
    // As curated documents are read; what nobody curated may need numbers to tell names apart, and then both get them.
    let (one, other) = both(true).or_else(|_| both(false))?;
    Ok(Sides {
        old: side(old, old_raw, one)?,
        new: side(new, new_raw, other)?,
        api_date,
    })
}

/// Refuses to compare nothing, by a date before every version.
pub(super) fn check(sides: &Sides, name: &str) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::about(name);
    let is_empty = |side: &Side| side.operations.is_empty();
    let has_any = |side: &Side| document::operations(&side.raw).next().is_some();
    if is_empty(&sides.old) && is_empty(&sides.new) && (has_any(&sides.old) || has_any(&sides.new))
    {
        let date = sides.api_date.as_deref().unwrap_or(versions::PREVIEW);
        let message = format!("no operation of either document has a version by {date}");
        let help = "take a later API date, or leave it out to compare the newest versions";
        diagnostics.report("nothing-to-compare", "/paths", message, help);
    }
    diagnostics.check()
}

/// Does the same with both documents at the same time.
fn at_once<T: Send>(
    old: impl FnOnce() -> Result<T, Diagnostics> + Send,
    new: impl FnOnce() -> Result<T, Diagnostics>,
) -> Result<(T, T), Diagnostics> {
    std::thread::scope(|scope| {
        let old = scope.spawn(old);
        let new = new();
        let old = old
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((old?, new?))
    })
}

fn load(text: Text<'_>) -> Result<Value, Diagnostics> {
    let mut value = document::load(text)?;
    document::check_version(&value, text.name)?;
    normalise::name_operations(&mut value);
    Ok(value)
}

/// The normalised document.
fn plain(
    text: Text<'_>,
    raw: &Value,
    selection: &Selection,
    api_date: Option<&str>,
    strict: bool,
) -> Result<Value, Diagnostics> {
    let mut diagnostics = Diagnostics::about(text.name);
    let mut document = raw.clone();
    mark(&mut document, "");
    let made = select::select(&mut document, selection, &mut diagnostics).and_then(|_| {
        if let Some(date) = api_date {
            // Operations without a version by then are not there by then.
            versions::resolve(&mut document, date, &Selection::All, &mut diagnostics)?;
            select::prune(&mut document);
        }
        normalise::normalise(&mut document, strict, &mut diagnostics)
    });
    made.map_err(|found| found.placed_in(&[text]))?;
    Ok(document)
}

/// Keys under which nothing is compared by its place, or which hold examples and data.
const UNMARKED: [&str; 11] = [
    "callbacks",
    "default",
    "discriminator",
    "enum",
    "example",
    "examples",
    "externalDocs",
    "info",
    "security",
    "servers",
    "tags",
];

/// Keys under which the next level's keys are names somebody chose, not keywords.
const NAMES: [&str; 9] = [
    "components",
    "content",
    "headers",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
];

/// Writes into every part where it is.
fn mark(part: &mut Value, pointer: &str) {
    match part {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                if UNMARKED.contains(&key.as_str()) || key.starts_with("x-") {
                    continue;
                }
                let pointer = child(pointer, key);
                match inner {
                    Value::Object(named) if NAMES.contains(&key.as_str()) => {
                        mark_named(named, &pointer, key == "components");
                    }
                    _ => mark(inner, &pointer),
                }
            }
            if !pointer.is_empty() {
                map.insert(ORIGIN.to_owned(), Value::String(pointer.to_owned()));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                mark(item, &format!("{pointer}/{index}"));
            }
        }
        _ => {}
    }
}

/// The parts below a level of names; components have two such levels.
fn mark_named(named: &mut serde_json::Map<String, Value>, pointer: &str, twice: bool) {
    for (name, inner) in named {
        let pointer = child(pointer, name);
        match inner {
            Value::Object(inner) if twice => mark_named(inner, &pointer, false),
            _ => mark(inner, &pointer),
        }
    }
}

fn side(text: Text<'_>, raw: Value, document: Value) -> Result<Side, Diagnostics> {
    // What the generator cannot carry, such as a form, is no finding here: the rest can be compared.
    let models = model::operations(&document, &mut Diagnostics::about(text.name));
    let mut models = models.into_iter();
    let mut diagnostics = Diagnostics::about(text.name);
    let mut operations = Vec::new();
    for (pointer, path, method, value) in document::operations(&document) {
        let named = operation_name(value).is_some();
        let Some(model) = models.next().filter(|_| named) else {
            let help = "give it one: operations are compared and named by it";
            let message = format!("`{method} {path}` has no operationId");
            diagnostics.report("unnamed-operation", &pointer, message, help);
            break;
        };
        operations.push(Operation {
            versions: raw.pointer(&pointer).map(versions::all).unwrap_or_default(),
            http_method: method.to_owned(),
            model,
            pointer,
        });
    }
    diagnostics
        .check()
        .map_err(|found| found.placed_in(&[text]))?;
    let names = object(&document, SCHEMAS).iter();
    let names = names
        .map(|(key, schema)| naming::type_name(schema, key))
        .collect();
    let modules = model::reached_from(
        &document,
        operations.iter().map(|operation| &operation.model),
    );
    Ok(Side {
        modules,
        raw,
        document,
        operations,
        names,
    })
}
