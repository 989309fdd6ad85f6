//! Command line: parses arguments, resolves the configuration, runs a command and returns its exit code.
//!
//! Every error is one line on stderr. Exit codes: 0 success, 1 failure, 2 usage error, 3 success with rows left out.

mod check;
mod error;
mod export;
mod generation;
mod hint;
mod import;
mod log;
mod output;
mod progress;
mod query;
mod serve;
mod signal;
mod status;
mod token;
mod watch;

use std::error::Error;
use std::ffi::OsString;
use std::num::ParseIntError;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::config::Config;
use crate::config::limits::GivenLimits;
use crate::config::removed;
use crate::config::settings::{DataSettings, Settings};
use crate::graphql::limit::Limits;
use crate::http::access::AccessRole;
use crate::ingest::format::Format;
use crate::ingest::import::{Duplicates, How, StatedLicence};
use crate::model::code::Code as _;
use crate::model::licence::InvalidLicence;
use crate::model::printable;
use crate::{graphql, service, table};
use error::CommandError;

/// An open graph of development cooperation: who does what, where, with whom and for how much
#[derive(Debug, Parser)]
#[command(name = "aidgraph", version, about, max_term_width = 100)]
#[command(after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Text below the list of commands.
const AFTER_HELP: &str = "\
Common options of `aidgraph serve` (`aidgraph serve --help` lists all):
  --listen ADDR      address and port to listen on [default: 127.0.0.1:4000]
  --data DIR         data folder [default: ./aidgraph-data]
  --seed DIR         folder of seed files; edits are reloaded while the server runs
  --auth-file FILE   token file; this or --open-reading is required to listen beyond loopback
  --config FILE      TOML file with the same options as keys

