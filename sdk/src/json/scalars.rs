//! Decoding of scalars, timestamps, lists, maps, boxes and any JSON value.

use super::count::count;
use super::decoded::{Decoded, FromJson, NUMBER, list, spelled_number};
use super::field::unknown_field;
use super::member::ANYTHING;
use super::seconds;
use crate::Timestamp;
use serde::de::{MapAccess, SeqAccess};
use serde::{Serialize as _, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;

impl FromJson for bool {
    #[inline]
    fn of_bool(value: bool) -> Decoded<Self> {
        Decoded::Valid(value)
    }
}

impl FromJson for i64 {
    #[inline]
    fn of_integer(value: i64) -> Decoded<Self> {
        Decoded::Valid(value)
    }

    /// Accepts whole numbers, because some services write `1.0`.
    #[inline]
    fn of_float(value: f64) -> Decoded<Self> {
        // 2^53: beyond it, a float cannot represent every integer.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() <= EXACT {
            #[allow(clippy::cast_possible_truncation)]
            return Decoded::Valid(value as i64);
        }
        Decoded::Invalid(value.into())
    }
}

impl FromJson for f64 {
    /// A whole number matches an integer type better.
    fn looseness(&self) -> Option<u32> {
        Some(u32::from(self.fract() == 0.0))
    }

    #[inline]
    fn of_integer(value: i64) -> Decoded<Self> {
        #[allow(clippy::cast_precision_loss)]
        Decoded::Valid(value as f64)
    }

    #[inline]
    fn of_unsigned(value: u64) -> Decoded<Self> {
        #[allow(clippy::cast_precision_loss)]
        Decoded::Valid(value as f64)
    }

    #[inline]
    fn of_float(value: f64) -> Decoded<Self> {
        Decoded::Valid(value)
    }
}

impl FromJson for String {
    /// An enum or another string type matches better if it knows the value.
    fn looseness(&self) -> Option<u32> {
        Some(1)
    }

    #[inline]
    fn of_str(value: &str) -> Decoded<Self> {
        Decoded::Valid(value.to_owned())
    }
}

impl FromJson for Timestamp {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = seconds::Text::default();
        match seconds::write(*self, &mut text) {
            Some(text) => serializer.serialize_str(text),
            None => self.serialize(serializer),
        }
    }

    #[inline]
    fn of_str(value: &str) -> Decoded<Self> {
        let read = seconds::read(value).or_else(|| value.parse().ok());
        read.map_or_else(|| Decoded::Invalid(value.into()), Decoded::Valid)
    }
}

impl FromJson for Value {
    fn looseness(&self) -> Option<u32> {
        Some(ANYTHING)
    }

    #[inline]
    fn of_bool(value: bool) -> Decoded<Self> {
        Decoded::Valid(value.into())
    }

    #[inline]
    fn of_integer(value: i64) -> Decoded<Self> {
        Decoded::Valid(value.into())
    }

    #[inline]
    fn of_unsigned(value: u64) -> Decoded<Self> {
        Decoded::Valid(value.into())
    }

    #[inline]
    fn of_float(value: f64) -> Decoded<Self> {
        Decoded::Valid(value.into())
    }

    #[inline]
    fn of_str(value: &str) -> Decoded<Self> {
        Decoded::Valid(value.into())
    }

    fn of_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Decoded<Self>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Decoded<Self>>()? {
            count()?;
            list.push(item.into_value());
        }
        Ok(Decoded::Valid(Self::Array(list)))
    }

    fn of_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Decoded<Self>, A::Error> {
        let mut map = serde_json::Map::new();
        while let Some(name) = entries.next_key()? {
            map.insert(name, unknown_field(&mut entries)?);
        }
        let number = spelled_number(&map).map(Self::Number);
        Ok(Decoded::Valid(number.unwrap_or(Self::Object(map))))
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn looseness(&self) -> Option<u32> {
        Some(sum(self))
    }

    fn of_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Decoded<Self>, A::Error> {
        list(items)
    }
}

/// Returns the sum of the looseness of all items. An item that describes nothing of its value counts as [`ANYTHING`].
fn sum<'t, T: FromJson + 't>(items: impl IntoIterator<Item = &'t T>) -> u32 {
    let looseness = items
        .into_iter()
        .map(|item| item.looseness().unwrap_or(ANYTHING));
    looseness.fold(0, u32::saturating_add)
}

impl<T: FromJson> FromJson for Box<T> {
    fn looseness(&self) -> Option<u32> {
        (**self).looseness()
    }

    #[inline]
    fn of_null() -> Decoded<Self> {
        T::of_null().map(Self::new)
    }

    #[inline]
    fn of_bool(value: bool) -> Decoded<Self> {
        T::of_bool(value).map(Self::new)
    }

    #[inline]
    fn of_integer(value: i64) -> Decoded<Self> {
        T::of_integer(value).map(Self::new)
    }

    #[inline]
    fn of_unsigned(value: u64) -> Decoded<Self> {
        T::of_unsigned(value).map(Self::new)
    }

    #[inline]
    fn of_float(value: f64) -> Decoded<Self> {
        T::of_float(value).map(Self::new)
    }

    #[inline]
    fn of_str(value: &str) -> Decoded<Self> {
        T::of_str(value).map(Self::new)
    }

    fn of_seq<'de, A: SeqAccess<'de>>(items: A) -> Result<Decoded<Self>, A::Error> {
        Ok(T::of_seq(items)?.map(Self::new))
    }

