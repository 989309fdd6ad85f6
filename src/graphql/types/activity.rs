//! Activity reports of publishers: the parts that lists can select cheaply.

use async_graphql::{Context, Object, SimpleObject};

use super::agency::Agency;
use super::code::Code;
use super::find;
use super::origin::Origin;
use super::period::Period;
use super::programme::Programme;
use super::text::Text;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model::activity;
use crate::model::classification::{self, RecipientRegion as Region};
use crate::model::codelist::Codelist;

/// Type of aid. IATI: default-aid-type, aid-type.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct AidType {
    /// Vocabulary of the code; null means the OECD DAC list.
    vocabulary: Option<Code>,
    /// Code of the type of aid.
    code: Code,
}

impl From<&classification::AidType> for AidType {
    fn from(aid: &classification::AidType) -> Self {
        let is_dac = aid.vocabulary.as_deref().is_none_or(|list| list == "1");
        let code = aid.code.clone();
        Self {
            vocabulary: Code::maybe(Codelist::AidTypeVocabulary, aid.vocabulary.as_ref()),
            code: if is_dac { Code::of(Codelist::AidType, code) } else { Code::foreign(code) },
        }
    }
}

/// Recipient region, or a recipient whose code is on no country list. IATI: recipient-region.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct RecipientRegion {
    /// Vocabulary of the region code; null for a country code that is on no list.
    vocabulary: Option<Code>,
    /// Region code; the name where the source gives only a name.
    region: Code,
    /// Name in the words of the source.
    name: Option<Text>,
    /// Share of the money in per cent; null when the source gives no division.
    percentage: Option<Decimal>,
    /// File and line of this entry.
    origin: Origin,
}

impl From<&Region> for RecipientRegion {
    fn from(region: &Region) -> Self {
        let is_dac = region.vocabulary.as_deref() == Some("1");
        let code = region.code.clone();
        Self {
            vocabulary: Code::maybe(Codelist::RegionVocabulary, region.vocabulary.as_ref()),
            region: if is_dac { Code::of(Codelist::Region, code) } else { Code::foreign(code) },
            name: region.name.as_ref().map(Text::from),
            percentage: region.percentage.map(Decimal),
            origin: (&region.provenance.origin).into(),
        }
    }
}

/// Degree to which an activity pursues a policy objective. IATI: policy-marker.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct PolicyMarker {
    /// Vocabulary of the marker; null means the OECD DAC list.
    vocabulary: Option<Code>,
    /// Policy objective.
    marker: Code,
    /// Significance of the objective; null when not stated. IATI: policy-marker/@significance.
    significance: Option<Code>,
    /// Name of the objective in the words of the source.
    name_as_published: Option<Text>,
    /// File and line of this entry.
    origin: Origin,
}

impl From<&activity::PolicyMarker> for PolicyMarker {
    fn from(marker: &activity::PolicyMarker) -> Self {
        let is_dac = marker.vocabulary.as_deref().is_none_or(|list| list == "1");
        let code = marker.code.clone();
        Self {
            vocabulary: Code::maybe(Codelist::PolicyMarkerVocabulary, marker.vocabulary.as_ref()),
            marker: if is_dac {
                Code::of(Codelist::PolicyMarker, code)
            } else {
                Code::foreign(code)
            },
            significance: Code::maybe(Codelist::PolicySignificance, marker.significance.as_ref()),
            name_as_published: marker.name.as_ref().map(Text::from),
            origin: (&marker.origin).into(),
        }
    }
}

/// Tag, for example a Sustainable Development Goal. IATI: tag.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Tag {
    /// Vocabulary of the tag: 2 for the goals, 3 for their targets.
    vocabulary: Option<Code>,
    /// Code of the tag.
    code: Code,
    /// Name of the tag in the words of the source.
    name_as_published: Option<Text>,
    /// File and line of this entry.
    origin: Origin,
}

