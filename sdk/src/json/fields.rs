//! Reading of a few fields of a body.
//!
//! Invariant: skipped values take no memory, so they do not count as elements.
use super::decoded::{Decoded, FromJson};
use super::field::Key;
use super::text::with_text;
use serde::Serialize;
use serde::de::{
    DeserializeOwned, Deserializer as _, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// Decodes the wanted fields of a JSON object. Another JSON value has no fields.
pub(crate) fn fields<T: DeserializeOwned>(
    body: &[u8],
    is_wanted: &dyn Fn(&str) -> bool,
) -> serde_json::Result<BTreeMap<String, T>> {
    let mut fields = BTreeMap::new();
    with_text(body, &mut |deserializer| {
        let value = PhantomData;
        fields = deserializer.deserialize_any(Fields { is_wanted, value })?;
        Ok(())
    })?;
    Ok(fields)
}

/// Returns true if a body is an object whose field of this name is a list.
pub(crate) fn has_list(body: &[u8], field: &str) -> serde_json::Result<bool> {
    let fields = fields::<Decoded<Skipped>>(body, &|name| name == field)?;
    Ok(matches!(fields.get(field), Some(Decoded::Valid(Skipped))))
}

/// A list whose items are skipped.
#[derive(Serialize)]
struct Skipped;

impl FromJson for Skipped {
    fn of_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Decoded<Self>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Decoded::Valid(Self))
    }

    fn of_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Decoded<Self>, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Decoded::Invalid(Value::Null))
    }
}

struct Fields<'f, T> {
    is_wanted: &'f dyn Fn(&str) -> bool,
    value: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Fields<'_, T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        self.visit_unit()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some(Key(name)) = entries.next_key()? {
            if (self.is_wanted)(&name) {
                fields.insert(name.into_owned(), entries.next_value()?);
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::{fields, has_list};
    use serde_json::Value;

    #[test]
    fn only_an_object_has_fields() {
        let found = |body: &str| fields::<Value>(body.as_bytes(), &|name| name == "a").ok();
        for body in [
            "null",
            "true",
            "-1",
            "1",
            "1.5",
            "\"a\"",
            "[]",
            "[{\"a\":1}, 2]",
        ] {
            assert_eq!(found(body), Some([].into()), "{body}");
            assert_eq!(has_list(body.as_bytes(), "a").ok(), Some(false), "{body}");
        }
        assert_eq!(
            found(r#"{"a":1}"#),
            Some([("a".to_owned(), 1.into())].into())
        );
    }
}
