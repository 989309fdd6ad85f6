//! `/source/…`: a publication. Its printed figures and names stand in the order of its text, beside what rests on each; facts
//! without a printed word are listed as such.

use maud::{Markup, html};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::evidence::PartKind;
use crate::model::money::Absence;
use crate::model::noun::Kind;
use crate::model::origin::Assertion;
use crate::model::source::SourceKind;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::data::{Coded, Day, List, Named, Origin};
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::Sheet;
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
    cited_by: Length,
    printed: List<Statement>,
    unprinted: List<Statement>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Length {
    total_count: u64,
}

/// Statement of the publication: printed words, or a fact without them, and what rests on it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    as_published: Option<String>,
    reading: Option<String>,
    locator: Option<String>,
    record: Named,
    part: Option<Coded<PartKind>>,
    part_identifier: Option<String>,
    field: Option<String>,
    assertion: Coded<Assertion>,
    note: Option<String>,
    origin: Origin,
}

impl Record for Source {
    const KIND: Kind = Kind::Source;
    const PATH: &'static str = "source/";
    const DOCUMENT: &'static str = include_str!("../queries/source.graphql");

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        self.facts(head, sheet);
        let language = sheet.language();
        sheet.add(
            html! { p class="lead" { (sentence::rests(language, self.cited_by.total_count)) } },
        );
        let columns = [fact::AS_PRINTED, fact::LOCATOR, fact::RESTS, fact::STATED_AS, fact::NOTE];
        sheet.list(fact::FACTS_WITH_WORDS, &self.printed, &columns, |at, s| s.printed(at), None);
        let columns = [fact::RECORD, fact::KIND, fact::FACT, fact::STATED_AS, fact::NOTE];
        sheet.list(fact::FACTS_WITHOUT_WORDS, &self.unprinted, &columns, |at, s| s.bare(at), None);
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

impl Statement {
    /// Names the part and the field of the record that rest on the statement; empty for the whole record.
    fn part(&self, language: Language) -> Markup {
        html! {
            @if let Some(part) = self.part {
                (show::code(language, part))
                @if let Some(identifier) = &self.part_identifier { " " code { (identifier) } }
                @if self.field.is_some() { ": " }
            }
            @if let Some(field) = &self.field { code { (field) } }
        }
    }

    fn remark(&self, language: Language) -> Markup {
        html! {
            @if self.assertion.0 != Assertion::Stated {
                em { (self.assertion.0.words().to(language)) } " "
            }
            @if let Some(note) = &self.note { (note) " " }
            span class="origin" { (sentence::origin(language, &self.origin.file, self.origin.line)) }
        }
    }

    fn reading(&self) -> Markup {
        html! { @if let Some(reading) = &self.reading { (reading) } }
    }

    fn printed(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        let words = self.as_published.as_deref().unwrap_or_default();
        vec![
            html! { q class="printed" { (words) } },
            or_absent(language, self.locator.as_ref().map(|at| html! { (at) })),
            html! {
                (show::link(address, &self.record))
                @if self.part.is_some() || self.field.is_some() { ", " (self.part(language)) }
            },
            self.reading(),
            self.remark(language),
        ]
    }

    fn bare(&self, address: &Address) -> Vec<Markup> {
        let language = address.language();
        let is_whole = self.part.is_none() && self.field.is_none();
        vec![
            show::link(address, &self.record),
            show::code(language, self.record.kind),
            if is_whole { fact::WHOLE_RECORD.markup(language) } else { self.part(language) },
            self.reading(),
            self.remark(language),
        ]
    }
}
