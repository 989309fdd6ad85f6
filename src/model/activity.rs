//! What a publisher reports of an activity besides what every programme has.
//!
//! A [`Report`] travels with its programme: it is small, and lists show and narrow by it. [`Details`] are kept apart
//! and read only when somebody asks for them: one activity of a real file has more than a thousand transactions.
//!
//! Codes are kept as published, also those that are on no list; which list a field is from stands beside it.
//! Source of all names: IATI Standard 2.03, activity file.

use rust_decimal::Decimal;

use super::date::{PartialDate, Period};
use super::id::AgencyId;
use super::location::Point;
use super::money::{Currency, Money};
use super::origin::Origin;
use super::text::{Language, Text};
use super::transaction::Transaction;

/// A kind of aid, in one of several lists. IATI: `aid-type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AidType {
    /// The list; `None` means the OECD DAC's. Source: IATI `AidTypeVocabulary`.
    pub vocabulary: Option<String>,
    /// The code.
    pub code: String,
}

/// The head of a publisher's report of an activity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The standard that the file follows, as it says: `2.03`, `CRS`.
    pub standard: Option<String>,
    /// Who reports it. IATI: `reporting-org`.
    pub reporter: Option<AgencyId>,
    /// Whether the reporter reports what others do. IATI: `reporting-org/@secondary-reporter`.
    pub secondary: bool,
    /// Whether it is humanitarian; `None` when the source does not say. IATI: `@humanitarian`.
    pub humanitarian: Option<bool>,
    /// Its level, 1 being the highest. IATI: `@hierarchy`.
    pub hierarchy: Option<u32>,
    /// From the planned start to the planned end. IATI: `activity-date`, types 1 and 3.
    pub planned: Period,
    /// From the actual start to the actual end. IATI: `activity-date`, types 2 and 4.
    pub actual: Period,
    /// When the publisher last changed it, as published: `2015-03-05T12:00:00Z`. IATI: `@last-updated-datetime`.
    pub last_updated: Option<String>,
    /// The language of texts that name none. IATI: `@xml:lang`.
    pub language: Option<Language>,
    /// The currency of amounts that name none. IATI: `@default-currency`.
    pub currency: Option<Currency>,
    /// The status where it is on no list. IATI: `activity-status/@code`.
    pub status_as_published: Option<String>,
    /// Source: IATI `ActivityScope`.
    pub scope: Option<String>,
    /// Source: IATI `CollaborationType`.
    pub collaboration_type: Option<String>,
    /// Source: IATI `FlowType`.
    pub flow_type: Option<String>,
    /// Source: IATI `FinanceType`.
    pub finance_type: Option<String>,
    /// Source: IATI `AidType` and its vocabularies.
    pub aid_types: Vec<AidType>,
    /// Source: IATI `TiedStatus`.
    pub tied_status: Option<String>,
    /// The share of capital spending in per cent. IATI: `capital-spend/@percentage`.
    pub capital_spend: Option<Decimal>,
    /// Policy markers. IATI: `policy-marker`.
    pub policy_markers: Vec<PolicyMarker>,
    /// Tags. IATI: `tag`.
    pub tags: Vec<Tag>,
    /// The emergencies and appeals that it belongs to. IATI: `humanitarian-scope`.
    pub humanitarian_scopes: Vec<HumanitarianScopeMark>,
    /// How many transactions it has.
    pub transactions: u32,
}

/// How far an activity serves a policy. IATI: `policy-marker`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyMarker {
    /// Source: IATI `PolicyMarkerVocabulary`; `None` means the OECD DAC's.
    pub vocabulary: Option<String>,
    /// Source: IATI `PolicyMarker`.
    pub code: String,
    /// Source: IATI `PolicySignificance`.
    pub significance: Option<String>,
    /// The marker in the source's own words.
    pub name: Option<Text>,
    /// Where it stands.
    pub origin: Origin,
}

/// A tag: a Sustainable Development Goal for instance. IATI: `tag`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Source: IATI `TagVocabulary`; 2 is the goals, 3 their targets.
    pub vocabulary: Option<String>,
    /// The code.
    pub code: String,
    /// The tag in the source's own words.
    pub name: Option<Text>,
    /// Where it stands.
    pub origin: Origin,
}

