//! Page of a record of any noun: `/NOUN/IDENTIFIER`. Each noun has a file with its query and its facts.

use std::marker::PhantomData;

use maud::html;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::model::noun::Kind;
use crate::site::address::{Address, noun_path, noun_table};
use crate::site::page_kind::{Page, variables};
use crate::site::parts::data::{Edition, Evidence, Named, Text};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::view::{Unshown, View};
use crate::site::words::codes::Worded as _;
use crate::site::words::{fact, frame};

/// Facts of a noun, as its query selects them.
pub(in crate::site) trait Record: DeserializeOwned {
    /// Noun.
    const KIND: Kind;
    /// Path: that of [`noun_path`], with a slash.
    const PATH: &'static str;
    /// GraphQL document with the variables `$id` and `$languages`; the record is its field `record`.
    const DOCUMENT: &'static str;

    /// Adjusts the variables of a request.
    fn amend(_variables: &mut Map<String, Value>) {}

    /// Returns the name or title; `None` for the label.
    fn title(&self) -> Option<&Text> {
        None
    }

    /// Adds the facts, relations and lists.
    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>);
}

/// Part of a record that all nouns share.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Head {
    #[serde(flatten)]
    pub(super) named: Named,
    #[serde(flatten)]
    pub(super) evidence: Evidence,
}

/// Answer to the query of a record.
#[derive(Debug, Deserialize)]
#[serde(bound = "R: DeserializeOwned")]
pub(in crate::site) struct Answer<R> {
    record: Option<Whole<R>>,
    dataset: Edition,
}

#[derive(Debug, Deserialize)]
#[serde(bound = "R: DeserializeOwned")]
struct Whole<R> {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    own: R,
}

/// Page of the records of a noun.
#[derive(Debug)]
pub(in crate::site) struct RecordOf<R>(PhantomData<R>);

impl<R: Record> Page for RecordOf<R> {
    const PATH: &'static str = R::PATH;
    const DOCUMENT: &'static str = R::DOCUMENT;
    type Data = Answer<R>;

    fn variables(address: &Address) -> Map<String, Value> {
        let mut variables = variables(address, json!({ "id": address.rest() }));
        R::amend(&mut variables);
        variables
    }

    fn view(data: Answer<R>, address: &Address) -> Result<View, Unshown> {
        debug_assert_eq!(R::PATH.trim_end_matches('/'), noun_path(R::KIND));
        let missing = || Unshown::Missing { kind: R::KIND, identifier: address.rest().to_owned() };
        let Whole { head, own } = data.record.ok_or_else(missing)?;
        let mut sheet = Sheet::new(address);
        own.fill(&head, &mut sheet);
        let title = own.title();
        let plain = title.map_or(&head.named.label, |title| &title.value).clone();
        let is_ours = title.is_some_and(|title| title.translated);
        let heading = title.map(|title| show::text(address.language(), title));
        let has_notes = sheet.notes.is_used();
        let mut view = View::new(plain, sheet.finish(), data.dataset);
        view.above = Some(R::KIND.words());
        view.heading = heading;
        view.lead = is_ours.then(|| {
            html! { p class="ours-note" { (fact::OUR_TRANSLATION.to(address.language())) } }
        });
        view.parts = vec![(frame::FACTS, "facts")];
        if has_notes {
            view.parts.push((frame::SOURCES, "sources"));
        }
        let filter = vec![("identifier", head.named.identifier)];
        view.table = Some((noun_table(R::KIND), filter));
        Ok(view)
    }
}
