//! Mutations of a recording.

use crate::{places, removed};
use atlas_backup_testkit::verify::recording::{Recording, Target};
use atlas_backup_testkit::verify::route::Document;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A mutation: its name, the places of a recording where it applies, and its implementation.
pub(crate) struct Kind {
    pub(crate) what: &'static str,
    pub(crate) places: fn(&Recording, &Words) -> Vec<String>,
    pub(crate) change: fn(&mut Recording, &str) -> Option<()>,
}

pub(crate) const KINDS: [Kind; 10] = [
    Kind {
        what: "without",
        places: |read, words| in_body(read, |name, _| words.required.contains(name)),
        change: |read, place| body(read, |body| removed(body, place).map(drop)),
    },
    Kind {
        what: "other type at",
        places: |read, _| in_body(read, |_, _| true),
        change: |read, place| {
            body(read, |body| {
                let value = body.pointer_mut(place)?;
                *value = match value {
                    Value::String(_) => json!(7),
                    Value::Number(_) | Value::Bool(_) => json!("seven"),
                    Value::Array(_) => json!({}),
                    Value::Object(_) | Value::Null => json!([]),
                };
                Some(())
            })
        },
    },
    Kind {
        what: "renamed",
        places: |read, _| {
            in_body(read, |name, _| {
                !name.bytes().all(|byte| byte.is_ascii_digit())
            })
        },
        change: |read, place| {
            body(read, |body| {
                let value = removed(body, place)?;
                let (parent, name) = place.rsplit_once('/')?;
                let parent = body.pointer_mut(parent)?.as_object_mut()?;
                parent.insert(format!("{name}X"), value);
                Some(())
            })
        },
    },
    Kind {
        what: "as",
        places: |read, _| match read.media_type {
            Some(_) => [
                "text/html",
                "application/vnd.atlas.2020-01-01+json",
                "application/xml",
            ]
            .map(str::to_owned)
            .into(),
            None => Vec::new(),
        },
        change: |read, name| {
            read.media_type = Some(name.to_owned());
            Some(())
        },
    },
    Kind {
        what: "status",
        places: |read, _| match read.envelope {
            true => Vec::new(),
            false => ["202", "206", "302", "410", "418", "503"]
                .map(str::to_owned)
                .into(),
        },
        change: |read, status| {
            read.status = status.parse().ok()?;
            Some(())
        },
    },
    Kind {
        what: "null at",
        places: |read, _| in_body(read, |_, value| !value.is_null()),
        change: |read, place| {
            body(read, |body| {
                *body.pointer_mut(place)? = Value::Null;
                Some(())
            })
        },
    },
    Kind {
        what: "other case at",
        places: |read, words| {
            in_body(read, |_, value| {
                value
                    .as_str()
                    .is_some_and(|text| words.enums.contains(text))
            })
        },
        change: |read, place| {
            body(read, |body| {
                let value = body.pointer_mut(place)?;
                *value = Value::String(value.as_str()?.chars().map(swapped).collect());
                Some(())
            })
        },
    },
    Kind {
        what: "2^63 at",
        places: |read, _| in_body(read, |_, value| value.is_number()),
        change: |read, place| {
            body(read, |body| {
                *body.pointer_mut(place)? = json!(9_223_372_036_854_775_808_u64);
                Some(())
            })
        },
    },
    Kind {
        what: "cut after bytes:",
        places: |read, _| {
            let length = read.body.len();
            let cuts = if length == 0 { 0..0 } else { 0..7 };
            cuts.map(|part| (length * part / 7).to_string()).collect()
        },
        change: |read, length| {
            read.body.truncate(length.parse().ok()?);
            Some(())
        },
    },
    Kind {
        what: "in capitals in the path:",
        places: |read, _| match &read.target {
            // A refused request may be malformed.
            Target::Path(path) if (200..300).contains(&read.status) => {
                let ids = path.split('/').filter(|segment| segment.len() == 24);
                // Digits have no upper case.
                let ids = ids.filter(|id| id.contains(char::is_lowercase));
                ids.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        },
        change: |read, id| {
            let Target::Path(path) = &mut read.target else {
                return None;
            };
            *path = path.replace(id, &id.to_uppercase());
            Some(())
        },
    },
];

/// Required fields and enum values of the documents: changing one of these changes the meaning.
pub(crate) struct Words {
    required: BTreeSet<String>,
    enums: BTreeSet<String>,
}

impl Words {
    pub(crate) fn of(documents: &[Document]) -> Self {
        let mut words = Self {
            required: BTreeSet::new(),
            enums: BTreeSet::new(),
        };
        for document in documents {
            let mut found = Vec::new();
            places(&document.root, "", &mut found);
            for (pointer, value) in found {
                let into = match pointer.rsplit('/').next() {
                    Some("required") => &mut words.required,
                    Some("enum") => &mut words.enums,
                    _ => continue,
                };
                let texts = value.as_array().into_iter().flatten();
                into.extend(texts.filter_map(Value::as_str).map(str::to_owned));
            }
        }
        words
    }
}

/// Returns the places of the body whose name and value match.
fn in_body(read: &Recording, fits: impl Fn(&str, &Value) -> bool) -> Vec<String> {
    let Ok(body) = serde_json::from_slice::<Value>(&read.body) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    places(&body, "", &mut found);
    let name = |pointer: &str| pointer.rsplit('/').next().unwrap_or_default().to_owned();
    found.retain(|(pointer, value)| fits(&name(pointer), value));
    found.into_iter().map(|(pointer, _)| pointer).collect()
}

fn body(read: &mut Recording, change: impl Fn(&mut Value) -> Option<()>) -> Option<()> {
    let mut body = serde_json::from_slice(&read.body).ok()?;
    change(&mut body)?;
    read.body = body.to_string().into_bytes();
    Some(())
}

fn swapped(letter: char) -> char {
    if letter.is_ascii_lowercase() {
        letter.to_ascii_uppercase()
    } else {
        letter.to_ascii_lowercase()
    }
}
