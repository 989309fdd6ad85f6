//! Declarations of all nouns: the columns, facets and meters of each.

use super::cells;
use super::noun::{Column, Facet, Noun, Order};
use crate::model::agency::AgencyKind;
use crate::model::agreement::AgreementKind;
use crate::model::dialogue::{DialogueKind, DialogueLevel, Forum};
use crate::model::gap::GapKind;
use crate::model::humanitarian_contribution::{FlowStatus, HumanitarianChannel, HumanitarianScope};
use crate::model::location::LocationKind;
use crate::model::mission::MissionKind;
use crate::model::mission_contribution::{Deployment, MissionContributionKind};
use crate::model::noun::Kind;
use crate::model::origin::Assertion;
use crate::model::partnership::PartnershipStatus;
use crate::model::programme::{Channel, Pillar, ProgrammeKind, ProgrammeStatus};
use crate::model::source::SourceKind;
use crate::model::transaction::TransactionType;
use crate::read::groups::GroupDimension;
use crate::site::words::codes::Worded;
use crate::site::words::{Words, explore, fact};

const fn facet(field: &'static str, name: Words) -> Facet {
    Facet { field, name, words: |_| None }
}

const fn coded<T: Worded>(field: &'static str, name: Words) -> Facet {
    Facet { field, name, words: |code| T::parse(code).ok().map(Worded::words) }
}

const fn flag(field: &'static str, name: Words) -> Facet {
    let words = |code: &str| match code {
        "true" => Some(fact::YES),
        "false" => Some(fact::NO),
        _ => None,
    };
    Facet { field, name, words }
}

const NAME: Column = Column::of("label", fact::NAME, &[], cells::plain).by(Order::Name);
const TITLE: Column = Column { name: fact::TITLE, ..NAME };
const RECORD: Column = Column { name: fact::RECORD, ..NAME };
const IDENTIFIER: Column =
    Column::of("identifier", fact::IDENTIFIER, &["identifier"], cells::identifier).by(Order::Id);
const ASSERTION: Column =
    Column::of("assertion", fact::ASSERTION, &["assertion"], cells::code::<Assertion>).more();
const ORIGIN: Column =
    Column::of("origin", fact::ORIGIN, &["origin { file line }"], cells::origin).more();
const COUNTRY: Column =
    Column::of("country", fact::COUNTRY, &["country { ...Named }"], cells::link);
const COUNTRIES: Column =
    Column::of("countries", fact::COUNTRIES, &["countries { ...Named }"], cells::links);
const DONOR: Column = Column::of("donor", fact::DONOR, &["donor { ...Named }"], cells::link);
const PERIOD: Column =
    Column::of("period", fact::PERIOD, &["period { start end }"], cells::period).by(Order::Date);
const MOMENT: Column =
    Column::of("period", fact::DATE, &["period { start end }"], cells::moment).by(Order::Date);
const DATE: Column = Column::of("date", fact::DATE, &["date"], cells::date).by(Order::Date);
const YEAR: Column = Column::of("year", fact::YEAR, &["year"], cells::plain).by(Order::Date);
const AMOUNT: Column = Column::of("money", fact::AMOUNT, &["money { ...Amount }"], cells::money);
const PLACE: Column = Column::of("place", fact::PLACE, &["place { ...Words }"], cells::text).more();
const PURPOSE: Column =
    Column::of("purpose", fact::PURPOSE, &["purpose { ...Words }"], cells::text).more();

const BY_COUNTRY: Facet = facet("country", fact::COUNTRY);
const BY_DONOR: Facet = facet("donor", fact::DONOR);
const BY_AGENCY: Facet = facet("agency", fact::AGENCY);
const BY_YEAR: Facet = facet("year", fact::YEAR);
const BY_CATEGORY: Facet = facet("sectorCategory", explore::SECTOR_CATEGORY);
const BY_PILLAR: Facet = coded::<Pillar>("pillar", fact::PILLAR);
const BY_ASSERTION: Facet = coded::<Assertion>("assertion", fact::ASSERTION);

