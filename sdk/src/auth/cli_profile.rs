//! Profiles of the Atlas CLI, from its configuration file and the system's keychain.
//!
//! Newer versions of the CLI store keys in the keychain. Invariant: both keys of a pair come from the same source.
use std::ffi::OsString;
use std::path::PathBuf;

use super::credentials::Credentials;
#[cfg(feature = "cli-keychain")]
use super::keychain;
use super::profile::Profile;
use crate::error::Error;
use crate::regular_file;

/// The CLI's names of keys, each with the environment variable for the same value. The keys of a pair are adjacent.
const KEYS: [(&str, &str); 4] = [
    ("client_id", "MONGODB_ATLAS_CLIENT_ID"),
    ("client_secret", "MONGODB_ATLAS_CLIENT_SECRET"),
    ("public_api_key", "MONGODB_ATLAS_PUBLIC_KEY"),
    ("private_api_key", "MONGODB_ATLAS_PRIVATE_KEY"),
];

/// A key, its variable and its value.
type Keys = [(&'static str, &'static str, Option<String>); 4];

impl Profile {
    /// Reads credentials from the environment, otherwise from the Atlas CLI.
    ///
    /// If the environment has no credentials, the profile `name` of the CLI on this machine is read. See
    /// [`Profile::from_env`] and [`Profile::from_cli`].
    ///
    /// # Errors
    /// If neither has usable credentials, or if the environment has only one value of a pair.
    pub fn discover(name: &str) -> Result<Self, Error> {
        Self::first(|name| std::env::var(name).ok(), || Self::from_cli(name))
    }

    /// Returns the profile of the variables, otherwise the configured one.
    fn first(
        variable: impl Fn(&str) -> Option<String>,
        configured: impl FnOnce() -> Result<Self, Error>,
    ) -> Result<Self, Error> {
        match Self::from_lookup(&variable) {
            Err(_) if !Credentials::any_in(&variable) => configured(),
            found => found,
        }
    }

    /// Reads the profile `name` of the Atlas CLI on this machine.
    ///
    /// The CLI's default profile is named `default`. The file is `atlascli/config.toml` in the configuration directory
    /// of the user. Newer versions of the CLI store keys in the system's keychain. If the file has no keys, the feature
    /// `cli-keychain` reads them from the keychain. This blocks the thread, and the system may ask the user for
    /// permission.
    ///
    /// # Errors
    /// If the file or the profile does not exist, and the errors of [`Profile::from_cli_config`]. The error names the
    /// file, the profile and the keys.
    pub fn from_cli(name: &str) -> Result<Self, Error> {
        let Some(path) = config_file(|name| std::env::var_os(name)) else {
            return Err(Error::credentials(format!(
                "the Atlas CLI's configuration cannot be located: {UNSET}"
            )));
        };
        let read = regular_file::read(&path).and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, "not UTF-8"))
        });
        let text = read.map_err(|error| {
            Error::credentials(format!(
                "the Atlas CLI's configuration {} with profile `{name}` cannot be read: {error}",
                path.display()
            ))
        })?;
        let place = format!("the Atlas CLI's configuration {}", path.display());
        #[cfg(feature = "cli-keychain")]
        return Searched { place, name }.profile(&text, Some(&keychain::read));
        #[cfg(not(feature = "cli-keychain"))]
        Searched { place, name }.profile(&text, None)
    }

    /// Reads the profile `name` of an Atlas CLI configuration in TOML.
    ///
    /// A profile has `client_id` and `client_secret`, or `public_api_key` and `private_api_key`. Its `service` is
    /// `cloud`, which is the default, or `cloudgov`.
    ///
    /// # Errors
    /// If the configuration has no such profile, or if the profile has no keys in plain text. Newer versions of the CLI
    /// store keys in the system's keychain (see [`Profile::from_cli`]). A user who logged in interactively has no keys.
    pub fn from_cli_config(text: &str, name: &str) -> Result<Self, Error> {
        let place = "the Atlas CLI's configuration".to_owned();
        Searched { place, name }.profile(text, None)
    }
}

/// The reason why the configuration directory is unknown, for the error.
const UNSET: &str = if cfg!(windows) {
    "the variable APPDATA is not set"
} else if cfg!(target_os = "macos") {
    "the variable HOME is not set"
} else {
    "neither of the variables XDG_CONFIG_HOME and HOME is set"
};

