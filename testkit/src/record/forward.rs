//! Which headers are passed on.
//!
//! Must never change one that is: credentials pass through as they came.

use http::header::{self, HeaderMap, HeaderName};

/// RFC 9110 section 7.6.1, and what its forerunners counted in.
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

/// The headers of a request for the service. `Host` is the client's business, `Expect` has been met, and a compressed
/// answer could not be redacted.
pub(crate) fn request_headers(headers: &HeaderMap) -> HeaderMap {
    let mut passed = end_to_end(headers);
    for name in [header::HOST, header::EXPECT, header::ACCEPT_ENCODING] {
        passed.remove(name);
    }
    passed
}

/// The headers that are for more than the next hop.
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
    fn what_is_for_the_next_hop_or_named_so_is_not_passed_on() {
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
