//! The rules of redaction, read from a file of data.
//!
//! Invariant: a rule that names an unknown kind, or a pattern that cannot be read, is an error and never passed over.

use crate::record::Error;
use regex::Regex;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is taken out, and what stands there instead.
#[derive(Debug)]
pub struct Rules {
    kinds: BTreeMap<String, String>,
    pub(crate) words: BTreeSet<String>,
    pub(crate) answer_headers: Vec<String>,
    pub(crate) request_headers: Vec<String>,
    left_out: Vec<String>,
    /// By lower-case names, or `parent.name`.
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
    /// Whether a text means something to programs and stays as it is.
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
    /// Reads the text of a file as `rules.toml` is one.
    ///
    /// # Errors
    /// When it is something else, names a kind that is not among its kinds, or has a pattern that cannot be read.
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
            return Err(Error::Rules(format!("`{kind}` is not among the kinds")));
        }
        Ok(Self {
            kinds: file.kinds,
            words: file.words.kinds,
            answer_headers: file.headers.answer,
            request_headers: file.headers.request,
            left_out: file.left_out.paths,
            fields,
            patterns,
        })
    }

    /// The rules of the project.
    ///
    /// # Errors
    /// As [`Rules::parse`].
    pub fn built_in() -> Result<Self, Error> {
        Self::parse(include_str!("rules.toml"))
    }

    /// Whether a request of this path is forwarded only.
    #[must_use]
    pub fn leaves_out(&self, path: &str) -> bool {
        self.left_out.iter().any(|start| path.starts_with(start))
    }

    /// What is done with the texts in a field, by its own name and that of what it is in.
    pub(crate) fn field(&self, parent: &str, name: &str) -> Option<&Field> {
        let (parent, name) = (parent.to_ascii_lowercase(), name.to_ascii_lowercase());
        self.fields
            .get(&format!("{parent}.{name}"))
            .or_else(|| self.fields.get(&name))
    }

    /// What stands for a thing of this kind.
    pub(crate) fn template(&self, kind: &str) -> &str {
        self.kinds.get(kind).map_or("REDACTED", String::as_str)
    }
}
