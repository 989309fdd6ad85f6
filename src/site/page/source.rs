//! `/source/…`: a publication. Its printed figures and names stand in the order of its text, beside what rests on each; facts
//! without a printed word are listed as such.

use maud::{Markup, html};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::money::Absence;
use crate::model::noun::Kind;
use crate::model::origin::Assertion;
use crate::model::source::SourceKind;
use crate::site::address::Address;
use crate::site::parts::data::{Coded, Day, Named, Origin};
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::{Sheet, table};
use crate::site::parts::show;
use crate::site::words::codes::Worded as _;
use crate::site::words::{fact, sentence};

/// Publication, as its query selects it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Source {
    publisher: Option<String>,
    url: Option<String>,
    published: Option<Day>,
    published_absence: Option<Coded<Absence>>,
    kind: Coded<SourceKind>,
    r#in: Option<String>,
    sha256: Option<String>,
    bytes: Option<Decimal>,
    licence: Option<String>,
    note: Option<String>,
    cited_by: CitedBy,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CitedBy {
    total_count: u64,
    nodes: Vec<Citing>,
}

/// Record that cites the publication, itself or in a part of it.
#[derive(Debug, Deserialize)]
struct Citing {
    #[serde(flatten)]
    named: Named,
    citations: Vec<Statement>,
    #[serde(default)]
    budgets: Vec<Part>,
    #[serde(default)]
    participations: Vec<Part>,
    #[serde(default)]
    sites: Vec<Part>,
    #[serde(default)]
    sectors: Vec<Part>,
    #[serde(default)]
    recipients: Vec<Part>,
}

/// Part of a programme with its own citations.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    identifier: Option<String>,
    agency: Option<Named>,
    location: Option<Named>,
    country: Option<Named>,
    name_as_published: Option<String>,
    citations: Vec<Statement>,
}

/// Statement of a publication about a record.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    source: Option<Identified>,
    field: Option<String>,
    as_published: Option<String>,
    normalised: Option<String>,
    locator: Option<String>,
    note: Option<String>,
    assertion: Coded<Assertion>,
    origin: Origin,
}

#[derive(Debug, Deserialize)]
struct Identified {
    identifier: String,
}

/// A fact that rests on the publication.
struct Fact<'a> {
    record: &'a Named,
    /// Part of the record, in words; empty for the record itself.
    part: String,
    statement: &'a Statement,
}

impl Part {
    /// Names the part of a record.
    fn words(&self) -> String {
        let named = [&self.agency, &self.location, &self.country].into_iter().flatten().next();
        let label = named.map(|named| named.label.clone());
        label
            .or_else(|| self.name_as_published.clone())
            .or_else(|| self.identifier.clone())
            .unwrap_or_default()
    }
}

impl Citing {
    /// Lists the statements of one publication about the record and its parts.
    fn facts<'a>(&'a self, source: &'a str) -> impl Iterator<Item = Fact<'a>> {
        let is_own = move |statement: &&Statement| {
            statement.source.as_ref().is_some_and(|of| of.identifier == source)
        };
        let whole = self.citations.iter().filter(is_own);
        let whole =
            whole.map(|statement| Fact { record: &self.named, part: String::new(), statement });
        let parts =
            [&self.budgets, &self.participations, &self.sites, &self.sectors, &self.recipients];
        let parts = parts.into_iter().flatten().flat_map(move |part| {
            let own = part.citations.iter().filter(is_own);
            own.map(|statement| Fact { record: &self.named, part: part.words(), statement })
        });
        whole.chain(parts)
    }
}

