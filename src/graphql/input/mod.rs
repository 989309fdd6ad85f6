//! What a client may narrow a list by: one input type for each noun.
//!
//! Each field of a filter holds one value or a list of them, and a record fits when it has any of them. Fields
//! that stand together must all fit; `and`, `or` and `not` combine whole filters.

use async_graphql::InputObject;

use super::error::{Answer, ApiError};
use super::request::{country_code, currency_code};
use super::scalar::Date;
use super::word::Word;
use crate::model::agency::AgencyKind;
use crate::model::agreement::AgreementKind;
use crate::model::code::Code;
use crate::model::date::PartialDate;
use crate::model::dialogue::{DialogueKind, DialogueLevel, Forum};
use crate::model::facet::Facet;
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
use crate::read::filter::{self, Filter, InForce};

/// A value that a facet can have, as its term.
trait Term {
    fn term(&self) -> String;
}

impl Term for String {
    fn term(&self) -> String {
        self.clone()
    }
}

impl Term for i32 {
    fn term(&self) -> String {
        self.to_string()
    }
}

impl Term for bool {
    fn term(&self) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }
}

impl<T: Code> Term for Word<T> {
    fn term(&self) -> String {
        self.0.as_str().to_owned()
    }
}

/// A filter over one facet; no values ask nothing.
fn any<T: Term>(facet: Facet, values: Option<Vec<T>>) -> Filter {
    values.map_or(Filter::All, |values| Filter::Is(facet, values.iter().map(Term::term).collect()))
}

/// What one budget must be: its currency, and how its amount is to be read.
fn one_budget(currencies: Option<Vec<String>>, read: Option<Vec<Word<Qualifier>>>) -> Filter {
    let both = currencies.iter().flatten().flat_map(|currency| {
        let read = read.iter().flatten();
        read.map(move |read| format!("{} {}", currency.to_uppercase(), read.0))
    });
    let both: Vec<String> = both.collect();
    let is_one = currencies.is_some() && read.is_some();
    any(Facet::Currency, currencies)
        .and(any(Facet::Qualifier, read))
        .and(any(Facet::Budget, is_one.then_some(both)))
}

/// What one participation must be: its agency, its role and its way, each where it is asked for.
fn participation(
    agencies: Option<Vec<String>>,
    roles: Option<Vec<Word<Role>>>,
    channels: Option<Vec<Word<Channel>>>,
) -> Filter {
    let roles: Option<Vec<Role>> = roles.map(|roles| roles.iter().map(|role| role.0).collect());
    let term = |role: &Role, agency: &str| format!("{role} {agency}");
    match (agencies, roles, channels) {
        (None, None, channels) => any(Facet::Channel, channels),
        (agencies, None, None) => any(Facet::Agency, agencies),
        (None, Some(roles), None) => {
            Filter::Begins(Facet::AgencyRole, roles.iter().map(|role| term(role, "")).collect())
        }
        (Some(agencies), Some(roles), None) => {
            let terms = roles.iter().flat_map(|role| agencies.iter().map(move |a| term(role, a)));
            Filter::Is(Facet::AgencyRole, terms.collect())
        }
        // No agency or role of a list that is there and empty.
        (Some(agencies), _, Some(_)) if agencies.is_empty() => Filter::Or(Vec::new()),
        (_, Some(roles), Some(_)) if roles.is_empty() => Filter::Or(Vec::new()),
        (agencies, roles, Some(channels)) => {
            let channels: Vec<String> = channels.iter().map(Term::term).collect();
            filter::participation(
                &roles.unwrap_or_default(),
                &channels,
                &agencies.unwrap_or_default(),
            )
        }
    }
}

/// Agencies in one part; no list means any.
fn part(part: &str, agencies: Option<Vec<String>>) -> Filter {
    let terms = agencies.map(|all| all.iter().map(|agency| format!("{part} {agency}")).collect());
    any(Facet::AgencyRole, terms)
}

/// Days from one to another. A date that is only a month or a year lies between them as a whole.
#[derive(Clone, Copy, Debug, Default, InputObject)]
pub(crate) struct Days {
    /// The first day; any when this is left out.
    from: Option<Date>,
    /// The last day; any when this is left out.
    to: Option<Date>,
}

