//! What is wrong with a document, where, and what to do about it.
//!
//! Invariant: bad input ends in a [`Diagnostic`], never in a panic and never in a silent skip.
//! A stage collects every finding it can before it gives up, so that one run shows all of them.

use crate::document::Text;
use crate::position::Positions;
use serde::Serialize;
use std::fmt;

/// One finding about a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable, kebab-case name of the rule that was broken, such as `unknown-operation`.
    pub code: &'static str,
    /// Name of the document the pointer belongs to, as the caller gave it.
    pub document: String,
    /// JSON pointer (RFC 6901) into that document.
    pub pointer: String,
    /// The place in a text the caller gave: its name and, from 1, the line of what the pointer leads to or of the nearest
    /// thing around it.
    pub place: Option<(String, u64)>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it, ready to paste where that is possible.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            document,
            pointer,
            place,
            message,
            help,
        } = self;
        writeln!(f, "error[{code}]: {message}")?;
        match place {
            Some((text, line)) if text == document => {
                writeln!(f, "  --> {text}:{line} ({pointer})")?
            }
            Some((text, line)) => writeln!(f, "  --> {document}#{pointer} ({text}:{line})")?,
            None => writeln!(f, "  --> {document}#{pointer}")?,
        }
        for (index, line) in help.lines().enumerate() {
            let lead = if index == 0 { "  help: " } else { "        " };
            writeln!(f, "{lead}{line}")?;
        }
        Ok(())
    }
}

/// Every finding of one run, in the order they were met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    document: String,
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty list of findings about the document called `document`.
    #[must_use]
    pub fn about(document: impl Into<String>) -> Self {
        Self {
            document: document.into(),
            found: Vec::new(),
        }
    }

    /// Adds a finding.
    pub fn report(
        &mut self,
        code: &'static str,
        pointer: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.found.push(Diagnostic {
            code,
            document: self.document.clone(),
            pointer: pointer.into(),
            place: None,
            message: message.into(),
            help: help.into(),
        });
    }

    /// Ends a stage: `Ok` when nothing was found, else everything found so far.
    ///
    /// # Errors
    /// The findings themselves.
    pub fn check(&self) -> Result<(), Self> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(self.clone())
        }
    }

    /// The same, each with the line it is about: in the text of its name, else in the first one.
    #[must_use]
    pub(crate) fn placed_in(mut self, texts: &[Text<'_>]) -> Self {
        let texts: Vec<(&str, Positions)> = texts
            .iter()
            .map(|text| (text.name, Positions::of(text.text)))
            .collect();
        for found in &mut self.found {
            let named = texts.iter().find(|(name, _)| *name == found.document);
            found.place = named.or(texts.first()).and_then(|(name, positions)| {
                Some(((*name).to_owned(), positions.line(&found.pointer)?))
            });
        }
        self
    }

    /// The findings.
    #[must_use]
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.found
            .iter()
            .try_for_each(|diagnostic| writeln!(f, "{diagnostic}"))
    }
}

impl std::error::Error for Diagnostics {}