/// All nouns, those of money first.
pub(in crate::site) static NOUNS: [Noun; 17] = [
    Noun {
        kind: Kind::Programme,
        path: "explore/programmes",
        list: "programmes",
        order: Order::Name,
        is_dated: true,
        columns: &[
            TITLE,
            IDENTIFIER.more(),
            Column::of("kind", fact::KIND, &["kind"], cells::code::<ProgrammeKind>),
            Column::of(
                "country",
                fact::COUNTRY,
                &["country { ...Named }", "recipients { country { ...Named } }"],
                cells::recipients,
            ),
            DONOR.more(),
            Column::of("pillar", fact::PILLAR, &["pillar"], cells::code::<Pillar>).more(),
            PERIOD,
            Column::of("extendedUntil", fact::EXTENDED, &["extendedUntil"], cells::date).more(),
            Column::of("status", fact::STATUS, &["status"], cells::code::<ProgrammeStatus>),
            Column::of("parent", fact::PARENT, &["parent { ...Named }"], cells::link).more(),
            Column::of(
                "participations",
                fact::AGENCIES,
                &["participations { agency { ...Named } }"],
                cells::linked_parts,
            )
            .more(),
            Column::of(
                "sectors",
                fact::SECTORS,
                &["sectors { sector { ...Named } }"],
                cells::linked_parts,
            )
            .more(),
            Column::of("budgetTotals", fact::BUDGETS, &["budgetTotals { ...Sum }"], cells::sums),
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            BY_COUNTRY,
            coded::<ProgrammeStatus>("status", fact::STATUS),
            coded::<ProgrammeKind>("kind", fact::KIND),
            BY_CATEGORY,
            BY_AGENCY,
            coded::<Channel>("channel", fact::CHANNEL),
            BY_PILLAR,
            BY_DONOR,
            flag("humanitarian", fact::HUMANITARIAN),
            BY_ASSERTION,
        ],
        meters: &[GroupDimension::SectorCategory, GroupDimension::Country, GroupDimension::Channel],
    },
    Noun {
        kind: Kind::Transaction,
        path: "explore/transactions",
        list: "transactions",
        order: Order::DateDesc,
        is_dated: true,
        columns: &[
            RECORD,
            IDENTIFIER.more(),
            Column::of("type", fact::KIND, &["type"], cells::code::<TransactionType>),
            DATE,
            Column::of("programme", fact::PROGRAMME, &["programme { ...Named }"], cells::link)
                .more(),
            Column::of("provider", fact::PROVIDER, &["provider { ...Named }"], cells::link),
            Column::of("receiver", fact::RECEIVER, &["receiver { ...Named }"], cells::link),
            Column::of(
                "recipients",
                fact::COUNTRIES,
                &["recipients { country { ...Named } }"],
                cells::linked_parts,
            )
            .more(),
            Column::of(
                "description",
                fact::DESCRIPTION,
                &["description { ...Words }"],
                cells::text,
            )
            .more(),
            AMOUNT,
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            coded::<TransactionType>("type", fact::KIND),
            BY_COUNTRY,
            BY_YEAR,
            BY_CATEGORY,
            facet("provider", fact::PROVIDER),
            facet("receiver", fact::RECEIVER),
            facet("trustFund", fact::FUND),
            flag("humanitarian", fact::HUMANITARIAN),
            BY_ASSERTION,
        ],
        meters: &[GroupDimension::SectorCategory, GroupDimension::Country, GroupDimension::Channel],
    },
    Noun {
        kind: Kind::HumanitarianContribution,
        path: "explore/humanitarian-contributions",
        list: "humanitarianContributions",
        order: Order::DateDesc,
        is_dated: true,
        columns: &[
            RECORD,
            IDENTIFIER.more(),
            YEAR,
            DONOR.more(),
            COUNTRIES.more(),
            Column::of("channel", fact::CHANNEL, &["channel"], cells::code::<HumanitarianChannel>),
            Column::of(
                "channelAgencies",
                fact::CHANNEL_AGENCIES,
                &["channelAgencies { ...Named }"],
                cells::links,
            ),
            Column::of("scope", fact::SCOPE, &["scope"], cells::code::<HumanitarianScope>),
            Column::of("status", fact::STATUS, &["status"], cells::code::<FlowStatus>).more(),
            PURPOSE,
            AMOUNT,
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            BY_COUNTRY,
            BY_YEAR,
            coded::<HumanitarianChannel>("channel", fact::CHANNEL),
            BY_AGENCY,
            coded::<HumanitarianScope>("scope", fact::SCOPE),
            coded::<FlowStatus>("status", fact::STATUS),
            facet("plan", explore::PLAN),
            BY_DONOR,
            BY_ASSERTION,
        ],
        meters: &[GroupDimension::Country, GroupDimension::Channel, GroupDimension::Receiver],
    },
    Noun {
        kind: Kind::MissionContribution,
        path: "explore/mission-contributions",
        list: "missionContributions",
        order: Order::DateDesc,
        is_dated: true,
        columns: &[
            RECORD,
            IDENTIFIER.more(),
            Column::of("missions", fact::MISSION, &["missions { ...Named }"], cells::links),
            Column::of("kind", fact::KIND, &["kind"], cells::code::<MissionContributionKind>),
            PERIOD,
            Column::of(
                "contributor",
                fact::CONTRIBUTOR,
                &["contributor { ...Named }"],
                cells::link,
            )
            .more(),
            Column::of(
                "sendingBody",
                fact::SENDING_BODY,
                &["sendingBody { ...Named }"],
                cells::link,
            )
            .more(),
            Column::of("deployment", fact::DEPLOYMENT, &["deployment"], cells::code::<Deployment>),
            Column::of(
                "headcount",
                fact::HEADCOUNT,
                &["headcount", "headcountQualifier", "headcountAbsence"],
                cells::headcount,
            ),
            PURPOSE,
            AMOUNT,
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            facet("mission", fact::MISSION),
            coded::<MissionContributionKind>("kind", fact::KIND),
            BY_YEAR,
            coded::<Deployment>("deployment", fact::DEPLOYMENT),
            facet("sendingBody", fact::SENDING_BODY),
            facet("contributor", fact::CONTRIBUTOR),
            BY_ASSERTION,
        ],
        meters: &[GroupDimension::Country, GroupDimension::SendingBody],
    },
    Noun {
        kind: Kind::Agency,
        path: "explore/agencies",
        list: "agencies",
        order: Order::Name,
        is_dated: false,
        columns: &[
            NAME,
            Column::of("acronym", fact::ACRONYM, &["acronym(languages: $languages)"], cells::plain),
            Column::of("kind", fact::KIND, &["kind"], cells::code::<AgencyKind>),
            COUNTRY,
            IDENTIFIER,
            Column::of("website", fact::WEBSITE, &["website"], cells::outside).more(),
            ASSERTION,
            ORIGIN,
        ],
        facets: &[coded::<AgencyKind>("kind", fact::KIND), BY_COUNTRY, BY_ASSERTION],
        meters: &[],
    },
    Noun {
        kind: Kind::Mission,
        path: "explore/missions",
        list: "missions",
        order: Order::Name,
        is_dated: true,
        columns: &[
            NAME,
            IDENTIFIER.more(),
            Column::of("kind", fact::KIND, &["kind"], cells::code::<MissionKind>),
            COUNTRIES,
            Column::of("leads", fact::LEADS, &["leads { ...Named }"], cells::links),
            PERIOD,
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            coded::<MissionKind>("kind", fact::KIND),
            BY_COUNTRY,
            facet("lead", fact::LEADS),
            facet("beneficiary", fact::BENEFICIARIES),
            BY_ASSERTION,
        ],
        meters: &[],
    },
    Noun {
        kind: Kind::Agreement,
        path: "explore/agreements",
        list: "agreements",
        order: Order::DateDesc,
        is_dated: true,
        columns: &[
            TITLE,
            IDENTIFIER.more(),
            Column::of("kind", fact::KIND, &["kind"], cells::code::<AgreementKind>),
            Column::of("signed", fact::SIGNED, &["signed"], cells::date).by(Order::Date),
            COUNTRIES,
            DONOR.more(),
            Column::of("parties", fact::PARTIES, &["parties { ...Named }"], cells::links),
            PLACE,
            Column::of(
                "concludedAt",
                fact::CONCLUDED_AT,
                &["concludedAt { ...Named }"],
                cells::link,
            )
            .more(),
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            coded::<AgreementKind>("kind", fact::KIND),
            BY_COUNTRY,
            BY_YEAR,
            BY_AGENCY,
            BY_DONOR,
            BY_ASSERTION,
        ],
        meters: &[],
    },
    Noun {
        kind: Kind::Dialogue,
        path: "explore/dialogues",
        list: "dialogues",
        order: Order::DateDesc,
        is_dated: true,
        columns: &[
            TITLE,
            IDENTIFIER.more(),
            Column::of("kind", fact::KIND, &["kind"], cells::code::<DialogueKind>),
            MOMENT,
            COUNTRIES,
            Column::of("forum", fact::FORUM, &["forum"], cells::code::<Forum>).more(),
            Column::of("level", fact::LEVEL, &["level"], cells::code::<DialogueLevel>),
            DONOR.more(),
            PLACE,
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            coded::<DialogueKind>("kind", fact::KIND),
            BY_COUNTRY,
            BY_YEAR,
            coded::<DialogueLevel>("level", fact::LEVEL),
            coded::<Forum>("forum", fact::FORUM),
            BY_DONOR,
            BY_ASSERTION,
        ],
        meters: &[],
    },
    Noun {
        kind: Kind::Partnership,
        path: "explore/partnerships",
        list: "partnerships",
        order: Order::Name,
        is_dated: true,
        columns: &[
            NAME,
            Column::of("status", fact::STATUS, &["status"], cells::code::<PartnershipStatus>),
            COUNTRY,
            DONOR,
            Column::of("since", fact::SINCE, &["since"], cells::date).by(Order::Date),
            Column::of("until", fact::UNTIL, &["until"], cells::date),
            IDENTIFIER.more(),
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            coded::<PartnershipStatus>("status", fact::STATUS),
            BY_COUNTRY,
            BY_DONOR,
            BY_ASSERTION,
        ],
        meters: &[],
    },
    Noun {
        kind: Kind::TrustFund,
        path: "explore/trust-funds",
        list: "trustFunds",
        order: Order::Name,
        is_dated: false,
        columns: &[
            NAME,
            IDENTIFIER.more(),
            Column::of(
                "administrator",
                fact::ADMINISTRATOR,
                &["administrator { ...Named }"],
                cells::link,
            ),
            COUNTRIES,
            Column::of("pillar", fact::PILLAR, &["pillar"], cells::code::<Pillar>),
            Column::of("humanitarian", fact::HUMANITARIAN, &["humanitarian"], cells::yes_no),
            PURPOSE,
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            BY_PILLAR,
            BY_COUNTRY,
            facet("administrator", fact::ADMINISTRATOR),
            flag("humanitarian", fact::HUMANITARIAN),
            BY_ASSERTION,
        ],
        meters: &[],
    },
    Noun {
        kind: Kind::Event,
        path: "explore/events",
        list: "events",
        order: Order::DateDesc,
        is_dated: true,
        columns: &[
            TITLE,
            IDENTIFIER.more(),
            Column::of("pillar", fact::PILLAR, &["pillar"], cells::code::<Pillar>),
            MOMENT,
            COUNTRIES,
            ASSERTION,
            ORIGIN,
        ],
        facets: &[BY_COUNTRY, BY_PILLAR, BY_YEAR, BY_ASSERTION],
        meters: &[],
    },
    Noun {
        kind: Kind::OdaFigure,
        path: "explore/oda-figures",
        list: "odaFigures",
        order: Order::DateDesc,
        is_dated: true,
        columns: &[
            RECORD,
            IDENTIFIER.more(),
            YEAR,
            DONOR,
            Column::of("recipient", fact::RECIPIENT, &["recipient { ...Named }"], cells::link),
            AMOUNT,
            ASSERTION,
            ORIGIN,
        ],
        facets: &[BY_YEAR, facet("recipient", fact::RECIPIENT), BY_DONOR, BY_ASSERTION],
        meters: &[],
    },
    Noun {
        kind: Kind::Country,
        path: "explore/countries",
        list: "countries",
        order: Order::Name,
        is_dated: false,
        columns: &[
            NAME,
            IDENTIFIER,
            Column::of("partnerSince", fact::PARTNER_SINCE, &["partnerSince"], cells::date),
            Column::of("withdrawn", fact::WITHDRAWN, &["withdrawn"], cells::date).more(),
            ASSERTION,
            ORIGIN,
        ],
        facets: &[BY_ASSERTION],
        meters: &[],
    },
    Noun {
        kind: Kind::Location,
        path: "explore/locations",
        list: "locations",
        order: Order::Name,
        is_dated: false,
        columns: &[
            NAME,
            IDENTIFIER.more(),
            Column::of("kind", fact::KIND, &["kind"], cells::code::<LocationKind>),
            COUNTRY,
            Column::of("within", fact::WITHIN, &["within { ...Named }"], cells::link),
            ASSERTION,
            ORIGIN,
        ],
        facets: &[BY_COUNTRY, coded::<LocationKind>("kind", fact::KIND), BY_ASSERTION],
        meters: &[],
    },
    Noun {
        kind: Kind::Sector,
        path: "explore/sectors",
        list: "sectors",
        order: Order::Id,
        is_dated: false,
        columns: &[
            NAME,
            Column { name: fact::CODE, ..IDENTIFIER },
            Column::of("category", fact::CATEGORY, &["category { ...Named }"], cells::link),
            Column::of("withdrawn", fact::WITHDRAWN, &["withdrawn"], cells::date).more(),
            ASSERTION,
            ORIGIN,
        ],
        facets: &[facet("category", fact::CATEGORY), BY_ASSERTION],
        meters: &[],
    },
    Noun {
        kind: Kind::Source,
        path: "explore/sources",
        list: "sources",
        order: Order::DateDesc,
        is_dated: true,
        columns: &[
            TITLE,
            IDENTIFIER.more(),
            Column::of("publisher", fact::PUBLISHER, &["publisher"], cells::plain),
            Column::of("published", fact::PUBLISHED, &["published"], cells::date).by(Order::Date),
            Column::of("kind", fact::KIND, &["kind"], cells::code::<SourceKind>),
            Column::of("language", fact::LANGUAGE, &["language"], cells::plain).more(),
            Column::of("licence", fact::LICENCE, &["licence"], cells::plain).more(),
            ASSERTION,
            ORIGIN,
        ],
        facets: &[coded::<SourceKind>("kind", fact::KIND), BY_YEAR, BY_ASSERTION],
        meters: &[],
    },
    Noun {
        kind: Kind::Gap,
        path: "explore/gaps",
        list: "gaps",
        order: Order::Name,
        is_dated: true,
        columns: &[
            RECORD,
            IDENTIFIER.more(),
            Column::of("kind", fact::KIND, &["kind"], cells::code::<GapKind>),
            Column::of("noun", explore::NOUN, &["noun"], cells::kind),
            COUNTRIES,
            PERIOD,
            DONOR.more(),
            ASSERTION,
            ORIGIN,
        ],
        facets: &[
            coded::<GapKind>("kind", fact::KIND),
            Facet {
                field: "noun",
                name: explore::NOUN,
                words: |word| Kind::of_enum_word(word).map(Worded::words),
            },
            BY_COUNTRY,
            BY_YEAR,
            BY_DONOR,
            BY_ASSERTION,
        ],
        meters: &[],
    },
];
