//! The fields of records, each kind as frequent as in the API's own document.

use super::Synthesis;
use super::constants::OBJECT_ID;
use serde_json::{Map, Value, json};

/// Number of fields of each kind among 442, without lists of pages.
const WEIGHTS: &[(u64, Field)] = &[
    (54, Field::Identifier),
    (20, Field::Pattern),
    (59, Field::Text),
    (58, Field::Enum),
    (50, Field::Size),
    (38, Field::Time),
    (36, Field::Flag),
    (14, Field::Nested),
    (8, Field::Large),
    (5, Field::Unique),
    (4, Field::Address),
    (4, Field::Map),
    (3, Field::Choice),
    (6, Field::Numbers),
    (7, Field::Texts),
    (16, Field::Records),
];

/// The kind of a field.
#[derive(Clone, Copy)]
enum Field {
    Identifier,
    Pattern,
    Text,
    Enum,
    Size,
    Time,
    Flag,
    Nested,
    Large,
    Unique,
    Address,
    Map,
    Choice,
    Numbers,
    Texts,
    Records,
}

/// Numbers of fields of records, as frequent as in the API's own document.
const LENGTHS: &[usize] = &[
    1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 5, 6, 7, 7, 8, 9, 10, 12, 13, 14, 14, 16, 17, 19, 20,
];

/// The direction of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Request,
    Response,
}

