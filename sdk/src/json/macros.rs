//! The macros of generated code, which implement `serde` and [`FromJson`](super::FromJson) for records, enums and
//! unions.

/// `record!(Type { field: "wireName", … })` implements a struct with these fields and `extra`.
///
/// `record!(Type sent { … })` implements a type that only requests have.
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    ($name:ident { $($fields:tt)* }) => { $crate::codegen::record!(@Response $name { $($fields)* }); };
    ($name:ident sent { $($fields:tt)* }) => { $crate::codegen::record!(@Request $name { $($fields)* }); };
    (@$direction:ident $name:ident { $($field:ident: $wire:literal),* $(,)? }) => {
        impl $crate::codegen::FromJson for $name {
            fn looseness(&self) -> Option<u32> {
                self.extra.looseness()
            }

            #[allow(deprecated)]
            fn of_map<'de, A: serde::de::MapAccess<'de>>(mut entries: A) -> Result<$crate::codegen::Decoded<Self>, A::Error> {
                $(let mut $field = None;)*
                let mut extra = $crate::codegen::Extra::default();
                while let Some($crate::codegen::Key(name)) = entries.next_key()? {
                    match name.as_ref() {
                        $($wire => $crate::codegen::read(&mut entries, $wire, $crate::codegen::Direction::$direction, &mut extra, &mut $field)?,)*
                        _ => extra.insert(name.into_owned(), $crate::codegen::unknown_field(&mut entries)?),
                    }
                }
                if let Some(number) = $crate::codegen::represented_number(&extra) {
                    return Ok($crate::codegen::Decoded::Invalid(number));
                }
                Ok($crate::codegen::Decoded::Valid(Self {
                    $($field: match $field {
                        Some(value) => value,
                        None => $crate::codegen::missing($wire, $crate::codegen::Direction::$direction, &mut extra)?,
                    },)*
                    extra,
                }))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codegen::strict(deserializer, concat!("an object (", stringify!($name), ")"))
            }
        }

        impl serde::Serialize for $name {
            #[allow(deprecated)]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serde::Serializer::serialize_map(serializer, None)?;
                $(if let Some(value) = $crate::codegen::written(&self.$field, $wire, &self.extra) {
                    serde::ser::SerializeMap::serialize_entry(&mut map, $wire, &value)?;
                })*
                for (name, value) in self.extra.iter() {
                    serde::ser::SerializeMap::serialize_entry(&mut map, name, value)?;
                }
                serde::ser::SerializeMap::end(map)
            }
        }

        $crate::codegen::response_body!($name: concat!("an object (", stringify!($name), ")"));
    };
}

/// `setters!(Type { field: Value, … })` implements setters of the optional fields of a request.
///
/// `setters!(Type changes { … })` implements those of a change, whose fields have the type [`Patch`](crate::Patch).
#[doc(hidden)]
#[macro_export]
macro_rules! __setters {
    ($name:ident { $($field:ident: $value:ty),* $(,)? }) => {
        impl $name {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[allow(deprecated, clippy::should_implement_trait, clippy::wrong_self_convention)]
                pub fn $field(mut self, $field: impl Into<$value>) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )*
        }
    };
    ($name:ident changes { $($field:ident: $value:ty),* $(,)? }) => {
        impl $name {
            $(
                #[doc = concat!("Sets or, with [`Patch::Null`](crate::Patch::Null), clears [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[allow(deprecated, clippy::should_implement_trait, clippy::wrong_self_convention)]
                pub fn $field(mut self, $field: impl Into<$crate::codegen::Patch<$value>>) -> Self {
                    self.$field = $field.into();
                    self
                }
            )*
        }
    };
}