impl From<&activity::Tag> for Tag {
    fn from(tag: &activity::Tag) -> Self {
        let code = tag.code.clone();
        Self {
            vocabulary: Code::maybe(Codelist::TagVocabulary, tag.vocabulary.as_ref()),
            code: match tag.vocabulary.as_deref() {
                Some("2") => Code::of(Codelist::SdgGoal, code),
                Some("3") => Code::of(Codelist::SdgTarget, code),
                _ => Code::foreign(code),
            },
            name_as_published: tag.name.as_ref().map(Text::from),
            origin: (&tag.origin).into(),
        }
    }
}

/// Emergency or appeal that an activity responds to. IATI: humanitarian-scope.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct HumanitarianScopeMark {
    /// Emergency or appeal.
    r#type: Option<Code>,
    /// Vocabulary of the code.
    vocabulary: Option<Code>,
    /// Code of the emergency or appeal: a GLIDE number, or the identifier of a response plan.
    code: String,
    /// Name in the words of the source.
    name: Option<Text>,
    /// File and line of this entry.
    origin: Origin,
}

impl From<&activity::HumanitarianScopeMark> for HumanitarianScopeMark {
    fn from(mark: &activity::HumanitarianScopeMark) -> Self {
        let lists = (Codelist::HumanitarianScopeType, Codelist::HumanitarianScopeVocabulary);
        Self {
            r#type: Code::maybe(lists.0, mark.r#type.as_ref()),
            vocabulary: Code::maybe(lists.1, mark.vocabulary.as_ref()),
            code: mark.code.clone(),
            name: mark.name.as_ref().map(Text::from),
            origin: (&mark.origin).into(),
        }
    }
}

/// Fields of an activity as reported by its publisher, beyond those of every programme.
#[derive(Clone, Debug)]
pub(crate) struct Report(pub(super) activity::Report);

/// Fields of an activity as reported by its publisher, beyond those of every programme.
#[Object(serial)]
impl Report {
    /// Version of the IATI standard that the file declares: `2.03`.
    async fn standard(&self) -> Option<&str> {
        self.0.standard.as_deref()
    }

    /// Reporting organisation. IATI: reporting-org.
    async fn reporter(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Agency>>> {
        self.0.reporter.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// True if the reporter is a secondary reporter of the activity. IATI: reporting-org/@secondary-reporter.
    async fn secondary(&self) -> bool {
        self.0.secondary
    }

    /// True if humanitarian; null when not stated. IATI: @humanitarian.
    async fn humanitarian(&self) -> Option<bool> {
        self.0.humanitarian
    }

    /// Level in the publisher's hierarchy, 1 being the highest. IATI 2.01 and later default to 1; null when not stated.
    /// IATI: @hierarchy.
    async fn hierarchy(&self) -> Option<u32> {
        self.0.hierarchy
    }

    /// Planned start and planned end; null when neither is known. IATI: activity-date, types 1 and 3.
    async fn planned(&self) -> Option<Period> {
        Period::known(self.0.planned)
    }

    /// Actual start and actual end; null when neither is known. IATI: activity-date, types 2 and 4.
    async fn actual(&self) -> Option<Period> {
        Period::known(self.0.actual)
    }

    /// Time of the publisher's last change, as published. IATI: @last-updated-datetime.
    async fn last_updated(&self) -> Option<&str> {
        self.0.last_updated.as_deref()
    }

    /// Currency of amounts that state none. ISO 4217. IATI: @default-currency.
    async fn default_currency(&self) -> Option<String> {
        self.0.currency.map(|currency| currency.to_string())
    }

    /// Status as published; set only when it is on no codelist. IATI: activity-status.
    async fn status_as_published(&self) -> Option<&str> {
        self.0.status_as_published.as_deref()
    }

    /// Geographic scope. IATI: activity-scope.
    async fn scope(&self) -> Option<Code> {
        Code::maybe(Codelist::ActivityScope, self.0.scope.as_ref())
    }

    /// Type of collaboration: bilateral, multilateral or another. IATI: collaboration-type.
    async fn collaboration_type(&self) -> Option<Code> {
        Code::maybe(Codelist::CollaborationType, self.0.collaboration_type.as_ref())
    }

    /// Type of flow: official development assistance or another. IATI: default-flow-type.
    async fn flow_type(&self) -> Option<Code> {
        Code::maybe(Codelist::FlowType, self.0.flow_type.as_ref())
    }

    /// Type of finance: grant, loan or another instrument. IATI: default-finance-type.
    async fn finance_type(&self) -> Option<Code> {
        Code::maybe(Codelist::FinanceType, self.0.finance_type.as_ref())
    }

    /// Types of aid. IATI: default-aid-type.
    async fn aid_types(&self) -> SerialList<AidType> {
        self.0.aid_types.iter().map(AidType::from).collect()
    }

    /// Tied status of the aid. IATI: default-tied-status.
    async fn tied_status(&self) -> Option<Code> {
        Code::maybe(Codelist::TiedStatus, self.0.tied_status.as_ref())
    }

    /// Share of capital expenditure in per cent. IATI: capital-spend.
    async fn capital_spend(&self) -> Option<Decimal> {
        self.0.capital_spend.map(Decimal)
    }

    /// Policy markers. IATI: policy-marker.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn policy_markers(&self) -> SerialList<PolicyMarker> {
        self.0.policy_markers.iter().map(PolicyMarker::from).collect()
    }

    /// Tags, including Sustainable Development Goals. IATI: tag.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn tags(&self) -> SerialList<Tag> {
        self.0.tags.iter().map(Tag::from).collect()
    }

