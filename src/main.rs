//! The binary: parse, run, exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    aidgraph::cli::run(std::env::args_os())
}
