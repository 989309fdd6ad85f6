//! Filter inputs of lists, one type per noun.
//!
//! Each field of a filter takes one value or a list of values; a record matches if it has any of them. All given fields must
//! match; `and`, `or` and `not` combine whole filters.

mod check;
mod term;

use async_graphql::InputObject;

use self::term::{any, one_budget, part, participation};
use super::code_enum::CodeEnum;
use super::node_kind::NodeKind;
use super::scalar::Date;
use crate::model::agency::AgencyKind;
use crate::model::agreement::AgreementKind;
use crate::model::date::PartialDate;
use crate::model::dialogue::{DialogueKind, DialogueLevel, Forum};
use crate::model::facet::Facet;
use crate::model::gap::GapKind;
use crate::model::humanitarian_contribution::{
    Boundary, FlowStatus, HumanitarianChannel, HumanitarianScope,
};
use crate::model::location::LocationKind;
use crate::model::mission::MissionKind;
use crate::model::mission_contribution::{Deployment, MissionContributionKind};
use crate::model::money::{Absence, Qualifier};
use crate::model::origin::Assertion;
use crate::model::partnership::PartnershipStatus;
use crate::model::programme::{Channel, Pillar, ProgrammeKind, ProgrammeStatus, Role};
use crate::model::source::SourceKind;
use crate::model::transaction::TransactionType;
use crate::read::filter::{Filter, InForce, ProgrammeLevel};
pub(super) use check::{bounded, checked};

/// Range of days, both ends inclusive. A date that is only a month or a year matches if all of it is in the range.
#[derive(Clone, Copy, Debug, Default, InputObject)]
pub(crate) struct Days {
    /// First day; open when omitted.
    from: Option<Date>,
    /// Last day; open when omitted.
    to: Option<Date>,
}

/// Filters by a date of an IATI `ActivityDateType`. A range without ends matches any known date.
fn days(number: u8, days: Option<Days>) -> Filter {
    days.map_or(Filter::All, |days| {
        Filter::Day(number, days.from.map(|day| day.0), days.to.map(|day| day.0))
    })
}

/// Filters by being in force in a year; matches nothing for a year outside the calendar.
pub(super) fn in_force_in(year: i32, certainty: InForce) -> Filter {
    let year = u16::try_from(year).ok().and_then(PartialDate::from_year);
    year.map_or(Filter::Or(Vec::new()), |year| {
        Filter::in_force(year.first_day(), year.last_day(), certainty)
    })
}

/// Filters by being in force on a day, and in one of the years.
pub(super) fn in_force(
    day: Option<Date>,
    years: Option<Vec<i32>>,
    certainty: Option<CodeEnum<InForce>>,
) -> Filter {
    let certainty = certainty.map_or(InForce::Known, |word| word.0);
    let day = day.map_or(Filter::All, |day| Filter::in_force(day.0, day.0, certainty));
    let in_years = |years: Vec<i32>| {
        Filter::Or(years.into_iter().map(|year| in_force_in(year, certainty)).collect())
    };
    day.and(years.map_or(Filter::All, in_years))
}

