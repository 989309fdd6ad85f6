//! What of an activity is read only when asked for: places, plans, documents, results, conditions.

use async_graphql::{Context, Object, SimpleObject};

use super::agency::Agency;
use super::code::Code;
use super::find;
use super::money::Money;
use super::origin::Origin;
use super::period::Period;
use super::programme::Programme;
use super::text::Text;
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model::activity;
use crate::model::codelist::Codelist;

/// A code with the list that it is from.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct CodeOfList {
    /// The list.
    vocabulary: Option<Code>,
    /// The code.
    code: String,
}

fn of_list(list: Codelist, pairs: &[(Option<String>, String)]) -> PlainList<CodeOfList> {
    let one = |(vocabulary, code): &(Option<String>, String)| CodeOfList {
        vocabulary: Code::maybe(list, vocabulary.as_ref()),
        code: code.clone(),
    };
    pairs.iter().map(one).collect()
}

/// A place, as a publisher describes it. IATI: location.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Place {
    /// Its name.
    name: Option<Text>,
    /// What it is.
    description: Option<Text>,
    /// What is done there.
    activity_description: Option<Text>,
    /// Degrees north, WGS 84.
    latitude: Option<Decimal>,
    /// Degrees east, WGS 84.
    longitude: Option<Decimal>,
    /// How exact the point is.
    exactness: Option<Code>,
    /// What it is, coarsely.
    class: Option<Code>,
    /// What it is, finely.
    feature: Option<Code>,
    /// Whether work is done there, or people benefit.
    reach: Option<Code>,
    /// Its codes in gazetteers.
    gazetteer: PlainList<CodeOfList>,
    /// Codes of the administrative areas that it lies in.
    administrative: PlainList<CodeOfList>,
    /// Line of the file where it was read from.
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

/// A disbursement that is planned. IATI: planned-disbursement.
#[derive(Clone, Debug)]
pub(crate) struct PlannedDisbursement(pub(super) activity::PlannedDisbursement);

/// A disbursement that is planned. IATI: planned-disbursement.
#[Object(serial)]
impl PlannedDisbursement {
    /// When.
    async fn period(&self) -> Option<Period> {
        Period::known(self.0.period)
    }

    /// How much.
    async fn money(&self) -> Plain<Money> {
        Plain(Money(self.0.money))
    }

    /// Who is to pay.
    async fn provider(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Agency>>> {
        self.0.provider.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// Who is to receive.
    async fn receiver(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Agency>>> {
        self.0.receiver.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// The activity that the money is to go to, where it is in the data.
    async fn receiver_programme(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Programme>>> {
        self.0.receiver_activity.as_ref().map_or(Ok(None), |activity| find(ctx, activity))
    }

    /// Where it was read from.
    async fn origin(&self) -> Origin {
        (&self.0.origin).into()
    }
}

/// A document. IATI: document-link.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Document {
    /// Where it is.
    url: String,
    /// Its media type.
    format: Option<String>,
    /// Its title.
    title: Option<Text>,
    /// What it is about.
    description: Option<Text>,
    /// What it is.
    categories: PlainList<Code>,
    /// Its languages, as published.
    languages: Vec<String>,
    /// When it was published.
    date: Option<PartialDate>,
    /// Line of the file where it was read from.
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

/// What an activity brings about. IATI: result.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Outcome {
    /// Output, outcome or impact.
    r#type: Option<Code>,
    /// Whether results of several activities may be added; null when the source does not say.
    aggregation: Option<bool>,
    /// Its title.
    title: Option<Text>,
    /// What it is.
    description: Option<Text>,
    /// Its codes in frameworks of results.
    references: PlainList<CodeOfList>,
    /// What is measured.
    #[graphql(complexity = "5 * child_complexity + 1")]
    indicators: PlainList<Indicator>,
    /// Its documents.
    #[graphql(complexity = "2 * child_complexity + 1")]
    documents: PlainList<Document>,
    /// Line of the file where it was read from.
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

/// What is measured. IATI: indicator.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Indicator {
    /// What is counted: units, per cent, words.
    measure: Option<Code>,
    /// Whether more is better; null when the source does not say.
    ascending: Option<bool>,
    /// Its title.
    title: Option<Text>,
    /// What it is.
    description: Option<Text>,
    /// Its codes in lists of indicators.
    references: PlainList<CodeOfList>,
    /// Where it stood before.
    baselines: PlainList<Measure>,
    /// What was aimed at and reached, period by period.
    periods: PlainList<IndicatorPeriod>,
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

/// A period of an indicator. IATI: indicator/period.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct IndicatorPeriod {
    /// When.
    period: Option<Period>,
    /// What was aimed at.
    targets: PlainList<Measure>,
    /// What was reached.
    actuals: PlainList<Measure>,
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

/// One value of an indicator. IATI: baseline, target, actual.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Measure {
    /// The value as published: a number, or words where the measure is qualitative.
    value: Option<String>,
    /// When, for a baseline.
    date: Option<PartialDate>,
    /// What the source says of it.
    comment: Option<Text>,
    /// What it is broken down by.
    dimensions: PlainList<Dimension>,
}

/// What a value is broken down by. IATI: dimension.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Dimension {
    /// Its name: `sex`.
    name: String,
    /// Its value: `female`.
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

/// The conditions of an activity. IATI: conditions.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Conditions {
    /// Whether there are any; null when the source does not say.
    attached: Option<bool>,
    /// Each of them.
    list: PlainList<Condition>,
}

/// A condition. IATI: condition.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Condition {
    /// What kind of condition it is.
    r#type: Option<Code>,
    /// The condition.
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

/// An item of the recipient's budget. IATI: country-budget-items/budget-item.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct BudgetItem {
    /// The list that the item is from.
    vocabulary: Option<Code>,
    /// The item.
    item: Option<Code>,
    /// Its share in per cent.
    percentage: Option<Decimal>,
    /// What it is.
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
