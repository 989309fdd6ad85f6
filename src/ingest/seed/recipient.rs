//! Reader of `seed/recipients.csv`: the countries of programmes with several recipients.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::classification::Recipient;
use crate::model::noun::Kind;

pub(super) static RECIPIENTS: FileSchema = FileSchema {
    name: "seed/recipients.csv",
    own: &["programme_id", "country", "percentage"],
    has_provenance: true,
    keys: None,
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let programme = row.reference("programme_id", Target::Record(Kind::Programme));
    let country = row.reference("country", Target::Record(Kind::Country));
    let percentage = row.percentage("percentage");
    let provenance = row.provenance()?;
    Some(ParsedRow::Recipient(programme?, Recipient { country: country?, percentage, provenance }))
}
