//! Reader of `seed/countries.csv`.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::country::Country;
use crate::model::noun::Kind;

pub(super) static COUNTRIES: FileSchema = FileSchema {
    name: "seed/countries.csv",
    own: &["code", "name_en", "name_fr"],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Country)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let code = row.code("code");
    let name = row.text("name_en", "name_fr");
    let provenance = row.provenance()?;
    Some(ParsedRow::Record(Country { code: code?, name: name?, provenance }.into()))
}
