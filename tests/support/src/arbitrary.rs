//! Arbitrary values of a document's schemas, for responses and requests.
//!
//! Must never generate a value that its schema forbids. Panics on documents with dangling references: for
//! tests only.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

mod dice;
mod lists;

pub use dice::Dice;
pub use lists::invalidated_lists;

use serde_json::{Map, Number, Value, json};

/// The direction of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Requests: required fields are present, read-only ones are not.
    Request,
    /// Responses: any field may be missing, write-only ones are never present.
    Response,
}

/// Generates arbitrary values of one document's schemas.
pub struct Arbitrary<'d> {
    document: &'d Value,
    direction: Direction,
    /// The source of randomness.
    pub dice: Dice,
}

impl<'d> Arbitrary<'d> {
    /// Creates a generator; the same seed gives the same values.
    #[must_use]
    pub fn new(document: &'d Value, direction: Direction, seed: u64) -> Self {
        let dice = Dice::new(seed);
        Self {
            document,
            direction,
            dice,
        }
    }

    /// Follows `$ref`, or the type to which a normalised document hoisted the schema.
    fn resolved(&self, mut schema: &'d Value) -> &'d Value {
        loop {
            let referred = schema.get("$ref").and_then(Value::as_str).map(|target| {
                let pointer = target.trim_start_matches('#');
                let found = self.document.pointer(pointer);
                found.expect("references lead somewhere")
            });
            let lifted = schema.get("x-rust-type").and_then(Value::as_str);
            let lifted = lifted.and_then(|name| self.document["components"]["schemas"].get(name));
            match referred.or(lifted) {
                // A hoisted definition may still name its own type.
                Some(target) if !std::ptr::eq(target, schema) => schema = target,
                _ => return schema,
            }
        }
    }

    /// Returns a value of the schema.
    ///
    /// Beyond `depth`, lists are empty, optional fields are missing and nullable ones are `null`.
    pub fn value(&mut self, schema: &'d Value, depth: u32) -> Value {
        // This ends the recursion of a type that requires itself.
        if depth == 0 && schema["nullable"] == true {
            return Value::Null;
        }
        let constant = schema.get("x-constant");
        let schema = self.resolved(schema);
        if let Some(constant) = constant.or_else(|| schema.get("x-constant")) {
            return constant.clone();
        }
        // An `allOf` with a single member, or of members without properties, stands for a member with a type.
        let members = schema.get("allOf").and_then(Value::as_array);
        if let (Some(members), None) = (members, schema.get("properties"))
            && let Some(first) = members.first()
            && (members.len() == 1 || !self.has_properties(schema))
        {
            let typed = members.iter().find(|member| is_type(self.resolved(member)));
            return self.value(typed.unwrap_or(first), depth);
        }
        let mapping = schema.pointer("/discriminator/mapping");
        if let Some(mapping) = mapping.and_then(Value::as_object) {
            return self.union(schema, mapping, depth);
        }
        let kinds = kinds(schema);
        if !kinds.is_empty() {
            let kind = self.dice.index(kinds.len());
            return self.value(kinds[kind], depth);
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            let value = values[self.dice.index(values.len())].clone();
            // The values of an enum of strings are strings, whatever their notation.
            let is_text = schema.get("type").and_then(Value::as_str) == Some("string");
            return match value {
                Value::Bool(_) | Value::Number(_) if is_text => json!(value.to_string()),
                value => value,
            };
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => json!(self.string(schema)),
            Some("integer") => self.integer(schema),
            Some("number") => {
                let number = Number::from_f64(self.dice.roll(1 << 30) as f64 / 64.0 + 0.25);
                number.map_or(Value::Null, Value::Number)
            }
            Some("boolean") => json!(self.dice.odds(2)),
            Some("array") => {
                let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
                let (least, most) = (
                    bound("minItems").unwrap_or(0),
                    bound("maxItems").unwrap_or(3),
                );
                let more = if depth == 0 {
                    0
                } else {
                    most.min(least + 3) - least
                };
                let length = least + self.dice.roll(more + 1);
                let depth = depth.saturating_sub(1);
                let items = (0..length).map(|_| self.value(&schema["items"], depth));
                items.collect()
            }
            _ if ["properties", "allOf"]
                .iter()
                .any(|key| schema.get(key).is_some()) =>
            {
                Value::Object(self.record(schema, depth))
            }
            _ => self.map(schema, depth),
        }
    }

    fn union(&mut self, union: &'d Value, mapping: &'d Map<String, Value>, depth: u32) -> Value {
        let kinds: Vec<(&String, &Value)> = mapping.iter().collect();
        let (tag, target) = kinds[self.dice.index(kinds.len())];
        let target = target.as_str().expect("mappings are references");
        let pointer = match target.strip_prefix('#') {
            Some(pointer) => pointer.to_owned(),
            None => format!("/components/schemas/{target}"),
        };
        let kind = self.document.pointer(&pointer);
        let mut value = self.record(kind.expect("mappings lead somewhere"), depth);
        let property = union["discriminator"]["propertyName"].as_str();
        value.insert(property.expect("unions have a tag").to_owned(), json!(tag));
        Value::Object(value)
    }

    fn map(&mut self, schema: &'d Value, depth: u32) -> Value {
        match schema.get("additionalProperties") {
            Some(Value::Object(_)) if depth == 0 => json!({}),
            Some(values @ Value::Object(_)) => {
                let keys = ["a", "b", ""].into_iter().take(self.dice.index(4));
                keys.map(|key| (key.to_owned(), self.value(values, depth - 1)))
                    .collect()
            }
            _ => json!({ "free": [1, "two", { "three": null }] }),
        }
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let least = bound("minimum").unwrap_or(0.0) as u64;
        let most = bound("maximum").unwrap_or(1e12) as u64;
        json!(least + self.dice.roll(most.saturating_sub(least) + 1))
    }

    fn string(&mut self, schema: &Value) -> String {
        let hex = |dice: &mut Dice| char::from_digit(dice.roll(16) as u32, 16);
        let said = |key: &str| schema.get(key).and_then(Value::as_str);
        let runtime = said("x-rust-runtime");
        match (said("pattern"), said("format"), runtime) {
            (_, _, Some("ObjectId")) | (Some("^([a-f0-9]{24})$"), ..) => {
                (0..24).filter_map(|_| hex(&mut self.dice)).collect()
            }
            (_, Some("date-time"), _) => {
                let (day, hour) = (1 + self.dice.roll(28), self.dice.roll(24));
                format!("2024-05-{day:02}T{hour:02}:59:58Z")
            }
            (Some(_), ..) => format!("Cluster-{}", self.dice.roll(10)),
            _ => {
                let length = |key: &str| schema.get(key).and_then(Value::as_u64);
                let text = self.dice.pick(&[
                    "",
                    "text",
                    "\"q\" \\ / \u{0} \n",
                    "ünï¢öde 🦀",
                    "null",
                    "{}",
                ]);
                let most = length("maxLength").and_then(|most| usize::try_from(most).ok());
                let text: String = text.chars().take(most.unwrap_or(usize::MAX)).collect();
                let least = length("minLength").and_then(|least| usize::try_from(least).ok());
                let missing = least.unwrap_or(0).saturating_sub(text.chars().count());
                text + &"x".repeat(missing)
            }
        }
    }

    /// Returns an object with all inherited properties, and some of the optional ones.
    fn record(&mut self, schema: &'d Value, depth: u32) -> Map<String, Value> {
        let schema = self.resolved(schema);
        let hidden = match self.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let mut record = Map::new();
        let kinds = kinds(schema);
        if !kinds.is_empty()
            && !["properties", "discriminator"]
                .iter()
                .any(|key| schema.get(key).is_some())
        {
            let kind = self.dice.index(kinds.len());
            record.extend(self.record(kinds[kind], depth));
        }
        let members = schema.get("allOf").and_then(Value::as_array);
        let members = members.map_or(&[][..], Vec::as_slice);
        for (index, member) in members.iter().enumerate() {
            // A later member's property overrides an earlier one's, unless it has no type.
            let mut more = self.record(member, depth);
            let again = self.resolved(member).get("properties");
            for (name, property) in again.and_then(Value::as_object).into_iter().flatten() {
                let mut earlier = members[..index].iter();
                match is_type(property) {
                    true => record.shift_remove(name),
                    false if earlier.any(|earlier| self.declared(earlier, name).is_some()) => {
                        more.shift_remove(name)
                    }
                    false => None,
                };
            }
            record.extend(more);
        }
        let required = schema.get("required").and_then(Value::as_array);
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            // Without a type, it only describes the inherited property.
            let property = match self.inherited(schema, name) {
                Some(inherited) if !is_type(property) => inherited,
                _ => property,
            };
            let target = self.resolved(property);
            let shown = [property, target]
                .iter()
                .all(|schema| schema.get(hidden) != Some(&json!(true)));
            let needed = self.direction == Direction::Request
                && required.is_some_and(|required| required.contains(&json!(name)));
            if shown && (needed || (depth > 0 && !self.dice.odds(4))) {
                record.insert(name.clone(), self.value(property, depth.saturating_sub(1)));
            }
        }
        // An inherited field may be required only here.
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let sent = self.direction == Direction::Request;
        for name in required.filter(|_| sent) {
            if let Some(property) = self.inherited(schema, name)
                && property.get(hidden) != Some(&json!(true))
                && !record.contains_key(name)
            {
                record.insert(
                    name.to_owned(),
                    self.value(property, depth.saturating_sub(1)),
                );
            }
        }
        record
    }

