//! Edits of overlays that a new document requires. A flag applies them; without it they are only proposed.
//!
//! Invariant: this module writes no file. `pull` writes after the document was accepted.

use super::Arguments;
use atlas_backup_generator::{Change, EditedOverlay, Selection, Text, follow_renames, prune};

/// The overlays and their edits.
pub(super) struct Edits {
    /// The overlays with their paths.
    pub(super) texts: Vec<(String, String)>,
    /// Applied edits, as a diff.
    pub(super) made: String,
    /// Edits that are not applied, as a diff.
    pub(super) proposed: String,
}

impl Edits {
    pub(super) fn none(read: &[(String, String)]) -> Self {
        Self {
            texts: read.to_vec(),
            made: String::new(),
            proposed: String::new(),
        }
    }

    pub(super) fn of(
        read: &[(String, String)],
        arguments: &Arguments,
        document: Text<'_>,
        before: Text<'_>,
        selected: &Selection,
        facts: &[Change],
    ) -> Result<Self, String> {
        let mut edits = Self::none(read);
        if arguments.prune {
            let pruned = prune(&edits.overlays(), document, before, selected);
            edits.make(
                "removed from the overlays, since nothing selected has it any more:\n",
                pruned.map_err(|found| found.to_string())?,
            );
        }
        let renamed =
            follow_renames(&edits.overlays(), facts).map_err(|found| found.to_string())?;
        if arguments.follow_renames {
            edits.make(
                "written into the overlays, since schemas are called otherwise:\n",
                renamed,
            );
        } else if !renamed.is_empty() {
            edits.proposed =
                "schemas are called otherwise; `--follow-renames` writes this into the overlays:\n"
                    .to_owned();
            edits
                .proposed
                .extend(renamed.into_iter().map(|edited| edited.diff));
        }
        Ok(edits)
    }

    fn overlays(&self) -> Vec<Text<'_>> {
        let texts = self.texts.iter();
        texts.map(|(name, text)| Text { name, text }).collect()
    }

    fn make(&mut self, title: &str, edited: Vec<EditedOverlay>) {
        if !edited.is_empty() {
            self.made.push_str(title);
        }
        for EditedOverlay { name, text, diff } in edited {
            self.made.push_str(&diff);
            self.texts
                .iter_mut()
                .filter(|(path, _)| *path == name)
                .for_each(|(_, old)| old.clone_from(&text));
        }
    }
}
