//! Keys of groups: their names, and the part of the list that each selects.

use super::choice::Choice;
use crate::read::groups::{GroupDimension, KeyAbsence};
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::data::Key;
use crate::site::words::{Words, explore, fact};

/// Name of a key: the words of its code, its name in the data, its code, or why there is none.
pub(super) fn label(
    language: Language,
    choice: &Choice,
    dimension: GroupDimension,
    key: &Key,
) -> String {
    let Some(code) = &key.code else {
        let words = match key.absence.map(|absence| absence.0) {
            Some(KeyAbsence::Undivided) => explore::UNDIVIDED,
            Some(KeyAbsence::NotStated) | None => fact::NOT_STATED,
        };
        return words.to(language).to_owned();
    };
    let words = explore::code(choice.noun.kind, dimension, code);
    let words = words.map(|words: Words| words.to(language).to_owned());
    let name = key.name.as_ref().map(|name| name.value.clone());
    words.or(name).unwrap_or_else(|| code.clone())
}

/// Address of the part of the list that a key selects.
pub(super) fn href(
    address: &Address,
    choice: &Choice,
    dimension: GroupDimension,
    key: &Key,
) -> Option<String> {
    let code = key.code.as_deref().filter(|code| !code.contains(','))?;
    let field = choice.noun.field_of(dimension)?;
    let is_chosen = choice.values(field).iter().any(|value| value == code);
    (!is_chosen).then(|| {
        let only = choice.changed(|choice| choice.filter.retain(|(name, _)| *name != field));
        only.toggled(field, code).link(address)
    })
}