/// An emergency or an appeal that an activity belongs to. IATI: `humanitarian-scope`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HumanitarianScopeMark {
    /// Source: IATI `HumanitarianScopeType`; 1 is an emergency, 2 an appeal.
    pub r#type: Option<String>,
    /// Source: IATI `HumanitarianScopeVocabulary`.
    pub vocabulary: Option<String>,
    /// The code: a GLIDE number, an identifier of a plan.
    pub code: String,
    /// Its name in the source's own words.
    pub name: Option<Text>,
    /// Where it stands.
    pub origin: Origin,
}

/// What is read only when somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Descriptions, in the order of the source.
    pub descriptions: Vec<Description>,
    /// Other identifiers.
    pub other_identifiers: Vec<OtherIdentifier>,
    /// Dates.
    pub dates: Vec<ActivityDate>,
    /// Activities that it is related to.
    pub related: Vec<RelatedActivity>,
    /// Places, as its publisher describes them.
    pub places: Vec<Place>,
    /// Disbursements that are planned.
    pub planned_disbursements: Vec<PlannedDisbursement>,
    /// Movements of money, in the order of the source.
    pub transactions: Vec<Transaction>,
    /// Documents.
    pub documents: Vec<Document>,
    /// Results.
    pub results: Vec<Outcome>,
    /// Conditions; `None` when the source does not speak of any.
    pub conditions: Option<Conditions>,
    /// Items of the recipient's budget that it belongs to.
    pub budget_items: Vec<BudgetItem>,
}

/// IATI: `description`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Source: IATI `DescriptionType`.
    pub r#type: Option<String>,
    /// The text.
    pub text: Text,
    /// Where it stands.
    pub origin: Origin,
}

/// IATI: `other-identifier`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherIdentifier {
    /// The identifier.
    pub identifier: String,
    /// Source: IATI `OtherIdentifierType`.
    pub r#type: Option<String>,
    /// Whose identifier it is, as published. IATI: `owner-org/@ref`.
    pub owner: Option<String>,
}

/// IATI: `activity-date`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityDate {
    /// Source: IATI `ActivityDateType`: 1 planned start, 2 actual start, 3 planned end, 4 actual end.
    pub r#type: String,
    /// The day; `None` when the source gives words alone.
    pub date: Option<PartialDate>,
    /// What the source says of it in words.
    pub note: Option<Text>,
}

/// IATI: `related-activity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedActivity {
    /// Its identifier as published; there may be no such record.
    pub identifier: String,
    /// Source: IATI `RelatedActivityType`: 1 parent, 2 child, 3 sibling, 4 co-funded, 5 third party.
    pub r#type: Option<String>,
}

impl RelatedActivity {
    /// Whether it contains the activity that names it.
    pub fn is_parent(&self) -> bool {
        self.r#type.as_deref() == Some("1")
    }

    /// Whether it belongs to the activity that names it.
    pub fn is_child(&self) -> bool {
        self.r#type.as_deref() == Some("2")
    }
}

/// A place, as a publisher describes it. IATI: `location`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The publisher's own number of it. IATI: `@ref`.
    pub reference: Option<String>,
    /// Source: IATI `GeographicLocationReach`.
    pub reach: Option<String>,
    /// Vocabulary and code in gazetteers. IATI: `location-id`.
    pub gazetteer: Vec<(Option<String>, String)>,
    /// Its name.
    pub name: Option<Text>,
    /// What it is.
    pub description: Option<Text>,
    /// What is done there.
    pub activity_description: Option<Text>,
    /// Vocabulary, level and code of administrative areas. IATI: `administrative`.
    pub administrative: Vec<(Option<String>, Option<String>, String)>,
    /// Where it is.
    pub point: Option<Point>,
    /// Source: IATI `GeographicExactness`.
    pub exactness: Option<String>,
    /// Source: IATI `GeographicLocationClass`.
    pub class: Option<String>,
    /// Source: IATI `LocationType`.
    pub feature: Option<String>,
    /// Line of the file where it stands.
    pub line: u32,
}

