//! `acasa demo`.

use crate::output::{Exit, Output};

/// Arguments of `acasa demo`.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Not built yet.
pub(crate) fn run(_args: &Args, _output: &mut Output) -> Exit {
    Exit::failed("not_built", "this command is not built yet")
}
