//! Finds overlay actions, or parts of them, that upstream has adopted because the document already says the same.
//!
//! Facts are compared one by one at each selected location. Prose is not a fact: a correction counts as adopted even
//! if only its description differs.

use super::query::pointers;
use crate::diagnostic::Diagnostics;
use crate::document::child;
use crate::document::walk::Kind;
use serde_json::Value;
use serde_json_path::JsonPath;

/// The effect of one action.
#[derive(Default)]
pub(super) struct Effect {
    /// Facts that the document had already; for a removal, parts that are absent already.
    adopted: Vec<String>,
    /// True if a fact changed.
    changed: bool,
    /// True if prose changed.
    prose_changed: bool,
    /// True if the action removes its target.
    removes: bool,
}

/// Extensions that describe the other members, as prose does.
const PROSE_EXTENSIONS: [&str; 2] = ["x-enum-descriptions", "x-evidence"];

impl Effect {
    pub(super) fn is_adopted(&self) -> bool {
        !self.adopted.is_empty()
    }

    pub(super) fn changes(&mut self) {
        self.changed = true;
    }

    /// Records the effect of an update on a node. Call it before merging.
    pub(super) fn update(&mut self, node: &Value, update: &Value, pointer: &str) {
        self.facts(Some(node), update, pointer, Kind::at(pointer));
    }

    /// Records the effect of an update, fact by fact.
    fn facts(&mut self, node: Option<&Value>, update: &Value, pointer: &str, kind: Kind) {
        match update {
            Value::Object(members) if !members.is_empty() => {
                for (key, inner) in members {
                    let existing = node.and_then(|node| node.get(key));
                    let member = kind.member(key);
                    let is_prose =
                        member == Kind::Extension && PROSE_EXTENSIONS.contains(&key.as_str());
                    if is_prose || member.is_for_people() {
                        self.prose_changed |= existing != Some(inner);
                        continue;
                    }
                    self.facts(existing, inner, &child(pointer, key), member);
                }
            }
            Value::Array(items) if node.is_none_or(Value::is_array) => {
                for item in items {
                    self.fact(is_in(node, item), item, pointer);
                }
            }
            item if node.is_some_and(Value::is_array) => {
                self.fact(is_in(node, item), item, pointer)
            }
            value => self.fact(node == Some(value), value, pointer),
        }
    }

    fn fact(&mut self, is_there: bool, value: &Value, pointer: &str) {
        match is_there {
            true => self.adopted.push(format!("{value} at {pointer}")),
            false => self.changed = true,
        }
    }

    /// Records the targets of a removal that are absent although their parent exists.
    pub(super) fn removals(&mut self, target: &str, document: &Value) {
        self.removes = true;
        let Some((parent, names)) = named_last(target) else {
            return;
        };
        let Ok(parent) = JsonPath::parse(parent) else {
            return;
        };
        for pointer in pointers(&parent, document) {
            let Some(Value::Object(members)) = document.pointer(&pointer) else {
                continue;
            };
            let absent = names.iter().filter(|name| !members.contains_key(*name));
            self.adopted
                .extend(absent.map(|name| child(&pointer, name)));
        }
    }

    /// Reports the parts of the action that upstream has adopted.
    pub(super) fn report(self, target: &str, pointer: &str, adopted: &mut Diagnostics) {
        let facts = self.adopted.join(", ");
        let (whole, part) = match self.removes {
            true => (
                format!("the document has no `{target}`, which the action removes"),
                format!("the document has no {facts}, which the action on `{target}` removes"),
            ),
            false => (
                format!("the document already has at `{target}` what the action adds"),
                format!("the document already has {facts}, which the action on `{target}` adds"),
            ),
        };
        // An action with prose only is idle if the document has the same prose.
        let is_idle = !self.changed && (self.is_adopted() || !self.prose_changed);
        if is_idle {
            let help = match self.prose_changed {
                true => {
                    "upstream has adopted it: remove the action, and move its descriptions to the prose overlay"
                }
                false => "upstream has adopted it: remove the action",
            };
            adopted.report("overlay-action-idle", pointer, whole, help);
        } else if self.is_adopted() {
            let help = "upstream has adopted that part: remove it from the action";
            adopted.report("overlay-action-partly-idle", pointer, part, help);
        }
    }
}

fn is_in(list: Option<&Value>, item: &Value) -> bool {
    let list = list.and_then(Value::as_array);
    list.is_some_and(|list| list.contains(item))
}

/// Splits off the last segment of a path, if it selects members by name: `$.a['b','c']` → `$.a`, `b` and `c`.
fn named_last(path: &str) -> Option<(&str, Vec<String>)> {
    let (mut last, mut quote, mut depth, mut escaped) = (None, None, 0_usize, false);
    for (at, sign) in path.char_indices() {
        match (sign, quote) {
            _ if escaped => escaped = false,
            ('\\', Some(_)) => escaped = true,
            (sign, Some(open)) if sign == open => quote = None,
            (_, Some(_)) => {}
            ('\'' | '"', None) if depth > 0 => quote = Some(sign),
            ('[', None) => {
                if depth == 0 {
                    last = Some(at);
                }
                depth += 1;
            }
            (']', None) => depth = depth.checked_sub(1)?,
            ('.', None) if depth == 0 => last = Some(at),
            _ => {}
        }
    }
    let (parent, segment) = path.split_at(last?);
    // `..` selects at any depth.
    if parent.ends_with('.') {
        return None;
    }
    let names = match segment.trim_end().strip_prefix('.') {
        Some("*") => return None,
        Some(name) => vec![name.to_owned()],
        None => quoted(segment.trim_end().strip_prefix('[')?.strip_suffix(']')?)?,
    };
    Some((parent, names))
}

/// Parses a list of quoted names.
fn quoted(list: &str) -> Option<Vec<String>> {
    let (mut names, mut rest) = (Vec::new(), list.trim());
    loop {
        let quote = rest
            .chars()
            .next()
            .filter(|sign| matches!(sign, '\'' | '"'))?;
        let (name, after) = rest.get(1..)?.split_once(quote)?;
        // Names with escapes are rare; the caller treats `None` as an unknown segment.
        if name.contains('\\') {
            return None;
        }
        names.push(name.to_owned());
        rest = match after.trim_start() {
            "" => return Some(names),
            after => after.strip_prefix(',')?.trim_start(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::named_last;

    #[test]
    fn last_segment_is_split_off_only_if_it_selects_members_by_name() {
        for (path, expected) in [
            ("$.a.b", Some(("$.a", vec!["b"]))),
            (
                "$.paths['/a.b/{c}'].get",
                Some(("$.paths['/a.b/{c}']", vec!["get"])),
            ),
            ("$.a[ 'b', \"c]\" ]", Some(("$.a", vec!["b", "c]"]))),
            ("$.a['b'][0]", None),
            ("$.a[?@.b == 'c']", None),
            ("$.a..b", None),
            ("$..['b']", None),
            ("$.a.*", None),
            ("$", None),
        ] {
            let found = named_last(path);
            let found = found.as_ref().map(|(parent, names)| {
                (
                    *parent,
                    names.iter().map(String::as_str).collect::<Vec<_>>(),
                )
            });
            assert_eq!(found, expected, "{path}");
        }
    }
}