/// Returns the path of the CLI's configuration file on this platform.
fn config_file(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let directory = |name: &str| {
        variable(name)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    let home = || directory("HOME");
    let base = if cfg!(windows) {
        directory("APPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        directory("XDG_CONFIG_HOME").or_else(|| home().map(|home| home.join(".config")))
    };
    base.map(|base| base.join("atlascli").join("config.toml"))
}

/// A function that reads a key of a profile. It returns `None` if there is no key, and its error is the reason.
type ReadKey<'a> = &'a dyn Fn(&str, &str) -> Result<Option<String>, String>;

/// The configuration and the profile that are searched, for errors.
struct Searched<'a> {
    place: String,
    name: &'a str,
}

impl Searched<'_> {
    /// Reads the profile from the text of the configuration, and its keys from the keychain if the text has none.
    fn profile(&self, text: &str, keychain: Option<ReadKey<'_>>) -> Result<Profile, Error> {
        let name = self.name;
        // The parser's message quotes the line, which may contain a key.
        let Ok(config) = text.parse::<toml::Table>() else {
            return Err(self.refuse("is not TOML"));
        };
        let Some(profile) = config.get(name).and_then(toml::Value::as_table) else {
            let known = config.iter().filter(|(_, value)| value.is_table());
            let known: Vec<String> = known.map(|(name, _)| format!("`{name}`")).collect();
            let known = match known.len() {
                0 => "it has none".to_owned(),
                _ => format!("it has {}", known.join(", ")),
            };
            return Err(self.refuse(&format!("has no profile `{name}`; {known}")));
        };
        let text = |key: &str| {
            let value = profile.get(key).and_then(toml::Value::as_str)?;
            (!value.is_empty()).then(|| value.to_owned())
        };
        let mut keys: Keys = KEYS.map(|(key, variable)| (key, variable, text(key)));
        if let Some(keychain) = keychain
            && keys.iter().all(|(.., value)| value.is_none())
        {
            for (key, _, value) in &mut keys {
                *value = keychain(name, key).map_err(|why| self.unreadable(key, &why))?;
            }
        }
        let credentials = self.credentials(&keys, keychain.is_some())?;
        match text("service").as_deref() {
            None | Some("cloud") => Ok(Profile::new(credentials)),
            Some("cloudgov") => Ok(Profile::government(credentials)),
            Some(other) => Err(self.refuse(&format!(
                "has a profile `{name}` for the service `{other}`, which is not Atlas (`cloud` or `cloudgov`)"
            ))),
        }
    }

    fn credentials(&self, keys: &Keys, keychain: bool) -> Result<Credentials, Error> {
        let lookup = |wanted: &str| {
            let found = keys.iter().find(|(_, variable, _)| *variable == wanted);
            found.and_then(|(.., value)| value.clone())
        };
        if let Ok(credentials) = Credentials::from_lookup(lookup) {
            return Ok(credentials);
        }
        let name = self.name;
        for pair in keys.chunks(2) {
            if let [(one, _, had), (other, _, too)] = pair
                && had.is_some() != too.is_some()
            {
                let (has, lacks) = if had.is_some() {
                    (one, other)
                } else {
                    (other, one)
                };
                return Err(self.refuse(&format!(
                    "has `{has}` but not `{lacks}` in profile `{name}`; set both"
                )));
            }
        }
        let looked = match keychain {
            true => ", and the system's keychain has none either",
            false => " in plain text",
        };
        let help = match (keychain, cfg!(feature = "cli-keychain")) {
            (true, _) => "log in again with the CLI",
            (false, true) => "`Profile::from_cli` looks in the system's keychain too",
            (false, false) => {
                "with the feature `cli-keychain`, `Profile::from_cli` looks in the system's keychain too"
            }
        };
        Err(self.refuse(&format!(
            "has no keys for profile `{name}`{looked}; it needs `client_id` and `client_secret`, or `public_api_key` and \
             `private_api_key`: {help}, or set the variables that `Credentials::from_env` reads"
        )))
    }

    fn unreadable(&self, key: &str, why: &str) -> Error {
        self.refuse(&format!(
            "has no keys for profile `{}`, and its `{key}` cannot be read from the system's keychain: {why}",
            self.name
        ))
    }

    fn refuse(&self, why: &str) -> Error {
        Error::credentials(format!("{} {why}", self.place))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may fail loudly")]
mod tests {
    use std::path::Path;

    use super::*;

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn configuration_file_is_in_the_configuration_directory_of_the_user() {
        let found = |variables: &[(&str, &str)]| -> Option<PathBuf> {
            config_file(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            })
        };
        let path = |path: &str| Some(Path::new(path).to_owned());
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[("HOME", "")]), None);
        assert_eq!(
            found(&[("HOME", "/home/a")]),
            path("/home/a/.config/atlascli/config.toml")
        );
        let both = [("HOME", "/home/a"), ("XDG_CONFIG_HOME", "/etc/a")];
        assert_eq!(found(&both), path("/etc/a/atlascli/config.toml"));
        let empty = [("HOME", "/home/a"), ("XDG_CONFIG_HOME", "")];
        assert_eq!(found(&empty), path("/home/a/.config/atlascli/config.toml"));
    }

    #[test]
    fn configuration_is_read_only_if_no_variable_of_credentials_is_set() {
        let configured = || Ok(Profile::government(Credentials::bearer("configured")));
        let base_url = |variables: &[(&str, &str)]| {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            Profile::first(variable, configured).map(|profile| profile.base_url)
        };
        let government = Profile::government(Credentials::bearer("a")).base_url;
        assert_eq!(base_url(&[]).unwrap(), government);
        let half = [("MONGODB_ATLAS_CLIENT_ID", "id")];
        assert!(base_url(&half).is_err());
        let whole = [half[0], ("MONGODB_ATLAS_CLIENT_SECRET", "secret")];
        assert_ne!(base_url(&whole).unwrap(), government);
    }

    const EMPTY: &str = "[default]\norg_id = 'o'\n[nightly]\nservice = 'cloudgov'\n";

    fn searched(name: &str) -> Searched<'_> {
        let place = "the Atlas CLI's configuration /home/a/.config/atlascli/config.toml".to_owned();
        Searched { place, name }
    }

    fn found(name: &str, text: &str, keychain: &[(&str, &str)]) -> Result<Profile, Error> {
        let read = |profile: &str, key: &str| {
            let key = format!("{profile}/{key}");
            let found = keychain.iter().find(|(known, _)| *known == key);
            Ok(found.map(|(_, value)| (*value).to_owned()))
        };
        searched(name).profile(text, Some(&read))
    }

    #[test]
    fn keys_that_the_configuration_lacks_come_from_the_keychain() {
        let keychain = [
            ("default/public_api_key", "p"),
            ("default/private_api_key", "s3cret"),
            ("nightly/client_id", "c"),
            ("nightly/client_secret", "s3cret"),
        ];
        for (name, scheme, base_url) in [
            ("default", "digest", "https://cloud.mongodb.com"),
            ("nightly", "service account", "https://cloud.mongodbgov.com"),
        ] {
            let shown = format!("{:?}", found(name, EMPTY, &keychain).unwrap());
            assert!(
                shown.contains(scheme) && shown.contains(base_url),
                "{shown}"
            );
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        // The keys of a pair come from one source, and keys in plain text take precedence.
        let half = "[default]\npublic_api_key = 'p'\n";
        let error = found("default", half, &keychain).unwrap_err().to_string();
        assert!(
            error.contains("`public_api_key` but not `private_api_key`"),
            "{error}"
        );
        let whole = "[nightly]\npublic_api_key = 'p'\nprivate_api_key = 'k'\n";
        let shown = format!("{:?}", found("nightly", whole, &keychain).unwrap());
        assert!(shown.contains("digest"), "{shown}");
    }

    #[test]
    fn errors_name_the_file_the_profile_and_the_keys() {
        let locked = |_: &str, _: &str| Err("it is locked".to_owned());
        let without = |text: &str| searched("default").profile(text, None).unwrap_err();
        for (error, parts) in [
            (
                without("[a]\n[b]\n"),
                ["no profile `default`", "it has `a`, `b`"],
            ),
            (without(""), ["no profile `default`", "it has none"]),
            (
                without(EMPTY),
                ["`client_id` and `client_secret`", "profile `default`"],
            ),
            (
                found("default", EMPTY, &[]).unwrap_err(),
                [
                    "the system's keychain has none",
                    "`public_api_key` and `private_api_key`",
                ],
            ),
            (
                found("default", EMPTY, &[("default/client_id", "s3cret")]).unwrap_err(),
                ["`client_id` but not `client_secret`", "profile `default`"],
            ),
            (
                searched("default")
                    .profile(EMPTY, Some(&locked))
                    .unwrap_err(),
                ["`client_id` cannot be read", "it is locked"],
            ),
        ] {
            let shown = error.to_string();
            assert!(
                shown.contains("/home/a/.config/atlascli/config.toml"),
                "{shown}"
            );
            assert!(parts.iter().all(|part| shown.contains(part)), "{shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
