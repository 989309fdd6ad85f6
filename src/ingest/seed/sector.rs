//! Reader of `seed/sectors.csv`: sectors and their categories.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::noun::Kind;
use crate::model::sector::{Sector, SectorCode};

pub(super) static SECTORS: FileSchema = FileSchema {
    name: "seed/sectors.csv",
    own: &["code", "name_en", "name_fr", "category"],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Sector)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let code: Option<SectorCode> = row.code("code");
    let name = row.text("name_en", "name_fr");
    let category = row.optional_reference("category", Target::Record(Kind::Sector));
    if let Some(code) = &code {
        right_category(row, code);
    }
    let provenance = row.provenance()?;
    Some(ParsedRow::Record(Sector { code: code?, name: name?, category, provenance }.into()))
}

/// Reports a category other than the first three digits, or a category of a category.
fn right_category(row: &mut Row<'_>, code: &SectorCode) {
    let category = code.category();
    let wanted = if *code == category { "" } else { category.as_str() };
    if row.cell("category") != wanted {
        let message = if wanted.is_empty() {
            format!("{code} is a category: leave its own category empty")
        } else {
            format!("the category of {code} must be `{wanted}`")
        };
        let help = "a category is the first three digits; a category itself has none".to_owned();
        row.error(ProblemCode::BadCode, "category", message, Some(help));
    }
}
