//! Tests the diff on the curated document with one random mutation: its classification is at least as severe as that
//! of the public API of the generated code.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests read files and may fail loudly"
)]

mod editing;

use atlas_backup_generator::{
    Change, DiffOptions, File, Selection, Source, Text, compare_public_apis, curated, diff,
    generate, public_api,
};
use editing::{
    is_in, is_operation, is_parameter, is_property, is_schema, key, next_random, parent, pointers,
    remove, rename, required, set, toggle,
};
use serde_json::{Value, json};
use std::path::Path;

/// Number of mutations per kind and part of the document, if there are as many candidates.
const OF_EACH: usize = 2;

/// Modules of each part of the document. Small parts are faster to test and still share types.
const PARTS: [&[&str]; 4] = [
    &["exports", "export_buckets"],
    &["restore_jobs", "schedules"],
    &["snapshots"],
    &["flex", "collection_restore_jobs"],
];

const API_DATE: &str = "2025-03-12";

/// A kind of mutation.
struct Mutation {
    what: &'static str,
    fits: fn(&str, &Value) -> bool,
    change: fn(&mut Value, &str) -> Option<()>,
}

const MUTATIONS: &[Mutation] = &[
    Mutation {
        what: "without the property",
        fits: |pointer, _| is_property(pointer),
        change: |root, pointer| {
            let name = json!(key(pointer));
            required(root, pointer)?.retain(|known| *known != name);
            remove(root, pointer).map(drop)
        },
    },
    Mutation {
        what: "with a property more",
        fits: |pointer, value| is_schema(pointer) && value.get("properties").is_some(),
        change: |root, pointer| {
            let properties = format!("{pointer}/properties");
            set(root, &properties, "ofNextYear", json!({"type": "string"}))
        },
    },
    Mutation {
        what: "with a required property more",
        fits: |pointer, value| is_schema(pointer) && value.get("properties").is_some(),
        change: |root, pointer| {
            let properties = format!("{pointer}/properties");
            set(
                root,
                &properties,
                "ofNextYear",
                json!({"type": "array", "items": {"type": "string"}}),
            )?;
            required(root, &format!("{properties}/ofNextYear"))?.push(json!("ofNextYear"));
            Some(())
        },
    },
    Mutation {
        what: "required, or not any more",
        fits: |pointer, _| is_property(pointer),
        change: |root, pointer| {
            let name = json!(key(pointer));
            let list = required(root, pointer)?;
            match list.contains(&name) {
                true => list.retain(|known| *known != name),
                false => list.push(name),
            }
            Some(())
        },
    },
    Mutation {
        what: "spelt otherwise",
        fits: |pointer, _| is_property(pointer),
        change: |root, pointer| {
            let name = key(pointer);
            let new = match name.contains("Id") {
                true => name.replace("Id", "ID"),
                false => format!("{name}_"),
            };
            let list = required(root, pointer)?;
            for known in list.iter_mut().filter(|known| **known == json!(name)) {
                *known = json!(new);
            }
            rename(root, pointer, &new)
        },
    },
    Mutation {
        what: "called otherwise",
        fits: |pointer, _| is_property(pointer),
        change: |root, pointer| {
            let name = key(pointer);
            let list = required(root, pointer)?;
            for known in list.iter_mut().filter(|known| **known == json!(name)) {
                *known = json!("ofNextYear");
            }
            rename(root, pointer, "ofNextYear")
        },
    },
    Mutation {
        what: "of another type",
        fits: |pointer, value| is_property(pointer) && value.get("type").is_some(),
        change: |root, pointer| {
            let is_boolean = root.pointer(pointer)?["type"] == json!("boolean");
            *root.pointer_mut(pointer)? = match is_boolean {
                true => json!({"type": "integer"}),
                false => json!({"type": "boolean"}),
            };
            Some(())
        },
    },
    Mutation {
        what: "read-only, or not any more",
        fits: |pointer, _| is_property(pointer),
        change: |root, pointer| toggle(root, pointer, "readOnly"),
    },
    Mutation {
        what: "write-only, or not any more",
        fits: |pointer, _| is_property(pointer),
        change: |root, pointer| toggle(root, pointer, "writeOnly"),
    },
    Mutation {
        what: "deprecated, or not any more",
        fits: |pointer, value| {
            is_property(pointer) || is_operation(pointer) || is_parameter(pointer, value)
        },
        change: |root, pointer| toggle(root, pointer, "deprecated"),
    },
    Mutation {
        what: "nullable, or not any more",
        fits: |pointer, _| is_property(pointer) || is_schema(pointer),
        change: |root, pointer| toggle(root, pointer, "nullable"),
    },
    Mutation {
        what: "first",
        fits: |pointer, _| is_property(pointer),
        change: |root, pointer| {
            let moved = remove(root, pointer)?;
            let map = root.pointer_mut(parent(pointer))?.as_object_mut()?;
            let first = (key(pointer), moved);
            *map = std::iter::once(first).chain(std::mem::take(map)).collect();
            Some(())
        },
    },
    Mutation {
        what: "without the value",
        fits: |pointer, value| is_in(pointer, "enum") && value.is_string(),
        change: |root, pointer| remove(root, pointer).map(drop),
    },
    Mutation {
        what: "with a value more",
        fits: |pointer, value| pointer.ends_with("/enum") && value[0].is_string(),
        change: |root, pointer| {
            root.pointer_mut(pointer)?
                .as_array_mut()?
                .push(json!("ofNextYear"));
            Some(())
        },
    },
    Mutation {
        what: "with the value spelt otherwise",
        fits: |pointer, value| is_in(pointer, "enum") && value.is_string(),
        change: |root, pointer| {
            let value = root.pointer_mut(pointer)?;
            *value = json!(format!("{}_", value.as_str()?));
            Some(())
        },
    },
    Mutation {
        what: "no enum any more",
        fits: |pointer, value| pointer.ends_with("/enum") && value.is_array(),
        change: |root, pointer| remove(root, pointer).map(drop),
    },
    Mutation {
        what: "with another bound",
        fits: |pointer, value| is_property(pointer) && value.get("type").is_some(),
        change: |root, pointer| set(root, pointer, "maxLength", json!(7)),
    },
    Mutation {
        what: "with another pattern",
        fits: |pointer, value| value.is_string() && pointer.ends_with("/pattern"),
        change: |root, pointer| {
            *root.pointer_mut(pointer)? = json!("^x$");
            Some(())
        },
    },
    Mutation {
        what: "with another format",
        fits: |pointer, value| value.is_string() && pointer.ends_with("/format"),
        change: |root, pointer| {
            *root.pointer_mut(pointer)? = json!("other");
            Some(())
        },
    },
    Mutation {
        what: "called otherwise in Rust",
        fits: |pointer, value| is_schema(pointer) || is_property(pointer) && value.is_object(),
        change: |root, pointer| {
            let name = if is_schema(pointer) {
                "x-rust-name"
            } else {
                "x-rust-field"
            };
            set(root, pointer, name, json!("OfNextYear"))
        },
    },
    Mutation {
        what: "a reference to another schema",
        fits: |pointer, value| {
            let target = value.get("$ref").and_then(Value::as_str);
            !pointer.contains("mapping") && target.is_some_and(|to| to.contains("/schemas/"))
        },
        change: |root, pointer| set(root, pointer, "$ref", json!("#/components/schemas/Link")),
    },
    Mutation {
        what: "without the kind",
        fits: |pointer, _| is_in(pointer, "mapping"),
        change: |root, pointer| remove(root, pointer).map(drop),
    },
    Mutation {
        what: "with a kind more, which has nothing but its tag",
        fits: |pointer, _| pointer.ends_with("/discriminator/mapping"),
        change: |root, pointer| {
            let kind = json!({"type": "object", "properties": {"ofNextYear": {"type": "string"}}});
            set(root, "/components/schemas", "OfNextYear", kind)?;
            set(
                root,
                pointer,
                "ofNextYear",
                json!("#/components/schemas/OfNextYear"),
            )
        },
    },
    Mutation {
        what: "told apart by nothing",
        fits: |pointer, _| pointer.ends_with("/discriminator"),
        change: |root, pointer| remove(root, pointer).map(drop),
    },
    Mutation {
        what: "without what it inherits",
        fits: |pointer, value| is_in(pointer, "allOf") && value.get("$ref").is_some(),
        change: |root, pointer| remove(root, pointer).map(drop),
    },
    Mutation {
        what: "without the parameter",
        fits: is_parameter,
        change: |root, pointer| match parent(pointer) {
            "/components/parameters" => set(root, pointer, "name", json!("ofNextYear")),
            _ => remove(root, pointer).map(drop),
        },
    },
    Mutation {
        what: "with a parameter more",
        fits: |pointer, value| pointer.ends_with("/parameters") && value.is_array(),
        change: |root, pointer| {
            let more = json!({"name": "ofNextYear", "in": "query", "schema": {"type": "string"}});
            root.pointer_mut(pointer)?.as_array_mut()?.push(more);
            Some(())
        },
    },
    Mutation {
        what: "with a required parameter more",
        fits: |pointer, value| pointer.ends_with("/parameters") && value.is_array(),
        change: |root, pointer| {
            let more = json!({"name": "of-next-year", "in": "header", "required": true, "schema": {"type": "string"}});
            root.pointer_mut(pointer)?.as_array_mut()?.insert(0, more);
            Some(())
        },
    },
    Mutation {
        what: "a parameter that has to be there, or not any more",
        fits: is_parameter,
        change: |root, pointer| toggle(root, pointer, "required"),
    },
    Mutation {
        what: "a parameter of another type",
        fits: is_parameter,
        change: |root, pointer| set(root, pointer, "schema", json!({"type": "integer"})),
    },
    Mutation {
        what: "a parameter spelt otherwise",
        fits: is_parameter,
        change: |root, pointer| {
            let name = root.pointer(pointer)?["name"].as_str()?.to_owned();
            set(root, pointer, "name", json!(format!("{name}_")))
        },
    },
    Mutation {
        what: "without the operation",
        fits: |pointer, _| is_operation(pointer),
        change: |root, pointer| remove(root, pointer).map(drop),
    },
    Mutation {
        what: "an operation of another name",
        fits: |pointer, _| is_operation(pointer),
        change: |root, pointer| {
            set(
                root,
                pointer,
                "x-xgen-operation-id-override",
                json!("doOfNextYear"),
            )
        },
    },
    Mutation {
        what: "an operation of another name at another path",
        fits: |pointer, _| is_operation(pointer),
        change: |root, pointer| {
            set(
                root,
                pointer,
                "x-xgen-operation-id-override",
                json!("doOfNextYear"),
            )?;
            let operation = remove(root, pointer)?;
            let path = key(parent(pointer)).replace("/v2/", "/v3/");
            let item = json!({key(pointer): operation});
            set(root, "/paths", &path, item)
        },
    },
    Mutation {
        what: "an operation of another module",
        fits: |pointer, _| is_operation(pointer),
        change: |root, pointer| set(root, pointer, "x-rust-module", json!("exports")),
    },
    Mutation {
        what: "an operation with an end",
        fits: |pointer, _| is_operation(pointer),
        change: |root, pointer| set(root, pointer, "x-sunset", json!("2027-01-01")),
    },
    Mutation {
        what: "without the body, or with one that may be left out",
        fits: |pointer, _| pointer.ends_with("/requestBody"),
        change: |root, pointer| toggle(root, pointer, "required"),
    },
    Mutation {
        what: "without the body",
        fits: |pointer, _| pointer.ends_with("/requestBody"),
        change: |root, pointer| remove(root, pointer).map(drop),
    },
    Mutation {
        what: "without what it answers",
        fits: |pointer, _| pointer.contains("/responses/2") && pointer.ends_with("/content"),
        change: |root, pointer| remove(root, pointer).map(drop),
    },
    Mutation {
        what: "without the status",
        fits: |pointer, _| is_in(pointer, "responses") && pointer.starts_with("/paths/"),
        change: |root, pointer| remove(root, pointer).map(drop),
    },
    Mutation {
        what: "without what the SDK knows of it",
        fits: |pointer, _| {
            let known = [
                "x-waits",
                "x-pagination",
                "x-idempotent",
                "x-rolesRequirements",
                "x-patch",
            ];
            known.iter().any(|key| pointer.ends_with(key))
        },
        change: |root, pointer| remove(root, pointer).map(drop),
    },
];

