//! Which construct of OpenAPI 3.0 stands in which document.

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
    /// What it is called in the table.
    pub name: String,
    /// The kind of object it is a property of.
    pub object: String,
    /// A filter of JSONPath over the objects of that kind.
    #[serde(rename = "where")]
    pub filter: String,
    /// Whether it changes nothing in a client.
    #[serde(default)]
    pub no_effect: bool,
}

/// What becomes of a construct in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It stands in what is generated.
    Carried,
    /// It stands in what is generated, and changes nothing in a client.
    Idle,
    /// It stands only in what the generator refuses.
    Diagnosed,
    /// It does not stand there.
    Absent,
}

/// Every construct: the fixed fields of all objects, and the rows of `constructs.toml`.
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

/// The constructs, the documents, and what becomes of each of the ones in each of the others.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The documents, in the order of the marks.
    pub documents: Vec<Document>,
    /// Each construct with its mark in each document.
    pub rows: Vec<(Construct, Vec<Mark>)>,
}

/// Looks for each construct in each document.
///
/// # Errors
/// When a document or a filter cannot be read.
pub fn coverage() -> Result<Coverage, Box<dyn Error>> {
    let (documents, table) = (documents()?, table()?);
    let found: Vec<[Found; 2]> = documents
        .iter()
        .map(|document| [&document.whole, &document.carried].map(|value| objects(value, &table)))
        .collect();
    let mut rows = Vec::new();
    for construct in constructs()? {
        let filter = JsonPath::parse(&format!("$[?{}]", construct.filter))
            .map_err(|error| format!("{}: {error}", construct.name))?;
        let marks = found.iter().map(|[whole, carried]| {
            match (
                stands(&construct, &filter, whole),
                stands(&construct, &filter, carried),
            ) {
                (_, true) if construct.no_effect => Mark::Idle,
                (_, true) => Mark::Carried,
                (true, false) => Mark::Diagnosed,
                (false, false) => Mark::Absent,
            }
        });
        let marks = marks.collect();
        rows.push((construct, marks));
    }
    Ok(Coverage { documents, rows })
}