Exit codes: 0 success, 1 failure, 2 usage error, 3 success with rows left out.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve GraphQL, saved queries and the playground over HTTP
    ///
    /// Precedence of options: flags, environment variables, the configuration file, defaults.
    Serve {
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Validate a folder of seed files and report every problem with file, line and column
    Check {
        /// Folder of seed files
        dir: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Import files of publishers; a file replaces an earlier one of the same name
    ///
    /// Formats: IATI activities and organisations (XML, all versions), OCHA FTS flows (CSV of the Humanitarian Data Exchange,
    /// JSON of the API), and OECD CRS records (CSV or text, all layouts). A file may be compressed with gzip (gz) or
    /// zstd (zst). A zip archive is read like a folder.
    ///
    /// Invalid rows are left out and reported with position and reason. A running server picks up the new data automatically.
    Import {
        /// Files, zip archives, folders, or patterns such as 'data/*.xml'; - reads standard input
        #[arg(required_unless_present = "watch")]
        paths: Vec<PathBuf>,
        /// Watch a folder until stopped: import new files, replace changed ones, remove deleted ones
        #[arg(long, value_name = "DIR", conflicts_with_all = ["paths", "name"])]
        watch: Option<PathBuf>,
        /// With --watch: remove files even if most or all of a folder disappear at once, as when a disk is unmounted
        #[arg(long, requires = "watch")]
        allow_empty: bool,
        /// Name under which one file is stored, instead of its own
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Format of the files, instead of detection by content
        #[arg(long, value_name = "FORMAT", value_parser = format)]
        format: Option<Format>,
        /// For an IATI activity in several files: use the latest version, or unite it with transactions of the others
        /// [default: the rule of the replaced file, otherwise latest]
        #[arg(long, value_name = "latest|unite", value_parser = duplicates)]
        duplicates: Option<Duplicates>,
        /// Licence of the files: an SPDX identifier such as CC-BY-4.0, a short name or a web address; '' if unknown
        /// [default: the licence of the replaced file, otherwise unknown]
        #[arg(long, value_name = "TEXT", value_parser = licence)]
        licence: Option<StatedLicence>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Remove imported files from the data
    Remove {
        /// File names as listed by `aidgraph status`, or the name of a zip archive
        #[arg(required = true)]
        names: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Show the contents of a data folder; works while a server uses it
    Status {
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        data: DataSettings,
        /// List all recorded problems of one file
        #[arg(long, value_name = "NAME")]
        problems: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Run one GraphQL query without a server
    Query {
        /// File with the query; - reads standard input
        query: PathBuf,
        /// Variables, as a JSON object
        #[arg(long, value_name = "JSON")]
        variables: Option<String>,
        /// Operation to run if the file has several
        #[arg(long, value_name = "NAME")]
        operation: Option<String>,
        /// Output format: `json` is the GraphQL response; the others are tables with all rows of the list that a comment `# rows: path.to.list` names
        #[arg(long, value_name = "FORM", default_value = "json", value_parser = query::OutputFormat::parser())]
        format: query::OutputFormat,
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        data: DataSettings,
        #[command(flatten)]
        limits: GivenLimits<Limits>,
    },
    /// Write tables to a folder, with a description of every column
    ///
    /// Each table has all rows of its filter. `datapackage.json` describes the files, and `views.sql` opens them in `DuckDB`.
    Export {
        /// Folder for the files; created if it does not exist
        dir: PathBuf,
        /// Tables to write [default: all]
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        table: Vec<String>,
        /// Format of the files: csv, json, ndjson, xlsx, parquet or arrow
        #[arg(long, value_name = "FORMAT", default_value = "csv", value_parser = export::format)]
        format: table::format::Format,
        /// Parameter of every table that has it, as in a URL: country=ML
        #[arg(long = "where", value_name = "NAME=VALUE")]
        parameters: Vec<String>,
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Create a token: print it once, and add its digest to the token file
    Token {
        /// Name of the token holder, as shown in logs
        name: String,
        /// Roles of the token
        #[arg(long, value_name = "ROLE", value_delimiter = ',', default_value = "read")]
        role: Vec<AccessRole>,
        /// Token file, as read by `serve --auth-file`
        #[arg(long, value_name = "FILE", env = "AIDGRAPH_AUTH_FILE")]
        auth_file: PathBuf,
    },
    /// Print the schema in the GraphQL schema definition language
    Schema,
    /// Print shell completions
    Completions {
        /// Target shell
        shell: Shell,
    },
}

/// Option that names a configuration file.
#[derive(Debug, Args)]
struct ConfigFile {
    /// TOML file with the same names as the flags
    #[arg(long, value_name = "FILE", env = "AIDGRAPH_CONFIG")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// Resolves the configuration from flags, environment and file.
    fn resolve(self, typed: Settings) -> Result<Config, CommandError> {
        removed::check_environment()?;
        let file = self
            .config
            .map_or_else(|| Ok(Settings::default()), |path| Settings::from_file(&path))?;
        Ok(typed.or(file).resolve()?)
    }
}

/// Returns the options of the data.
fn data_options(config: &Config) -> service::Options {
    service::Options { data: config.data.clone(), seed: config.seed.clone() }
}

/// Parses a format code.
fn format(word: &str) -> Result<Format, String> {
    Format::parse(word).map_err(|err| err.to_string())
}

/// Parses a code for the treatment of duplicates.
fn duplicates(word: &str) -> Result<Duplicates, String> {
    Duplicates::parse(word).map_err(|err| err.to_string())
}

/// Parses the licence of imported files.
fn licence(text: &str) -> Result<StatedLicence, String> {
    text.parse().map_err(|err: InvalidLicence| err.to_string())
}

/// Parses the arguments and runs the command.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    restrict_umask();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let done = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli.command.run(),
        Err(err) => usage_error(&err, &arguments),
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            output::message(&format!("aidgraph: {}", printable::line(failure.message())));
            failure.code()
        }
    }
}

/// Restricts new files to the user of the process: sources may contain contact data.
fn restrict_umask() {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

impl Command {
    fn run(self) -> Result<ExitCode, CommandError> {
        match self {
            Self::Serve { file, settings } => serve::run(&file.resolve(*settings)?),
            Self::Check { dir, json } => check::run(&dir, json),
            Self::Import {
                paths,
                watch,
                allow_empty,
                name,
                format,
                duplicates,
                licence,
                json,
                file,
                data,
            } => {
                let licence = licence.unwrap_or_default();
                let how = How { format, duplicates, licence };
                let config = file.resolve(Settings { data, ..Settings::default() })?;
                match watch {
                    Some(folder) => watch::run(&config, &folder, allow_empty, &how, json),
                    None => import::run(&config, &import::ImportArgs { paths, name, how, json }),
                }
            }
            Self::Remove { names, json, file, data } => {
                let typed = Settings { data, ..Settings::default() };
                import::remove(&file.resolve(typed)?, &names, json)
            }
            Self::Status { file, data, problems, json } => {
                let typed = Settings { data, ..Settings::default() };
                status::run(&file.resolve(typed)?.data, problems.as_deref(), json)
            }
            Self::Query { query, variables, operation, format, file, data, limits } => {
                let typed = Settings { data, limits, ..Settings::default() };
                let config = file.resolve(typed)?;
                query::run(&config, &query::QueryArgs { query, variables, operation, format })
            }
            Self::Export { dir, table: tables, format, parameters, file, data } => {
                let config = file.resolve(Settings { data, ..Settings::default() })?;
                export::run(&config, &export::ExportArgs { dir, tables, format, parameters })
            }
            Self::Token { name, role, auth_file } => token::run(&auth_file, &name, &role),
            Self::Schema => output::print(&graphql::sdl()),
            Self::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "aidgraph", &mut script);
                output::print(&String::from_utf8_lossy(&script))
            }
        }
    }
}

/// Prints the requested help, or returns a usage error in one line.
fn usage_error(err: &clap::Error, arguments: &[OsString]) -> Result<ExitCode, CommandError> {
    match err.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::print(&err.render().to_string())
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::message(err.render().to_string().trim_end());
            Ok(ExitCode::from(error::USAGE))
        }
        _ => {
            let rendered = err.render().to_string();
            // Missing arguments are listed on lines below the first.
            let message = rendered.split("\n\n").next().unwrap_or_default();
            let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            let message = message.strip_prefix("error: ").unwrap_or(&message);
            let command = hint::subcommand(&Cli::command(), arguments);
            let of = command.as_ref().map_or(String::new(), |name| format!("{name} "));
            let help = hint::unknown_flag(&Cli::command(), command.as_deref(), err, arguments)
                .unwrap_or_else(|| suggestion(err));
            let see = if help.ends_with('?') { " See" } else { "; see" };
            Err(CommandError::Usage(format!("{message}{help}{see} `aidgraph {of}--help`")))
        }
    }
}

