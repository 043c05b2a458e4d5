//! A successful response before decoding.
//!
//! Invariant: each decoding is limited in the number of JSON elements.
use bytes::Bytes;
use serde::de::Error as _;
use serde_json::Value;

use crate::error::Error;
use crate::json;
use crate::operation::{Endpoint, Operation, ResponseBody as _};
use crate::response::Response;

/// A successful response whose body is not decoded yet.
pub(crate) struct Success {
    pub(crate) answer: http::Response<Bytes>,
    pub(crate) attempts: u32,
    /// Maximum number of JSON elements of the body.
    pub(crate) max_elements: usize,
}

impl Success {
    /// Decodes the body as arbitrary JSON.
    pub(crate) fn json(&self, operation: &'static Operation) -> Result<Value, Error> {
        let value = json::counted(self.max_elements, || json::value(self.answer.body()));
        value.map_err(|cause| self.unreadable(operation, &cause))
    }

    /// Returns an error unless this field of the body is a list.
    pub(crate) fn has_list(&self, operation: &'static Operation, field: &str) -> Result<(), Error> {
        if self
            .json(operation)?
            .get(field)
            .is_some_and(Value::is_array)
        {
            return Ok(());
        }
        let cause = serde_json::Error::custom(format_args!("it has no list `{field}`"));
        Err(self.unreadable(operation, &cause))
    }

    /// Decodes the body.
    pub(crate) fn decode<E: Endpoint>(self) -> Result<Response<E::Output>, Error> {
        let output = self.output::<E>()?;
        Ok(Response::new(self.answer, output))
    }

    /// Returns the response unchanged if its body can be decoded.
    pub(crate) fn readable<E: Endpoint>(self) -> Result<Self, Error> {
        self.output::<E>()?;
        Ok(self)
    }

    fn output<E: Endpoint>(&self) -> Result<E::Output, Error> {
        let body = self.answer.body().clone();
        let output = json::counted(self.max_elements, || E::Output::decode_bytes(body));
        output.map_err(|cause| self.unreadable(E::OPERATION, &cause))
    }

    fn unreadable(&self, operation: &'static Operation, cause: &serde_json::Error) -> Error {
        Error::decode(operation, self.answer.clone(), cause).after(self.attempts)
    }
}
