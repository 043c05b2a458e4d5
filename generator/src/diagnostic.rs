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
    /// The place in a text the caller gave.
    pub place: Option<Place>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The target of an overlay action about it (JSONPath, RFC 9535), ready to paste; `None` for what is not in the
    /// document yet.
    pub target: Option<String>,
}

/// A place in a text: that of what a pointer leads to, or of the nearest thing around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The text's name, as the caller gave it.
    pub text: String,
    /// The line, counted from 1.
    pub line: u64,
    /// What stands in that line; its beginning, where that is long.
    pub snippet: String,
}

/// How much of a line a snippet shows, in characters.
const SNIPPET: usize = 100;

impl Place {
    fn new(name: &str, text: &str, line: u64) -> Self {
        let index = usize::try_from(line).unwrap_or(1).saturating_sub(1);
        let whole = text.lines().nth(index).unwrap_or_default();
        let mut snippet: String = whole.chars().take(SNIPPET).collect();
        if snippet.len() < whole.len() {
            snippet.push('…');
        }
        Self {
            text: name.to_owned(),
            line,
            snippet: snippet.replace(char::is_control, " "),
        }
    }
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
            target,
        } = self;
        writeln!(f, "error[{code}]: {message}")?;
        match place {
            Some(Place { text, line, .. }) if text == document => {
                writeln!(f, "  --> {text}:{line} ({pointer})")?
            }
            Some(Place { text, line, .. }) => {
                writeln!(f, "  --> {document}#{pointer} ({text}:{line})")?
            }
            None => writeln!(f, "  --> {document}#{pointer}")?,
        }
        if let Some(Place { line, snippet, .. }) = place {
            writeln!(f, "{line:>4} | {snippet}")?;
        }
        for (index, line) in help.lines().enumerate() {
            let lead = if index == 0 { "  help: " } else { "        " };
            writeln!(f, "{lead}{line}")?;
        }
        if let (Some(target), true) = (
            target,
            help.contains("overlay") && !help.contains("target:"),
        ) {
            writeln!(f, "        - target: {target:?}")?;
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
            target: None,
        });
    }

    /// Adds the findings about another document.
    pub(crate) fn extend(&mut self, others: Self) {
        self.found.extend(others.found);
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
        // What is about a whole text has no place in it; such a text may not even be readable.
        if self.found.iter().all(|found| found.pointer.is_empty()) {
            return self;
        }
        let texts: Vec<(&Text<'_>, Positions)> = texts
            .iter()
            .map(|text| (text, Positions::of(text.text)))
            .collect();
        for found in &mut self.found {
            let named = texts.iter().find(|(text, _)| text.name == found.document);
            let Some((text, positions)) = named.or(texts.first()) else {
                continue;
            };
            if let Some((line, target)) = positions.find(&found.pointer) {
                found.place = Some(Place::new(text.name, text.text, line));
                found.target = target;
            }
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
