//! Tables of transactions, whole and divided by country and sector.

use std::sync::Arc;

use super::field::{self, Cells, Field, Single};
use super::figure::Figure;
use super::table::{self, RecordRows, RecordTable, Sheet};
use crate::model::classification::SectorShare;
use crate::model::code::Code;
use crate::model::codelist::Codelist;
use crate::model::id::AgencyId;
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::model::programme::Programme;
use crate::model::sector::SectorCode;
use crate::model::transaction::{Transaction, TransactionType};
use crate::read::groups::{ColumnAmounts, GroupDimension};
use crate::read::reader::Reader;
use crate::table::batch::BATCH;
use crate::table::error::TableError;
use crate::table::selection::Selection;

/// Transaction with its programme.
pub(super) struct TransactionRow {
    transaction: Transaction,
    programme: Option<Arc<Programme>>,
}

impl TransactionRow {
    /// Returns its own value, otherwise that of the report of its programme.
    fn term<'r>(
        &'r self,
        own: Option<&'r String>,
        of: fn(&crate::model::activity::Report) -> Option<&str>,
    ) -> Option<&'r str> {
        let report = || self.programme.as_ref().and_then(|programme| programme.report.as_deref());
        own.map(String::as_str).or_else(|| report().and_then(of))
    }

    fn sectors(&self) -> Single<&str> {
        fn of(sectors: &[SectorShare]) -> Single<&str> {
            let mut codes: Vec<&str> =
                sectors.iter().filter_map(|s| s.sector.as_ref().map(SectorCode::as_str)).collect();
            codes.sort_unstable();
            codes.dedup();
            Single::of(codes.into_iter())
        }
        let own = &self.transaction.report.sectors;
        let of_programme = self.programme.as_ref().map_or(&[][..], |p| &p.sectors);
        of(if own.is_empty() { of_programme } else { own })
    }

    fn countries(&self) -> Single<crate::model::country::CountryCode> {
        let own = &self.transaction.report;
        let of_programme = self.programme.as_ref().map_or(&[][..], |p| &p.recipients);
        let stated = !own.recipients.is_empty() || !own.regions.is_empty();
        let recipients = if stated { &own.recipients } else { of_programme };
        Single::of(recipients.iter().map(|recipient| recipient.country))
    }

    fn reporter(&self) -> Option<&AgencyId> {
        self.programme.as_ref()?.report.as_deref()?.reporter.as_ref()
    }
}

type Row = TransactionRow;

/// Fields of a transaction before its amount.
fn head() -> Vec<Field<Row>> {
    vec![
        field::text("id", "Identifier of the transaction.", |r: &Row| {
            Some(r.transaction.id.as_str())
        }),
        field::programme(|r: &Row| r.transaction.programme.as_ref().map(AsRef::as_ref)),
        field::word("type", "Type of transaction. Empty if it is not stated.", |r: &Row| {
            r.transaction.r#type.map(TransactionType::as_str)
        }),
        field::date("Date of the transaction.", |r: &Row| r.transaction.date),
        field::agency("provider", "Agency that pays.", |r: &Row| r.transaction.provider.as_ref()),
        field::agency("receiver", "Agency that receives.", |r: &Row| {
            r.transaction.receiver.as_ref()
        }),
        field::agency("reporter", "Agency that reports the programme.", Row::reporter),
    ]
}

