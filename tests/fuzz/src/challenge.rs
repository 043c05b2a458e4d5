//! Digest challenges and `Authentication-Info`.
//!
//! Every response is correct, no count is used twice, and the key is never sent.

use crate::world::{ORIGIN, PRIVATE_KEY, World, judge, place};
use atlas_backup::Credentials;
use http::StatusCode;
use md5::Md5;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

const USER: &str = "abcdwxyz";
const CALLS: usize = 3;
/// Five attempts, each of at most four exchanges.
const MOST: usize = CALLS * 5 * 4;

pub(crate) fn run(input: &[u8]) -> bool {
    let world = World::new(input);
    let client = world.client(Credentials::digest(USER, PRIVATE_KEY));
    let (project, cluster) = place();
    for _ in 0..CALLS {
        if let Err(error) = world.run(client.get_backup_schedule(&project, &cluster).into_future())
        {
            judge(&error);
        }
    }
    let sent = world.sent();
    assert!(sent.len() <= MOST, "{} requests", sent.len());
    // The nonces that were not refused, each with its last count.
    let mut accepted: BTreeMap<String, String> = BTreeMap::new();
    let mut digests = 0;
    for (index, sent) in sent.iter().enumerate() {
        assert!(sent.request.uri().to_string().starts_with(ORIGIN));
        let text = format!("{:?}", sent.request);
        assert!(!text.contains(PRIVATE_KEY), "the key is shown or sent");
        let Some(header) = sent.request.headers().get("authorization") else {
            continue;
        };
        let header = std::str::from_utf8(header.as_bytes()).expect("it is text");
        let target = sent.request.uri().path_and_query().map(ToString::to_string);
        let answer = Authorization::read(header);
        answer.judge(&target.unwrap_or_default());
        digests += 1;
        if let (Some(nonce), Some(count)) = (answer.of("nonce"), answer.of("nc")) {
            if let Some(last) = accepted.get(nonce) {
                assert!(
                    count > last.as_str(),
                    "nonce {nonce:?} is used again as number {count}"
                );
            }
            let reply = world.replies().get(index).or(world.replies().last());
            let refused = reply.is_some_and(|reply| reply.status() == StatusCode::UNAUTHORIZED);
            // The service may announce a nonce anew after it refused it.
            match refused {
                true => accepted.remove(nonce),
                false => accepted.insert(nonce.to_owned(), count.to_owned()),
            };
        }
    }
    digests > 0
}

/// A digest, parsed independently of the SDK.
struct Authorization(BTreeMap<String, String>);

impl Authorization {
    fn read(header: &str) -> Self {
        let mut rest = header.strip_prefix("Digest ").expect("it is a digest");
        let mut parameters = BTreeMap::new();
        while !rest.is_empty() {
            let (name, after) = rest.split_once('=').expect("a parameter has a value");
            let (value, after) = match after.strip_prefix('"') {
                Some(quoted) => unquoted(quoted),
                None => {
                    let end = after.find(", ").unwrap_or(after.len());
                    let (value, after) = after.split_at(end);
                    (value.to_owned(), after)
                }
            };
            let twice = parameters.insert(name.to_owned(), value);
            assert!(twice.is_none(), "{name} is there twice: {header}");
            rest = after.strip_prefix(", ").unwrap_or(after);
            assert!(
                after.is_empty() || rest.len() < after.len(),
                "no comma: {header}"
            );
        }
        Self(parameters)
    }

    fn of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn judge(&self, target: &str) {
        let needed = |name| self.of(name).unwrap_or_else(|| panic!("no {name}"));
        let algorithm = self.of("algorithm").unwrap_or("MD5").to_ascii_lowercase();
        let hash = |text: String| match algorithm.starts_with("sha-256") {
            true => hex(&Sha256::digest(text)),
            false => hex(&Md5::digest(text)),
        };
        let (realm, nonce, cnonce) = (
            needed("realm"),
            needed("nonce"),
            self.of("cnonce").unwrap_or_default(),
        );
        let user = match self.of("userhash") {
            Some(_) => hash(format!("{USER}:{realm}")),
            None => USER.to_owned(),
        };
        assert_eq!((needed("username"), needed("uri")), (&*user, target));
        let mut secret = hash(format!("{USER}:{realm}:{PRIVATE_KEY}"));
        if algorithm.ends_with("-sess") {
            secret = hash(format!("{secret}:{nonce}:{cnonce}"));
        }
        let request = hash(format!("GET:{target}"));
        let expected = match self.of("qop") {
            Some(qop) => {
                assert_eq!(qop, "auth");
                let count = needed("nc");
                assert!(
                    count.len() == 8 && count.bytes().all(|byte| byte.is_ascii_hexdigit()),
                    "{count}"
                );
                hash(format!("{secret}:{nonce}:{count}:{cnonce}:auth:{request}"))
            }
            None => hash(format!("{secret}:{nonce}:{request}")),
        };
        assert_eq!(needed("response"), expected);
    }
}

/// Parses a quoted string after its first quote, and returns the rest.
fn unquoted(text: &str) -> (String, &str) {
    let (mut value, mut signs) = (String::new(), text.char_indices());
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(signs.next().map(|(_, sign)| sign)),
            _ => value.push(sign),
        }
    }
    panic!("a quoted string has no end: {text}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
