//! Tests the diff on documents with many simultaneous realistic edits, chosen by a seed: each edit is reported once,
//! by an expected rule, and nothing else is reported.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests read files and may fail loudly"
)]

mod editing;

use atlas_backup_generator::{Change, Class, DiffOptions, Selection, Source, Text, curated, diff};
use editing::{
    is_in, is_operation, is_property, is_schema, key, next_random, parent, pointers, remove,
    required, set,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const API_DATE: &str = "2025-03-12";

/// A kind of edit.
struct Edit {
    what: &'static str,
    /// Rules that may report the edit, each at most once. Request and response types may be reported by different
    /// rules.
    rules: &'static [&'static str],
    /// Returns true if the edit can be applied at a pointer.
    fits: fn(&Whole<'_>, &str, &Value) -> bool,
    /// Applies the edit and returns the pointer of the changed part.
    change: fn(&mut Value, &str) -> Option<String>,
}

/// Information about a document before an edit.
struct Whole<'d> {
    root: &'d Value,
    /// Names of discriminator properties.
    tags: BTreeSet<&'d str>,
    /// Type names and value lists that several enums share.
    shared: BTreeSet<String>,
}

impl<'d> Whole<'d> {
    fn of(root: &'d Value) -> Self {
        let all = pointers(root);
        let at = |end: &str| {
            let all = all.iter().filter(move |pointer| pointer.ends_with(end));
            all.filter_map(|pointer| root.pointer(pointer))
                .collect::<Vec<_>>()
        };
        let tags = at("/discriminator/propertyName");
        let marks = [at("/enum"), at("/x-rust-type")].concat();
        let (mut known, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for mark in marks.into_iter().map(ToString::to_string) {
            if !known.insert(mark.clone()) {
                shared.insert(mark);
            }
        }
        Self {
            root,
            tags: tags.into_iter().filter_map(Value::as_str).collect(),
            shared,
        }
    }
}

/// Error schemas, from which no types are generated.
const ERRORS: [&str; 3] = ["ApiError", "BadRequestDetail", "FieldViolation"];

/// Returns true for a property without a special role in a union, a link or a page.
fn is_plain(whole: &Whole<'_>, pointer: &str, value: &Value) -> bool {
    let schema = pointer.split('/').nth(3).unwrap_or_default();
    let machinery = ["links", "results", "totalCount", "rel", "href", "_id", "id"];
    let is_one_way = |key: &str| value.get(key) == Some(&json!(true));
    let is_composed = |schema: &Value| {
        ["oneOf", "allOf", "discriminator"]
            .iter()
            .any(|key| schema.get(key).is_some())
    };
    is_property(pointer)
        && pointer.matches('/').count() == 5
        && !schema.starts_with("Paginated")
        && !ERRORS.contains(&schema)
        && !machinery.contains(&key(pointer).as_str())
        && !is_one_way("readOnly")
        && !is_one_way("writeOnly")
        && !is_composed(value)
        && !is_composed(&whole.root["components"]["schemas"][schema])
        && !whole.tags.contains(key(pointer).as_str())
}

fn is_required(root: &Value, pointer: &str) -> bool {
    let list = root.pointer(&format!("{}/required", parent(parent(pointer))));
    let list = list.and_then(Value::as_array);
    list.is_some_and(|list| list.contains(&json!(key(pointer))))
}

fn is_type(value: &Value, name: &str) -> bool {
    value.get("type") == Some(&json!(name))
        && value.get("enum").is_none()
        && value.get("pattern").is_none()
}

/// Returns true for a plain string.
fn is_text(value: &Value) -> bool {
    is_type(value, "string") && value.get("format").is_none()
}

/// Returns true for a query parameter that the runtime does not handle.
fn is_own_parameter(pointer: &str, value: &Value) -> bool {
    let runtimes = [
        "envelope",
        "pretty",
        "includeCount",
        "itemsPerPage",
        "pageNum",
    ];
    let name = value
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    value.get("in") == Some(&json!("query"))
        && is_in(pointer, "parameters")
        && !runtimes.contains(&name)
        && pointer.starts_with("/paths/")
}

fn done(root: &mut Value, pointer: &str, key: &str, value: Value) -> Option<String> {
    set(root, pointer, key, value)?;
    Some(pointer.to_owned())
}

/// Returns the media types of the first successful response.
fn success<'r>(
    root: &'r mut Value,
    operation: &str,
) -> Option<&'r mut serde_json::Map<String, Value>> {
    let responses = root
        .pointer_mut(&format!("{operation}/responses"))?
        .as_object_mut()?;
    let (_, response) = responses
        .iter_mut()
        .find(|(status, _)| status.starts_with('2'))?;
    response.get_mut("content")?.as_object_mut()
}

