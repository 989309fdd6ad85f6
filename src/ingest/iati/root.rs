//! Names of lists and records, recognised in any case and with any prefix.

use quick_xml::events::BytesStart;

use super::standard::key;

/// Kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordKind {
    /// `iati-activity`.
    Activity,
    /// `iati-organisation`.
    Organisation,
}

impl RecordKind {
    /// Returns the element name in the standard.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Activity => "iati-activity",
            Self::Organisation => "iati-organisation",
        }
    }
}

/// Returns a name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Returns true if a name is that of a list of the standard, in any case and with any prefix.
pub(super) fn is_list(name: &str) -> bool {
    let name = local(name);
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("iati"))
        && matches!(key(name).as_str(), "iatiactivities" | "iatiorganisations")
}

/// Returns the kind of record that a tag begins, if any.
pub(super) fn kind(tag: &BytesStart<'_>) -> Option<RecordKind> {
    match local(tag.name().as_ref()) {
        "iati-activity" => Some(RecordKind::Activity),
        "iati-organisation" => Some(RecordKind::Organisation),
        // Few names begin with `iati`, so only these are normalised.
        name if name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("iati")) => {
            match key(name).as_str() {
                "iatiactivity" => Some(RecordKind::Activity),
                "iatiorganisation" => Some(RecordKind::Organisation),
                _ => None,
            }
        }
        _ => None,
    }
}
