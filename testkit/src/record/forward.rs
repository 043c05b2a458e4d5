//! Selects the headers that are forwarded.
//!
//! Must never change a forwarded header: credentials pass unchanged.

use http::header::{self, HeaderMap, HeaderName};

/// The hop-by-hop headers of RFC 9110 section 7.6.1 and of its predecessors.
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Returns the headers of a request to send to the service.
///
/// `Host` belongs to the connection, `Expect` has been handled, and a compressed response could not be
/// redacted.
pub(crate) fn request_headers(headers: &HeaderMap) -> HeaderMap {
    let mut passed = end_to_end(headers);
    for name in [header::HOST, header::EXPECT, header::ACCEPT_ENCODING] {
        passed.remove(name);
    }
    passed
}

/// Returns the end-to-end headers.
pub(crate) fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut passed = headers.clone();
    let named = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok());
    for name in named.flat_map(|value| value.split(',')) {
        if let Ok(name) = name.trim().parse::<HeaderName>() {
            passed.remove(name);
        }
    }
    for name in HOP_BY_HOP {
        passed.remove(*name);
    }
    passed
}

#[cfg(test)]
mod tests {
    use super::{end_to_end, request_headers};
    use http::HeaderMap;

    #[test]
    fn hop_by_hop_headers_and_those_named_by_connection_are_not_forwarded() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Private ,,bad name"),
            ("connection", "x-other"),
            ("x-private", "a"),
            ("x-other", "b"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("proxy-authorization", "c"),
            ("authorization", "Digest username=\"u\""),
            ("host", "127.0.0.1:9"),
            ("accept-encoding", "gzip"),
            ("expect", "100-continue"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        let mut passed = end_to_end(&headers);
        assert_eq!(passed.len(), 4);
        assert_eq!(
            passed.remove("authorization").unwrap(),
            "Digest username=\"u\""
        );
        let names: Vec<_> = request_headers(&headers)
            .keys()
            .map(ToString::to_string)
            .collect();
        assert_eq!(names, ["authorization"]);
    }
}
