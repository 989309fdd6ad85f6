//! Reader of `seed/gaps.csv`: known gaps in the data. Seeds without the file are read as well.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::gap::Gap;
use crate::model::noun::Kind;

pub(super) static GAPS: FileSchema = FileSchema {
    name: "seed/gaps.csv",
    own: &[
        "id",
        "kind",
        "noun",
        "donor",
        "countries",
        "start",
        "end",
        "missing_en",
        "missing_fr",
        "searched_en",
        "searched_fr",
        "looked_on",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Gap)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let kind = row.word("kind");
    let noun = row.word("noun");
    let donor = row.optional_reference("donor", Target::Record(Kind::Country));
    let countries = row.references("countries", Target::Record(Kind::Country));
    let period = row.period("start", "end");
    let missing = row.text("missing_en", "missing_fr");
    let searched = row.optional_text("searched_en", "searched_fr");
    let looked_on = row.date("looked_on");
    let provenance = row.provenance()?;
    let gap = Gap {
        id: id?,
        kind: kind?,
        noun: noun?,
        donor,
        countries,
        period,
        missing: missing?,
        searched,
        looked_on,
        provenance,
    };
    Some(ParsedRow::Record(gap.into()))
}
