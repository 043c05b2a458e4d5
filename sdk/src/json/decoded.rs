//! Decoding of JSON values that may not have the documented type.
//!
//! Invariant: a value that does not match its type is returned unchanged.

use super::count::{count, uncounted};
use super::text::decode_json;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Number, Value};
use std::fmt;
use std::marker::PhantomData;

/// The outcome of decoding a JSON value as a `T`.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded<T> {
    /// The value is a `T`.
    Valid(T),
    /// The value is `null`.
    Null,
    /// The value is a list with some valid items: these items, and the original list.
    Partial(Box<(T, Value)>),
    /// The value is not a `T`.
    Invalid(Value),
}

impl Decoded<Value> {
    /// Returns the JSON value.
    pub fn into_value(self) -> Value {
        match self {
            Self::Valid(value) | Self::Invalid(value) => value,
            Self::Partial(both) => both.1,
            Self::Null => Value::Null,
        }
    }
}

impl<T> Decoded<T> {
    /// Converts the decoded value.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Decoded<U> {
        match self {
            Self::Valid(value) => Decoded::Valid(convert(value)),
            Self::Null => Decoded::Null,
            Self::Partial(both) => {
                let (part, value) = *both;
                Decoded::Partial(Box::new((convert(part), value)))
            }
            Self::Invalid(value) => Decoded::Invalid(value),
        }
    }
}

/// A type that can be decoded from some JSON values. It returns other values unchanged, in a [`Decoded`].
pub trait FromJson: Serialize + Sized {
    /// Returns the value for an absent or `null` field: an empty list for lists, `None` for other types.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }

    /// Returns true if the value is the one for an absent field.
    fn is_absent(&self) -> bool {
        false
    }

    /// Returns how much of the JSON value this type does not describe.
    ///
    /// It is 0 if the type describes the whole value, and higher for a worse match. It is `None` if the type describes
    /// nothing of the value. The variant of an untagged union is selected by it.
    fn looseness(&self) -> Option<u32> {
        Some(0)
    }

    /// Writes the value of a field, like `serialize`.
    ///
    /// # Errors
    /// The errors of the serializer.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    /// Decodes `null`.
    #[must_use]
    fn of_null() -> Decoded<Self> {
        Decoded::Null
    }

    /// Decodes a boolean.
    #[must_use]
    fn of_bool(value: bool) -> Decoded<Self> {
        Decoded::Invalid(value.into())
    }

    /// Decodes an integer.
    #[must_use]
    fn of_integer(value: i64) -> Decoded<Self> {
        Decoded::Invalid(value.into())
    }

    /// Decodes an integer beyond the range of `i64`.
    #[must_use]
    fn of_unsigned(value: u64) -> Decoded<Self> {
        Decoded::Invalid(value.into())
    }

    /// Decodes a number with a fraction or an exponent.
    #[must_use]
    fn of_float(value: f64) -> Decoded<Self> {
        Decoded::Invalid(value.into())
    }

    /// Decodes a string.
    #[must_use]
    fn of_str(value: &str) -> Decoded<Self> {
        Decoded::Invalid(value.into())
    }

    /// Decodes an array.
    ///
    /// # Errors
    /// The errors of the JSON text.
    fn of_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Decoded<Self>, A::Error> {
        Ok(Decoded::Invalid(Value::of_seq(items)?.into_value()))
    }

    /// Decodes an object.
    ///
    /// # Errors
    /// The errors of the JSON text.
    fn of_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Decoded<Self>, A::Error> {
        Ok(Decoded::Invalid(Value::of_map(entries)?.into_value()))
    }
}

impl<'de, T: FromJson> Deserialize<'de> for Decoded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IntoDecoded<T>(PhantomData<fn() -> T>);
        impl<T: FromJson> Destination for IntoDecoded<T> {
            type Value = T;
            type Stored = Decoded<T>;
            fn store<E: Error>(self, decoded: Decoded<T>) -> Result<Decoded<T>, E> {
                Ok(decoded)
            }
            fn store_valid(self, value: T) -> Decoded<T> {
                Decoded::Valid(value)
            }
        }
        StoreIn(IntoDecoded(PhantomData)).deserialize(deserializer)
    }
}