/// A source for a document that is already curated.
fn source<'a>(text: &'a str, selection: Selection) -> Source<'a> {
    Source {
        selection,
        api_date: Some(API_DATE),
        ..Source::of(Text {
            name: "document",
            text,
        })
    }
}

/// Returns the public API of the code generated from a document; `None` if the generator reports diagnostics.
fn api(text: &str) -> Option<Vec<String>> {
    let mut files = generate(&source(text, Selection::All), &mut |_, _| {})
        .ok()?
        .files;
    files.push(File {
        path: "lib.rs".to_owned(),
        content: "mod client { pub struct Client; pub struct Call<E>(E); }\npub use client::{Call, Client};\npub mod api;".to_owned(),
    });
    Some(public_api("it", &files).unwrap_or_else(|error| panic!("{error}")))
}

/// Returns a document with the operations of some modules.
fn part(text: &str, modules: &[&str]) -> Value {
    let whole: Value = serde_saphyr::from_str(text).expect("it is YAML");
    let items = whole["paths"].as_object().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let ids = operations
        .filter(|(_, operation)| {
            operation["x-rust-module"]
                .as_str()
                .is_some_and(|name| modules.contains(&name))
        })
        .filter_map(|(_, operation)| operation["operationId"].as_str())
        .map(str::to_owned);
    curated(&source(text, Selection::Operations(ids.collect())))
        .unwrap_or_else(|found| panic!("{found}"))
}

