//! The model of an operation: parameters, bodies, pages and waits.

use super::{Constraints, Origin, Prose, TypeId, TypeRef};
use std::collections::{BTreeMap, BTreeSet};

/// One operation.
pub(crate) struct Operation {
    pub(crate) id: String,
    /// Its `operationId` in the document.
    pub(crate) operation_id: Option<String>,
    pub(crate) method_name: String,
    pub(crate) marker: String,
    pub(crate) module: String,
    pub(crate) origin: Origin,
    pub(crate) prose: Prose,
    /// URL of its documentation.
    pub(crate) page: Option<String>,
    /// In upper case.
    pub(crate) http_method: String,
    pub(crate) path: String,
    pub(crate) idempotent: bool,
    pub(crate) roles: Vec<String>,
    /// Alternative ways to authenticate; `None` if the document states none.
    pub(crate) security: Option<Vec<Requirement>>,
    /// Required parameters, those of the path first.
    pub(crate) arguments: Vec<Parameter>,
    /// Optional parameters, which have setters.
    pub(crate) optional: Vec<Parameter>,
    /// Name of the trait with the setters, if only a trait can add them.
    pub(crate) setters_trait: String,
    /// Parameters that the runtime sends.
    pub(crate) runtime_parameters: Vec<Parameter>,
    pub(crate) flags: Vec<Flag>,
    pub(crate) body: Option<RequestBody>,
    pub(crate) responses: Vec<Response>,
    pub(crate) output: Option<Output>,
    pub(crate) paging: Option<Paging>,
    pub(crate) waits: Vec<Wait>,
    /// True if the document marks it as deprecated.
    pub(crate) deprecated: bool,
    /// Date on which the service removes the version in use.
    pub(crate) sunset: Option<String>,
    /// Set if only the last release has the operation.
    pub(crate) carried_over: Option<CarriedOver>,
    /// Earlier names, which remain as deprecated aliases.
    pub(crate) earlier: Vec<EarlierName>,
}

impl Operation {
    /// Returns all parameters, in document order.
    pub(crate) fn parameters(&self) -> Vec<&Parameter> {
        let mut all: Vec<&Parameter> = self
            .arguments
            .iter()
            .chain(&self.optional)
            .chain(&self.runtime_parameters)
            .collect();
        all.sort_by_key(|parameter| parameter.index);
        all
    }

    /// Returns the statuses of successes or of errors, as the document writes them.
    pub(crate) fn statuses(&self, success: bool) -> impl Iterator<Item = &str> {
        let wanted = self
            .responses
            .iter()
            .filter(move |response| response.is_success == success);
        wanted.map(|response| response.status.as_str())
    }

    /// Returns the value of the `Accept` header.
    pub(crate) fn accept(&self) -> &str {
        let mut successes = self.responses.iter().filter(|response| response.is_success);
        let media = successes.find_map(|response| response.media_type.as_deref());
        media.unwrap_or("application/json")
    }
}

/// One way to authenticate: the required schemes by type, with their scopes.
pub(crate) type Requirement = BTreeMap<String, BTreeSet<String>>;

/// Marks an operation that the document no longer has.
pub(crate) struct CarriedOver {
    /// The operation to call instead.
    pub(crate) successor: Option<String>,
}

/// An earlier name of an operation.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EarlierName {
    pub(crate) id: String,
    pub(crate) method_name: String,
    pub(crate) marker: String,
}

/// A request body.
pub(crate) struct RequestBody {
    pub(crate) media_type: String,
    pub(crate) format: BodyFormat,
    /// Type of a JSON or form body.
    pub(crate) value: Option<TypeRef>,
    pub(crate) constraints: Constraints,
    pub(crate) required: bool,
}

/// Encoding of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BodyFormat {
    Json,
    /// `application/x-www-form-urlencoded`, with the fields that do not have the default style.
    Form(Vec<(String, Style)>),
    /// Text or bytes that the caller provides.
    Content,
}

/// A response by its status.
pub(crate) struct Response {
    pub(crate) status: String,
    pub(crate) is_success: bool,
    /// Media type of a successful response's body.
    pub(crate) media_type: Option<String>,
    /// Names of the documented headers, in lower case.
    pub(crate) headers: BTreeSet<String>,
    pub(crate) origin: Option<Origin>,
}

/// Result of a call.
pub(crate) struct Output {
    pub(crate) value: TypeRef,
    /// True if some successful responses have no body.
    pub(crate) optional: bool,
    pub(crate) constraints: Constraints,
}

/// The part of a request that contains a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

impl Location {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// The way in which generated code passes a parameter to the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// A scalar, written with `Display`.
    Plain,
    /// A list of scalars in the query: one parameter per item, or one with a separator between the items.
    List(Option<&'static str>),
    /// Any other value, serialized as JSON and then written in its style.
    Styled,
}

/// Serialization style of a list or an object (OpenAPI 3.0, Style Values); `json` if the document gives a media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) name: String,
    /// True if each item is a parameter of its own.
    pub(crate) explode: bool,
}

/// A parameter.
pub(crate) struct Parameter {
    pub(crate) location: Location,
    pub(crate) style: Style,
    pub(crate) writing: Writing,
    pub(crate) wire: String,
    /// Unique among the arguments, or among the setters.
    pub(crate) name: String,
    /// Its name without the number or suffix that makes it unique.
    pub(crate) own_name: String,
    pub(crate) docs: String,
    pub(crate) prose: Prose,
    pub(crate) origin: Option<Origin>,
    pub(crate) value: TypeRef,
    pub(crate) constraints: Constraints,
    pub(crate) required: bool,
    /// True if the document marks it as deprecated.
    pub(crate) deprecated: bool,
    /// Index among the operation's parameters.
    pub(crate) index: usize,
}

/// Common parameters of the API for which the runtime has setters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    Enveloped,
    Pretty,
    Counted,
}

/// Fields of a page that contain its items and links.
pub(crate) struct Paging {
    pub(crate) item: TypeId,
    pub(crate) items: String,
    pub(crate) items_required: bool,
    pub(crate) links: String,
    pub(crate) links_required: bool,
    pub(crate) largest_page: u64,
}

/// A wait: polls an operation until an outcome is reached.
#[derive(PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) method_name: String,
    pub(crate) summary: String,
    /// The kind of the job in errors, such as `export`.
    pub(crate) kind: Option<String>,
    /// The field of the response with the reason for a failure.
    pub(crate) reason: Option<String>,
    /// Empty if the wait ends when the resource no longer exists.
    pub(crate) endings: Vec<Ending>,
}

/// The outcome that certain values of a response field stand for.
#[derive(PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) field: String,
    pub(crate) outcome: Outcome,
    /// Empty if any value counts.
    pub(crate) values: Vec<String>,
}

/// Outcome of a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    Failure,
    Cancelled,
    Expired,
    Pending,
}