/// What has a date of an IATI `ActivityDateType` in these days; days without either end ask for any that is known.
fn days(number: u8, days: Option<Days>) -> Filter {
    days.map_or(Filter::All, |days| {
        Filter::Day(number, days.from.map(|day| day.0), days.to.map(|day| day.0))
    })
}

/// What was in force in a year; none for a year that the calendar lacks.
pub(super) fn in_force_in(year: i32, certainty: InForce) -> Filter {
    let year = u16::try_from(year).ok().and_then(PartialDate::from_year);
    year.map_or(Filter::Or(Vec::new()), |year| {
        Filter::in_force(year.first_day(), year.last_day(), certainty)
    })
}

/// What was in force on a day, and in one of these years.
pub(super) fn in_force(
    day: Option<Date>,
    years: Option<Vec<i32>>,
    certainty: Option<Word<InForce>>,
) -> Filter {
    let certainty = certainty.map_or(InForce::Known, |word| word.0);
    let day = day.map_or(Filter::All, |day| Filter::in_force(day.0, day.0, certainty));
    let in_years = |years: Vec<i32>| {
        Filter::Or(years.into_iter().map(|year| in_force_in(year, certainty)).collect())
    };
    day.and(years.map_or(Filter::All, in_years))
}

/// The most questions that one filter may be made of.
const MAX_QUESTIONS: usize = 500;

/// The longest text that is searched for, in characters.
const MAX_TEXT: usize = 200;

/// A text that is short enough to be searched for: every word of it counts.
pub(super) fn bounded(text: &str) -> Answer<()> {
    if text.chars().count() > MAX_TEXT {
        return Err(ApiError::input(format!("`text` must be at most {MAX_TEXT} characters long")));
    }
    Ok(())
}

/// A filter as it may be asked: not too large, and with codes that can be codes. Small letters pass for capitals.
///
/// # Errors
/// A sentence for the client, since a code that cannot be one would find nothing and look like "nothing was given".
pub(super) fn checked(filter: Filter) -> Answer<Filter> {
    let questions = filter.size();
    if questions > MAX_QUESTIONS {
        let message = format!(
            "a filter may ask at most {MAX_QUESTIONS} questions, this one asks {questions}"
        );
        return Err(ApiError::limit(message));
    }
    with_codes(filter)
}

fn with_codes(filter: Filter) -> Answer<Filter> {
    let each = |filters: Vec<Filter>| filters.into_iter().map(with_codes).collect::<Answer<_>>();
    Ok(match filter {
        Filter::Is(facet @ (Facet::Country | Facet::Donor), codes) => {
            let code =
                |text: String| country_code(&text.to_uppercase()).map(|code| code.to_string());
            Filter::Is(facet, codes.into_iter().map(code).collect::<Answer<_>>()?)
        }
        Filter::Is(Facet::Currency, codes) => {
            let code =
                |text: String| currency_code(&text.to_uppercase()).map(|code| code.to_string());
            Filter::Is(Facet::Currency, codes.into_iter().map(code).collect::<Answer<_>>()?)
        }
        Filter::Text(text) => {
            bounded(&text)?;
            Filter::Text(text)
        }
        Filter::OfProgramme(filter) => Filter::OfProgramme(Box::new(with_codes(*filter)?)),
        Filter::And(filters) => Filter::And(each(filters)?),
        Filter::Or(filters) => Filter::Or(each(filters)?),
        Filter::Not(filter) => Filter::Not(Box::new(with_codes(*filter)?)),
        other => other,
    })
}