/// Fields of a transaction after its place and purpose.
fn tail(currency: Currency) -> Vec<Field<Row>> {
    vec![
        field::code(
            "flow_type",
            "Type of flow, otherwise that of its programme.",
            Codelist::FlowType,
            |r: &Row| {
                r.term(r.transaction.report.flow_type.as_ref(), |report| {
                    report.flow_type.as_deref()
                })
            },
        ),
        field::code(
            "finance_type",
            "Type of finance, otherwise that of its programme.",
            Codelist::FinanceType,
            |r: &Row| {
                r.term(r.transaction.report.finance_type.as_ref(), |report| {
                    report.finance_type.as_deref()
                })
            },
        ),
        field::one(
            "description",
            "Description of the transaction.",
            Cells::Name(|r: &Row| r.transaction.report.description.as_ref()),
        ),
        field::money(|r: &Row| Some(&r.transaction.money)),
        field::counted(currency, |r: &Row| Some(&r.transaction.money)),
        field::provenance(|r: &Row| {
            let provenance = &r.transaction.provenance;
            (&provenance.origin, &provenance.citations)
        }),
    ]
}

struct Transactions;

impl RecordRows for Transactions {
    type Row = TransactionRow;

    fn fields(currency: Currency) -> Vec<Field<Row>> {
        let mut fields = head();
        fields.push(field::countries(
            "Recipient country, otherwise that of its programme.",
            Row::countries,
        ));
        fields.push(field::sectors(Row::sectors));
        fields.extend(tail(currency));
        fields
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Row>,
    ) -> Result<(), TableError> {
        each(selection, reader, sheet, &[], |sheet, row, amount| {
            sheet.row(row, &Figure::of(amount))
        })
    }

    fn count(selection: &Selection, reader: &Reader) -> Result<Option<u64>, TableError> {
        table::count_records(Kind::Transaction, selection, reader)
    }
}

struct Shares;

/// Dimensions that divide a transaction.
const DIVIDED: [GroupDimension; 3] =
    [GroupDimension::Country, GroupDimension::Region, GroupDimension::Sector];

impl RecordRows for Shares {
    type Row = TransactionRow;

    fn fields(currency: Currency) -> Vec<Field<Row>> {
        let mut fields = head();
        fields.extend(DIVIDED.iter().enumerate().map(|(at, by)| field::key(at, *by)));
        fields.push(field::share());
        fields.extend(tail(currency));
        fields
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Row>,
    ) -> Result<(), TableError> {
        each(selection, reader, sheet, &DIVIDED, |sheet, row, amount| {
            for part in &amount.parts {
                if !sheet.row(row, &Figure::of_part(part))? {
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

type Sink = fn(
    &mut Sheet<'_, '_, Row>,
    &Row,
    &crate::read::groups::CountedAmount,
) -> Result<bool, TableError>;

fn each(
    selection: &Selection,
    reader: &Reader,
    sheet: &mut Sheet<'_, '_, Row>,
    by: &[GroupDimension],
    sink: Sink,
) -> Result<(), TableError> {
    let query = selection.totals(reader);
    let from = selection.from(reader, Kind::Transaction);
    let mut amounts = reader.counted_amounts(ColumnAmounts::Transactions, &query, by, from)?;
    let mut transactions = reader.transactions();
    loop {
        let next = amounts.next(BATCH)?;
        if next.records.is_empty() {
            return Ok(());
        }
        for amount in &next.amounts {
            let (transaction, programme) = transactions.at(amount.record)?;
            if let Some(programme) = &programme {
                sheet.names().remember(programme);
            }
            let row = TransactionRow { transaction, programme };
            if !sink(sheet, &row, amount)? {
                return Ok(());
            }
        }
    }
}

pub(super) fn transactions() -> RecordTable {
    let facts = (
        "transactions",
        "Transactions",
        "Which payments, commitments and receipts are published, and which of them count?",
        &["id"][..],
    );
    let table = RecordTable::of::<Transactions>(facts, Kind::Transaction).with_sums();
    table.drawn("bar x=year y=counted")
}

pub(super) fn shares() -> RecordTable {
    let facts = (
        "transaction-shares",
        "Transactions by country and sector",
        "How is each payment divided among countries, regions and sectors?",
        &[][..],
    );
    let table = RecordTable::of::<Shares>(facts, Kind::Transaction).with_parts().with_sums();
    table.drawn("bar x=country_name y=counted")
}
