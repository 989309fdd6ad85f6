//! Activity reports: facts that a publisher reports of an activity beyond those common to every programme.
//!
//! A [`Report`] is stored with its programme: it is small, and lists show it and filter by it. [`Details`] are stored
//! separately and loaded on demand: one activity of a real file has more than a thousand transactions.
//!
//! Codes are kept as published, including those on no codelist; each field names its codelist. Source of all names:
//! IATI Standard 2.03, activity file.

use rust_decimal::Decimal;

use super::classification::AidType;
use super::date::{PartialDate, Period};
use super::id::AgencyId;
use super::location::Point;
use super::money::{Currency, Money};
use super::origin::Origin;
use super::text::{Language, Text};
use super::transaction::Transaction;

/// Summary of a publisher's report of an activity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Standard that the file states: `2.03`, `CRS`.
    pub standard: Option<String>,
    /// Reporting organisation. IATI: `reporting-org`.
    pub reporter: Option<AgencyId>,
    /// True for a secondary reporter, one that reports the activities of others. IATI: `reporting-org/@secondary-reporter`.
    pub secondary: bool,
    /// Humanitarian flag; `None` when the source does not state it. IATI: `@humanitarian`.
    pub humanitarian: Option<bool>,
    /// Level in the publisher's hierarchy, 1 being the highest. IATI: `@hierarchy`.
    pub hierarchy: Option<u32>,
    /// Planned start and planned end. IATI: `activity-date`, types 1 and 3.
    pub planned: Period,
    /// Actual start and actual end. IATI: `activity-date`, types 2 and 4.
    pub actual: Period,
    /// Time of the publisher's last change, as published: `2015-03-05T12:00:00Z`. IATI: `@last-updated-datetime`.
    pub last_updated: Option<String>,
    /// Language of texts without a language. IATI: `@xml:lang`.
    pub language: Option<Language>,
    /// Currency of amounts without a currency. IATI: `@default-currency`.
    pub currency: Option<Currency>,
    /// Published status code that the codelist lacks. IATI: `activity-status/@code`.
    pub status_as_published: Option<String>,
    /// Code of IATI `ActivityScope`.
    pub scope: Option<String>,
    /// Code of IATI `CollaborationType`.
    pub collaboration_type: Option<String>,
    /// Code of IATI `FlowType`.
    pub flow_type: Option<String>,
    /// Code of IATI `FinanceType`.
    pub finance_type: Option<String>,
    /// Codes of IATI `AidType`, with their vocabularies.
    pub aid_types: Vec<AidType>,
    /// Code of IATI `TiedStatus`.
    pub tied_status: Option<String>,
    /// Share of capital spending in per cent. IATI: `capital-spend/@percentage`.
    pub capital_spend: Option<Decimal>,
    /// Policy markers. IATI: `policy-marker`.
    pub policy_markers: Vec<PolicyMarker>,
    /// Tags. IATI: `tag`.
    pub tags: Vec<Tag>,
    /// Emergencies and appeals of the activity. IATI: `humanitarian-scope`.
    pub humanitarian_scopes: Vec<HumanitarianScopeMark>,
    /// Number of transactions.
    pub transactions: u32,
}

/// Significance of a policy objective for an activity. IATI: `policy-marker`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyMarker {
    /// Code of IATI `PolicyMarkerVocabulary`; `None` means the OECD DAC's.
    pub vocabulary: Option<String>,
    /// Code of IATI `PolicyMarker`.
    pub code: String,
    /// Code of IATI `PolicySignificance`.
    pub significance: Option<String>,
    /// Name of the marker as published.
    pub name: Option<Text>,
    /// File and line of the element.
    pub origin: Origin,
}

impl Report {
    /// Returns true for an activity of the CRS, which consists of rows with values of their own.
    pub fn is_crs(&self) -> bool {
        self.standard.as_deref() == Some("CRS")
    }
}

/// Tag, such as a Sustainable Development Goal. IATI: `tag`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Code of IATI `TagVocabulary`; 2 is the goals, 3 their targets.
    pub vocabulary: Option<String>,
    /// Code within the vocabulary.
    pub code: String,
    /// Name of the tag as published.
    pub name: Option<Text>,
    /// File and line of the element.
    pub origin: Origin,
}

