//! A call being put together: path, query and body of one operation.
//!
//! Must never panic or send on a wrong value: what is wrong is kept and told when the call is sent.
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;

use crate::byte_stream::{ByteStream, Streamed};
use crate::client::Client;
use crate::content::RequestContent;
use crate::draft::Draft;
use crate::error::Error;
use crate::operation::{
    Counted, Endpoint, Enveloped, Operation, Paged, Pretty, Request, Streamable,
};
use crate::parameter::{self, ParameterStyle, Tree, encoded};
use crate::response::Response;
use crate::retry::{ExponentialBackoff, RetryPolicy};

/// A request of `E`, ready to be awaited.
///
/// Awaiting gives the decoded body. [`Call::send`] gives the [`Response`] around it.
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct Call<E: Endpoint> {
    pub(crate) client: Client,
    pub(crate) draft: Draft,
    endpoint: PhantomData<fn() -> E>,
}

impl<E: Endpoint> Call<E> {
    /// Starts a call of `E`. The generated operation methods are the usual way in.
    pub fn new(client: &impl AsRef<Client>) -> Self {
        let draft = Draft::new(E::OPERATION);
        Self {
            client: client.as_ref().clone(),
            draft,
            endpoint: PhantomData,
        }
    }

    /// Copies the call.
    #[allow(dead_code, reason = "standalone crates have no `CreateAndWait`")]
    pub(crate) fn copied(&self) -> Self {
        Self {
            client: self.client.clone(),
            draft: self.draft.clone(),
            endpoint: PhantomData,
        }
    }

    /// Fills `{name}` of the path. The value becomes exactly one segment: it is percent-encoded,
    /// and an empty one, `.` and `..` are refused when the call is sent.
    pub fn path(mut self, name: &'static str, value: &(impl Display + ?Sized)) -> Self {
        self.draft.fill(name, encoded(value.to_string()));
        self
    }

    /// Sets a query parameter, percent-encoded.
    pub fn query(mut self, name: &'static str, value: &(impl Display + ?Sized)) -> Self {
        self.draft.set(name, format_args!("{value}"));
        self
    }

    /// Sets a query parameter that is a list: one `name=value` for each item or, with a separator (percent-encoded
    /// already), one value with all of them. An empty list is not sent.
    pub fn query_list<T: Display>(
        mut self,
        name: &'static str,
        values: &[T],
        separator: Option<&'static str>,
    ) -> Self {
        self.draft
            .set_list(name, values.iter().map(T::to_string), separator);
        self
    }

    /// Fills `{name}` of the path with a value that may be a list or an object. It becomes exactly one segment: one that
    /// would be empty, `.` or `..` is refused when the call is sent.
    pub fn path_styled(
        mut self,
        name: &'static str,
        style: ParameterStyle,
        value: &(impl Serialize + ?Sized),
    ) -> Self {
        if let Some(value) = self.draft.read(name, value) {
            let segment = parameter::segment(style, name, &value);
            self.draft.fill(name, segment);
        }
        self
    }

    /// Sets a query parameter that may be a list or an object; nothing is sent of `null` and of what is empty.
    pub fn query_styled(
        mut self,
        name: &'static str,
        style: ParameterStyle,
        value: &(impl Serialize + ?Sized),
    ) -> Self {
        if let Some(value) = self.draft.read(name, value) {
            let pairs = parameter::pairs(style, name, &value);
            self.draft.replace(name, pairs);
        }
        self
    }

    /// Sets a header that may be a list or an object; nothing is sent of `null` and of what is empty. A value with control
    /// characters is refused when the call is sent.
    pub fn header_styled(
        mut self,
        name: &'static str,
        style: ParameterStyle,
        value: &(impl Serialize + ?Sized),
    ) -> Self {
        let value = self.draft.read(name, value);
        match value.and_then(|value| parameter::header(style, &value)) {
            Some(text) => self.header(name, &text),
            None => self,
        }
    }

    /// Sets a header, in place of the value it had. A value with control characters is refused when the call is sent.
    pub fn header(mut self, name: &'static str, value: &(impl Display + ?Sized)) -> Self {
        match HeaderValue::try_from(value.to_string()) {
            Ok(value) => {
                self.draft.headers.retain(|(held, _)| *held != name);
                self.draft.headers.push((name, value));
            }
            Err(_) => self
                .draft
                .violations
                .push(name, "must not have control characters"),
        }
        self
    }

    /// Checks the body and sets it.
    pub fn body(mut self, body: &(impl Request + ?Sized)) -> Self {
        body.check(&mut self.draft.violations);
        match serde_json::to_vec(body) {
            Ok(json) => self.draft.body = Some(json.into()),
            // The cause may quote the value, which may be secret.
            Err(_) => self.draft.violations.push("", "cannot be written as JSON"),
        }
        self
    }

    /// Checks and sets the body of an operation that can do without one.
    pub fn optional_body(self, body: Option<&(impl Request + ?Sized)>) -> Self {
        match body {
            Some(body) => self.body(body),
            None => self,
        }
    }

