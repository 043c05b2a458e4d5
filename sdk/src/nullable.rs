//! Values that may be `null` where they have to be there.

use crate::json::{Fit, FromJson};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess};
use serde::{Serialize, Serializer};

/// A value that is always sent, and may be sent as `null`: a required field of a request, an item of a list, an entry of a
/// map. What may be left out instead is an `Option`, and a field of a change is a [`Patch`](crate::Patch).
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
    /// The value, if there is one.
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

    fn of_null() -> Fit<Self> {
        Fit::Is(Self::Null)
    }

    fn of_bool(value: bool) -> Fit<Self> {
        T::of_bool(value).map(Self::Value)
    }

    fn of_integer(value: i64) -> Fit<Self> {
        T::of_integer(value).map(Self::Value)
    }

    fn of_unsigned(value: u64) -> Fit<Self> {
        T::of_unsigned(value).map(Self::Value)
    }

    fn of_float(value: f64) -> Fit<Self> {
        T::of_float(value).map(Self::Value)
    }

    fn of_str(value: &str) -> Fit<Self> {
        T::of_str(value).map(Self::Value)
    }

    fn of_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Fit<Self>, A::Error> {
        Ok(T::of_seq(items)?.map(Self::Value))
    }

    fn of_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Fit<Self>, A::Error> {
        Ok(T::of_map(entries)?.map(Self::Value))
    }
}
