//! Decoding of JSON values that may not have the documented type.
//!
//! Invariant: a value that does not fit its type is returned unchanged.

use super::count::{count, uncounted};
use crate::extra::Extra;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The outcome of decoding a JSON value as a `T`.
#[derive(Clone, Debug, PartialEq)]
pub enum Fit<T> {
    /// The value is a `T`.
    Is(T),
    /// The value is `null`.
    Null,
    /// The value is a list with some items that fit: these items, and the original list.
    Partly(Box<(T, Value)>),
    /// The value is not a `T`.
    Not(Value),
}

impl Fit<Value> {
    /// Returns the JSON value.
    pub fn into_value(self) -> Value {
        match self {
            Self::Is(value) | Self::Not(value) => value,
            Self::Partly(both) => both.1,
            Self::Null => Value::Null,
        }
    }
}

impl<T> Fit<T> {
    /// Converts the decoded value.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Fit<U> {
        match self {
            Self::Is(value) => Fit::Is(convert(value)),
            Self::Null => Fit::Null,
            Self::Partly(both) => {
                let (part, value) = *both;
                Fit::Partly(Box::new((convert(part), value)))
            }
            Self::Not(value) => Fit::Not(value),
        }
    }
}

/// A type that can be decoded from some JSON values. It returns other values unchanged, in a [`Fit`].
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
    fn of_null() -> Fit<Self> {
        Fit::Null
    }

    /// Decodes a boolean.
    #[must_use]
    fn of_bool(value: bool) -> Fit<Self> {
        Fit::Not(value.into())
    }

    /// Decodes an integer.
    #[must_use]
    fn of_integer(value: i64) -> Fit<Self> {
        Fit::Not(value.into())
    }

    /// Decodes an integer beyond the range of `i64`.
    #[must_use]
    fn of_unsigned(value: u64) -> Fit<Self> {
        Fit::Not(value.into())
    }

    /// Decodes a number with a fraction or an exponent.
    #[must_use]
    fn of_float(value: f64) -> Fit<Self> {
        Fit::Not(value.into())
    }

    /// Decodes a string.
    #[must_use]
    fn of_str(value: &str) -> Fit<Self> {
        Fit::Not(value.into())
    }

    /// Decodes an array.
    ///
    /// # Errors
    /// The errors of the JSON text.
    fn of_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Fit<Self>, A::Error> {
        Ok(Fit::Not(Value::of_seq(items)?.into_value()))
    }

    /// Decodes an object.
    ///
    /// # Errors
    /// The errors of the JSON text.
    fn of_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Fit<Self>, A::Error> {
        Ok(Fit::Not(Value::of_map(entries)?.into_value()))
    }
}

impl<'de, T: FromJson> Deserialize<'de> for Fit<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole<T>(PhantomData<fn() -> T>);
        impl<T: FromJson> Place for Whole<T> {
            type Value = T;
            type Put = Fit<T>;
            fn put<E: Error>(self, fit: Fit<T>) -> Result<Fit<T>, E> {
                Ok(fit)
            }
            fn put_fitting(self, value: T) -> Fit<T> {
                Fit::Is(value)
            }
        }
        Put(Whole(PhantomData)).deserialize(deserializer)
    }
}

/// The destination of a decoded value.
///
/// A record is large, and each function that returns it would copy it. So the innermost function stores it in its
/// destination.
trait Place {
    type Value: FromJson;
    type Put;

    fn put<E: Error>(self, fit: Fit<Self::Value>) -> Result<Self::Put, E>;

    /// Stores a value that fits, as nearly all do, without the copy that a [`Fit`] needs.
    fn put_fitting(self, value: Self::Value) -> Self::Put;
}

/// Decodes a value into its destination.
struct Put<P>(P);

