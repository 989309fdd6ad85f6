//! `/explore`: the nouns with their counts.

use maud::html;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::nouns::NOUNS;
use crate::site::address::Address;
use crate::site::page_kind::{Page, variables};
use crate::site::parts::data::Contents;
use crate::site::parts::show;
use crate::site::view::{Unshown, View};
use crate::site::words::{explore, frame, home};

/// Answer to the query.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Index {
    dataset: Contents,
}

impl Page for Index {
    const PATH: &'static str = "explore";
    const DOCUMENT: &'static str = include_str!("../../queries/explore-index.graphql");
    type Data = Self;

    fn variables(address: &Address) -> Map<String, Value> {
        variables(address, json!({}))
    }

    fn view(data: Self, address: &Address) -> Result<View, Unshown> {
        let language = address.language();
        let records = |kind| {
            let own = data.dataset.counts.iter().find(|count| count.noun() == Some(kind));
            own.map_or(0, |count| count.records)
        };
        let body = html! {
            ul class="cards nouns" {
                @for own in &NOUNS {
                    @let words = home::plural(own.kind).to(language);
                    li {
                        h2 class="noun" { a href=(address.page(own.path, &[])) { (words) } }
                        p class="number" { (show::count(language, records(own.kind))) }
                        ul class="inline" aria-label=(explore::FILTERS.to(language)) {
                            @for facet in own.facets.iter().take(3) { li { (facet.name.to(language)) } }
                            @if own.amounts().is_some() { li { (explore::MONEY.to(language)) } }
                        }
                    }
                }
            }
        };
        let title = frame::EXPLORE.to(language).to_owned();
        let mut view = View::new(title, body, data.dataset.edition);
        view.lead = Some(html! { (explore::LEAD.to(language)) });
        Ok(view)
    }
}
