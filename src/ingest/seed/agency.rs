//! Reader of `seed/agencies.csv`: organisations with all their roles.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::agency::{Agency, Standing};
use crate::model::noun::Kind;

pub(super) static AGENCIES: FileSchema = FileSchema {
    name: "seed/agencies.csv",
    own: &[
        "id",
        "name_en",
        "name_fr",
        "acronym",
        "acronym_fr",
        "aliases",
        "identifiers",
        "kind",
        "country",
        "website",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Agency)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let name = row.text("name_en", "name_fr");
    let acronym = row.optional_text("acronym", "acronym_fr");
    let aliases = row.texts("aliases");
    let identifiers = row.texts("identifiers");
    let kind = row.word("kind");
    let country = row.optional_reference("country", Target::Record(Kind::Country));
    let website = row.url("website");
    let provenance = row.provenance()?;
    let agency = Agency {
        id: id?,
        name: name?,
        name_uses: Vec::new(),
        acronym,
        aliases,
        identifiers,
        standing: Standing::Mentioned,
        r#type: None,
        kind: kind?,
        country,
        website,
        budgets: Vec::new(),
        documents: Vec::new(),
        provenance,
    };
    Some(ParsedRow::Record(agency.into()))
}
