//! The base URL of the service, and the check that a URL is safe for secrets.
//!
//! Invariant: a base URL is `https`, or `http` to a loopback host.
use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use url::{Host, Url};

use crate::error::Error;
use crate::printable::Quoted;

/// The base URL of the public service.
pub(crate) const DEFAULT: &str = "https://cloud.mongodb.com";

/// The base URL of Atlas for Government.
pub(crate) const GOVERNMENT: &str = "https://cloud.mongodbgov.com";

/// A valid base URL. Its text has no trailing slash, so that paths of operations can be appended.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl {
    url: Url,
    text: String,
    scheme: Scheme,
    authority: Authority,
}

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |why: &str| {
            // A text with an `@` may have a password, whose end is not certain if the text is no URL.
            let value = match text.contains('@') || text.contains("%40") {
                true => String::new(),
                false => format!("{} ", Quoted(text)),
            };
            Err(Error::configuration(format!("the base URL {value}{why}")))
        };
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => return refuse(&format!("cannot be read: {error}")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not carry a user name or password; use Credentials");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must not carry a query or a fragment");
        }
        if let Some(why) = exposed(&url) {
            return refuse(why);
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        let Parts {
            scheme: Some(scheme),
            authority: Some(authority),
            ..
        } = text.parse::<Uri>().unwrap_or_default().into_parts()
        else {
            return refuse("has a host that no request can be sent to");
        };
        Ok(Self {
            url,
            text,
            scheme,
            authority,
        })
    }

    /// Returns the URL of a target (path and query) below the base URL.
    pub(crate) fn below(&self, target: &str) -> Result<Uri, http::Error> {
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::try_from([self.path(), target].concat())?);
        Ok(Uri::from_parts(parts)?)
    }

    /// Returns the URL without a trailing slash.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the host, with the port if it is not the default.
    pub(crate) fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn host(&self) -> Option<&str> {
        self.url.host_str()
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn port(&self) -> Option<u16> {
        self.url.port_or_known_default()
    }

    /// Returns the path before each operation's path; empty if the base URL has no path.
    pub(crate) fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Resolves a link of a response, which may be relative; `None` if it is invalid or not HTTP.
    pub(crate) fn join(&self, link: &str) -> Option<Url> {
        let url = self.url.join(link).ok()?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    }
}

/// Returns the reason why no secret may be sent to a URL; `None` if the URL is safe.
pub(crate) fn exposed(url: &Url) -> Option<&'static str> {
    match url.scheme() {
        "https" if url.has_host() => None,
        "http" if is_loopback(url) => None,
        "http" => Some("must be https; http is for loopback hosts only"),
        _ => Some("must be https"),
    }
}

/// Returns true if the host of a URL is a loopback host.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
