//! A whole document as large and as varied as the API's own, made from a seed: 540 operations, none like another.
//!
//! How often each construct stands in it was counted in the API's own document; names and sentences are made up. Must
//! never be read from a file: the same seed gives the same document on every machine.

mod constants;
mod fields;
mod operations;
mod schemas;
mod words;

use atlas_backup_support::draw::Dice;
use serde_json::{Map, Value, json};

/// The date by which every version of the document is in force.
pub const API_DATE: &str = "2025-03-12";

/// The whole document under construction.
struct Synthesis {
    dice: Dice,
    schemas: Map<String, Value>,
    paths: Map<String, Value>,
    tags: Vec<Value>,
    /// How many resources there are, each with a name of its own.
    resources: usize,
    operations: usize,
}

/// Makes a document with this number of operations.
#[must_use]
pub fn synthesised(seed: u64, operations: usize) -> Value {
    let mut synthesis = Synthesis {
        dice: Dice::new(seed),
        schemas: constants::schemas(),
        paths: Map::new(),
        tags: Vec::new(),
        resources: 0,
        operations: 0,
    };
    while synthesis.operations < operations {
        synthesis.resource(operations);
    }
    let Synthesis {
        schemas,
        paths,
        tags,
        ..
    } = synthesis;
    let mut components = constants::components();
    components.insert("schemas".to_owned(), Value::Object(schemas));
    json!({
        "openapi": "3.0.1",
        "info": {
            "title": "Administration of a synthetic service",
            "description": "Lets programs administer everything that a synthetic service has.",
            "version": "2.0",
            "x-xgen-sha": "5f0c1e2d3a4b5c6d7e8f9a015f0c1e2d3a4b5c6d",
        },
        "servers": [{ "url": "https://service.example.com" }],
        "security": [{ "ServiceAccounts": [] }, { "DigestAuth": [] }],
        "tags": tags,
        "paths": paths,
        "components": components,
    })
}
