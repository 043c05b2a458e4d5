//! The builder of a call: path, query, headers and body of one operation.
//!
//! Invariant: an invalid value never causes a panic and is never sent; sending the call reports it.
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
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

/// A call of the operation `E`, which is sent when it is awaited.
///
/// Awaiting it returns the decoded body. [`Call::send`] returns the [`Response`] with status and headers.
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct Call<E: Endpoint> {
    pub(crate) client: Client,
    pub(crate) draft: Draft,
    endpoint: PhantomData<fn() -> E>,
}

impl<E: Endpoint> Call<E> {
    /// Creates a call of `E`. The generated methods of [`Client`] create calls with their required parameters.
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

    /// Sets the path parameter `{name}`.
    ///
    /// The value is percent-encoded and becomes exactly one segment. Sending the call fails if the segment is empty,
    /// `.` or `..`.
    pub fn path(mut self, name: &'static str, value: &(impl Display + ?Sized)) -> Self {
        self.draft.fill(name, encoded(value.to_string()));
        self
    }

    /// Sets a query parameter, percent-encoded.
    pub fn query(mut self, name: &'static str, value: &(impl Display + ?Sized)) -> Self {
        self.draft.set(name, format_args!("{value}"));
        self
    }

    /// Sets a query parameter that is a list.
    ///
    /// Without a separator, each item is sent as `name=value`. With a percent-encoded separator, one value has all
    /// items. An empty list is not sent.
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

    /// Sets the path parameter `{name}`, which may be a list or an object.
    ///
    /// The value becomes exactly one segment. Sending the call fails if the segment is empty, `.` or `..`.
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

    /// Sets a query parameter, which may be a list or an object. `null` and empty values are not sent.
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

    /// Sets a header, which may be a list or an object. `null` and empty values are not sent. Sending the call fails if
    /// the value has control characters.
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

    /// Sets a header, and replaces its previous or default value. Sending the call fails if the value has control
    /// characters, if the name is invalid, or if the client or the connection sets the header: `Authorization`, `Host`,
    /// `Content-Length` and `Transfer-Encoding`.
    pub fn header(mut self, name: &'static str, value: &(impl Display + ?Sized)) -> Self {
        self.draft.set_header(name, value.to_string());
        self
    }

    /// Checks the body and sets it.
    pub fn body(mut self, body: &(impl Request + ?Sized)) -> Self {
        body.check(&mut self.draft.violations);
        match serde_json::to_vec(body) {
            Ok(json) => self.draft.set_body(json.into(), None),
            // The cause may quote the value, which may be a secret.
            Err(_) => self.draft.violations.push("", "cannot be written as JSON"),
        }
        self
    }

    /// Checks and sets an optional body.
    pub fn optional_body(self, body: Option<&(impl Request + ?Sized)>) -> Self {
        match body {
            Some(body) => self.body(body),
            None => self,
        }
    }

    /// Checks the body, an object, and sets it as a form (`application/x-www-form-urlencoded`). `styles` has the fields
    /// with another style than exploded `form`.
    pub fn form_body(
        mut self,
        body: &(impl Request + ?Sized),
        styles: &'static [(&'static str, ParameterStyle)],
    ) -> Self {
        body.check(&mut self.draft.violations);
        match Tree::of(body) {
            Ok(Tree::Object(fields)) => {
                let form = parameter::form(&fields, styles);
                self.draft.set_body(form.into(), None);
            }
            _ => self
                .draft
                .violations
                .push("", "cannot be written as a form"),
        }
        self
    }

    /// Checks and sets an optional form.
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

    /// Sets a non-JSON body: text, bytes, or a stream of bytes.
    pub fn content(mut self, content: impl Into<RequestContent>) -> Self {
        // A stream is sent instead of the body, which is empty.
        let (body, upload) = match content.into() {
            RequestContent::Whole(bytes) => (bytes, None),
            RequestContent::Streamed(upload) => (Bytes::new(), Some(upload)),
        };
        self.draft.set_body(body, upload);
        self
    }

    /// Sets an optional non-JSON body.
    pub fn optional_content(self, content: Option<impl Into<RequestContent>>) -> Self {
        match content {
            Some(content) => self.content(content),
            None => self,
        }
    }

    /// Requests a response that is wrapped together with its status. The SDK unwraps it, so output and errors are the
    /// same.
    pub fn envelope(mut self, envelope: bool) -> Self
    where
        E: Enveloped,
    {
        self.draft.envelope = envelope;
        self.draft.set("envelope", format_args!("{envelope}"));
        self
    }

    /// Requests indented JSON.
    pub fn pretty(mut self, pretty: bool) -> Self
    where
        E: Pretty,
    {
        self.draft.set("pretty", format_args!("{pretty}"));
        self
    }

    /// Sets whether the response has the total count of the list, which is an estimate.
    pub fn include_count(mut self, include: bool) -> Self
    where
        E: Counted,
    {
        self.draft.set("includeCount", format_args!("{include}"));
        self
    }

    /// Sets the number of the page, from 1.
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

    /// Sets the maximum number of items of a page, from 1 to [`Paged::MAX_ITEMS_PER_PAGE`].
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

    /// Sets the retry policy of this call, instead of the client's policy.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.draft.retry = Some(Arc::new(policy));
        self
    }

    /// Disables retries: the call makes one attempt.
    pub fn no_retry(self) -> Self {
        self.retry(ExponentialBackoff::default().max_attempts(1))
    }

    /// Sets the timeout of this call, including all its attempts and the waits between them.
    ///
    /// It replaces the client's [`operation_timeout`](crate::ClientBuilder::operation_timeout). In a list, it applies
    /// to each page.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.draft.timeout = Some(timeout);
        self
    }

    /// Sends the call and decodes the response.
    ///
    /// # Errors
    /// An [`Error`] of a kind that [`ErrorKind`](crate::ErrorKind) describes. If the kind is `InvalidRequest`, nothing
    /// was sent.
    pub async fn send(self) -> Result<Response<E::Output>, Error> {
        self.client.execute(self.draft).await?.decode::<E>()
    }
}

impl<E: Endpoint<Output: Streamable>> Call<E> {
    /// Sends the call and returns the body as a stream, for responses that are larger than memory.
    ///
    /// Failures before the body are handled like those of [`Call::send`], including retries. A failure while the body
    /// arrives is the last item of the stream. The stream of a response without a body is empty.
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
    /// The errors of [`Call::send`].
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
