//! Removes secrets and names from an exchange, by the rules.
//!
//! Must never decide whether the result is clean: the scanner does, without knowing the rules.

use crate::record::aliases::{Aliases, is_of_word};
use crate::record::exchange::{Exchange, ExchangeResponse};
use crate::record::rules::{Field, Pattern, Rules};
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use regex::Regex;
use serde_json::Value;
use std::borrow::Cow;

/// The service's origin in recordings, whichever origin was recorded.
pub(crate) const SERVICE: &str = "https://cloud.mongodb.com";

/// Some services write it before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Redacts one exchange after the other, with the same placeholders.
#[derive(Debug)]
pub struct Redactor {
    rules: Rules,
    aliases: Aliases,
    upstream: Regex,
    parameter: Regex,
    word: Regex,
}

/// A redacted exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The method, in capitals.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The request's headers that the rules keep.
    pub request_headers: Vec<(String, String)>,
    /// The request's body; empty if there was none.
    pub request_body: String,
    /// The response's status.
    pub status: http::StatusCode,
    /// The response's headers that the rules keep.
    pub headers: Vec<(String, String)>,
    /// The response's body; empty if there was none.
    pub body: String,
}

/// A body that cannot be redacted: it is not text, or begins like JSON and is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl Redactor {
    /// Creates a redactor for a service at the origin `upstream`.
    ///
    /// # Errors
    /// When the origin cannot be made into a pattern, which does not happen for valid origins.
    pub fn new(rules: Rules, upstream: &str) -> Result<Self, crate::record::Error> {
        let regex = |text: &str| {
            Regex::new(text).map_err(|error| crate::record::Error::Rules(error.to_string()))
        };
        Ok(Self {
            rules,
            aliases: Aliases::default(),
            upstream: regex(&format!(
                r"(?i){}(?<after>[/?\x22\s]|$)",
                regex::escape(upstream)
            ))?,
            parameter: regex(r#"(?<name>[?&][A-Za-z_]+=)(?<value>[^&\s"'<>]+)"#)?,
            word: regex(r"[\p{L}\p{N}_.$-]+")?,
        })
    }

    /// Redacts an exchange.
    ///
    /// # Errors
    /// When a body cannot be read, because then its fields are unknown.
    pub fn redact(&mut self, exchange: &Exchange) -> Result<Redacted, Unreadable> {
        let ExchangeResponse {
            status,
            headers,
            body,
        } = &exchange.response;
        let target = self.address(&exchange.target);
        Ok(Redacted {
            method: exchange.method.to_string(),
            target,
            request_headers: self.headers(&exchange.request_headers, false),
            request_body: self.body(&exchange.request_body)?,
            status: *status,
            headers: self.headers(headers, true),
            body: self.body(body)?,
        })
    }

    /// The placeholders assigned so far.
    #[must_use]
    pub fn aliases(&self) -> &Aliases {
        &self.aliases
    }

    fn headers(&mut self, headers: &HeaderMap, of_response: bool) -> Vec<(String, String)> {
        let rules = &self.rules;
        let retained = if of_response {
            &rules.response_headers
        } else {
            &rules.request_headers
        };
        let retained: Vec<_> = headers
            .iter()
            .filter(|(name, _)| retained.iter().any(|retained| retained == name.as_str()))
            .map(|(name, value)| {
                (
                    canonical(name.as_str()),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        retained
            .into_iter()
            .map(|(name, value)| (name, self.address(&value)))
            .collect()
    }

    fn body(&mut self, body: &[u8]) -> Result<String, Unreadable> {
        let text = std::str::from_utf8(body).map_err(|_| Unreadable)?;
        let unmarked = text.trim_start_matches(BYTE_ORDER_MARK);
        let marks = &text[..text.len() - unmarked.len()];
        if let Ok(mut value) = serde_json::from_str::<Value>(unmarked) {
            // Go over the value twice: a sentence may contain a name that only a later field marks as a name.
            self.value("", "", None, &mut value.clone());
            self.value("", "", None, &mut value);
            return Ok(format!("{marks}{value}"));
        }
        let invisible = |character: char| {
            character.is_whitespace() || character.is_control() || character == BYTE_ORDER_MARK
        };
        if text.trim_start_matches(invisible).starts_with(['{', '[']) {
            return Err(Unreadable);
        }
        Ok(format!("{marks}{}", self.text(unmarked)))
    }

    /// Redacts everything in a JSON value; `within` is the rule of an enclosing field.
    fn value(&mut self, parent: &str, name: &str, within: Option<&Field>, value: &mut Value) {
        let own = self.rules.field(parent, name).cloned();
        let field = own.as_ref().or(within);
        match value {
            Value::String(text) => {
                *text = match field {
                    Some(field) if text.is_empty() || field.keeps(text) => std::mem::take(text),
                    Some(field) => self.placeholder(&field.kind, text),
                    None => self.text(text),
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.value(parent, name, field, item);
                }
            }
            Value::Object(fields) => {
                for (key, mut inner) in std::mem::take(fields) {
                    self.value(name, &key, field, &mut inner);
                    fields.insert(self.text(&key), inner);
                }
            }
            Value::Number(_) if field.is_some_and(|field| field.kind == "secret") => {
                *value = Value::String(self.placeholder("secret", ""))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Redacts a text that may be a sentence: known names are replaced where they are whole words or phrases.
    fn text(&mut self, text: &str) -> String {
        let text = self.address(text);
        if text.contains('/') && !text.contains(char::is_whitespace) {
            return text;
        }
        let (aliases, kinds) = (&self.aliases, &self.rules.words);
        // A phrase may have a word that is a name by itself, so phrases are replaced before words.
        let phrases = aliases.phrases_in(kinds, &text);
        let text = phrases.into_iter().fold(text, |text, (phrase, known)| {
            replace_phrase(&text, phrase, known)
        });
        let named = self.word.replace_all(&text, |word: &regex::Captures<'_>| {
            let whole = &word[0];
            let bare = whole.trim_end_matches('.');
            match aliases.known(kinds, bare) {
                Some(known) => format!("{known}{}", &whole[bare.len()..]),
                None => whole.to_owned(),
            }
        });
        named.into_owned()
    }

    /// Redacts any text by the patterns.
    fn address(&mut self, text: &str) -> String {
        let mut text = self
            .upstream
            .replace_all(text, format!("{SERVICE}${{after}}"))
            .into_owned();
        text = self.parameters(&text);
        for index in 0..self.rules.patterns.len() {
            text = self.pattern(index, &text);
        }
        text
    }

    /// Redacts query parameters that are named like a field.
    fn parameters(&mut self, text: &str) -> String {
        let Self {
            rules,
            aliases,
            parameter,
            ..
        } = self;
        let named = parameter.replace_all(text, |found: &regex::Captures<'_>| {
            let name = found["name"]
                .trim_start_matches(['?', '&'])
                .trim_end_matches('=');
            match rules.field("", name) {
                Some(Field { kind, .. }) => {
                    let placeholder =
                        aliases.placeholder(kind, rules.template(kind), &decoded(&found["value"]));
                    format!("{}{placeholder}", &found["name"])
                }
                None => found[0].to_owned(),
            }
        });
        named.into_owned()
    }

    fn pattern(&mut self, index: usize, text: &str) -> String {
        let Self { rules, aliases, .. } = self;
        let Some(Pattern {
            kind,
            matches,
            except,
        }) = rules.patterns.get(index)
        else {
            return text.to_owned();
        };
        let template = rules.template(kind);
        let (mut result, mut from) = (String::new(), 0);
        // The text after a match's part may begin the next match, so the search continues right after the
        // part.
        while let Some(found) = matches.captures_at(text, from) {
            let Some(part) = found
                .name("part")
                .or(found.get(0))
                .filter(|part| !part.is_empty())
            else {
                break;
            };
            result.push_str(&text[from..part.start()]);
            if except
                .as_ref()
                .is_some_and(|except| except.is_match(part.as_str()))
            {
                result.push_str(part.as_str());
            } else {
                result.push_str(&aliases.placeholder(kind, template, &decoded(part.as_str())));
            }
            from = part.end();
        }
        result.push_str(&text[from..]);
        result
    }

    fn placeholder(&mut self, kind: &str, thing: &str) -> String {
        let template = self.rules.template(kind);
        self.aliases.placeholder(kind, template, thing)
    }
}

/// Replaces a phrase where it is not part of longer words.
fn replace_phrase(text: &str, phrase: &str, replacement: &str) -> String {
    let (mut result, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(phrase) {
        let starts_in_word = before.chars().next_back().is_some_and(is_of_word);
        let ends_in_word = after.chars().next().is_some_and(is_of_word);
        result.push_str(before);
        result.push_str(if starts_in_word || ends_in_word {
            phrase
        } else {
            replacement
        });
        rest = after;
    }
    result.push_str(rest);
    result
}

fn decoded(part: &str) -> Cow<'_, str> {
    percent_decode_str(part).decode_utf8_lossy()
}

/// Returns `Content-Type` for `content-type`.
fn canonical(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    words.collect::<Vec<_>>().join("-")
}
