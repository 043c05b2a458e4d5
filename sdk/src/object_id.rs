//! Identifiers of projects, buckets, snapshots and jobs.

use crate::env;
use crate::error::Error;
use crate::json::{Decoded, FromJson, strict};
use crate::printable::Quoted;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The 12-byte identifier that Atlas gives to projects, buckets, snapshots and jobs: 24 lower-case hexadecimal digits.
///
/// ```
/// use atlas_backup::ObjectId;
/// let id: ObjectId = "5f0c1e2d3a4b5c6d7e8f9a0b".parse()?;
/// assert_eq!(id.to_string(), "5f0c1e2d3a4b5c6d7e8f9a0b");
/// assert!("5F0C1E2D3A4B5C6D7E8F9A0B".parse::<ObjectId>().is_err());
/// # Ok::<(), atlas_backup::InvalidObjectId>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 12]);

/// The text is not 24 lower-case hexadecimal digits. Displays the text, shortened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidObjectId {
    quoted: String,
}

impl fmt::Display for InvalidObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { quoted } = self;
        write!(
            f,
            "{quoted} is not an object id: that is 24 lower-case hexadecimal digits"
        )
    }
}

impl std::error::Error for InvalidObjectId {}

impl ObjectId {
    /// Creates an identifier from its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    #[must_use]
    pub const fn bytes(self) -> [u8; 12] {
        self.0
    }

    /// Reads an environment variable, such as `MONGODB_ATLAS_PROJECT_ID`.
    ///
    /// # Errors
    /// If the variable is not set or is not an identifier. The error has the variable and its value.
    pub fn from_env(variable: &str) -> Result<Self, Error> {
        env::read(variable)
    }

    /// Parses 24 digits; `None` if the text is invalid.
    fn of_digits(text: &str) -> Option<Self> {
        let digits: [u8; 24] = text.as_bytes().try_into().ok()?;
        // Without branches, so that the compiler can vectorize the loop.
        let numbers = digits.map(|digit| {
            let (decimal, letter) = (digit.wrapping_sub(b'0'), digit.wrapping_sub(b'a'));
            let letter = if letter < 6 { letter + 10 } else { u8::MAX };
            if decimal < 10 { decimal } else { letter }
        });
        if numbers.iter().fold(0, |all, number| all | number) > 15 {
            return None;
        }
        let mut bytes = [0; 12];
        for (byte, pair) in bytes.iter_mut().zip(numbers.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Some(Self(bytes))
    }

    /// Returns the digits in ASCII.
    fn digits(self) -> [u8; 24] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 24];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        text
    }
}

impl FromStr for ObjectId {
    type Err = InvalidObjectId;

    fn from_str(text: &str) -> Result<Self, InvalidObjectId> {
        Self::of_digits(text).ok_or_else(|| InvalidObjectId {
            quoted: Quoted(text).to_string(),
        })
    }
}

impl TryFrom<&str> for ObjectId {
    type Error = InvalidObjectId;

    fn try_from(text: &str) -> Result<Self, InvalidObjectId> {
        text.parse()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        f.pad(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

impl FromJson for ObjectId {
    #[inline]
    fn of_str(value: &str) -> Decoded<Self> {
        Self::of_digits(value).map_or_else(|| Decoded::Invalid(value.into()), Decoded::Valid)
    }
}

impl<'de> Deserialize<'de> for ObjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        strict(
            deserializer,
            "an object id (24 lower-case hexadecimal digits)",
        )
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits = self.digits();
        serializer.serialize_str(std::str::from_utf8(&digits).map_err(serde::ser::Error::custom)?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may fail loudly")]
mod tests {
    use super::ObjectId;

    #[test]
    fn invalid_object_id_is_quoted_in_its_error() {
        let error = ObjectId::try_from("5F0C\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            r#""5F0C\u{a}" is not an object id: that is 24 lower-case hexadecimal digits"#
        );
    }

    #[test]
    fn only_24_lower_case_hex_digits_are_an_object_id() {
        for (text, valid) in [
            ("5f0c1e2d3a4b5c6d7e8f9a0b", true),
            ("000000000000000000000000", true),
            ("ffffffffffffffffffffffff", true),
            ("5F0C1E2D3A4B5C6D7E8F9A0B", false),
            ("5f0c1e2d3a4b5c6d7e8f9a0", false),
            ("5f0c1e2d3a4b5c6d7e8f9a0bc", false),
            ("5f0c1e2d3a4b5c6d7e8f9a0g", false),
            ("ääääääääääää", false),
            ("", false),
        ] {
            let parsed = text.parse::<ObjectId>();
            assert_eq!(parsed.is_ok(), valid, "{text:?}");
            if let Ok(id) = parsed {
                assert_eq!(id.to_string(), text);
                assert_eq!(ObjectId::from_bytes(id.bytes()), id);
            }
        }
    }
}
