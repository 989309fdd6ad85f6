//! Logging to standard error, as text lines or JSON.

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

use super::error::CommandError;
use crate::config::Config;
use crate::config::settings::LogForm;
use crate::model::printable;

/// Installs the log subscriber. A panic is logged in one line, without a backtrace.
///
/// # Errors
/// [`CommandError::Usage`] for a level that does not exist.
pub(super) fn start(config: &Config) -> std::result::Result<(), CommandError> {
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
    begun.map_err(|err| CommandError::because(&err))?;
    panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        let payload = panic.payload();
        let message = payload.downcast_ref::<&str>().copied();
        let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = message.unwrap_or("no message");
        tracing::error!(location, panic = message, "panic caught");
    }));
    Ok(())
}

/// Writes the fields of an event on one line, with control characters escaped: fields contain untrusted names and text.
struct PrintableFields;

impl<'w> FormatFields<'w> for PrintableFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> Result {
        let mut text = String::new();
        DefaultFields::new().format_fields(Writer::new(&mut text), fields)?;
        writer.write_str(&printable::line(&text))
    }
}

/// Writer that escapes control characters in lines of JSON.
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

fn filter(level: &str) -> std::result::Result<EnvFilter, CommandError> {
    let invalid = || {
        CommandError::Usage(format!(
            "invalid log level `{level}`: write error, warn, info, debug, trace, or a filter such as info,aidgraph::http=debug"
        ))
    };
    // `EnvFilter` takes any other bare word as a target, and would silence all the rest.
    if !level.contains(['=', ',']) && level.parse::<LevelFilter>().is_err() {
        return Err(invalid());
    }
    EnvFilter::try_new(level).map_err(|_| invalid())
}
