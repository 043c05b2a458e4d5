//! Counts the documented response fields and enum values that recordings have.
//!
//! Invariant: a place is counted once, however many operations return it.

use crate::verify::pointer::escape;
use crate::verify::route::{Document, Operation};
use crate::verify::schema::{Node, resolve};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many of all places were seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The places that some recording has.
    pub seen: usize,
    /// All places.
    pub all: usize,
}

/// The response fields and enum values with and without recordings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Places {
    /// The fields.
    pub fields: Share,
    /// The values of enums.
    pub values: Share,
    /// JSON pointers of the fields that no recording has; of values, with `=` and the value.
    pub never: Vec<String>,
}

/// The places of some documents, marked as recordings are read.
pub(crate) struct FieldCoverage {
    /// For each document, its places with `true` for those seen.
    documents: Vec<BTreeMap<String, bool>>,
}

impl FieldCoverage {
    pub(crate) fn of(documents: &[Document]) -> Self {
        let places = documents.iter().map(|document| {
            let mut survey = Survey {
                root: &document.root,
                visited: BTreeSet::new(),
                places: BTreeMap::new(),
            };
            for schema in document
                .operations
                .iter()
                .flat_map(|operation| successes(document, operation))
            {
                survey.explore(&schema);
            }
            survey.places
        });
        Self {
            documents: places.collect(),
        }
    }

    /// Marks the places that a successful response has.
    pub(crate) fn see(&mut self, documents: &[Document], operation: &str, body: &Value) {
        for (document, places) in documents.iter().zip(&mut self.documents) {
            let mut named = document.operations.iter();
            let Some(operation) = named.find(|known| known.name() == operation) else {
                continue;
            };
            for schema in successes(document, operation) {
                mark(&document.root, body, &schema, &mut Vec::new(), places);
            }
        }
    }

    pub(crate) fn places(&self) -> Places {
        let mut places = Places::default();
        for (place, seen) in self.documents.iter().flatten() {
            let share = match place.contains('=') {
                true => &mut places.values,
                false => &mut places.fields,
            };
            share.all += 1;
            share.seen += usize::from(*seen);
            if !seen {
                places.never.push(format!("#{place}"));
            }
        }
        places
    }
}

/// Returns the schemas of an operation's successful responses.
fn successes<'d>(document: &'d Document, operation: &Operation) -> Vec<Node<'d>> {
    let mut found = Vec::new();
    for status in operation
        .statuses
        .iter()
        .filter(|status| status.starts_with('2'))
    {
        let pointer = format!("{}/responses/{status}", operation.pointer);
        let Some(value) = document.root.pointer(&pointer) else {
            continue;
        };
        let Ok(answer) = resolve(&document.root, &Node { pointer, value }) else {
            continue;
        };
        let content = answer.get("content");
        let names = content
            .iter()
            .filter_map(|content| content.value.as_object());
        for name in names.flat_map(|content| content.keys()) {
            let media = content.as_ref().and_then(|content| content.get(name));
            found.extend(media.and_then(|media| media.get("schema")));
        }
    }
    found
}

/// Returns the parts of a schema: of `allOf`, the branches and the variants of a union.
fn parts_of<'d>(root: &'d Value, node: &Node<'d>) -> Vec<Node<'d>> {
    let keywords = ["allOf", "oneOf", "anyOf"];
    let mut parts: Vec<Node<'d>> = keywords
        .iter()
        .flat_map(|keyword| node.members(keyword))
        .collect();
    let mapping = node
        .value
        .pointer("/discriminator/mapping")
        .and_then(Value::as_object);
    let kinds = mapping.into_iter().flat_map(|mapping| mapping.values());
    parts.extend(kinds.filter_map(|kind| {
        let pointer = kind.as_str()?.strip_prefix('#')?.to_owned();
        let value = root.pointer(&pointer)?;
        Some(Node { pointer, value })
    }));
    parts
}

fn value_place(node: &Node<'_>, value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    format!("{}={text}", node.pointer)
}

struct Survey<'d> {
    root: &'d Value,
    visited: BTreeSet<String>,
    places: BTreeMap<String, bool>,
}

