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

impl Operation {
    /// Describes a `GET` operation that this SDK does not have. Its path has `{name}` for each parameter; `accept` is the
    /// dated media type of its response.
    ///
    /// ```
    /// use atlas_backup::{Endpoint, Json, Operation};
    ///
    /// struct GetCluster;
    ///
    /// impl Endpoint for GetCluster {
    ///     type Output = Json<serde_json::Value>;
    ///     const OPERATION: &'static Operation = &Operation::get(
    ///         "getCluster",
    ///         "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}",
    ///         "application/vnd.atlas.2024-08-05+json",
    ///     );
    /// }
    /// ```
    #[must_use]
    pub const fn get(id: &'static str, path: &'static str, accept: &'static str) -> Self {
        Self::new(http::Method::GET, true, id, path, accept)
    }

    /// Describes a `POST` operation, as [`Operation::get`] does. It counts as not idempotent; a request body has the media
    /// type of the response.
    #[must_use]
    pub const fn post(id: &'static str, path: &'static str, accept: &'static str) -> Self {
        Self::new(http::Method::POST, false, id, path, accept)
    }

    /// Describes a `PATCH` operation, as [`Operation::post`] does.
    #[must_use]
    pub const fn patch(id: &'static str, path: &'static str, accept: &'static str) -> Self {
        Self::new(http::Method::PATCH, false, id, path, accept)
    }

    /// Describes a `PUT` operation, as [`Operation::post`] does, but idempotent.
    #[must_use]
    pub const fn put(id: &'static str, path: &'static str, accept: &'static str) -> Self {
        Self::new(http::Method::PUT, true, id, path, accept)
    }

    /// Describes a `DELETE` operation, as [`Operation::post`] does, but idempotent.
    #[must_use]
    pub const fn delete(id: &'static str, path: &'static str, accept: &'static str) -> Self {
        Self::new(http::Method::DELETE, true, id, path, accept)
    }

    const fn new(
        method: http::Method,
        idempotent: bool,
        id: &'static str,
        path: &'static str,
        accept: &'static str,
    ) -> Self {
        Self {
            id,
            method,
            path,
            accept,
            content_type: Some(accept),
            success: &[200],
            idempotent,
            roles: &[],
        }
    }
}

/// An operation with the type of its response.
pub trait Endpoint: Send + Sync + 'static {
    /// The type of a successful response.
    type Output: ResponseBody;
    /// The description of the operation.
    const OPERATION: &'static Operation;
}

/// The body of a successful response.
pub trait ResponseBody: Sized + Send + 'static {
    /// Decodes the body.
    ///
    /// # Errors
    /// If the body does not have this type.
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error>;

    /// Decodes a shared body; a response of bytes does not copy it.
    ///
    /// # Errors
    /// The errors of [`ResponseBody::decode`].
    fn decode_bytes(body: Bytes) -> Result<Self, serde_json::Error> {
        Self::decode(&body)
    }
}

/// A non-JSON response, which can be streamed by [`Call::stream`](crate::Call::stream).
#[diagnostic::on_unimplemented(
    message = "a response of `{Self}` cannot be streamed",
    note = "await its call: JSON is decoded as a whole"
)]
pub trait Streamable: ResponseBody {}

/// The response of an operation without a response body. A body is ignored.
impl ResponseBody for () {
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
///
/// ```compile_fail,E0277
/// # use atlas_backup::{*, v2::*};
/// # fn example(client: &Client, project: &ObjectId, cluster: &ClusterName, export: &ObjectId) {
/// // Getting one export has no pages: "`GetBackupExport` has no pages".
/// let items = client.get_backup_export(project, cluster, export).items();
/// # }
/// ```
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
    /// Returns the URL of the link with relation `next`; `None` on the last page. An empty URL is a link that cannot be
    /// read: the listing ends with an error.
    fn next(page: &Self::Output) -> Option<String>;
}