    fn of_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Decoded<Self>, A::Error> {
        Ok(T::of_map(entries)?.map(Self::new))
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    /// A map does not describe any name of its entries.
    fn looseness(&self) -> Option<u32> {
        let names = u32::try_from(self.len()).unwrap_or(ANYTHING);
        Some(sum(self.values()).saturating_add(names))
    }

    fn of_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Decoded<Self>, A::Error> {
        let mut map = Self::new();
        let mut odd = serde_json::Map::new();
        while let Some((name, value)) = entries.next_entry::<String, Decoded<T>>()? {
            count()?;
            match value {
                Decoded::Valid(value) => {
                    map.insert(name, value);
                }
                Decoded::Null => {
                    odd.insert(name, Value::Null);
                }
                Decoded::Partial(both) => {
                    odd.insert(name, both.1);
                }
                Decoded::Invalid(value) => {
                    odd.insert(name, value);
                }
            }
        }
        let is_number = map.len() == 1 && map.contains_key(NUMBER);
        if odd.is_empty() && !is_number {
            return Ok(Decoded::Valid(map));
        }
        for (name, value) in map {
            odd.insert(
                name,
                serde_json::to_value(value).map_err(serde::de::Error::custom)?,
            );
        }
        Ok(Decoded::Invalid(Value::Object(odd)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use crate::extra::Extra;
    use crate::json::decoded::{Decoded, FromJson as _, spelled_number};
    use crate::json::record;

    #[test]
    fn looseness_of_a_list_is_the_sum_of_its_items_and_of_a_map_also_counts_names() {
        assert_eq!(
            (1.5_f64.looseness(), 1.0_f64.looseness()),
            (Some(0), Some(1))
        );
        assert_eq!(Box::new(1.5_f64).looseness(), Some(0));
        assert_eq!(Box::new(1.0_f64).looseness(), Some(1));
        assert_eq!(vec![1.5_f64].looseness(), Some(0));
        assert_eq!(vec![1.0_f64, 1.5, 2.0].looseness(), Some(2));
        let map = |values: &[f64]| -> BTreeMap<String, f64> {
            let named = values.iter().enumerate();
            named
                .map(|(name, value)| (name.to_string(), *value))
                .collect()
        };
        assert_eq!(map(&[]).looseness(), Some(0));
        assert_eq!(map(&[1.5, 1.0]).looseness(), Some(3));
    }

    #[test]
    fn object_of_the_number_entry_alone_is_a_number() {
        let read = |value: serde_json::Value| value.as_object().and_then(spelled_number);
        let entry = "$serde_json::private::Number";
        assert_eq!(
            read(json!({ entry: "1.5" })),
            json!(1.5).as_number().cloned()
        );
        assert_eq!(read(json!({ entry: "1.5", "a": 1 })), None);
        assert_eq!(read(json!({ "a": "1.5" })), None);
        assert_eq!(read(json!({})), None);
    }

    #[test]
    fn objects_that_represent_numbers_are_decoded_as_numbers() {
        let entry = |text: &str| format!(r#"{{"$serde_json::private::Number":"{text}"}}"#);
        let float = |text: &str| serde_json::from_str::<Decoded<f64>>(&entry(text)).ok();
        assert_eq!(float("1.5"), Some(Decoded::Valid(1.5)));
        assert_eq!(float("-3"), Some(Decoded::Valid(-3.0)));
        let integer = |text: &str| serde_json::from_str::<Decoded<i64>>(&entry(text)).ok();
        assert_eq!(integer("7"), Some(Decoded::Valid(7)));
        assert_eq!(integer("1.5"), Some(Decoded::Invalid(json!(1.5))));
        let large = Decoded::Invalid(json!(u64::MAX));
        assert_eq!(integer("18446744073709551615"), Some(large));
        // Neither a record nor a map has the entry of a number.
        let record: Option<Decoded<Table>> = serde_json::from_str(&entry("1.5")).ok();
        assert_eq!(record, Some(Decoded::Invalid(json!(1.5))));
        let map: Option<Decoded<BTreeMap<String, String>>> =
            serde_json::from_str(&entry("1.5")).ok();
        assert_eq!(map, Some(Decoded::Invalid(json!(1.5))));
        // An object with other entries is no number.
        let two = r#"{"$serde_json::private::Number":"1.5","a":1}"#;
        let record: Option<Decoded<Table>> = serde_json::from_str(two).ok();
        assert!(matches!(
            record,
            Some(Decoded::Valid(Table { rows: None, .. }))
        ));
    }

    #[test]
    fn each_list_of_a_list_loses_only_its_invalid_items() {
        let text = r#"[[1, "a"], [2, "b"], [3], "c"]"#;
        let decoded: Option<Decoded<Vec<Vec<i64>>>> = serde_json::from_str(text).ok();
        let Some(Decoded::Partial(both)) = decoded else {
            unreachable!("a part of it is valid");
        };
        assert_eq!(both.0, [vec![1], vec![2], vec![3]]);
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Table {
        rows: Option<Vec<Vec<i64>>>,
        extra: Extra,
    }
    record!(Table { rows: "rows" });

    #[test]
    fn list_of_lists_with_an_unreadable_item_is_written_unchanged() {
        let text = r#"{"rows":[[1],[2,"x"],[3]]}"#;
        let table: Table = serde_json::from_str(text).unwrap();
        assert_eq!(table.rows, Some(vec![vec![1], vec![2], vec![3]]));
        assert_eq!(serde_json::to_string(&table).unwrap(), text);
    }
}
