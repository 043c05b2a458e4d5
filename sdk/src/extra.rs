//! What came with an answer that the SDK's types have no place for.

use serde_json::{Map, Value};
use std::fmt;

/// The fields of a JSON object that this version of the SDK does not know, and the values of known fields that it could
/// not read, under their names in JSON.
///
/// They are written back when the object is: nothing the service said is lost. What is here goes before the field of the
/// same name; so of a list with an item that could not be read, the field has the other items, and this the list as it
/// came. In a request, it is a way to send a field that is newer than the SDK. `Debug` shows names only, for nobody knows what the values are.
///
/// ```
/// use atlas_backup::v2::DiskBackupExportMember;
/// let member: DiskBackupExportMember = serde_json::from_str(r#"{"replicaSetName":"shard-0","lag":7}"#)?;
/// assert_eq!(member.replica_set_name.as_deref(), Some("shard-0"));
/// assert_eq!(member.extra.get("lag"), Some(&7.into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Kept>>);

#[derive(Clone, Default, PartialEq)]
struct Kept {
    fields: Map<String, Value>,
    /// Required lists that were absent or `null`, and are empty in the record.
    absent: Vec<&'static str>,
}

#[allow(dead_code, reason = "a document may have no record")]
impl Extra {
    /// The value under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.fields.get(name)
    }

    /// Puts a value under `name`, in place of the one that was there.
    pub fn insert(&mut self, name: String, value: Value) {
        self.0.get_or_insert_default().fields.insert(name, value);
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|kept| kept.fields.is_empty())
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter().flat_map(|kept| kept.fields.iter())
    }

    /// Whether nothing was ever put or noted here: most records have no extra fields.
    #[inline]
    pub(crate) fn is_untouched(&self) -> bool {
        self.0.is_none()
    }

    /// How much of a record is here and not in its fields.
    pub(crate) fn looseness(&self) -> Option<u32> {
        let count = self.0.as_ref().map_or(0, |kept| kept.fields.len());
        Some(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Notes that a list was not there.
    pub(crate) fn note_absent(&mut self, name: &'static str) {
        self.0.get_or_insert_default().absent.push(name);
    }

    /// Whether a list was not there.
    pub(crate) fn lacks(&self, name: &str) -> bool {
        self.0
            .as_ref()
            .is_some_and(|kept| kept.absent.contains(&name))
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}
