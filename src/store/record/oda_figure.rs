//! Frozen struct of ODA figures (official development assistance).

use super::frozen::frozen;
use super::part::{MoneyV1, ProvenanceV1};
use crate::model::oda_figure::OdaFigure;

frozen! {
    OdaFigureV1 = OdaFigure {
        id: String,
        donor: String,
        recipient: Option<String>,
        year: String,
        money: MoneyV1,
        provenance: ProvenanceV1,
    }
}