macro_rules! filters {
    ($($(#[doc = $about:literal])* $name:ident {
        $($(#[doc = $doc:literal])* $field:ident: $value:ty => $facet:ident,)*
        $(; $($(#[doc = $more_doc:literal])* $more:ident: $more_type:ty,)* => |$this:ident| $narrow:expr)?
    })+) => { $(
        $(#[doc = $about])*
        #[derive(Clone, Debug, Default, InputObject)]
        pub(crate) struct $name {
            /// All of these filters fit.
            and: Option<Vec<$name>>,
            /// At least one of these filters fits.
            or: Option<Vec<$name>>,
            /// This filter does not fit.
            not: Option<Box<$name>>,
            /// Identifiers, as `identifier` gives them.
            identifier: Option<Vec<String>>,
            /// Words of the record's names and descriptions, at most 200 characters; each must be there, as `search` finds it.
            text: Option<String>,
            /// Identifiers of publications that the record or a part of it cites.
            source: Option<Vec<String>>,
            /// How far sources carry the record.
            assertion: Option<Vec<Word<Assertion>>>,
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
    /// Narrows a list of publications.
    SourceFilter {
        /// What the publication is.
        kind: Word<SourceKind> => Kind,
        /// The year of publication.
        year: i32 => Year,
    }

    /// Narrows a list of countries.
    CountryFilter {
    }

    /// Narrows a list of partnerships.
    PartnershipFilter {
        /// Who gives, by ISO 3166-1 code.
        donor: String => Donor,
        /// With whom, by ISO 3166-1 code.
        country: String => Country,
        /// How it stands.
        status: Word<PartnershipStatus> => Status,
    }

    /// Narrows a list of agencies.
    AgencyFilter {
        /// What the organisation is.
        kind: Word<AgencyKind> => Kind,
        /// Where it is at home, by ISO 3166-1 code.
        country: String => Country,
    }

    /// Narrows a list of places.
    LocationFilter {
        /// What the place is.
        kind: Word<LocationKind> => Kind,
        /// The country that it lies in, by ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of the places that it lies directly in.
        within: String => Parent,
    }

    /// Narrows a list of sectors.
    SectorFilter {
        /// The DAC category, by its three digits.
        category: String => SectorCategory,
    }

    /// Narrows a list of programmes.
    ProgrammeFilter {
        /// What kind of work it is.
        kind: Word<ProgrammeKind> => Kind,
        /// The pillar that it belongs to.
        pillar: Word<Pillar> => Pillar,
        /// Where it stands.
        status: Word<ProgrammeStatus> => Status,
        /// The country whose cooperation it is part of, by ISO 3166-1 code.
        donor: String => Donor,
        /// A country that receives it, by ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of the programmes that directly contain it.
        parent: String => Parent,
        /// Identifiers of places that it works in; a place holds those that lie within it.
        location: String => Location,
        /// A DAC purpose code or category that it is marked with.
        sector: String => Sector,
        /// A DAC category, its purpose codes included.
        sector_category: String => SectorCategory,
        /// Why one of its budgets has no amount.
        absence: Word<Absence> => Absence,
        /// Whether it is humanitarian, by a flag, a scope or its purpose, itself or by some of its transactions; see
        /// `HumanitarianBasis`. One that is so in part is found both ways, and each list counts its part alone.
        humanitarian: bool => Humanitarian,
        /// A region that receives it, by its code: 298.
        region: String => Region,
        /// The level in its publisher's hierarchy, 1 being the highest.
        hierarchy: i32 => Level,
        /// Official development assistance or not: a code of `FlowType`, 10.
        flow_type: String => FlowType,
        /// An instrument of finance: a code of `FinanceType`, 110.
        finance_type: String => FinanceType,
        /// A kind of aid: a code of `AidType`, C01.
        aid_type: String => AidType,
        /// Whether the aid is tied: a code of `TiedStatus`, 5.
        tied_status: String => TiedStatus,
        /// A policy that it serves in some degree: a code of `PolicyMarker`, 2.
        policy_marker: String => PolicyMarker,
        /// A tag, by vocabulary and code: 2 13 is the thirteenth Sustainable Development Goal.
        tag: String => Tag,
        /// The name of an imported file that it was read from.
        file: String => File,
        ;
        /// The currency of one of its budgets, by ISO 4217.
        currency: Vec<String>,
        /// How the amount of one of its budgets is to be read: of one in that currency, where `currency` stands beside it.
        qualifier: Vec<Word<Qualifier>>,
        /// Identifiers of agencies that report it.
        reporter: Vec<String>,
        /// Identifiers of agencies that take part.
        agency: Vec<String>,
        /// The part that those agencies play, or the agency that the list hangs on; any part when this is left out.
        role: Vec<Word<Role>>,
        /// The way that those agencies stand for, in that part; of any of its agencies when no agency is asked for. In a list
        /// that hangs on an agency, the way that this agency stands for.
        channel: Vec<Word<Channel>>,
        /// A day on which it is known to be in force, extensions included: it has begun and has not ended. What has no known
        /// start never is, and a plan that was never seen signed is not. What is suspended or cancelled, what has no known end
        /// and is not `ACTIVE`, and what is `ACTIVE` though its end has passed comes only with `inForce: POSSIBLY`.
        in_force_on: Date,
        /// A year in which it is in force on some day, by the same rule.
        year: Vec<i32>,
        /// How certain `inForceOn` and `year` must be: `KNOWN` when this is left out.
        in_force: Word<InForce>,
        /// When it is planned to begin; one whose planned start is not known is never found. IATI: activity-date, type 1.
        planned_start: Days,
        /// When it began; one whose actual start is not known is never found. IATI: activity-date, type 2.
        actual_start: Days,
        /// When it is planned to end; one whose planned end is not known is never found. IATI: activity-date, type 3.
        planned_end: Days,
        /// When it ended; one whose actual end is not known is never found. IATI: activity-date, type 4.
        actual_end: Days,
        => |asked| one_budget(asked.0, asked.1)
            .and(part("REPORTING", asked.2))
            .and(participation(asked.3, asked.4, asked.5))
            .and(in_force(asked.6, asked.7, asked.8))
            .and(days(1, asked.9)).and(days(2, asked.10)).and(days(3, asked.11)).and(days(4, asked.12))
    }

    /// Narrows a list of agreements.
    AgreementFilter {
        /// What kind of agreement it is.
        kind: Word<AgreementKind> => Kind,
        /// The donor that signs, by ISO 3166-1 code.
        donor: String => Donor,
        /// A country that it is with or about, by ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of programmes that it governs.
        programme: String => Programme,
        /// Identifiers of agencies that are party to it.
        agency: String => Agency,
        /// The year of signing.
        year: i32 => Year,
    }

    /// Narrows a list of dialogues.
    DialogueFilter {
        /// What kind of meeting it is.
        kind: Word<DialogueKind> => Kind,
        /// How high it is held.
        level: Word<DialogueLevel> => Status,
        /// The political room that it is held in.
        forum: Word<Forum> => Forum,
        /// The donor that takes part, by ISO 3166-1 code.
        donor: String => Donor,
        /// A country that it is with or about, by ISO 3166-1 code.
        country: String => Country,
        /// A year in which it is held.
        year: i32 => Year,
    }

    /// Narrows a list of missions.
    MissionFilter {
        /// What kind of mission it is.
        kind: Word<MissionKind> => Kind,
        /// A country that hosts it, by ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of organisations that lead it.
        lead: String => Agency,
        ;
        /// A day on which it is known to run. What has no known start never does; what has no known end comes only with
        /// `inForce: POSSIBLY`, since missions have no status.
        in_force_on: Date,
        /// A year in which it runs on some day, by the same rule.
        year: Vec<i32>,
        /// How certain `inForceOn` and `year` must be: `KNOWN` when this is left out.
        in_force: Word<InForce>,
        => |asked| in_force(asked.0, asked.1, asked.2)
    }

    /// Narrows a list of contributions to missions.
    MissionContributionFilter {
        /// What is given.
        kind: Word<MissionContributionKind> => Kind,
        /// Identifiers of missions that it is for.
        mission: String => Mission,
        /// The state that gives, by ISO 3166-1 code.
        contributor: String => Donor,
        /// Identifiers of bodies that send or pay.
        sending_body: String => Agency,
        /// Whether people are there, or only meant to be.
        deployment: Word<Deployment> => Status,
        /// A year that it falls in.
        year: i32 => Year,
        /// The currency of its amount, by ISO 4217.
        currency: String => Currency,
        /// How its amount is to be read.
        qualifier: Word<Qualifier> => Qualifier,
        /// Why it has no amount.
        absence: Word<Absence> => Absence,
    }

    /// Narrows a list of trust funds.
    TrustFundFilter {
        /// The pillar that it serves.
        pillar: Word<Pillar> => Pillar,
        /// Whether it is for humanitarian ends.
        humanitarian: bool => Humanitarian,
        /// A country that it is for, by ISO 3166-1 code.
        country: String => Country,
        /// Identifiers of agencies that keep it.
        administrator: String => Agency,
    }

    /// Narrows a list of transactions.
    TransactionFilter {
        /// What kind of movement it is.
        r#type: Word<TransactionType> => Kind,
        /// Identifiers of trust funds that it pays into.
        trust_fund: String => TrustFund,
        /// Identifiers of programmes whose money moves.
        programme: String => Programme,
        /// Identifiers of agencies that pay or receive.
        agency: String => Agency,
        /// The year.
        year: i32 => Year,
        /// The currency of its amount, by ISO 4217.
        currency: String => Currency,
        /// How its amount is to be read.
        qualifier: Word<Qualifier> => Qualifier,
        /// Why it has no amount.
        absence: Word<Absence> => Absence,
        /// A country that it is for, by ISO 3166-1 code: its own, else one of its programme's.
        country: String => Country,
        /// A region that it is for, by its code: its own, else one of its programme's.
        region: String => Region,
        /// A DAC purpose code that it is for: its own, else one of its programme's.
        sector: String => Sector,
        /// A DAC category that it is for, its purpose codes included.
        sector_category: String => SectorCategory,
        /// Whether it is humanitarian, by itself, else by its programme; see `HumanitarianBasis`. One that is so in part is found
        /// both ways, and each list counts its part alone.
        humanitarian: bool => Humanitarian,
        ;
        /// Identifiers of agencies that pay.
        provider: Vec<String>,
        /// Identifiers of agencies that receive.
        receiver: Vec<String>,
        /// Identifiers of agencies that report its programme.
        reporter: Vec<String>,
        /// Identifiers of agencies that take part in its programme.
        participant: Vec<String>,
        /// The part that those agencies play in its programme, or the agency that the list hangs on; any part when this is
        /// left out.
        role: Vec<Word<Role>>,
        /// The pillar that its programme belongs to.
        pillar: Vec<Word<Pillar>>,
        /// The country whose cooperation its programme is part of, by ISO 3166-1 code.
        donor: Vec<String>,
        /// Where its programme stands.
        programme_status: Vec<Word<ProgrammeStatus>>,
        /// The name of an imported file that its programme was read from.
        file: Vec<String>,
        => |asked| {
            let programme = part("REPORTING", asked.2)
                .and(participation(asked.3, asked.4, None))
                .and(any(Facet::Pillar, asked.5))
                .and(any(Facet::Donor, asked.6))
                .and(any(Facet::Status, asked.7))
                .and(any(Facet::File, asked.8));
            part("PROVIDER", asked.0).and(part("RECEIVER", asked.1)).and(programme.of_programme())
        }
    }

    /// Narrows a list of humanitarian contributions.
    HumanitarianContributionFilter {
        /// Who gives, by ISO 3166-1 code.
        donor: String => Donor,
        /// The year that it is for.
        year: i32 => Year,
        /// A country that receives it, by ISO 3166-1 code.
        country: String => Country,
        /// The way that it goes.
        channel: Word<HumanitarianChannel> => Channel,
        /// Identifiers of agencies that give it, or that it goes through.
        agency: String => Agency,
        /// How it crosses the boundary of an FTS search or export that it was published in.
        boundary: Word<Boundary> => Boundary,
        /// Codes of response plans that it counts for: `HMLI24`.
        plan: String => Plan,
        /// The type that FTS gives it: `Standard`, `Parked`, `Pass through` or `Carryover`.
        flow_type: String => FlowType,
        /// How far it has come.
        status: Word<FlowStatus> => Status,
        /// How much of the whole it stands for.
        scope: Word<HumanitarianScope> => Kind,
        /// Identifiers of the contributions that directly contain it.
        part_of: String => Parent,
        /// The currency of its amount, by ISO 4217.
        currency: String => Currency,
        /// How its amount is to be read.
        qualifier: Word<Qualifier> => Qualifier,
        /// Why it has no amount.
        absence: Word<Absence> => Absence,
        /// Names of files that it was read from.
        file: String => File,
        ;
        /// Identifiers of agencies that give it.
        provider: Vec<String>,
        /// Identifiers of agencies that it goes through.
        receiver: Vec<String>,
        => |asked| part("PROVIDER", asked.0).and(part("RECEIVER", asked.1))
    }

    /// Narrows a list of events.
    EventFilter {
        /// A country where it happened, by ISO 3166-1 code.
        country: String => Country,
        /// The pillar that it bears on.
        pillar: Word<Pillar> => Pillar,
        /// A year in which it happened.
        year: i32 => Year,
    }

    /// Narrows a list of figures of official development assistance.
    OdaFigureFilter {
        /// Who gives, by ISO 3166-1 code.
        donor: String => Donor,
        /// Who receives, by ISO 3166-1 code.
        recipient: String => Country,
        /// The year.
        year: i32 => Year,
    }
}
