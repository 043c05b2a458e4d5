//! `cargo xtask sandbox`: serves the sandbox until it is interrupted.
//!
//! Must never be more than a socket, a file and some words around the SDK's own sandbox.

use atlas_backup::sandbox::{Sandbox, SandboxBuilder};
use clap::Parser;
use std::error::Error;
use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::net::TcpListener;

#[derive(Parser)]
#[command(
    name = "cargo xtask sandbox",
    about = "Serves the sandbox: the service for every operation of the SDK, without an account"
)]
struct Arguments {
    /// Where to listen; port 0 takes a free one. Only this machine can reach it unless an address of another one's side is given.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// How many times faster than the machine's clock jobs run.
    #[arg(long, default_value_t = 60)]
    speed: u32,
    /// What every identifier follows from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// What is to go wrong: a JSON file with a list such as [{"operation": "createBackupExport", "fault": "resetAfter"}].
    #[arg(long, value_name = "FILE.json")]
    faults: Option<PathBuf>,
    /// Goes on with what this file holds, if it is there, and keeps everything in it at the end.
    #[arg(long, value_name = "FILE.json")]
    state: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", arguments.listen))?;
    let origin = format!("http://{}", listener.local_addr()?);
    let mut builder = Sandbox::builder()
        .origin(&origin)
        .seed(arguments.seed)
        .real_time(arguments.speed);
    if let Some(path) = &arguments.faults {
        let script = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        builder = builder
            .faults(&script)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let sandbox = open(builder, arguments.state.as_deref())?;
    greet(&sandbox, &origin, arguments.speed)?;
    tokio::select! {
        served = sandbox.serve(listener) => served?,
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    if let Some(path) = &arguments.state {
        keep(&sandbox, path)?;
        println!("kept in {}", path.display());
    }
    Ok(())
}

fn open(builder: SandboxBuilder, state: Option<&Path>) -> Result<Sandbox, Box<dyn Error>> {
    let Some(path) = state else {
        return Ok(builder.build()?);
    };
    match std::fs::read_to_string(path) {
        Ok(saved) => Ok(builder
            .restore(&saved)
            .map_err(|error| format!("{}: {error}", path.display()))?),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(builder.build()?),
        Err(error) => Err(format!("cannot read {}: {error}", path.display()).into()),
    }
}

fn greet(sandbox: &Sandbox, origin: &str, speed: u32) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "listening on {origin}, {speed} times as fast as life; Ctrl-C ends it\n\n\
         export MONGODB_ATLAS_BASE_URL={origin}\n\
         export MONGODB_ATLAS_PUBLIC_KEY={}\n\
         export MONGODB_ATLAS_PRIVATE_KEY={}\n\n\
         project   {}\n\
         clusters  {} {} {}\n\
         bucket    {}\n\
         snapshot  {} (of {})",
        Sandbox::PUBLIC_KEY,
        Sandbox::PRIVATE_KEY,
        sandbox.project(),
        Sandbox::CLUSTER,
        Sandbox::SHARDED,
        Sandbox::FLEX,
        sandbox.bucket(),
        sandbox.snapshot(Sandbox::CLUSTER)?,
        Sandbox::CLUSTER,
    )?;
    Ok(out.flush()?)
}

/// Writes the state whole or not at all.
fn keep(sandbox: &Sandbox, path: &Path) -> Result<(), Box<dyn Error>> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(sandbox.save().as_bytes())?;
    file.persist(path)?;
    Ok(())
}