impl<'d> Survey<'d> {
    fn explore(&mut self, schema: &Node<'d>) {
        let Ok(node) = resolve(self.root, schema) else {
            return;
        };
        if !self.visited.insert(node.pointer.clone()) {
            return;
        }
        for value in node.value["enum"].as_array().into_iter().flatten() {
            self.places.insert(value_place(&node, value), false);
        }
        if let Some(properties) = node.get("properties") {
            for name in properties
                .value
                .as_object()
                .into_iter()
                .flat_map(|fields| fields.keys())
            {
                let Some(field) = properties.get(name) else {
                    continue;
                };
                // A write-only field is in no response.
                if resolve(self.root, &field).is_ok_and(|field| field.says("writeOnly")) {
                    continue;
                }
                self.places.insert(field.pointer.clone(), false);
                self.explore(&field);
            }
        }
        let more = ["items", "additionalProperties"]
            .iter()
            .filter_map(|keyword| node.get(keyword));
        for part in parts_of(self.root, &node).into_iter().chain(more) {
            self.explore(&part);
        }
    }
}

/// Marks the places of a schema and of its parts that `value` has.
///
/// `above` holds the schemas already applied to this value.
fn mark<'d>(
    root: &'d Value,
    value: &Value,
    schema: &Node<'d>,
    above: &mut Vec<String>,
    places: &mut BTreeMap<String, bool>,
) {
    let Ok(node) = resolve(root, schema) else {
        return;
    };
    if above.contains(&node.pointer) {
        return;
    }
    above.push(node.pointer.clone());
    if let Some(seen) = places.get_mut(&value_place(&node, value)) {
        *seen = true;
    }
    for item in value.as_array().into_iter().flatten() {
        if let Some(schema) = node.get("items") {
            mark(root, item, &schema, &mut Vec::new(), places);
        }
    }
    for (name, value) in value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, value)| !value.is_null())
    {
        let field = format!("{}/properties/{}", node.pointer, escape(name));
        if let Some(seen) = places.get_mut(&field) {
            *seen = true;
        }
        let declared = node
            .get("properties")
            .and_then(|properties| properties.get(name));
        if let Some(schema) = declared.or_else(|| node.get("additionalProperties")) {
            mark(root, value, &schema, &mut Vec::new(), places);
        }
    }
    for part in parts_of(root, &node) {
        if fits(root, value, &part) {
            mark(root, value, &part, above, places);
        }
    }
}

/// Returns true if a value can be this variant: each enum among its fields allows the value.
fn fits(root: &Value, value: &Value, kind: &Node<'_>) -> bool {
    let Ok(kind) = resolve(root, kind) else {
        return false;
    };
    let parts = std::iter::once(kind.clone()).chain(kind.members("allOf"));
    let mut fields = parts.filter_map(|part| part.get("properties"));
    fields.all(|properties| {
        let Some(known) = properties.value.as_object() else {
            return true;
        };
        known.iter().all(
            |(name, schema)| match (schema["enum"].as_array(), value.get(name)) {
                (Some(values), Some(value)) => values.contains(value),
                _ => true,
            },
        )
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /api/atlas/v2/job:
    get:
      operationId: getJob
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Job"}}}}
components:
  schemas:
    Job:
      type: object
      required: [kind]
      properties:
        kind: {type: string, enum: [big, small]}
        secret: {type: string, writeOnly: true}
        parts: {type: array, items: {$ref: "#/components/schemas/Job"}}
      discriminator:
        propertyName: kind
        mapping: {big: "#/components/schemas/Big", small: "#/components/schemas/Small"}
    Big: {allOf: [{$ref: "#/components/schemas/Job"}, {type: object, properties: {kind: {type: string, enum: [big]}, size: {type: integer}}}]}
    Small: {type: object, properties: {kind: {type: string, enum: [small]}, state: {type: string, enum: [going, gone]}}}
"##;

    #[test]
    fn recorded_fields_and_values_are_seen_and_others_are_listed_as_never_seen() {
        let documents = [Document::parse(DOCUMENT).unwrap()];
        let mut coverage = FieldCoverage::of(&documents);
        assert_eq!(coverage.places().fields.seen, 0);
        let body = json!({"kind": "big", "size": 7, "parts": [{"kind": "small", "state": null}, {"kind": "small", "state": "going"}]});
        coverage.see(&documents, "v2 getJob", &body);
        let places = coverage.places();
        assert_eq!(
            places.never,
            ["#/components/schemas/Small/properties/state=gone"]
        );
        assert_eq!((places.fields.seen, places.fields.all), (6, 6));
        assert_eq!((places.values.seen, places.values.all), (5, 6));
    }

    #[test]
    fn null_fields_and_other_operations_are_not_counted_as_seen() {
        let documents = [Document::parse(DOCUMENT).unwrap()];
        let mut coverage = FieldCoverage::of(&documents);
        coverage.see(&documents, "v2 getOther", &json!({"kind": "big"}));
        coverage.see(&documents, "v2 getJob", &json!({"kind": null}));
        assert_eq!(coverage.places().fields.seen, 0);
    }
}
