//! `/data`: saved questions, the dictionary of tables, coverage by year, known gaps, and the ledger of imports.
//!
//! | module | contents |
//! | --- | --- |
//! | `answer` | the answer to the query |
//! | `coverage` | nouns by years |
//! | `ledger` | files, their rows and problems |

mod answer;
mod coverage;
mod ledger;

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use crate::model::noun::Kind;
use crate::site::address::{Address, noun_table};
use crate::site::listing::Listing;
use crate::site::page_kind::{ListingPage, variables};
use crate::site::parts::data::Count;
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::tables;
use crate::site::view::View;
use crate::site::words::codes::Worded as _;
use crate::site::words::{Words, data as words, fact, sentence};
use crate::table::record::RecordTable;
use answer::{Answer, Gap};

/// Page of the data itself.
#[derive(Debug)]
pub(in crate::site) struct Data;

impl ListingPage for Data {
    const PATH: &'static str = "data";
    const DOCUMENT: &'static str = include_str!("../../queries/data.graphql");
    type Data = Answer;

    fn variables(address: &Address) -> Map<String, Value> {
        variables(address, json!({}))
    }

    fn view(data: Answer, address: &Address, listing: &Listing) -> View {
        let language = address.language();
        let sections = [
            (words::VERSION, "version", version(address, &data)),
            (words::QUESTIONS, "questions", questions(address, listing)),
            (words::DICTIONARY, "dictionary", dictionary(address, &data, listing)),
            (words::COVERAGE, "coverage", covered(address, &data)),
            (words::GAPS, "gaps", gaps(address, &data)),
            (words::LEDGER, "ledger", ledger::section(address, &data)),
        ];
        let parts = sections.iter().map(|(title, id, _)| (*title, *id)).collect();
        let body = html! { @for (title, id, contents) in &sections { (section(address, *title, id, contents)) } };
        let title = words::TITLE.to(language).to_owned();
        let mut view = View::new(title, body, data.dataset.edition);
        view.lead = Some(html! { (words::LEAD.to(language)) });
        view.parts = parts;
        view.table = Some((noun_table(Kind::Gap), Vec::new()));
        view
    }
}

fn section(address: &Address, title: Words, id: &str, contents: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title.to(address.language())) }
            (contents)
        }
    }
}

/// Version of the data, the time of its build, and the number of its records.
fn version(address: &Address, data: &Answer) -> Markup {
    let language = address.language();
    let dataset = &data.dataset;
    let counts = dataset.counts.iter().filter_map(Count::known);
    html! {
        dl class="facts" {
            div { dt { (words::DATA_VERSION.to(language)) } dd { code class="digest" { (dataset.edition.version) } } }
            div {
                dt { (words::BUILT.to(language)) }
                dd { (or_absent(language, dataset.edition.built_at.as_deref().map(built))) }
            }
            div { dt { (words::FILES.to(language)) } dd { (show::count(language, dataset.source_count)) } }
        }
        ul class="counts" {
            @for (kind, records) in counts {
                li { (show::length(language, kind, records)) }
            }
        }
    }
}

/// Day and minute of a build.
fn built(at: &str) -> Markup {
    let (day, time) = (at.get(..10).unwrap_or(at), at.get(11..16).unwrap_or_default());
    html! { time datetime=(at) { (day) " " (time) " UTC" } }
}

/// Saved questions, each with its parameters as a form.
fn questions(address: &Address, listing: &Listing) -> Markup {
    html! {
        ul class="cards questions" lang="en" {
            @for query in listing.queries.iter() {
                li { (tables::question(address, query, &listing.tables, words::ASK.to(address.language()))) }
            }
        }
    }
}

/// Tables with the number of their columns; each leads to its filters and columns.
fn dictionary(address: &Address, data: &Answer, listing: &Listing) -> Markup {
    let language = address.language();
    let of_noun = |name: &str| {
        let kind = Kind::ALL.iter().copied().find(|kind| noun_table(*kind) == name)?;
        data.dataset.counts.iter().find(|count| count.noun() == Some(kind))
    };
    let cells = |table: &RecordTable| {
        let table = table.listed();
        let href = format!("{}#{}", address.page("q", &[]), table.name);
        vec![
            html! { a href=(href) lang="en" { (table.title) } " " code { (table.name) } },
            html! { span lang="en" { (table.question) } },
            html! { (table.columns.len()) },
            html! { @if let Some(count) = of_noun(&table.name) { (show::count(language, count.records)) } },
        ]
    };
    let rows: Vec<Vec<Markup>> = listing.tables.tables().iter().map(cells).collect();
    let columns =
        [words::TABLE, words::QUESTION, crate::site::words::tables::COLUMNS, words::RECORDS];
    html! {
        p { (words::DICTIONARY_LEAD.to(language)) }
        (table(language, "dictionary-title", &columns, &rows))
    }
}

fn covered(address: &Address, data: &Answer) -> Markup {
    let none = || html! { p class="absent" { (fact::NONE_IN_DATA.to(address.language())) } };
    coverage::figure(address, data).unwrap_or_else(none)
}

fn gaps(address: &Address, data: &Answer) -> Markup {
    let language = address.language();
    let gaps = &data.gaps;
    if gaps.nodes.is_empty() {
        return html! { p class="absent" { (words::NO_GAPS.to(language)) } };
    }
    let rows: Vec<Vec<Markup>> = gaps.nodes.iter().map(|gap| gap_cells(address, gap)).collect();
    let columns = [
        words::MISSING,
        fact::KIND,
        fact::RECORD,
        fact::DONOR,
        fact::COUNTRIES,
        fact::PERIOD,
        fact::LOOKED_ON,
    ];
    html! {
        (table(language, "gaps-title", &columns, &rows))
        @if (gaps.nodes.len() as u64) < gaps.total_count {
            p class="whole" { (sentence::first_of(language, gaps.nodes.len(), gaps.total_count)) }
        }
    }
}

fn gap_cells(address: &Address, gap: &Gap) -> Vec<Markup> {
    let language = address.language();
    let all_years = || html! { (words::ALL_YEARS.to(language)) };
    vec![
        show::link_as(address, &gap.named, &gap.missing),
        show::code(language, gap.sort),
        Kind::of_enum_word(&gap.noun).map(|kind| kind.words().markup(language)).unwrap_or_default(),
        show::linked(address, gap.donor.as_ref()).unwrap_or_default(),
        show::links(address, &gap.countries).unwrap_or_default(),
        show::period(language, gap.period).unwrap_or_else(all_years),
        or_absent(language, gap.looked_on.map(|day| show::date(language, day))),
    ]
}
