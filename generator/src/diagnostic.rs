//! What is wrong with a document, where, and what to do about it.
//!
//! Invariant: bad input ends in a [`Diagnostic`], never in a panic and never in a silent skip.
//! A stage collects every finding it can before it gives up, so that one run shows all of them.

use crate::document::Text;
use crate::document::overlay::action::{OverlayAction, OverlayChange};
use crate::document::position::Positions;
use crate::document::walk;
use serde::Serialize;
use serde_json::Value;
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
    /// What else of the document the finding is about: of two parts with one name, the first.
    pub others: Vec<Other>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// An overlay action about it, ready to paste once it says what nobody but the author can know.
    pub action: Option<OverlayAction>,
}

/// Another part of the document that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Other {
    /// JSON pointer (RFC 6901) into the document.
    pub pointer: String,
    /// The place in a text the caller gave.
    pub place: Option<Place>,
}

impl Diagnostic {
    /// A finding about the part at `pointer`.
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

    /// The same, which is about another part too.
    pub(crate) fn and(mut self, pointer: impl Into<String>) -> Self {
        let pointer = pointer.into();
        self.others.push(Other {
            pointer,
            place: None,
        });
        self
    }

    /// The same, suggesting to merge something into the part that it is about.
    pub(crate) fn update(self, update: Value) -> Self {
        let pointer = self.pointer.clone();
        self.update_at(pointer, update)
    }

    /// The same, suggesting to merge something into a part.
    pub(crate) fn update_at(mut self, pointer: impl Into<String>, update: Value) -> Self {
        let action = OverlayAction::new(pointer.into(), OverlayChange::Update(update));
        self.action = Some(action);
        self
    }

    /// The same, suggesting to remove the part that it is about.
    pub(crate) fn remove(self) -> Self {
        let pointer = self.pointer.clone();
        self.remove_at(pointer)
    }

    /// The same, suggesting to remove a part.
    pub(crate) fn remove_at(mut self, pointer: impl Into<String>) -> Self {
        let action = OverlayAction::new(pointer.into(), OverlayChange::Remove);
        self.action = Some(action);
        self
    }
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

/// Prints a place, and what stands there.
fn at(
    f: &mut fmt::Formatter<'_>,
    lead: &str,
    document: &str,
    pointer: &str,
    place: Option<&Place>,
) -> fmt::Result {
    match place {
        Some(Place { text, line, .. }) if text == document => {
            writeln!(f, "  {lead} {text}:{line} ({pointer})")?
        }
        Some(Place { text, line, .. }) => {
            writeln!(f, "  {lead} {document}#{pointer} ({text}:{line})")?
        }
        None => writeln!(f, "  {lead} {document}#{pointer}")?,
    }
    if let Some(Place { line, snippet, .. }) = place {
        writeln!(f, "{line:>4} | {snippet}")?;
    }
    Ok(())
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
        self.push(Diagnostic::new(code, pointer, message, help));
    }

    /// Adds a finding about the document.
    pub(crate) fn push(&mut self, found: Diagnostic) {
        self.found.push(Diagnostic {
            document: self.document.clone(),
            ..found
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
            let place = |pointer: &str| {
                let line = positions.line(pointer)?;
                Some(Place::new(text.name, text.text, line))
            };
            found.place = place(&found.pointer);
            for other in &mut found.others {
                other.place = place(&other.pointer);
            }
        }
        self
    }

    /// The same, each about the part of the document as it was before it was normalised: `normalised` has been marked with
    /// where its parts come from.
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
