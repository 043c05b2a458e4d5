//! Tracks the original location of the parts of a document while passes rearrange it.

use super::Kind::{
    Document, Header, MediaType, Operation, Parameter, PathItem, RequestBody, Response, Schema,
};
use super::{each_mut, unescaped};
use crate::document::{ALIAS, ORIGIN, SITE, string};
use serde_json::Value;

/// Marks every part from which code is generated with its pointer.
pub(crate) fn mark_origins(document: &mut Value) {
    each_mut(document, Document, "", &mut |location, kind, part| {
        let is_marked = matches!(
            kind,
            PathItem | Operation | Parameter | Header | RequestBody | MediaType | Response | Schema
        );
        if let (true, Some(members)) = (is_marked, part.as_object_mut()) {
            members.insert(ORIGIN.to_owned(), Value::String(location.pointer()));
        }
    });
}

/// Removes the marks of [`mark_origins`].
pub(crate) fn forget_origins(document: &mut Value) {
    match document {
        Value::Object(members) => {
            members.retain(|key, _| ![ORIGIN, SITE, ALIAS].contains(&key.as_str()));
            members.values_mut().for_each(forget_origins);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_origins),
        _ => {}
    }
}

/// Returns the original pointer of the reference that the part at `pointer` replaced, or else of the part itself.
pub(crate) fn site(document: &Value, pointer: &str) -> String {
    let part = document.pointer(pointer);
    let site = part.and_then(|part| string(part, SITE));
    site.map_or_else(|| origin(document, pointer), str::to_owned)
}

/// Returns the pointer that the part at `pointer` had when [`mark_origins`] ran.
pub(crate) fn origin(document: &Value, pointer: &str) -> String {
    let mut part = document;
    let mut origin = String::new();
    let mut tokens = pointer.split('/').skip(1);
    loop {
        if let Some(marked) = string(part, ORIGIN) {
            marked.clone_into(&mut origin);
        }
        let Some(token) = tokens.next() else {
            return origin;
        };
        origin = [&origin, "/", token].concat();
        part = match part {
            Value::Object(members) => members.get(&unescaped(token)),
            Value::Array(items) => token.parse().ok().and_then(|index: usize| items.get(index)),
            _ => None,
        }
        .unwrap_or(&Value::Null);
    }
}

#[cfg(test)]
mod tests {
    use super::{mark_origins, origin};
    use serde_json::json;

    #[test]
    fn origin_of_a_moved_part_is_its_original_pointer() {
        let mut document = json!({
            "paths": { "/a": { "parameters": [{ "name": "p", "schema": { "enum": ["a"] } }], "get": {} } },
            "components": { "schemas": { "A": { "properties": { "b": { "type": "object" } } } } },
        });
        mark_origins(&mut document);
        let parameter = document["paths"]["/a"]["parameters"][0].clone();
        document["paths"]["/a"]["get"]["parameters"] = json!([{}, parameter]);
        document["components"]["schemas"]["AB"] =
            document["components"]["schemas"]["A"]["properties"]["b"].clone();
        for (pointer, expected) in [
            (
                "/paths/~1a/get/parameters/1/schema/enum/0",
                "/paths/~1a/parameters/0/schema/enum/0",
            ),
            (
                "/components/schemas/AB/properties/new",
                "/components/schemas/A/properties/b/properties/new",
            ),
            ("/components/schemas/A", "/components/schemas/A"),
            ("/x-unmarked/0", "/x-unmarked/0"),
        ] {
            assert_eq!(origin(&document, pointer), expected, "{pointer}");
        }
    }
}
