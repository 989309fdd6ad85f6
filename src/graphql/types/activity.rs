//! What a publisher reports of an activity: the small parts that lists show.

use async_graphql::{Context, Object, SimpleObject};

use super::agency::Agency;
use super::code::Code;
use super::find;
use super::origin::Origin;
use super::period::Period;
use super::programme::Programme;
use super::text::Text;
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model::activity;
use crate::model::codelist::Codelist;
use crate::model::programme::RecipientRegion as Region;

/// A kind of aid. IATI: default-aid-type, aid-type.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct AidType {
    /// The list that the code is from; null means the OECD DAC's.
    vocabulary: Option<Code>,
    /// The code.
    code: Code,
}

impl From<&activity::AidType> for AidType {
    fn from(aid: &activity::AidType) -> Self {
        let is_dac = aid.vocabulary.as_deref().is_none_or(|list| list == "1");
        let code = aid.code.clone();
        Self {
            vocabulary: Code::maybe(Codelist::AidTypeVocabulary, aid.vocabulary.as_ref()),
            code: if is_dac { Code::of(Codelist::AidType, code) } else { Code::foreign(code) },
        }
    }
}

/// A region that receives, or a recipient whose code no list of countries has. IATI: recipient-region.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct RecipientRegion {
    /// The list that the code is from; null for a country code that no list has.
    vocabulary: Option<Code>,
    /// The region; its name stands for the code where the source gives that alone.
    region: Code,
    /// Its name in the source's own words.
    name: Option<Text>,
    /// Its share in per cent; null when the source does not divide.
    percentage: Option<Decimal>,
    /// Where it was read from.
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

/// How far an activity serves a policy. IATI: policy-marker.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct PolicyMarker {
    /// The list that the code is from; null means the OECD DAC's.
    vocabulary: Option<Code>,
    /// The policy.
    marker: Code,
    /// How far.
    significance: Option<Code>,
    /// The policy in the source's own words.
    name_as_published: Option<Text>,
    /// Where it was read from.
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

/// A tag: a Sustainable Development Goal for instance. IATI: tag.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Tag {
    /// The list that the code is from: 2 is the goals, 3 their targets.
    vocabulary: Option<Code>,
    /// The tag.
    code: Code,
    /// The tag in the source's own words.
    name_as_published: Option<Text>,
    /// Where it was read from.
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

/// An emergency or an appeal that an activity belongs to. IATI: humanitarian-scope.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct HumanitarianScopeMark {
    /// Emergency or appeal.
    r#type: Option<Code>,
    /// The list that the code is from.
    vocabulary: Option<Code>,
    /// The code: a GLIDE number, an identifier of a plan.
    code: String,
    /// Its name in the source's own words.
    name: Option<Text>,
    /// Where it was read from.
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

/// What a publisher reports of an activity besides what every programme has.
#[derive(Clone, Debug)]
pub(crate) struct Report(pub(super) activity::Report);

/// What a publisher reports of an activity besides what every programme has.
#[Object(serial)]
impl Report {
    /// The standard that the file follows, as it says: `2.03`.
    async fn standard(&self) -> Option<&str> {
        self.0.standard.as_deref()
    }

