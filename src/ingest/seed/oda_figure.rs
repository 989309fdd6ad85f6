//! Reader of `seed/oda_figures.csv`: official development assistance of a donor in a year.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::noun::Kind;
use crate::model::oda_figure::OdaFigure;

pub(super) static ODA_FIGURES: FileSchema = FileSchema {
    name: "seed/oda_figures.csv",
    own: &["id", "donor", "recipient", "year", "amount", "currency", "qualifier", "absence"],
    has_provenance: true,
    keys: Some(Target::Record(Kind::OdaFigure)),
    read,
};

/// Reads a row. Its money is valued in its year.
fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let donor = row.reference("donor", Target::Record(Kind::Country));
    let recipient = row.optional_reference("recipient", Target::Record(Kind::Country));
    let year = row.year("year");
    let money = row.money(year);
    let provenance = row.provenance()?;
    let figure =
        OdaFigure { id: id?, donor: donor?, recipient, year: year?, money: money?, provenance };
    Some(ParsedRow::Record(figure.into()))
}
