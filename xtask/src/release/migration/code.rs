//! A user's code before and after a breaking change: calls, constructors, fields and arms, with the names they have.

use super::advice::breaks_nothing;
use super::expressions::{awaited, built, constructed, used, with_marker};
use atlas_backup_generator::{Change, Direction, FieldUse, Type, Usage, What};

/// What one change does to code.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Example {
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
    /// What code cannot say.
    pub(super) words: String,
}

impl Example {
    /// One line, and what becomes of it.
    fn of(before: String, after: String) -> Self {
        Self {
            before: vec![before],
            after: vec![after],
            words: String::new(),
        }
    }
}

/// What there was and there is to be named.
pub(super) struct Names<'c> {
    pub(super) old: Usage,
    pub(super) new: Usage,
    pub(super) changes: &'c [Change],
}

impl Names<'_> {
    pub(super) fn example(&self, change: &Change) -> Example {
        let (head, member) = (
            change.item.name.as_str(),
            change.item.member.as_deref().unwrap_or_default(),
        );
        match &change.what {
            What::OperationRemoved { .. }
            | What::OperationKeptRemoved { .. }
            | What::SunsetPassed { .. } => self.gone(head),
            What::WaitRemoved { .. } => {
                let mut example = self.gone(head);
                // The operation that it asked is still there.
                example.before.truncate(1);
                example
            }
            What::OperationRenamed { old, .. }
            | What::OperationEarlierNameRemoved { earlier: old } => self.renamed(old, head),
            What::OperationRegrouped { old, new } => Example::of(
                format!("use atlas_backup::v2::{old}::*;"),
                format!("use atlas_backup::v2::{new}::*;"),
            ),
            What::PagesRemoved {} => {
                let mut example = self.called(head, "");
                for line in &mut example.before {
                    *line = line.replace(".await?", ".items()");
                }
                example
            }
            What::AnswerTypeChanged { .. } => self.answered(head),
            What::ParameterRenamed { old, new } => Example {
                before: self.called(head, old).before,
                after: self.called(head, new).after,
                words: String::new(),
            },
            What::RequiredParameterAdded { .. }
            | What::ParameterRemoved { .. }
            | What::ParameterRequired {}
            | What::ParameterOptional {}
            | What::ParameterTypeChanged { .. }
            | What::ParametersReordered { .. }
            | What::BodyAdded {}
            | What::BodyRemoved {}
            | What::BodyRequired {}
            | What::BodyOptional {}
            | What::BodyTypeChanged { .. } => self.called(head, member),
            What::TypeRenamed { new } => self.used(head, new),
            What::TypeRegrouped { module } => Example::of(
                format!("use atlas_backup::v2::{module}::{head};"),
                format!("use atlas_backup::v2::{head};"),
            ),
            What::TypeKindChanged { .. } => self.kind_changed(head, change.direction),
            What::UnionFormChanged { .. } => self.used(&self.old_type(head), head),
            What::DefaultLost {} => Example::of(
                format!("let it = {head}::default();"),
                format!("let it: {head} = serde_json::from_value(serde_json::json!({{}}))?;"),
            ),
            What::ChangeFormChanged { .. } => self.fields(head),
            What::FieldsReordered { .. } => self.built(head, ""),
            What::RequiredFieldAdded {}
            | What::FieldRequired {}
            | What::FieldOptional {}
            | What::TagPinned { .. }
            | What::FieldReadOnly {} => self.built(head, member),
            What::FieldRenamed { old, .. } => self.field(head, old, member, change.direction),
            What::FieldWriteOnly {} => {
                let mut example = self.field(head, member, member, Some(Direction::Answer));
                example.after.clear();
                example
            }
            What::FieldRemoved {}
            | What::FieldTypeChanged { .. }
            | What::ListPresenceChanged { .. } => {
                self.field(head, member, member, change.direction)
            }
            What::EnumValueRemoved { value } => Example::of(
                format!("{head}::{member} => …,"),
                format!("{head}::Unknown(value) if value == \"{value}\" => …,"),
            ),
            What::EnumValueRenamed { old, new } => Example::of(
                format!("{head}::{old} => …,"),
                format!("{head}::{new} => …,"),
            ),
            What::UnionKindRemoved { .. } => Example::of(
                format!("{head}::{member}(kind) => …,"),
                format!("{head}::Unknown(value) => …,"),
            ),
            What::UnionKindRenamed { old, new } => Example::of(
                format!("{head}::{old}(kind) => …,"),
                format!("{head}::{new}(kind) => …,"),
            ),
            What::UnionKindChanged { kind, .. } => self.kind(head, kind),
            What::UnionAccessorRemoved { .. } => Example {
                before: vec![format!("let {member} = it.{member}();")],
                after: used(head, self.new.types.get(head), false),
                ..Example::default()
            },
            // The same code does something else, which the advice says.
            What::PagesChanged { .. } => Example::default(),
            breaks_nothing!() => Example::default(),
        }
    }

    /// A call that there is no more, and the one that replaces it.
    fn gone(&self, name: &str) -> Example {
        let before = self.old.calls.get(name);
        let successor = before.and_then(|call| call.successor.as_deref());
        let after = successor.and_then(|name| Some((name, self.new.calls.get(name)?)));
        Example {
            before: with_marker(name, before),
            after: after.map_or_else(Vec::new, |(name, call)| with_marker(name, Some(call))),
            words: match after {
                Some((name, _)) => format!("`{name}` replaces it."),
                None => "Nothing replaces it.".to_owned(),
            },
        }
    }

    /// A method and its marker type by both of its names.
    fn renamed(&self, before: &str, after: &str) -> Example {
        Example {
            before: with_marker(before, self.old.calls.get(before)),
            after: with_marker(after, self.new.calls.get(after)),
            words: String::new(),
        }
    }

    /// A call of a method before and after, with a parameter if it is no argument.
    fn called(&self, name: &str, parameter: &str) -> Example {
        let earlier = self.old_method(name);
        let old = self.old.calls.get(&earlier);
        let new = self.new.calls.get(name);
        let mut before: Vec<_> = old
            .map(|call| awaited(&earlier, call, parameter))
            .into_iter()
            .collect();
        let mut after: Vec<_> = new
            .map(|call| awaited(name, call, parameter))
            .into_iter()
            .collect();
        // Where the call looks the same, its values do not.
        if before == after {
            let wanted = if parameter.is_empty() {
                "body"
            } else {
                parameter
            };
            for (lines, call, usage) in
                [(&mut before, old, &self.old), (&mut after, new, &self.new)]
            {
                let typed = call.and_then(|call| {
                    let all = call.arguments.iter().chain(&call.setters);
                    let mut found = all.filter(|(name, _)| name == wanted);
                    found.next()
                });
                if let Some((name, value)) = typed {
                    let owned = value.strip_prefix('&');
                    let owned =
                        owned.filter(|owned| !owned.starts_with("str") && !owned.starts_with('['));
                    let owned = owned.unwrap_or(value);
                    lines.insert(
                        0,
                        match built(owned, usage) {
                            Some(built) => format!("let {name} = {built};"),
                            None => format!("let {name}: {owned} = …;"),
                        },
                    );
                }
            }
        }
        Example {
            before,
            after,
            words: String::new(),
        }
    }

    /// What a call gives, before and after.
    fn answered(&self, name: &str) -> Example {
        let earlier = self.old_method(name);
        let line = |usage: &Usage, name: &str| {
            let call = usage.calls.get(name)?;
            let call_text = awaited(name, call, "");
            Some(match call.output.as_str() {
                "()" => call_text,
                output => format!("let answer: {output} = {call_text}"),
            })
        };
        Example {
            before: line(&self.old, &earlier).into_iter().collect(),
            after: line(&self.new, name).into_iter().collect(),
            words: String::new(),
        }
    }

    /// How a type is built or read, whatever it is.
    fn used(&self, before: &str, after: &str) -> Example {
        Example {
            before: used(before, self.old.types.get(before), true),
            after: used(after, self.new.types.get(after), true),
            words: String::new(),
        }
    }

    /// How a type that has become another kind of type is built if it is sent, and read if it is received.
    fn kind_changed(&self, name: &str, direction: Option<Direction>) -> Example {
        let lines = |name: &str, usage: &Usage| {
            let read = |lines: &[String]| match direction {
                Some(Direction::Request) if !lines.is_empty() => Vec::new(),
                _ => used(name, usage.types.get(name), false),
            };
            let mut lines = match direction {
                Some(Direction::Answer) => Vec::new(),
                _ => constructed(name, usage),
            };
            lines.extend(read(&lines));
            lines
        };
        Example {
            before: lines(&self.old_type(name), &self.old),
            after: lines(name, &self.new),
            words: String::new(),
        }
    }

    /// The constructor before and after, with a setter where the field is no argument.
    fn built(&self, name: &str, field: &str) -> Example {
        let earlier = self.old_type(name);
        let line = |name: &str, found: Option<&Type>| match found {
            Some(Type::Record {
                new: Some(arguments),
                fields,
            }) => {
                let is_set = |one: &&FieldUse| one.name == field && one.is_set;
                let setter = fields.iter().find(is_set);
                let setter = setter.map_or_else(String::new, |_| format!(".{field}({field})"));
                vec![format!("{name}::new({arguments}){setter}")]
            }
            _ => Vec::new(),
        };
        let (old, new) = (self.old.types.get(&earlier), self.new.types.get(name));
        let (before, after) = (line(&earlier, old), line(name, new));
        match before == after && field.is_empty() {
            // The arguments have the same names: their types differ.
            true => self.used(&earlier, name),
            false => Example {
                before,
                after,
                words: String::new(),
            },
        }
    }

    /// Reading and setting a field, as far as its type does the one or the other.
    fn field(&self, of: &str, before: &str, after: &str, direction: Option<Direction>) -> Example {
        let earlier = self.old_type(of);
        let (old, new) = (self.old.types.get(&earlier), self.new.types.get(of));
        let find = |found: Option<&Type>, field: &str| match found {
            Some(Type::Record { fields, .. }) => {
                fields.iter().find(|one| one.name == field).cloned()
            }
            _ => None,
        };
        let (was, is) = (find(old, before), find(new, after));
        let mut example = Example::default();
        let sends = |found: Option<&Type>| matches!(found, Some(Type::Record { new: Some(_), .. }));
        if direction != Some(Direction::Request) || !sends(old.or(new)) {
            let read = |field: &FieldUse| {
                let FieldUse { name, value, .. } = field;
                format!("let {name}: {value} = it.{name};")
            };
            example.before.extend(was.as_ref().map(read));
            match (&was, &is) {
                (_, Some(is)) => example.after.push(read(is)),
                (Some(was), None) => example.after.push(format!(
                    "let {} = it.extra.get(\"{}\");",
                    was.name, was.wire
                )),
                (None, None) => {}
            }
        }
        if direction != Some(Direction::Answer) && sends(old) && sends(new) {
            let built = |usage: Example| (usage.before, usage.after);
            let before = built(self.built(of, before)).0;
            let after = built(self.built(of, after)).1;
            let typed = |field: &Option<FieldUse>| {
                let field = field.as_ref()?;
                Some(format!("let {}: {} = …;", field.name, field.value))
            };
            if before == after {
                example.before.extend(typed(&was));
                example.after.extend(typed(&is));
            }
            example.before.extend(before);
            example.after.extend(after);
        }
        example
    }

    /// Reading the fields of a type that have another type.
    fn fields(&self, name: &str) -> Example {
        let earlier = self.old_type(name);
        let read = |found: Option<&Type>| used("", found, false);
        let (before, after) = (
            read(self.old.types.get(&earlier)),
            read(self.new.types.get(name)),
        );
        let but = |lines: &[String], others: &[String]| {
            let other = lines.iter().filter(|line| !others.contains(line));
            other.cloned().collect()
        };
        Example {
            before: but(&before, &after),
            after: but(&after, &before),
            words: String::new(),
        }
    }

    /// The arm of a kind that holds another type.
    fn kind(&self, of: &str, variant: &str) -> Example {
        let arm = |found: Option<&Type>, of: &str| {
            let Some(Type::Union(kinds)) = found else {
                return Vec::new();
            };
            let kinds = kinds.iter().filter(|(name, _)| name == variant);
            kinds
                .map(|(name, holds)| {
                    format!("{of}::{name}(kind) => {{ let kind: {holds} = kind; … }}")
                })
                .collect()
        };
        let earlier = self.old_type(of);
        Example {
            before: arm(self.old.types.get(&earlier), &earlier),
            after: arm(self.new.types.get(of), of),
            words: String::new(),
        }
    }

    /// What a type was called.
    fn old_type(&self, name: &str) -> String {
        let renamed = self.changes.iter().find_map(|change| match &change.what {
            What::TypeRenamed { new } if new == name => Some(change.item.name.clone()),
            _ => None,
        });
        renamed.unwrap_or_else(|| name.to_owned())
    }

    /// What a method was called.
    fn old_method(&self, name: &str) -> String {
        let renamed = self.changes.iter().find_map(|change| match &change.what {
            What::OperationRenamed { old, new }
            | What::OperationRenamedKept {
                earlier: old,
                new: Some(new),
            } if new == name => Some(old.clone()),
            _ => None,
        });
        renamed.unwrap_or_else(|| name.to_owned())
    }
}
