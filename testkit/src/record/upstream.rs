//! The recorded service: its origin, and the connections to it.
//!
//! Must never send anything off this machine over an unencrypted connection.

use crate::record::Error;
use http::Uri;
use http::uri::{Authority, Scheme};
use http_body_util::combinators::BoxBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::net::IpAddr;
use std::sync::Arc;

/// A body that is forwarded.
pub(crate) type Body = BoxBody<bytes::Bytes, hyper::Error>;

/// The origin that requests are forwarded to.
#[derive(Debug, Clone)]
pub struct Upstream {
    scheme: Scheme,
    authority: Authority,
    client: Client<HttpsConnector<HttpConnector>, Body>,
}

impl Upstream {
    /// Parses `url`: `https`, or `http` to this machine, with a host and an optional port only.
    ///
    /// # Errors
    /// When the URL is anything else.
    pub fn new(url: &str, tls: rustls::ClientConfig) -> Result<Self, Error> {
        let uri: Uri = url
            .parse()
            .map_err(|_| Error::Upstream("it is not a URL"))?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(Error::Upstream("it has no scheme or no host"));
        };
        if parts.path_and_query.is_some_and(|path| path != "/") {
            return Err(Error::Upstream(
                "it has a path or a query; give the origin only",
            ));
        }
        if authority.as_str().contains('@') {
            return Err(Error::Upstream("it has a user name"));
        }
        if scheme != Scheme::HTTPS && !(scheme == Scheme::HTTP && is_loopback(authority.host())) {
            return Err(Error::Upstream("it must be https, or http to this machine"));
        }
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self {
            scheme,
            authority,
            client,
        })
    }

    /// Returns scheme, host and port as they appear in links.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// Returns the URI of a target at the service; `None` if the target is not a path.
    pub(crate) fn at(&self, target: &Uri) -> Option<Uri> {
        if target.authority().is_some() || !target.path().starts_with('/') {
            return None;
        }
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone());
        uri.path_and_query(target.path_and_query()?.clone())
            .build()
            .ok()
    }

    pub(crate) async fn send(
        &self,
        request: http::Request<Body>,
    ) -> Result<http::Response<hyper::body::Incoming>, hyper_util::client::legacy::Error> {
        self.client.request(request).await
    }
}

/// Returns a TLS configuration with the platform's trust roots.
///
/// # Errors
/// When the trust roots cannot be read.
pub fn platform_tls() -> Result<rustls::ClientConfig, Error> {
    use rustls_platform_verifier::BuilderVerifierExt as _;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?;
    Ok(builder.with_platform_verifier()?.with_no_client_auth())
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
