//! stub
use clap::Args;
use std::process::ExitCode;
#[derive(Args)]
pub(crate) struct ContractArgs {}
pub(crate) fn run(_: ContractArgs) -> ExitCode {
    ExitCode::FAILURE
}
