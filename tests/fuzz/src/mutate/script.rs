//! Mutations of documents as a script of bytes: any bytes give a valid document that is similar to the
//! original.
//!
//! Random text would rarely be valid YAML, and would not reach the later stages.

use atlas_backup_support::editing::{self, pointers, remove, rename};
use serde_json::{Value, json};

/// Reads an input, one choice after the other; at its end every choice is the first.
pub(crate) struct Script<'a>(&'a [u8]);

/// Keys that have a meaning for the generator.
const KEYS: [&str; 24] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "format",
    "items",
    "maxLength",
    "minimum",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "type",
    "writeOnly",
    "x-rust-name",
    "x-rust-module",
    "x-sunset",
    "operationId",
];

impl<'a> Script<'a> {
    pub(crate) fn new(input: &'a [u8]) -> Self {
        Self(input)
    }

    fn byte(&mut self) -> usize {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                usize::from(*first)
            }
            None => 0,
        }
    }

    /// Returns a number below `end`, which may be larger than a byte.
    fn below(&mut self, end: usize) -> usize {
        (self.byte() * 256 + self.byte()) % end.max(1)
    }

    pub(crate) fn pick<'p, T>(&mut self, among: &'p [T]) -> Option<&'p T> {
        let index = self.byte() % among.len().max(1);
        among.get(index)
    }

    /// Applies one to four changes.
    pub(crate) fn mutate(&mut self, document: &mut Value) {
        for _ in 0..=self.byte() % 4 {
            self.change(document);
        }
    }

    fn change(&mut self, document: &mut Value) {
        let places = pointers(document);
        let place = places
            .get(self.below(places.len()))
            .cloned()
            .unwrap_or_default();
        let other = places
            .get(self.below(places.len()))
            .cloned()
            .unwrap_or_default();
        let copy = document.pointer(&other).cloned().unwrap_or_default();
        let kind = self.byte() % 9;
        let (scalar, key) = (
            self.scalar(),
            KEYS.get(self.byte() % KEYS.len())
                .copied()
                .unwrap_or_default(),
        );
        let Some(value) = document.pointer_mut(&place) else {
            return;
        };
        match (kind, value) {
            (0, _) => drop(remove(document, &place)),
            (1, value) => *value = copy,
            (2, value) => *value = scalar,
            (3, Value::Object(map)) => drop(map.insert(key.to_owned(), scalar)),
            (3, value) => *value = json!({ key: scalar }),
            (4, Value::Object(map)) => drop(map.insert(key.to_owned(), copy)),
            (4, value) => *value = json!([value, copy]),
            (5, _) => drop(rename(document, &place, &editing::key(&other))),
            (6, Value::Array(items)) => items.push(copy),
            (6, Value::Bool(flag)) => *flag = !*flag,
            (6, Value::String(text)) => text.push_str(scalar.as_str().unwrap_or("_")),
            (7, value) => *value = json!({ "allOf": [value.take()] }),
            (8, value) => *value = json!({ "$ref": format!("#{other}") }),
            (_, value) => *value = copy,
        }
    }

    fn scalar(&mut self) -> Value {
        match self.byte() % 16 {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(false),
            3 => json!(0),
            4 => json!(-1),
            5 => json!(1.5),
            6 => json!(u64::MAX),
            7 => json!(""),
            8 => json!("string"),
            9 => json!("object"),
            10 => json!("array"),
            11 => json!("self"),
            12 => json!("a\"b\\c\n*/ //! {}"),
            13 => json!("ünï-çödé 🦀"),
            14 => json!([]),
            _ => json!({}),
        }
    }
}
