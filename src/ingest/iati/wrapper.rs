//! What stands around the records of a file: the root, lists, and elements that are neither.

use quick_xml::events::BytesStart;

use super::document::kind;
use super::standard::key;

/// What the root and other wrappers say for all that is in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Wrapper {
    /// `@version`.
    pub(super) version: Option<String>,
    /// `@xml:lang`.
    pub(super) language: Option<String>,
    /// The name of the root.
    pub(super) root: Option<String>,
    /// The namespace of the root, when nothing in it is read for that.
    pub(super) foreign: Option<String>,
    /// Elements that stand right in a list of the standard and hold no record: the first of each name.
    pub(super) strays: Vec<Stray>,
}

/// An element in the place of a record that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stray {
    /// Its name.
    pub(super) name: String,
    /// The line of the first.
    pub(super) line: u32,
    /// How many there are.
    pub(super) count: u64,
}

/// The most names of such elements that are kept.
const MOST_STRAYS: usize = 100;

impl Wrapper {
    /// Whether the root is a list of the standard.
    pub(super) fn is_list(&self) -> bool {
        let root = self.root.as_deref().map(key);
        matches!(root.as_deref(), Some("iatiactivities" | "iatiorganisations"))
    }

    /// Takes note of an element in the place of a record that is none.
    pub(super) fn stray(&mut self, name: &str, line: u32) {
        let name: String = name.chars().take(80).collect();
        if let Some(stray) = self.strays.iter_mut().find(|stray| stray.name == name) {
            stray.count += 1;
        } else if self.strays.len() < MOST_STRAYS {
            self.strays.push(Stray { name, line, count: 1 });
        }
    }
}

/// The default namespace that an element names.
pub(super) fn own_namespace(tag: &BytesStart<'_>) -> Option<String> {
    let attribute =
        tag.attributes().with_checks(false).flatten().find(|a| a.key.as_ref() == "xmlns")?;
    Some(attribute.value.trim()).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// Takes note of the root. One of the standard's names in a default namespace puts all of them into it, since the standard
/// has none that could be meant.
pub(super) fn enter(wrapper: &mut Wrapper, namespace: &mut Option<String>, tag: &BytesStart<'_>) {
    if wrapper.root.is_some() {
        return;
    }
    let name = tag.name();
    wrapper.root = Some(name.as_ref().chars().take(80).collect());
    let is_ours = wrapper.is_list() || kind(tag).is_some();
    let own = own_namespace(tag);
    if is_ours {
        *namespace = own;
    } else {
        wrapper.foreign = own.map(|own| own.chars().take(200).collect());
    }
}

/// Takes note of what a wrapper says.
pub(super) fn wrap(wrapper: &mut Wrapper, tag: &BytesStart<'_>) {
    for attribute in tag.attributes().with_checks(false).flatten() {
        let to = match attribute.key.as_ref() {
            "version" => &mut wrapper.version,
            "xml:lang" => &mut wrapper.language,
            _ => continue,
        };
        let value = attribute.value.trim();
        if !value.is_empty() && value.len() <= 32 {
            *to = Some(value.to_owned());
        }
    }
}
