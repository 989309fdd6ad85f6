//! Details of an activity that are read from the store only when selected: places, plans, documents, results, conditions.

use async_graphql::{Context, Object, SimpleObject};

use super::agency::Agency;
use super::code::Code;
use super::find;
use super::money::Money;
use super::origin::Origin;
use super::period::Period;
use super::programme::Programme;
use super::text::Text;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model::activity;
use crate::model::codelist::Codelist;

/// Code with its vocabulary.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct CodeOfList {
    /// Vocabulary of the code.
    vocabulary: Option<Code>,
    /// Code as published.
    code: String,
}

fn of_list(list: Codelist, pairs: &[(Option<String>, String)]) -> SerialList<CodeOfList> {
    let one = |(vocabulary, code): &(Option<String>, String)| CodeOfList {
        vocabulary: Code::maybe(list, vocabulary.as_ref()),
        code: code.clone(),
    };
    pairs.iter().map(one).collect()
}

/// Place as described by a publisher. IATI: location.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Place {
    /// Name of the place.
    name: Option<Text>,
    /// Description of the place.
    description: Option<Text>,
    /// Description of the activity at the place.
    activity_description: Option<Text>,
    /// Latitude in degrees north, WGS 84.
    latitude: Option<Decimal>,
    /// Longitude in degrees east, WGS 84.
    longitude: Option<Decimal>,
    /// Exactness of the coordinates.
    exactness: Option<Code>,
    /// Location class: populated place, administrative region, structure or another.
    class: Option<Code>,
    /// Feature type, finer than the class.
    feature: Option<Code>,
    /// Location reach: the place of the work, or the place of its beneficiaries.
    reach: Option<Code>,
    /// Codes of the place in gazetteers.
    gazetteer: SerialList<CodeOfList>,
    /// Codes of the administrative areas that contain it.
    administrative: SerialList<CodeOfList>,
    /// Line of the file, from 1.
    line: u32,
}

impl From<&activity::Place> for Place {
    fn from(place: &activity::Place) -> Self {
        let areas: Vec<_> = place
            .administrative
            .iter()
            .map(|(list, _, code)| (list.clone(), code.clone()))
            .collect();
        Self {
            name: place.name.as_ref().map(Text::from),
            description: place.description.as_ref().map(Text::from),
            activity_description: place.activity_description.as_ref().map(Text::from),
            latitude: place.point.map(|point| Decimal(point.latitude)),
            longitude: place.point.map(|point| Decimal(point.longitude)),
            exactness: Code::maybe(Codelist::GeographicExactness, place.exactness.as_ref()),
            class: Code::maybe(Codelist::GeographicLocationClass, place.class.as_ref()),
            feature: Code::maybe(Codelist::LocationType, place.feature.as_ref()),
            reach: Code::maybe(Codelist::GeographicLocationReach, place.reach.as_ref()),
            gazetteer: of_list(Codelist::GeographicVocabulary, &place.gazetteer),
            administrative: of_list(Codelist::GeographicVocabulary, &areas),
            line: place.line,
        }
    }
}

/// Planned disbursement. IATI: planned-disbursement.
#[derive(Clone, Debug)]
pub(crate) struct PlannedDisbursement(pub(super) activity::PlannedDisbursement);

/// Planned disbursement. IATI: planned-disbursement.
#[Object(serial)]
impl PlannedDisbursement {
    /// Planned period.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// Planned amount.
    async fn money(&self) -> Serial<Money> {
        Serial(Money(self.0.money))
    }

