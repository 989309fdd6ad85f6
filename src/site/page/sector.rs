//! `/sector/…`: a sector of the DAC's list, and the programmes in it.

use maud::html;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::noun::Kind;
use crate::site::parts::data::{Day, List, Named, Text};
use crate::site::parts::rows::{ProgrammeRow, SectorRow};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Sector, as its query selects it.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Sector {
    name: Text,
    withdrawn: Option<Day>,
    category: Option<Named>,
    programmes: List<ProgrammeRow>,
    sectors: List<SectorRow>,
}

impl Record for Sector {
    const KIND: Kind = Kind::Sector;
    const PATH: &'static str = "sector/";
    const DOCUMENT: &'static str = include_str!("../queries/sector.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.name)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        let id = head.named.identifier.as_str();
        sheet
            .facts(&head.evidence)
            .fact(fact::CODE, &["code"], Some(html! { (id) }))
            .some(fact::CATEGORY, &["category"], show::linked(address, self.category.as_ref()))
            .some(
                fact::WITHDRAWN,
                &["withdrawn"],
                self.withdrawn.map(|day| show::date(language, day)),
            )
            .add();
        sheet.rows(fact::PROGRAMMES, &self.programmes, &[("sector", id)]);
        sheet.rows(fact::SECTORS, &self.sectors, &[("category", id)]);
    }
}
