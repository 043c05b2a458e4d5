//! `record`: a reverse proxy that records traffic, without its secrets.
//!
//! This file only reads the command line; the library decides what is written.

use crate::commands::termination::termination;
use atlas_backup_testkit::output::{print, print_message};
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
    /// Origin of the service, such as https://cloud.mongodb.com.
    #[arg(long, value_name = "URL")]
    upstream: String,
    /// Address to listen on, by plain HTTP; port 0 chooses a free port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Folder for the recordings; must be empty or absent.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Redaction rules in place of the built-in ones (`src/record/rules.toml` of the testkit).
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Largest body that is recorded, in bytes; larger ones are forwarded but not recorded.
    #[arg(long, value_name = "BYTES", default_value_t = 16 * 1024 * 1024)]
    max_body: usize,
}

#[tokio::main]
pub(crate) async fn execute(arguments: Arguments) -> ExitCode {
    match run(arguments).await {
        Ok(summary) => ExitCode::from(u8::from(summary.refused > 0)),
        Err(error) => {
            print_message(format_args!("error: {error}"));
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
    let say = Box::new(|line: &str| print_message(line));
    let archive = Archive::open(&arguments.out, rules()?, &upstream.origin(), say)?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        print_message(format_args!(
            "warning: {address} is reachable from other machines, which send their credentials to it unencrypted"
        ));
    }
    let end = termination()?;
    let origin = upstream.origin();
    print(&format!(
        "listening on http://{address}, forwarding to {origin}\n"
    ))
    .map_err(std::io::Error::other)?;
    let proxy = Proxy::new(listener, upstream, rules()?, archive, arguments.max_body)?;
    let summary = proxy.run(end).await?;
    print(&format!("{summary}\n")).map_err(std::io::Error::other)?;
    Ok(summary)
}