impl<'de, P: Place> DeserializeSeed<'de> for Put<P> {
    type Value = P::Put;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<P::Put, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, P: Place> Visitor<'de> for Put<P> {
    type Value = P::Put;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<P::Put, E> {
        self.0.put(P::Value::of_null())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<P::Put, E> {
        self.0.put(P::Value::of_bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<P::Put, E> {
        self.0.put(P::Value::of_integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<P::Put, E> {
        let integer = i64::try_from(value);
        let fit = integer.map_or_else(|_| P::Value::of_unsigned(value), P::Value::of_integer);
        self.0.put(fit)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<P::Put, E> {
        self.0.put(P::Value::of_float(value))
    }

    #[inline]
    fn visit_str<E: Error>(self, value: &str) -> Result<P::Put, E> {
        match P::Value::of_str(value) {
            Fit::Is(value) => Ok(self.0.put_fitting(value)),
            fit => self.0.put(fit),
        }
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<P::Put, E> {
        self.visit_str(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<P::Put, A::Error> {
        self.0.put(P::Value::of_seq(items)?)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<P::Put, A::Error> {
        match P::Value::of_map(entries)? {
            Fit::Is(value) => Ok(self.0.put_fitting(value)),
            Fit::Not(Value::Object(map)) => self.0.put(match spelled_number(&map) {
                Some(number) => of_number(number),
                None => Fit::Not(Value::Object(map)),
            }),
            fit => self.0.put(fit),
        }
    }
}

/// Returns the number that an object represents.
///
/// If any crate of an application enables the feature `arbitrary_precision` of `serde_json`, its parser returns numbers
/// as objects with one entry of this name.
pub(super) fn spelled_number(map: &Map<String, Value>) -> Option<Number> {
    let text = match map.len() {
        1 => map.get("$serde_json::private::Number")?.as_str()?,
        _ => return None,
    };
    text.parse().ok()
}

fn of_number<T: FromJson>(number: Number) -> Fit<T> {
    if let Some(number) = number.as_i64() {
        T::of_integer(number)
    } else if let Some(number) = number.as_u64() {
        T::of_unsigned(number)
    } else if let Some(number) = number.as_f64().filter(|number| number.is_finite()) {
        T::of_float(number)
    } else {
        Fit::Not(Value::Number(number))
    }
}

/// Decodes a value with [`FromJson`], for implementations of `Deserialize`. A value that does not fit is an error.
pub fn strict<'de, T: FromJson, D: Deserializer<'de>>(
    deserializer: D,
    expected: &str,
) -> Result<T, D::Error> {
    match Fit::deserialize(deserializer)? {
        Fit::Is(value) => Ok(value),
        Fit::Null => T::absent()
            .ok_or_else(|| D::Error::custom(format_args!("null where {expected} is needed"))),
        Fit::Partly(..) | Fit::Not(_) => Err(D::Error::custom(format_args!("not {expected}"))),
    }
}

/// The direction of a record type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Requests only: decoded strictly.
    Sent,
    /// Responses, or both: decoded tolerantly, because the service does not always follow the document.
    Received,
}

/// The type of a record's field: required (`T`), optional (`Option<T>`), or a change ([`Patch<T>`](crate::Patch)).
pub trait Field: Sized {
    type Value: FromJson;
    type Out: Serialize;

    /// Creates the field from a decoded value.
    fn present(value: Self::Value) -> Self;

    /// Creates the field if the object does not have it.
    fn missing<E: Error>(name: &'static str, way: Way) -> Result<Self, E>;

    /// Creates the field if the value in a response does not fit.
    fn misfit<E: Error>(name: &'static str) -> Result<Self, E>;

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

    fn missing<E: Error>(name: &'static str, way: Way) -> Result<T, E> {
        let empty = match way {
            // In an update, an empty list tells the service to remove every item.
            Way::Sent => None,
            Way::Received => T::absent(),
        };
        empty.ok_or_else(|| E::missing_field(name))
    }

    fn misfit<E: Error>(name: &'static str) -> Result<T, E> {
        T::absent().ok_or_else(|| unfit(name))
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

    fn missing<E: Error>(_: &'static str, _: Way) -> Result<Self, E> {
        Ok(None)
    }

    fn misfit<E: Error>(_: &'static str) -> Result<Self, E> {
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
    way: Way,
    extra: &mut Extra,
) -> Result<F, E> {
    let field = F::missing(name, way)?;
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
    /// The fields whose values did not fit, since contract verification last took them on this thread.
    pub(crate) static UNREAD: std::cell::RefCell<Vec<&'static str>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Creates the error of a field whose value does not fit.
fn unfit<E: Error>(name: &'static str) -> E {
    E::custom(format_args!(
        "the value of `{name}` does not match its documented type"
    ))
}

/// Decodes the value of a record's field.
///
/// In a request, a value that does not fit is an error. In a response, it is stored in `extra`; this fails only if the
/// field is required and is not a list.
pub fn read<'de, F: Field, A: MapAccess<'de>>(
    entries: &mut A,
    name: &'static str,
    way: Way,
    extra: &mut Extra,
    field: &mut Option<F>,
) -> Result<(), A::Error> {
    entries.next_value_seed(Put(OfField {
        name,
        way,
        extra,
        field,
    }))
}

/// A field of a record, as a destination.
struct OfField<'r, F> {
    name: &'static str,
    way: Way,
    extra: &'r mut Extra,
    field: &'r mut Option<F>,
}

impl<F: Field> Place for OfField<'_, F> {
    type Value = F::Value;
    type Put = ();

    fn put<E: Error>(self, fit: Fit<F::Value>) -> Result<(), E> {
        let Self { name, way, .. } = self;
        *self.field = match fit {
            Fit::Is(value) => Some(F::present(value)),
            Fit::Null => F::null(),
            Fit::Partly(..) | Fit::Not(_) if way == Way::Sent => return Err(unfit(name)),
            Fit::Partly(both) => {
                let (part, value) = *both;
                keep(name, value, self.extra);
                Some(F::present(part))
            }
            Fit::Not(value) => {
                keep(name, value, self.extra);
                Some(F::misfit(name)?)
            }
        };
        Ok(())
    }

    #[inline]
    fn put_fitting(self, value: F::Value) {
        *self.field = Some(F::present(value));
    }
}

/// The end of a list, as a destination. It returns the original of an item that does not fit wholly.
struct AtEnd<'l, T>(&'l mut Vec<T>);

impl<T: FromJson> Place for AtEnd<'_, T> {
    type Value = T;
    type Put = Option<Value>;

    fn put<E: Error>(self, fit: Fit<T>) -> Result<Option<Value>, E> {
        Ok(match fit {
            Fit::Is(value) => {
                self.0.push(value);
                None
            }
            Fit::Null => Some(Value::Null),
            Fit::Partly(both) => {
                let (part, value) = *both;
                self.0.push(part);
                Some(value)
            }
            Fit::Not(value) => Some(value),
        })
    }

    #[inline]
    fn put_fitting(self, value: T) -> Option<Value> {
        self.0.push(value);
        None
    }
}

fn keep(name: &'static str, value: Value, extra: &mut Extra) {
    #[cfg(feature = "contract")]
    UNREAD.with_borrow_mut(|unread| unread.push(name));
    extra.insert(name.to_owned(), value);
}

/// Decodes the value of an unknown field.
pub fn kept<'de, A: MapAccess<'de>>(entries: &mut A) -> Result<Value, A::Error> {
    count()?;
    Ok(entries.next_value::<Fit<Value>>()?.into_value())
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

/// Decodes the items of a list. If an item does not fit, the original list is returned, too.
pub(crate) fn list<'de, T: FromJson, A: SeqAccess<'de>>(
    mut items: A,
) -> Result<Fit<Vec<T>>, A::Error> {
    let mut list = Vec::with_capacity(items.size_hint().unwrap_or(0));
    let (whole, odd) = loop {
        let whole = list.len();
        let Some(odd) = items.next_element_seed(Put(AtEnd(&mut list)))? else {
            return Ok(Fit::Is(list));
        };
        count()?;
        if let Some(odd) = odd {
            break (whole, odd);
        }
    };
    let mut kept = Vec::with_capacity(list.len() + 1);
    for value in list.iter().take(whole) {
        kept.push(serde_json::to_value(value).map_err(A::Error::custom)?);
    }
    kept.push(odd);
    while let Some(value) = items.next_element::<Fit<Value>>()? {
        count()?;
        let value = value.into_value();
        match uncounted(|| Fit::deserialize(&value)) {
            Ok(Fit::Is(item)) => list.push(item),
            Ok(Fit::Partly(both)) => list.push(both.0),
            _ => {}
        }
        kept.push(value);
    }
    Ok(Fit::Partly(Box::new((list, Value::Array(kept)))))
}
