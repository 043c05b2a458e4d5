//! Scans redacted exchanges for secrets before they are written.
//!
//! Must never rely on the redaction rules, and never reveal what it found: only by which rule.

use crate::record::Error;
use crate::record::aliases::Aliases;
use percent_encoding::percent_decode_str;
use regex::Regex;

/// Rules: the name, the pattern of a secret, and the pattern of harmless text that looks like one.
const SECRET_PATTERNS: &[(&str, &str, &str)] = &[
    ("PEM block", r"-----BEGIN", ""),
    (
        "AWS key",
        r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[0-9A-Z]{16}\b",
        "",
    ),
    ("service account", r"mdb_sa_(?:id|sk)_[A-Za-z0-9_-]+", ""),
    ("JSON web token", r"\beyJ[A-Za-z0-9_-]{8,}", ""),
    (
        "credentials",
        r"(?i)\b(?:bearer|basic)\s+[a-z0-9+/_.~=-]{16,}",
        "",
    ),
    ("digest credentials", r"(?i)\bdigest\s+username\s*=", ""),
    (
        "e-mail address",
        r"(?i)[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
        r"@example\.invalid$",
    ),
    (
        "nonce",
        r#"(?i)nonce\\?"?\s*[=:]\s*(?:\\?"[^"\\]*|[^\s",;\\]+)"#,
        r#"[=:]\s*(?:\\?")?(?:REDACTED)?$"#,
    ),
    ("user name in an address", r#"(?i)://[^\s"'<>/@]+@"#, ""),
    (
        "signed address",
        r"(?i)[?&](?:sig|signature|token|x-amz-[a-z-]+|x-goog-[a-z-]+)=[^&\s]+",
        r"=REDACTED$",
    ),
    (
        "token",
        r#"(?i)(?:token|secret|password|private_?key|api_?key)\\?"\s*:\s*\\?"[^"\\]+"#,
        r#""REDACTED$"#,
    ),
    ("long hexadecimal", r"(?i)\b[0-9a-f]{32,}\b", ""),
];

/// Scans text for secrets.
#[derive(Debug)]
pub struct Scanner {
    looks: Vec<(&'static str, Regex, Option<Regex>)>,
    id: Regex,
    /// Candidates for random text: a word, or a whole value.
    runs: [Regex; 2],
}

impl Scanner {
    /// Creates a scanner.
    ///
    /// # Errors
    /// When a built-in pattern is invalid, which a test excludes.
    pub fn new() -> Result<Self, Error> {
        let regex = |text: &str| Regex::new(text).map_err(|error| Error::Rules(error.to_string()));
        let looks = SECRET_PATTERNS.iter().map(|(rule, look, except)| {
            let except = (!except.is_empty()).then(|| regex(except)).transpose()?;
            Ok((*rule, regex(look)?, except))
        });
        Ok(Self {
            looks: looks.collect::<Result<_, Error>>()?,
            id: regex("[0-9a-fA-F]+")?,
            runs: [
                regex(r"[A-Za-z0-9+_-]{24,}")?,
                regex(r#""[A-Za-z0-9+/]{24,}={0,2}""#)?,
            ],
        })
    }

    /// Returns the rule that finds a secret in a text; placeholders are not secrets.
    #[must_use]
    pub fn finds(&self, text: &str, aliases: &Aliases) -> Option<&'static str> {
        let decoded = percent_decode_str(text).decode_utf8_lossy();
        self.finds_plain(text, aliases)
            .or_else(|| self.finds_plain(&decoded, aliases))
    }

    fn finds_plain(&self, text: &str, aliases: &Aliases) -> Option<&'static str> {
        for (rule, look, except) in &self.looks {
            let innocent =
                |found: &str| except.as_ref().is_some_and(|except| except.is_match(found));
            if look.find_iter(text).any(|found| !innocent(found.as_str())) {
                return Some(rule);
            }
        }
        let id = |found: &str| found.len() == 24 && !aliases.is_placeholder(found);
        if self.id.find_iter(text).any(|found| id(found.as_str())) {
            return Some("identifier");
        }
        let random = |found: &str| !aliases.is_placeholder(found) && looks_random(found);
        let mut runs = self.runs.iter().flat_map(|run| run.find_iter(text));
        runs.any(|found| random(found.as_str().trim_matches('"')))
            .then_some("random text")
    }
}

/// Returns true for text with capitals, small letters, digits and over 3.8 bits per character.
///
/// Words and constants have less entropy.
fn looks_random(text: &str) -> bool {
    let has = |class: fn(&u8) -> bool| text.as_bytes().iter().any(class);
    if !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)) {
        return false;
    }
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let bits = counts.iter().filter(|count| **count > 0).map(|count| {
        let part = f64::from(*count) / length;
        -part * part.log2()
    });
    bits.sum::<f64>() > 3.8
}
