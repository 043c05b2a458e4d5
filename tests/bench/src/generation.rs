//! How long the generator takes, how much memory and how many lines, beside progenitor's own client.

use crate::jobs::{Job, instructions, megabytes};
use crate::row::{Row, Target as Aim};
use crate::timing::in_turn;
use crate::{Outcome, oracle};
use atlas_backup_generator::{
    DiffOptions, Selection, Source, Target, Text, diff, generate, normalised,
};
use serde_json::{Map, Value, json};
use std::path::Path;

const ROUNDS: usize = 7;

/// How many copies of the slice make a document of the whole API's size.
const COPIES: usize = 14;

pub(crate) fn rows(root: &Path) -> Outcome<Vec<Row>> {
    let slice = slice(root)?;
    let operations = count(&serde_saphyr::from_str(&slice)?);
    let (ours, peer) = in_turn(
        ROUNDS,
        || ours(&slice).map(drop),
        || peers(&slice).map(drop),
    )?;
    let mut rows = vec![Row::new(
        "generate-slice",
        format!(
            "seconds to generate the {operations} operations of the SDK; peer: progenitor's client of the same document"
        ),
        ours,
        peer,
        &Aim::Below(1.0),
    )];
    let row = Row::new(
        "generate-slice-instructions",
        format!("instructions to generate the {operations} operations of the SDK; peer: as above"),
        instructions("generate-slice-ours", 1)?,
        instructions("generate-slice-peer", 1)?,
        &Aim::Ratio(1.0),
    );
    rows.push(row.deterministic());
    let lines = |text: &str| text.lines().count() as f64 / operations as f64;
    let row = Row::new(
        "lines-per-operation",
        "generated lines per operation, types and docs included; peer: progenitor's builder client"
            .to_owned(),
        lines(&self::ours(&slice)?),
        lines(&peers(&slice)?),
        &Aim::Below(130.0),
    );
    rows.push(row.deterministic());
    let whole = whole(root)?;
    let (ours, peer) = in_turn(
        3,
        || self::ours(&whole).map(drop),
        || peers(&whole).map(drop),
    )?;
    let operations = operations * COPIES;
    rows.push(Row::new(
        "generate-whole",
        format!(
            "seconds to generate a document of {operations} operations; peer: progenitor's client"
        ),
        ours,
        peer,
        &Aim::Below(5.0),
    ));
    rows.push(Row::new(
        "memory-whole",
        format!(
            "MB at most while generating those {operations} operations; peer: progenitor's client"
        ),
        megabytes("generate-whole-ours")?,
        megabytes("generate-whole-peer")?,
        &Aim::Below(500.0),
    ));
    rows.push(difference(&whole, operations)?);
    Ok(rows)
}

/// Comparing the large document with one that has lost a field in every copy; the peer only reads the two.
fn difference(whole: &str, operations: usize) -> Outcome<Row> {
    let changed = whole.replace("\"finishedAt\":", "\"endedAt\":");
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: None,
    };
    let (ours, peer) = in_turn(
        3,
        || {
            let changes = diff(text("old", whole), text("new", &changed), &options);
            match changes.map_err(|found| found.to_string())?.len() {
                0 => Err("the documents differ, and no change was found".into()),
                _ => Ok(()),
            }
        },
        || {
            for text in [whole, changed.as_str()] {
                serde_saphyr::from_str::<Value>(text)?;
            }
            Ok(())
        },
    )?;
    Ok(Row::new(
        "diff",
        format!(
            "seconds to compare two documents of {operations} operations; peer: only reading them"
        ),
        ours,
        peer,
        &Aim::Below(1.0),
    ))
}

/// Generating, with each of the two generators.
pub(crate) const JOBS: &[Job] = &[
    Job {
        name: "generate-slice-ours",
        run: |root, rounds| repeated(ours, &slice(root)?, rounds),
    },
    Job {
        name: "generate-slice-peer",
        run: |root, rounds| repeated(peers, &slice(root)?, rounds),
    },
    Job {
        name: "generate-whole-ours",
        run: |root, rounds| repeated(ours, &whole(root)?, rounds),
    },
    Job {
        name: "generate-whole-peer",
        run: |root, rounds| repeated(peers, &whole(root)?, rounds),
    },
];

