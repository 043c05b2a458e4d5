//! HTTP Digest: parses challenges and computes `Authorization` headers.
//!
//! It follows RFC 7616, and RFC 2069 for challenges without `qop`. Invariant: this module does no I/O and has no state;
//! the caller passes the client nonce and the count.
use http::{HeaderMap, header};
use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;
use md5::Md5;
use sha2::{Digest as _, Sha256};

/// A hash algorithm; the order of the variants is that of their strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hash {
    Md5,
    Sha256,
}

impl Hash {
    /// Returns the digest of the parts, joined by colons, in hexadecimal digits.
    fn of(self, parts: &[&str]) -> String {
        let text = parts.join(":");
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

/// A challenge with supported parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Challenge {
    realm: String,
    pub(super) nonce: String,
    opaque: Option<String>,
    /// The algorithm in the server's spelling. The default is MD5.
    algorithm: Option<String>,
    hash: Hash,
    /// True if the algorithm is a `-sess` variant.
    session: bool,
    /// True for `qop=auth`, false for a challenge of RFC 2069.
    qop: bool,
    /// True if the server refused the request only because its nonce has expired.
    pub(super) stale: bool,
    /// True if the server requires a hashed user name.
    userhash: bool,
}

/// The values, besides the challenge, from which the header is computed.
#[derive(Clone, Copy)]
pub(super) struct AuthorizationInput<'a> {
    pub(super) user: &'a str,
    pub(super) password: &'a str,
    pub(super) method: &'a str,
    /// The path and query, exactly as on the request line.
    pub(super) uri: &'a str,
    pub(super) cnonce: &'a str,
    /// The number of uses of the nonce, including this one.
    pub(super) count: u32,
}

impl Challenge {
    /// Returns the strongest supported challenge of all `WWW-Authenticate` headers. Of challenges of the same strength
    /// it returns the first, because servers list the preferred one first.
    pub(super) fn strongest(headers: &HeaderMap) -> Option<Self> {
        let texts = headers
            .get_all(header::WWW_AUTHENTICATE)
            .iter()
            .filter_map(|h| h.to_str().ok());
        // After a scheme that the parser cannot read, the rest of that header is ignored.
        let challenges = texts.flat_map(|text| ChallengeParser::new(text).map_while(Result::ok));
        challenges
            .filter_map(|challenge| Self::read(&challenge))
            .reduce(
                |best, other| {
                    if other.hash > best.hash { other } else { best }
                },
            )
    }

