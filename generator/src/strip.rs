//! Reduces a document to bare facts: every sentence goes (descriptions, summaries, titles, examples, links
//! to further reading), names, types and constraints stay.
//!
//! Invariant: a property that happens to be *called* `description` or `example` is a fact and stays.

use serde_json::Value;

/// Keys whose value is a sentence or an illustration.
const PROSE: [&str; 7] = [
    "description",
    "summary",
    "title",
    "example",
    "examples",
    "externalDocs",
    "termsOfService",
];

/// Keys under which the next level's keys are names somebody chose, not keywords.
const NAMES: [&str; 9] = [
    "properties",
    "schemas",
    "parameters",
    "headers",
    "responses",
    "mapping",
    "content",
    "paths",
    "patternProperties",
];

/// Strips the whole document; the document's own title stays, for OpenAPI requires it. Whom to ask about the sentences and
/// what they may be used for goes with them.
pub(crate) fn strip(document: &mut Value) {
    let title = document.pointer("/info/title").cloned();
    keywords(document);
    if let (Some(title), Some(info)) = (
        title,
        document.get_mut("info").and_then(Value::as_object_mut),
    ) {
        info.insert("title".to_owned(), title);
        info.shift_remove("license");
        info.shift_remove("contact");
    }
}

/// A level whose keys are keywords.
fn keywords(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !PROSE.contains(&key.as_str()));
            for (key, inner) in map.iter_mut() {
                if key == "enum" || key == "default" {
                    continue;
                }
                match inner {
                    Value::Object(named) if NAMES.contains(&key.as_str()) => {
                        named.values_mut().for_each(keywords);
                    }
                    _ => keywords(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(keywords),
        _ => {}
    }
}
