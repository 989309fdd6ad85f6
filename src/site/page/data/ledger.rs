//! Ledger of imports: files, rows read, accepted, rejected and duplicate, and the first problems of each file.

use maud::{Markup, html};

use super::answer::{Answer, File, Problem};
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::{data as words, fact, sentence};

/// Writes the ledger.
pub(super) fn section(address: &Address, data: &Answer) -> Markup {
    let language = address.language();
    let files = &data.dataset.sources;
    let rows: Vec<Vec<Markup>> = files.iter().map(|file| cells(language, file)).collect();
    let columns = [
        words::FILE,
        words::READER,
        fact::LICENCE,
        fact::BYTES,
        words::READ,
        words::ACCEPTED,
        words::REJECTED,
        words::DUPLICATE,
        words::DIGEST,
    ];
    let is_faulty = |file: &&File| !file.ledger.problems.is_empty();
    html! {
        p { (words::LEDGER_LEAD.to(language)) }
        (table(language, "ledger-title", &columns, &rows))
        @if (files.len() as u64) < data.dataset.source_count {
            p class="whole" { (sentence::first_of(language, files.len(), data.dataset.source_count)) }
        }
        h3 id="problems-title" { (words::PROBLEMS.to(language)) }
        @if files.iter().any(|file| is_faulty(&file)) {
            @for file in files.iter().filter(is_faulty) { (problems(language, file)) }
        } @else {
            p { (words::NO_PROBLEMS.to(language)) }
        }
    }
}

fn cells(language: Language, file: &File) -> Vec<Markup> {
    let ledger = &file.ledger;
    let count = |number| html! { span class="money" { (show::number(language, number)) } };
    vec![
        html! { code { (file.name) } },
        html! { code { (file.format) } },
        or_absent(language, file.licence.as_ref().map(|licence| html! { (licence) })),
        count(file.bytes),
        count(ledger.rows_read),
        count(ledger.accepted),
        count(ledger.quarantined),
        count(ledger.duplicate),
        html! { code class="digest" title=(file.sha256) { (file.sha256.get(..12).unwrap_or(&file.sha256)) } },
    ]
}

/// First problems of a file; if more are known, their number by code.
fn problems(language: Language, file: &File) -> Markup {
    html! {
        details class="twin" {
            summary {
                code { (file.name) }
                @for count in &file.ledger.counts {
                    " · " code { (count.code) } " " (show::number(language, count.problems))
                }
            }
            ul lang="en" { @for problem in &file.ledger.problems { li { (fault(language, problem)) } } }
        }
    }
}

fn fault(language: Language, problem: &Problem) -> Markup {
    html! {
        code { (problem.code) } " (" (problem.severity.to_lowercase()) ")"
        @if let Some(line) = problem.line { ", " (words::LINE.to(language)) " " (line) }
        @if let Some(column) = &problem.column { ", " code { (column) } }
        ": " (problem.message)
        @if let Some(help) = &problem.help { " " em { (help) } }
    }
}
