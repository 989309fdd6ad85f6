//! Reader of `seed/transactions.csv`.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::noun::Kind;
use crate::model::transaction::{Movement, Transaction};

pub(super) static TRANSACTIONS: FileSchema = FileSchema {
    name: "seed/transactions.csv",
    own: &[
        "id",
        "trust_fund_id",
        "programme_id",
        "type",
        "date",
        "provider",
        "receiver",
        "amount",
        "currency",
        "qualifier",
        "absence",
        "part_of",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Transaction)),
    read,
};

/// Reads a row. Its money is valued at its date.
fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let trust_fund = row.optional_reference("trust_fund_id", Target::Record(Kind::TrustFund));
    let programme = row.optional_reference("programme_id", Target::Record(Kind::Programme));
    let r#type = row.optional_word("type");
    let date = row.date("date");
    let provider = row.optional_reference("provider", Target::Record(Kind::Agency));
    let receiver = row.optional_reference("receiver", Target::Record(Kind::Agency));
    let money = row.money(date);
    let part_of = row.optional_reference("part_of", Target::Record(Kind::Transaction));
    let provenance = row.provenance()?;
    let transaction = Transaction {
        id: id?,
        trust_fund,
        programme,
        r#type,
        date,
        provider,
        receiver,
        money: money?,
        part_of,
        report: Movement::default(),
        provenance,
    };
    Some(ParsedRow::Record(transaction.into()))
}