/// Emergency or appeal of an activity. IATI: `humanitarian-scope`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HumanitarianScopeMark {
    /// Code of IATI `HumanitarianScopeType`; 1 is an emergency, 2 an appeal.
    pub r#type: Option<String>,
    /// Code of IATI `HumanitarianScopeVocabulary`.
    pub vocabulary: Option<String>,
    /// Code within the vocabulary: a GLIDE number, an identifier of a plan.
    pub code: String,
    /// Name as published.
    pub name: Option<Text>,
    /// File and line of the element.
    pub origin: Origin,
}

/// Parts of an activity report that are loaded on demand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Descriptions, in source order.
    pub descriptions: Vec<Description>,
    /// Further identifiers of the activity.
    pub other_identifiers: Vec<OtherIdentifier>,
    /// Planned and actual dates.
    pub dates: Vec<ActivityDate>,
    /// Related activities.
    pub related: Vec<RelatedActivity>,
    /// Locations as described by the publisher.
    pub places: Vec<Place>,
    /// Planned disbursements.
    pub planned_disbursements: Vec<PlannedDisbursement>,
    /// Transactions, in source order.
    pub transactions: Vec<Transaction>,
    /// Documents about the activity.
    pub documents: Vec<Document>,
    /// Results, with their indicators.
    pub results: Vec<Outcome>,
    /// Conditions; `None` when the source has no such element.
    pub conditions: Option<Conditions>,
    /// Items of the recipient's budget that the activity corresponds to.
    pub budget_items: Vec<BudgetItem>,
}

/// Typed description. IATI: `description`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Code of IATI `DescriptionType`.
    pub r#type: Option<String>,
    /// Text of the description.
    pub text: Text,
    /// File and line of the element.
    pub origin: Origin,
}

/// Further identifier of an activity. IATI: `other-identifier`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherIdentifier {
    /// Identifier as published.
    pub identifier: String,
    /// Code of IATI `OtherIdentifierType`.
    pub r#type: Option<String>,
    /// Organisation that issued the identifier, as published. IATI: `owner-org/@ref`.
    pub owner: Option<String>,
}

/// Typed date. IATI: `activity-date`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityDate {
    /// Code of IATI `ActivityDateType`: 1 planned start, 2 actual start, 3 planned end, 4 actual end.
    pub r#type: String,
    /// Date; `None` when the source gives only a text.
    pub date: Option<PartialDate>,
    /// Accompanying text of the source.
    pub note: Option<Text>,
}

/// Relationship to another activity. IATI: `related-activity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedActivity {
    /// Identifier of the other activity as published; the dataset may lack it.
    pub identifier: String,
    /// Code of IATI `RelatedActivityType`: 1 parent, 2 child, 3 sibling, 4 co-funded, 5 third party.
    pub r#type: Option<String>,
}

impl RelatedActivity {
    /// Returns true if the related activity is the parent.
    pub fn is_parent(&self) -> bool {
        self.r#type.as_deref() == Some("1")
    }

    /// Returns true if the related activity is a child.
    pub fn is_child(&self) -> bool {
        self.r#type.as_deref() == Some("2")
    }
}

/// Location as described by a publisher. IATI: `location`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Publisher's own reference. IATI: `@ref`.
    pub reference: Option<String>,
    /// Code of IATI `GeographicLocationReach`.
    pub reach: Option<String>,
    /// Vocabularies and codes in gazetteers. IATI: `location-id`.
    pub gazetteer: Vec<(Option<String>, String)>,
    /// Name of the location.
    pub name: Option<Text>,
    /// Description of the location.
    pub description: Option<Text>,
    /// Description of the work at the location.
    pub activity_description: Option<Text>,
    /// Vocabularies, levels and codes of administrative areas. IATI: `administrative`.
    pub administrative: Vec<(Option<String>, Option<String>, String)>,
    /// Coordinates.
    pub point: Option<Point>,
    /// Code of IATI `GeographicExactness`.
    pub exactness: Option<String>,
    /// Code of IATI `GeographicLocationClass`.
    pub class: Option<String>,
    /// Code of IATI `LocationType`.
    pub feature: Option<String>,
    /// Line of the element in its file, counted from 1.
    pub line: u32,
}

/// Disbursement planned for a period. IATI: `planned-disbursement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDisbursement {
    /// Code of IATI `BudgetType`.
    pub r#type: Option<String>,
    /// Period of the disbursement.
    pub period: Period,
    /// Planned amount, or the reason for its absence.
    pub money: Money,
    /// Organisation that is to provide the money.
    pub provider: Option<AgencyId>,
    /// Organisation that is to receive the money.
    pub receiver: Option<AgencyId>,
    /// Identifier of the activity that is to provide the money.
    pub provider_activity: Option<String>,
    /// Identifier of the activity that is to receive the money.
    pub receiver_activity: Option<String>,
    /// File and line of the element.
    pub origin: Origin,
}

