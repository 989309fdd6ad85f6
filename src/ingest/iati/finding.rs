//! Reports the findings about the names and codes of a record, each name once per file.

use super::standard::Definition;
use super::tree::{Element, Finding, FindingKind};
use crate::ingest::ledger_builder::{LedgerBuilder, ProblemSite};
use crate::ingest::problem::ProblemCode;
use crate::ingest::suggestion::did_you_mean;
use crate::ingest::width::MOST_ITEMS;
use crate::model::code::Code as _;
use crate::model::codelist::Codelist;

/// Returns true if an element has child elements and none of them is in the standard.
pub(super) fn is_foreign(element: Element<'_>) -> bool {
    let mut children = element.children().peekable();
    let known = Definition::root(element.name());
    children.peek().is_some()
        && children.all(|child| known.is_none_or(|known| known.child(child.name()).is_none()))
}

/// Reports the findings of a record. `id` is the identifier of the record, if it has one.
pub(super) fn report(element: Element<'_>, id: Option<&str>, tally: &mut LedgerBuilder) {
    for finding in element.findings() {
        let (code, message) = describe(&finding);
        let help = help(&finding);
        let value = finding.value.as_deref();
        let place =
            ProblemSite { line: Some(finding.line), field: Some(&finding.field), id, value };
        tally.warn_of_name(code, &place, finding.count, &message, help.as_deref());
    }
}

fn describe(finding: &Finding) -> (ProblemCode, String) {
    let meant = finding.value.as_deref().unwrap_or_default();
    match finding.kind {
        FindingKind::ElementReadAs => {
            (ProblemCode::OddName, format!("the element is read as `{meant}`"))
        }
        FindingKind::AttributeReadAs => {
            (ProblemCode::OddName, format!("the attribute is read as `{meant}`"))
        }
        FindingKind::ReadThrough => {
            let message = "the standard has no such element here; its content is read";
            (ProblemCode::OddName, message.to_owned())
        }
        FindingKind::ElementNotRead => {
            let message = "the standard has no such element here; it is ignored with its content";
            (ProblemCode::UnknownElement, message.to_owned())
        }
        FindingKind::AttributeNotRead => {
            let message = "the standard has no such attribute here; it is ignored";
            (ProblemCode::UnknownAttribute, message.to_owned())
        }
        FindingKind::OffList(Codelist::Sector | Codelist::SectorCategory) => {
            (ProblemCode::OddSector, "not a code of the OECD DAC".to_owned())
        }
        FindingKind::OffList(Codelist::Currency) => {
            let message = "not a currency of ISO 4217; amounts keep it but are never converted";
            (ProblemCode::OddCurrency, message.to_owned())
        }
        FindingKind::OffList(list) => {
            let message = format!("not on the list {}; kept as published", list.as_str());
            (ProblemCode::OddCode, message)
        }
        FindingKind::Surplus => (
            ProblemCode::Surplus,
            format!(
                "an element may have at most {MOST_ITEMS} of these; the others are ignored but remain in the source file"
            ),
        ),
        FindingKind::Withdrawn(list) => {
            let day = list.withdrawn(meant).flatten();
            let since = day.map_or_else(String::new, |day| format!(" since {day}"));
            let message = format!(
                "the code has been withdrawn from the list {}{since}; it is kept",
                list.as_str()
            );
            (ProblemCode::WithdrawnCode, message)
        }
    }
}

/// Suggests a known name that is close to an unknown one.
fn help(finding: &Finding) -> Option<String> {
    let (within, name) = finding.field.split_once('/')?;
    let within = Definition::named(within)?;
    match finding.kind {
        FindingKind::ElementNotRead => did_you_mean(name, within.children()),
        FindingKind::AttributeNotRead => {
            did_you_mean(name.trim_start_matches('@'), within.attributes())
        }
        _ => None,
    }
}
