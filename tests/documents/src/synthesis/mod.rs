//! A synthetic document as large and as varied as the API's own: 540 distinct operations.
//!
//! Constructs are as frequent as in the API's own document; names and sentences are synthetic. Must never be
//! read from a file: the same seed gives the same document on every machine.

mod constants;
mod fields;
mod operations;
mod schemas;
mod words;

use atlas_backup_support::arbitrary::Dice;
use serde_json::{Map, Value, json};

/// The date at which every version of the document is in force.
pub const API_DATE: &str = "2025-03-12";

/// The document under construction.
struct Synthesis {
    dice: Dice,
    schemas: Map<String, Value>,
    paths: Map<String, Value>,
    tags: Vec<Value>,
    /// Number of resources, each with a distinct name.
    resources: usize,
    operations: usize,
}

/// Creates a document with this number of operations.
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