/// `always_sent!(Type { field: Value, … })` implements accessors of optional fields that the service always sends.
///
/// `always_sent!(Union [Variant, …] { … })` implements those of a union. The records of all these variants have the
/// fields.
#[doc(hidden)]
#[macro_export]
macro_rules! __always_sent {
    ($name:ident { $($field:ident: $value:ty),* $(,)? }) => {
        impl $name {
            $(
                #[doc = concat!("Returns the field `", stringify!($field), "`, which the service always sends.")]
                ///
                /// # Errors
                /// [`MissingField`](crate::MissingField) if the response has no such field, or a value that cannot be
                /// decoded.
                #[allow(deprecated, clippy::should_implement_trait, clippy::wrong_self_convention)]
                pub fn $field(&self) -> Result<&$value, $crate::codegen::MissingField> {
                    match &self.$field {
                        Some(value) => Ok(value),
                        None => Err($crate::codegen::MissingField::new(stringify!($name), stringify!($field))),
                    }
                }
            )*
        }
    };
    ($name:ident $variants:tt { $($(#[$meta:meta])* $field:ident: $value:ty),* $(,)? }) => {
        impl $name {
            $(
                #[doc = concat!("Returns `", stringify!($field), "` of the variant, which the service always sends.")]
                ///
                /// # Errors
                /// [`MissingField`](crate::MissingField) if the response has no such field, a value that cannot be
                /// decoded, or a variant that this SDK version does not know.
                $(#[$meta])*
                #[allow(deprecated, clippy::should_implement_trait, clippy::wrong_self_convention)]
                pub fn $field(&self) -> Result<&$value, $crate::codegen::MissingField> {
                    match $crate::codegen::common_field!(self $variants $field: $value) {
                        Some(value) => Ok(value),
                        None => Err($crate::codegen::MissingField::new(stringify!($name), stringify!($field))),
                    }
                }
            )*
        }
    };
}

/// `open_enum!(Type { Variant = "wire value", … })` implements an enum with these variants and `Unknown(String)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum {
    ($name:ident { $($variant:ident = $wire:literal),* $(,)? }) => {
        impl $name {
            /// Returns the value in JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($wire => Self::$variant,)*
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(value.into())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::codegen::FromJson for $name {
            fn looseness(&self) -> Option<u32> {
                // An enum describes an unknown value less than a string does.
                Some(if matches!(self, Self::Unknown(_)) { 2 } else { 0 })
            }

            #[inline]
            fn of_str(value: &str) -> $crate::codegen::Decoded<Self> {
                $crate::codegen::Decoded::Valid(value.into())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codegen::strict(deserializer, concat!("a string (", stringify!($name), ")"))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::codegen::Request for $name {}

        $crate::codegen::response_body!($name: concat!("a string (", stringify!($name), ")"));
    };
}

/// `tagged_union!(Type by "tag" { Variant(Record) = "value" | …, … })` implements an enum with these variants and
/// `Unknown(Value)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __tagged_union {
    ($name:ident by $tag:literal { $($variant:ident($kind:ty) = $($value:literal)|+),* $(,)? }) => {
        impl From<serde_json::Value> for $name {
            #[inline]
            fn from(value: serde_json::Value) -> Self {
                let read = match value.get($tag).and_then(serde_json::Value::as_str) {
                    $(Some($($value)|+) => $crate::codegen::valid::<$kind>(&value).map(Self::$variant),)*
                    _ => None,
                };
                read.unwrap_or(Self::Unknown(value))
            }
        }

        $crate::codegen::union!($name { $($variant),* });
    };
}

/// `from_variants!(Union { Variant(Record), … })` implements `From` for records that only one variant of a union has.
#[doc(hidden)]
#[macro_export]
macro_rules! __from_variants {
    ($name:ident { $($variant:ident($kind:ty)),* $(,)? }) => {
        $(impl From<$kind> for $name {
            fn from(kind: $kind) -> Self {
                Self::$variant(kind)
            }
        })*
    };
}

/// `common_fields!(Type [Variant, …] { field: Type, … })` implements accessors of optional fields of a union.
///
/// The records of all these variants have the fields.
#[doc(hidden)]
#[macro_export]
macro_rules! __common_fields {
    ($name:ident $variants:tt { $($(#[$meta:meta])* $field:ident: $value:ty),* $(,)? }) => {
        impl $name {
            $(
                #[doc = concat!("Returns `", stringify!($field), "` of the variant; `None` if it has no such field or is unknown.")]
                $(#[$meta])*
                #[allow(deprecated, clippy::should_implement_trait, clippy::wrong_self_convention)]
                #[must_use]
                pub fn $field(&self) -> Option<&$value> {
                    $crate::codegen::common_field!(self $variants $field: $value)
                }
            )*
        }
    };
}

/// Reads a field that the records of several variants of a union have; `None` for all other variants.
#[doc(hidden)]
#[macro_export]
macro_rules! __common_field {
    ($union:ident [$($variant:ident),*] $field:ident: $value:ty) => {
        match $union {
            // A field may be boxed in one variant and not in another.
            $(Self::$variant(record) => record.$field.as_ref().map(|value| -> &$value { value }),)*
            _ => None,
        }
    };
}

/// `untagged_union!(Type { Variant(Type), … })` implements an enum with these variants and `Unknown(Value)`.
///
/// The variant that matches a value best is selected (`json/member.rs`).
///
/// - `Variant(Type) where ["field", "other" = "value" | …]` is a record with these required fields. The second field
///   has one of these constant values.
/// - `untagged_union!(Type checks [Variant, …] { … })` lists the variants that are checked before they are sent.
#[doc(hidden)]
#[macro_export]
macro_rules! __untagged_union {
    ($name:ident $(checks [$($checked:ident),*])? {
        $($variant:ident($kind:ty) $(where [$($field:literal $(= $($constant:literal)|+)?),* $(,)?])?),* $(,)?
    }) => {
        impl From<serde_json::Value> for $name {
            #[inline]
            fn from(value: serde_json::Value) -> Self {
                let mut best = $crate::codegen::Best::default();
                $(best.offer::<$kind>(
                    &value,
                    &[$($(($field, &[$($($constant),+)?] as &[&str])),*)?],
                    Self::$variant,
                );)*
                best.take().unwrap_or(Self::Unknown(value))
            }
        }

        impl $crate::codegen::Request for $name {
            $(fn check(&self, violations: &mut $crate::codegen::Violations) {
                match self {
                    $(Self::$checked(kind) => $crate::codegen::Request::check(kind, violations),)*
                    _ => {}
                }
            })?
        }

        $crate::codegen::union!($name { $($variant),* });
    };
}

/// The common part of tagged and untagged unions, which are decoded from a JSON value in memory.
#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    ($name:ident { $($variant:ident),* }) => {
        impl $crate::codegen::FromJson for $name {
            fn looseness(&self) -> Option<u32> {
                match self {
                    $(Self::$variant(value) => $crate::codegen::FromJson::looseness(value),)*
                    Self::Unknown(_) => None,
                }
            }

            #[inline]
            fn of_bool(value: bool) -> $crate::codegen::Decoded<Self> {
                $crate::codegen::Decoded::Valid(serde_json::Value::from(value).into())
            }

            #[inline]
            fn of_integer(value: i64) -> $crate::codegen::Decoded<Self> {
                $crate::codegen::Decoded::Valid(serde_json::Value::from(value).into())
            }

            #[inline]
            fn of_unsigned(value: u64) -> $crate::codegen::Decoded<Self> {
                $crate::codegen::Decoded::Valid(serde_json::Value::from(value).into())
            }

            #[inline]
            fn of_float(value: f64) -> $crate::codegen::Decoded<Self> {
                $crate::codegen::Decoded::Valid(serde_json::Value::from(value).into())
            }

            #[inline]
            fn of_str(value: &str) -> $crate::codegen::Decoded<Self> {
                $crate::codegen::Decoded::Valid(serde_json::Value::from(value).into())
            }

            fn of_seq<'de, A: serde::de::SeqAccess<'de>>(items: A) -> Result<$crate::codegen::Decoded<Self>, A::Error> {
                Ok(<serde_json::Value as $crate::codegen::FromJson>::of_seq(items)?.map(serde_json::Value::into))
            }

            fn of_map<'de, A: serde::de::MapAccess<'de>>(entries: A) -> Result<$crate::codegen::Decoded<Self>, A::Error> {
                Ok(<serde_json::Value as $crate::codegen::FromJson>::of_map(entries)?.map(serde_json::Value::into))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codegen::strict(deserializer, concat!("a ", stringify!($name)))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)*
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }

        $crate::codegen::response_body!($name: concat!("a ", stringify!($name)));
    };
}

/// `paged!(Operation of Item { items: |page| page.results, links: links, most: 500 })` implements `Paged`.
///
/// The arguments are a function that returns the items of a page, the field with its links (`required links` if it is a
/// list, not an optional list), and the maximum number of items.
#[doc(hidden)]
#[macro_export]
macro_rules! __paged {
    ($name:ident of $item:ty { items: |$page:ident| $items:expr, links: $links:ident, most: $most:literal }) => {
        $crate::codegen::paged!(@ $name, $item, $page, $items, |page| page.$links.iter().flatten(), $most);
    };
    ($name:ident of $item:ty { items: |$page:ident| $items:expr, links: required $links:ident, most: $most:literal }) => {
        $crate::codegen::paged!(@ $name, $item, $page, $items, |page| page.$links.iter(), $most);
    };
    (@ $name:ident, $item:ty, $page:ident, $items:expr, |$linked:ident| $links:expr, $most:literal) => {
        impl $crate::codegen::Paged for $name {
            type Item = $item;
            const MAX_ITEMS_PER_PAGE: u32 = $most;

            fn items($page: Self::Output) -> Vec<Self::Item> {
                $items
            }

            fn next($linked: &Self::Output) -> Option<String> {
                let mut links = $links;
                match links.find(|link| link.rel.as_deref() == Some("next")) {
                    Some(link) => Some(link.href.clone().unwrap_or_default()),
                    // Links that could not be decoded may have had the next one.
                    None => $linked.extra.get("links").map(|_| String::new()),
                }
            }
        }
    };
}

/// `round_trips!({ "operation": Operation, … })` implements round trips of the operations with JSON responses.
#[cfg(feature = "contract")]
#[doc(hidden)]
#[macro_export]
macro_rules! __round_trips {
    ({ $($operation:literal: $endpoint:ty),* $(,)? }) => {
        /// Decodes a success body of an operation and encodes it again; `None` for an operation without a body.
        ///
        /// # Errors
        /// The errors of `serde_json`, if the body does not have the type of the operation.
        #[allow(unused_variables, reason = "there may be no operation with a body")]
        pub fn round_trip(operation: &str, body: &[u8]) -> Option<serde_json::Result<$crate::codegen::RoundTrip>> {
            match operation {
                $($operation => Some($crate::codegen::round_trip::<<$endpoint as $crate::codegen::Endpoint>::Output>(body)),)*
                _ => None,
            }
        }
    };
}

/// `request_round_trips!({ "operation": Type, … })` implements round trips of the operations with JSON requests.
#[cfg(feature = "contract")]
#[doc(hidden)]
#[macro_export]
macro_rules! __request_round_trips {
    ({ $($operation:literal: $body:ty),* $(,)? }) => {
        /// Decodes a request body of an operation and encodes it again; `None` for an operation without a body.
        ///
        /// # Errors
        /// The errors of `serde_json`, if the body does not have the type of the operation.
        #[allow(unused_imports, unused_variables, reason = "there may be no operation with a body")]
        pub fn round_trip_request(operation: &str, body: &[u8]) -> Option<serde_json::Result<serde_json::Value>> {
            use serde_json::Value;
            use std::collections::BTreeMap;
            use $crate::codegen::{ClusterName, ObjectId, Timestamp};
            match operation {
                $($operation => Some(serde_json::from_slice::<Box<$body>>(body).and_then(serde_json::to_value)),)*
                _ => None,
            }
        }
    };
}

/// Implements `ResponseBody` for a type that is decoded as JSON.
///
/// The decoder is compiled by the crates that call it, and only for their operations: `#[inline]` has this effect.
#[doc(hidden)]
#[macro_export]
macro_rules! __response_body {
    ($name:ident: $expected:expr) => {
        impl $crate::codegen::ResponseBody for $name {
            #[inline]
            fn decode(body: &[u8]) -> Result<Self, serde_json::Error> {
                $crate::codegen::decode_body(body, $expected)
            }
        }
    };
}

pub use crate::{
    __always_sent as always_sent, __common_field as common_field, __common_fields as common_fields,
    __from_variants as from_variants, __open_enum as open_enum, __paged as paged,
    __record as record, __response_body as response_body, __setters as setters,
    __tagged_union as tagged_union, __union as union, __untagged_union as untagged_union,
};
#[cfg(feature = "contract")]
pub use crate::{__request_round_trips as request_round_trips, __round_trips as round_trips};