fn suggestion(err: &clap::Error) -> String {
    if err.source().is_some_and(<dyn Error>::is::<ParseIntError>) {
        return "; write a whole number, such as 100".to_owned();
    }
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .find_map(|kind| err.get(kind));
    match suggested {
        Some(ContextValue::String(one)) => format!("; did you mean `{one}`?"),
        Some(ContextValue::Strings(several)) if !several.is_empty() => {
            format!("; did you mean `{}`?", several.join("` or `"))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn usage_errors_are_one_line() {
        let message_of = |words: &[&str]| {
            let words = ["aidgraph"].iter().chain(words);
            let words: Vec<OsString> = words.map(OsString::from).collect();
            usage_error(&Cli::try_parse_from(&words).unwrap_err(), &words)
                .unwrap_err()
                .message()
                .to_owned()
        };
        assert_eq!(
            message_of(&["serve", "--lsten", "x"]),
            "unexpected argument '--lsten' found; did you mean `--listen`? See `aidgraph serve --help`"
        );
        assert!(message_of(&["serv"]).contains("did you mean `serve`?"));
        let lots = message_of(&["serve", "--max-body", "lots"]);
        assert!(lots.contains("'lots' for '--max-body <N>'"), "{lots}");
        assert!(lots.contains("write a whole number"), "{lots}");
        assert!(message_of(&["check"]).contains("<DIR>"), "{}", message_of(&["check"]));
        for words in
            [&["serve", "--request-timeout", "soon"][..], &["check"], &["serve", "--log", "xml"]]
        {
            assert!(!message_of(words).contains('\n'), "{}", message_of(words));
        }
    }
}
