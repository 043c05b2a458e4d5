//! What the document says of values beyond their type: bounds, patterns, formats, defaults.

use crate::document::{ALIAS, flag, string};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the document says of values beyond their type, and of the values inside those.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Constraints {
    pub(crate) nullable: bool,
    /// As JSON, as the two below.
    pub(crate) format: Option<String>,
    pub(crate) pattern: Option<String>,
    pub(crate) default: Option<String>,
    pub(crate) bounds: BTreeMap<Bound, Limit>,
    /// The values a number or flag may have, as JSON; those of text are an enum's.
    pub(crate) values: Vec<String>,
    /// Of the items of a list or the values of a map, and the key these are under.
    pub(crate) inner: Option<(&'static str, Box<Constraints>)>,
    /// The pointer to the component that says all this, where the schema was a reference to one that is no type.
    pub(crate) alias: Option<String>,
}

/// A bound of values, as the document calls it.
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

/// A number of the document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    /// As JSON.
    pub(crate) text: String,
    pub(crate) number: f64,
    /// The same as an integer.
    pub(crate) whole: i64,
    /// Whether the number itself is no value.
    pub(crate) exclusive: bool,
}

impl Bound {
    /// Every bound.
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

    /// The keyword.
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

    /// The keyword that takes the bound itself out of what is allowed.
    fn exclusion(self) -> Option<&'static str> {
        match self {
            Self::Minimum => Some("exclusiveMinimum"),
            Self::Maximum => Some("exclusiveMaximum"),
            _ => None,
        }
    }

    /// Whether it bounds from below.
    pub(crate) fn is_lower(self) -> bool {
        matches!(
            self,
            Self::MinLength | Self::MinItems | Self::Minimum | Self::MinProperties
        )
    }
}

/// A number of the document as an integer. Documents write some as floats: `1.1991456e+09`.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn whole(number: &str) -> Option<i64> {
    let float = || number.parse::<f64>().ok().map(|number| number as i64);
    number.parse().ok().or_else(float)
}

impl Limit {
    /// The last integer that is allowed.
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
    /// Reads what a schema says, and what the schemas of its items or values do.
    pub(super) fn of(schema: &Value) -> Self {
        let written = |key| schema.get(key).map(Value::to_string);
        let bounds = Bound::ALL.into_iter().filter_map(|bound| {
            let limit = schema.get(bound.key()).and_then(Limit::of);
            let Some(exclusion) = bound.exclusion().and_then(|key| schema.get(key)) else {
                return Some((bound, limit?));
            };
            // A flag beside the bound or, as later versions of JSON Schema have it, the bound itself.
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
