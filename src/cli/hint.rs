//! What may be meant by a flag that there is none of: the flag of the same command that it is nearest to, or the one that
//! goes by that name in other programs.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What flags are called elsewhere, and here.
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

/// How like two names must be, of 1.
const ALIKE: f64 = 0.75;

/// The command that was typed.
pub(super) fn subcommand(cli: &Command, arguments: &[OsString]) -> Option<String> {
    let words = arguments.iter().skip(1).filter_map(|word| word.to_str());
    let mut commands = words.filter(|word| cli.find_subcommand(word).is_some());
    commands.next().map(str::to_owned)
}

/// The flag that may be meant by one that a command does not have, as the end of a sentence.
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
    let Some(word) = flag_name(typed) else { return place(typed, &flags) };
    let Some(flag) = meant(word, &flags) else { return elsewhere(cli, name, word) };
    Some(match (flag, port(typed, arguments)) {
        ("listen", Some(port)) => format!("; perhaps `--listen 127.0.0.1:{port}` is meant"),
        _ => format!("; perhaps `--{flag}` is meant"),
    })
}

/// The long flags of a command.
fn flags(command: &Command) -> Vec<&str> {
    command.get_arguments().filter_map(|flag| flag.get_long()).collect()
}

/// The name of a flag without dashes and value.
fn flag_name(typed: &str) -> Option<&str> {
    let name = typed.strip_prefix("--").or_else(|| typed.strip_prefix('-'))?;
    name.split('=').next().filter(|name| !name.is_empty())
}

/// The flag that is nearest to a name.
fn meant<'f>(word: &str, flags: &[&'f str]) -> Option<&'f str> {
    let word = word.to_lowercase().replace('_', "-");
    let has = |flag: &str| flags.iter().find(|known| **known == flag).copied();
    let own = flags.iter().map(|flag| (*flag, *flag));
    let others = ELSEWHERE.iter().filter_map(|(other, flag)| Some((*other, has(flag)?)));
    let exact = own.clone().chain(others.clone()).find(|(name, _)| *name == word);
    if let Some((_, flag)) = exact {
        return Some(flag);
    }
    // One letter is like many.
    let long = others.filter(|(name, _)| name.len() > 2);
    let ranked = own.chain(long).map(|(name, flag)| {
        let begins = word.len() > 2 && (name.starts_with(&*word) || name.ends_with(&*word));
        let alike = strsim::jaro_winkler(&word, name);
        (if begins { alike.max(0.9) } else { alike }, flag)
    });
    let best = ranked.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= ALIKE).then_some(best.1)
}

/// Another command that has the flag.
fn elsewhere(cli: &Command, than: &str, word: &str) -> Option<String> {
    let mut others = cli.get_subcommands().filter(|command| command.get_name() != than);
    let found = others.find(|command| flags(command).contains(&word))?;
    Some(format!("; it is a flag of `aidgraph {}`", found.get_name()))
}

/// What may be meant by an address or a port without a flag.
fn place(typed: &str, flags: &[&str]) -> Option<String> {
    let port = typed.rsplit(':').next().unwrap_or_default();
    let is_place = flags.contains(&"listen") && port.parse::<u16>().is_ok();
    is_place.then(|| {
        let address =
            if typed.contains(':') { typed.to_owned() } else { format!("127.0.0.1:{port}") };
        format!("; perhaps `--listen {address}` is meant")
    })
}

/// The port that was typed with or after a flag.
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
