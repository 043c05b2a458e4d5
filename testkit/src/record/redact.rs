//! Takes secrets and names out of an exchange, by the rules.
//!
//! Must never decide whether the result is clean: the scanner does, which knows nothing of the rules.

use crate::record::aliases::Aliases;
use crate::record::exchange::{Answer, Exchange};
use crate::record::rules::{Field, Pattern, Rules};
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use regex::Regex;
use serde_json::Value;
use std::borrow::Cow;

/// Where the service is in recordings, wherever it was recorded from.
pub(crate) const SERVICE: &str = "https://cloud.mongodb.com";

/// Redacts one exchange after the other, with the same stand-ins.
#[derive(Debug)]
pub struct Redactor {
    rules: Rules,
    aliases: Aliases,
    upstream: Regex,
    parameter: Regex,
    word: Regex,
}

/// An exchange without what must not be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The method, in capitals.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The request's headers that are kept.
    pub request_headers: Vec<(String, String)>,
    /// The request's body; empty if there was none.
    pub request_body: String,
    /// The answer's status.
    pub status: http::StatusCode,
    /// The answer's headers that are kept.
    pub headers: Vec<(String, String)>,
    /// The answer's body; empty if there was none.
    pub body: String,
}

/// A body that is no text, or begins like JSON and is none, cannot be redacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl Redactor {
    /// A redactor for a service at `upstream`, an origin.
    ///
    /// # Errors
    /// When the origin makes no pattern, which none does.
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

    /// Takes out what the rules name.
    ///
    /// # Errors
    /// When a body cannot be read, for then its fields cannot be told.
    pub fn redact(&mut self, exchange: &Exchange) -> Result<Redacted, Unreadable> {
        let Answer {
            status,
            headers,
            body,
        } = &exchange.answer;
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

    /// The stand-ins given so far.
    #[must_use]
    pub fn aliases(&self) -> &Aliases {
        &self.aliases
    }

    fn headers(&mut self, headers: &HeaderMap, of_answer: bool) -> Vec<(String, String)> {
        let rules = &self.rules;
        let kept = if of_answer {
            &rules.answer_headers
        } else {
            &rules.request_headers
        };
        let kept: Vec<_> = headers
            .iter()
            .filter(|(name, _)| kept.iter().any(|kept| kept == name.as_str()))
            .map(|(name, value)| {
                (
                    canonical(name.as_str()),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        kept.into_iter()
            .map(|(name, value)| (name, self.address(&value)))
            .collect()
    }

    fn body(&mut self, body: &[u8]) -> Result<String, Unreadable> {
        if let Ok(mut value) = serde_json::from_slice::<Value>(body) {
            // A sentence may name what a later field says to be a name.
            self.value("", "", None, &mut value.clone());
            self.value("", "", None, &mut value);
            return Ok(value.to_string());
        }
        let text = std::str::from_utf8(body).map_err(|_| Unreadable)?;
        if text.trim_start().starts_with(['{', '[']) {
            return Err(Unreadable);
        }
        Ok(self.text(text))
    }

    /// Everything in a JSON value; `within` is the rule of a field that it is in.
    fn value(&mut self, parent: &str, name: &str, within: Option<&Field>, value: &mut Value) {
        let own = self.rules.field(parent, name).cloned();
        let field = own.as_ref().or(within);
        match value {
            Value::String(text) => {
                *text = match field {
                    Some(field) if text.is_empty() || field.keeps(text) => std::mem::take(text),
                    Some(field) => self.stand_in(&field.kind, text),
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
                *value = Value::String(self.stand_in("secret", ""))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A text that may be a sentence: known names are replaced where they are words of it.
    fn text(&mut self, text: &str) -> String {
        let text = self.address(text);
        if text.contains('/') && !text.contains(char::is_whitespace) {
            return text;
        }
        let (aliases, kinds) = (&self.aliases, &self.rules.words);
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

    /// A text of any sort, by the patterns.
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

    /// The parameters of a query that are named like a field.
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
                    let stand_in =
                        aliases.stand_in(kind, rules.template(kind), &decoded(&found["value"]));
                    format!("{}{stand_in}", &found["name"])
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
        // What follows a part may be the beginning of the next match, so the search goes on behind the part.
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
                result.push_str(&aliases.stand_in(kind, template, &decoded(part.as_str())));
            }
            from = part.end();
        }
        result.push_str(&text[from..]);
        result
    }

    fn stand_in(&mut self, kind: &str, thing: &str) -> String {
        let template = self.rules.template(kind);
        self.aliases.stand_in(kind, template, thing)
    }
}

fn decoded(part: &str) -> Cow<'_, str> {
    percent_decode_str(part).decode_utf8_lossy()
}

/// `content-type` as `Content-Type`.
fn canonical(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    words.collect::<Vec<_>>().join("-")
}
