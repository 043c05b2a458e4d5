//! Fields of updates: unchanged, cleared or set.

use crate::json::{Direction, Field, FromJson};
use serde::de::Error;
use serde::{Serialize, Serializer};

/// A field of an update request: unchanged (the default), cleared or set.
///
/// ```
/// use atlas_backup::Patch;
/// let retention: Patch<i64> = 7.into();
/// assert_eq!(retention.set(), Some(&7));
/// assert_eq!(Patch::<i64>::default(), Patch::Leave);
/// assert_eq!(serde_json::to_string(&Patch::<i64>::Null)?, "null");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The field is not sent; the service does not change it.
    #[default]
    Leave,
    /// The field is sent as `null`; the service clears it.
    Null,
    /// The field is sent with this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Returns the value to set, if any.
    #[must_use]
    pub fn set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Leave | Self::Null => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.set().serialize(serializer)
    }
}

impl<T: FromJson> Field for Patch<T> {
    type Value = T;
    type Out = Self;

    fn present(value: T) -> Self {
        Self::Set(value)
    }

    fn missing<E: Error>(_: &'static str, _: Direction) -> Result<Self, E> {
        Ok(Self::Leave)
    }

    fn null() -> Option<Self> {
        Some(Self::Null)
    }

    fn mismatched<E: Error>(_: &'static str) -> Result<Self, E> {
        Ok(Self::Leave)
    }

    fn out(&self) -> Option<&Self> {
        match self {
            Self::Leave => None,
            Self::Null | Self::Set(_) => Some(self),
        }
    }
}
