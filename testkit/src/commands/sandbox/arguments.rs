//! The command line, and the sandbox it describes.

use atlas_backup::sandbox::{ClusterKind, DigestAlgorithm, Sandbox, SandboxBuilder};
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "While it runs, other programs can use:\n  \
        GET  /sandbox/clock    the sandbox's moment\n  \
        POST /sandbox/clock    {\"advanceSeconds\": 3600} moves it\n  \
        GET, POST, DELETE /sandbox/faults    what is still to go wrong; POST adds a list as --faults has it\n  \
        GET  /sandbox/seen     the requests so far")]
pub(crate) struct Arguments {
    /// Where to listen; port 0 takes a free one. Only this machine can reach it unless an address of another one's side is given.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// How many times faster than the machine's clock dates pass and jobs run; with 0, they stand still until they are moved.
    #[arg(long, default_value_t = 60)]
    pub(crate) speed: u32,
    /// What every identifier follows from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// What is to go wrong: a JSON file with a list such as [{"operation": "createBackupExport", "fault": "resetAfter"}].
    /// Passed over where the file of --state goes on: it has what is left of them.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) faults: Option<PathBuf>,
    /// Goes on with what this file holds, if it is there, and keeps everything but credentials in it: every second in which
    /// there were requests, and at the end.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) state: Option<PathBuf>,
    /// How many requests of one operation a project may make at once, and how many more every second.
    #[arg(long, value_name = "REQUESTS,A_SECOND", value_parser = rate)]
    rate_limit: Option<(u32, f64)>,
    /// Another API key with these roles only, such as reader,secret,"Project Read Only"; may be repeated.
    #[arg(long, value_name = "PUBLIC,PRIVATE,ROLE[,ROLE]", value_parser = key)]
    api_key: Vec<Key>,
    /// Another cluster, such as Orders0=replica-set; may be repeated. Where the file of --state goes on, it has to be in it.
    #[arg(long, value_name = "NAME=KIND", value_parser = cluster)]
    cluster: Vec<(String, ClusterKind)>,
    /// How large archives are, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 1024 * 1024)]
    archive_size: usize,
    /// How the digests of API keys are made.
    #[arg(long, value_enum, default_value_t = Digest::Md5)]
    digest: Digest,
}

#[derive(Clone, Copy, ValueEnum)]
enum Digest {
    /// As the service does.
    Md5,
    /// With the longer hash of RFC 7616.
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
    let number = |_| format!("{requests} is no whole number");
    let requests = requests.trim().parse().map_err(number)?;
    let positive = |rate: &f64| rate.is_finite() && *rate > 0.0;
    let rate = a_second.trim().parse().ok().filter(positive);
    let rate = rate.ok_or_else(|| format!("{a_second} is no number above 0"))?;
    Ok((requests, rate))
}

fn key(text: &str) -> Result<Key, String> {
    let mut parts = text.split(',').map(|part| part.trim().to_owned());
    let (Some(public), Some(private)) = (parts.next(), parts.next()) else {
        return Err("write it as reader,secret,Project Read Only".to_owned());
    };
    let roles: Vec<String> = parts.collect();
    if roles.iter().all(String::is_empty) {
        return Err("name a role: a key without roles may do everything".to_owned());
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
        other => return Err(format!("{other} is none of replica-set, sharded, flex")),
    };
    name.parse::<atlas_backup::ClusterName>()
        .map_err(|error| error.to_string())?;
    Ok((name.to_owned(), kind))
}

impl Arguments {
    /// The settings of the sandbox, but for its faults.
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

    /// The same with the faults of the file.
    pub(crate) fn with_faults(
        &self,
        builder: SandboxBuilder,
    ) -> Result<SandboxBuilder, Box<dyn Error>> {
        let Some(path) = &self.faults else {
            return Ok(builder);
        };
        let script = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let told = |error| format!("{}: {error}", path.display());
        Ok(builder.faults(&script).map_err(told)?)
    }
}
