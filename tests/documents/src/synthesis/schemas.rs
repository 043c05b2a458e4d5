//! The schemas of a resource: records, pages of them, and unions with a base, in the forms of the API's own
//! document.

use super::Synthesis;
use super::fields::Direction;
use super::words::lower;
use serde_json::{Map, Value, json};

pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

impl Synthesis {
    /// Adds a record of a resource under a name, or a union at certain resources.
    pub(super) fn model(&mut self, name: &str, direction: Direction) {
        let schema = match (self.resources % 13, direction) {
            (5, Direction::Response) => return self.union(name, 2 + self.resources % 4, true),
            (11, _) => return self.union(name, 3, false),
            (7, Direction::Response) => self.either(name),
            _ => self.record(name, direction),
        };
        self.schemas.insert(name.to_owned(), schema);
    }

    /// Returns a page of a list.
    pub(super) fn page(&mut self, of: &str) -> String {
        let name = format!("Paginated{of}");
        let links = json!({ "type": "array", "readOnly": true, "description": "Related resources.", "items": reference("Link") });
        let page = json!({
            "type": "object",
            "properties": {
                "links": links,
                "results": { "type": "array", "readOnly": true, "description": self.sentence("items of the page"), "items": reference(of) },
                "totalCount": { "type": "integer", "format": "int32", "minimum": 0, "readOnly": true, "description": "Number of all items." },
            },
        });
        self.schemas.insert(name.clone(), page);
        name
    }

    /// Returns a union without a discriminator.
    fn either(&mut self, name: &str) -> Value {
        let mut members = Vec::new();
        for suffix in ["Plain", "Detailed"] {
            let member = format!("{name}{suffix}");
            let mut record = self.record(&member, Direction::Response);
            let tag = format!("{}Only", lower(suffix));
            record["properties"][&tag] =
                json!({ "type": "string", "description": self.sentence("kind") });
            record["required"] = json!([tag]);
            self.schemas.insert(member.clone(), record);
            members.push(reference(&member));
        }
        json!({ "oneOf": members, "description": self.sentence("choice") })
    }

    /// Adds a base with a discriminator, and variants that inherit it.
    ///
    /// With `circular`, the base also lists its variants.
    pub(super) fn union(&mut self, name: &str, kinds: usize, circular: bool) {
        let length = 3 + self.dice.index(10);
        let mut properties = self.fields(name, length, Direction::Response);
        let (mut mapping, mut members, mut values) = (Map::new(), Vec::new(), Vec::new());
        for number in 0..kinds {
            let kind = format!("{name}Kind{}{number}", capital(self.adjective()));
            // A union of many variants has several values for each, hundreds in total.
            let of_kind: Vec<String> = match kinds > 8 {
                true => (number * 5..number * 5 + 5)
                    .map(|value| self.value(value))
                    .collect(),
                false => vec![self.value(number)],
            };
            for value in &of_kind {
                mapping.insert(value.clone(), json!(format!("#/components/schemas/{kind}")));
            }
            values.extend(of_kind.clone());
            let own = 1 + self.dice.index(5);
            let mut own = self.fields(&kind, own, Direction::Response);
            own.retain(|name, _| !properties.contains_key(name));
            if of_kind.len() > 1 {
                let tag = json!({ "type": "string", "enum": of_kind, "description": self.sentence("kind") });
                own.insert("kindName".to_owned(), tag);
            }
            let mut members_of_kind = vec![reference(name)];
            if !own.is_empty() {
                members_of_kind.push(json!({ "type": "object", "properties": own }));
            }
            let inherits = json!({ "type": "object", "description": self.sentence("kind"), "allOf": members_of_kind });
            self.schemas.insert(kind.clone(), inherits);
            members.push(reference(&kind));
        }
        let tag = json!({ "type": "string", "enum": values, "description": self.sentence("kind") });
        properties.insert("kindName".to_owned(), tag);
        let mut base = json!({
            "type": "object",
            "description": self.sentence("union"),
            "properties": properties,
            "required": ["kindName"],
            "discriminator": { "propertyName": "kindName", "mapping": mapping },
        });
        if circular {
            base["oneOf"] = json!(members);
        }
        self.schemas.insert(name.to_owned(), base);
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
