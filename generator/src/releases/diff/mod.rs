//! Compares two documents from the perspective of the generated code's users, and derives the required version bump.
//!
//! Both documents are read into typed APIs. Operations are compared in pairs, and so are the types that these pairs
//! use.
//!
//! Invariant: pointers lead into the documents as they were given, and a change is reported once, with all operations
//! that it affects.

mod accessors;
mod bodies;
mod changes;
mod constraints;
mod equivalence;
mod formats;
mod input;
mod operation_pair;
mod operations;
mod pairing;
mod parameters;
mod parts;
mod patterns;
mod prose;
mod reach;
mod records;
mod rules;
mod security;
mod types;
mod unions;

pub use changes::{Change, Direction, Item, OtherLocation};
pub use input::DiffOptions;
pub use parts::{
    Headers, LimitChange, Notice, OutputChange, OutputForm, ProseChange, Statuses, TextChange,
    VersionChange, VersionedPart,
};
pub use rules::{ChangeKind, Class, RULES, Rule};

use crate::api::Info;
use crate::diagnostic::Diagnostics;
use crate::document::Text;
use changes::{ChangeLocation, Changes};
use serde::Serialize;

/// The part of a version to increment (Semantic Versioning 2.0.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// No change.
    None,
    /// Fixes and documentation.
    Patch,
    /// At least one feature.
    Minor,
    /// At least one breaking change.
    Major,
}

/// Returns the version bump that the changes require.
#[must_use]
pub fn bump(changes: &[Change]) -> Bump {
    let asked = changes.iter().map(|change| match change.class() {
        Class::Breaking => Bump::Major,
        Class::Feature => Bump::Minor,
        Class::Fix | Class::Docs => Bump::Patch,
    });
    asked.max().unwrap_or(Bump::None)
}

/// Compares two documents; returns breaking changes first, then ordered by rule and location.
///
/// # Errors
/// If a document cannot be read or simplified, and if no operation has a version at the API date.
pub fn diff(
    old: Text<'_>,
    new: Text<'_>,
    options: &DiffOptions<'_>,
) -> Result<Vec<Change>, Diagnostics> {
    let inputs = input::inputs(old, new, options)?;
    let mut changes = Changes::default();
    info(&inputs.old.api.info, &inputs.new.api.info, &mut changes);
    let roots = operations::compare(&inputs, &mut changes);
    changes.gather(|_| true);
    types::compare(&inputs, &roots, &mut changes);
    changes.gather(|what| {
        matches!(
            what,
            ChangeKind::TypeRegrouped { .. } | ChangeKind::ChangeFormChanged { .. }
        )
    });
    Ok(changes.sorted())
}

/// Compares title, version and description of the documents.
fn info(old: &Info, new: &Info, changes: &mut Changes) {
    for (key, old, new) in [
        ("title", &old.title, &new.title),
        ("version", &old.version, &new.version),
        ("description", &old.description, &new.description),
    ] {
        if old != new {
            let pointer = Some(format!("/info/{key}"));
            let place = ChangeLocation::of(pointer.clone(), pointer);
            changes.add(ChangeKind::InfoChanged { key }, place, Item::whole("info"));
        }
    }
}