    fn read(challenge: &ChallengeRef<'_>) -> Option<Self> {
        if !challenge.scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let algorithm = parameter(challenge, "algorithm");
        let (hash, session) = match algorithm.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None | Some("md5") => (Hash::Md5, false),
            Some("md5-sess") => (Hash::Md5, true),
            Some("sha-256") => (Hash::Sha256, false),
            Some("sha-256-sess") => (Hash::Sha256, true),
            Some(_) => return None,
        };
        let is_true = |name| {
            parameter(challenge, name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        let qop = match parameter(challenge, "qop") {
            None => false,
            Some(offered)
                if offered
                    .split(',')
                    .any(|qop| qop.trim().eq_ignore_ascii_case("auth")) =>
            {
                true
            }
            Some(_) => return None,
        };
        Some(Self {
            realm: parameter(challenge, "realm")?,
            nonce: parameter(challenge, "nonce")?,
            opaque: parameter(challenge, "opaque"),
            algorithm,
            hash,
            session,
            qop,
            stale: is_true("stale"),
            userhash: is_true("userhash"),
        })
    }

    /// Returns the same challenge with the nonce that the server announced for the next request (RFC 7616 section 3.5).
    pub(super) fn announced(&self, headers: &HeaderMap) -> Option<Self> {
        let info = headers.get("authentication-info")?.to_str().ok()?;
        // Some servers send the header with every response, but rarely a nonce. This check avoids parsing.
        let name = b"nextnonce";
        let mut names = info.as_bytes().windows(name.len());
        if !names.any(|window| window.eq_ignore_ascii_case(name)) {
            return None;
        }
        // The header has the parameters of a challenge without the scheme.
        let info = format!("Digest {info}");
        let info = ChallengeParser::new(&info).next()?.ok()?;
        Some(Self {
            nonce: parameter(&info, "nextnonce")?,
            stale: false,
            ..self.clone()
        })
    }

    /// Returns the value of the `Authorization` header.
    pub(super) fn authorization(&self, given: AuthorizationInput<'_>) -> String {
        let AuthorizationInput {
            user,
            password,
            method,
            uri,
            cnonce,
            count,
        } = given;
        let Self {
            realm, nonce, hash, ..
        } = self;
        let count = format!("{count:08x}");

        let mut secret = hash.of(&[user, realm, password]);
        if self.session {
            secret = hash.of(&[&secret, nonce, cnonce]);
        }
        let request = hash.of(&[method, uri]);
        let response = if self.qop {
            hash.of(&[&secret, nonce, &count, cnonce, "auth", &request])
        } else {
            hash.of(&[&secret, nonce, &request])
        };

        let hashed = self.userhash.then(|| hash.of(&[user, realm]));
        let mut header = Parameters::with_room(uri.len() + nonce.len());
        header.quoted("username", hashed.as_deref().unwrap_or(user));
        header.quoted("realm", realm);
        header.quoted("nonce", nonce);
        header.quoted("uri", uri);
        header.quoted("response", &response);
        // RFC 7616 section 3.4 requires it unquoted; some servers reject a quoted value.
        if let Some(algorithm) = &self.algorithm {
            header.plain("algorithm", algorithm);
        }
        if let Some(opaque) = &self.opaque {
            header.quoted("opaque", opaque);
        }
        if self.qop {
            header.plain("qop", "auth");
            header.plain("nc", &count);
        }
        if self.qop || self.session {
            header.quoted("cnonce", cnonce);
        }
        if self.userhash {
            header.plain("userhash", "true");
        }
        header.0
    }
}

const SCHEME: &str = "Digest ";

/// An `Authorization` header under construction.
struct Parameters(String);

impl Parameters {
    fn with_room(more: usize) -> Self {
        let mut header = String::with_capacity(512 + more);
        header.push_str(SCHEME);
        Self(header)
    }

    fn plain(&mut self, name: &str, value: &str) {
        self.name(name);
        self.0.push_str(value);
    }

