//! Reader of `seed/trust_funds.csv`: trust funds and other pooled funds.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::noun::Kind;
use crate::model::programme::Pillar;
use crate::model::trust_fund::TrustFund;

pub(super) static TRUST_FUNDS: FileSchema = FileSchema {
    name: "seed/trust_funds.csv",
    own: &[
        "id",
        "name_en",
        "name_fr",
        "administrator",
        "pillar",
        "humanitarian",
        "countries",
        "purpose",
        "purpose_fr",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::TrustFund)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let name = row.text("name_en", "name_fr");
    let administrator = row.optional_reference("administrator", Target::Record(Kind::Agency));
    let pillar = row.word("pillar");
    row.required("humanitarian");
    let humanitarian = row.flag("humanitarian");
    if humanitarian == Some(true) && pillar.is_some_and(|pillar| pillar != Pillar::Development) {
        let message = "humanitarian money is a part of DEVELOPMENT, never of another pillar";
        let help = "write DEVELOPMENT, or `no` under `humanitarian`".to_owned();
        row.error(ProblemCode::HumanitarianWall, "pillar", message, Some(help));
    }
    let countries = row.references("countries", Target::Record(Kind::Country));
    let purpose = row.optional_text("purpose", "purpose_fr");
    let provenance = row.provenance()?;
    let fund = TrustFund {
        id: id?,
        name: name?,
        administrator,
        pillar: pillar?,
        humanitarian: humanitarian?,
        countries,
        purpose,
        beneficiaries: Vec::new(),
        provenance,
    };
    Some(ParsedRow::Record(fund.into()))
}
