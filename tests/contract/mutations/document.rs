//! Ways to tamper with a document. Each says what it changed, or nothing where it finds no place.

use crate::{places, removed};
use atlas_backup_draw::Dice;
use serde_json::{Value, json};

pub(crate) type Kind = fn(&mut Value, &mut Dice) -> Option<String>;

pub(crate) const KINDS: [Kind; 10] = [
    drop_a_property,
    require_another,
    change_a_type,
    narrow_an_enum,
    refuse_null,
    narrow_a_pattern,
    drop_a_status,
    rename_a_media_type,
    narrow_a_range,
    drop_a_parameter,
];

/// A place whose pointer `fits`, by chance.
fn place(root: &Value, dice: &mut Dice, fits: impl Fn(&str, &Value) -> bool) -> Option<String> {
    let mut found = Vec::new();
    places(root, "", &mut found);
    found.retain(|(pointer, value)| fits(pointer, value));
    (!found.is_empty()).then(|| found[dice.index(found.len())].0.clone())
}

fn is_property(pointer: &str) -> bool {
    pointer.starts_with("/components/schemas/") && pointer.rsplit('/').nth(1) == Some("properties")
}

fn drop_a_property(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let pointer = place(root, dice, |pointer, _| is_property(pointer))?;
    removed(root, &pointer)?;
    Some(format!("without {pointer}"))
}

fn require_another(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let fits = |pointer: &str, value: &Value| {
        pointer.starts_with("/components/schemas/")
            && value.get("properties").is_some_and(Value::is_object)
    };
    let pointer = place(root, dice, fits)?;
    root.pointer_mut(&pointer)?["required"] = json!(["aFieldOfNextYear"]);
    Some(format!("requires aFieldOfNextYear {pointer}"))
}

fn change_a_type(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let fits = |pointer: &str, value: &Value| is_property(pointer) && value.get("type").is_some();
    let pointer = place(root, dice, fits)?;
    let value = root.pointer_mut(&pointer)?;
    let other = if value["type"] == json!("boolean") {
        "integer"
    } else {
        "boolean"
    };
    value["type"] = json!(other);
    Some(format!("{other} {pointer}"))
}

fn narrow_an_enum(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let fits = |pointer: &str, value: &Value| {
        pointer.starts_with("/components/schemas/")
            && pointer.contains("/enum/")
            && value.is_string()
    };
    let pointer = place(root, dice, fits)?;
    let value = removed(root, &pointer)?;
    Some(format!("without {value} {}", pointer.rsplit_once('/')?.0))
}

fn refuse_null(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let fits =
        |pointer: &str, value: &Value| pointer.ends_with("/nullable") && value == &json!(true);
    let pointer = place(root, dice, fits)?;
    removed(root, &pointer)?;
    Some(format!("without {pointer}"))
}

fn narrow_a_pattern(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let fits = |pointer: &str, value: &Value| pointer.ends_with("/pattern") && value.is_string();
    let pointer = place(root, dice, fits)?;
    *root.pointer_mut(&pointer)? = json!("^never$");
    Some(format!("narrow {pointer}"))
}

fn drop_a_status(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let fits = |pointer: &str, _: &Value| {
        pointer.rsplit('/').nth(1) == Some("responses") && pointer.starts_with("/paths/")
    };
    let pointer = place(root, dice, fits)?;
    removed(root, &pointer)?;
    Some(format!("without {pointer}"))
}

fn rename_a_media_type(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let pointer = place(root, dice, |pointer, _| {
        pointer.rsplit('/').nth(1) == Some("content")
    })?;
    let media = removed(root, &pointer)?;
    root.pointer_mut(pointer.rsplit_once('/')?.0)?["application/xml"] = media;
    Some(format!("application/xml {pointer}"))
}

fn narrow_a_range(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let fits = |pointer: &str, value: &Value| {
        is_property(pointer) && value.get("type").is_some_and(|kind| kind == "integer")
    };
    let pointer = place(root, dice, fits)?;
    root.pointer_mut(&pointer)?["maximum"] = json!(-1);
    Some(format!("at most -1 {pointer}"))
}

fn drop_a_parameter(root: &mut Value, dice: &mut Dice) -> Option<String> {
    let fits = |pointer: &str, _: &Value| {
        pointer.rsplit('/').nth(1) == Some("parameters") && pointer.starts_with("/paths/")
    };
    let pointer = place(root, dice, fits)?;
    let parameter = removed(root, &pointer)?;
    let name = parameter
        .get("$ref")
        .or(parameter.get("name"))?
        .as_str()?
        .to_owned();
    Some(format!("without {name} {}", pointer.rsplit_once('/')?.0))
}
