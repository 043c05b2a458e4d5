//! Every request equals that of progenitor's client, except for named differences.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup::{Client, Credentials};
use atlas_backup_differential::{Arguments, Both, Capture, Sent, v1, v2, without};
use atlas_backup_support::arbitrary::{Arbitrary, Dice, Direction};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Number of calls of each operation, with different arguments.
const CALLS_EACH: u64 = 60;

/// A deliberate difference of the SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// The SDK uses the operation's dated media type; progenitor uses `application/json`.
    MediaTypes,
    /// Progenitor adds the document's version as a header, which the service does not use.
    ApiVersionHeader,
    /// The SDK escapes all but unreserved characters, a space as `%20`; progenitor fewer, a space as `+`.
    ///
    /// Both mean the same.
    Escaping,
    /// The SDK refuses `.`, `..` and the empty text as a path segment; progenitor sends another path.
    PathSegments,
    /// An update can set a field to `null`; progenitor leaves such a field out.
    NullInChanges,
    /// The SDK sends a list that was set to empty, which clears it; progenitor leaves it out.
    EmptyLists,
}

const ALL: [Difference; 6] = [
    Difference::MediaTypes,
    Difference::ApiVersionHeader,
    Difference::Escaping,
    Difference::PathSegments,
    Difference::NullInChanges,
    Difference::EmptyLists,
];

/// Returns path segments and sorted query pairs, decoded.
fn meaning(url: &str) -> (Vec<String>, BTreeSet<(String, String)>) {
    let url = url::Url::parse(url).expect("requests have addresses");
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let segments = url.path_segments().into_iter().flatten().map(decode);
    (segments.collect(), url.query_pairs().into_owned().collect())
}

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or(Value::Null)
}

/// Returns the differences between two requests; any unnamed difference is an error.
fn compare(id: &str, ours: &Sent, theirs: &Sent) -> BTreeSet<Difference> {
    let mut found = BTreeSet::new();
    assert_eq!(ours.method, theirs.method, "{id}");
    assert_eq!(meaning(&ours.url), meaning(&theirs.url), "{id}");
    if ours.url != theirs.url {
        found.insert(Difference::Escaping);
    }
    let (mut our_body, mut their_body) = (json(&ours.body), json(&theirs.body));
    let is_empty = |value: &Value| *value == json!([]);
    for (gone, difference) in [
        (
            Value::is_null as fn(&Value) -> bool,
            Difference::NullInChanges,
        ),
        (is_empty, Difference::EmptyLists),
    ] {
        if without(&our_body, gone) != our_body {
            found.insert(difference);
            our_body = without(&our_body, gone);
            their_body = without(&their_body, gone);
        }
    }
    assert_eq!(our_body, their_body, "{id}");
    for (name, value) in &theirs.headers {
        match name.as_str() {
            "api-version" => found.insert(Difference::ApiVersionHeader),
            "accept" | "content-type" if ours.headers.get(name) != Some(value) => {
                found.insert(Difference::MediaTypes)
            }
            "accept" | "content-type" => false,
            other => panic!("{id}: progenitor also sends the header {other}"),
        };
    }
    if ours
        .headers
        .get("accept")
        .is_some_and(|accept| accept != "application/json")
    {
        found.insert(Difference::MediaTypes);
    }
    found
}

/// Sets some of the clearable fields to null.
fn clear_some(body: &mut Value, schema: &Value, dice: &mut Dice) {
    let required = schema
        .get("required")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for (name, value) in body.as_object_mut().into_iter().flatten() {
        if !required.contains(&json!(name)) && dice.odds(5) {
            *value = Value::Null;
        }
    }
}

async fn differences(document: &str, calls: &[(&str, Both)]) -> BTreeSet<Difference> {
    let document: Value = serde_json::from_str(document).expect("the document is JSON");
    let mut found = BTreeSet::new();
    for (id, both) in calls {
        let operations = document["paths"].as_object().into_iter().flatten();
        let operations = operations.flat_map(|(_, item)| item.as_object().into_iter().flatten());
        let named = |operation: &Value| {
            ["x-xgen-operation-id-override", "operationId"]
                .iter()
                .find_map(|key| operation[*key].as_str())
                == Some(id)
        };
        let (method, operation) = operations
            .into_iter()
            .find(|(_, operation)| named(operation))
            .expect("calls are of operations");
        let content = operation
            .pointer("/requestBody/content")
            .and_then(Value::as_object);
        let schema = content
            .and_then(|content| content.values().next())
            .and_then(|media| media.get("schema"));
        let mut sent = 0;
        for seed in 0..CALLS_EACH {
            let mut arguments = Arguments {
                dice: Dice::new(seed),
                body: Value::Null,
                hostile: true,
            };
            if let Some(schema) = schema {
                arguments.body =
                    Arbitrary::new(&document, Direction::Request, seed).value(schema, 4);
                let target = schema["$ref"].as_str().map_or(schema, |target| {
                    document
                        .pointer(target.trim_start_matches('#'))
                        .unwrap_or(schema)
                });
                if method == "patch" {
                    clear_some(&mut arguments.body, target, &mut arguments.dice);
                }
            }
            let (ours, theirs) = (Capture::default(), Capture::default());
            let client = Client::builder()
                .credentials(Credentials::bearer("token"))
                .transport(ours.clone())
                .build();
            let client = client.expect("the client is fine");
            let made = both(&mut arguments, client, theirs.clone());
            let (our_call, their_call) =
                made.unwrap_or_else(|error| panic!("{id} {}: {error}", arguments.body));
            let refused = our_call.await.expect_err("nothing answers").to_string();
            let stopped = their_call.await.expect_err("nothing answers").to_string();
            let theirs = theirs.taken();
            let theirs = theirs.unwrap_or_else(|| panic!("{id}: progenitor refuses: {stopped}"));
            match ours.taken() {
                Some(mut ours) => {
                    for private in ["authorization", "user-agent"] {
                        ours.headers.remove(private);
                    }
                    found.extend(compare(id, &ours, &theirs));
                    sent += 1;
                }
                None => {
                    assert!(
                        refused.contains("segment") || refused.contains("must not be empty"),
                        "{id}: {refused}"
                    );
                    found.insert(Difference::PathSegments);
                }
            }
        }
        assert!(sent > CALLS_EACH / 3, "{id} was hardly ever sent");
    }
    found
}

#[tokio::test]
async fn every_request_equals_progenitors_except_for_named_differences() {
    let mut found = differences(v2::DOCUMENT, v2::CALLS).await;
    found.extend(differences(v1::DOCUMENT, v1::CALLS).await);
    let count = |operations: &[&atlas_backup::Operation]| operations.len();
    assert_eq!(
        v2::CALLS.len(),
        count(atlas_backup::v2::OPERATIONS),
        "an operation is not compared"
    );
    assert_eq!(
        v1::CALLS.len(),
        count(atlas_backup::v1::OPERATIONS),
        "an operation is not compared"
    );
    assert_eq!(
        found,
        BTreeSet::from(ALL),
        "a named difference does not occur, or an unnamed one does"
    );
}
