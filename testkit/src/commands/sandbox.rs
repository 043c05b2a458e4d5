//! `sandbox`: serves the sandbox until it is interrupted.
//!
//! Must never be more than a socket, a state file and messages around the SDK's own sandbox.

mod arguments;
mod state;

pub(crate) use arguments::Arguments;

use crate::commands::termination::termination;
use atlas_backup::sandbox::Sandbox;
use atlas_backup_testkit::output::{print, print_message};
use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;
use tokio::net::TcpListener;

#[tokio::main]
pub(crate) async fn execute(arguments: Arguments) -> ExitCode {
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_message(format_args!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", arguments.listen))?;
    let origin = format!("http://{}", listener.local_addr()?);
    let sandbox = open(&arguments, &origin)?;
    // Write the file once at the start, so that an unwritable path is reported before anybody relies on it.
    if let Some(path) = &arguments.state {
        state::save(&sandbox, path)?;
    }
    let end = termination()?;
    greet(&sandbox, &origin, arguments.speed)?;
    let saving = async {
        match &arguments.state {
            Some(path) => state::save_periodically(&sandbox, path).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        served = sandbox.serve(listener) => served?,
        () = end => {}
        () = saving => {}
    }
    if let Some(path) = &arguments.state {
        state::save(&sandbox, path)?;
        print(&format!("state saved in {}\n", path.display()))?;
    }
    Ok(())
}

fn open(arguments: &Arguments, origin: &str) -> Result<Sandbox, Box<dyn Error>> {
    let builder = arguments.builder(origin);
    if let Some(path) = &arguments.state
        && let Some(saved) = state::load(path)?
    {
        let at_path = |error| format!("{}: {error}", path.display());
        return Ok(builder.restore(&saved).map_err(at_path)?);
    }
    Ok(arguments.with_faults(builder)?.build()?)
}

fn greet(sandbox: &Sandbox, origin: &str, speed: u32) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let pace = match speed {
        0 => "its clock stands still until it is moved".to_owned(),
        1 => "in real time".to_owned(),
        speed => format!("{speed} times as fast as real time"),
    };
    writeln!(
        out,
        "listening on {origin}, {pace}; press Ctrl-C to stop\n\n\
         export MONGODB_ATLAS_BASE_URL={origin}\n\
         export MONGODB_ATLAS_PUBLIC_KEY={}\n\
         export MONGODB_ATLAS_PRIVATE_KEY={}\n\
         export MONGODB_ATLAS_PROJECT_ID={}\n\n\
         or, instead of the keys, a service account:\n\n\
         export MONGODB_ATLAS_CLIENT_ID={}\n\
         export MONGODB_ATLAS_CLIENT_SECRET={}\n\n\
         clusters  {} {} {}, and those of --cluster\n\
         bucket    {}\n\
         snapshot  {} (of {})",
        Sandbox::PUBLIC_KEY,
        Sandbox::PRIVATE_KEY,
        sandbox.project(),
        Sandbox::CLIENT_ID,
        Sandbox::CLIENT_SECRET,
        Sandbox::CLUSTER,
        Sandbox::SHARDED,
        Sandbox::FLEX,
        sandbox.bucket(),
        sandbox.snapshot(Sandbox::CLUSTER)?,
        Sandbox::CLUSTER,
    )?;
    Ok(out.flush()?)
}
