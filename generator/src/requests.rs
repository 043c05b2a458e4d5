//! Request rules as data: parameters, bodies, referenced schemas, and all dated versions with their sunset dates.
//!
//! The testkit and the sandbox validate requests with these rules, so they must never be stricter than the document.

use crate::api::{Api, Constraints, Field, Operation, Parameter, Shape, TypeId, TypeRef};
use crate::document::versions::{is_date, version};
use crate::document::walk::{self, Kind};
use crate::document::{operations, schema_reference, string};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Dated versions of each operation by its pointer, oldest first, each with its sunset date if it is known.
pub(crate) type Versions = BTreeMap<String, BTreeMap<String, Option<String>>>;

/// Collects the versions of a document that still has all of them.
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

/// Returns the request rules of an API as JSON.
pub(crate) fn requests(api: &Api, versions: &Versions) -> String {
    let mut rules = Rules {
        api,
        open: Vec::new(),
    };
    let rows: Map<String, Value> = api
        .operations
        .iter()
        .map(|operation| {
            let mut row = rules.request(operation);
            let dates = versions.get(&operation.origin).into_iter().flatten();
            let dates = dates.filter(|(date, _)| is_date(date));
            let dates = dates.map(|(date, sunset)| json!({ "date": date, "sunset": sunset }));
            row["versions"] = dates.collect();
            (operation.id.clone(), row)
        })
        .collect();
    let schemas = rules.reached();
    let all = json!({ "operations": rows, "components": { "schemas": schemas } });
    // Serialization cannot fail: all keys of a JSON value are strings.
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}

/// State while the request rules are built.
struct Rules<'a> {
    api: &'a Api,
    /// Types that were referenced and are not written yet.
    open: Vec<TypeId>,
}

impl Rules<'_> {
    fn request(&mut self, operation: &Operation) -> Value {
        let parameters = operation.parameters().into_iter();
        let parameters: Vec<Value> = parameters.map(|one| self.parameter(one)).collect();
        let mut row = json!({ "parameters": parameters, "operationId": operation.operation_id });
        if let Some(body) = &operation.body {
            let value = body.value.as_ref();
            row["body"] = json!({
                "required": body.required,
                "schema": value.map(|value| self.schema(value, &body.constraints)),
            });
        }
        row
    }

    fn parameter(&mut self, parameter: &Parameter) -> Value {
        json!({
            "in": parameter.location.name(),
            "name": parameter.wire,
            "required": parameter.required,
            "schema": self.schema(&parameter.value, &parameter.constraints),
        })
    }

    /// Returns the schemas of all referenced types by name.
    fn reached(&mut self) -> BTreeMap<String, Value> {
        let mut seen = BTreeSet::new();
        let mut schemas = BTreeMap::new();
        while let Some(id) = self.open.pop() {
            if seen.insert(id) {
                let definition = self.api.definition(id);
                schemas.insert(definition.name.clone(), self.definition(&definition.shape));
            }
        }
        schemas
    }

    fn definition(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Record(record) => {
                let required = record.fields.iter().filter(|field| field.declared_required);
                let required: Vec<&String> = required.map(|field| &field.wire).collect();
                let mut schema =
                    json!({ "type": "object", "properties": self.properties(&record.fields) });
                if !required.is_empty() {
                    schema["required"] = json!(required);
                }
                schema
            }
            Shape::Enum(values) => {
                let values: Vec<&String> = values.iter().map(|value| &value.wire).collect();
                json!({ "type": "string", "enum": values })
            }
            Shape::Tagged(union) => {
                let mut mapping = Map::new();
                for variant in &union.variants {
                    let target = self.reference(variant.record);
                    mapping.extend(variant.tags.iter().map(|tag| (tag.clone(), json!(target))));
                }
                let variants = union
                    .variants
                    .iter()
                    .map(|variant| self.named(variant.record));
                json!({
                    "oneOf": variants.collect::<Vec<_>>(),
                    "discriminator": { "propertyName": union.tag, "mapping": mapping },
                })
            }
            Shape::Untagged(members) => {
                let none = Constraints::default();
                let members = members
                    .iter()
                    .map(|member| self.schema(&member.value, &none));
                json!({ "oneOf": members.collect::<Vec<_>>() })
            }
        }
    }

    fn properties(&mut self, fields: &[Field]) -> Map<String, Value> {
        let properties = fields.iter();
        let properties = properties.map(|field| {
            (
                field.wire.clone(),
                self.schema(&field.value, &field.constraints),
            )
        });
        properties.collect()
    }

    fn reference(&mut self, id: TypeId) -> String {
        self.open.push(id);
        schema_reference(&self.api.definition(id).name)
    }

    fn named(&mut self, id: TypeId) -> Value {
        json!({ "$ref": self.reference(id) })
    }

    /// Returns the JSON schema of a value's type and constraints.
    fn schema(&mut self, value: &TypeRef, constraints: &Constraints) -> Value {
        let none = Constraints::default();
        let inner = constraints.inner.as_ref().map_or(&none, |(_, inner)| inner);
        let mut schema = match value {
            // Siblings of `$ref` are ignored, so a nullable reference is wrapped in `oneOf`.
            TypeRef::Named(id) | TypeRef::Boxed(id) if !constraints.nullable => {
                return self.named(*id);
            }
            TypeRef::Named(id) | TypeRef::Boxed(id) => json!({ "oneOf": [self.named(*id)] }),
            TypeRef::Nullable(inner) => return self.schema(inner, constraints),
            TypeRef::Bool => json!({ "type": "boolean" }),
            TypeRef::Integer => json!({ "type": "integer" }),
            TypeRef::Number => json!({ "type": "number" }),
            TypeRef::List(items) => json!({ "type": "array", "items": self.schema(items, inner) }),
            TypeRef::Map(values) => {
                json!({ "type": "object", "additionalProperties": self.schema(values, inner) })
            }
            TypeRef::Any => json!({}),
            TypeRef::Text
            | TypeRef::Timestamp
            | TypeRef::ObjectId
            | TypeRef::ClusterName
            | TypeRef::SecretUrl
            | TypeRef::Bytes => {
                json!({ "type": "string" })
            }
        };
        let mut add = |key: &str, json: &str| {
            if let (Some(schema), Ok(value)) =
                (schema.as_object_mut(), serde_json::from_str::<Value>(json))
            {
                schema.insert(key.to_owned(), value);
            }
        };
        let texts = [
            ("default", &constraints.default),
            ("format", &constraints.format),
            ("pattern", &constraints.pattern),
        ];
        for (key, json) in texts {
            if let Some(json) = json {
                add(key, json);
            }
        }
        for (bound, limit) in &constraints.bounds {
            add(bound.key(), &limit.text);
        }
        if !constraints.values.is_empty() {
            add("enum", &format!("[{}]", constraints.values.join(",")));
        }
        if constraints.nullable {
            add("nullable", "true");
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::versions;
    use serde_json::json;

    #[test]
    fn versions_of_an_operation_are_listed_with_their_sunset_dates() {
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
        let found: Vec<_> = versions["/paths/~1jobs/post"].iter().collect();
        let day = Some("2027-07-01".to_owned());
        let expected = [("2023-01-01", day), ("2024-05-30", None), ("preview", None)];
        let expected = expected.map(|(version, end)| (version.to_owned(), end));
        assert_eq!(
            found,
            expected
                .iter()
                .map(|(version, end)| (version, end))
                .collect::<Vec<_>>()
        );
    }
}