    /// Emergencies and appeals that the activity responds to. IATI: humanitarian-scope.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn humanitarian_scopes(&self) -> SerialList<HumanitarianScopeMark> {
        self.0.humanitarian_scopes.iter().map(HumanitarianScopeMark::from).collect()
    }

    /// Number of transactions in the report.
    async fn transaction_count(&self) -> u32 {
        self.0.transactions
    }
}

/// Description of an activity. IATI: description.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Description {
    /// Type of the description: general, objectives, target groups or other.
    r#type: Option<Code>,
    /// Text of the description, with e-mail addresses removed.
    text: Text,
    /// File and line of this entry.
    origin: Origin,
}

impl From<&activity::Description> for Description {
    fn from(description: &activity::Description) -> Self {
        Self {
            r#type: Code::maybe(Codelist::DescriptionType, description.r#type.as_ref()),
            text: (&description.text).into(),
            origin: (&description.origin).into(),
        }
    }
}

/// Further identifier of an activity. IATI: other-identifier.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct OtherIdentifier {
    /// Identifier as published.
    identifier: String,
    /// Type of the identifier.
    r#type: Option<Code>,
    /// Organisation that issued the identifier, as published.
    owner: Option<String>,
}

impl From<&activity::OtherIdentifier> for OtherIdentifier {
    fn from(other: &activity::OtherIdentifier) -> Self {
        Self {
            identifier: other.identifier.clone(),
            r#type: Code::maybe(Codelist::OtherIdentifierType, other.r#type.as_ref()),
            owner: other.owner.clone(),
        }
    }
}

/// Date of an activity. IATI: activity-date.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ActivityDate {
    /// Planned or actual, start or end.
    r#type: Code,
    /// Day; null when the source gives only words.
    date: Option<PartialDate>,
    /// Remark of the source on the date.
    note: Option<Text>,
}

impl From<&activity::ActivityDate> for ActivityDate {
    fn from(date: &activity::ActivityDate) -> Self {
        Self {
            r#type: Code::of(Codelist::ActivityDateType, &date.r#type),
            date: date.date.map(PartialDate),
            note: date.note.as_ref().map(Text::from),
        }
    }
}

/// Link from one activity to another. IATI: related-activity.
#[derive(Clone, Debug)]
pub(crate) struct RelatedActivity(pub(super) activity::RelatedActivity);

/// Link from one activity to another. IATI: related-activity.
#[Object(serial)]
impl RelatedActivity {
    /// Identifier of the other activity, as published.
    async fn identifier(&self) -> &str {
        &self.0.identifier
    }

    /// Type of the relation: parent, child, sibling or another.
    async fn r#type(&self) -> Option<Code> {
        Code::maybe(Codelist::RelatedActivityType, self.0.r#type.as_ref())
    }

    /// The other activity; null when it is not in the data.
    async fn programme(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Programme>>> {
        find(ctx, &self.0.identifier)
    }
}
