//! Reads waits, which poll an operation until an outcome is reached.
//!
//! The behaviour overlay declares them (`x-waits`) as a list of `{name, summary, until}`, where `until` is `gone` or
//! a list of `{success|failure|cancelled|expired|pending: FIELD, is: [VALUE, …]}`; without `is`, any value counts. The
//! optional `kind` names the job in errors, and `reason` the field with the reason for a failure. This module checks that
//! the response has these fields and values.

use super::paging::record;
use super::{Ending, Field, Outcome, Shape, TypeDef, TypeRef, Wait};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{child, string};
use serde_json::Value;

const HELP: &str = "write `x-waits: [{name: wait_for_it, summary: Wait for it, until: [{success: FIELD, is: [VALUE]}]}]`, \
                    or `until: gone`, with fields of the response and values that they can have";

/// Names of the outcomes in the overlay.
const OUTCOMES: [(&str, Outcome); 5] = [
    ("success", Outcome::Success),
    ("failure", Outcome::Failure),
    ("cancelled", Outcome::Cancelled),
    ("expired", Outcome::Expired),
    ("pending", Outcome::Pending),
];

/// Reads the waits of one operation.
pub(super) fn waits(
    method: &str,
    operation: &Value,
    output: Option<&TypeRef>,
    types: &[TypeDef],
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<Wait> {
    let declared = operation.get("x-waits").and_then(Value::as_array);
    let mut waits = Vec::new();
    for (index, declared) in declared.into_iter().flatten().enumerate() {
        let wait = match method {
            "get" => wait(declared, output, types),
            _ => Err("only a GET operation can be polled".to_owned()),
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

fn wait(declared: &Value, output: Option<&TypeRef>, types: &[TypeDef]) -> Result<Wait, String> {
    let text = |key: &str| {
        string(declared, key)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| format!("there is no `{key}`"))
    };
    let name = text("name")?;
    if super::naming::method_name(name) != name {
        return Err(format!("`{name}` cannot be the name of a method"));
    }
    let fields = record(output, types).map_or(&[][..], |record| record.fields.as_slice());
    let field = |name: &str| fields.iter().find(|field| field.wire == name);
    let reason = string(declared, "reason");
    if let Some(reason) = reason.filter(|reason| field(reason).is_none()) {
        return Err(format!("the answer has no field `{reason}`"));
    }
    let endings = match declared.get("until") {
        Some(Value::String(gone)) if gone == "gone" => Vec::new(),
        Some(Value::Array(until)) => {
            let endings = until.iter().map(|ending| {
                let ending = self::ending(ending)?;
                let known = field(&ending.field)
                    .ok_or_else(|| format!("the response has no field `{}`", ending.field))?;
                match ending
                    .values
                    .iter()
                    .find(|value| !may_be(known, value, types))
                {
                    Some(value) => Err(format!(
                        "`{}` cannot have the value `{value}`",
                        ending.field
                    )),
                    None => Ok(ending),
                }
            });
            let endings = endings.collect::<Result<Vec<_>, String>>()?;
            if !endings
                .iter()
                .any(|ending| ending.outcome == Outcome::Success)
            {
                return Err("no outcome is a success".to_owned());
            }
            endings
        }
        _ => return Err("there is no `until`".to_owned()),
    };
    Ok(Wait {
        method_name: name.to_owned(),
        summary: text("summary")?.to_owned(),
        kind: string(declared, "kind").map(str::to_owned),
        reason: reason.map(str::to_owned),
        endings,
    })
}

fn ending(declared: &Value) -> Result<Ending, String> {
    let outcome = OUTCOMES
        .iter()
        .find_map(|(key, outcome)| Some((string(declared, key)?, *outcome)));
    let (field, outcome) = outcome.ok_or(
        "an outcome has none of the keys `success`, `failure`, `cancelled`, `expired` and `pending`",
    )?;
    let values = match declared.get("is") {
        None => Vec::new(),
        Some(Value::Array(values)) if !values.is_empty() => values
            .iter()
            .map(|value| match value {
                Value::String(text) => Ok(text.clone()),
                Value::Bool(flag) => Ok(flag.to_string()),
                other => Err(format!("`{other}` is neither a string nor a boolean")),
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

/// Returns true if the document allows this value of the field.
fn may_be(field: &Field, value: &str, types: &[TypeDef]) -> bool {
    if field.value == TypeRef::Bool {
        return value == "true" || value == "false";
    }
    match field.value.named().map(|id| &types[id.0].shape) {
        Some(Shape::Enum(values)) => values.iter().any(|known| known.wire == value),
        Some(_) => false,
        None => !matches!(
            field.value,
            TypeRef::Integer | TypeRef::Number | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Any
        ),
    }
}