/// Link to a document. IATI: `document-link`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Address of the document.
    pub url: String,
    /// Media type. Source: IATI `FileFormat`.
    pub format: Option<String>,
    /// Title of the document.
    pub title: Option<Text>,
    /// Description of the document.
    pub description: Option<Text>,
    /// Codes of IATI `DocumentCategory`.
    pub categories: Vec<String>,
    /// Languages of the document, as published.
    pub languages: Vec<String>,
    /// Publication date.
    pub date: Option<PartialDate>,
    /// Line of the element in its file, counted from 1.
    pub line: u32,
}

/// Result of an activity. IATI: `result`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Code of IATI `ResultType`.
    pub r#type: Option<String>,
    /// True if the results of several activities may be aggregated.
    pub aggregation: Option<bool>,
    /// Title of the result.
    pub title: Option<Text>,
    /// Description of the result.
    pub description: Option<Text>,
    /// Vocabularies and codes in results frameworks. IATI: `result/reference`.
    pub references: Vec<(Option<String>, String)>,
    /// Indicators that measure the result.
    pub indicators: Vec<Indicator>,
    /// Documents about the result.
    pub documents: Vec<Document>,
    /// Line of the element in its file, counted from 1.
    pub line: u32,
}

/// Indicator of a result. IATI: `indicator`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indicator {
    /// Code of IATI `IndicatorMeasure`.
    pub measure: Option<String>,
    /// True if higher values are better.
    pub ascending: Option<bool>,
    /// True if the values of several activities may be aggregated.
    pub aggregation: Option<bool>,
    /// Title of the indicator.
    pub title: Option<Text>,
    /// Description of the indicator.
    pub description: Option<Text>,
    /// Vocabularies and codes in lists of indicators. IATI: `indicator/reference`.
    pub references: Vec<(Option<String>, String)>,
    /// Baseline values.
    pub baselines: Vec<Measure>,
    /// Target and actual values by period.
    pub periods: Vec<IndicatorPeriod>,
}

/// Values of an indicator in a period. IATI: `indicator/period`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndicatorPeriod {
    /// Period of the values.
    pub period: Period,
    /// Target values.
    pub targets: Vec<Measure>,
    /// Actual values.
    pub actuals: Vec<Measure>,
}

/// Value of an indicator. IATI: `baseline`, `target`, `actual`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Value as published: a number, or text if the measure is qualitative.
    pub value: Option<String>,
    /// Date of a baseline.
    pub date: Option<PartialDate>,
    /// Comment of the source.
    pub comment: Option<Text>,
    /// Names and values of disaggregation. IATI: `dimension`.
    pub dimensions: Vec<(String, String)>,
}

/// Conditions of an activity. IATI: `conditions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// True if conditions are attached; `None` when the source does not state it.
    pub attached: Option<bool>,
    /// Type and text of each condition. Source of types: IATI `ConditionType`.
    pub list: Vec<(Option<String>, Option<Text>)>,
}

/// Item of the recipient's budget. IATI: `country-budget-items/budget-item`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetItem {
    /// Code of IATI `BudgetIdentifierVocabulary`.
    pub vocabulary: Option<String>,
    /// Code of IATI `BudgetIdentifier`.
    pub code: Option<String>,
    /// Share in per cent.
    pub percentage: Option<Decimal>,
    /// Description of the item.
    pub description: Option<Text>,
}

impl Report {
    /// Returns the origins of markers, tags and humanitarian scopes.
    pub fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let markers = self.policy_markers.iter_mut().map(|m| &mut m.origin);
        let tags = self.tags.iter_mut().map(|t| &mut t.origin);
        let scopes = self.humanitarian_scopes.iter_mut().map(|s| &mut s.origin);
        markers.chain(tags).chain(scopes)
    }
}

impl Details {
    /// Returns the origins of descriptions and planned disbursements, without those of transactions.
    pub fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let descriptions = self.descriptions.iter_mut().map(|d| &mut d.origin);
        descriptions.chain(self.planned_disbursements.iter_mut().map(|p| &mut p.origin))
    }
}
