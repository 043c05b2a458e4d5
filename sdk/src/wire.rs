//! Sends requests: adds the origin and the user agent, applies the timeout, and calls the transport.
//!
//! Credentials and the meaning of responses belong to other modules.
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::ambient::{Clock, Randomness};
use crate::base_url::BaseUrl;
use crate::byte_stream::{AsStream, Streamed};
use crate::content::Upload;
use crate::deadline::within;
use crate::error::Error;
use crate::operation::Operation;
use crate::transport::{Transport, is_encoded};
use crate::transport_error::TransportError;

/// Maximum number of bytes read from the body of a failure.
pub(crate) const LARGEST_FAILURE: usize = 1024 * 1024;

pub(crate) struct Wire {
    pub(crate) base: BaseUrl,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) user_agent: HeaderValue,
    /// Timeout of an exchange, for any transport.
    pub(crate) timeout: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    #[cfg(feature = "download")]
    pub(crate) files: Arc<dyn crate::file_system::FileSystem>,
}

impl Wire {
    /// Creates a request of `operation` for `target` (path and query below the base URL).
    pub(crate) fn request(
        &self,
        operation: &'static Operation,
        target: &str,
        headers: &[(HeaderName, HeaderValue)],
        body: Option<Bytes>,
    ) -> Result<http::Request<Bytes>, Error> {
        let unsendable = |error: http::Error| Error::unsendable(operation, error.to_string());
        let uri = self.base.below(target).map_err(unsendable)?;
        let content_type = operation.content_type.filter(|_| body.is_some());
        let mut request = http::Request::new(body.unwrap_or_default());
        request.method_mut().clone_from(&operation.method);
        *request.uri_mut() = uri;
        let all = request.headers_mut();
        all.insert(header::ACCEPT, HeaderValue::from_static(operation.accept));
        all.insert(
            header::ACCEPT_ENCODING,
            const { HeaderValue::from_static("identity") },
        );
        all.insert(header::USER_AGENT, self.user_agent.clone());
        if let Some(content_type) = content_type {
            all.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in headers {
            all.insert(name, value.clone());
        }
        Ok(request)
    }

    /// Sends a request; returns its response with any status.
    pub(crate) async fn send(
        &self,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Error> {
        let exchange = pin!(self.exchange(request));
        let late = || {
            let cause = format!("nothing came within {:?}", self.timeout);
            Err(TransportError::Timeout(cause.into()))
        };
        within(&self.clock, self.timeout, exchange)
            .await
            .unwrap_or_else(late)
            .map_err(|error| Error::transport(operation, error))
    }

    /// Returns the response with its collected body. A streamed body is an extension of the response.
    async fn exchange(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        if !self.transport.takes_streams()
            && let Some(upload) = request.extensions_mut().remove::<Upload>()
        {
            *request.body_mut() = Box::pin(upload.open().collect(usize::MAX)).await?;
        }
        if request.extensions().get::<AsStream>().is_none() {
            let answer = self.transport.send(request).await?;
            if !answer.body().is_empty() && answer.status().is_success() {
                refuse_encoded(answer.headers())?;
            }
            return Ok(answer);
        }
        Box::pin(self.open(request)).await
    }

    /// Returns the response; the streamed body of a success is an extension.
    async fn open(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let (parts, body) = self.transport.open(request).await?.into_parts();
        if !parts.status.is_success() {
            let body = body.beginning(LARGEST_FAILURE).await?;
            return Ok(http::Response::from_parts(parts, body));
        }
        refuse_encoded(&parts.headers)?;
        let mut answer = http::Response::from_parts(parts, Bytes::new());
        let body = body.within(self.clock.clone(), self.timeout);
        answer.extensions_mut().insert(Streamed::new(body));
        Ok(answer)
    }
}

/// Returns an error for a successful response with a content encoding.
fn refuse_encoded(headers: &HeaderMap) -> Result<(), TransportError> {
    if !is_encoded(headers) {
        return Ok(());
    }
    let cause = "the body is encoded (`Content-Encoding`), though only `identity` was asked for; \
                 make the service, or the proxy before it, send it as it is";
    Err(TransportError::Unacceptable(cause.into()))
}

/// Returns the input of a digest: the method, and path and query as sent in the request line.
pub(crate) fn request_line(request: &http::Request<Bytes>) -> (&Method, &str) {
    let target = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    (request.method(), target)
}
