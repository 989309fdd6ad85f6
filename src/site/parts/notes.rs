//! Numbered footnotes of a page. Each shows the printed words, the publication, the reading of the editors, and file and line.

use maud::{Markup, html};

use super::data::{Citation, Evidence};
use super::show;
use crate::model::noun::Kind;
use crate::model::origin::Assertion;
use crate::site::address::Address;
use crate::site::words::codes::Worded;
use crate::site::words::{fact, sentence};

/// Footnotes in the order of their first mark.
#[derive(Debug, Default)]
pub(in crate::site) struct Notes {
    all: Vec<Citation>,
}

impl Notes {
    /// Returns the marks of the statements that support some fields: those about one of them, otherwise those about the whole
    /// record.
    pub(in crate::site) fn marks(
        &mut self,
        address: &Address,
        evidence: &Evidence,
        fields: &[&str],
    ) -> Markup {
        let is_about = |citation: &&Citation| {
            citation.field.as_deref().is_some_and(|field| fields.contains(&field))
        };
        let mut found: Vec<&Citation> = evidence.citations.iter().filter(is_about).collect();
        if found.is_empty() {
            found = evidence.citations.iter().filter(|c| c.field.is_none()).collect();
        }
        let numbers: Vec<(usize, bool)> = found.into_iter().map(|c| self.number(c)).collect();
        let label = fact::FOOTNOTE.to(address.language());
        html! {
            @for (number, is_first) in numbers {
                sup class="mark" {
                    a href={ "#note-" (number) } id=[is_first.then(|| format!("mark-{number}"))]
                        aria-label={ (label) " " (number) } { (number) }
                }
            }
        }
    }

    /// Returns the number of a footnote, and true if this is its first mark.
    fn number(&mut self, citation: &Citation) -> (usize, bool) {
        if let Some(at) = self.all.iter().position(|known| known == citation) {
            return (at + 1, false);
        }
        self.all.push(citation.clone());
        (self.all.len(), true)
    }

    /// Returns true if a fact has a footnote.
    pub(in crate::site) fn is_used(&self) -> bool {
        !self.all.is_empty()
    }

    /// Returns the section with all footnotes; `None` if no fact has one.
    pub(in crate::site) fn section(&self, address: &Address) -> Option<Markup> {
        let language = address.language();
        (!self.all.is_empty()).then(|| {
            html! {
                section id="sources" class="notes" aria-labelledby="sources-title" {
                    h2 id="sources-title" { (crate::site::words::frame::SOURCES.to(language)) }
                    ol {
                        @for (at, citation) in self.all.iter().enumerate() {
                            li id={ "note-" (at + 1) } { (note(address, citation, at + 1)) }
                        }
                    }
                }
            }
        })
    }
}

fn note(address: &Address, citation: &Citation, number: usize) -> Markup {
    let language = address.language();
    html! {
        @if let Some(words) = &citation.as_published {
            q class="printed" { (words) } " "
        } @else {
            span class="absent" { (fact::NO_PRINTED_WORD.to(language)) } " · "
        }
        (publication(address, citation))
        @if let Some(locator) = &citation.locator { " · " (locator) }
        @if let Some(reading) = &citation.normalised {
            " · " (fact::OUR_READING.to(language)) ": " (reading)
        }
        @if citation.assertion.0 != Assertion::Stated {
            " · " em { (citation.assertion.0.words().to(language)) }
        }
        @if let Some(note) = &citation.note { " · " (note) }
        " " span class="origin" {
            (sentence::origin(language, &citation.origin.file, citation.origin.line))
        }
        " " a class="back" href={ "#mark-" (number) } {
            span aria-hidden="true" { "↑" }
            span class="unseen" { (fact::BACK.to(language)) " " (number) }
        }
    }
}

/// Title with a link to the page of the publication, publisher and date.
fn publication(address: &Address, citation: &Citation) -> Markup {
    let language = address.language();
    html! {
        @if let Some(source) = &citation.source {
            cite {
                a href=(address.record(Kind::Source, &source.identifier)) { (source.title) }
            }
            @if let Some(publisher) = &source.publisher { ", " (publisher) }
            ", "
            @if let Some(day) = source.published {
                (show::date(language, day))
            } @else {
                span class="absent" { (fact::DATE.to(language).to_lowercase()) " " (fact::NOT_STATED.to(language)) }
            }
        } @else {
            span class="absent" { (fact::NOT_KNOWN.to(language)) }
        }
    }
}
