//! Security requirements: the ways to authenticate that the document names.

use super::Requirement;
use crate::document::string;
use serde_json::{Map, Value};

/// Reads a list of alternatives. A scheme goes by what it is and not by what the document calls it, so that another name is
/// no difference.
pub(super) fn requirements(named: &Value, schemes: &Map<String, Value>) -> Vec<Requirement> {
    let alternatives = named.as_array().into_iter().flatten();
    let read = alternatives.map(|alternative| {
        let parts = alternative.as_object().into_iter().flatten();
        let parts = parts.map(|(name, scopes)| {
            let kind = schemes.get(name).map_or_else(|| name.clone(), kind);
            let scopes = scopes.as_array().into_iter().flatten();
            let scopes = scopes.filter_map(Value::as_str).map(str::to_owned);
            (kind, scopes.collect())
        });
        parts.collect()
    });
    read.collect()
}

/// What a scheme is: `http digest`, `apiKey header X-Key`, `oauth2`.
fn kind(scheme: &Value) -> String {
    let said = ["type", "scheme", "in", "name", "openIdConnectUrl"].map(|key| string(scheme, key));
    let said: Vec<&str> = said.into_iter().flatten().collect();
    said.join(" ")
}
