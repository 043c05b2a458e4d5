//! Edits the text of an overlay: removes actions, and changes targets.
//!
//! Invariant: all other lines stay, with comments, order and formatting.

use crate::document::Text;
use crate::document::position::Positions;
use std::ops::Range;

/// An overlay with proposed changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedOverlay {
    /// Name of the overlay.
    pub name: String,
    /// The new text.
    pub text: String,
    /// The changes as a unified diff without context, as accepted by `git apply --unidiff-zero`.
    pub diff: String,
}

/// Edits of one overlay.
pub(crate) struct Edits<'t> {
    overlay: Text<'t>,
    lines: Vec<&'t str>,
    positions: Positions,
    /// Line ranges, counted from 0, and their replacements, in order.
    edits: Vec<(Range<usize>, String)>,
    actions: usize,
    removed: usize,
}

impl<'t> Edits<'t> {
    pub(crate) fn of(overlay: Text<'t>, actions: usize) -> Self {
        Self {
            overlay,
            lines: overlay.text.split_inclusive('\n').collect(),
            positions: Positions::of(overlay.text),
            edits: Vec::new(),
            actions,
            removed: 0,
        }
    }

    /// Returns the text of an action's target as it is written: plain, quoted or folded.
    pub(crate) fn target(&self, action: usize) -> Option<&'t str> {
        let span = self.positions.span(&format!("/actions/{action}/target"))?;
        self.overlay.text.get(span)
    }

    /// Removes an action; `None` if it shares lines with others.
    pub(crate) fn remove(&mut self, action: usize) -> Option<()> {
        let span = self.positions.span(&format!("/actions/{action}"))?;
        let first = self.line_at(span.start);
        let dash = indentation(self.lines.get(first)?);
        if !self.lines[first].trim_start().starts_with("- ") {
            return None;
        }
        let is_inner = |line: &str| line.trim().is_empty() || indentation(line) > dash;
        let mut end = first + 1;
        while self.lines.get(end).is_some_and(|line| is_inner(line)) {
            end += 1;
        }
        let is_blank = |line: usize| {
            self.lines
                .get(line)
                .is_none_or(|line| line.trim().is_empty())
        };
        while end > first + 1 && is_blank(end - 1) {
            end -= 1;
        }
        // Of two surrounding blank lines, one is removed as well.
        if end < self.lines.len() && is_blank(end) && first.checked_sub(1).is_none_or(is_blank) {
            end += 1;
        }
        self.edits.push((first..end, String::new()));
        self.removed += 1;
        Some(())
    }

    /// Replaces the text of an action's target.
    pub(crate) fn retarget(&mut self, action: usize, written: &str) -> Option<()> {
        let span = self.positions.span(&format!("/actions/{action}/target"))?;
        let (first, last) = (
            self.line_at(span.start),
            self.line_at(span.end.saturating_sub(1)),
        );
        let start = self.offset(first);
        let end = self.offset(last + 1);
        let text = self.overlay.text;
        let line = format!(
            "{}{written}{}",
            text.get(start..span.start)?,
            text.get(span.end..end)?
        );
        self.edits.push((first..last + 1, line));
        Some(())
    }

    /// Returns the changed overlay; `None` if there are no edits.
    pub(crate) fn done(mut self) -> Option<EditedOverlay> {
        if self.edits.is_empty() {
            return None;
        }
        if self.removed == self.actions {
            let line = self
                .lines
                .iter()
                .position(|line| line.trim_end() == "actions:")?;
            let end = &self.lines[line]["actions:".len()..];
            self.edits
                .insert(0, (line..line + 1, format!("actions: []{end}")));
        }
        let (mut text, mut next) = (String::new(), 0);
        let mut diff = format!("--- a/{0}\n+++ b/{0}\n", self.overlay.name);
        let mut shift = 0_isize;
        for (range, by) in &self.edits {
            text.extend(self.lines.get(next..range.start)?.iter().copied());
            text.push_str(by);
            next = range.end;
            let (old, new) = (range.len(), by.lines().count());
            // An empty range is located at the line before it.
            let place = |start: usize, count: usize| if count == 0 { start } else { start + 1 };
            let new_start = range.start.saturating_add_signed(shift);
            diff.push_str(&format!(
                "@@ -{},{old} +{},{new} @@\n",
                place(range.start, old),
                place(new_start, new)
            ));
            for line in &self.lines[range.clone()] {
                diff.push_str(&format!("-{}\n", line.trim_end_matches(['\r', '\n'])));
            }
            for line in by.lines() {
                diff.push_str(&format!("+{line}\n"));
            }
            shift += new.cast_signed() - old.cast_signed();
        }
        text.extend(self.lines.get(next..)?.iter().copied());
        Some(EditedOverlay {
            name: self.overlay.name.to_owned(),
            text,
            diff,
        })
    }

    /// Returns the line, counted from 0, that contains a byte.
    fn line_at(&self, offset: usize) -> usize {
        let before = self.overlay.text.get(..offset).unwrap_or_default();
        before.matches('\n').count()
    }

    /// Returns the offset of a line.
    fn offset(&self, line: usize) -> usize {
        self.lines.iter().take(line).map(|line| line.len()).sum()
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::Edits;
    use crate::document::Text;

    const OVERLAY: &str = "\
overlay: 1.0.0
info: {title: Words, version: '1'}
# The actions.
actions:

# About jobs.
- target: $.a   # a path
  update:
    description: >-
      Two lines,

      # one of which looks like a comment.

- target: >-
    $['b',
    'c']
  remove: true
# About the rest.
- {target: $.d, remove: true}
";

    fn edited(edit: impl FnOnce(&mut Edits<'_>) -> Option<()>) -> (String, String) {
        let overlay = Text {
            name: "spec/words.yaml",
            text: OVERLAY,
        };
        let mut edits = Edits::of(overlay, 3);
        edit(&mut edits).unwrap();
        let done = edits.done().unwrap();
        (done.text, done.diff)
    }

    #[test]
    fn a_removed_action_takes_its_lines_along_and_leaves_comments_and_the_rest() {
        let (text, diff) = edited(|edits| edits.remove(0));
        let start = OVERLAY.find("- target: $.a").unwrap();
        let end = OVERLAY.find("\n- target: >-").unwrap();
        assert_eq!(text, format!("{}{}", &OVERLAY[..start], &OVERLAY[end..]));
        assert!(diff.starts_with("--- a/spec/words.yaml\n+++ b/spec/words.yaml\n@@ -7,6 +6,0 @@\n-- target: $.a   # a path\n"), "{diff}");
    }

    #[test]
    fn a_target_is_written_in_its_place() {
        let (text, _) = edited(|edits| {
            assert_eq!(edits.target(0), Some("$.a"));
            edits.retarget(0, "$.other")
        });
        assert_eq!(text, OVERLAY.replace("$.a ", "$.other "));
    }

    #[test]
    fn without_its_last_action_an_overlay_has_an_empty_list() {
        let (text, diff) = edited(|edits| {
            edits.remove(0)?;
            edits.remove(1)?;
            edits.remove(2)
        });
        assert!(text.contains("# The actions.\nactions: []\n"), "{text}");
        assert!(text.ends_with("# About the rest.\n"), "{text}");
        assert!(!text.contains("target"), "{text}");
        assert!(diff.contains("-actions:\n+actions: []\n"), "{diff}");
    }
}
