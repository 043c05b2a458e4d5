//! HTTP Digest (RFC 7616, and RFC 2069 for challenges without `qop`): reading challenges and
//! computing answers.
//!
//! Must never do I/O or keep state: what is random or counted is given.
use std::fmt::Write as _;

use http::{HeaderMap, header};
use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;
use md5::Md5;
use sha2::{Digest as _, Sha256};

/// In order of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hash {
    Md5,
    Sha256,
}

impl Hash {
    fn hex(self, text: &str) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A challenge that can be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Challenge {
    realm: String,
    pub(super) nonce: String,
    opaque: Option<String>,
    /// As the server spelled it; a challenge need not name one and then means MD5.
    algorithm: Option<String>,
    hash: Hash,
    /// Whether the algorithm is a `-sess` variant.
    session: bool,
    /// `qop=auth`; without it the answer is RFC 2069's.
    qop: bool,
    /// Whether the refused answer was right but for its nonce.
    pub(super) stale: bool,
    /// Whether the server wants the user name hashed.
    userhash: bool,
}

/// What an answer is computed from besides the challenge.
#[derive(Clone, Copy)]
pub(super) struct Answer<'a> {
    pub(super) user: &'a str,
    pub(super) password: &'a str,
    pub(super) method: &'a str,
    /// Path and query exactly as on the request line.
    pub(super) uri: &'a str,
    pub(super) cnonce: &'a str,
    /// How often the nonce has been used, this time included.
    pub(super) count: u32,
}

impl Challenge {
    /// The strongest challenge among all `WWW-Authenticate` headers that can be answered; the first
    /// of equals, because servers list what they prefer first.
    pub(super) fn strongest(headers: &HeaderMap) -> Option<Self> {
        let texts = headers.get_all(header::WWW_AUTHENTICATE).iter().filter_map(|h| h.to_str().ok());
        // A scheme this parser cannot read hides what follows it, not what came before.
        let challenges = texts.flat_map(|text| ChallengeParser::new(text).map_while(Result::ok));
        challenges.filter_map(|challenge| Self::read(&challenge)).reduce(|best, other| {
            if other.hash > best.hash { other } else { best }
        })
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
        let is_true = |name| parameter(challenge, name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let qop = match parameter(challenge, "qop") {
            None => false,
            Some(offered) if offered.split(',').any(|qop| qop.trim().eq_ignore_ascii_case("auth")) => true,
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

    /// The same challenge with the nonce the server announced for the next request (RFC 7616
    /// section 3.5), if it did.
    pub(super) fn announced(&self, headers: &HeaderMap) -> Option<Self> {
        let info = headers.get("authentication-info")?.to_str().ok()?;
        // The header is a challenge's parameter list without the scheme.
        let info = format!("Digest {info}");
        let info = ChallengeParser::new(&info).next()?.ok()?;
        Some(Self { nonce: parameter(&info, "nextnonce")?, stale: false, ..self.clone() })
    }

    /// The value of `Authorization`.
    pub(super) fn answer(&self, given: Answer<'_>) -> String {
        let Answer { user, password, method, uri, cnonce, count } = given;
        let hash = |text: String| self.hash.hex(&text);
        let Self { realm, nonce, .. } = self;

        let mut secret = hash(format!("{user}:{realm}:{password}"));
        if self.session {
            secret = hash(format!("{secret}:{nonce}:{cnonce}"));
        }
        let request = hash(format!("{method}:{uri}"));
        let response = if self.qop {
            hash(format!("{secret}:{nonce}:{count:08x}:{cnonce}:auth:{request}"))
        } else {
            hash(format!("{secret}:{nonce}:{request}"))
        };

        let user = if self.userhash { hash(format!("{user}:{realm}")) } else { user.to_owned() };
        let mut header = format!(
            "Digest username={}, realm={}, nonce={}, uri={}, response=\"{response}\"",
            quoted(&user), quoted(realm), quoted(nonce), quoted(uri),
        );
        let mut add = |name: &str, value: &str| {
            header.push_str(", ");
            header.push_str(name);
            header.push('=');
            header.push_str(value);
        };
        // Unquoted, as RFC 7616 section 3.4 has it; some servers take it literally.
        if let Some(algorithm) = &self.algorithm {
            add("algorithm", algorithm);
        }
        if let Some(opaque) = &self.opaque {
            add("opaque", &quoted(opaque));
        }
        if self.qop {
            add("qop", "auth");
            add("nc", &format!("{count:08x}"));
        }
        if self.qop || self.session {
            add("cnonce", &quoted(cnonce));
        }
        if self.userhash {
            add("userhash", "true");
        }
        header
    }
}

fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let mut parameters = challenge.params.iter();
    parameters.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_unescaped())
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