macro_rules! filters {
    ($($(#[doc = $about:literal])* $name:ident {
        $($(#[doc = $doc:literal])* $field:ident: $value:ty => $facet:ident,)*
        $(; $($(#[doc = $more_doc:literal])* $more:ident: $more_type:ty,)* => |$this:ident| $narrow:expr)?
    })+) => { $(
        $(#[doc = $about])*
        #[derive(Clone, Debug, Default, InputObject)]
        pub(crate) struct $name {
            /// All of these filters match.
            and: Option<Vec<$name>>,
            /// At least one of these filters matches.
            or: Option<Vec<$name>>,
            /// This filter does not match.
            not: Option<Box<$name>>,
            /// Identifiers of records.
            identifier: Option<Vec<String>>,
            /// Words in names, titles and descriptions, at most 200 characters. All must match, as in `search`.
            text: Option<String>,
            /// Identifiers of publications that the record or a part of it cites.
            source: Option<Vec<String>>,
            /// Degree to which sources support the record.
            assertion: Option<Vec<CodeEnum<Assertion>>>,
            $($(#[doc = $doc])* $field: Option<Vec<$value>>,)*
            $($($(#[doc = $more_doc])* $more: Option<$more_type>,)*)?
        }

        impl From<$name> for Filter {
            fn from(input: $name) -> Self {
                let mut filter = Self::All;
                $(let $this = ($(input.$more,)*);
                filter = filter.and($narrow);)?
                if let Some(all) = input.and {
                    filter = filter.and(Self::And(all.into_iter().map(Self::from).collect()));
                }
                if let Some(some) = input.or {
                    filter = filter.and(Self::Or(some.into_iter().map(Self::from).collect()));
                }
                if let Some(none) = input.not {
                    filter = filter.and(Self::Not(Box::new(Self::from(*none))));
                }
                if let Some(keys) = input.identifier {
                    filter = filter.and(Self::Key(keys));
                }
                if let Some(text) = input.text.filter(|text| !text.trim().is_empty()) {
                    filter = filter.and(Self::Text(text));
                }
                filter
                    .and(any(Facet::Source, input.source))
                    .and(any(Facet::Assertion, input.assertion))
                    $(.and(any(Facet::$facet, input.$field)))*
            }
        }
    )+ };
}

filters! {
    /// Filter for a list of publications.
    SourceFilter {
        /// Kind of publication.
        kind: CodeEnum<SourceKind> => Kind,
        /// Year of publication.
        year: i32 => Year,
    }

    /// Filter for a list of countries.
    CountryFilter {
    }

    /// Filter for a list of partnerships.
    PartnershipFilter {
        /// Donor. ISO 3166-1 code.
        donor: String => Donor,
        /// Partner country. ISO 3166-1 code.
        country: String => Country,
        /// Status of the partnership.
        status: CodeEnum<PartnershipStatus> => Status,
    }

    /// Filter for a list of agencies.
    AgencyFilter {
        /// Kind of organisation.
        kind: CodeEnum<AgencyKind> => Kind,
        /// Home country. ISO 3166-1 code.
        country: String => Country,
    }

    /// Filter for a list of places.
    LocationFilter {
        /// Kind of place.
        kind: CodeEnum<LocationKind> => Kind,
        /// Country that contains the place. ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of places that directly contain the place.
        within: String => Parent,
    }

    /// Filter for a list of sectors.
    SectorFilter {
        /// DAC category, three digits.
        category: String => SectorCategory,
    }

    /// Filter for a list of programmes.
    ProgrammeFilter {
        /// Kind of work.
        kind: CodeEnum<ProgrammeKind> => Kind,
        /// Pillar of the programme.
        pillar: CodeEnum<Pillar> => Pillar,
        /// Status of the programme.
        status: CodeEnum<ProgrammeStatus> => Status,
        /// Country whose cooperation it is part of. ISO 3166-1 code.
        donor: String => Donor,
        /// Recipient country. ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of programmes that directly contain it.
        parent: String => Parent,
        /// Identifiers of places of the programme; a place includes those within it.
        location: String => Location,
        /// DAC purpose code or category of the programme.
        sector: String => Sector,
        /// DAC category, including its purpose codes.
        sector_category: String => SectorCategory,
        /// Reason for a missing amount of one of its budgets.
        absence: CodeEnum<Absence> => Absence,
        /// True for humanitarian programmes: by a flag, a scope or their purpose, or by some of their transactions; see
        /// `HumanitarianBasis`. A programme that is humanitarian in part matches both values; each list counts only its
        /// part.
        humanitarian: bool => Humanitarian,
        /// Recipient region, by its code: 298.
        region: String => Region,
        /// Level in its publisher's hierarchy, 1 being the highest.
        hierarchy: i32 => Level,
        /// Type of flow: a code of `FlowType`, such as 10 for official development assistance.
        flow_type: String => FlowType,
        /// Type of finance: a code of `FinanceType`, such as 110 for a grant.
        finance_type: String => FinanceType,
        /// Type of aid: a code of `AidType`, such as C01.
        aid_type: String => AidType,
        /// Tied status: a code of `TiedStatus`, such as 5 for untied.
        tied_status: String => TiedStatus,
        /// Policy marker of any significance above 0: a code of `PolicyMarker`, such as 2.
        policy_marker: String => PolicyMarker,
        /// Tag, by vocabulary and code: `2 13` is the thirteenth Sustainable Development Goal.
        tag: String => Tag,
        /// Name of the imported file that it was read from.
        file: String => File,
        ;
        /// Currency of one of its budgets. ISO 4217.
        currency: Vec<String>,
        /// Qualifier of one of its budgets. With `currency`, of a budget in that currency.
        qualifier: Vec<CodeEnum<Qualifier>>,
        /// Identifiers of reporting agencies.
        reporter: Vec<String>,
        /// Identifiers of participating agencies.
        agency: Vec<String>,
        /// Role of those agencies, or of the agency whose list this is. Default: any role.
        role: Vec<CodeEnum<Role>>,
        /// Channel that those agencies represent in that role; without `agency`, that any of its agencies represents. In a
        /// list of an agency, the channel that this agency represents.
        channel: Vec<CodeEnum<Channel>>,
        /// Day on which it is known to be in force, extensions included: it has started and has not ended. Programmes
        /// without a known start never match, nor do plans without evidence of a signature. The following match only with
        /// `inForce: POSSIBLY`: suspended and cancelled programmes, those without a known end that are not `ACTIVE`, and
        /// those that are `ACTIVE` past their end.
        in_force_on: Date,
        /// Year in which it is in force on some day, by the same rule.
        year: Vec<i32>,
        /// Certainty required by `inForceOn` and `year`. Default `KNOWN`.
        in_force: CodeEnum<InForce>,
        /// Planned start. Programmes without a known planned start never match. IATI: activity-date, type 1.
        planned_start: Days,
        /// Actual start. Programmes without a known actual start never match. IATI: activity-date, type 2.
        actual_start: Days,
        /// Planned end. Programmes without a known planned end never match. IATI: activity-date, type 3.
        planned_end: Days,
        /// Actual end. Programmes without a known actual end never match. IATI: activity-date, type 4.
        actual_end: Days,
        /// Level at which money counts. Without it the budget of a programme counts and those of its projects are excluded.
        /// With `PROJECT` those of the projects count, and the list does not contain their programmes.
        level: CodeEnum<ProgrammeLevel>,
        => |values| one_budget(values.0, values.1)
            .and(part("REPORTING", values.2))
            .and(participation(values.3, values.4, values.5))
            .and(in_force(values.6, values.7, values.8))
            .and(days(1, values.9)).and(days(2, values.10)).and(days(3, values.11)).and(days(4, values.12))
            .and(values.13.map_or(Filter::All, |level| Filter::At(level.0)))
    }

    /// Filter for a list of agreements.
    AgreementFilter {
        /// Kind of agreement.
        kind: CodeEnum<AgreementKind> => Kind,
        /// Donor that signed. ISO 3166-1 code.
        donor: String => Donor,
        /// Partner country, or country that the agreement concerns. ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of programmes that it governs.
        programme: String => Programme,
        /// Identifiers of agencies that are party to it.
        agency: String => Agency,
        /// Year of signature.
        year: i32 => Year,
    }

    /// Filter for a list of dialogues.
    DialogueFilter {
        /// Kind of meeting.
        kind: CodeEnum<DialogueKind> => Kind,
        /// Level of the participants.
        level: CodeEnum<DialogueLevel> => Status,
        /// Political forum of the meeting.
        forum: CodeEnum<Forum> => Forum,
        /// Participating donor. ISO 3166-1 code.
        donor: String => Donor,
        /// Country that takes part or is the subject. ISO 3166-1 code.
        country: String => Country,
        /// Year of the meeting.
        year: i32 => Year,
    }

    /// Filter for a list of missions.
    MissionFilter {
        /// Kind of mission.
        kind: CodeEnum<MissionKind> => Kind,
        /// Host country. ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of organisations that lead it.
        lead: String => Agency,
        /// Identifiers of agencies that benefit.
        beneficiary: String => Beneficiary,
        ;
        /// Day on which it is known to run. Missions without a known start never match. Missions have no status, so those
        /// without a known end match only with `inForce: POSSIBLY`.
        in_force_on: Date,
        /// Year in which it runs on some day, by the same rule.
        year: Vec<i32>,
        /// Certainty required by `inForceOn` and `year`. Default `KNOWN`.
        in_force: CodeEnum<InForce>,
        => |values| in_force(values.0, values.1, values.2)
    }

    /// Filter for a list of contributions to missions.
    MissionContributionFilter {
        /// Kind of contribution.
        kind: CodeEnum<MissionContributionKind> => Kind,
        /// Identifiers of missions that benefit.
        mission: String => Mission,
        /// Host country of a mission that benefits. ISO 3166-1 code.
        country: String => Country,
        /// Contributing state. ISO 3166-1 code.
        contributor: String => Donor,
        /// Identifiers of bodies that deploy or pay.
        sending_body: String => Agency,
        /// Identifiers of agencies that benefit.
        beneficiary: String => Beneficiary,
        /// Deployment stage of personnel.
        deployment: CodeEnum<Deployment> => Status,
        /// Year of the contribution.
        year: i32 => Year,
        /// Currency of the amount. ISO 4217.
        currency: String => Currency,
        /// Qualifier of the amount.
        qualifier: CodeEnum<Qualifier> => Qualifier,
        /// Reason for a missing amount.
        absence: CodeEnum<Absence> => Absence,
    }

    /// Filter for a list of trust funds.
    TrustFundFilter {
        /// Pillar that it serves.
        pillar: CodeEnum<Pillar> => Pillar,
        /// True for funds that serve humanitarian aid.
        humanitarian: bool => Humanitarian,
        /// Beneficiary country. ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of administrating agencies.
        administrator: String => Agency,
        /// Identifiers of agencies that benefit.
        beneficiary: String => Beneficiary,
    }

    /// Filter for a list of transactions.
    TransactionFilter {
        /// Type of transaction.
        r#type: CodeEnum<TransactionType> => Kind,
        /// Identifiers of trust funds that receive the payment.
        trust_fund: String => TrustFund,
        /// Identifiers of programmes that the transactions belong to.
        programme: String => Programme,
        /// Identifiers of agencies that pay or receive.
        agency: String => Agency,
        /// Year of the transaction.
        year: i32 => Year,
        /// Currency of the amount. ISO 4217.
        currency: String => Currency,
        /// Qualifier of the amount.
        qualifier: CodeEnum<Qualifier> => Qualifier,
        /// Reason for a missing amount.
        absence: CodeEnum<Absence> => Absence,
        /// Recipient country of the transaction, otherwise of its programme. ISO 3166-1 code.
        country: String => Country,
        /// Recipient region of the transaction, otherwise of its programme, by its code.
        region: String => Region,
        /// DAC purpose code of the transaction, otherwise of its programme.
        sector: String => Sector,
        /// DAC category of the transaction, otherwise of its programme, including its purpose codes.
        sector_category: String => SectorCategory,
        /// True for humanitarian transactions, by themselves, otherwise by their programme; see `HumanitarianBasis`. A
        /// transaction that is humanitarian in part matches both values; each list counts only its part.
        humanitarian: bool => Humanitarian,
        ;
        /// Identifiers of agencies that pay.
        provider: Vec<String>,
        /// Identifiers of agencies that receive.
        receiver: Vec<String>,
        /// Identifiers of agencies that report its programme.
        reporter: Vec<String>,
        /// Identifiers of agencies that participate in its programme.
        participant: Vec<String>,
        /// Role of those participants in its programme, or of the agency whose list this is. Default: any role.
        role: Vec<CodeEnum<Role>>,
        /// Pillar of its programme.
        pillar: Vec<CodeEnum<Pillar>>,
        /// Country whose cooperation its programme is part of. ISO 3166-1 code.
        donor: Vec<String>,
        /// Status of its programme.
        programme_status: Vec<CodeEnum<ProgrammeStatus>>,
        /// Name of the imported file that its programme was read from.
        file: Vec<String>,
        => |values| {
            let programme = part("REPORTING", values.2)
                .and(participation(values.3, values.4, None))
                .and(any(Facet::Pillar, values.5))
                .and(any(Facet::Donor, values.6))
                .and(any(Facet::Status, values.7))
                .and(any(Facet::File, values.8));
            part("PROVIDER", values.0).and(part("RECEIVER", values.1)).and(programme.of_programme())
        }
    }

    /// Filter for a list of humanitarian contributions.
    HumanitarianContributionFilter {
        /// Donor. ISO 3166-1 code.
        donor: String => Donor,
        /// Year that the contribution is for.
        year: i32 => Year,
        /// Recipient country. ISO 3166-1 code.
        country: String => Country,
        /// Channel of delivery.
        channel: CodeEnum<HumanitarianChannel> => Channel,
        /// Identifiers of agencies that provide or channel the money.
        agency: String => Agency,
        /// Direction across the boundary of the FTS search or export that published it.
        boundary: CodeEnum<Boundary> => Boundary,
        /// Codes of response plans that it counts for: `HMLI24`.
        plan: String => Plan,
        /// FTS flow type: `Standard`, `Parked`, `Pass through` or `Carryover`.
        flow_type: String => FlowType,
        /// Pledge, commitment or payment.
        status: CodeEnum<FlowStatus> => Status,
        /// Coverage of the contribution.
        scope: CodeEnum<HumanitarianScope> => Kind,
        /// Identifiers of contributions that directly contain it.
        part_of: String => Parent,
        /// Currency of the amount. ISO 4217.
        currency: String => Currency,
        /// Qualifier of the amount.
        qualifier: CodeEnum<Qualifier> => Qualifier,
        /// Reason for a missing amount.
        absence: CodeEnum<Absence> => Absence,
        /// Names of imported files that it was read from.
        file: String => File,
        ;
        /// Identifiers of agencies that provide the money.
        provider: Vec<String>,
        /// Identifiers of agencies that channel the money.
        receiver: Vec<String>,
        => |values| part("PROVIDER", values.0).and(part("RECEIVER", values.1))
    }

    /// Filter for a list of events.
    EventFilter {
        /// Country concerned. ISO 3166-1 code.
        country: String => Country,
        /// Pillar concerned.
        pillar: CodeEnum<Pillar> => Pillar,
        /// Year of the event.
        year: i32 => Year,
    }

    /// Filter for a list of known gaps.
    GapFilter {
        /// Kind of gap.
        kind: CodeEnum<GapKind> => Status,
        /// Noun of the missing facts.
        noun: NodeKind => Kind,
        /// Donor whose cooperation the facts belong to. ISO 3166-1 code.
        donor: String => Donor,
        /// Country concerned. ISO 3166-1 code.
        country: String => Country,
        /// Year concerned. A gap without years concerns all years and matches none.
        year: i32 => Year,
    }

    /// Filter for a list of figures of official development assistance.
    OdaFigureFilter {
        /// Donor. ISO 3166-1 code.
        donor: String => Donor,
        /// Recipient country. ISO 3166-1 code.
        recipient: String => Country,
        /// Calendar year.
        year: i32 => Year,
    }
}