    fn has_properties(&self, schema: &'d Value) -> bool {
        let schema = self.resolved(schema);
        let members = schema.get("allOf").and_then(Value::as_array);
        let mut members = members.into_iter().flatten();
        schema.get("properties").is_some() || members.any(|member| self.has_properties(member))
    }

    /// Returns a property from the last of the members that has it.
    fn inherited(&self, schema: &'d Value, name: &str) -> Option<&'d Value> {
        let members = schema.get("allOf").and_then(Value::as_array)?;
        let mut members = members.iter().rev();
        members.find_map(|member| self.declared(member, name))
    }

    /// Returns a property, own or inherited.
    fn declared(&self, schema: &'d Value, name: &str) -> Option<&'d Value> {
        let schema = self.resolved(schema);
        let own = schema.get("properties").and_then(|all| all.get(name));
        own.or_else(|| self.inherited(schema, name))
    }
}

/// Returns true if a schema has a type; other ones only add required fields, constraints, prose or `null`.
fn is_type(schema: &Value) -> bool {
    [
        "$ref",
        "type",
        "enum",
        "properties",
        "allOf",
        "oneOf",
        "anyOf",
    ]
    .iter()
    .any(|key| schema.get(key).is_some())
}

/// Returns the variants of a choice.
fn kinds(schema: &Value) -> Vec<&Value> {
    let kinds = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    let kinds = kinds.and_then(Value::as_array).into_iter().flatten();
    kinds.filter(|kind| is_type(kind)).collect()
}
