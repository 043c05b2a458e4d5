//! The redaction rules, read from a data file.
//!
//! Invariant: an unknown kind or an invalid pattern is an error and is never ignored.

use crate::record::Error;
use regex::Regex;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The values to redact and their placeholders.
#[derive(Debug)]
pub struct Rules {
    kinds: BTreeMap<String, String>,
    pub(crate) words: BTreeSet<String>,
    pub(crate) response_headers: Vec<String>,
    pub(crate) request_headers: Vec<String>,
    left_out: Vec<String>,
    /// Keys are lower-case names or `parent.name`.
    fields: BTreeMap<String, Field>,
    pub(crate) patterns: Vec<Pattern>,
}

/// How the texts of a field are replaced.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) kind: String,
    except: Option<Regex>,
}

impl Field {
    /// Returns true if a text has a meaning for programs and stays unchanged.
    pub(crate) fn keeps(&self, text: &str) -> bool {
        self.except
            .as_ref()
            .is_some_and(|except| except.is_match(text))
    }
}

#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) kind: String,
    pub(crate) matches: Regex,
    pub(crate) except: Option<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kinds: BTreeMap<String, String>,
    words: Words,
    headers: Headers,
    left_out: LeftOut,
    fields: Vec<Fields>,
    patterns: Vec<PatternText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    kinds: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Headers {
    answer: Vec<String>,
    request: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOut {
    paths: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    kind: String,
    names: Vec<String>,
    except: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternText {
    kind: String,
    #[serde(rename = "match")]
    matches: String,
    except: Option<String>,
}

impl Rules {
    /// Parses rules in the form of `rules.toml`.
    ///
    /// # Errors
    /// When the text is not TOML, uses an undefined kind, or has an invalid pattern.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let file: File = toml::from_str(text).map_err(|error| Error::Rules(error.to_string()))?;
        let pattern =
            |text: &str| Regex::new(text).map_err(|error| Error::Rules(error.to_string()));
        let whole = |text: Option<String>| {
            text.map(|text| pattern(&format!("^(?:{text})$")))
                .transpose()
        };
        let mut fields = BTreeMap::new();
        for rule in file.fields {
            let field = Field {
                kind: rule.kind,
                except: whole(rule.except)?,
            };
            for name in rule.names {
                fields.insert(name.to_ascii_lowercase(), field.clone());
            }
        }
        let mut patterns = Vec::new();
        for rule in file.patterns {
            patterns.push(Pattern {
                kind: rule.kind,
                matches: pattern(&rule.matches)?,
                except: whole(rule.except)?,
            });
        }
        let named = fields
            .values()
            .map(|field: &Field| &field.kind)
            .chain(patterns.iter().map(|pattern| &pattern.kind));
        if let Some(kind) = named
            .chain(&file.words.kinds)
            .find(|kind| !file.kinds.contains_key(*kind))
        {
            return Err(Error::Rules(format!("`{kind}` is not a defined kind")));
        }
        Ok(Self {
            kinds: file.kinds,
            words: file.words.kinds,
            response_headers: file.headers.answer,
            request_headers: file.headers.request,
            left_out: file.left_out.paths,
            fields,
            patterns,
        })
    }

    /// Returns the built-in rules.
    ///
    /// # Errors
    /// As [`Rules::parse`].
    pub fn built_in() -> Result<Self, Error> {
        Self::parse(include_str!("rules.toml"))
    }

    /// Returns true if requests with this path are forwarded but not recorded.
    #[must_use]
    pub fn leaves_out(&self, path: &str) -> bool {
        self.left_out.iter().any(|start| path.starts_with(start))
    }

    /// Returns the rule of a field, by its own name and its parent's.
    pub(crate) fn field(&self, parent: &str, name: &str) -> Option<&Field> {
        let (parent, name) = (parent.to_ascii_lowercase(), name.to_ascii_lowercase());
        self.fields
            .get(&format!("{parent}.{name}"))
            .or_else(|| self.fields.get(&name))
    }

    /// Returns the placeholder template of a kind.
    pub(crate) fn template(&self, kind: &str) -> &str {
        self.kinds.get(kind).map_or("REDACTED", String::as_str)
    }
}