impl Synthesis {
    /// Returns a record with properties, some of them required.
    pub(super) fn record(&mut self, owner: &str, direction: Direction) -> Value {
        let length = LENGTHS[self.dice.index(LENGTHS.len())];
        let properties = self.fields(owner, length, direction);
        let mut required = Vec::new();
        for (name, property) in &properties {
            let hidden = property.get("readOnly").is_some() || property.get("default").is_some();
            if !hidden && self.dice.odds(3) {
                required.push(name.clone());
            }
        }
        let mut record = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            record["required"] = json!(required);
        }
        if !self.dice.odds(2) {
            record["description"] = json!(self.sentence("record"));
        }
        record
    }

    /// Returns fields with distinct names.
    pub(super) fn fields(
        &mut self,
        owner: &str,
        length: usize,
        direction: Direction,
    ) -> Map<String, Value> {
        let mut properties = Map::new();
        while properties.len() < length {
            let (name, mut property) = self.field(owner);
            if properties.contains_key(&name) {
                continue;
            }
            if property.get("$ref").is_none() {
                property["description"] = json!(self.sentence(&spoken(&name)));
                if direction == Direction::Response && !self.dice.odds(3) {
                    property["readOnly"] = json!(true);
                    if let Some(property) = property.as_object_mut() {
                        property.remove("default");
                    }
                } else if direction == Direction::Request && self.dice.odds(12) {
                    property["writeOnly"] = json!(true);
                }
                if self.dice.odds(60) {
                    property["nullable"] = json!(true);
                }
                if self.dice.odds(90) {
                    property["deprecated"] = json!(true);
                }
                if self.dice.odds(8) {
                    property["externalDocs"] = json!({ "description": "Reference", "url": "https://service.example.com/docs" });
                }
            }
            properties.insert(name, property);
        }
        properties
    }

    fn field(&mut self, owner: &str) -> (String, Value) {
        let all = WEIGHTS.iter().map(|(weight, _)| weight).sum();
        let mut number = self.dice.roll(all);
        let kind = WEIGHTS.iter().find(|(weight, _)| {
            let found = number < *weight;
            number = number.saturating_sub(*weight);
            found
        });
        let kind = kind.map_or(Field::Text, |(_, kind)| *kind);
        let (ending, schema) = self.schema_of(kind, owner);
        (format!("{}{ending}", self.beginning()), schema)
    }

    /// Returns the end of a field's name, and its schema.
    fn schema_of(&mut self, kind: Field, owner: &str) -> (&'static str, Value) {
        let dice = &mut self.dice;
        match kind {
            Field::Identifier => (
                dice.pick(&["GroupId", "ClusterId", "RoleId", "UserId", "Id"]),
                json!({ "type": "string", "pattern": OBJECT_ID, "example": "5f0c1e2d3a4b5c6d7e8f9a01" }),
            ),
            Field::Pattern => {
                let pattern = dice.pick(&[
                    "^[a-zA-Z0-9][a-zA-Z0-9-]*$",
                    "([\\d]+\\.[\\d]+\\.[\\d]+)",
                    "^vpc-[0-9a-f]{17}$",
                ]);
                (
                    dice.pick(&["ClusterName", "Version", "Network", "Release"]),
                    json!({ "type": "string", "pattern": pattern }),
                )
            }
            Field::Text => {
                let mut schema = json!({ "type": "string" });
                if dice.odds(8) {
                    schema["minLength"] = json!(1 + dice.roll(3));
                    schema["maxLength"] = json!(63 + dice.roll(3) * 64);
                }
                if dice.odds(6) {
                    schema["example"] = json!("an example");
                }
                (
                    dice.pick(&[
                        "Name", "Label", "Prefix", "Reason", "Host", "Path", "Comment", "Owner",
                    ]),
                    schema,
                )
            }
            Field::Enum => {
                let ending =
                    dice.pick(&["State", "Mode", "Type", "Status", "Level", "Unit", "Region"]);
                let length = match ending {
                    "Region" => 27,
                    _ => 2 + dice.index(5),
                };
                let from = dice.index(600);
                let values: Vec<_> = (from..from + length)
                    .map(|number| self.value(number))
                    .collect();
                let mut schema = json!({ "type": "string", "enum": values });
                if self.dice.odds(10) {
                    schema["default"] = json!(values.first());
                }
                (ending, schema)
            }
            Field::Size => {
                let mut schema = json!({ "type": "integer", "format": "int32" });
                if dice.odds(2) {
                    schema["minimum"] = json!(dice.roll(2));
                }
                if dice.odds(12) {
                    schema["maximum"] = json!(10 + dice.roll(500));
                }
                (
                    dice.pick(&[
                        "Count", "Days", "Hours", "Minutes", "Port", "Nodes", "Attempts",
                    ]),
                    schema,
                )
            }
            Field::Time => (
                dice.pick(&["Date", "At", "Time"]),
                json!({ "type": "string", "format": "date-time" }),
            ),
            Field::Flag => {
                let mut schema = json!({ "type": "boolean" });
                if dice.odds(6) {
                    schema["default"] = json!(dice.odds(2));
                }
                (
                    dice.pick(&["Enabled", "Encrypted", "Visible", "Required"]),
                    schema,
                )
            }
            Field::Nested => (
                dice.pick(&["Settings", "Options", "Details"]),
                self.nested(owner),
            ),
            Field::Large => (
                dice.pick(&["Bytes", "Size", "Total"]),
                json!({ "type": "integer", "format": "int64", "minimum": 0 }),
            ),
            Field::Unique => ("Uuid", json!({ "type": "string", "format": "uuid" })),
            Field::Address => ("Email", json!({ "type": "string", "format": "email" })),
            Field::Map => (
                "Tags",
                json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            ),
            Field::Choice => (
                "Step",
                json!({ "type": "integer", "format": "int32", "enum": [1, 5, 15, 60] }),
            ),
            Field::Numbers => ("Ratio", json!({ "type": "number", "format": "double" })),
            Field::Texts => {
                let mut items = json!({ "type": "string" });
                if dice.odds(2) {
                    items["pattern"] = json!(OBJECT_ID);
                }
                let mut schema = json!({ "type": "array", "items": items });
                if dice.odds(3) {
                    schema["maxItems"] = json!(10 + dice.roll(90));
                }
                (dice.pick(&["Names", "Ids", "Hosts"]), schema)
            }
            Field::Records => {
                let items = self.nested(owner);
                (
                    self.dice.pick(&["Parts", "Entries", "Steps"]),
                    json!({ "type": "array", "items": items }),
                )
            }
        }
    }

    /// Returns a smaller record: usually a separate component, sometimes inline.
    fn nested(&mut self, owner: &str) -> Value {
        let length = 2 + self.dice.index(4);
        let name = format!("{owner}Part{}", self.schemas.len());
        let flat: Map<String, Value> = self
            .fields(&name, length, Direction::Response)
            .into_iter()
            .collect();
        let record = json!({ "type": "object", "properties": flat });
        match self.dice.roll(8) {
            0 => record,
            _ => {
                self.schemas.insert(name.clone(), record);
                json!({ "$ref": format!("#/components/schemas/{name}") })
            }
        }
    }
}

/// Returns the words of a field's name.
fn spoken(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}
