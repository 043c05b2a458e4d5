//! Selection of the variant of an untagged union.
//!
//! Invariant: a variant matches if the value has its required fields, with their constant values, and can be decoded as
//! the variant. Of the matching variants, the one with the least [looseness](FromJson::looseness) is selected, then the
//! one with the most required fields, then the first one of the document.

use super::decoded::{FromJson, valid};
use serde_json::Value;

/// A required field of a variant: its name, and its constant values, if it has any.
pub(crate) type Required = (&'static str, &'static [&'static str]);

/// The looseness of a type that describes any value.
pub(crate) const ANYTHING: u32 = 1 << 16;

/// The best match so far, of the variants offered.
pub struct Best<U> {
    found: Option<(u32, usize, U)>,
}

impl<U> Default for Best<U> {
    fn default() -> Self {
        Self { found: None }
    }
}

impl<U> Best<U> {
    /// Decodes the value as a variant, and selects it if it matches better than the previous ones.
    pub fn offer<T: FromJson>(&mut self, value: &Value, required: &[Required], member: fn(T) -> U) {
        let (least, most) = match &self.found {
            Some((loose, required, _)) => (*loose, *required),
            None => (u32::MAX, 0),
        };
        if (least == 0 && required.len() <= most)
            || !required.iter().all(|required| has(value, *required))
        {
            return;
        }
        let Some(read) = valid::<T>(value) else {
            return;
        };
        if let Some(loose) = read.looseness()
            && (loose < least || (loose == least && required.len() > most))
        {
            self.found = Some((loose, required.len(), member(read)));
        }
    }

    /// Returns the best match.
    pub fn take(self) -> Option<U> {
        self.found.map(|(_, _, member)| member)
    }
}

/// Returns true if an object has the field, with one of the constant values if there are any.
fn has(value: &Value, (name, constants): Required) -> bool {
    value.get(name).is_some_and(|value| {
        let constant = |text| constants.contains(&text);
        constants.is_empty() || value.as_str().is_some_and(constant)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, unreachable_pub)]
mod tests {
    use crate::extra::Extra;
    use crate::json::{open_enum, record, untagged_union};
    use crate::{Nullable, Timestamp};
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, Default, PartialEq)]
    struct P {
        p: Option<String>,
        note: Option<String>,
        extra: Extra,
    }
    record!(P {
        p: "p",
        note: "note"
    });

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Q {
        q: Option<String>,
        note: Option<String>,
        extra: Extra,
    }
    record!(Q {
        q: "q",
        note: "note"
    });

    #[derive(Clone, Debug, Default, PartialEq)]
    struct R {
        p: Option<String>,
        note: Option<String>,
        extra: Extra,
    }
    record!(R {
        p: "p",
        note: "note"
    });

    #[derive(Clone, Debug, PartialEq)]
    enum Rising {
        P(P),
        R(R),
        Unknown(Value),
    }
    untagged_union!(Rising { P(P) where ["p"], R(R) where ["p", "note"] });

    #[derive(Clone, Debug, PartialEq)]
    enum Falling {
        R(R),
        P(P),
        Unknown(Value),
    }
    untagged_union!(Falling { R(R) where ["p", "note"], P(P) where ["p"] });

    #[test]
    fn of_equal_matches_the_variant_with_most_required_fields_is_selected() {
        let value = json!({ "p": "a", "note": "b" });
        let rising: Rising = serde_json::from_value(value.clone()).unwrap();
        assert!(matches!(rising, Rising::R(_)), "{rising:?}");
        let falling: Falling = serde_json::from_value(value).unwrap();
        assert!(matches!(falling, Falling::R(_)), "{falling:?}");
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Told {
        P(P),
        Q(Q),
        Unknown(Value),
    }
    untagged_union!(Told { P(P) where ["p"], Q(Q) where ["q"] });

    #[derive(Clone, Debug, PartialEq)]
    enum Loose {
        P(P),
        Q(Q),
        Unknown(Value),
    }
    untagged_union!(Loose { P(P), Q(Q) });

    #[derive(Clone, Debug, PartialEq)]
    enum Tagged {
        P(P),
        Q(Q),
        Unknown(Value),
    }
    untagged_union!(Tagged { P(P) where ["note" = "p" | "pp"], Q(Q) where ["note" = "q"] });

    #[derive(Clone, Debug, PartialEq)]
    enum Color {
        Red,
        Unknown(String),
    }
    open_enum!(Color { Red = "red" });

    #[derive(Clone, Debug, PartialEq)]
    enum Scalars {
        Anything(Value),
        Float(f64),
        Text(String),
        Color(Color),
        At(Timestamp),
        Integer(i64),
        Texts(Vec<String>),
        Colors(BTreeMap<String, Color>),
        P(P),
        Unknown(Value),
    }
    untagged_union!(Scalars {
        Anything(Value), Float(f64), Text(String), Color(Color), At(Timestamp), Integer(i64), Texts(Vec<String>),
        Colors(BTreeMap<String, Color>), P(P),
    });

    #[derive(Clone, Debug, PartialEq)]
    enum Nested {
        Told(Told),
        Number(Nullable<i64>),
        Unknown(Value),
    }
    untagged_union!(Nested { Told(Told), Number(Nullable<i64>) });

    fn p(text: &str) -> P {
        P {
            p: Some(text.to_owned()),
            ..P::default()
        }
    }

    fn q(text: &str) -> Q {
        Q {
            q: Some(text.to_owned()),
            ..Q::default()
        }
    }

    #[test]
    fn variants_are_selected_by_their_required_fields() {
        assert_eq!(Told::from(json!({"q": "x"})), Told::Q(q("x")));
        assert_eq!(Told::from(json!({"p": "x"})), Told::P(p("x")));
        // Of two equal matches, the first is selected.
        let both = json!({"p": "x", "q": "y"});
        assert!(matches!(Told::from(both), Told::P(_)));
    }

    #[test]
    fn value_that_matches_no_variant_is_unknown_and_written_unchanged() {
        for value in [
            json!({}),
            json!({"r": 1}),
            json!(7),
            json!("p"),
            json!(["p"]),
        ] {
            let read = Told::from(value.clone());
            assert_eq!(read, Told::Unknown(value.clone()));
            assert_eq!(serde_json::to_value(read).unwrap(), value);
        }
    }

    #[test]
    fn without_required_fields_the_variant_with_most_known_fields_is_selected() {
        assert_eq!(Loose::from(json!({"q": "x"})), Loose::Q(q("x")));
        assert_eq!(Loose::from(json!({"p": "x"})), Loose::P(p("x")));
        assert!(matches!(Loose::from(json!({"note": "x"})), Loose::P(_)));
        // A field that cannot be decoded counts as unknown.
        assert!(matches!(
            Loose::from(json!({"p": 1, "q": "x"})),
            Loose::Q(_)
        ));
    }

    #[test]
    fn constant_of_a_required_field_selects_the_variant() {
        assert!(matches!(Tagged::from(json!({"note": "q"})), Tagged::Q(_)));
        assert!(matches!(Tagged::from(json!({"note": "pp"})), Tagged::P(_)));
        assert!(matches!(
            Tagged::from(json!({"note": "r"})),
            Tagged::Unknown(_)
        ));
        assert!(matches!(
            Tagged::from(json!({"note": 1})),
            Tagged::Unknown(_)
        ));
    }

    #[test]
    fn narrowest_type_of_a_scalar_is_selected_in_any_order() {
        let at = "2025-03-12T00:00:00Z";
        for (value, read) in [
            (json!("red"), Scalars::Color(Color::Red)),
            (json!("blue"), Scalars::Text("blue".to_owned())),
            (json!(at), Scalars::At(at.parse().unwrap())),
            (json!(2), Scalars::Integer(2)),
            (json!(2.5), Scalars::Float(2.5)),
            (json!(["a"]), Scalars::Texts(vec!["a".to_owned()])),
            (json!([1]), Scalars::Anything(json!([1]))),
            (json!(true), Scalars::Anything(json!(true))),
            (
                json!({"a": "red"}),
                Scalars::Colors(BTreeMap::from([("a".to_owned(), Color::Red)])),
            ),
            (json!({"p": "x"}), Scalars::P(p("x"))),
        ] {
            assert_eq!(Scalars::from(value.clone()), read, "{value}");
            assert_eq!(serde_json::to_value(read).unwrap(), value);
        }
    }

    #[test]
    fn nested_union_without_a_matching_variant_is_no_match() {
        assert_eq!(
            Nested::from(json!({"q": "x"})),
            Nested::Told(Told::Q(q("x")))
        );
        assert_eq!(Nested::from(json!(7)), Nested::Number(7.into()));
        assert_eq!(Nested::from(json!("x")), Nested::Unknown(json!("x")));
    }
}
