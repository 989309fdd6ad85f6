//! Tables of programmes, their budgets and their participations.

use std::sync::Arc;

use super::field::{self, Cells, Field, Single};
use super::figure::Figure;
use super::table::{self, RecordRows, RecordTable, Sheet};
use crate::model::code::Code;
use crate::model::codelist::Codelist;
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::model::programme::{Budget, Participation, Programme};
use crate::read::groups::{ColumnAmounts, CountedAmount};
use crate::read::reader::Reader;
use crate::table::batch::BATCH;
use crate::table::error::TableError;
use crate::table::selection::Selection;

struct Programmes;

type Whole = Arc<Programme>;

impl RecordRows for Programmes {
    type Row = Whole;

    fn fields(currency: Currency) -> Vec<Field<Whole>> {
        vec![
            field::text("id", "Identifier of the programme.", |p: &Whole| Some(p.id.as_str())),
            field::title("title", "Title.", |p: &Whole| Some(&p.title)),
            field::word("kind", "Kind of work.", |p: &Whole| Some(p.kind.as_str())),
            field::word("pillar", "Pillar that it belongs to.", |p: &Whole| {
                Some(p.pillar.as_str())
            }),
            field::word("status", "Status. Empty if no source states it.", |p: &Whole| {
                p.status.map(Code::as_str)
            }),
            field::country(
                "donor",
                "Donor country whose cooperation it belongs to.",
                |p: &Whole| p.donor,
            ),
            field::countries("Recipient country.", |p: &Whole| {
                Single::of(p.recipients.iter().map(|r| r.country))
            }),
            field::sectors(sectors),
            field::day("start", "Start, as agreed.", |p: &Whole| p.period.start),
            field::day("end", "End, extensions included.", |p: &Whole| p.period_in_force().end),
            field::agency("reporter", "Agency that reports it.", |p: &Whole| {
                p.report.as_deref()?.reporter.as_ref()
            }),
            field::text("parent", "Programme that contains it. Identifier.", |p: &Whole| {
                p.parent.as_ref().map(AsRef::as_ref)
            }),
            field::one(
                "hierarchy",
                "Level in the publisher's hierarchy, 1 being the highest.",
                Cells::Integer(|p: &Whole| p.report.as_deref()?.hierarchy.map(i64::from)),
            ),
            field::code("flow_type", "Type of flow.", Codelist::FlowType, |p: &Whole| {
                p.report.as_deref()?.flow_type.as_deref()
            }),
            field::code("finance_type", "Type of finance.", Codelist::FinanceType, |p: &Whole| {
                p.report.as_deref()?.finance_type.as_deref()
            }),
            field::one(
                "budgets",
                "Number of budgets.",
                Cells::Integer(|p: &Whole| i64::try_from(p.budgets.len()).ok()),
            ),
            field::one(
                "transactions",
                "Number of published transactions.",
                Cells::Integer(|p: &Whole| {
                    p.report.as_deref().map(|report| report.transactions.into())
                }),
            ),
            field::summed(currency),
            field::provenance(|p: &Whole| (&p.provenance.origin, &p.provenance.citations)),
        ]
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Whole>,
    ) -> Result<(), TableError> {
        each(selection, reader, |programme, amounts| sheet.row(programme, &Figure::sum(amounts)))
    }

    fn count(selection: &Selection, reader: &Reader) -> Result<Option<u64>, TableError> {
        table::count_records(Kind::Programme, selection, reader)
    }
}

fn sectors(programme: &Whole) -> Single<&str> {
    let codes = programme.sectors.iter().filter_map(|share| Some(share.sector.as_ref()?.as_str()));
    let mut codes: Vec<&str> = codes.collect();
    codes.sort_unstable();
    codes.dedup();
    Single::of(codes.into_iter())
}

/// Passes each programme of a selection with the amounts of its budgets.
fn each(
    selection: &Selection,
    reader: &Reader,
    mut pass: impl FnMut(&Whole, &[CountedAmount]) -> Result<bool, TableError>,
) -> Result<(), TableError> {
    let query = selection.totals(reader);
    let from = selection.from(reader, Kind::Programme);
    let mut amounts = reader.counted_amounts(ColumnAmounts::Budgets, &query, &[], from)?;
    loop {
        let next = amounts.next(BATCH)?;
        if next.records.is_empty() {
            return Ok(());
        }
        let mut left = next.amounts.as_slice();
        for ordinal in next.records {
            let own = left.iter().take_while(|amount| amount.record == ordinal).count();
            let (own, rest) = left.split_at_checked(own).unwrap_or_default();
            left = rest;
            let programme = Arc::new(reader.record_at::<Programme>(ordinal)?);
            if !pass(&programme, own)? {
                return Ok(());
            }
        }
    }
}

/// Part of a programme, by its position.
struct Part {
    programme: Whole,
    at: usize,
}

impl Part {
    fn budget(&self) -> Option<&Budget> {
        self.programme.budgets.get(self.at)
    }

    fn participation(&self) -> Option<&Participation> {
        self.programme.participations.get(self.at)
    }

    fn id(&self) -> &str {
        self.programme.id.as_str()
    }
}

struct Budgets;

impl RecordRows for Budgets {
    type Row = Part;

