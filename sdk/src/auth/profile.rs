//! Where a program that was told nothing finds its credentials and the service: the environment, then the Atlas CLI's
//! configuration.
//!
//! Must never mix sources: credentials and base URL come from the same one.
use std::fmt;

use super::credentials::Credentials;
use crate::base_url::{self, BaseUrl};
use crate::error::Error;

const BASE_URL: &str = "MONGODB_ATLAS_BASE_URL";

/// Credentials, and the service they are for.
///
/// ```no_run
/// # fn main() -> Result<(), atlas_backup::Error> {
/// use atlas_backup::{Client, Profile};
/// let client = Client::builder().profile(Profile::from_env()?)?.build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Profile {
    pub(crate) credentials: Credentials,
    pub(crate) base_url: String,
}

impl Profile {
    /// Credentials for the public service, `https://cloud.mongodb.com`.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self::at(credentials, base_url::DEFAULT)
    }

    /// Credentials for the service for government, `https://cloud.mongodbgov.com`.
    #[must_use]
    pub fn government(credentials: Credentials) -> Self {
        Self::at(credentials, base_url::GOVERNMENT)
    }

    fn at(credentials: Credentials, base_url: &str) -> Self {
        let base_url = base_url.to_owned();
        Self {
            credentials,
            base_url,
        }
    }

    /// Reads the environment: what [`Credentials::from_env`] reads, and `MONGODB_ATLAS_BASE_URL`.
    ///
    /// # Errors
    /// As [`Credentials::from_env`], and when the base URL is not one; the error names the variable.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// As [`Profile::from_env`], from any source of those names.
    ///
    /// # Errors
    /// As [`Profile::from_env`].
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let credentials = Credentials::from_lookup(&lookup)?;
        let base_url = lookup(BASE_URL).filter(|url| !url.is_empty());
        Ok(match base_url {
            Some(base_url) => {
                let named = |error| Error::configuration(format!("{BASE_URL}: {error}"));
                BaseUrl::parse(&base_url).map_err(named)?;
                Self::at(credentials, &base_url)
            }
            None => Self::new(credentials),
        })
    }

    /// The environment if it holds credentials, else the profile `name` of the Atlas CLI on this machine.
    ///
    /// # Errors
    /// When neither has usable credentials; half a pair in the environment is an error, and not passed over.
    #[cfg(feature = "cli-profile")]
    pub fn discover(name: &str) -> Result<Self, Error> {
        Self::first(|name| std::env::var(name).ok(), || Self::from_cli(name))
    }

    /// What the variables hold, else what the configuration does.
    #[cfg(feature = "cli-profile")]
    fn first(
        variable: impl Fn(&str) -> Option<String>,
        configured: impl FnOnce() -> Result<Self, Error>,
    ) -> Result<Self, Error> {
        match Self::from_lookup(&variable) {
            Err(_) if !Credentials::any_in(&variable) => configured(),
            found => found,
        }
    }

    /// The profile `name` (by default the CLI uses `default`) of the Atlas CLI on this machine:
    /// `atlascli/config.toml` in the configuration directory of the user.
    ///
    /// # Errors
    /// When the file or the profile is not there, and as [`Profile::from_cli_config`].
    #[cfg(feature = "cli-profile")]
    pub fn from_cli(name: &str) -> Result<Self, Error> {
        let Some(path) = cli::config_file(|name| std::env::var_os(name)) else {
            return Err(Error::credentials(
                "this user has no home directory with a configuration of the Atlas CLI",
            ));
        };
        let read = crate::regular_file::read(&path).and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, "not UTF-8"))
        });
        let text = read.map_err(|error| {
            Error::credentials(format!(
                "the Atlas CLI's configuration {} cannot be read: {error}",
                path.display()
            ))
        })?;
        Self::from_cli_config(&text, name)
    }

    /// The profile `name` of an Atlas CLI configuration, which is TOML: `client_id` and `client_secret`, or
    /// `public_api_key` and `private_api_key`, and `service` (`cloud` or `cloudgov`).
    ///
    /// # Errors
    /// When it has no such profile, or the profile no keys in plain text: newer versions of the CLI keep them in the
    /// system's keychain, and who logged in as a person has none.
    #[cfg(feature = "cli-profile")]
    pub fn from_cli_config(text: &str, name: &str) -> Result<Self, Error> {
        cli::profile(text, name)
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("credentials", &self.credentials)
            .field("base_url", &self.base_url)
            .finish()
    }
}

#[cfg(feature = "cli-profile")]
mod cli {
    use std::ffi::OsString;
    use std::path::PathBuf;

    use super::{Credentials, Profile};
    use crate::error::Error;

    /// Where the CLI keeps its configuration, by the platform's custom.
    pub(super) fn config_file(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
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

    pub(super) fn profile(text: &str, name: &str) -> Result<Profile, Error> {
        let refuse = |why: String| {
            Err(Error::credentials(format!(
                "the Atlas CLI's configuration {why}"
            )))
        };
        // The parser's message would quote the line, which may hold a key.
        let Ok(config) = text.parse::<toml::Table>() else {
            return refuse("is not TOML".to_owned());
        };
        let Some(profile) = config.get(name).and_then(toml::Value::as_table) else {
            return refuse(format!("has no profile `{name}`"));
        };
        // The same names as in the environment, so that the same rules hold for pairs.
        let lookup = |variable: &str| {
            let key = match variable {
                "MONGODB_ATLAS_CLIENT_ID" => "client_id",
                "MONGODB_ATLAS_CLIENT_SECRET" => "client_secret",
                "MONGODB_ATLAS_PUBLIC_KEY" => "public_api_key",
                "MONGODB_ATLAS_PRIVATE_KEY" => "private_api_key",
                _ => return None,
            };
            profile
                .get(key)
                .and_then(toml::Value::as_str)
                .map(str::to_owned)
        };
        if !Credentials::any_in(lookup) {
            return refuse(format!(
                "has no keys in plain text in profile `{name}`: set them in the environment instead"
            ));
        }
        let Ok(credentials) = Credentials::from_lookup(lookup) else {
            return refuse(format!("has only half a pair of keys in profile `{name}`"));
        };
        match profile.get("service").and_then(toml::Value::as_str) {
            None | Some("" | "cloud") => Ok(Profile::new(credentials)),
            Some("cloudgov") => Ok(Profile::government(credentials)),
            Some(other) => refuse(format!(
                "has a profile `{name}` for `{other}`, which is not Atlas"
            )),
        }
    }
}

#[cfg(all(test, feature = "cli-profile"))]
#[allow(clippy::unwrap_used, reason = "tests may fail loudly")]
mod tests {
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    use super::{Credentials, Profile, cli};

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn the_configuration_of_the_cli_is_in_the_configuration_directory_of_the_user() {
        let found = |variables: &[(&str, &str)]| -> Option<PathBuf> {
            cli::config_file(|name| {
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
    fn the_configuration_is_asked_only_where_no_variable_holds_a_part_of_credentials() {
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
}
