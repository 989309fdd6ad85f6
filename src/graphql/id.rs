//! Global ids: opaque to clients, stable across rebuilds, and unique across nouns.

use async_graphql::ID;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::code::Code as _;
use crate::model::noun::Kind;

/// Encodes the global id of a record.
pub(super) fn encode(kind: Kind, key: &str) -> ID {
    ID(URL_SAFE_NO_PAD.encode([kind.as_str(), ":", key].concat()))
}

/// Decodes a global id into noun and identifier; `None` for an invalid one.
pub(super) fn decode(id: &str) -> Option<(Kind, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    let (kind, key) = text.split_once(':')?;
    Some((Kind::parse(kind).ok()?, key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_invalid_ids_are_none() {
        let id = encode(Kind::Programme, "MLI/021");
        assert_eq!(decode(&id.0), Some((Kind::Programme, "MLI/021".to_owned())));
        assert_eq!(decode("nonsense!"), None);
        assert_eq!(decode(""), None);
    }
}
