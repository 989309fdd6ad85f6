//! Reader of `seed/missions.csv`.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::mission::Mission;
use crate::model::noun::Kind;

pub(super) static MISSIONS: FileSchema = FileSchema {
    name: "seed/missions.csv",
    own: &[
        "id",
        "name_en",
        "name_fr",
        "acronym",
        "acronym_fr",
        "kind",
        "leads",
        "countries",
        "start",
        "end",
        "mandate",
        "mandate_fr",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Mission)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let name = row.text("name_en", "name_fr");
    let acronym = row.optional_text("acronym", "acronym_fr");
    let kind = row.word("kind");
    let leads = row.references("leads", Target::Record(Kind::Agency));
    let countries = row.references("countries", Target::Record(Kind::Country));
    let period = row.period("start", "end");
    let mandate = row.optional_text("mandate", "mandate_fr");
    let provenance = row.provenance()?;
    let mission = Mission {
        id: id?,
        name: name?,
        acronym,
        kind: kind?,
        leads,
        countries,
        period,
        mandate,
        beneficiaries: Vec::new(),
        provenance,
    };
    Some(ParsedRow::Record(mission.into()))
}
