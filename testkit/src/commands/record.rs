//! `record`: a reverse proxy that records what passes through it, without its secrets.
//!
//! This file only reads the command line; what is written is decided in the library.

use crate::commands::termination::termination;
use atlas_backup_testkit::record::Error;
use atlas_backup_testkit::record::archive::{Archive, Summary};
use atlas_backup_testkit::record::proxy::Proxy;
use atlas_backup_testkit::record::rules::Rules;
use atlas_backup_testkit::record::upstream::{Upstream, platform_tls};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::net::TcpListener;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The service, such as https://cloud.mongodb.com.
    #[arg(long, value_name = "URL")]
    upstream: String,
    /// Where to listen, by plain HTTP; port 0 is any that is free.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The folder for recordings; must be empty or absent.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Rules of redaction in place of the built-in ones (`src/record/rules.toml` of the testkit).
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// The largest body that is recorded, in bytes; larger ones are forwarded only.
    #[arg(long, value_name = "BYTES", default_value_t = 16 * 1024 * 1024)]
    max_body: usize,
}

#[tokio::main]
pub(crate) async fn execute(arguments: Arguments) -> ExitCode {
    match run(arguments).await {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::from(u8::from(summary.refused > 0))
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<Summary, Error> {
    let rules = || match &arguments.rules {
        Some(path) => Rules::parse(&std::fs::read_to_string(path)?),
        None => Rules::built_in(),
    };
    let upstream = Upstream::new(&arguments.upstream, platform_tls()?)?;
    let listener = TcpListener::bind(arguments.listen).await?;
    let say = Box::new(|line: &str| eprintln!("{line}"));
    let archive = Archive::open(&arguments.out, rules()?, &upstream.origin(), say)?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        eprintln!(
            "warning: credentials reach {address} unprotected, from any machine that can connect to it"
        );
    }
    let end = termination()?;
    println!(
        "listening on http://{address}, forwarding to {}",
        upstream.origin()
    );
    let proxy = Proxy::new(listener, upstream, rules()?, archive, arguments.max_body)?;
    proxy.run(end).await
}
