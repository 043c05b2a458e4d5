//! A successful response before decoding.
//!
//! Invariant: each decoding is limited in the number of JSON elements.
use bytes::Bytes;
use serde::de::Error as _;
use serde_json::Value;

use crate::error::Error;
use crate::json::{self, Decoded};
use crate::operation::{Endpoint, Operation, ResponseBody as _};
use crate::response::Response;

/// The field of a list's body with its elements. A body without it is not a list, and does not show that a resource is absent.
const ELEMENTS: &str = "results";

/// A successful response whose body is not decoded yet.
pub(crate) struct Success {
    pub(crate) answer: http::Response<Bytes>,
    pub(crate) attempts: u32,
    /// Maximum number of JSON elements of the body.
    pub(crate) max_elements: usize,
}

impl Success {
    /// Decodes the wanted fields of the body as arbitrary JSON.
    pub(crate) fn fields(
        &self,
        operation: &'static Operation,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Value, Error> {
        let decode = || json::fields::<Decoded<Value>>(self.answer.body(), is_wanted);
        let fields = json::counted(self.max_elements, decode);
        let fields = fields.map_err(|cause| self.unreadable(operation, &cause))?;
        let fields = fields.into_iter();
        Ok(fields
            .map(|(name, value)| (name, value.into_value()))
            .collect())
    }

    /// Returns an error if the body has no list of elements. It then does not say that there are none.
    pub(crate) fn has_elements(&self, operation: &'static Operation) -> Result<(), Error> {
        let cause = match json::has_list(self.answer.body(), ELEMENTS) {
            Ok(true) => return Ok(()),
            Ok(false) => serde_json::Error::custom(format_args!("it has no list `{ELEMENTS}`")),
            Err(cause) => cause,
        };
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
