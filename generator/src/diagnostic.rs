//! Diagnostics: a problem in a document, its location and its remedy.
//!
//! Invariant: bad input ends in a [`Diagnostic`], never in a panic or a silent skip. A stage collects all of its
//! diagnostics before it fails, so that one run reports all of them.

use crate::document::Text;
use crate::document::overlay::action::{OverlayAction, OverlayChange};
use crate::document::position::Positions;
use crate::document::walk;
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// One problem in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable, kebab-case identifier of the violated rule, such as `unknown-operation`.
    pub code: &'static str,
    /// Name of the document that the pointer refers to, as the caller gave it.
    pub document: String,
    /// JSON pointer (RFC 6901) into the document.
    pub pointer: String,
    /// Location in a text that the caller gave.
    pub place: Option<SourceLocation>,
    /// Further parts of the document that are involved, such as the first of two parts with the same name.
    pub others: Vec<Other>,
    /// The problem, in one sentence.
    pub message: String,
    /// The remedy.
    pub help: String,
    /// A suggested overlay action. The author replaces the placeholders in it.
    pub action: Option<OverlayAction>,
}

/// Another part of the document that a diagnostic involves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Other {
    /// JSON pointer (RFC 6901) into the document.
    pub pointer: String,
    /// Location in a text that the caller gave.
    pub place: Option<SourceLocation>,
}

impl Diagnostic {
    /// Creates a diagnostic about the part at `pointer`.
    pub(crate) fn new(
        code: &'static str,
        pointer: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code,
            document: String::new(),
            pointer: pointer.into(),
            place: None,
            others: Vec::new(),
            message: message.into(),
            help: help.into(),
            action: None,
        }
    }

    /// Adds another part that is involved.
    pub(crate) fn and(mut self, pointer: impl Into<String>) -> Self {
        let pointer = pointer.into();
        self.others.push(Other {
            pointer,
            place: None,
        });
        self
    }

    /// Adds a suggestion to merge `update` into the reported part.
    pub(crate) fn update(self, update: Value) -> Self {
        let pointer = self.pointer.clone();
        self.update_at(pointer, update)
    }

    /// Adds a suggestion to merge `update` into the part at `pointer`.
    pub(crate) fn update_at(mut self, pointer: impl Into<String>, update: Value) -> Self {
        let action = OverlayAction::new(pointer.into(), OverlayChange::Update(update));
        self.action = Some(action);
        self
    }

    /// Adds a suggestion to remove the reported part.
    pub(crate) fn remove(self) -> Self {
        let pointer = self.pointer.clone();
        self.remove_at(pointer)
    }

    /// Adds a suggestion to remove the part at `pointer`.
    pub(crate) fn remove_at(mut self, pointer: impl Into<String>) -> Self {
        let action = OverlayAction::new(pointer.into(), OverlayChange::Remove);
        self.action = Some(action);
        self
    }
}

/// A line of a text: that of a JSON pointer's target, or of its nearest ancestor in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceLocation {
    /// Name of the text, as the caller gave it.
    pub text: String,
    /// Line number, counted from 1.
    pub line: u64,
    /// The line's content, truncated if it is long.
    pub snippet: String,
}

/// Maximum length of a snippet, in characters.
const SNIPPET: usize = 100;

impl SourceLocation {
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
            others,
            message,
            help,
            action,
        } = self;
        writeln!(f, "error[{code}]: {message}")?;
        at(f, "-->", document, pointer, place.as_ref())?;
        for Other { pointer, place } in others {
            at(f, "and", document, pointer, place.as_ref())?;
        }
        for (index, line) in help.lines().enumerate() {
            let lead = if index == 0 { "  help: " } else { "        " };
            writeln!(f, "{lead}{line}")?;
        }
        if let Some(action) = action {
            for line in action.to_string().lines() {
                writeln!(f, "        {line}")?;
            }
        }
        Ok(())
    }
}

/// Writes a location and the content of its line.
fn at(
    f: &mut fmt::Formatter<'_>,
    lead: &str,
    document: &str,
    pointer: &str,
    place: Option<&SourceLocation>,
) -> fmt::Result {
    match place {
        Some(SourceLocation { text, line, .. }) if text == document => {
            writeln!(f, "  {lead} {text}:{line} ({pointer})")?
        }
        Some(SourceLocation { text, line, .. }) => {
            writeln!(f, "  {lead} {document}#{pointer} ({text}:{line})")?
        }
        None => writeln!(f, "  {lead} {document}#{pointer}")?,
    }
    if let Some(SourceLocation { line, snippet, .. }) = place {
        writeln!(f, "{line:>4} | {snippet}")?;
    }
    Ok(())
}

/// The diagnostics of one run, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    document: String,
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Creates an empty list of diagnostics about the document called `document`.
    #[must_use]
    pub fn about(document: impl Into<String>) -> Self {
        Self {
            document: document.into(),
            found: Vec::new(),
        }
    }

    /// Adds a diagnostic.
    pub fn report(
        &mut self,
        code: &'static str,
        pointer: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(Diagnostic::new(code, pointer, message, help));
    }

    /// Adds a diagnostic about this list's document.
    pub(crate) fn push(&mut self, found: Diagnostic) {
        self.found.push(Diagnostic {
            document: self.document.clone(),
            ..found
        });
    }

    /// Adds the diagnostics about another document.
    pub(crate) fn extend(&mut self, others: Self) {
        self.found.extend(others.found);
    }

    /// Ends a stage: returns all diagnostics found so far as an error, if there are any.
    ///
    /// # Errors
    /// The diagnostics.
    pub fn check(&self) -> Result<(), Self> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(self.clone())
        }
    }

    /// Adds line numbers, looked up in the text with the diagnostic's document name, or else in the first text.
    #[must_use]
    pub(crate) fn with_lines_from(mut self, texts: &[Text<'_>]) -> Self {
        // A diagnostic about a whole text has no line; the text may not even be parseable.
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
            let place = |pointer: &str| {
                let line = positions.line(pointer)?;
                Some(SourceLocation::new(text.name, text.text, line))
            };
            found.place = place(&found.pointer);
            for other in &mut found.others {
                other.place = place(&other.pointer);
            }
        }
        self
    }

    /// Maps pointers into the simplified document back to the document as it was given.
    ///
    /// `normalised` must have been marked by [`walk::mark_origins`].
    #[must_use]
    pub(crate) fn at_origins(mut self, normalised: &Value) -> Self {
        for found in &mut self.found {
            found.pointer = walk::origin(normalised, &found.pointer);
            for other in &mut found.others {
                other.pointer = walk::origin(normalised, &other.pointer);
            }
            if let Some(action) = &mut found.action {
                let pointer = match action.change {
                    OverlayChange::Update(_) => walk::origin(normalised, &action.pointer),
                    OverlayChange::Remove => walk::site(normalised, &action.pointer),
                };
                *action = OverlayAction::new(pointer, action.change.clone());
            }
        }
        self
    }

    /// Returns the diagnostics.
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
