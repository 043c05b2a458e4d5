//! Values drawn from a document's schemas survive decoding and encoding by the types generated from it.

#![allow(clippy::expect_used, reason = "tests may fail loudly")]

#[allow(dead_code, reason = "the build uses the rest")]
#[path = "../build/dice.rs"]
mod dice;

use atlas_backup_corpus::DOCUMENTS;
use dice::Dice;
use serde_json::{Map, Number, Value, json};

/// How many values are drawn for each operation.
const DRAWS: u64 = 25;

/// How deep values nest before lists and optional parts stay empty.
const DEPTH: u32 = 4;

struct Draw<'d> {
    document: &'d Value,
    dice: Dice,
}

impl<'d> Draw<'d> {
    fn resolved(&self, schema: &'d Value) -> &'d Value {
        let mut schema = schema;
        while let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            schema = self
                .document
                .pointer(target.trim_start_matches('#'))
                .expect("references lead somewhere");
        }
        schema
    }

    /// A value of the schema, as an answer has it.
    fn value(&mut self, schema: &'d Value, depth: u32) -> Value {
        let schema = self.resolved(schema);
        if let Some(mapping) = schema
            .pointer("/discriminator/mapping")
            .and_then(Value::as_object)
        {
            let kinds: Vec<(&String, &Value)> = mapping.iter().collect();
            let (tag, target) = kinds[self.index(kinds.len())];
            let target = target
                .as_str()
                .expect("mappings are references")
                .trim_start_matches('#');
            let mut value = self.record(
                self.document
                    .pointer(target)
                    .expect("mappings lead somewhere"),
                depth,
            );
            let property = schema["discriminator"]["propertyName"]
                .as_str()
                .expect("unions have a tag");
            value.insert(property.to_owned(), json!(tag));
            return Value::Object(value);
        }
        if let Some(kinds) = schema.get("oneOf").and_then(Value::as_array) {
            let kind = self.index(kinds.len());
            return self.value(&kinds[kind], depth);
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return values[self.index(values.len())].clone();
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => self.string(schema),
            Some("integer") => json!(self.dice.roll(1 << 40)),
            Some("number") => Number::from_f64(self.dice.roll(1 << 30) as f64 / 64.0 + 0.25)
                .map_or(Value::Null, Value::Number),
            Some("boolean") => json!(self.dice.odds(2)),
            Some("array") => {
                let length = if depth == 0 { 0 } else { self.dice.roll(4) };
                (0..length)
                    .map(|_| self.value(&schema["items"], depth - 1))
                    .collect()
            }
            _ if schema.get("properties").is_some() || schema.get("allOf").is_some() => {
                Value::Object(self.record(schema, depth))
            }
            _ => match schema.get("additionalProperties") {
                Some(Value::Object(_)) if depth == 0 => json!({}),
                Some(values @ Value::Object(_)) => {
                    let keys = ["a", "b", ""].into_iter().take(self.index(4));
                    let keys: Vec<&str> = keys.collect();
                    keys.into_iter()
                        .map(|key| (key.to_owned(), self.value(values, depth - 1)))
                        .collect()
                }
                _ => json!({ "free": [1, "two", { "three": null }] }),
            },
        }
    }

    fn string(&mut self, schema: &Value) -> Value {
        let hex = |dice: &mut Dice| char::from_digit(u32::try_from(dice.roll(16)).unwrap_or(0), 16);
        match (
            schema.get("pattern").and_then(Value::as_str),
            schema.get("format").and_then(Value::as_str),
        ) {
            (Some("^([a-f0-9]{24})$"), _) => json!(
                (0..24)
                    .filter_map(|_| hex(&mut self.dice))
                    .collect::<String>()
            ),
            (Some(_), _) => json!("Cluster-0"),
            (_, Some("date-time")) => json!(format!(
                "2024-05-{:02}T{:02}:59:58Z",
                1 + self.dice.roll(28),
                self.dice.roll(24)
            )),
            _ => json!(self.dice.pick(&[
                "",
                "text",
                "\"quoted\" \\ / \u{0} \n",
                "ünï¢öde 🦀",
                "null",
                "{}"
            ])),
        }
    }

    /// An object, with the properties of everything it inherits from; of the optional ones some.
    fn record(&mut self, schema: &'d Value, depth: u32) -> Map<String, Value> {
        let schema = self.resolved(schema);
        let mut record = Map::new();
        for member in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            // What a later member says of a property takes the place of what an earlier one said.
            let again = self
                .resolved(member)
                .get("properties")
                .and_then(Value::as_object);
            record.retain(|name, _| !again.is_some_and(|again| again.contains_key(name)));
            record.extend(self.record(member, depth));
        }
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let target = self.resolved(property);
            let write_only = [property, target]
                .iter()
                .any(|schema| schema["writeOnly"] == json!(true));
            if !write_only && depth > 0 && !self.dice.odds(4) {
                record.insert(name.clone(), self.value(property, depth - 1));
            }
        }
        record
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.dice.roll(length as u64)).unwrap_or(0)
    }
}

/// What is absent and what is an empty list mean the same in an answer.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .map(|(name, value)| (name, plain(value)))
            .filter(|(_, value)| *value != json!([]))
            .collect(),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Number(number) => number.as_f64().map_or(Value::Null, |number| json!(number)),
        other => other,
    }
}

#[test]
fn values_drawn_from_a_schema_survive_decoding_and_encoding() {
    let mut drawn = 0;
    for (name, text, round_trip) in DOCUMENTS {
        let document: Value = serde_saphyr::from_str(text).expect("the documents are readable");
        let paths = document["paths"].as_object().expect("documents have paths");
        for operation in paths
            .values()
            .filter_map(Value::as_object)
            .flat_map(|item| item.values())
        {
            let id = operation["operationId"]
                .as_str()
                .expect("operations have ids");
            let content = operation["responses"]
                .as_object()
                .into_iter()
                .flatten()
                .find_map(|(status, answer)| {
                    answer["content"]
                        .as_object()
                        .filter(|_| status.starts_with('2'))
                });
            let media = content
                .into_iter()
                .flatten()
                .find(|(media_type, _)| media_type.ends_with("json"));
            let Some(schema) = media.and_then(|(_, media)| media.get("schema")) else {
                continue;
            };
            for seed in 0..DRAWS {
                let mut draw = Draw {
                    document: &document,
                    dice: Dice::new(seed),
                };
                let value = draw.value(schema, DEPTH);
                let body = serde_json::to_vec(&value).expect("values are JSON");
                // An operation of a version that is not generated has no types.
                let Some(result) = round_trip(id, &body) else {
                    continue;
                };
                let back = result.unwrap_or_else(|error| panic!("{name} {id} {value}: {error}"));
                assert_eq!(back.unread, Vec::<&str>::new(), "{name} {id} {value}");
                assert_eq!(plain(back.body), plain(value), "{name} {id}");
                drawn += 1;
            }
        }
    }
    assert!(drawn > 2_000, "only {drawn} values were drawn");
}
