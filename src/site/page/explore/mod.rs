//! `/explore/NOUN`: the records of a noun by facets, as a sorted table with a choice of columns, and its money by one or two
//! keys. `/explore` lists the nouns.
//!
//! | module | contents |
//! | --- | --- |
//! | `noun` | what the declaration of a noun consists of |
//! | `nouns` | the declarations |
//! | `choice` | the parameters of an address: filter, order, columns, keys, currency, page |
//! | `document` | the GraphQL document of a noun, from its declaration |
//! | `answer` | the answer to it |
//! | `cells` | values of fields as markup |
//! | `facets` | values with their counts, and the chips of the chosen ones |
//! | `form` | the form of the choice |
//! | `records` | the table and its pages |
//! | `money`, `chart` | sums by keys, as bars and as a table, with what they leave out |
//! | `key` | names of keys, and the part of the list that each selects |
//! | `meter` | share of the money that is not broken down |
//! | `index` | the list of nouns |
//!
//! To add a noun: declare it in `nouns`. Columns name fields of the schema with their selections, facets fields of its filter.

mod answer;
mod cells;
mod chart;
mod choice;
mod document;
mod facets;
mod form;
pub(in crate::site) mod index;
mod key;
mod meter;
mod money;
mod noun;
pub(in crate::site) mod nouns;
mod records;

use maud::{Markup, html};
use serde::Deserialize as _;
use serde_json::{Map, Value};

use crate::site::address::Address;
use crate::site::listing::Listing;
use crate::site::page_kind::{PageKind, Shown, variables};
use crate::site::parts::show;
use crate::site::view::{Unshown, View};
use crate::site::words::{explore, frame, home};
use answer::Answer;
use choice::Choice;
use noun::Noun;

/// Page of a noun.
#[derive(Debug)]
struct Explored(&'static Noun);

/// Returns the pages of all nouns.
pub(in crate::site) fn pages() -> impl Iterator<Item = PageKind> {
    nouns::NOUNS.iter().map(|noun| {
        let page = PageKind::new(noun.path, &document::document(noun), Box::new(Explored(noun)));
        if noun.amounts().is_some() { page.probed(&document::size(noun)) } else { page }
    })
}

impl Shown for Explored {
    fn check(&self, address: &Address) -> Result<(), String> {
        Choice::read(self.0, address).map(drop)
    }

    fn variables(&self, address: &Address, size: Option<u64>) -> Map<String, Value> {
        let choice = Choice::read(self.0, address);
        let own = choice.map(|choice| choice.variables(size)).unwrap_or_default();
        variables(address, Value::Object(own))
    }

    fn view(&self, answer: Value, address: &Address, _: &Listing) -> Result<View, Unshown> {
        let malformed = |err: serde_json::Error| Unshown::Malformed(err.to_string());
        let choice = Choice::read(self.0, address).map_err(Unshown::Malformed)?;
        let answer = Answer::deserialize(answer).map_err(malformed)?;
        let records = records::table(address, &choice, &answer).map_err(malformed)?;
        Ok(view(address, &choice, answer, &records))
    }
}

fn view(address: &Address, choice: &Choice, answer: Answer, records: &Markup) -> View {
    let language = address.language();
    let noun = choice.noun;
    let money = money::section(address, choice, &answer);
    let mut parts = vec![(explore::RECORDS, "records"), (explore::FILTERS, "filters")];
    if money.is_some() {
        parts.insert(0, (explore::MONEY, "money"));
    }
    let body = html! {
        (form::form(address, choice))
        (facets::chips(address, choice, &answer))
        div class="explore" {
            div class="found" {
                @if let Some(money) = &money { (money) }
                (records)
            }
            (facets::facets(address, choice, &answer))
        }
    };
    let title = explore::title(home::plural(noun.kind).to(language));
    let [found, all] =
        [&answer.list.total_count, &answer.all.total_count].map(|n| show::count(language, *n));
    let found = explore::found(language, &found, &all);
    let mut view = View::new(title, body, answer.dataset);
    view.above = Some(frame::EXPLORE);
    view.lead = Some(html! { p role="status" { (found) } });
    view.parts = parts;
    view.table = Some((noun.table(), choice.table_filter()));
    view
}
