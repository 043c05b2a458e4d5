//! What a request must be, as data: parameters and bodies of every operation, the schemas they reach, and all dated versions
//! with the days they end, without prose.
//!
//! Must never say more than the document does: whoever stands in for the service validates by it.

use crate::document::{SCHEMAS, object, operation_name, operations, reference, string};
use crate::versions::{is_date, version};
use crate::walk::{self, Kind};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The dated versions of each operation by its pointer, oldest first, each with the day it ends, if that is known.
pub(crate) type Versions = BTreeMap<String, BTreeMap<String, Option<String>>>;

/// The versions in a document that still has all of them.
pub(crate) fn versions(document: &Value) -> Versions {
    let mut versions = Versions::new();
    for (pointer, _, _, operation) in operations(document) {
        let dates = versions.entry(pointer).or_default();
        walk::each(operation, Kind::Operation, "", &mut |place, kind, media| {
            if let (Kind::MediaType, Some(date)) = (kind, version(place.key())) {
                let sunset = dates.entry(date.to_owned()).or_default();
                *sunset = sunset
                    .take()
                    .or(string(media, "x-sunset").map(str::to_owned));
            }
        });
    }
    versions
}

/// The requests of a curated document, as JSON.
pub(crate) fn requests(document: &Value, versions: &Versions) -> String {
    let mut schemas = Schemas {
        document,
        open: Vec::new(),
    };
    let rows: Map<String, Value> = operations(document)
        .filter_map(|(pointer, _, _, raw)| {
            let mut row = request(raw, &mut schemas);
            let name = operation_name(raw)?;
            row["operationId"] = json!(string(raw, "operationId"));
            let dates = versions.get(&pointer).into_iter().flatten();
            let dates = dates.filter(|(date, _)| is_date(date));
            let dates = dates.map(|(date, sunset)| json!({ "date": date, "sunset": sunset }));
            row["versions"] = dates.collect();
            Some((name.to_owned(), row))
        })
        .collect();
    let schemas = schemas.reached();
    let all = json!({ "operations": rows, "components": { "schemas": schemas } });
    // A value has no key that is not text.
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}

fn request(operation: &Value, schemas: &mut Schemas<'_>) -> Value {
    let declared = operation.get("parameters").and_then(Value::as_array);
    let parameters = declared.into_iter().flatten().map(|parameter| {
        let parameter = resolved(parameter, schemas.document);
        let fact = |key: &str| parameter.get(key).cloned().unwrap_or_default();
        json!({
            "in": fact("in"),
            "name": fact("name"),
            "required": parameter.get("required") == Some(&json!(true)),
            "schema": schemas.bare(parameter.get("schema")),
        })
    });
    let mut row = json!({ "parameters": parameters.collect::<Vec<_>>() });
    if let Some(body) = operation
        .get("requestBody")
        .map(|body| resolved(body, schemas.document))
    {
        let media = object(body, "/content").values().next();
        row["body"] = json!({
            "required": body.get("required") == Some(&json!(true)),
            "schema": schemas.bare(media.and_then(|media| media.get("schema"))),
        });
    }
    row
}

fn resolved<'d>(value: &'d Value, document: &'d Value) -> &'d Value {
    reference(value)
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

/// The schemas that requests lead to.
struct Schemas<'d> {
    document: &'d Value,
    /// The pointers of those still to be looked at.
    open: Vec<String>,
}

impl Schemas<'_> {
    /// A schema without prose and extensions. What it refers to is noted.
    fn bare(&mut self, schema: Option<&Value>) -> Value {
        let mut schema = schema.cloned().unwrap_or_default();
        walk::retain(&mut schema, Kind::Schema, |kind| {
            !kind.is_for_people() && kind != Kind::Extension
        });
        self.open.extend(walk::references(&schema, Kind::Schema));
        schema
    }

    /// Every component schema that was noted, and those that they lead to, by their names.
    fn reached(mut self) -> Map<String, Value> {
        let schemas = object(self.document, SCHEMAS);
        let mut reached = BTreeMap::new();
        while let Some(pointer) = self.open.pop() {
            let component = walk::component(&pointer).unwrap_or_default();
            let name = component.strip_prefix(SCHEMAS).unwrap_or_default();
            let name = walk::unescaped(name.trim_start_matches('/'));
            if let (false, Some(schema)) = (reached.contains_key(&name), schemas.get(&name)) {
                let bare = self.bare(Some(schema));
                reached.insert(name, bare);
            }
        }
        reached.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_final_version_of_an_operation_is_named_with_its_end() {
        let media = |date: &str| format!("application/vnd.atlas.{date}+json");
        let document = json!({ "paths": { "/jobs": { "post": {
            "operationId": "createJob",
            "requestBody": { "content": { media("2024-05-30"): {}, media("2023-01-01"): {} } },
            "responses": { "200": { "content": {
                media("2023-01-01"): { "x-sunset": "2027-07-01" },
                media("2024-05-30"): {},
                media("preview"): {},
                "application/json": {},
            } } },
        } } } });
        let versions = versions(&document);
        let all: Value = serde_json::from_str(&requests(&document, &versions)).unwrap();
        assert_eq!(
            all["operations"]["createJob"]["versions"],
            json!([
                { "date": "2023-01-01", "sunset": "2027-07-01" },
                { "date": "2024-05-30", "sunset": null },
            ])
        );
        assert_eq!(all["operations"]["createJob"]["operationId"], "createJob");
    }
}
