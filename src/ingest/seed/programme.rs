//! Reader of `seed/programmes.csv`. Recipients, participations, budgets, sites and sectors join their programme later.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::classification::Recipient;
use crate::model::country::CountryCode;
use crate::model::date::Period;
use crate::model::noun::Kind;
use crate::model::programme::Programme;

pub(super) static PROGRAMMES: FileSchema = FileSchema {
    name: "seed/programmes.csv",
    own: &[
        "id",
        "kind",
        "pillar",
        "donor",
        "country",
        "parent_id",
        "ordinal",
        "title_en",
        "title_fr",
        "aliases",
        "start",
        "end",
        "extended_until",
        "status",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Programme)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let kind = row.word("kind");
    let pillar = row.word("pillar");
    let donor = row.optional_reference("donor", Target::Record(Kind::Country));
    let country = row.optional_reference("country", Target::Record(Kind::Country));
    let parent = row.optional_reference("parent_id", Target::Record(Kind::Programme));
    let ordinal = row.whole("ordinal");
    let title = row.text("title_en", "title_fr");
    let aliases = row.texts("aliases");
    let period = row.period("start", "end");
    let extended_until = row.date("extended_until");
    let extension = Period { start: period.end.or(period.start), end: extended_until };
    row.in_order(extension, "extended_until");
    let status = row.optional_word("status");
    let provenance = row.provenance()?;
    let one = |country: CountryCode| Recipient {
        country,
        percentage: None,
        provenance: provenance.clone(),
    };
    let programme = Programme {
        id: id?,
        kind: kind?,
        pillar: pillar?,
        donor,
        parent,
        ordinal,
        title: title?,
        aliases,
        period,
        extended_until,
        status,
        recipients: country.map(one).into_iter().collect(),
        participations: Vec::new(),
        budgets: Vec::new(),
        sites: Vec::new(),
        sectors: Vec::new(),
        regions: Vec::new(),
        report: None,
        provenance,
    };
    Some(ParsedRow::Record(programme.into()))
}
