//! Reader of `seed/agreements.csv`: signed agreements.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::agreement::Agreement;
use crate::model::noun::Kind;

pub(super) static AGREEMENTS: FileSchema = FileSchema {
    name: "seed/agreements.csv",
    own: &[
        "id",
        "kind",
        "donor",
        "countries",
        "title_en",
        "title_fr",
        "signed",
        "place",
        "place_fr",
        "governs",
        "concluded_at",
        "parties",
        "context",
        "context_fr",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Agreement)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let kind = row.word("kind");
    let donor = row.reference("donor", Target::Record(Kind::Country));
    let countries = row.references("countries", Target::Record(Kind::Country));
    let title = row.text("title_en", "title_fr");
    let signed = row.date("signed");
    let place = row.optional_text("place", "place_fr");
    let governs = row.references("governs", Target::Record(Kind::Programme));
    let concluded_at = row.optional_reference("concluded_at", Target::Record(Kind::Dialogue));
    let parties = row.references("parties", Target::Record(Kind::Agency));
    let context = row.optional_text("context", "context_fr");
    let provenance = row.provenance()?;
    let agreement = Agreement {
        id: id?,
        kind: kind?,
        donor: donor?,
        countries,
        title: title?,
        signed,
        place,
        governs,
        concluded_at,
        parties,
        context,
        provenance,
    };
    Some(ParsedRow::Record(agreement.into()))
}
