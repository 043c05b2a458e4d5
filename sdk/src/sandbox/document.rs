//! The operations in the API's document, from data that is generated with the code.
//!
//! Must never hold a fact of its own.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde_json::Value;

/// One document for each version of the API; a route holds the index of its document.
static DOCUMENTS: LazyLock<[Value; 2]> = LazyLock::new(|| {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_default();
    [
        read(include_str!("../generated/v2/requests.json")),
        read(include_str!("../generated/v1/requests.json")),
    ]
});

/// A dated version of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) date: Date,
    /// The sunset date of the version, if it is known.
    pub(super) sunset: Option<Date>,
}

static VERSIONS: LazyLock<Vec<BTreeMap<&'static str, Vec<Version>>>> = LazyLock::new(|| {
    let date = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
    let versions = |row: &Value| -> Vec<Version> {
        let all = row["versions"].as_array().into_iter().flatten();
        let read = all.filter_map(|version| {
            Some(Version {
                date: date(&version["date"])?,
                sunset: date(&version["sunset"]),
            })
        });
        read.collect()
    };
    let of = |document: &'static Value| {
        let rows = document["operations"].as_object().into_iter().flatten();
        rows.map(|(id, row)| (id.as_str(), versions(row))).collect()
    };
    DOCUMENTS.iter().map(of).collect()
});

/// Returns the document of an API version, or null if there is none.
pub(super) fn of(api: usize) -> &'static Value {
    DOCUMENTS.get(api).unwrap_or(&Value::Null)
}

/// Returns the dated versions of an operation, oldest first; none in v1.0.
pub(super) fn versions(api: usize, operation: &str) -> &'static [Version] {
    let known = VERSIONS.get(api).and_then(|all| all.get(operation));
    known.map_or(&[], Vec::as_slice)
}

/// Returns the SDK's name of the operation with this `operationId`.
pub(super) fn operation_called(name: &str) -> Option<&'static str> {
    DOCUMENTS.iter().find_map(|document| {
        let mut rows = document["operations"].as_object()?.iter();
        let (id, _) = rows.find(|(_, row)| row["operationId"] == name)?;
        Some(id.as_str())
    })
}
