//! The log: lines for people, or JSON for machines, on standard error.

use std::fmt::Result;
use std::io::{self, IsTerminal as _};
use std::panic;

use tracing_subscriber::field::RecordFields;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{DefaultFields, Writer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use super::failure::Failure;
use crate::config::Config;
use crate::config::settings::LogForm;
use crate::model::printable;

/// Starts the log. A panic becomes one line of it, without a backtrace.
///
/// # Errors
/// [`Failure::Usage`] for a level that does not exist.
pub(super) fn start(config: &Config) -> std::result::Result<(), Failure> {
    let log = match config.log {
        LogForm::Human => fmt::layer()
            .fmt_fields(PrintableFields)
            .with_writer(io::stderr)
            .with_target(false)
            .with_ansi(io::stderr().is_terminal())
            .boxed(),
        LogForm::Json => fmt::layer()
            .with_writer(|| PrintableJson(io::stderr()))
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .boxed(),
    };
    let log = log.with_filter(filter(&config.log_level)?);
    let begun = tracing_subscriber::registry().with(log).try_init();
    begun.map_err(|err| Failure::because(&err))?;
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let payload = panic.payload();
        let said = payload.downcast_ref::<&str>().copied();
        let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let said = said.unwrap_or("nothing was said");
        tracing::error!(place, said, "a panic was caught");
    }));
    Ok(())
}

/// Writes the fields of an event on one line, with control characters made visible: names and contents of files, and what
/// clients send, stand in them.
struct PrintableFields;

impl<'w> FormatFields<'w> for PrintableFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> Result {
        let mut text = String::new();
        DefaultFields::new().format_fields(Writer::new(&mut text), fields)?;
        writer.write_str(&printable::line(&text))
    }
}

/// Writes lines of JSON in which no control character stands as it is.
struct PrintableJson<W>(W);

impl<W: io::Write> io::Write for PrintableJson<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(printable::json(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn filter(level: &str) -> std::result::Result<EnvFilter, Failure> {
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
