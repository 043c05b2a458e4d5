//! An operation: its parameters, bodies, pages and waits, decided.

use super::{Constraints, Origin, Prose, TypeId, TypeRef};
use std::collections::{BTreeMap, BTreeSet};

/// One operation: its row of data and its method.
pub(crate) struct Operation {
    pub(crate) id: String,
    /// What the document calls it.
    pub(crate) operation_id: Option<String>,
    pub(crate) method_name: String,
    pub(crate) marker: String,
    pub(crate) module: String,
    pub(crate) origin: Origin,
    pub(crate) prose: Prose,
    /// The address of its page.
    pub(crate) page: Option<String>,
    /// In capitals.
    pub(crate) http_method: String,
    pub(crate) path: String,
    pub(crate) idempotent: bool,
    pub(crate) roles: Vec<String>,
    /// The ways to authenticate, each of which is enough; `None` where the document names none.
    pub(crate) security: Option<Vec<Requirement>>,
    /// What has to be given, those of the path first.
    pub(crate) arguments: Vec<Parameter>,
    /// What may be left out, by setter.
    pub(crate) optional: Vec<Parameter>,
    /// What the runtime sends by itself.
    pub(crate) runtimes: Vec<Parameter>,
    pub(crate) flags: Vec<Flag>,
    pub(crate) body: Option<RequestBody>,
    pub(crate) responses: Vec<Response>,
    pub(crate) output: Option<Output>,
    pub(crate) paging: Option<Paging>,
    pub(crate) waits: Vec<Wait>,
    /// Whether the document calls it deprecated.
    pub(crate) deprecated: bool,
    /// The day on which the service turns the version in use off.
    pub(crate) sunset: Option<String>,
    /// Whether it is only carried over from the last release, and what replaces it.
    pub(crate) carried_over: Option<CarriedOver>,
    /// What it was called before, and can still be called.
    pub(crate) earlier: Vec<Earlier>,
}

impl Operation {
    /// Every parameter, in the order of the document.
    pub(crate) fn parameters(&self) -> Vec<&Parameter> {
        let mut all: Vec<&Parameter> = self
            .arguments
            .iter()
            .chain(&self.optional)
            .chain(&self.runtimes)
            .collect();
        all.sort_by_key(|parameter| parameter.index);
        all
    }

    /// The statuses of one class, as the document writes them.
    pub(crate) fn statuses(&self, success: bool) -> impl Iterator<Item = &str> {
        let wanted = self
            .responses
            .iter()
            .filter(move |response| response.is_success == success);
        wanted.map(|response| response.status.as_str())
    }

    /// The media type that is asked for.
    pub(crate) fn accept(&self) -> &str {
        let mut successes = self.responses.iter().filter(|response| response.is_success);
        let media = successes.find_map(|response| response.media_type.as_deref());
        media.unwrap_or("application/json")
    }
}

/// One way to authenticate: what is needed together, each by the kind of its scheme, with its scopes.
pub(crate) type Requirement = BTreeMap<String, BTreeSet<String>>;

/// An operation that the document has no more.
pub(crate) struct CarriedOver {
    /// The operation to call instead.
    pub(crate) successor: Option<String>,
}

/// An earlier name of an operation.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) id: String,
    pub(crate) method_name: String,
    pub(crate) marker: String,
}

/// A body that is sent.
pub(crate) struct RequestBody {
    pub(crate) media_type: String,
    pub(crate) format: BodyFormat,
    /// The type of a body that is JSON or a form.
    pub(crate) value: Option<TypeRef>,
    pub(crate) constraints: Constraints,
    pub(crate) required: bool,
}

/// How a body is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BodyFormat {
    Json,
    /// `application/x-www-form-urlencoded`, with the fields whose style is not the usual one.
    Form(Vec<(String, Style)>),
    /// Text or bytes, as the caller gives them.
    Content,
}

/// A response by its status.
pub(crate) struct Response {
    pub(crate) status: String,
    pub(crate) is_success: bool,
    /// Of a success: the media type that is read.
    pub(crate) media_type: Option<String>,
    /// The names of the headers that the document describes, in lower case.
    pub(crate) headers: BTreeSet<String>,
    pub(crate) origin: Option<Origin>,
}

/// What a call gives.
pub(crate) struct Output {
    pub(crate) value: TypeRef,
    /// Whether there are successes without a body.
    pub(crate) optional: bool,
    pub(crate) constraints: Constraints,
}

/// Part of the request that a parameter is in.
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

/// How generated code hands a parameter to the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// A scalar that is written as it is displayed.
    Plain,
    /// A list of such scalars in a query, each by itself or with a separator between them.
    List(Option<&'static str>),
    /// By way of its JSON, in its style.
    Styled,
}

/// How a list or an object is written (OpenAPI 3.0, Style Values); `json`, where the document gives a media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) name: String,
    /// Whether each item stands by itself.
    pub(crate) explode: bool,
}

/// A parameter.
pub(crate) struct Parameter {
    pub(crate) location: Location,
    pub(crate) style: Style,
    pub(crate) writing: Writing,
    pub(crate) wire: String,
    /// Unique among arguments, or among setters.
    pub(crate) name: String,
    /// The name that it would have alone.
    pub(crate) own_name: String,
    pub(crate) docs: String,
    pub(crate) prose: Prose,
    pub(crate) origin: Option<Origin>,
    pub(crate) value: TypeRef,
    pub(crate) constraints: Constraints,
    pub(crate) required: bool,
    /// Whether the document calls it deprecated.
    pub(crate) deprecated: bool,
    /// Its place among the operation's parameters.
    pub(crate) index: usize,
}

/// Parameters that every operation of the API may have and the runtime knows how to handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    Enveloped,
    Pretty,
    Counted,
}

/// Where a page keeps its items and links.
pub(crate) struct Paging {
    pub(crate) item: TypeId,
    pub(crate) items: String,
    pub(crate) items_required: bool,
    pub(crate) links: String,
    pub(crate) largest_page: u64,
}

/// What can be waited for by asking an operation again and again.
#[derive(PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) method_name: String,
    pub(crate) summary: String,
    /// The kind of the job in errors, such as `export`.
    pub(crate) kind: Option<String>,
    /// The field of the response with the reason for a failure.
    pub(crate) reason: Option<String>,
    /// None of them: until there is nothing any more.
    pub(crate) endings: Vec<Ending>,
}

/// What a field of the response means for a wait.
#[derive(PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) field: String,
    pub(crate) outcome: Outcome,
    /// None of them: it has a value at all.
    pub(crate) values: Vec<String>,
}

/// What an ending of a wait means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    Failure,
    Cancelled,
    Expired,
    Pending,
}
