//! JSON responses of your own operations, of any type that `serde` can decode.
use serde::de::DeserializeOwned;

use crate::json::decode_json;
use crate::operation::ResponseBody;

/// A JSON response of a type of your own, for an operation that this SDK does not have; see
/// [`Operation::get`](crate::Operation::get).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> ResponseBody for Json<T> {
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error> {
        decode_json(body).map(Self)
    }
}
