//! The table of OpenAPI 3.0 constructs by document.

use crate::objects::{objects, table};
use crate::{Document, documents};
use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;
use std::collections::BTreeMap;
use std::error::Error;

/// A construct of the specification.
#[derive(Clone, Debug, Deserialize)]
pub struct Construct {
    /// Its name in the table.
    pub name: String,
    /// The type of the object that has it.
    pub object: String,
    /// A JSONPath filter of objects of that type.
    #[serde(rename = "where")]
    pub filter: String,
    /// True if it has no effect on a client.
    #[serde(default)]
    pub no_effect: bool,
}

/// The use of a construct in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// In the generated part.
    Supported,
    /// In the generated part, without an effect on a client.
    Idle,
    /// Only in the part that the generator refuses.
    Diagnosed,
    /// Not in the document.
    Absent,
}

/// Returns every construct: the fixed fields of all objects, and the rows of `constructs.toml`.
///
/// # Errors
/// When one of the tables cannot be read.
pub fn constructs() -> Result<Vec<Construct>, Box<dyn Error>> {
    #[derive(Deserialize)]
    struct Rows {
        construct: Vec<Construct>,
    }
    let mut all = Vec::new();
    for (object, fields) in table()? {
        for (field, holds) in fields.iter().filter(|(field, _)| *field != "*") {
            all.push(Construct {
                name: format!("{}: {field}", object.replace('_', " ")),
                object: object.clone(),
                filter: format!("@['{field}']"),
                no_effect: holds.as_str().is_some_and(|holds| holds.ends_with('!')),
            });
        }
    }
    let rows: Rows = toml::from_str(include_str!("../constructs.toml"))?;
    all.extend(rows.construct);
    Ok(all)
}

type Found = BTreeMap<String, Vec<Value>>;

fn stands(construct: &Construct, filter: &JsonPath, found: &Found) -> bool {
    let objects = found.get(&construct.object).cloned().unwrap_or_default();
    !filter.query(&Value::Array(objects)).is_empty()
}

/// The constructs, the documents, and the use of each construct in each document.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The documents, in the order of the marks.
    pub documents: Vec<Document>,
    /// Each construct with its mark in each document.
    pub rows: Vec<(Construct, Vec<Mark>)>,
}

/// Searches each document for each construct.
///
/// # Errors
/// When a document or a filter cannot be read.
pub fn coverage() -> Result<Coverage, Box<dyn Error>> {
    let (documents, table) = (documents()?, table()?);
    let found: Vec<[Found; 2]> = documents
        .iter()
        .map(|document| [&document.whole, &document.supported].map(|value| objects(value, &table)))
        .collect();
    let mut rows = Vec::new();
    for construct in constructs()? {
        let filter = JsonPath::parse(&format!("$[?{}]", construct.filter))
            .map_err(|error| format!("{}: {error}", construct.name))?;
        let marks = found.iter().map(|[whole, supported]| {
            match (
                stands(&construct, &filter, whole),
                stands(&construct, &filter, supported),
            ) {
                (_, true) if construct.no_effect => Mark::Idle,
                (_, true) => Mark::Supported,
                (true, false) => Mark::Diagnosed,
                (false, false) => Mark::Absent,
            }
        });
        let marks = marks.collect();
        rows.push((construct, marks));
    }
    Ok(Coverage { documents, rows })
}
