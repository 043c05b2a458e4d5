//! Constraints of values beyond their type: bounds, patterns, formats and defaults.

use crate::document::{ALIAS, flag, string};
use serde_json::Value;
use std::collections::BTreeMap;

/// Constraints of a value and of the values inside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Constraints {
    pub(crate) nullable: bool,
    /// As JSON, like `pattern` and `default`.
    pub(crate) format: Option<String>,
    pub(crate) pattern: Option<String>,
    pub(crate) default: Option<String>,
    pub(crate) bounds: BTreeMap<Bound, Limit>,
    /// Allowed numbers or booleans, as JSON. Strings with allowed values are enums.
    pub(crate) values: Vec<String>,
    /// Constraints of list items or map values, and the keyword of their schema.
    pub(crate) inner: Option<(&'static str, Box<Constraints>)>,
    /// Pointer to the component with these constraints, if the schema was a reference to an alias.
    pub(crate) alias: Option<String>,
}

/// The keyword of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
    Minimum,
    Maximum,
    MinProperties,
    MaxProperties,
}

/// The value of a bound.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    /// The number as JSON.
    pub(crate) text: String,
    pub(crate) number: f64,
    /// The number as an integer.
    pub(crate) whole: i64,
    /// True if the number itself is not allowed.
    pub(crate) exclusive: bool,
}

impl Bound {
    pub(crate) const ALL: [Self; 8] = [
        Self::MinLength,
        Self::MaxLength,
        Self::MinItems,
        Self::MaxItems,
        Self::Minimum,
        Self::Maximum,
        Self::MinProperties,
        Self::MaxProperties,
    ];

    /// Returns the keyword.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::MinLength => "minLength",
            Self::MaxLength => "maxLength",
            Self::MinItems => "minItems",
            Self::MaxItems => "maxItems",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::MinProperties => "minProperties",
            Self::MaxProperties => "maxProperties",
        }
    }

    /// Returns the keyword that makes the bound exclusive.
    fn exclusion(self) -> Option<&'static str> {
        match self {
            Self::Minimum => Some("exclusiveMinimum"),
            Self::Maximum => Some("exclusiveMaximum"),
            _ => None,
        }
    }

    /// Returns true for lower bounds.
    pub(crate) fn is_lower(self) -> bool {
        matches!(
            self,
            Self::MinLength | Self::MinItems | Self::Minimum | Self::MinProperties
        )
    }
}

/// Parses a number as an integer. Documents also write integers as floats: `1.1991456e+09`.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn whole(number: &str) -> Option<i64> {
    let float = || number.parse::<f64>().ok().map(|number| number as i64);
    number.parse().ok().or_else(float)
}

impl Limit {
    /// Returns the allowed integer that is closest to the bound.
    pub(crate) fn last_whole(&self, bound: Bound) -> i64 {
        match (self.exclusive, bound.is_lower()) {
            (false, _) => self.whole,
            (true, true) => self.whole.saturating_add(1),
            (true, false) => self.whole.saturating_sub(1),
        }
    }

    fn of(value: &Value) -> Option<Self> {
        let number = value.as_f64()?;
        let text = value.to_string();
        let whole = whole(&text)?;
        Some(Self {
            text,
            number,
            whole,
            exclusive: false,
        })
    }
}

impl Constraints {
    /// Reads the constraints of a schema, its items and its values.
    pub(super) fn of(schema: &Value) -> Self {
        let written = |key| schema.get(key).map(Value::to_string);
        let bounds = Bound::ALL.into_iter().filter_map(|bound| {
            let limit = schema.get(bound.key()).and_then(Limit::of);
            let Some(exclusion) = bound.exclusion().and_then(|key| schema.get(key)) else {
                return Some((bound, limit?));
            };
            // A boolean next to the bound, or the bound itself, as in later versions of JSON Schema.
            let (limit, exclusive) = match Limit::of(exclusion) {
                Some(limit) => (limit, true),
                None => (limit?, *exclusion == Value::Bool(true)),
            };
            Some((bound, Limit { exclusive, ..limit }))
        });
        let listed = schema.get("enum").and_then(Value::as_array);
        let values = listed.filter(|values| !values.iter().any(Value::is_string));
        let inner = ["items", "additionalProperties"]
            .into_iter()
            .find_map(|key| {
                let inner = schema.get(key).filter(|inner| inner.is_object())?;
                Some((key, Box::new(Self::of(inner))))
            });
        Self {
            nullable: flag(schema, "nullable"),
            format: written("format"),
            pattern: written("pattern"),
            default: written("default"),
            bounds: bounds.collect(),
            values: values.into_iter().flatten().map(Value::to_string).collect(),
            inner,
            alias: string(schema, ALIAS).map(str::to_owned),
        }
    }
}
