//! The commands: what was typed becomes what is meant, and an exit code.
//!
//! Every failure is one line on stderr. Exit codes: 0 done, 1 failed, 2 used wrongly, 3 done with rows left out.

mod again;
mod check;
mod desk;
mod failure;
mod hint;
mod import;
mod keeper;
mod log;
mod meant;
mod output;
mod problem;
mod progress;
mod query;
mod reseed;
mod scrub;
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
use crate::config::limits::LimitSettings;
use crate::config::settings::{DataSettings, Settings};
use crate::graphql;
use crate::http::access::Role;
use crate::ingest::format::Format;
use crate::ingest::import::{Duplicates, How};
use crate::model::code::Code as _;
use crate::model::printable;
use failure::Failure;

/// Who does what, where, with whom, for how much, and how do we know? An open graph of development cooperation.
#[derive(Debug, Parser)]
#[command(name = "aidgraph", version, about, max_term_width = 100)]
#[command(after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What stands below the list of commands.
const AFTER_HELP: &str = "\
Mostly used with `aidgraph serve` (`aidgraph serve --help` lists all):
  --listen ADDR      address and port [default: 127.0.0.1:4000]
  --data DIR         the data folder [default: ./aidgraph-data]
  --seed DIR         a folder of seed files; edits of it are taken up while it serves
  --auth-file FILE   tokens; needed, or --open-reading, to listen elsewhere than on loopback
  --config FILE      a TOML file that sets the same

