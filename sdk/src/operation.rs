//! What an operation is: a row of static data, its answer, and what it allows.
//!
//! Must never send anything: rows and traits only, behaviour is the runtime's.
use bytes::Bytes;
use serde::Serialize;

use crate::violations::Violations;

/// One operation of the API, as a row of static data.
#[derive(Debug)]
pub struct Operation {
    /// The name in the public documentation, for example `createBackupExport`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: http::Method,
    /// The path with `{name}` for each parameter, from the origin's root.
    pub path: &'static str,
    /// The dated media type asked for in `Accept`.
    pub accept: &'static str,
    /// The dated media type of the request body; `None` for an operation without one.
    pub content_type: Option<&'static str>,
    /// The documented success statuses. Any other 2xx is taken as success too: the service does
    /// answer 201 where 200 is documented.
    pub success: &'static [u16],
    /// Whether sending it twice has the effect of sending it once.
    pub idempotent: bool,
    /// The project or organization roles that may call it.
    pub roles: &'static [&'static str],
}

/// An operation together with the type of its answer.
pub trait Endpoint: Send + Sync + 'static {
    /// What a successful answer decodes into.
    type Output: Answer;
    /// The operation's row.
    const OPERATION: &'static Operation;
}

/// The body of a successful answer.
pub trait Answer: Sized + Send + 'static {
    /// Reads the body.
    ///
    /// # Errors
    /// When the body is not of this shape.
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error>;

    /// Reads a body that is shared, which an answer of bytes takes without a copy.
    ///
    /// # Errors
    /// As [`Answer::decode`].
    fn decode_bytes(body: Bytes) -> Result<Self, serde_json::Error> {
        Self::decode(&body)
    }
}

/// An answer that is no JSON, and can be taken as it arrives: see [`Call::stream`](crate::Call::stream).
#[diagnostic::on_unimplemented(
    message = "a response of `{Self}` cannot be streamed",
    note = "await its call: JSON is decoded as a whole"
)]
pub trait Streamable: Answer {}

/// The answer of an operation that tells nothing beyond its status; whatever body came is ignored.
impl Answer for () {
    fn decode(_body: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(())
    }
}

/// A request body, which knows its own rules.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no request body",
    note = "a call was not awaited, or a response is passed where the operation takes a `…Request`"
)]
pub trait Request: Serialize {
    /// Notes every rule that the body breaks. A body with violations is never sent.
    ///
    /// By default a body has no rules beyond its types.
    fn check(&self, _violations: &mut Violations) {}
}

/// An operation with the `envelope` query parameter.
pub trait Enveloped: Endpoint {}

/// An operation with the `pretty` query parameter.
pub trait Pretty: Endpoint {}

/// An operation with the `includeCount` query parameter.
pub trait Counted: Endpoint {}

/// An operation that answers in pages.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no pages",
    note = "await its call: the response has all there is"
)]
pub trait Paged: Endpoint {
    /// One element of the list.
    type Item: Send + 'static;
    /// The largest page the service gives.
    const MAX_ITEMS_PER_PAGE: u32;
    /// Takes the elements out of a page.
    fn items(page: Self::Output) -> Vec<Self::Item>;
    /// The address of the link whose relation is `next`, absent on the last page.
    fn next(page: &Self::Output) -> Option<String>;
}