    /// Planned provider of the money. IATI: provider-org.
    async fn provider(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Agency>>> {
        self.0.provider.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// Planned receiver of the money. IATI: receiver-org.
    async fn receiver(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Agency>>> {
        self.0.receiver.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// Activity that is to receive the money; null when it is not in the data.
    async fn receiver_programme(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Programme>>> {
        self.0.receiver_activity.as_ref().map_or(Ok(None), |activity| find(ctx, activity))
    }

    /// File and line of this entry.
    async fn origin(&self) -> Origin {
        (&self.0.origin).into()
    }
}

/// Document. IATI: document-link.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Document {
    /// Address of the document.
    url: String,
    /// Media type: `application/pdf`.
    format: Option<String>,
    /// Title.
    title: Option<Text>,
    /// Description.
    description: Option<Text>,
    /// Categories of the document.
    categories: SerialList<Code>,
    /// Languages of the document, as published.
    languages: Vec<String>,
    /// Date of publication.
    date: Option<PartialDate>,
    /// Line of the file, from 1.
    line: u32,
}

impl From<&activity::Document> for Document {
    fn from(document: &activity::Document) -> Self {
        let category = |code: &String| Code::of(Codelist::DocumentCategory, code);
        Self {
            url: document.url.clone(),
            format: document.format.clone(),
            title: document.title.as_ref().map(Text::from),
            description: document.description.as_ref().map(Text::from),
            categories: document.categories.iter().map(category).collect(),
            languages: document.languages.clone(),
            date: document.date.map(PartialDate),
            line: document.line,
        }
    }
}

/// Result of an activity. IATI: result.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Outcome {
    /// Output, outcome or impact.
    r#type: Option<Code>,
    /// True if the result may be aggregated over activities; null when not stated.
    aggregation: Option<bool>,
    /// Title.
    title: Option<Text>,
    /// Description.
    description: Option<Text>,
    /// Codes of the result in results frameworks.
    references: SerialList<CodeOfList>,
    /// Indicators that measure the result.
    #[graphql(complexity = "5 * child_complexity + 1")]
    indicators: SerialList<Indicator>,
    /// Documents of the result.
    #[graphql(complexity = "2 * child_complexity + 1")]
    documents: SerialList<Document>,
    /// Line of the file, from 1.
    line: u32,
}

impl From<&activity::Outcome> for Outcome {
    fn from(outcome: &activity::Outcome) -> Self {
        Self {
            r#type: Code::maybe(Codelist::ResultType, outcome.r#type.as_ref()),
            aggregation: outcome.aggregation,
            title: outcome.title.as_ref().map(Text::from),
            description: outcome.description.as_ref().map(Text::from),
            references: of_list(Codelist::ResultVocabulary, &outcome.references),
            indicators: outcome.indicators.iter().map(Indicator::from).collect(),
            documents: outcome.documents.iter().map(Document::from).collect(),
            line: outcome.line,
        }
    }
}

/// Indicator of a result. IATI: indicator.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Indicator {
    /// Unit of measure: units, per cent, or qualitative.
    measure: Option<Code>,
    /// True if larger values are better; null when not stated.
    ascending: Option<bool>,
    /// Title.
    title: Option<Text>,
    /// Description.
    description: Option<Text>,
    /// Codes of the indicator in lists of indicators.
    references: SerialList<CodeOfList>,
    /// Baseline values.
    baselines: SerialList<Measure>,
    /// Targets and actual values, by period.
    periods: SerialList<IndicatorPeriod>,
}

impl From<&activity::Indicator> for Indicator {
    fn from(indicator: &activity::Indicator) -> Self {
        Self {
            measure: Code::maybe(Codelist::IndicatorMeasure, indicator.measure.as_ref()),
            ascending: indicator.ascending,
            title: indicator.title.as_ref().map(Text::from),
            description: indicator.description.as_ref().map(Text::from),
            references: of_list(Codelist::IndicatorVocabulary, &indicator.references),
            baselines: indicator.baselines.iter().map(Measure::from).collect(),
            periods: indicator.periods.iter().map(IndicatorPeriod::from).collect(),
        }
    }
}

/// Period of an indicator. IATI: indicator/period.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct IndicatorPeriod {
    /// Dates of the period.
    period: Option<Period>,
    /// Target values.
    targets: SerialList<Measure>,
    /// Actual values.
    actuals: SerialList<Measure>,
}

impl From<&activity::IndicatorPeriod> for IndicatorPeriod {
    fn from(period: &activity::IndicatorPeriod) -> Self {
        Self {
            period: Period::known(period.period),
            targets: period.targets.iter().map(Measure::from).collect(),
            actuals: period.actuals.iter().map(Measure::from).collect(),
        }
    }
}

/// Value of an indicator. IATI: baseline, target, actual.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Measure {
    /// Value as published: a number, or text when the measure is qualitative.
    value: Option<String>,
    /// Date of the value; set for baselines.
    date: Option<PartialDate>,
    /// Comment of the source.
    comment: Option<Text>,
    /// Dimensions by which the value is disaggregated.
    dimensions: SerialList<Dimension>,
}

/// Dimension of a disaggregated value. IATI: dimension.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Dimension {
    /// Name of the dimension: `sex`.
    name: String,
    /// Value of the dimension: `female`.
    value: String,
}

impl From<&activity::Measure> for Measure {
    fn from(measure: &activity::Measure) -> Self {
        let dimension = |(name, value): &(String, String)| Dimension {
            name: name.clone(),
            value: value.clone(),
        };
        Self {
            value: measure.value.clone(),
            date: measure.date.map(PartialDate),
            comment: measure.comment.as_ref().map(Text::from),
            dimensions: measure.dimensions.iter().map(dimension).collect(),
        }
    }
}

/// Conditions of an activity. IATI: conditions.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Conditions {
    /// True if conditions are attached; null when not stated.
    attached: Option<bool>,
    /// The conditions.
    list: SerialList<Condition>,
}

/// Condition. IATI: condition.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Condition {
    /// Type of the condition: policy, performance or fiduciary.
    r#type: Option<Code>,
    /// Text of the condition.
    text: Option<Text>,
}

impl From<&activity::Conditions> for Conditions {
    fn from(conditions: &activity::Conditions) -> Self {
        let list = conditions.list.iter().map(|(code, text)| Condition {
            r#type: Code::maybe(Codelist::ConditionType, code.as_ref()),
            text: text.as_ref().map(Text::from),
        });
        Self { attached: conditions.attached, list: list.collect() }
    }
}

/// Item of the recipient country's budget. IATI: country-budget-items/budget-item.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct BudgetItem {
    /// Vocabulary of the item.
    vocabulary: Option<Code>,
    /// Code of the item.
    item: Option<Code>,
    /// Share of the activity's money in per cent.
    percentage: Option<Decimal>,
    /// Description of the item.
    description: Option<Text>,
}

impl From<&activity::BudgetItem> for BudgetItem {
    fn from(item: &activity::BudgetItem) -> Self {
        Self {
            vocabulary: Code::maybe(Codelist::BudgetIdentifierVocabulary, item.vocabulary.as_ref()),
            item: Code::maybe(Codelist::BudgetIdentifier, item.code.as_ref()),
            percentage: item.percentage.map(Decimal),
            description: item.description.as_ref().map(Text::from),
        }
    }
}