impl Record for Source {
    const KIND: Kind = Kind::Source;
    const PATH: &'static str = "source/";
    const DOCUMENT: &'static str = include_str!("../queries/source.graphql");

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        self.facts(head, sheet);
        let (language, id) = (sheet.language(), head.named.identifier.as_str());
        let facts = self.cited_by.nodes.iter().flat_map(|record| record.facts(id));
        let (mut printed, bare): (Vec<Fact<'_>>, Vec<Fact<'_>>) =
            facts.partition(|fact| fact.statement.as_published.is_some());
        printed.sort_by_key(|fact| position(fact.statement.locator.as_deref()));
        sheet.add(
            html! { p class="lead" { (sentence::rests(language, self.cited_by.total_count)) } },
        );
        if !printed.is_empty() {
            let columns =
                [fact::AS_PRINTED, fact::LOCATOR, fact::RESTS, fact::STATED_AS, fact::NOTE];
            let rows: Vec<Vec<Markup>> =
                printed.iter().map(|fact| fact.printed(sheet.address)).collect();
            let body = table(language, "printed-title", &columns, &rows);
            sheet.section("printed", fact::FACTS_WITH_WORDS, &body);
        }
        if !bare.is_empty() {
            let columns = [fact::RECORD, fact::KIND, fact::FACT, fact::STATED_AS, fact::NOTE];
            let rows: Vec<Vec<Markup>> = bare.iter().map(|fact| fact.bare(sheet.address)).collect();
            let body = table(language, "unprinted-title", &columns, &rows);
            sheet.section("unprinted", fact::FACTS_WITHOUT_WORDS, &body);
        }
    }
}

impl Source {
    fn facts(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let language = sheet.language();
        let plain = |text: &Option<String>| text.as_ref().map(|text| html! { (text) });
        let absent = self.published_absence.map(|absence| {
            html! { span class="absent" { (show::code(language, absence)) } }
        });
        let published = self.published.map(|day| show::date(language, day)).or(absent);
        sheet
            .facts(&head.evidence)
            .fact(fact::PUBLISHER, &["publisher"], plain(&self.publisher))
            .fact(fact::PUBLISHED, &["published"], published)
            .fact(fact::KIND, &["kind"], Some(show::code(language, self.kind)))
            .some(fact::LANGUAGE, &["language"], plain(&self.r#in))
            .fact(fact::ADDRESS, &["url"], self.url.as_deref().map(show::outside))
            .fact(fact::LICENCE, &["licence"], plain(&self.licence))
            .fact(
                fact::DIGEST,
                &["sha256"],
                self.sha256.as_ref().map(|digest| html! { code class="digest" { (digest) } }),
            )
            .some(
                fact::BYTES,
                &["bytes"],
                self.bytes.map(|bytes| html! { (show::number(language, bytes)) " B" }),
            )
            .some(fact::NOTE, &["note"], plain(&self.note))
            .add();
    }
}

impl Fact<'_> {
    /// Names what rests on the statement: the record, its part, its field.
    fn subject(&self, address: &Address) -> Markup {
        html! {
            (show::link(address, self.record))
            @if !self.part.is_empty() { ", " (self.part) }
            @if let Some(field) = &self.statement.field { ": " code { (field) } }
        }
    }

    fn remark(&self, address: &Address) -> Markup {
        let (language, statement) = (address.language(), self.statement);
        html! {
            @if statement.assertion.0 != Assertion::Stated {
                em { (statement.assertion.0.words().to(language)) } " "
            }
            @if let Some(note) = &statement.note { (note) " " }
            span class="origin" {
                (sentence::origin(language, &statement.origin.file, statement.origin.line))
            }
        }
    }

    fn printed(&self, address: &Address) -> Vec<Markup> {
        let statement = self.statement;
        let words = statement.as_published.as_deref().unwrap_or_default();
        vec![
            html! { q class="printed" { (words) } },
            or_absent(address.language(), statement.locator.as_ref().map(|at| html! { (at) })),
            self.subject(address),
            html! { @if let Some(reading) = &statement.normalised { (reading) } },
            self.remark(address),
        ]
    }

    fn bare(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        let field = self.statement.field.as_deref().unwrap_or(fact::WHOLE_RECORD.to(language));
        vec![
            show::link(address, self.record),
            show::code(language, self.record.kind),
            html! { @if !self.part.is_empty() { (self.part) ": " } (field) },
            html! { @if let Some(reading) = &self.statement.normalised { (reading) } },
            self.remark(address),
        ]
    }
}

/// Returns the numbers of a locator, in their order: `line 7; bytes 1479-1499` sorts after `line 5; bytes 957-972`. A statement
/// without a locator comes last.
fn position(locator: Option<&str>) -> (bool, Vec<u64>) {
    let Some(locator) = locator else { return (true, Vec::new()) };
    let numbers = locator.split(|c: char| !c.is_ascii_digit()).filter_map(|run| run.parse().ok());
    (false, numbers.collect())
}