/// Returns a message if the diff classifies a mutation as less severe than the public API does.
fn judged(
    before: &Value,
    public_api_before: &[String],
    kind: &Mutation,
    pointer: &str,
) -> Option<String> {
    let mut after = before.clone();
    (kind.change)(&mut after, pointer)?;
    let (before, after) = (before.to_string(), after.to_string());
    // A document with diagnostics is never released, and a mutation without API changes has no class.
    let lines = compare_public_apis(public_api_before, &api(&after)?);
    let class = lines.class()?;
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(API_DATE),
    };
    let text = |name, text| Text { name, text };
    let changes = diff(text("old", &before), text("new", &after), &options)
        .unwrap_or_else(|found| panic!("{} {pointer}\n{found}", kind.what));
    let gravest = changes.iter().map(Change::class).min();
    let is_less = gravest.is_none_or(|gravest| gravest > class);
    is_less.then(|| format!("{}: {pointer}\n{changes:#?}\n{lines:#?}", kind.what))
}

#[test]
fn diff_class_of_a_random_mutation_is_at_least_that_of_the_public_api() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/v2/curated.yaml");
    let text = std::fs::read_to_string(path).expect("it is there");
    let tested = std::sync::atomic::AtomicUsize::new(0);
    let of_part = |number: usize| -> Vec<String> {
        let before = part(&text, PARTS[number]);
        let public_api_before = api(&before.to_string()).expect("it is generated");
        let all = pointers(&before);
        let (mut state, mut less) = (number as u64, Vec::new());
        for kind in MUTATIONS {
            let mut places: Vec<&String> = all
                .iter()
                .filter(|pointer| {
                    let value = before.pointer(pointer);
                    value.is_some_and(|value| (kind.fits)(pointer, value))
                })
                .collect();
            for _ in 0..OF_EACH.min(places.len()) {
                let index = next_random(&mut state) % places.len() as u64;
                let pointer = places.swap_remove(usize::try_from(index).expect("it is small"));
                less.extend(judged(&before, &public_api_before, kind, pointer));
                tested.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
        less
    };
    let less: Vec<String> = std::thread::scope(|scope| {
        let parts = (0..PARTS.len()).map(|number| {
            let of_part = &of_part;
            scope.spawn(move || of_part(number))
        });
        let parts: Vec<_> = parts.collect();
        let joined = parts
            .into_iter()
            .map(|part| part.join().expect("it is judged"));
        joined.flatten().collect()
    });
    let tested = tested.into_inner();
    assert!(tested > 200, "{tested} mutants");
    assert!(
        less.is_empty(),
        "{} of {tested}\n{}",
        less.len(),
        less.join("\n\n")
    );
}
