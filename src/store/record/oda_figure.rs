//! Figures of official development assistance as bytes.

use super::frozen::frozen;
use super::part::{MoneyV1, ProvenanceV1};
use crate::model::oda_figure::OdaFigure;

frozen! {
    /// A figure of official development assistance.
    OdaFigureV1 = OdaFigure {
        id: String,
        donor: String,
        recipient: Option<String>,
        year: String,
        money: MoneyV1,
        provenance: ProvenanceV1,
    }
}
