//! What can be waited for by asking an operation again and again.
//!
//! The behaviour overlay says so (`x-waits`): a list of `{name, summary, until}`, where `until` is `gone` or a list of
//! `{success|failure|pending: FIELD, is: [VALUE, …]}`; without `is`, the field has a value at all. That the answer has
//! such fields and values is checked here.

use super::{Ending, Wait};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{SCHEMAS, child, object, schema_name, string};
use serde_json::Value;

const HELP: &str = "write `x-waits: [{name: wait_for_it, summary: Wait for it, until: [{success: FIELD, is: [VALUE]}]}]`, \
                    or `until: gone`, with fields of the answer and values they can have";

/// What the outcome of an acceptor is called, in the overlay and in the runtime.
const OUTCOMES: [(&str, &str); 3] = [
    ("success", "Success"),
    ("failure", "Failure"),
    ("pending", "Pending"),
];

/// The waits of one operation whose answer is the schema `answer`.
pub(super) fn waits(
    method: &str,
    operation: &Value,
    answer: Option<&str>,
    document: &Value,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<Wait> {
    let declared = operation.get("x-waits").and_then(Value::as_array);
    let mut waits = Vec::new();
    for (index, declared) in declared.into_iter().flatten().enumerate() {
        let wait = match method {
            "get" => wait(declared, answer, document),
            _ => Err("only what is read can be asked again and again".to_owned()),
        };
        match wait {
            Ok(wait) => waits.push(wait),
            Err(what) => {
                let pointer = format!("{}/{index}", child(pointer, "x-waits"));
                diagnostics.push(Diagnostic::new("not-a-wait", pointer, what, HELP).remove());
            }
        }
    }
    waits
}

fn wait(declared: &Value, answer: Option<&str>, document: &Value) -> Result<Wait, String> {
    let text = |key: &str| {
        string(declared, key)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| format!("there is no `{key}`"))
    };
    let name = text("name")?;
    if super::naming::snake(name) != name {
        return Err(format!("`{name}` cannot be the name of a method"));
    }
    let endings = match declared.get("until") {
        Some(Value::String(gone)) if gone == "gone" => Vec::new(),
        Some(Value::Array(until)) => {
            let schema = answer.and_then(|answer| object(document, SCHEMAS).get(answer));
            let fields = schema.map(|schema| object(schema, "/properties"));
            let field = |name: &str| fields.and_then(|fields| fields.get(name));
            let endings = until.iter().map(|ending| {
                let ending = self::ending(ending)?;
                let known = field(&ending.field)
                    .ok_or_else(|| format!("the answer has no field `{}`", ending.field))?;
                match ending
                    .values
                    .iter()
                    .find(|value| !may_be(known, value, document))
                {
                    Some(value) => Err(format!("`{}` is never `{value}`", ending.field)),
                    None => Ok(ending),
                }
            });
            let endings = endings.collect::<Result<Vec<_>, String>>()?;
            if !endings.iter().any(|ending| ending.outcome == "Success") {
                return Err("nothing is a success".to_owned());
            }
            endings
        }
        _ => return Err("there is no `until`".to_owned()),
    };
    Ok(Wait {
        method_name: name.to_owned(),
        summary: text("summary")?.to_owned(),
        endings,
    })
}

fn ending(declared: &Value) -> Result<Ending, String> {
    let outcome = OUTCOMES
        .iter()
        .find_map(|(key, outcome)| Some((string(declared, key)?, *outcome)));
    let (field, outcome) =
        outcome.ok_or("an ending names no field as success, failure or pending")?;
    let values = match declared.get("is") {
        None => Vec::new(),
        Some(Value::Array(values)) if !values.is_empty() => values
            .iter()
            .map(|value| match value {
                Value::String(text) => Ok(text.clone()),
                Value::Bool(flag) => Ok(flag.to_string()),
                other => Err(format!("`{other}` is neither text nor a flag")),
            })
            .collect::<Result<_, _>>()?,
        Some(_) => return Err("`is` has to be a list of values".to_owned()),
    };
    Ok(Ending {
        field: field.to_owned(),
        outcome,
        values,
    })
}

/// Whether a field can have a value, for all that its schema says.
fn may_be(field: &Value, value: &str, document: &Value) -> bool {
    let lifted = string(field, "x-rust-type").or_else(|| schema_name(field));
    let schema = lifted
        .and_then(|key| object(document, SCHEMAS).get(key))
        .unwrap_or(field);
    if string(schema, "type") == Some("boolean") {
        return value == "true" || value == "false";
    }
    match schema.get("enum").and_then(Value::as_array) {
        Some(values) => values.iter().any(|known| known == value),
        None => string(schema, "type") == Some("string"),
    }
}