/// The destination of a decoded value.
///
/// A record is large, and each function that returns it would copy it. So the innermost function stores it in its
/// destination.
pub(super) trait Destination {
    type Value: FromJson;
    type Stored;

    fn store<E: Error>(self, decoded: Decoded<Self::Value>) -> Result<Self::Stored, E>;

    /// Stores a value of the right type, as nearly all are, without the copy that a [`Decoded`] needs.
    fn store_valid(self, value: Self::Value) -> Self::Stored;
}

/// Decodes a value into its destination.
pub(super) struct StoreIn<P>(pub(super) P);

impl<'de, P: Destination> DeserializeSeed<'de> for StoreIn<P> {
    type Value = P::Stored;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<P::Stored, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, P: Destination> Visitor<'de> for StoreIn<P> {
    type Value = P::Stored;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<P::Stored, E> {
        self.0.store(P::Value::of_null())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<P::Stored, E> {
        self.0.store(P::Value::of_bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<P::Stored, E> {
        self.0.store(P::Value::of_integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<P::Stored, E> {
        self.0.store(match i64::try_from(value) {
            Ok(value) => P::Value::of_integer(value),
            Err(_) => P::Value::of_unsigned(value),
        })
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<P::Stored, E> {
        self.0.store(P::Value::of_float(value))
    }

    #[inline]
    fn visit_str<E: Error>(self, value: &str) -> Result<P::Stored, E> {
        match P::Value::of_str(value) {
            Decoded::Valid(value) => Ok(self.0.store_valid(value)),
            decoded => self.0.store(decoded),
        }
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<P::Stored, E> {
        self.visit_str(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<P::Stored, A::Error> {
        self.0.store(P::Value::of_seq(items)?)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<P::Stored, A::Error> {
        match P::Value::of_map(entries)? {
            Decoded::Valid(value) => Ok(self.0.store_valid(value)),
            Decoded::Invalid(value) => self.0.store(match Spelled::of(value) {
                Spelled::Integer(value) => P::Value::of_integer(value),
                Spelled::Unsigned(value) => P::Value::of_unsigned(value),
                Spelled::Float(value) => P::Value::of_float(value),
                Spelled::Not(value) => Decoded::Invalid(value),
            }),
            decoded => self.0.store(decoded),
        }
    }
}

/// The number that an object represents.
enum Spelled {
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    /// The value is another one, or a number beyond the range of these types.
    Not(Value),
}

impl Spelled {
    fn of(value: Value) -> Self {
        let number = match &value {
            Value::Object(map) => spelled_number(map),
            // The default of `of_map` decodes any value, and has read the number.
            Value::Number(number) => Some(number.clone()),
            _ => None,
        };
        let Some(number) = number else {
            return Self::Not(value);
        };
        if let Some(number) = number.as_i64() {
            return Self::Integer(number);
        }
        if let Some(number) = number.as_u64() {
            return Self::Unsigned(number);
        }
        match number.as_f64() {
            Some(number) => Self::Float(number),
            None => Self::Not(Value::Number(number)),
        }
    }
}

/// The name of the only entry of an object that represents a number.
///
/// If any crate of an application enables the feature `arbitrary_precision` of `serde_json`, its parser returns numbers
/// with a fraction or beyond 64 bits as such objects.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

/// Returns the number that an object represents.
pub(super) fn spelled_number(map: &Map<String, Value>) -> Option<Number> {
    let text = match map.len() {
        1 => map.get(NUMBER)?.as_str()?,
        _ => return None,
    };
    text.parse().ok()
}

/// Decodes a value with [`FromJson`], for implementations of `Deserialize`. A value that does not match is an error.
pub fn strict<'de, T: FromJson, D: Deserializer<'de>>(
    deserializer: D,
    expected: &str,
) -> Result<T, D::Error> {
    checked(Decoded::deserialize(deserializer)?, expected)
}

/// Decodes a body with [`FromJson`]. A value that does not match is an error.
///
/// # Errors
/// If the body is not UTF-8, or not JSON of the type `T`.
pub fn decode_body<T: FromJson>(body: &[u8], expected: &str) -> Result<T, serde_json::Error> {
    checked(decode_json(body)?, expected)
}

fn checked<T: FromJson, E: Error>(decoded: Decoded<T>, expected: &str) -> Result<T, E> {
    match decoded {
        Decoded::Valid(value) => Ok(value),
        Decoded::Null => {
            T::absent().ok_or_else(|| E::custom(format_args!("null where {expected} is needed")))
        }
        Decoded::Partial(..) | Decoded::Invalid(_) => {
            Err(E::custom(format_args!("not {expected}")))
        }
    }
}

/// Decodes any JSON value, and counts its elements.
pub(crate) fn value(body: &[u8]) -> serde_json::Result<Value> {
    decode_json(body).map(Decoded::into_value)
}

/// Decodes a value in memory, whose elements were counted when it was read.
///
/// It is decoded from its text. A decoder of values would be compiled for every type, and is needed only for unions and
/// lists with invalid items.
fn of_value<T: FromJson>(value: &Value) -> Option<Decoded<T>> {
    let text = value.to_string();
    uncounted(|| decode_json(text.as_bytes())).ok()
}

/// Decodes a value in memory; `None` if it is not valid as a whole.
pub fn valid<T: FromJson>(value: &Value) -> Option<T> {
    match of_value(value)? {
        Decoded::Valid(value) => Some(value),
        _ => None,
    }
}

/// The end of a list, as a destination. It returns the original of an item that matches its type only partly.
struct ListEnd<'l, T>(&'l mut Vec<T>);

impl<T: FromJson> Destination for ListEnd<'_, T> {
    type Value = T;
    type Stored = Option<Value>;

    fn store<E: Error>(self, decoded: Decoded<T>) -> Result<Option<Value>, E> {
        Ok(match decoded {
            Decoded::Valid(value) => {
                self.0.push(value);
                None
            }
            Decoded::Null => Some(Value::Null),
            Decoded::Partial(both) => {
                let (part, value) = *both;
                self.0.push(part);
                Some(value)
            }
            Decoded::Invalid(value) => Some(value),
        })
    }

    #[inline]
    fn store_valid(self, value: T) -> Option<Value> {
        self.0.push(value);
        None
    }
}

/// Decodes the items of a list. If an item is invalid, the original list is returned, too.
pub(crate) fn list<'de, T: FromJson, A: SeqAccess<'de>>(
    mut items: A,
) -> Result<Decoded<Vec<T>>, A::Error> {
    let mut list = Vec::with_capacity(items.size_hint().unwrap_or(0));
    let mut originals = None;
    loop {
        let whole = list.len();
        let Some(original) = items.next_element_seed(StoreIn(ListEnd(&mut list)))? else {
            break;
        };
        count()?;
        if original.is_some() || originals.is_some() {
            add_original(&mut originals, original, &list, whole).map_err(A::Error::custom)?;
        }
    }
    Ok(match originals {
        None => Decoded::Valid(list),
        Some(originals) => Decoded::Partial(Box::new((list, Value::Array(originals)))),
    })
}

/// Adds the original of the last item; that of a valid item is what it is written as. The first call adds the originals
/// of the items before it, which are valid: the first `whole` items of the list.
fn add_original<T: Serialize>(
    originals: &mut Option<Vec<Value>>,
    original: Option<Value>,
    list: &[T],
    whole: usize,
) -> serde_json::Result<()> {
    let originals = match originals {
        Some(originals) => originals,
        None => {
            let valid = list.iter().take(whole).map(serde_json::to_value);
            originals.insert(valid.collect::<Result<_, _>>()?)
        }
    };
    originals.push(match original {
        Some(original) => original,
        None => serde_json::to_value(list.last())?,
    });
    Ok(())
}
