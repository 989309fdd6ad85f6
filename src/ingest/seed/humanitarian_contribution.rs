//! Reader of `seed/humanitarian_contributions.csv`.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::humanitarian_contribution::HumanitarianContribution;
use crate::model::noun::Kind;

pub(super) static HUMANITARIAN_CONTRIBUTIONS: FileSchema = FileSchema {
    name: "seed/humanitarian_contributions.csv",
    own: &[
        "id",
        "donor",
        "year",
        "date",
        "crisis",
        "crisis_fr",
        "countries",
        "channel",
        "channel_agencies",
        "status",
        "scope",
        "amount",
        "currency",
        "qualifier",
        "absence",
        "part_of",
        "alternative_to",
        "purpose",
        "purpose_fr",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::HumanitarianContribution)),
    read,
};

/// Kind of the file's own rows.
const SELF: Target = Target::Record(Kind::HumanitarianContribution);

/// Reads a row. Its money is valued at its date, otherwise in its year.
fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let donor = row.reference("donor", Target::Record(Kind::Country));
    let year = row.optional_year("year");
    let date = row.date("date");
    let crisis = row.text("crisis", "crisis_fr");
    let countries = row.references("countries", Target::Record(Kind::Country));
    let channel = row.word("channel");
    let channel_agencies = row.references("channel_agencies", Target::Record(Kind::Agency));
    let status = row.optional_word("status");
    let scope = row.word("scope");
    let money = row.money(date.or(year));
    let part_of = row.optional_reference("part_of", SELF);
    let alternative_to = row.optional_reference("alternative_to", SELF);
    let purpose = row.optional_text("purpose", "purpose_fr");
    let provenance = row.provenance()?;
    let contribution = HumanitarianContribution {
        id: id?,
        donor: Some(donor?),
        year,
        date,
        crisis: crisis?,
        countries,
        channel: channel?,
        channel_agencies,
        status,
        scope: scope?,
        money: money?,
        part_of,
        alternative_to,
        purpose,
        flow: None,
        provenance,
    };
    Some(ParsedRow::Record(contribution.into()))
}
