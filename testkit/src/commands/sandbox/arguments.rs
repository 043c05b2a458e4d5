//! The command line, and the sandbox that it describes.

use atlas_backup::sandbox::{ClusterKind, DigestAlgorithm, Sandbox, SandboxBuilder};
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "While it runs, other programs can use:\n  \
        GET  /sandbox/clock    the sandbox's time\n  \
        POST /sandbox/clock    {\"advanceSeconds\": 3600} moves its clock\n  \
        GET, POST, DELETE /sandbox/faults    the faults still to come; POST adds a list in the form of --faults\n  \
        GET  /sandbox/seen     the requests so far")]
pub(crate) struct Arguments {
    /// Address to listen on; port 0 chooses a free port. The default can be reached from this machine only.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// How many times faster than real time the sandbox's clock runs; with 0, it stands still until it is
    /// moved.
    #[arg(long, default_value_t = 60)]
    pub(crate) speed: u32,
    /// Seed from which all identifiers are derived.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// JSON file with a list of faults to inject, such as [{"operation": "createBackupExport", "fault":
    /// "resetAfter"}]. Ignored when --state continues from a file, which holds the remaining faults.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) faults: Option<PathBuf>,
    /// File to continue from, if it exists, and to save everything but credentials in: every second in which
    /// there were requests, and at the end.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) state: Option<PathBuf>,
    /// Rate limit of each operation in a project: requests at once, and requests added every second.
    #[arg(long, value_name = "REQUESTS,A_SECOND", value_parser = rate)]
    rate_limit: Option<(u32, f64)>,
    /// Adds an API key with only these roles, such as reader,secret,"Project Read Only"; may be repeated.
    #[arg(long, value_name = "PUBLIC,PRIVATE,ROLE[,ROLE]", value_parser = key)]
    api_key: Vec<Key>,
    /// Adds a cluster, such as Orders0=replica-set; may be repeated. When --state continues from a file, the
    /// file must have it.
    #[arg(long, value_name = "NAME=KIND", value_parser = cluster)]
    cluster: Vec<(String, ClusterKind)>,
    /// Size of archives, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 1024 * 1024)]
    archive_size: usize,
    /// Hash algorithm of digest authentication with API keys.
    #[arg(long, value_enum, default_value_t = Digest::Md5)]
    digest: Digest,
}

#[derive(Clone, Copy, ValueEnum)]
enum Digest {
    /// MD5, which the service uses.
    Md5,
    /// SHA-256 of RFC 7616.
    Sha256,
}

#[derive(Clone)]
struct Key {
    public: String,
    private: String,
    roles: Vec<String>,
}

fn rate(text: &str) -> Result<(u32, f64), String> {
    let (requests, a_second) = text.split_once(',').ok_or("write it as 100,5")?;
    let number = |_| format!("{requests} is not a whole number");
    let requests = requests.trim().parse().map_err(number)?;
    let positive = |rate: &f64| rate.is_finite() && *rate > 0.0;
    let rate = a_second.trim().parse().ok().filter(positive);
    let rate = rate.ok_or_else(|| format!("{a_second} is not a number above 0"))?;
    Ok((requests, rate))
}

fn key(text: &str) -> Result<Key, String> {
    let mut parts = text.split(',').map(|part| part.trim().to_owned());
    let (Some(public), Some(private)) = (parts.next(), parts.next()) else {
        return Err("write it as reader,secret,Project Read Only".to_owned());
    };
    let roles: Vec<String> = parts.collect();
    if roles.iter().all(String::is_empty) {
        return Err("name a role: a key without roles would be allowed everything".to_owned());
    }
    let operations = atlas_backup::v2::OPERATIONS.iter();
    let known: BTreeSet<&str> = operations.flat_map(|row| row.roles).copied().collect();
    let owns = |role: &str| role.ends_with(" Owner");
    match roles
        .iter()
        .find(|role| !known.contains(role.as_str()) && !owns(role))
    {
        Some(role) => Err(format!(
            "no operation needs the role {role}; there are {}, and owners",
            Vec::from_iter(known).join(", ")
        )),
        None => Ok(Key {
            public,
            private,
            roles,
        }),
    }
}

fn cluster(text: &str) -> Result<(String, ClusterKind), String> {
    let (name, kind) = text.split_once('=').unwrap_or((text, "replica-set"));
    let kind = match kind {
        "replica-set" => ClusterKind::ReplicaSet,
        "sharded" => ClusterKind::Sharded,
        "flex" => ClusterKind::Flex,
        other => return Err(format!("{other} is not one of replica-set, sharded, flex")),
    };
    name.parse::<atlas_backup::ClusterName>()
        .map_err(|error| error.to_string())?;
    Ok((name.to_owned(), kind))
}

impl Arguments {
    /// Returns the settings of the sandbox, except for its faults.
    pub(crate) fn builder(&self, origin: &str) -> SandboxBuilder {
        let mut builder = Sandbox::builder()
            .origin(origin)
            .seed(self.seed)
            .real_time(self.speed)
            .archive_size(self.archive_size)
            .digest_algorithm(match self.digest {
                Digest::Md5 => DigestAlgorithm::Md5,
                Digest::Sha256 => DigestAlgorithm::Sha256,
            });
        if let Some((requests, a_second)) = self.rate_limit {
            builder = builder.rate_limit(requests, a_second);
        }
        for key in &self.api_key {
            let roles: Vec<&str> = key.roles.iter().map(String::as_str).collect();
            builder = builder.api_key(&key.public, &key.private, &roles);
        }
        for (name, kind) in &self.cluster {
            builder = builder.cluster(name, *kind);
        }
        builder
    }

    /// Adds the faults of the file.
    pub(crate) fn with_faults(
        &self,
        builder: SandboxBuilder,
    ) -> Result<SandboxBuilder, Box<dyn Error>> {
        let Some(path) = &self.faults else {
            return Ok(builder);
        };
        let script = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let at_path = |error| format!("{}: {error}", path.display());
        Ok(builder.faults(&script).map_err(at_path)?)
    }
}
