//! The log: lines for people, or JSON for machines, on standard error.

use std::io::{self, IsTerminal as _};
use std::panic;

use tokio::runtime::Handle;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use super::failure::Failure;
use super::traces::{self, Traces};
use crate::config::Config;
use crate::config::settings::LogForm;

/// Begins to log, and to send traces where a collector is named. Panics go into the log too: one line, where others go,
/// and never a backtrace for the operator.
pub(super) fn start(config: &Config, runtime: &Handle) -> Result<Traces, Failure> {
    let (ear, traces) = traces::begin(config.otlp_endpoint.as_deref(), runtime)?;
    let log = fmt::layer().with_writer(io::stderr);
    let log = match config.log {
        LogForm::Human => log.with_target(false).with_ansi(io::stderr().is_terminal()).boxed(),
        LogForm::Json => log.json().flatten_event(true).with_current_span(false).boxed(),
    };
    let log = log.with_filter(filter(&config.log_level)?);
    let begun = tracing_subscriber::registry().with(ear).with(log).try_init();
    begun.map_err(|err| Failure::because(&err))?;
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let payload = panic.payload();
        let said = payload.downcast_ref::<&str>().copied();
        let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let said = said.unwrap_or("nothing was said");
        tracing::error!(place, said, "a panic was caught");
    }));
    Ok(traces)
}

fn filter(level: &str) -> Result<EnvFilter, Failure> {
    let refused = || {
        Failure::Usage(format!(
            "`{level}` is no log level; write error, warn, info, debug, trace, or a filter such as info,aidgraph::http=debug"
        ))
    };
    // A bare word that is no level would pass for the name of a module, and silence all others.
    if !level.contains(['=', ',']) && level.parse::<LevelFilter>().is_err() {
        return Err(refused());
    }
    EnvFilter::try_new(level).map_err(|_| refused())
}