    fn fields(currency: Currency) -> Vec<Field<Part>> {
        vec![
            field::text("id", "Identifier of the budget.", |b: &Part| {
                Some(b.budget()?.id.as_str())
            }),
            field::programme(|part: &Part| Some(part.id())),
            field::word("element", "Coverage of the budget.", |b: &Part| {
                Some(b.budget()?.element.as_str())
            }),
            field::word("type", "Original or revised. Empty if it is not stated.", |b: &Part| {
                b.budget()?.r#type.map(Code::as_str)
            }),
            field::word(
                "status",
                "Indicative or committed. Empty if it is not stated.",
                |b: &Part| b.budget()?.status.map(Code::as_str),
            ),
            field::date("Start of the period of the budget.", |b: &Part| b.budget()?.period.start),
            field::day("end", "End of the period of the budget.", |b: &Part| {
                b.budget()?.period.end
            }),
            field::day("as_of", "Date of the decision or report.", |b: &Part| b.budget()?.as_of),
            field::country(
                "donor",
                "Donor country whose cooperation the programme belongs to.",
                |b: &Part| b.programme.donor,
            ),
            field::countries("Recipient country of the programme.", |b: &Part| {
                Single::of(b.programme.recipients.iter().map(|r| r.country))
            }),
            field::text("supersedes", "Budget that this one replaces. Identifier.", |b: &Part| {
                b.budget()?.supersedes.as_ref().map(AsRef::as_ref)
            }),
            field::text("part_of", "Budget that contains this one. Identifier.", |b: &Part| {
                b.budget()?.part_of.as_ref().map(AsRef::as_ref)
            }),
            field::money(|b: &Part| Some(&b.budget()?.money)),
            field::counted(currency, |b: &Part| Some(&b.budget()?.money)),
            field::provenance(|b: &Part| {
                let own = b.budget().map(|budget| &budget.provenance);
                let provenance = own.unwrap_or(&b.programme.provenance);
                (&provenance.origin, &provenance.citations)
            }),
        ]
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Part>,
    ) -> Result<(), TableError> {
        each(selection, reader, |programme, amounts| {
            for amount in amounts {
                let part = Part { programme: Arc::clone(programme), at: amount.item };
                if !sheet.row(&part, &Figure::of(amount))? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    fn count(selection: &Selection, reader: &Reader) -> Result<Option<u64>, TableError> {
        let query = selection.totals(reader);
        Ok(Some(reader.counted_amounts(ColumnAmounts::Budgets, &query, &[], 0)?.amounts()))
    }
}

struct Participations;

impl RecordRows for Participations {
    type Row = Part;

    fn fields(_: Currency) -> Vec<Field<Part>> {
        vec![
            field::programme(|part: &Part| Some(part.id())),
            field::one(
                "position",
                "Position among the participations of the programme; the first is 1.",
                Cells::Integer(|p: &Part| i64::try_from(p.at + 1).ok()),
            ),
            field::agency("agency", "Participating agency.", |p: &Part| {
                Some(&p.participation()?.agency)
            }),
            field::word("role", "Role of the agency.", |p: &Part| {
                Some(p.participation()?.role.as_str())
            }),
            field::text("role_as_published", "Role as worded by the source.", |p: &Part| {
                p.participation()?.role_as_published.as_deref()
            }),
            field::word(
                "channel",
                "Channel that the agency belongs to. Empty if it is not stated.",
                |p: &Part| p.participation()?.channel.map(Code::as_str),
            ),
            field::country(
                "donor",
                "Donor country whose cooperation the programme belongs to.",
                |p: &Part| p.programme.donor,
            ),
            field::countries("Recipient country of the programme.", |p: &Part| {
                Single::of(p.programme.recipients.iter().map(|r| r.country))
            }),
            field::money(|p: &Part| p.participation()?.money.as_ref()),
            field::provenance(|p: &Part| {
                let own = p.participation().map(|part| &part.provenance);
                let provenance = own.unwrap_or(&p.programme.provenance);
                (&provenance.origin, &provenance.citations)
            }),
        ]
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Part>,
    ) -> Result<(), TableError> {
        let none = Figure::default();
        let from = selection.from(reader, Kind::Programme);
        reader.each::<Programme, TableError>(&selection.filter, from, |programme| {
            for at in 0..programme.participations.len() {
                let part = Part { programme: Arc::clone(&programme), at };
                if !sheet.row(&part, &none)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    fn count(_: &Selection, _: &Reader) -> Result<Option<u64>, TableError> {
        Ok(None)
    }
}

pub(super) fn programmes() -> RecordTable {
    let facts = (
        "programmes",
        "Programmes",
        "Which programmes, projects and activities are there, where, by whom, and with which budgets?",
        &["id"][..],
    );
    RecordTable::of::<Programmes>(facts, Kind::Programme).with_sums()
}

pub(super) fn budgets() -> RecordTable {
    let facts = (
        "budgets",
        "Budgets of programmes",
        "Which budgets are published, and which of them count?",
        &["programme", "id"][..],
    );
    let table = RecordTable::of::<Budgets>(facts, Kind::Programme).with_parts().with_sums();
    table.drawn("bar x=year y=counted")
}

pub(super) fn participations() -> RecordTable {
    let facts = (
        "participations",
        "Participations",
        "Which agency takes part in which programme, in which role?",
        &["programme", "position"][..],
    );
    RecordTable::of::<Participations>(facts, Kind::Programme).with_parts()
}