/// IATI: `planned-disbursement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDisbursement {
    /// Source: IATI `BudgetType`.
    pub r#type: Option<String>,
    /// When.
    pub period: Period,
    /// How much.
    pub money: Money,
    /// Who is to pay.
    pub provider: Option<AgencyId>,
    /// Who is to receive.
    pub receiver: Option<AgencyId>,
    /// The activity that the money is to come from.
    pub provider_activity: Option<String>,
    /// The activity that it is to go to.
    pub receiver_activity: Option<String>,
    /// Where it stands.
    pub origin: Origin,
}

/// IATI: `document-link`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Where it is.
    pub url: String,
    /// Its media type. Source: IATI `FileFormat`.
    pub format: Option<String>,
    /// Its title.
    pub title: Option<Text>,
    /// What it is about.
    pub description: Option<Text>,
    /// Source: IATI `DocumentCategory`.
    pub categories: Vec<String>,
    /// Its languages, as published.
    pub languages: Vec<String>,
    /// When it was published.
    pub date: Option<PartialDate>,
    /// Line of the file where it stands.
    pub line: u32,
}

/// What an activity brings about. IATI: `result`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Source: IATI `ResultType`.
    pub r#type: Option<String>,
    /// Whether the results of several activities may be added.
    pub aggregation: Option<bool>,
    /// Its title.
    pub title: Option<Text>,
    /// What it is.
    pub description: Option<Text>,
    /// Vocabulary and code in frameworks of results. IATI: `result/reference`.
    pub references: Vec<(Option<String>, String)>,
    /// What is measured.
    pub indicators: Vec<Indicator>,
    /// Documents.
    pub documents: Vec<Document>,
    /// Line of the file where it stands.
    pub line: u32,
}

/// IATI: `indicator`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indicator {
    /// Source: IATI `IndicatorMeasure`.
    pub measure: Option<String>,
    /// Whether more is better.
    pub ascending: Option<bool>,
    /// Whether the values of several activities may be added.
    pub aggregation: Option<bool>,
    /// Its title.
    pub title: Option<Text>,
    /// What it is.
    pub description: Option<Text>,
    /// Vocabulary and code in lists of indicators. IATI: `indicator/reference`.
    pub references: Vec<(Option<String>, String)>,
    /// Where it stood before.
    pub baselines: Vec<Measure>,
    /// What was aimed at and reached, period by period.
    pub periods: Vec<IndicatorPeriod>,
}

/// IATI: `indicator/period`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndicatorPeriod {
    /// When.
    pub period: Period,
    /// What was aimed at.
    pub targets: Vec<Measure>,
    /// What was reached.
    pub actuals: Vec<Measure>,
}

/// One value of an indicator. IATI: `baseline`, `target`, `actual`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// The value as published: a number, or words where the measure is qualitative.
    pub value: Option<String>,
    /// When, for a baseline.
    pub date: Option<PartialDate>,
    /// What the source says of it.
    pub comment: Option<Text>,
    /// Name and value of what it is broken down by. IATI: `dimension`.
    pub dimensions: Vec<(String, String)>,
}

/// IATI: `conditions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Whether there are any; `None` when the source does not say.
    pub attached: Option<bool>,
    /// Type and text of each. Source: IATI `ConditionType`.
    pub list: Vec<(Option<String>, Option<Text>)>,
}

/// An item of the recipient's budget. IATI: `country-budget-items/budget-item`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetItem {
    /// Source: IATI `BudgetIdentifierVocabulary`.
    pub vocabulary: Option<String>,
    /// Source: IATI `BudgetIdentifier`.
    pub code: Option<String>,
    /// Its share in per cent.
    pub percentage: Option<Decimal>,
    /// What it is.
    pub description: Option<Text>,
}

impl Report {
    /// Where its parts were read from.
    pub fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let markers = self.policy_markers.iter_mut().map(|m| &mut m.origin);
        let tags = self.tags.iter_mut().map(|t| &mut t.origin);
        let scopes = self.humanitarian_scopes.iter_mut().map(|s| &mut s.origin);
        markers.chain(tags).chain(scopes)
    }
}

impl Details {
    /// Where its parts were read from, transactions apart.
    pub fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let descriptions = self.descriptions.iter_mut().map(|d| &mut d.origin);
        descriptions.chain(self.planned_disbursements.iter_mut().map(|p| &mut p.origin))
    }
}
