//! Frozen structs of the nouns that have few fields.

use super::frozen::frozen;
use super::part::{BeneficiaryV1, CitationV1, MoneyV1, OriginV1, PeriodV1, ProvenanceV1, TextV1};
use crate::model::agreement::Agreement;
use crate::model::country::Country;
use crate::model::dialogue::Dialogue;
use crate::model::event::Event;
use crate::model::gap::Gap;
use crate::model::location::{Location, Point};
use crate::model::mission::Mission;
use crate::model::oda_figure::OdaFigure;
use crate::model::partnership::Partnership;
use crate::model::sector::Sector;
use crate::model::source::Source;
use crate::model::trust_fund::TrustFund;

frozen! {
    AgreementV2 = Agreement {
        id: String,
        kind: String,
        donor: String,
        countries: Vec<String>,
        title: TextV1,
        signed: Option<String>,
        place: Option<TextV1>,
        governs: Vec<String>,
        concluded_at: Option<String>,
        parties: Vec<String>,
        context: Option<TextV1>,
        provenance: ProvenanceV1,
    }

    CountryV1 = Country {
        code: String,
        name: TextV1,
        provenance: ProvenanceV1,
    }

    /// A dialogue, or one session of it.
    DialogueV2 = Dialogue {
        id: String,
        kind: String,
        level: Option<String>,
        forum: String,
        ordinal: Option<u32>,
        donor: String,
        countries: Vec<String>,
        title: TextV1,
        period: PeriodV1,
        place: Option<TextV1>,
        provenance: ProvenanceV1,
    }

    EventV1 = Event {
        id: String,
        countries: Vec<String>,
        pillar: Option<String>,
        title: TextV1,
        period: PeriodV1,
        provenance: ProvenanceV1,
    }

    GapV1 = Gap {
        id: String,
        kind: String,
        noun: String,
        donor: Option<String>,
        countries: Vec<String>,
        period: PeriodV1,
        missing: TextV1,
        searched: Option<TextV1>,
        looked_on: Option<String>,
        provenance: ProvenanceV1,
    }

    PointV1 = Point {
        latitude: String,
        longitude: String,
    }

    LocationV1 = Location {
        id: String,
        name: TextV1,
        kind: String,
        country: String,
        within: Option<String>,
        point: Option<PointV1>,
        provenance: ProvenanceV1,
    }

    MissionV2 = Mission {
        id: String,
        name: TextV1,
        acronym: Option<TextV1>,
        kind: String,
        leads: Vec<String>,
        countries: Vec<String>,
        period: PeriodV1,
        mandate: Option<TextV1>,
        beneficiaries: Vec<BeneficiaryV1>,
        provenance: ProvenanceV1,
    }

    OdaFigureV1 = OdaFigure {
        id: String,
        donor: String,
        recipient: Option<String>,
        year: String,
        money: MoneyV1,
        provenance: ProvenanceV1,
    }

    /// Status of a donor's partnership with a country.
    PartnershipV1 = Partnership {
        id: String,
        donor: String,
        country: String,
        status: String,
        since: Option<String>,
        until: Option<String>,
        provenance: ProvenanceV1,
    }

    /// A sector or category.
    SectorV1 = Sector {
        code: String,
        name: TextV1,
        category: Option<String>,
        provenance: ProvenanceV1,
    }

    SourceV2 = Source {
        id: String,
        title: String,
        publisher: Option<String>,
        url: Option<String>,
        published: Option<String>,
        published_absence: Option<String>,
        language: Option<String>,
        kind: String,
        sha256: Option<String>,
        bytes: Option<u64>,
        note: Option<String>,
        licence: Option<String>,
        origin: OriginV1,
        citations: Vec<CitationV1>,
    }

    TrustFundV2 = TrustFund {
        id: String,
        name: TextV1,
        administrator: Option<String>,
        pillar: String,
        humanitarian: bool,
        countries: Vec<String>,
        purpose: Option<TextV1>,
        beneficiaries: Vec<BeneficiaryV1>,
        provenance: ProvenanceV1,
    }
}