Exit codes: 0 done, 1 failed, 2 used wrongly, 3 done with rows left out.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer GraphQL, saved queries and the playground over HTTP
    ///
    /// What is set comes from flags, else the environment, else the file, else the defaults.
    Serve {
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Validate a folder of seed files: every problem, with its file, line and column
    Check {
        /// The folder
        dir: PathBuf,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Bring in files of publishers; a file of the same name takes the place of the older one
    ///
    /// Formats: IATI activities and organisations (XML, every version), flows of OCHA FTS (CSV of the Humanitarian Data Exchange,
    /// JSON of the API), records of the OECD CRS (CSV or text, every layout). Each may be packed with gzip (gz) or zstd (zst), or lie
    /// in a zip archive, which is taken like a folder.
    ///
    /// A row that cannot be taken is left out and told, with its place and the reason; a running server goes on and takes
    /// up the new data by itself.
    Import {
        /// Files, zip archives, folders of them, or patterns such as 'data/*.xml'; - reads standard input
        #[arg(required_unless_present = "watch")]
        paths: Vec<PathBuf>,
        /// Follow a folder until stopped: files that come, change or go are taken in, replaced or taken out
        #[arg(long, value_name = "DIR", conflicts_with_all = ["paths", "name"])]
        watch: Option<PathBuf>,
        /// With --watch: take files out also when most or all of a folder go at once, as when a disk is unmounted
        #[arg(long, requires = "watch")]
        allow_empty: bool,
        /// The name to keep one file under, instead of its own
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// How the files are written, where their content shall not tell
        #[arg(long, value_name = "FORMAT", value_parser = format)]
        format: Option<Format>,
        /// What counts of an activity that stands in several files: the latest version, or it with the transactions that it lacks
        #[arg(long, value_name = "latest|unite", value_parser = duplicates)]
        duplicates: Option<Duplicates>,
        /// Write JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Take imported files out of the data
    Remove {
        /// Their names, as `aidgraph status` lists them; of a zip archive its own name
        #[arg(required = true)]
        names: Vec<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        data: DataSettings,
    },
    /// Tell what a data folder holds; works while a server runs on it
    Status {
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        data: DataSettings,
        /// List every problem of one file
        #[arg(long, value_name = "NAME")]
        problems: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Answer one GraphQL query without a server
    Query {
        /// The file that holds the query; - reads standard input
        query: PathBuf,
        /// Its variables, as a JSON object
        #[arg(long, value_name = "JSON")]
        variables: Option<String>,
        /// Which operation, when there are several
        #[arg(long, value_name = "NAME")]
        operation: Option<String>,
        /// The form of the answer
        #[arg(long, value_name = "FORM", default_value = "json")]
        format: query::Format,
        #[command(flatten)]
        file: ConfigFile,
        #[command(flatten)]
        data: DataSettings,
        #[command(flatten)]
        limits: Box<LimitSettings>,
    },
    /// Make a token: its digest goes to the file of tokens, and the token itself is shown this once
    Token {
        /// Whose it is; the name stands in logs
        name: String,
        /// What it allows
        #[arg(long, value_name = "ROLE", value_delimiter = ',', default_value = "read")]
        role: Vec<Role>,
        /// The file of tokens, which `serve --auth-file` reads
        #[arg(long, value_name = "FILE", env = "AIDGRAPH_AUTH_FILE")]
        auth_file: PathBuf,
    },
    /// Write the schema in the schema language
    Schema,
    /// Write the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Where settings may stand.
#[derive(Debug, Args)]
struct ConfigFile {
    /// A TOML file that sets what flags set, under the same names
    #[arg(long, value_name = "FILE", env = "AIDGRAPH_CONFIG")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// What is meant by what was typed here and in the file.
    fn resolve(self, typed: Settings) -> Result<Config, Failure> {
        let file = self
            .config
            .map_or_else(|| Ok(Settings::default()), |path| Settings::from_file(&path))?;
        Ok(typed.or(file).resolve()?)
    }
}

/// A format by its word.
fn format(word: &str) -> Result<Format, String> {
    Format::parse(word).map_err(|err| err.to_string())
}

/// What counts of duplicates, by its word.
fn duplicates(word: &str) -> Result<Duplicates, String> {
    Duplicates::parse(word).map_err(|err| err.to_string())
}

/// Runs the command that was typed.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    private();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let done = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli.command.run(),
        Err(err) => not_a_command(&err, &arguments),
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            output::complain(&format!("aidgraph: {}", printable::line(failure.message())));
            failure.code()
        }
    }
}

/// Has whatever this process makes belong to its user alone: sources may hold contact data.
fn private() {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

impl Command {
    fn run(self) -> Result<ExitCode, Failure> {
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
                json,
                file,
                data,
            } => {
                let how = How { format, duplicates };
                let config = file.resolve(Settings { data, ..Settings::default() })?;
                match watch {
                    Some(folder) => watch::run(&config, &folder, allow_empty, how, json),
                    None => import::run(&config, &import::Wish { paths, name, how, json }),
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
                let typed = Settings { data, limits: *limits, ..Settings::default() };
                let config = file.resolve(typed)?;
                query::run(&config, &query::Question { query, variables, operation, format })
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

/// Help where help is asked for; else one line that says what was wrong with the words typed.
fn not_a_command(err: &clap::Error, arguments: &[OsString]) -> Result<ExitCode, Failure> {
    match err.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::print(&err.render().to_string())
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::complain(err.render().to_string().trim_end());
            Ok(ExitCode::from(failure::USAGE))
        }
        _ => {
            let rendered = err.render().to_string();
            // What is missing stands in lines of its own below the first.
            let said = rendered.split("\n\n").next().unwrap_or_default();
            let said = said.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            let said = said.strip_prefix("error: ").unwrap_or(&said);
            let command = hint::subcommand(&Cli::command(), arguments);
            let of = command.as_ref().map_or(String::new(), |name| format!("{name} "));
            let help = hint::unknown_flag(&Cli::command(), command.as_deref(), err, arguments)
                .unwrap_or_else(|| suggestion(err));
            Err(Failure::Usage(format!("{said}{help}; see `aidgraph {of}--help`")))
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
        Some(ContextValue::String(one)) => format!("; perhaps `{one}` is meant"),
        Some(ContextValue::Strings(several)) if !several.is_empty() => {
            format!("; perhaps `{}` is meant", several.join("` or `"))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_cannot_be_meant_is_told_in_one_line() {
        let told = |words: &[&str]| {
            let words = ["aidgraph"].iter().chain(words);
            let words: Vec<OsString> = words.map(OsString::from).collect();
            not_a_command(&Cli::try_parse_from(&words).unwrap_err(), &words)
                .unwrap_err()
                .message()
                .to_owned()
        };
        assert_eq!(
            told(&["serve", "--lsten", "x"]),
            "unexpected argument '--lsten' found; perhaps `--listen` is meant; see `aidgraph serve --help`"
        );
        assert!(told(&["serv"]).contains("perhaps `serve` is meant"));
        let lots = told(&["serve", "--max-body", "lots"]);
        assert!(lots.contains("'lots' for '--max-body <N>'"), "{lots}");
        assert!(lots.contains("write a whole number"), "{lots}");
        assert!(told(&["check"]).contains("<DIR>"), "{}", told(&["check"]));
        for words in
            [&["serve", "--request-timeout", "soon"][..], &["check"], &["serve", "--log", "xml"]]
        {
            assert!(!told(words).contains('\n'), "{}", told(words));
        }
    }
}
