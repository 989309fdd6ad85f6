//! The binary: parse, run, exit code; nothing else.

use std::process::ExitCode;

/// Imports and answers make millions of small values; the system's own allocator takes a seventh of their time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    aidgraph::cli::run(std::env::args_os())
}
