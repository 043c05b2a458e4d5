//! The address of the service, and which addresses may be trusted with credentials.
//!
//! Invariant: a base URL is `https`, or `http` to this very machine.
use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use url::{Host, Url};

use crate::error::Error;
use crate::printable::Quoted;

/// Where the public service lives.
pub(crate) const DEFAULT: &str = "https://cloud.mongodb.com";

/// Where the service for government lives.
pub(crate) const GOVERNMENT: &str = "https://cloud.mongodbgov.com";

/// A checked address, kept without a trailing slash so that operation paths append to it.
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
            let value = Quoted(text);
            Err(Error::configuration(format!("the base URL {value} {why}")))
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

    /// The address of a target, path and query, below this one.
    pub(crate) fn below(&self, target: &str) -> Result<Uri, http::Error> {
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::try_from([self.path(), target].concat())?);
        Ok(Uri::from_parts(parts)?)
    }

    /// The address without a trailing slash.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The host and, if it is not the default, the port.
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

    /// The path that comes before every operation path; empty for a bare origin.
    pub(crate) fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Reads a link of an answer, which may be relative; `None` if it is unreadable or no link of the web.
    pub(crate) fn join(&self, link: &str) -> Option<Url> {
        let url = self.url.join(link).ok()?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    }
}

/// Why a secret must not be sent to this address; `None` if it may.
pub(crate) fn exposed(url: &Url) -> Option<&'static str> {
    match url.scheme() {
        "https" if url.has_host() => None,
        "http" if is_loopback(url) => None,
        "http" => Some("must be https; http is for loopback hosts only"),
        _ => Some("must be https"),
    }
}

/// Whether a request to this address stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
