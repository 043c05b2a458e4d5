//! Enums of integers, numbers, booleans, and of scalars of several types.
//!
//! Invariant: a value is encoded with the JSON type from which it was decoded; `2` and `"2"` are two values. A value of
//! another type than the enum's is invalid.

use serde_json::Value;
use std::fmt;

/// `scalar_enum!(Type of i64 { Variant = 1, … })` implements an enum with these variants and `Unknown(i64)`.
///
/// It also accepts `of f64`, `of bool` and, for values of several types, `of Value`.
#[doc(hidden)]
#[macro_export]
macro_rules! __scalar_enum {
    ($name:ident of Value { $($variant:ident = $wire:literal),* $(,)? }) => {
        impl $name {
            /// Returns the value in JSON.
            #[must_use]
            pub fn value(&self) -> serde_json::Value {
                match self {
                    $(Self::$variant => serde_json::Value::from($wire),)*
                    Self::Unknown(value) => value.clone(),
                }
            }
        }

        $crate::codegen::scalar_enum!(@impls $name of serde_json::Value { $($variant = $wire),* });
    };
    ($name:ident of $scalar:ident { $($variant:ident = $wire:literal),* $(,)? }) => {
        impl $name {
            /// Returns the value in JSON.
            #[must_use]
            pub fn value(&self) -> $scalar {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(value) => *value,
                }
            }
        }

        $crate::codegen::scalar_enum!(@impls $name of $scalar { $($variant = $wire),* });
    };
    (@impls $name:ident of $scalar:ty { $($variant:ident = $wire:literal),* }) => {
        impl From<$scalar> for $name {
            fn from(value: $scalar) -> Self {
                $(if value == $wire {
                    return Self::$variant;
                })*
                Self::Unknown(value)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::codegen::show(&self.value().into(), f)
            }
        }

        impl $crate::codegen::FromJson for $name {
            fn looseness(&self) -> Option<u32> {
                Some(if matches!(self, Self::Unknown(_)) { 2 } else { 0 })
            }

            #[inline]
            fn of_bool(value: bool) -> $crate::codegen::Decoded<Self> {
                <$scalar as $crate::codegen::FromJson>::of_bool(value).map(Self::from)
            }

            #[inline]
            fn of_integer(value: i64) -> $crate::codegen::Decoded<Self> {
                <$scalar as $crate::codegen::FromJson>::of_integer(value).map(Self::from)
            }

            #[inline]
            fn of_unsigned(value: u64) -> $crate::codegen::Decoded<Self> {
                <$scalar as $crate::codegen::FromJson>::of_unsigned(value).map(Self::from)
            }

            #[inline]
            fn of_float(value: f64) -> $crate::codegen::Decoded<Self> {
                <$scalar as $crate::codegen::FromJson>::of_float(value).map(Self::from)
            }

            #[inline]
            fn of_str(value: &str) -> $crate::codegen::Decoded<Self> {
                <$scalar as $crate::codegen::FromJson>::of_str(value).map(Self::from)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codegen::strict(deserializer, concat!("a value (", stringify!($name), ")"))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.value().serialize(serializer)
            }
        }

        impl $crate::codegen::Request for $name {}

        $crate::codegen::response_body!($name: concat!("a value (", stringify!($name), ")"));
    };
}

pub use crate::__scalar_enum as scalar_enum;

/// Writes a scalar in the form of a parameter, with unquoted strings.
pub fn show(value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::String(text) => f.write_str(text),
        value => write!(f, "{value}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, unreachable_pub)]
mod tests {
    use crate::extra::Extra;
    use crate::json::{record, scalar_enum};
    use serde_json::{Value, json};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    enum Level {
        One,
        Below,
        Unknown(i64),
    }
    scalar_enum!(Level of i64 { One = 1, Below = -2 });

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Ratio {
        Half,
        One,
        Unknown(f64),
    }
    scalar_enum!(Ratio of f64 { Half = 0.5, One = 1.0 });

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Always {
        True,
        Unknown(bool),
    }
    scalar_enum!(Always of bool { True = true });

    #[derive(Clone, Debug, PartialEq)]
    enum Mixed {
        One,
        TextOne,
        True,
        Half,
        Unknown(Value),
    }
    scalar_enum!(Mixed of Value { One = 1, TextOne = "1", True = true, Half = 0.5 });

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Row {
        level: Option<Level>,
        levels: Option<Vec<Level>>,
        extra: Extra,
    }
    record!(Row {
        level: "level",
        levels: "levels"
    });

    fn round<T: serde::de::DeserializeOwned + serde::Serialize>(text: &str) -> (T, String) {
        let read: T = serde_json::from_str(text).unwrap();
        let written = serde_json::to_string(&read).unwrap();
        (read, written)
    }

    #[test]
    fn values_keep_their_json_type_and_unknown_ones_are_kept() {
        for (text, level) in [
            ("1", Level::One),
            ("-2", Level::Below),
            ("9", Level::Unknown(9)),
        ] {
            assert_eq!(round::<Level>(text), (level, text.to_owned()));
            assert_eq!(level.to_string(), text);
        }
        assert_eq!(round::<Level>("1.0").0, Level::One);
        for (text, ratio) in [
            ("0.5", Ratio::Half),
            ("1.0", Ratio::One),
            ("2.5", Ratio::Unknown(2.5)),
        ] {
            assert_eq!(round::<Ratio>(text), (ratio, text.to_owned()));
        }
        assert_eq!(round::<Ratio>("1").0, Ratio::One);
        for (text, always) in [("true", Always::True), ("false", Always::Unknown(false))] {
            assert_eq!(round::<Always>(text), (always, text.to_owned()));
        }
        for (text, mixed) in [
            ("1", Mixed::One),
            (r#""1""#, Mixed::TextOne),
            ("true", Mixed::True),
            ("0.5", Mixed::Half),
            (r#""true""#, Mixed::Unknown(json!("true"))),
            ("2", Mixed::Unknown(json!(2))),
        ] {
            assert_eq!(round::<Mixed>(text), (mixed.clone(), text.to_owned()));
            assert_eq!(mixed.to_string(), text.trim_matches('"'));
        }
    }

    #[test]
    fn value_of_another_type_affects_only_its_field() {
        for text in [r#""1""#, "true", "1.5", "[1]", "{}"] {
            assert!(serde_json::from_str::<Level>(text).is_err(), "{text}");
            let body = format!(r#"{{"level":{text},"levels":[1]}}"#);
            let row: Row = serde_json::from_str(&body).unwrap();
            assert_eq!((row.level, row.levels), (None, Some(vec![Level::One])));
            assert_eq!(row.extra.get("level").unwrap().to_string(), text);
        }
        for text in ["[1]", "{}"] {
            assert!(serde_json::from_str::<Mixed>(text).is_err(), "{text}");
        }
        let row: Row = serde_json::from_str(r#"{"levels":[1,"2",3]}"#).unwrap();
        assert_eq!(row.levels, Some(vec![Level::One, Level::Unknown(3)]));
        assert_eq!(
            serde_json::to_string(&row).unwrap(),
            r#"{"levels":[1,"2",3]}"#
        );
    }
}