    /// Who reports it. IATI: reporting-org.
    async fn reporter(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Agency>>> {
        self.0.reporter.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// Whether the reporter reports what others do. IATI: reporting-org/@secondary-reporter.
    async fn secondary(&self) -> bool {
        self.0.secondary
    }

    /// Whether it is humanitarian; null when the source does not say. IATI: @humanitarian.
    async fn humanitarian(&self) -> Option<bool> {
        self.0.humanitarian
    }

    /// Its level, 1 being the highest: 1 too where a file of IATI 2.01 or later names none. Null when the source does not say.
    /// IATI: @hierarchy.
    async fn hierarchy(&self) -> Option<u32> {
        self.0.hierarchy
    }

    /// From the planned start to the planned end; null when neither is known. IATI: activity-date, types 1 and 3.
    async fn planned(&self) -> Option<Period> {
        Period::known(self.0.planned)
    }

    /// From the actual start to the actual end; null when neither is known. IATI: activity-date, types 2 and 4.
    async fn actual(&self) -> Option<Period> {
        Period::known(self.0.actual)
    }

    /// When the publisher last changed it, as published. IATI: @last-updated-datetime.
    async fn last_updated(&self) -> Option<&str> {
        self.0.last_updated.as_deref()
    }

    /// The currency of amounts that name none, ISO 4217. IATI: @default-currency.
    async fn default_currency(&self) -> Option<String> {
        self.0.currency.map(|currency| currency.to_string())
    }

    /// The status as published, where it is on no list. IATI: activity-status.
    async fn status_as_published(&self) -> Option<&str> {
        self.0.status_as_published.as_deref()
    }

    /// How far it reaches. IATI: activity-scope.
    async fn scope(&self) -> Option<Code> {
        Code::maybe(Codelist::ActivityScope, self.0.scope.as_ref())
    }

    /// Who works with whom. IATI: collaboration-type.
    async fn collaboration_type(&self) -> Option<Code> {
        Code::maybe(Codelist::CollaborationType, self.0.collaboration_type.as_ref())
    }

    /// Official development assistance or not. IATI: default-flow-type.
    async fn flow_type(&self) -> Option<Code> {
        Code::maybe(Codelist::FlowType, self.0.flow_type.as_ref())
    }

    /// Grant, loan or another instrument. IATI: default-finance-type.
    async fn finance_type(&self) -> Option<Code> {
        Code::maybe(Codelist::FinanceType, self.0.finance_type.as_ref())
    }

    /// Kinds of aid. IATI: default-aid-type.
    async fn aid_types(&self) -> PlainList<AidType> {
        self.0.aid_types.iter().map(AidType::from).collect()
    }

    /// Whether the aid is tied. IATI: default-tied-status.
    async fn tied_status(&self) -> Option<Code> {
        Code::maybe(Codelist::TiedStatus, self.0.tied_status.as_ref())
    }

    /// The share of capital spending in per cent. IATI: capital-spend.
    async fn capital_spend(&self) -> Option<Decimal> {
        self.0.capital_spend.map(Decimal)
    }

    /// How far it serves policies. IATI: policy-marker.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn policy_markers(&self) -> PlainList<PolicyMarker> {
        self.0.policy_markers.iter().map(PolicyMarker::from).collect()
    }

    /// Tags, Sustainable Development Goals among them. IATI: tag.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn tags(&self) -> PlainList<Tag> {
        self.0.tags.iter().map(Tag::from).collect()
    }

    /// The emergencies and appeals that it belongs to. IATI: humanitarian-scope.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn humanitarian_scopes(&self) -> PlainList<HumanitarianScopeMark> {
        self.0.humanitarian_scopes.iter().map(HumanitarianScopeMark::from).collect()
    }

    /// How many transactions it has.
    async fn transaction_count(&self) -> u32 {
        self.0.transactions
    }
}

/// A description. IATI: description.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Description {
    /// What it is about: in general, objectives, target groups.
    r#type: Option<Code>,
    /// The text. E-mail addresses are left out.
    text: Text,
    /// Where it was read from.
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

/// Another identifier of an activity. IATI: other-identifier.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct OtherIdentifier {
    /// The identifier.
    identifier: String,
    /// What it stands for.
    r#type: Option<Code>,
    /// Whose it is, as published.
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

/// A date of an activity. IATI: activity-date.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ActivityDate {
    /// Planned or actual, start or end.
    r#type: Code,
    /// The day; null when the source gives words alone.
    date: Option<PartialDate>,
    /// What the source says of it.
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

/// An activity that another is related to. IATI: related-activity.
#[derive(Clone, Debug)]
pub(crate) struct RelatedActivity(pub(super) activity::RelatedActivity);

/// An activity that another is related to. IATI: related-activity.
#[Object(serial)]
impl RelatedActivity {
    /// Its identifier as published.
    async fn identifier(&self) -> &str {
        &self.0.identifier
    }

    /// How they are related.
    async fn r#type(&self) -> Option<Code> {
        Code::maybe(Codelist::RelatedActivityType, self.0.r#type.as_ref())
    }

    /// The activity itself, where it is in the data.
    async fn programme(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Programme>>> {
        find(ctx, &self.0.identifier)
    }
}
