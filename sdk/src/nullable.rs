//! Required values that may be `null`.

use crate::json::{Decoded, FromJson};
use crate::operation::Request;
use crate::violations::Violations;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess};
use serde::{Serialize, Serializer};

/// A required value that may be `null`: a required field, an item of a list, or an entry of a map.
///
/// Optional values are an `Option`, and the fields of an update are a [`Patch`](crate::Patch).
///
/// ```
/// use atlas_backup::Nullable;
/// let name: Nullable<String> = None.into();
/// assert_eq!(serde_json::to_string(&name)?, "null");
/// assert_eq!(Nullable::from(7).value(), Some(&7));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// `null`.
    #[default]
    Null,
    /// The value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Returns the value, or `None` for `null`.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl From<&str> for Nullable<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl<T> From<Nullable<T>> for Option<T> {
    fn from(value: Nullable<T>) -> Self {
        match value {
            Nullable::Null => None,
            Nullable::Value(value) => Some(value),
        }
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: FromJson> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::strict(deserializer, "a value or null")
    }
}

impl<T: FromJson> FromJson for Nullable<T> {
    fn looseness(&self) -> Option<u32> {
        self.value().map_or(Some(0), T::looseness)
    }

    #[inline]
    fn of_null() -> Decoded<Self> {
        Decoded::Valid(Self::Null)
    }

    #[inline]
    fn of_bool(value: bool) -> Decoded<Self> {
        T::of_bool(value).map(Self::Value)
    }

    #[inline]
    fn of_integer(value: i64) -> Decoded<Self> {
        T::of_integer(value).map(Self::Value)
    }

    #[inline]
    fn of_unsigned(value: u64) -> Decoded<Self> {
        T::of_unsigned(value).map(Self::Value)
    }

    #[inline]
    fn of_float(value: f64) -> Decoded<Self> {
        T::of_float(value).map(Self::Value)
    }

    #[inline]
    fn of_str(value: &str) -> Decoded<Self> {
        T::of_str(value).map(Self::Value)
    }

    fn of_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Decoded<Self>, A::Error> {
        Ok(T::of_seq(items)?.map(Self::Value))
    }

    fn of_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Decoded<Self>, A::Error> {
        Ok(T::of_map(entries)?.map(Self::Value))
    }
}

impl<T: Request> Request for Nullable<T> {
    fn check(&self, violations: &mut Violations) {
        if let Self::Value(value) = self {
            value.check(violations);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Nullable;
    use crate::extra::Extra;
    use crate::json::record;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, PartialEq)]
    struct Job {
        name: Nullable<String>,
        count: Nullable<i64>,
        labels: Nullable<Vec<String>>,
        by_name: BTreeMap<String, Nullable<i64>>,
        list: Vec<Nullable<bool>>,
        note: Option<String>,
        extra: Extra,
    }
    record!(Job sent {
        name: "name", count: "count", labels: "labels", by_name: "byName", list: "list", note: "note",
    });

    #[test]
    fn null_round_trips_in_required_fields_items_and_entries() {
        let text = r#"{"name":null,"count":null,"labels":null,"byName":{"a":1,"b":null},"list":[true,null]}"#;
        let job: Job = serde_json::from_str(text).unwrap();
        assert_eq!(job.by_name["b"], Nullable::Null);
        assert_eq!(job.list, [true.into(), Nullable::Null]);
        assert_eq!(serde_json::to_string(&job).unwrap(), text);
        let job = Job {
            name: "x".into(),
            count: 7.into(),
            labels: Vec::new().into(),
            by_name: BTreeMap::new(),
            list: Vec::new(),
            note: None,
            extra: Extra::default(),
        };
        let text = r#"{"name":"x","count":7,"labels":[],"byName":{},"list":[]}"#;
        assert_eq!(serde_json::to_string(&job).unwrap(), text);
        assert_eq!(serde_json::from_str::<Job>(text).unwrap(), job);
    }

    #[test]
    fn missing_or_mistyped_required_field_is_an_error() {
        for text in [
            r#"{"count":null,"labels":null,"byName":{},"list":[]}"#,
            r#"{"name":1,"count":null,"labels":null,"byName":{},"list":[]}"#,
            r#"{"name":null,"count":"7","labels":null,"byName":{},"list":[]}"#,
        ] {
            assert!(serde_json::from_str::<Job>(text).is_err(), "{text}");
        }
    }
}