fn has_success(value: &Value) -> bool {
    let responses = value.get("responses").and_then(Value::as_object);
    let mut responses = responses.into_iter().flatten();
    responses.any(|(status, response)| {
        let content = response.get("content").and_then(Value::as_object);
        status.starts_with('2') && content.is_some_and(|content| !content.is_empty())
    })
}

const EDITS: &[Edit] = &[
    Edit {
        what: "an operation is gone",
        rules: &["operation-removed"],
        fits: |_, pointer, _| is_operation(pointer),
        change: |root, pointer| {
            remove(root, pointer)?;
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "an operation is new",
        rules: &["operation-added"],
        fits: |_, pointer, _| is_operation(pointer) && pointer.ends_with("/get"),
        change: |root, pointer| {
            let mut operation = root.pointer(pointer)?.clone();
            for id in ["operationId", "x-xgen-operation-id-override"] {
                operation[id] = json!("getOfNextYear");
            }
            operation.as_object_mut()?.shift_remove("x-waits");
            operation["responses"] = json!({"204": {"description": "Nothing."}});
            operation.as_object_mut()?.shift_remove("x-pagination");
            let path = format!("{}/ofNextYear", key(parent(pointer)));
            set(root, "/paths", &path, json!({"get": operation}))?;
            Some(format!("/paths/{}/get", path.replace('/', "~1")))
        },
    },
    Edit {
        what: "an operation has another id",
        // Inline types are named after their operation.
        rules: &["operation-renamed", "type-renamed"],
        fits: |_, pointer, value| is_operation(pointer) && value.get("x-waits").is_none(),
        change: |root, pointer| {
            set(root, pointer, "operationId", json!("doOfNextYear"))?;
            done(
                root,
                pointer,
                "x-xgen-operation-id-override",
                json!("doOfNextYear"),
            )
        },
    },
    Edit {
        what: "an operation is called deprecated",
        rules: &["operation-deprecated"],
        fits: |_, pointer, value| is_operation(pointer) && value.get("deprecated").is_none(),
        change: |root, pointer| done(root, pointer, "deprecated", json!(true)),
    },
    Edit {
        what: "an operation needs another role",
        rules: &["roles-changed"],
        fits: |_, pointer, value| {
            is_operation(pointer) && value.get("x-rolesRequirements").is_some()
        },
        change: |root, pointer| {
            done(
                root,
                pointer,
                "x-rolesRequirements",
                json!(["Owner of Next Year"]),
            )
        },
    },
    Edit {
        what: "one way to authenticate is left",
        rules: &["security-tightened"],
        fits: |_, pointer, value| is_operation(pointer) && value.get("security").is_none(),
        change: |root, pointer| done(root, pointer, "security", json!([{"ServiceAccounts": []}])),
    },
    Edit {
        what: "another error is documented",
        rules: &["error-status-changed"],
        fits: |_, pointer, value| is_operation(pointer) && value["responses"].get("418").is_none(),
        change: |root, pointer| {
            let response = json!({"description": "A teapot."});
            set(root, &format!("{pointer}/responses"), "418", response)?;
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "another status is the success",
        rules: &["success-status-changed"],
        fits: |_, pointer, value| is_operation(pointer) && value["responses"].get("200").is_some(),
        change: |root, pointer| {
            let responses = format!("{pointer}/responses");
            let response = remove(root, &format!("{responses}/200"))?;
            set(root, &responses, "202", response)?;
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "a header of a response is documented",
        rules: &["headers-changed"],
        fits: |_, pointer, value| {
            is_operation(pointer) && value["responses"]["200"].get("headers").is_some()
        },
        change: |root, pointer| {
            let header = json!({"description": "Seconds.", "schema": {"type": "integer"}});
            set(
                root,
                &format!("{pointer}/responses/200/headers"),
                "Retry-After",
                header,
            )?;
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "the version in use gets an end",
        rules: &["sunset-announced"],
        fits: |_, pointer, value| {
            is_operation(pointer) && has_success(value) && !value.to_string().contains("x-sunset")
        },
        change: |root, pointer| {
            let content = success(root, pointer)?;
            for (_, media) in content {
                media["x-sunset"] = json!("2031-01-01");
            }
            set(root, pointer, "x-sunset", json!("2031-01-01"))?;
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "there is a later dated version",
        rules: &["version-added"],
        fits: |_, pointer, value| {
            is_operation(pointer) && pointer.ends_with("/get") && has_success(value)
        },
        change: |root, pointer| {
            let content = success(root, pointer)?;
            content.insert(
                "application/vnd.atlas.2030-01-01+json".to_owned(),
                json!({"schema": {"type": "object"}}),
            );
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "an answer comes as another media type too",
        rules: &["media-type-offered"],
        fits: |_, pointer, value| {
            is_operation(pointer) && pointer.ends_with("/get") && has_success(value)
        },
        change: |root, pointer| {
            let content = success(root, pointer)?;
            let used = content.keys().next_back()?.replace("+json", "+csv");
            content.insert(used, json!({"schema": {"type": "string"}}));
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "only the description of an operation is another",
        rules: &["prose-changed"],
        fits: |_, pointer, value| is_operation(pointer) && value.get("description").is_some(),
        change: |root, pointer| done(root, pointer, "description", json!("It does what it does.")),
    },
    Edit {
        what: "a parameter is new",
        rules: &["parameter-added"],
        fits: |_, pointer, _| is_operation(pointer),
        change: |root, pointer| {
            let more = json!({"name": "ofNextYear", "in": "query", "schema": {"type": "string"}});
            let operation = root.pointer_mut(pointer)?.as_object_mut()?;
            let parameters = operation.entry("parameters").or_insert(json!([]));
            parameters.as_array_mut()?.push(more);
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "a parameter is gone",
        rules: &["parameter-removed"],
        fits: |_, pointer, value| is_own_parameter(pointer, value),
        change: |root, pointer| {
            remove(root, pointer)?;
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "a parameter has to be there",
        rules: &["parameter-required"],
        fits: |_, pointer, value| {
            is_own_parameter(pointer, value) && value.get("required").is_none()
        },
        change: |root, pointer| done(root, pointer, "required", json!(true)),
    },
    Edit {
        what: "a parameter is called deprecated",
        rules: &["parameter-deprecated"],
        fits: |_, pointer, value| {
            is_own_parameter(pointer, value) && value.get("deprecated").is_none()
        },
        change: |root, pointer| done(root, pointer, "deprecated", json!(true)),
    },
    Edit {
        what: "a property is gone",
        rules: &["field-removed"],
        fits: |whole, pointer, value| {
            is_plain(whole, pointer, value) && !is_required(whole.root, pointer)
        },
        change: |root, pointer| {
            remove(root, pointer)?;
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "a property is new",
        rules: &["field-added"],
        fits: |whole, pointer, value| is_plain(whole, pointer, value),
        change: |root, pointer| {
            let properties = parent(pointer);
            set(root, properties, "ofNextYear", json!({"type": "string"}))?;
            Some(format!("{properties}/ofNextYear"))
        },
    },
    Edit {
        what: "a property has to be there",
        rules: &[
            "field-required",
            "presence-changed",
            "list-presence-changed",
        ],
        fits: |whole, pointer, value| {
            is_plain(whole, pointer, value) && !is_required(whole.root, pointer)
        },
        change: |root, pointer| {
            required(root, pointer)?.push(json!(key(pointer)));
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "a property is read-only",
        rules: &["field-read-only"],
        fits: |whole, pointer, value| {
            // Requires a schema that is used in requests and responses.
            let schema = pointer.split('/').nth(3).unwrap_or_default();
            let reference = format!("\"#/components/schemas/{schema}\"");
            let operations = whole.root["paths"].as_object().into_iter().flatten();
            let mut operations =
                operations.flat_map(|(_, item)| item.as_object().into_iter().flatten());
            let is_both = operations.any(|(_, operation)| {
                let is_in = |key: &str| operation[key].to_string().contains(&reference);
                is_in("requestBody") && is_in("responses")
            });
            is_plain(whole, pointer, value) && is_both
        },
        change: |root, pointer| done(root, pointer, "readOnly", json!(true)),
    },
    Edit {
        what: "a property is called deprecated",
        rules: &["field-deprecated"],
        fits: |whole, pointer, value| {
            is_plain(whole, pointer, value)
                && value.get("type").is_some()
                && value.get("deprecated").is_none()
        },
        change: |root, pointer| done(root, pointer, "deprecated", json!(true)),
    },
    Edit {
        what: "a property may be null",
        rules: &["nullable-changed"],
        fits: |whole, pointer, value| {
            is_plain(whole, pointer, value)
                && is_text(value)
                && value.get("nullable").is_none()
                && !is_required(whole.root, pointer)
        },
        change: |root, pointer| done(root, pointer, "nullable", json!(true)),
    },
    Edit {
        what: "a property has another type",
        rules: &["field-type-changed"],
        fits: |whole, pointer, value| is_plain(whole, pointer, value) && is_type(value, "integer"),
        change: |root, pointer| done(root, pointer, "type", json!("number")),
    },
    Edit {
        what: "a bound is tightened",
        rules: &["constraint-tightened", "response-constraint-changed"],
        fits: |whole, pointer, value| {
            is_plain(whole, pointer, value) && is_text(value) && value.get("maxLength").is_none()
        },
        change: |root, pointer| done(root, pointer, "maxLength", json!(7)),
    },
    Edit {
        what: "a bound is exclusive",
        rules: &["constraint-tightened", "response-constraint-changed"],
        fits: |whole, pointer, value| {
            is_plain(whole, pointer, value) && value.get("minimum").is_some()
        },
        change: |root, pointer| done(root, pointer, "exclusiveMinimum", json!(true)),
    },
    Edit {
        what: "a text has a pattern",
        rules: &["pattern-changed"],
        fits: |whole, pointer, value| is_plain(whole, pointer, value) && is_text(value),
        change: |root, pointer| done(root, pointer, "pattern", json!("^x+$")),
    },
    Edit {
        what: "another value is taken for what is left out",
        rules: &["default-changed"],
        fits: |whole, pointer, value| is_plain(whole, pointer, value) && is_type(value, "boolean"),
        change: |root, pointer| {
            let is = root.pointer(pointer)?.get("default") == Some(&json!(true));
            done(root, pointer, "default", json!(!is))
        },
    },
    Edit {
        what: "an enum has a value more",
        rules: &["enum-value-added"],
        fits: is_enum,
        change: |root, pointer| {
            root.pointer_mut(pointer)?
                .as_array_mut()?
                .push(json!("ofNextYear"));
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "an enum has lost a value",
        rules: &["enum-value-removed"],
        fits: is_enum,
        change: |root, pointer| {
            root.pointer_mut(pointer)?.as_array_mut()?.pop()?;
            Some(pointer.to_owned())
        },
    },
    Edit {
        what: "a schema has another name",
        rules: &["type-renamed"],
        fits: |_, pointer, value| {
            is_schema(pointer)
                && !ERRORS.contains(&key(pointer).as_str())
                && value.get("x-rust-name").is_none()
                && value.get("properties").is_some()
                && !value.to_string().contains("\"enum\"")
        },
        change: |root, pointer| {
            let name = key(pointer);
            let (old, new) = (
                format!("\"#/components/schemas/{name}\""),
                format!("\"#/components/schemas/{name}OfNextYear\""),
            );
            *root = serde_json::from_str(&root.to_string().replace(&old, &new)).ok()?;
            let schema = remove(root, pointer)?;
            set(
                root,
                "/components/schemas",
                &format!("{name}OfNextYear"),
                schema,
            )?;
            Some(format!("{pointer}OfNextYear"))
        },
    },
];

/// Returns true for the values of an enum that does not share its type with another enum.
fn is_enum(whole: &Whole<'_>, pointer: &str, value: &Value) -> bool {
    let is_long = value.as_array().is_some_and(|values| values.len() > 2);
    let property = parent(pointer);
    let holder = whole.root.pointer(property).unwrap_or(&Value::Null);
    let name = holder.get("x-rust-type").unwrap_or(value).to_string();
    pointer.ends_with("/enum")
        && is_long
        && value[0].is_string()
        && is_plain(whole, property, holder)
        && !whole.shared.contains(&value.to_string())
        && !whole.shared.contains(&name)
}

fn source(text: &str) -> Source<'_> {
    Source {
        api_date: Some(API_DATE),
        ..Source::of(Text {
            name: "document",
            text,
        })
    }
}

/// Returns the pointers that also exist in the curated form of a document.
fn places(document: &Value) -> Vec<String> {
    let compared =
        curated(&source(&document.to_string())).unwrap_or_else(|found| panic!("{found}"));
    let mut all = pointers(document);
    all.retain(|pointer| compared.pointer(pointer).is_some());
    all
}

/// Returns the pointer of the operation or component that contains a part.
fn owner(pointer: &str) -> String {
    pointer.split('/').take(4).collect::<Vec<_>>().join("/")
}

fn is_within(part: &str, whole: &str) -> bool {
    part.strip_prefix(whole)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Applies every applicable edit once, each to a different operation or component; returns the new document and the
/// edits.
fn edited(before: &Value, seed: u64) -> (Value, Vec<(&'static Edit, String)>) {
    let mut state = seed;
    let mut after = before.clone();
    let mut done: Vec<(&Edit, String)> = Vec::new();
    let mut owners = BTreeSet::new();
    let mut all = places(before);
    for edit in EDITS {
        let current = after.clone();
        let whole = Whole::of(&current);
        let mut fitting: Vec<&String> = all
            .iter()
            .filter(|pointer| !owners.contains(&owner(pointer)))
            .filter(|pointer| {
                let value = current.pointer(pointer);
                value.is_some_and(|value| (edit.fits)(&whole, pointer, value))
            })
            .collect();
        if fitting.is_empty() {
            continue;
        }
        let index = next_random(&mut state) % fitting.len() as u64;
        let pointer = fitting
            .swap_remove(usize::try_from(index).expect("it is small"))
            .clone();
        owners.insert(owner(&pointer));
        let node = (edit.change)(&mut after, &pointer)
            .unwrap_or_else(|| panic!("{}: {pointer}", edit.what));
        done.push((edit, node));
        if edit.what == "an operation is gone" {
            // Components that only the removed operation used are no longer compared.
            all = places(&after);
        }
    }
    (after, done)
}

fn compared(before: &Value, after: &Value) -> Vec<Change> {
    let (before, after) = (before.to_string(), after.to_string());
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(API_DATE),
    };
    diff(text("old", &before), text("new", &after), &options)
        .unwrap_or_else(|found| panic!("{found}"))
}

/// Returns the number of edits, and a message for each edit or change that is not reported as expected.
fn misjudged(before: &Value, seed: u64) -> (usize, Vec<String>) {
    let (after, edits) = edited(before, seed);
    let changes = compared(before, &after);
    let mut wrong = Vec::new();
    let mut rules: Vec<Vec<(&str, String)>> = vec![Vec::new(); edits.len()];
    for change in &changes {
        let places = [&change.new, &change.old].into_iter().flatten();
        let elsewhere = change
            .elsewhere
            .iter()
            .flat_map(|other| [&other.new, &other.old])
            .flatten();
        for place in places.take(1).chain(elsewhere) {
            let at = edits.iter().position(|(edit, node)| {
                is_within(place, node) && edit.rules.contains(&change.rule().id)
            });
            match at {
                Some(at) => rules[at].push((change.rule().id, change.what.sentence())),
                None => wrong.push(format!(
                    "seed {seed}: nobody edited {place}\n  {}",
                    line(change)
                )),
            }
        }
    }
    for ((edit, node), mut rules) in edits.iter().zip(rules) {
        rules.sort_unstable();
        let before = rules.len();
        rules.dedup();
        if rules.is_empty() || rules.len() != before {
            wrong.push(format!(
                "seed {seed}: {} at {node}: told {before} times",
                edit.what
            ));
        }
    }
    (edits.len(), wrong)
}

fn line(change: &Change) -> String {
    format!(
        "{} {}: {}",
        change.rule().id,
        change.item,
        change.what.sentence()
    )
}

fn check(before: &Value, seeds: std::ops::Range<u64>) {
    let mut all = Vec::new();
    for seed in seeds {
        let (edits, wrong) = misjudged(before, seed);
        assert!(edits > 20, "seed {seed}: {edits} edits");
        all.extend(wrong);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

fn read(path: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_saphyr::from_str(&text).expect("it is YAML"))
}

#[test]
fn thirty_edits_of_the_curated_document_are_each_reported_once() {
    check(&read("../spec/v2/curated.yaml").expect("it is there"), 0..3);
}

#[test]
fn thirty_edits_of_an_uncurated_document_are_each_reported_once() {
    check(
        &read("../spec/v2/upstream.yaml").expect("it is there"),
        0..3,
    );
    // The complete upstream document with prose, if it is available next to the repository.
    if let Some(whole) = read("../../shared/atlas/upstream-v2-backup.yaml") {
        check(&whole, 0..3);
    }
}

/// Returns documents from several vendors, which nobody curated.
fn of_makers() -> Vec<(String, Value)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/documents/makers");
    let files = std::fs::read_dir(directory).expect("it is there");
    let paths = files.map(|file| file.expect("it is readable").path());
    let mut paths: Vec<_> = paths
        .filter(|path| !path.to_string_lossy().contains(".overlay."))
        .collect();
    paths.sort();
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).expect("it is readable");
        serde_saphyr::from_str(&text).expect("it is YAML or JSON")
    };
    paths
        .iter()
        .map(|path| (path.display().to_string(), read(path)))
        .collect()
}

#[test]
fn at_most_two_percent_of_breaking_changes_are_on_unchanged_parts() {
    let (mut all, mut unchanged) = (0, Vec::new());
    for (name, before) in of_makers() {
        for seed in 0..8 {
            let (after, edits) = edited(&before, seed);
            assert!(edits.len() > 5, "{name}: {} edits", edits.len());
            for change in compared(&before, &after)
                .iter()
                .filter(|change| change.class() == Class::Breaking)
            {
                all += 1;
                let at = |document: &Value, pointer: &Option<String>| {
                    // Names and required properties of a part are declared in its operation or component.
                    let owner = owner(pointer.as_ref()?);
                    Some((document.pointer(&owner)?.clone(), owner))
                };
                let (old, new) = (at(&before, &change.old), at(&after, &change.new));
                if old.is_some() && old == new {
                    unchanged.push(format!("{name} {seed}: {} {:?}", line(change), change.new));
                }
            }
        }
    }
    assert!(all > 100, "{all} breaking findings");
    assert!(
        50 * unchanged.len() <= all,
        "{} of {all}\n{}",
        unchanged.len(),
        unchanged.join("\n")
    );
}
