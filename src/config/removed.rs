//! Removed settings: limits of fixed size, and settings of earlier versions. A source that sets one is rejected.

use std::fmt;

use super::error::Error;
use super::limits::{default_of, variable};
use crate::graphql::limit::{ExecutionLimits, Limits};
use crate::http::limits::ClientLimits;
use crate::http::{admin, socket};
use crate::model::limit_table::LimitTable;

/// Returns what holds instead of a removed setting; `None` for other names.
pub fn instead_of(name: &str) -> Option<String> {
    let uploads = admin::Options::default();
    Some(match name {
        "document-cache" => "set `document-cache-bytes`".to_owned(),
        "response-cache" => "set `response-cache-bytes`; 0 turns the cache off".to_owned(),
        "persisted-queries" => "the cache of persisted queries has a fixed size".to_owned(),
        "max-uploads" => at(&uploads.uploads),
        "min-upload-rate" => at(&uploads.least_rate),
        "otlp-endpoint" => "use JSON logs and `/metrics`".to_owned(),
        _ => fixed::<Limits>(name)
            .or_else(|| fixed::<ExecutionLimits>(name))
            .or_else(|| fixed::<ClientLimits>(name))
            .or_else(|| fixed::<socket::Options>(name))?,
    })
}

fn at(size: &dyn fmt::Display) -> String {
    format!("the limit is fixed at {size}")
}

/// States the size of a fixed limit.
fn fixed<T: LimitTable>(name: &str) -> Option<String> {
    let row = T::ROWS.iter().find(|row| row.name.flag().is_none() && row.name.name() == name)?;
    Some(at(&default_of(row)))
}

/// Checks that the environment sets no removed setting.
///
/// # Errors
/// [`Error::RemovedVariable`].
pub fn check_environment() -> Result<(), Error> {
    let set = std::env::vars_os().find_map(|(variable, _)| removed_variable(variable.to_str()?));
    set.map_or(Ok(()), Err)
}

fn removed_variable(name: &str) -> Option<Error> {
    let setting = name.strip_prefix("AIDGRAPH_")?.to_lowercase().replace('_', "-");
    let instead = instead_of(&setting).filter(|_| variable(&setting) == name)?;
    Some(Error::RemovedVariable { variable: name.to_owned(), instead })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_settings_are_rejected_with_their_replacement() {
        assert_eq!(instead_of("max-tokens").unwrap(), "the limit is fixed at 4000");
        assert_eq!(instead_of("socket-init-timeout").unwrap(), "the limit is fixed at 3s");
        assert!(instead_of("response-cache").unwrap().contains("`response-cache-bytes`"));
        for other in ["max-depth", "max-page", "listen", "playground", "max_tokens"] {
            assert_eq!(instead_of(other), None, "{other}");
        }
        let error = removed_variable("AIDGRAPH_MAX_TOKENS").unwrap().to_string();
        assert_eq!(
            error,
            "`AIDGRAPH_MAX_TOKENS` is no longer a setting: the limit is fixed at 4000"
        );
        for other in
            ["AIDGRAPH_MAX_DEPTH", "AIDGRAPH_PLAYGROUND", "MAX_TOKENS", "AIDGRAPH_max_tokens"]
        {
            assert!(removed_variable(other).is_none(), "{other}");
        }
    }
}
