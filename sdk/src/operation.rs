//! The description of operations as static data, and the traits of their responses.
//!
//! Data and traits only; the runtime has the behaviour.
use bytes::Bytes;
use serde::Serialize;

use crate::violations::Violations;

/// The description of an API operation.
#[derive(Debug)]
pub struct Operation {
    /// The operation ID of the API's documentation, for example `createBackupExport`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: http::Method,
    /// The absolute path, with `{name}` for each parameter.
    pub path: &'static str,
    /// The dated media type of the `Accept` header.
    pub accept: &'static str,
    /// The dated media type of the request body; `None` for operations without a body.
    pub content_type: Option<&'static str>,
    /// The documented success statuses. Every 2xx is accepted, because the service responds with 201 where 200 is
    /// documented.
    pub success: &'static [u16],
    /// True if repeating the request has no further effect.
    pub idempotent: bool,
    /// The project or organization roles that permit the call.
    pub roles: &'static [&'static str],
}

/// An operation with the type of its response.
pub trait Endpoint: Send + Sync + 'static {
    /// The type of a successful response.
    type Output: Answer;
    /// The description of the operation.
    const OPERATION: &'static Operation;
}

/// The body of a successful response.
pub trait Answer: Sized + Send + 'static {
    /// Decodes the body.
    ///
    /// # Errors
    /// If the body does not have this type.
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error>;

    /// Decodes a shared body; a response of bytes does not copy it.
    ///
    /// # Errors
    /// The errors of [`Answer::decode`].
    fn decode_bytes(body: Bytes) -> Result<Self, serde_json::Error> {
        Self::decode(&body)
    }
}

/// A non-JSON response, which can be streamed by [`Call::stream`](crate::Call::stream).
#[diagnostic::on_unimplemented(
    message = "a response of `{Self}` cannot be streamed",
    note = "await its call: JSON is decoded as a whole"
)]
pub trait Streamable: Answer {}

/// The response of an operation without a response body. A body is ignored.
impl Answer for () {
    fn decode(_body: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(())
    }
}

/// A request body that can validate itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no request body",
    note = "a call was not awaited, or a response is passed where the operation takes a `…Request`"
)]
pub trait Request: Serialize {
    /// Records all violations of the body. A body with violations is not sent.
    ///
    /// By default, there are none.
    fn check(&self, _violations: &mut Violations) {}
}

/// An operation with the `envelope` query parameter.
pub trait Enveloped: Endpoint {}

/// An operation with the `pretty` query parameter.
pub trait Pretty: Endpoint {}

/// An operation with the `includeCount` query parameter.
pub trait Counted: Endpoint {}

/// An operation with a paginated response.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no pages",
    note = "await its call: the response has all there is"
)]
pub trait Paged: Endpoint {
    /// The item of the list.
    type Item: Send + 'static;
    /// The maximum number of items of a page.
    const MAX_ITEMS_PER_PAGE: u32;
    /// Returns the items of a page.
    fn items(page: Self::Output) -> Vec<Self::Item>;
    /// Returns the URL of the link with relation `next`; `None` on the last page.
    fn next(page: &Self::Output) -> Option<String>;
}