    /// Checks the body, an object, and sets it as a form (`application/x-www-form-urlencoded`). The table has the fields whose
    /// style is not `form`, exploded.
    pub fn form_body(
        mut self,
        body: &(impl Request + ?Sized),
        styles: &'static [(&'static str, ParameterStyle)],
    ) -> Self {
        body.check(&mut self.draft.violations);
        match Tree::of(body) {
            Ok(Tree::Object(fields)) => {
                self.draft.body = Some(parameter::form(&fields, styles).into());
            }
            _ => self
                .draft
                .violations
                .push("", "cannot be written as a form"),
        }
        self
    }

    /// Checks and sets the form of an operation that can do without one.
    pub fn optional_form_body(
        self,
        body: Option<&(impl Request + ?Sized)>,
        styles: &'static [(&'static str, ParameterStyle)],
    ) -> Self {
        match body {
            Some(body) => self.form_body(body, styles),
            None => self,
        }
    }

    /// Sets a body that is no JSON: text, bytes, or a stream of them.
    pub fn content(mut self, content: impl Into<RequestContent>) -> Self {
        // A stream goes beside an empty body.
        let (body, upload) = match content.into() {
            RequestContent::Whole(bytes) => (bytes, None),
            RequestContent::Streamed(upload) => (Bytes::new(), Some(upload)),
        };
        self.draft.body = Some(body);
        self.draft.upload = upload;
        self
    }

    /// Sets the body, which is no JSON, of an operation that can do without one.
    pub fn optional_content(self, content: Option<impl Into<RequestContent>>) -> Self {
        match content {
            Some(content) => self.content(content),
            None => self,
        }
    }

    /// Asks for the answer wrapped together with its status, for callers that cannot see the HTTP
    /// status. The SDK unwraps it: outputs and errors are the same as without.
    pub fn envelope(mut self, envelope: bool) -> Self
    where
        E: Enveloped,
    {
        self.draft.envelope = envelope;
        self.draft.set("envelope", format_args!("{envelope}"));
        self
    }

    /// Asks for indented JSON.
    pub fn pretty(mut self, pretty: bool) -> Self
    where
        E: Pretty,
    {
        self.draft.set("pretty", format_args!("{pretty}"));
        self
    }

    /// Whether the answer counts all elements of the list. The count is an estimate.
    pub fn include_count(mut self, include: bool) -> Self
    where
        E: Counted,
    {
        self.draft.set("includeCount", format_args!("{include}"));
        self
    }

    /// Which page, counted from 1.
    pub fn page_num(mut self, page: u32) -> Self
    where
        E: Paged,
    {
        if page == 0 {
            self.draft.violations.push("pageNum", "must be at least 1");
        }
        self.draft.set("pageNum", format_args!("{page}"));
        self
    }

    /// How many elements a page holds, from 1 to [`Paged::MAX_ITEMS_PER_PAGE`].
    pub fn items_per_page(mut self, items: u32) -> Self
    where
        E: Paged,
    {
        if !(1..=E::MAX_ITEMS_PER_PAGE).contains(&items) {
            let rule = format!("must be from 1 to {}", E::MAX_ITEMS_PER_PAGE);
            self.draft.violations.push("itemsPerPage", rule);
        }
        self.draft.set("itemsPerPage", format_args!("{items}"));
        self
    }

    /// Decides about attempts of this call after the first, instead of the client's policy.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.draft.retry = Some(Arc::new(policy));
        self
    }

    /// One attempt only.
    pub fn no_retry(self) -> Self {
        self.retry(ExponentialBackoff::default().max_attempts(1))
    }

    /// How long this call may take in all, with every attempt and every wait between them, instead of the client's
    /// [`operation_timeout`](crate::ClientBuilder::operation_timeout). Of a list's [`Call::items`], each page.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.draft.timeout = Some(timeout);
        self
    }

    /// Sends the call and decodes its answer.
    ///
    /// # Errors
    /// [`Error`] with the kind that [`ErrorKind`](crate::ErrorKind) describes; nothing was sent if
    /// the kind is `InvalidRequest`.
    pub async fn send(self) -> Result<Response<E::Output>, Error> {
        self.client.execute(self.draft).await?.decode::<E>()
    }
}

impl<E: Endpoint<Output: Streamable>> Call<E> {
    /// Sends the call and gives the body as it arrives, for answers that are larger than memory. Failures until then are
    /// retried and judged as those of [`Call::send`]; what breaks off the body is the stream's last item. An answer
    /// without a body is an empty stream.
    ///
    /// ```
    /// # use atlas_backup::{Call, Endpoint, Streamable};
    /// # async fn example<E: Endpoint<Output: Streamable>>(call: Call<E>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// let mut body = call.stream().await?.into_body();
    /// let mut size = 0;
    /// while let Some(piece) = body.next().await {
    ///     size += piece?.len();
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Call::send`].
    pub async fn stream(mut self) -> Result<Response<ByteStream>, Error> {
        self.draft.stream = true;
        let mut answer = self.client.execute(self.draft).await?.answer;
        let streamed = answer.extensions_mut().remove::<Streamed>();
        let body = streamed.and_then(|streamed| streamed.take());
        let body = body.unwrap_or_else(|| ByteStream::from(std::mem::take(answer.body_mut())));
        Ok(Response::new(answer, body))
    }
}

impl<E: Endpoint> IntoFuture for Call<E> {
    type Output = Result<E::Output, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await.map(Response::into_body) })
    }
}

impl<E: Endpoint> fmt::Debug for Call<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Operation { id, method, .. } = E::OPERATION;
        f.debug_struct("Call")
            .field("operation", id)
            .field("method", method)
            .finish_non_exhaustive()
    }
}
