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
mod text;

use crate::diff::Class;
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
    let of = |lines: &[String], other: &BTreeSet<String>| {
        let gone = lines.iter().filter(|line| !other.contains(*line));
        gone.cloned().collect()
    };
    ApiChanges {
        removed: of(old, &here),
        added: of(new, &there),
    }
}

/// The old lines as they are with the names that new aliases lead to.
fn renamed(old: &[String], new: &[String]) -> Vec<String> {
    let known: BTreeSet<&String> = old.iter().collect();
    let aliases: Vec<(&str, &str)> = new
        .iter()
        .filter(|line| line.contains("pub type ") && !known.contains(line))
        .filter_map(|line| {
            let (_, target) = line.rsplit_once(" = ")?;
            let name = api_path(line).rsplit("::").next()?;
            let is_name = target.chars().all(char::is_alphanumeric);
            is_name.then_some((name, target))
        })
        .collect();
    let word = |word: &str| {
        let alias = aliases.iter().find(|(name, _)| *name == word);
        alias.map_or(word, |(_, target)| target).to_owned()
    };
    old.iter()
        .map(|line| words(line).into_iter().map(word).collect())
        .collect()
}

/// The words of a line, and what stands between them.
fn words(line: &str) -> Vec<&str> {
    let in_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|sign| in_word(sign) != in_word(first));
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        words.push(word);
        rest = after;
    }
    words
}

/// The path a line of a public API is about: `atlas_backup::Client::v1`. Of an implementation, the type's.
#[must_use]
pub fn api_path(line: &str) -> &str {
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
