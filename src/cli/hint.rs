//! Suggestions for unknown flags: the nearest flag of the command, or the equivalent of a flag of other programs.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::config::removed;

/// Names of flags in other programs, with the flag of aidgraph.
const ELSEWHERE: &[(&str, &str)] = &[
    ("port", "listen"),
    ("p", "listen"),
    ("host", "listen"),
    ("hostname", "listen"),
    ("bind", "listen"),
    ("b", "listen"),
    ("addr", "listen"),
    ("address", "listen"),
    ("interface", "listen"),
    ("ip", "listen"),
    ("l", "listen"),
    ("data-dir", "data"),
    ("datadir", "data"),
    ("dir", "data"),
    ("d", "data"),
    ("db", "data"),
    ("c", "config"),
    ("f", "config"),
    ("conf", "config"),
    ("verbose", "log-level"),
    ("v", "log-level"),
    ("debug", "log-level"),
    ("quiet", "log-level"),
    ("q", "log-level"),
    ("token", "auth-file"),
    ("tokens", "auth-file"),
    ("auth", "auth-file"),
    ("cert", "tls-cert"),
    ("certificate", "tls-cert"),
    ("key", "tls-key"),
    ("cors", "cors-origin"),
    ("origin", "cors-origin"),
    ("timeout", "request-timeout"),
    ("metrics", "metrics-listen"),
    ("follow", "watch"),
    ("w", "watch"),
    ("n", "name"),
    ("as", "name"),
    ("type", "format"),
    ("vars", "variables"),
    ("var", "variables"),
    ("output", "format"),
    ("o", "format"),
    ("j", "json"),
    ("roles", "role"),
    ("file", "auth-file"),
];

/// Minimum Jaro-Winkler similarity of a suggestion, from 0 to 1.
const MIN_SIMILARITY: f64 = 0.75;

/// Returns the subcommand among the arguments.
pub(super) fn subcommand(cli: &Command, arguments: &[OsString]) -> Option<String> {
    let words = arguments.iter().skip(1).filter_map(|word| word.to_str());
    let mut commands = words.filter(|word| cli.find_subcommand(word).is_some());
    commands.next().map(str::to_owned)
}

/// Suggests a flag for an unknown one, as the end of an error message.
pub(super) fn unknown_flag(
    cli: &Command,
    command: Option<&str>,
    err: &clap::Error,
    arguments: &[OsString],
) -> Option<String> {
    if err.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let Some(ContextValue::String(typed)) = err.get(ContextKind::InvalidArg) else { return None };
    let name = command?;
    let flags = flags(cli.find_subcommand(name)?);
    let Some(word) = flag_name(typed) else { return suggest_listen(typed, &flags) };
    if let Some(instead) = removed::instead_of(word) {
        return Some(format!("; {instead}"));
    }
    // The very flag of another command is meant rather than a similar one of this command.
    if let Some(other) = elsewhere(cli, name, word) {
        return Some(other);
    }
    let flag = nearest(word, &flags)?;
    Some(match (flag, port(typed, arguments)) {
        ("listen", Some(port)) => format!("; did you mean `--listen 127.0.0.1:{port}`?"),
        _ => format!("; did you mean `--{flag}`?"),
    })
}

/// Returns the long flags of a command.
fn flags(command: &Command) -> Vec<&str> {
    command.get_arguments().filter_map(|flag| flag.get_long()).collect()
}

/// Strips dashes and value from a flag.
fn flag_name(typed: &str) -> Option<&str> {
    let name = typed.strip_prefix("--").or_else(|| typed.strip_prefix('-'))?;
    name.split('=').next().filter(|name| !name.is_empty())
}

/// Returns the flag nearest to a name.
fn nearest<'f>(word: &str, flags: &[&'f str]) -> Option<&'f str> {
    let word = word.to_lowercase().replace('_', "-");
    let has = |flag: &str| flags.iter().find(|known| **known == flag).copied();
    let own = flags.iter().map(|flag| (*flag, *flag));
    let others = ELSEWHERE.iter().filter_map(|(other, flag)| Some((*other, has(flag)?)));
    let exact = own.clone().chain(others.clone()).find(|(name, _)| *name == word);
    if let Some((_, flag)) = exact {
        return Some(flag);
    }
    // One letter is similar to too many names.
    let long = others.filter(|(name, _)| name.len() > 2);
    let ranked = own.chain(long).map(|(name, flag)| {
        let begins = word.len() > 2 && (name.starts_with(&*word) || name.ends_with(&*word));
        let alike = strsim::jaro_winkler(&word, name);
        (if begins { alike.max(0.9) } else { alike }, flag)
    });
    let best = ranked.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= MIN_SIMILARITY).then_some(best.1)
}

/// Names another command that has the flag.
fn elsewhere(cli: &Command, than: &str, word: &str) -> Option<String> {
    let mut others = cli.get_subcommands().filter(|command| command.get_name() != than);
    let found = others.find(|command| flags(command).contains(&word))?;
    Some(format!("; `aidgraph {}` has this flag", found.get_name()))
}

/// Suggests `--listen` for an address or a port without a flag.
fn suggest_listen(typed: &str, flags: &[&str]) -> Option<String> {
    let port = typed.rsplit(':').next().unwrap_or_default();
    let is_address = flags.contains(&"listen") && port.parse::<u16>().is_ok();
    is_address.then(|| {
        let address =
            if typed.contains(':') { typed.to_owned() } else { format!("127.0.0.1:{port}") };
        format!("; did you mean `--listen {address}`?")
    })
}

/// Returns the port given with or after a flag.
fn port(typed: &str, arguments: &[OsString]) -> Option<u16> {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let at = words.iter().position(|word| *word == typed || word.starts_with(&format!("{typed}=")));
    let at = at.or_else(|| words.iter().position(|word| word.starts_with(typed)))?;
    let word = words.get(at)?;
    let value = word.split_once('=').map(|(_, value)| value).or_else(|| {
        let joined = word.strip_prefix("-p").filter(|rest| !rest.is_empty());
        joined.or_else(|| words.get(at + 1).copied())
    });
    value?.parse().ok()
}
