//! Text responses.
//!
//! Invariant: decoding does not fail; invalid UTF-8 is replaced.

use crate::operation::{ResponseBody, Streamable};
use std::fmt;
use std::ops::Deref;

/// A text response (`text/plain`, `text/csv`, `text/html` and similar). Invalid UTF-8 is replaced by U+FFFD;
/// [`Call::stream`](crate::Call::stream) returns the original bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PlainText(String);

impl PlainText {
    /// Returns the text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for PlainText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlainText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<PlainText> for String {
    fn from(text: PlainText) -> Self {
        text.0
    }
}

impl ResponseBody for PlainText {
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(Self(String::from_utf8_lossy(body).into_owned()))
    }
}

impl Streamable for PlainText {}
impl Streamable for Option<PlainText> {}
