//! Bodies that are neither records nor unions: lists, maps, scalars, bytes, and optional bodies.
//!
//! Invariant: a body is decoded as tolerantly as a field of a record. Of a list, all readable items are decoded.

use super::decoded::{Decoded, FromJson};
use super::text::decode_json;
use crate::operation::{Request, ResponseBody, Streamable};
use crate::violations::Violations;
use crate::{ClusterName, ObjectId, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde::de::Error as _;
use serde_json::Value;
use std::collections::BTreeMap;

/// Decodes a body.
fn whole<T: FromJson>(body: &[u8]) -> Result<T, serde_json::Error> {
    let decoded = match decode_json(body)? {
        Decoded::Valid(value) => return Ok(value),
        Decoded::Null => T::absent(),
        Decoded::Partial(both) => Some(both.0),
        Decoded::Invalid(_) => None,
    };
    #[cfg(feature = "contract")]
    super::field::UNREAD.with_borrow_mut(|unread| unread.push(""));
    decoded.ok_or_else(|| serde_json::Error::custom("the body does not match its documented type"))
}

macro_rules! whole_bodies {
    ($([$($item:ident)?] $body:ty),* $(,)?) => {
        $(impl$(<$item: FromJson + Send + 'static>)? ResponseBody for $body {
            #[inline]
            fn decode(body: &[u8]) -> Result<Self, serde_json::Error> {
                whole(body)
            }
        })*
    };
}

whole_bodies!([T] Vec<T>, [T] BTreeMap<String, T>, [] Value, [] String, [] bool, [] i64, [] f64);
whole_bodies!([] ObjectId, [] ClusterName, [] Timestamp);

/// The response of an operation with an optional response body.
impl<T: ResponseBody> ResponseBody for Option<T> {
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error> {
        if body.trim_ascii().is_empty() {
            return Ok(None);
        }
        T::decode(body).map(Some)
    }

    fn decode_bytes(body: Bytes) -> Result<Self, serde_json::Error> {
        if body.trim_ascii().is_empty() {
            return Ok(None);
        }
        T::decode_bytes(body).map(Some)
    }
}

/// A non-JSON response, such as a file, a table or an archive.
impl ResponseBody for Bytes {
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(Self::copy_from_slice(body))
    }

    fn decode_bytes(body: Bytes) -> Result<Self, serde_json::Error> {
        Ok(body)
    }
}

impl Streamable for Bytes {}
impl Streamable for Option<Bytes> {}

impl Request for Value {}
impl Request for ObjectId {}
impl Request for ClusterName {}
impl Request for Timestamp {}
impl Request for str {}
impl Request for String {}
impl Request for bool {}
impl Request for i64 {}
impl Request for f64 {}
impl<T: Serialize> Request for BTreeMap<String, T> {}

impl<T: Request> Request for Box<T> {
    fn check(&self, violations: &mut Violations) {
        (**self).check(violations);
    }
}

impl<T: Request> Request for Vec<T> {
    fn check(&self, violations: &mut Violations) {
        self.as_slice().check(violations);
    }
}

impl<T: Request> Request for [T] {
    fn check(&self, violations: &mut Violations) {
        for (index, item) in self.iter().enumerate() {
            violations.within(&index.to_string(), |violations| item.check(violations));
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde::Serialize;

    use super::{Request, ResponseBody};
    use crate::violations::Violations;

    #[derive(Serialize)]
    struct Wrong;

    impl Request for Wrong {
        fn check(&self, violations: &mut Violations) {
            violations.push("name", "is wrong");
        }
    }

    #[test]
    fn optional_body_is_decoded_if_present() {
        let read = |body: &[u8]| <Option<Bytes> as ResponseBody>::decode(body).ok();
        assert_eq!(read(b" "), Some(None));
        assert_eq!(read(b"a"), Some(Some(Bytes::from_static(b"a"))));
    }

    #[test]
    fn list_body_is_checked_with_the_index_of_each_item() {
        let found = |body: &dyn Fn(&mut Violations)| -> Vec<String> {
            let mut violations = Violations::default();
            body(&mut violations);
            let fields = violations.iter().map(|one| one.field().to_owned());
            fields.collect()
        };
        assert_eq!(found(&|all| Box::new(Wrong).check(all)), ["name"]);
        assert_eq!(
            found(&|all| vec![Wrong, Wrong].check(all)),
            ["0/name", "1/name"]
        );
        assert_eq!(found(&|all| [Wrong].as_slice().check(all)), ["0/name"]);
    }
}
