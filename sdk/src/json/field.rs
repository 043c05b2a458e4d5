//! The fields of records: their names, their values, and the values that they do not accept.
//!
//! Invariant: a value of a response that does not match the type of its field is stored in [`Extra`].

use super::count::count;
use super::decoded::{Decoded, Destination, FromJson, NUMBER, StoreIn};
use crate::extra::Extra;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// The direction of a record type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Requests only: decoded strictly.
    Request,
    /// Responses, or both: decoded tolerantly, because the service does not always follow the document.
    Response,
}

/// The type of a record's field: required (`T`), optional (`Option<T>`), or a change ([`Patch<T>`](crate::Patch)).
pub trait Field: Sized {
    type Value: FromJson;
    type Out: Serialize;

    /// Creates the field from a decoded value.
    fn present(value: Self::Value) -> Self;

    /// Creates the field if the object does not have it.
    fn missing<E: Error>(name: &'static str, direction: Direction) -> Result<Self, E>;

    /// Creates the field if the value in a response does not match its type.
    fn mismatched<E: Error>(name: &'static str) -> Result<Self, E>;

    /// Creates the field from `null`; `None` if `null` is the same as absent.
    fn null() -> Option<Self> {
        None
    }

    /// Returns the value to write; `None` if the field is not written.
    fn out(&self) -> Option<&Self::Out>;

    /// Writes the value.
    ///
    /// # Errors
    /// The errors of the serializer.
    fn write<S: Serializer>(out: &Self::Out, serializer: S) -> Result<S::Ok, S::Error> {
        out.serialize(serializer)
    }

    /// Returns true if the field is written although its value is the one for an absent field.
    fn is_absent(&self) -> bool {
        false
    }
}

impl<T: FromJson> Field for T {
    type Value = T;
    type Out = T;

    fn present(value: T) -> T {
        value
    }

    fn missing<E: Error>(name: &'static str, direction: Direction) -> Result<T, E> {
        let empty = match direction {
            // In an update, an empty list tells the service to remove every item.
            Direction::Request => None,
            Direction::Response => T::absent(),
        };
        empty.ok_or_else(|| E::missing_field(name))
    }

    fn mismatched<E: Error>(name: &'static str) -> Result<T, E> {
        T::absent().ok_or_else(|| type_mismatch(name))
    }

    fn out(&self) -> Option<&T> {
        Some(self)
    }

    fn write<S: Serializer>(out: &T, serializer: S) -> Result<S::Ok, S::Error> {
        FromJson::write(out, serializer)
    }

    fn is_absent(&self) -> bool {
        FromJson::is_absent(self)
    }
}

impl<T: FromJson> Field for Option<T> {
    type Value = T;
    type Out = T;

    fn present(value: T) -> Self {
        Some(value)
    }

    fn missing<E: Error>(_: &'static str, _: Direction) -> Result<Self, E> {
        Ok(None)
    }

    fn mismatched<E: Error>(_: &'static str) -> Result<Self, E> {
        Ok(None)
    }

    fn out(&self) -> Option<&T> {
        self.as_ref()
    }

    fn write<S: Serializer>(out: &T, serializer: S) -> Result<S::Ok, S::Error> {
        FromJson::write(out, serializer)
    }
}

/// Creates a field that the object does not have.
///
/// `extra` records an absent list, so that it is absent again when the object is written. In a request, an empty list
/// would tell the service to remove all items.
pub fn missing<F: Field, E: Error>(
    name: &'static str,
    direction: Direction,
    extra: &mut Extra,
) -> Result<F, E> {
    let field = F::missing(name, direction)?;
    if field.out().is_some() {
        extra.note_absent(name);
    }
    Ok(field)
}

/// Returns the value to write; `None` if `extra` has the field, or if a list was absent and is still empty.
#[inline]
pub fn written<'f, F: Field>(field: &'f F, name: &str, extra: &Extra) -> Option<Written<'f, F>> {
    let out = field.out()?;
    let replaced = !extra.is_untouched()
        && (extra.get(name).is_some() || (extra.lacks(name) && field.is_absent()));
    (!replaced).then_some(Written(out))
}

/// The value of a field that is being written.
pub struct Written<'f, F: Field>(&'f F::Out);

impl<F: Field> Serialize for Written<'_, F> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        F::write(self.0, serializer)
    }
}

#[cfg(feature = "contract")]
std::thread_local! {
    /// The fields whose values did not match their types, since contract verification last took them on this thread.
    pub(crate) static UNREAD: std::cell::RefCell<Vec<&'static str>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Creates the error of a field whose value does not match its type.
fn type_mismatch<E: Error>(name: &'static str) -> E {
    E::custom(format_args!(
        "the value of `{name}` does not match its documented type"
    ))
}

/// Decodes the value of a record's field.
///
/// In a request, a value that does not match its type is an error. In a response, it is stored in `extra`; this fails only if the
/// field is required and is not a list.
pub fn read<'de, F: Field, A: MapAccess<'de>>(
    entries: &mut A,
    name: &'static str,
    direction: Direction,
    extra: &mut Extra,
    field: &mut Option<F>,
) -> Result<(), A::Error> {
    entries.next_value_seed(StoreIn(FieldSlot {
        name,
        direction,
        extra,
        field,
    }))
}

/// A field of a record, as a destination.
struct FieldSlot<'r, F> {
    name: &'static str,
    direction: Direction,
    extra: &'r mut Extra,
    field: &'r mut Option<F>,
}

impl<F: Field> Destination for FieldSlot<'_, F> {
    type Value = F::Value;
    type Stored = ();

    fn store<E: Error>(self, decoded: Decoded<F::Value>) -> Result<(), E> {
        let Self {
            name,
            direction,
            extra,
            field,
        } = self;
        *field = match decoded {
            Decoded::Valid(value) => Some(F::present(value)),
            Decoded::Null => F::null(),
            Decoded::Partial(both) => {
                let (part, original) = *both;
                preserve(name, direction, original, extra)?;
                Some(F::present(part))
            }
            Decoded::Invalid(original) => {
                preserve(name, direction, original, extra)?;
                Some(F::mismatched(name)?)
            }
        };
        Ok(())
    }

    #[inline]
    fn store_valid(self, value: F::Value) {
        *self.field = Some(F::present(value));
    }
}

/// Stores a value of a response that does not match its type; in a request, it is an error.
fn preserve<E: Error>(
    name: &'static str,
    direction: Direction,
    original: Value,
    extra: &mut Extra,
) -> Result<(), E> {
    if direction == Direction::Request {
        return Err(type_mismatch(name));
    }
    #[cfg(feature = "contract")]
    UNREAD.with_borrow_mut(|unread| unread.push(name));
    extra.insert(name.to_owned(), original);
    Ok(())
}

/// Decodes the value of an unknown field.
pub fn unknown_field<'de, A: MapAccess<'de>>(entries: &mut A) -> Result<Value, A::Error> {
    count()?;
    Ok(entries.next_value::<Decoded<Value>>()?.into_value())
}

/// Returns the number that an object without known fields represents.
#[inline]
pub fn represented_number(extra: &Extra) -> Option<Value> {
    if extra.is_untouched() || extra.looseness() != Some(1) {
        return None;
    }
    let text = extra.get(NUMBER)?.as_str()?;
    text.parse().ok().map(Value::Number)
}

/// The name of a field, borrowed from the text if possible.
pub struct Key<'de>(pub Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }
            #[inline]
            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(name)))
            }
            fn visit_str<E: Error>(self, name: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}
