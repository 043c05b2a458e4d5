//! Fields of a JSON object that the SDK's types do not have.

use serde_json::{Map, Value};
use std::fmt;

/// Fields this SDK version does not know, and values of known fields that it could not decode, by their JSON names.
///
/// They are serialised with the object, so a round trip loses nothing. An entry takes precedence over the typed field of the
/// same name: for a list with an item that could not be decoded, the typed field has the other items and the entry has the
/// original list. In a request, an entry sends a field that is newer than the SDK. `Debug` prints names only, because an
/// unknown value may be secret.
///
/// ```
/// use atlas_backup::v2::DiskBackupExportMember;
/// let member: DiskBackupExportMember = serde_json::from_str(r#"{"replicaSetName":"shard-0","lag":7}"#)?;
/// assert_eq!(member.replica_set_name.as_deref(), Some("shard-0"));
/// assert_eq!(member.extra.get("lag"), Some(&7.into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Contents>>);

#[derive(Clone, Default, PartialEq)]
struct Contents {
    fields: Map<String, Value>,
    /// Required lists that were absent or `null`; their typed fields are empty.
    absent: Vec<&'static str>,
}

#[allow(dead_code, reason = "a document may have no record")]
impl Extra {
    /// Returns the value of the field `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.fields.get(name)
    }

    /// Sets the value of the field `name`.
    pub fn insert(&mut self, name: String, value: Value) {
        self.0.get_or_insert_default().fields.insert(name, value);
    }

    /// Returns true if there are no fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0
            .as_ref()
            .is_none_or(|contents| contents.fields.is_empty())
    }

    /// Iterates over names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter().flat_map(|contents| contents.fields.iter())
    }

    /// Returns true if nothing was ever added, as for most records.
    #[inline]
    pub(crate) fn is_untouched(&self) -> bool {
        self.0.is_none()
    }

    /// Number of fields that are here instead of in the typed record.
    pub fn looseness(&self) -> Option<u32> {
        let count = self.0.as_ref().map_or(0, |contents| contents.fields.len());
        Some(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Records that a required list was absent or `null`.
    pub(crate) fn note_absent(&mut self, name: &'static str) {
        self.0.get_or_insert_default().absent.push(name);
    }

    /// Returns true if a required list was absent or `null`.
    pub(crate) fn lacks(&self, name: &str) -> bool {
        self.0
            .as_ref()
            .is_some_and(|contents| contents.absent.contains(&name))
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}
