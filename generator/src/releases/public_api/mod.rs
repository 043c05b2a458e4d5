//! The public API of a crate, read from its sources: a line for everything its users can name.
//!
//! What is re-exported is found where it is defined; what a macro of the runtime makes is written out. Of several public
//! paths the shortest counts. Names of arguments are no API, and left out.
//!
//! Invariant: the same sources give the same lines in the same order; a line says all that a caller's code depends on.

mod expand;
mod items;
mod modules;
mod print;
mod spacing;
mod text;

use crate::releases::diff::Class;
use crate::render::File;
use modules::Modules;
use std::collections::BTreeSet;

/// What is different between two public APIs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiChanges {
    /// The lines there were.
    pub removed: Vec<String>,
    /// The lines there are.
    pub added: Vec<String>,
}

impl ApiChanges {
    /// What it asks of the next version: breaking if anything goes but a deprecation, a feature if anything comes.
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

/// The public API of a crate: a line for each item, member and implementation, in alphabetical order of their paths.
///
/// `name` is the crate's in code; `files` are its sources with paths below its `src`, among them `lib.rs`.
///
/// # Errors
/// When a file is no Rust, or a module has no file.
pub fn surface(name: &str, files: &[File]) -> Result<Vec<String>, String> {
    let modules = Modules::read(name, files)?;
    let mut lines = print::lines(&modules);
    lines.sort_by_cached_key(|line| (api_path(line).to_owned(), line.clone()));
    lines.dedup();
    Ok(lines)
}

/// Compares two public APIs as [`surface`] tells them. A type that became an alias of another is that other.
#[must_use]
pub fn compare_surfaces(old: &[String], new: &[String]) -> ApiChanges {
    let old = &renamed(old, new);
    let set = |lines: &[String]| lines.iter().cloned().collect::<BTreeSet<_>>();
    let (there, here) = (set(old), set(new));
    // What was there under a condition and is there without one has not gone.
    let is_here = |line: &String| {
        here.contains(line) || (line.starts_with("#[cfg(") && here.contains(unconditioned(line)))
    };
    let of = |lines: &[String], is_kept: &dyn Fn(&String) -> bool| {
        let changed = lines.iter().filter(|line| !is_kept(line));
        changed.cloned().collect()
    };
    ApiChanges {
        removed: of(old, &is_here),
        added: of(new, &|line| there.contains(line)),
    }
}

/// A line without the conditions under which it holds.
fn unconditioned(line: &str) -> &str {
    match line
        .strip_prefix("#[cfg(")
        .and_then(|rest| rest.split_once(")] "))
    {
        Some((_, rest)) => unconditioned(rest),
        None => line,
    }
}

/// The old lines as they are with the names that new aliases lead to, where they are not there as they were.
fn renamed(old: &[String], new: &[String]) -> Vec<String> {
    let (known, here): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
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
        .map(|line| match here.contains(line) {
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

/// A line with a path's target in its place: `it::a::Old` in definitions, `a::Old` elsewhere.
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

/// The path a line of a public API is about: `atlas_backup::Client::v1`. Of an implementation, the type's.
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

/// Whether a line only says that something is deprecated, which breaks nobody.
fn is_deprecation(line: &str) -> bool {
    line.starts_with(print::DEPRECATED)
}
