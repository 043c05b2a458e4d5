//! Lists the public API of a crate from its sources: one line for each item that users can name.
//!
//! Re-exports are followed to their definitions, and the macros of the runtime and of the generated code are expanded. Of several public paths, the
//! shortest is used. Argument names are omitted, because callers do not depend on them.
//!
//! Invariant: the same sources yield the same lines in the same order, and a line contains everything that a caller's
//! code depends on.

mod expand;
mod items;
mod local_macros;
mod modules;
mod print;
mod spacing;
mod text;

use crate::releases::diff::Class;
use crate::render::File;
use modules::Modules;
use std::collections::BTreeSet;

/// Changes between two public APIs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiChanges {
    /// Removed lines.
    pub removed: Vec<String>,
    /// Added lines.
    pub added: Vec<String>,
}

impl ApiChanges {
    /// Returns the class of the changes: breaking if a line other than a deprecation is removed, a feature if a line
    /// is added.
    #[must_use]
    pub fn class(&self) -> Option<Class> {
        if self.removed.iter().any(|line| !is_deprecation(line)) {
            return Some(Class::Breaking);
        }
        match (self.added.is_empty(), self.removed.is_empty()) {
            (false, _) => Some(Class::Feature),
            (true, false) => Some(Class::Fix),
            (true, true) => None,
        }
    }
}

/// Returns the public API of a crate, with one line per item, member and implementation, ordered by path.
///
/// `name` is the crate's name in code. `files` are its sources with paths relative to `src`, including `lib.rs`.
///
/// # Errors
/// If a file cannot be parsed, or if a module has no file.
pub fn public_api(name: &str, files: &[File]) -> Result<Vec<String>, String> {
    let modules = Modules::read(name, files)?;
    let mut lines = print::lines(&modules);
    lines.sort_by_cached_key(|line| (api_path(line).to_owned(), line.clone()));
    lines.dedup();
    Ok(lines)
}

/// Compares two listings of public APIs. A type that was replaced by an alias of another is treated as that type.
#[must_use]
pub fn compare_public_apis(old: &[String], new: &[String]) -> ApiChanges {
    let old = &renamed(old, new);
    let set = |lines: &[String]| lines.iter().cloned().collect::<BTreeSet<_>>();
    let (old_lines, new_lines) = (set(old), set(new));
    // A line that lost its condition was not removed.
    let is_in_new = |line: &String| {
        new_lines.contains(line)
            || (line.starts_with("#[cfg(") && new_lines.contains(unconditioned(line)))
    };
    let of = |lines: &[String], is_kept: &dyn Fn(&String) -> bool| {
        let changed = lines.iter().filter(|line| !is_kept(line));
        changed.cloned().collect()
    };
    ApiChanges {
        removed: of(old, &is_in_new),
        added: of(new, &|line| old_lines.contains(line)),
    }
}

/// Returns a line without its conditions.
fn unconditioned(line: &str) -> &str {
    match line
        .strip_prefix("#[cfg(")
        .and_then(|rest| rest.split_once(")] "))
    {
        Some((_, rest)) => unconditioned(rest),
        None => line,
    }
}

/// Replaces names in removed lines by the targets of new aliases.
fn renamed(old: &[String], new: &[String]) -> Vec<String> {
    let (known, new_lines): (BTreeSet<_>, BTreeSet<_>) =
        (old.iter().collect(), new.iter().collect());
    let aliases: Vec<(&str, &str)> = new
        .iter()
        .filter(|line| line.contains("pub type ") && !known.contains(line))
        .filter_map(|line| {
            let (_, target) = line.rsplit_once(" = ")?;
            let is_path = |sign: char| in_word(sign) || sign == ':';
            target
                .chars()
                .all(is_path)
                .then_some((api_path(line), target))
        })
        .collect();
    old.iter()
        .map(|line| match new_lines.contains(line) {
            true => line.clone(),
            false => aliases.iter().fold(line.clone(), |line, (alias, target)| {
                with_target(&line, alias, target)
            }),
        })
        .collect()
}

fn in_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

/// Replaces a path in a line by its alias' target. Paths start with the crate's name in definitions, but not
/// elsewhere.
fn with_target(line: &str, alias: &str, target: &str) -> String {
    let Some((root, name)) = alias.split_once("::") else {
        return line.to_owned();
    };
    let (mut text, mut done) = (String::new(), 0);
    for (at, _) in line.match_indices(name) {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let starts = match before.strip_suffix("::") {
            Some(above) => above.ends_with(root),
            None => !before.ends_with(in_word),
        };
        text.push_str(&line[done..at]);
        text.push_str(match starts && !after.starts_with(in_word) {
            true => target,
            false => name,
        });
        done = at + name.len();
    }
    text + &line[done..]
}

/// Returns the path of a line's item, such as `atlas_backup::Client::v1`. For an implementation, the path of the
/// type.
#[must_use]
pub fn api_path(line: &str) -> &str {
    let line = match line.split_once(" for ") {
        Some((before, of)) if before.contains("impl") => of,
        _ => line,
    };
    let words = line.split(' ').skip_while(|word| !word.contains("::"));
    let start = words.clone().next().unwrap_or_default();
    let end = start.char_indices().find(|(at, sign)| match sign {
        '(' | '{' | ',' | ';' => true,
        ':' => !start[*at..].starts_with("::") && !start[..=*at].ends_with("::"),
        _ => false,
    });
    end.map_or(start, |(at, _)| &start[..at])
}

/// Returns true if a line only marks an item as deprecated, which is not a breaking change.
fn is_deprecation(line: &str) -> bool {
    line.starts_with(print::DEPRECATED)
}