    fn quoted(&mut self, name: &str, value: &str) {
        self.name(name);
        self.0.push('"');
        for piece in value.split_inclusive(['\\', '"']) {
            match piece.strip_suffix(['\\', '"']) {
                Some(before) => {
                    self.0.push_str(before);
                    self.0.push('\\');
                    self.0.push_str(&piece[before.len()..]);
                }
                None => self.0.push_str(piece),
            }
        }
        self.0.push('"');
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > SCHEME.len() {
            self.0.push_str(", ");
        }
        self.0.push_str(name);
        self.0.push('=');
    }
}

pub(super) fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let mut parameters = challenge.params.iter();
    parameters
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_unescaped())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The example of RFC 7616 section 3.9.1, where the server sends two challenges.
    const NONCE: &str = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    const CNONCE: &str = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    const OPAQUE: &str = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS";

    fn rfc_7616(algorithm: &str) -> String {
        format!(
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
             algorithm={algorithm}, nonce=\"{NONCE}\", opaque=\"{OPAQUE}\""
        )
    }

    fn strongest(texts: &[&str]) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        for text in texts {
            headers.append(header::WWW_AUTHENTICATE, text.parse().unwrap());
        }
        Challenge::strongest(&headers)
    }

    fn answer(challenge: &str, password: &str, cnonce: &str) -> String {
        let (user, method, uri, count) = ("Mufasa", "GET", "/dir/index.html", 1);
        let given = AuthorizationInput {
            user,
            password,
            method,
            uri,
            cnonce,
            count,
        };
        strongest(&[challenge]).unwrap().authorization(given)
    }

    fn part<'a>(header: &'a str, name: &str) -> Option<&'a str> {
        let mut parts = header.strip_prefix("Digest ").unwrap().split(", ");
        parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
    }

    #[test]
    fn responses_match_rfc_7616_and_its_session_variants() {
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            (
                "SHA-256",
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
            // Computed in Python with the formula of section 3.4.2.
            ("MD5-sess", "e783283f46242139c486a698fec7211d"),
            (
                "SHA-256-sess",
                "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7",
            ),
        ] {
            let header = answer(&rfc_7616(algorithm), "Circle of Life", CNONCE);
            assert_eq!(
                part(&header, "response").unwrap().trim_matches('"'),
                response,
                "{header}"
            );
            assert_eq!(part(&header, "algorithm"), Some(algorithm));
            assert_eq!(
                part(&header, "opaque"),
                Some(format!("\"{OPAQUE}\"").as_str())
            );
        }
    }

    #[test]
    fn challenge_of_rfc_2617_without_algorithm_uses_md5() {
        let challenge = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", \
                         nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
        let header = answer(challenge, "Circle Of Life", "0a4f113b");
        assert_eq!(
            part(&header, "response"),
            Some("\"6629fae49393a05397450978507c4ef1\"")
        );
        assert_eq!(part(&header, "algorithm"), None);
    }

    #[test]
    fn challenge_without_qop_gets_the_response_of_rfc_2069() {
        let challenge = "Digest realm=\"testrealm@host.com\", \
                         nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
        // The value of erratum 749.
        let header = answer(challenge, "CircleOfLife", "0a4f113b");
        assert_eq!(
            part(&header, "response"),
            Some("\"1949323746fe6a43ef61f9606e7febea\"")
        );
        assert_eq!(
            (part(&header, "qop"), part(&header, "cnonce")),
            (None, None)
        );
    }

    #[test]
    fn a_hashed_user_name_is_sent_instead_of_the_name() {
        let challenge = format!("{}, userhash=true", rfc_7616("SHA-256"));
        let header = answer(&challenge, "Circle of Life", CNONCE);
        assert_eq!(
            part(&header, "username"),
            Some("\"a947aad205e80e429958a387394944c6b496301e79f89d35a4cc23b6ee12b5b6\"")
        );
        assert_eq!(part(&header, "userhash"), Some("true"));
        // The response is computed from the plain name.
        let plain = answer(&rfc_7616("SHA-256"), "Circle of Life", CNONCE);
        assert_eq!(part(&header, "response"), part(&plain, "response"));
    }

    #[test]
    fn strongest_challenge_is_selected_in_any_order() {
        let (md5, sha) = (rfc_7616("MD5"), rfc_7616("SHA-256"));
        let both = format!("{md5}, Basic realm=\"x\", {sha}");
        for texts in [
            &[&*md5, &*sha][..],
            &[&sha, &md5],
            &[&both],
            &["Negotiate", &md5, "Token abc==", &sha],
        ] {
            assert_eq!(strongest(texts).unwrap().hash, Hash::Sha256, "{texts:?}");
        }
        let unknown = rfc_7616("SHA-512-256");
        assert_eq!(strongest(&[&unknown, &md5]).unwrap().hash, Hash::Md5);
        assert_eq!(strongest(&[&unknown]), None);
    }

    #[test]
    fn quotes_in_a_realm_are_escaped_in_the_header() {
        let challenge = r#"Digest realm="a \"b\" \\c", nonce="n", qop=auth, STALE=True"#;
        assert!(strongest(&[challenge]).unwrap().stale);
        assert_eq!(
            part(&answer(challenge, "x", "y"), "realm"),
            Some(r#""a \"b\" \\c""#)
        );
    }
}
