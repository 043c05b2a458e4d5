//! Keys that the Atlas CLI stores in the system's keychain.
//!
//! The keychain is Keychain Services on macOS, the Credential Manager on Windows, and the Secret Service elsewhere.
//! Invariant: this module never writes to the keychain, and its errors contain no secret.
use std::collections::HashMap;
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use keyring_core::{Entry, Error};

/// The prefix of values that the CLI's library encodes, which it does on macOS.
const ENCODED: &[u8] = b"go-keyring-base64:";

/// Reads the value of `key` of a profile; `None` if the keychain has none.
pub(super) fn read(profile: &str, key: &str) -> Result<Option<String>, String> {
    outside_runtimes(|| read_blocking(profile, key))
}

/// Runs `read` on a thread of its own. The Secret Service is asked by `zbus`, which panics on a thread of `tokio` if any
/// crate enables its feature `tokio`.
fn outside_runtimes<T: Send>(read: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    thread::scope(|scope| {
        let reader = thread::Builder::new().spawn_scoped(scope, read);
        let reader = reader.map_err(|error| error.to_string())?;
        let panicked = |_| Err("the library that reads it panicked".to_owned());
        reader.join().unwrap_or_else(panicked)
    })
}

fn read_blocking(profile: &str, key: &str) -> Result<Option<String>, String> {
    // This call also initialises the platform's keychain.
    if let Err(error) = keyring::Entry::store_status() {
        return Err(error.to_string());
    }
    let service = format!("atlascli_{profile}");
    let entry = if cfg!(windows) {
        // The CLI's library joins service and key with a colon; `keyring` would use a dot.
        let target = format!("{service}:{key}");
        let modifiers = HashMap::from([("target", target.as_str())]);
        Entry::new_with_modifiers(&service, key, &modifiers)
    } else {
        Entry::new(&service, key)
    };
    match entry.and_then(|entry| entry.get_secret()) {
        Ok(secret) => decoded(secret).map(|value| Some(value).filter(|value| !value.is_empty())),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Decodes the value that the CLI's library stored.
fn decoded(secret: Vec<u8>) -> Result<String, String> {
    let bytes = match secret.strip_prefix(ENCODED) {
        Some(encoded) => BASE64_STANDARD
            .decode(encoded)
            .map_err(|_| "its value is not Base64".to_owned())?,
        None => secret,
    };
    String::from_utf8(bytes).map_err(|_| "its value is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{decoded, outside_runtimes};

    #[tokio::test]
    async fn a_blocking_read_succeeds_in_asynchronous_code_and_its_panic_is_an_error() {
        let blocking = || {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            // Panics on a thread of another runtime.
            Ok(runtime.block_on(async { 1 }))
        };
        assert_eq!(outside_runtimes(blocking), Ok(1));
        let panicked = outside_runtimes(|| -> Result<(), String> { panic!("in a library") });
        assert_eq!(
            panicked,
            Err("the library that reads it panicked".to_owned())
        );
    }

    #[test]
    fn values_are_decoded_as_the_library_of_the_cli_encodes_them() {
        for (stored, value) in [
            ("plain", Ok("plain")),
            ("go-keyring-base64:cDoy", Ok("p:2")),
            ("go-keyring-base64:s3cret!", Err("its value is not Base64")),
        ] {
            let found = decoded(stored.into());
            assert_eq!(found.as_deref().map_err(String::as_str), value);
        }
        let binary = decoded(vec![0xff]);
        assert_eq!(binary, Err("its value is not UTF-8".to_owned()));
    }
}