fn repeated(generate: fn(&str) -> Outcome<String>, text: &str, rounds: usize) -> Outcome<()> {
    (0..rounds).try_for_each(|_| generate(text).map(drop))
}

/// The document that the SDK is generated from.
fn slice(root: &Path) -> Outcome<String> {
    Ok(std::fs::read_to_string(root.join("spec/v2/curated.yaml"))?)
}

fn whole(root: &Path) -> Outcome<String> {
    Ok(copies(&serde_saphyr::from_str(&slice(root)?)?).to_string())
}

fn source(text: &str) -> Source<'_> {
    Source {
        document: Text {
            name: "curated.yaml",
            text,
        },
        overlays: Vec::new(),
        selection: Selection::All,
        released: None,
        api_date: None,
        documented: true,
        curated: "curated.yaml",
        target: Target {
            crate_name: "bench",
            directory: "v2",
            receiver: "Client",
            features: false,
        },
    }
}

/// All files of the SDK, as one text.
fn ours(document: &str) -> Outcome<String> {
    let generated =
        generate(&source(document), &mut |_, _| {}).map_err(|found| found.to_string())?;
    Ok(generated
        .files
        .into_iter()
        .map(|file| file.content)
        .collect())
}

/// Progenitor's client of the same document, made plain for it as the differential test does.
fn peers(document: &str) -> Outcome<String> {
    let document = normalised(&source(document)).map_err(|found| found.to_string())?;
    Ok(oracle::client(&document, progenitor::InterfaceStyle::Builder)?.0)
}

fn count(document: &Value) -> usize {
    let items = document["paths"].as_object().into_iter().flatten();
    items
        .map(|(_, item)| item.as_object().map_or(0, Map::len))
        .sum()
}

/// A document of many copies of another: paths, operations, tags and schemas under names of their own.
fn copies(slice: &Value) -> Value {
    let mut whole = slice.clone();
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for copy in 0..COPIES {
        for (path, item) in slice["paths"].as_object().into_iter().flatten() {
            let mut item = renamed(item, copy);
            for operation in item
                .as_object_mut()
                .into_iter()
                .flat_map(|item| item.values_mut())
            {
                for key in ["operationId", "x-xgen-operation-id-override"] {
                    if let Some(name) = operation[key]
                        .as_str()
                        .map(|name| format!("k{copy}_{name}"))
                    {
                        operation[key] = json!(name);
                    }
                }
                let waits = operation.get_mut("x-waits").and_then(Value::as_array_mut);
                for wait in waits.into_iter().flatten() {
                    if let Some(name) = wait["name"].as_str().map(|name| format!("{name}_k{copy}"))
                    {
                        wait["name"] = json!(name);
                    }
                }
                if let Some(module) = operation["x-rust-module"]
                    .as_str()
                    .map(|name| format!("{name}{copy}"))
                {
                    operation["x-rust-module"] = json!(module);
                }
            }
            paths.insert(format!("/k{copy}{path}"), item);
        }
        for (name, schema) in slice["components"]["schemas"]
            .as_object()
            .into_iter()
            .flatten()
        {
            schemas.insert(format!("K{copy}{name}"), renamed(schema, copy));
        }
    }
    whole["paths"] = Value::Object(paths);
    // Shared answers are the first copy's.
    for kind in ["responses", "parameters", "headers"] {
        whole["components"][kind] = renamed(&slice["components"][kind], 0);
    }
    whole["components"]["schemas"] = Value::Object(schemas);
    whole
}

/// The value with the schemas it refers to, and the types it chooses, under the names of a copy.
fn renamed(value: &Value, copy: usize) -> Value {
    const SCHEMAS: &str = "#/components/schemas/";
    match value {
        Value::String(text) => match text.strip_prefix(SCHEMAS) {
            Some(name) => json!(format!("{SCHEMAS}K{copy}{name}")),
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| renamed(item, copy)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| {
                let chosen =
                    ["x-rust-type", "x-rust-name", "x-rust-request-name"].contains(&key.as_str());
                match inner.as_str().filter(|_| chosen) {
                    Some(name) => (key.clone(), json!(format!("K{copy}{name}"))),
                    None => (key.clone(), renamed(inner, copy)),
                }
            })
            .collect(),
        other => other.clone(),
    }
}
