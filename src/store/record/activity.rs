//! Frozen structs of activity reports and their details.

use serde::{Deserialize, Serialize};

use super::frozen::{Frozen, Invalid, frozen};
use super::nouns::PointV1;
use super::part::{MoneyV1, OriginV1, PeriodV1, TextV1};
use crate::model::activity::{
    ActivityDate, BudgetItem, Conditions, Description, Details, Document, HumanitarianScopeMark,
    Indicator, IndicatorPeriod, Measure, OtherIdentifier, Outcome, Place, PlannedDisbursement,
    PolicyMarker, RelatedActivity, Report, Tag,
};
use crate::model::classification::AidType;
use crate::model::transaction::Transaction;

frozen! {
    AidTypeV1 = AidType {
        vocabulary: Option<String>,
        code: String,
    }

    /// Head of a report, without the details that are loaded on demand.
    ReportV2 = Report {
        standard: Option<String>,
        reporter: Option<String>,
        secondary: bool,
        humanitarian: Option<bool>,
        hierarchy: Option<u32>,
        planned: PeriodV1,
        actual: PeriodV1,
        last_updated: Option<String>,
        language: Option<String>,
        currency: Option<String>,
        status_as_published: Option<String>,
        scope: Option<String>,
        collaboration_type: Option<String>,
        flow_type: Option<String>,
        finance_type: Option<String>,
        aid_types: Vec<AidTypeV1>,
        tied_status: Option<String>,
        capital_spend: Option<String>,
        policy_markers: Vec<PolicyMarkerV1>,
        tags: Vec<TagV1>,
        humanitarian_scopes: Vec<HumanitarianScopeMarkV1>,
        transactions: u32,
    }

    PolicyMarkerV1 = PolicyMarker {
        vocabulary: Option<String>,
        code: String,
        significance: Option<String>,
        name: Option<TextV1>,
        origin: OriginV1,
    }

    TagV1 = Tag {
        vocabulary: Option<String>,
        code: String,
        name: Option<TextV1>,
        origin: OriginV1,
    }

    /// An emergency or an appeal.
    HumanitarianScopeMarkV1 = HumanitarianScopeMark {
        r#type: Option<String>,
        vocabulary: Option<String>,
        code: String,
        name: Option<TextV1>,
        origin: OriginV1,
    }

    /// Details that are loaded on demand; transactions are stored separately, as rows.
    DetailsV1 = Details {
        descriptions: Vec<DescriptionV1>,
        other_identifiers: Vec<OtherIdentifierV1>,
        dates: Vec<ActivityDateV1>,
        related: Vec<RelatedActivityV1>,
        places: Vec<PlaceV1>,
        planned_disbursements: Vec<PlannedDisbursementV1>,
        transactions: Elsewhere,
        documents: Vec<DocumentV1>,
        results: Vec<OutcomeV1>,
        conditions: Option<ConditionsV1>,
        budget_items: Vec<BudgetItemV1>,
    }

    DescriptionV1 = Description {
        r#type: Option<String>,
        text: TextV1,
        origin: OriginV1,
    }

    OtherIdentifierV1 = OtherIdentifier {
        identifier: String,
        r#type: Option<String>,
        owner: Option<String>,
    }

    ActivityDateV1 = ActivityDate {
        r#type: String,
        date: Option<String>,
        note: Option<TextV1>,
    }

    RelatedActivityV1 = RelatedActivity {
        identifier: String,
        r#type: Option<String>,
    }

    /// A location as the activity states it.
    PlaceV1 = Place {
        reference: Option<String>,
        reach: Option<String>,
        gazetteer: Vec<(Option<String>, String)>,
        name: Option<TextV1>,
        description: Option<TextV1>,
        activity_description: Option<TextV1>,
        administrative: Vec<(Option<String>, Option<String>, String)>,
        point: Option<PointV1>,
        exactness: Option<String>,
        class: Option<String>,
        feature: Option<String>,
        line: u32,
    }

    PlannedDisbursementV1 = PlannedDisbursement {
        r#type: Option<String>,
        period: PeriodV1,
        money: MoneyV1,
        provider: Option<String>,
        receiver: Option<String>,
        provider_activity: Option<String>,
        receiver_activity: Option<String>,
        origin: OriginV1,
    }

    DocumentV1 = Document {
        url: String,
        format: Option<String>,
        title: Option<TextV1>,
        description: Option<TextV1>,
        categories: Vec<String>,
        languages: Vec<String>,
        date: Option<String>,
        line: u32,
    }

    /// Called `result` in the IATI standard.
    OutcomeV1 = Outcome {
        r#type: Option<String>,
        aggregation: Option<bool>,
        title: Option<TextV1>,
        description: Option<TextV1>,
        references: Vec<(Option<String>, String)>,
        indicators: Vec<IndicatorV1>,
        documents: Vec<DocumentV1>,
        line: u32,
    }

    IndicatorV1 = Indicator {
        measure: Option<String>,
        ascending: Option<bool>,
        aggregation: Option<bool>,
        title: Option<TextV1>,
        description: Option<TextV1>,
        references: Vec<(Option<String>, String)>,
        baselines: Vec<MeasureV1>,
        periods: Vec<IndicatorPeriodV1>,
    }

    IndicatorPeriodV1 = IndicatorPeriod {
        period: PeriodV1,
        targets: Vec<MeasureV1>,
        actuals: Vec<MeasureV1>,
    }

    /// Baseline, target or actual value of an indicator.
    MeasureV1 = Measure {
        value: Option<String>,
        date: Option<String>,
        comment: Option<TextV1>,
        dimensions: Vec<(String, String)>,
    }

    ConditionsV1 = Conditions {
        attached: Option<bool>,
        list: Vec<ConditionV1>,
    }

    /// An item of the recipient's budget.
    BudgetItemV1 = BudgetItem {
        vocabulary: Option<String>,
        code: Option<String>,
        percentage: Option<String>,
        description: Option<TextV1>,
    }
}

/// Placeholder of the transactions, which are stored as rows of their own.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct Elsewhere;

impl Frozen<Vec<Transaction>> for Elsewhere {
    fn freeze(_: &Vec<Transaction>) -> Self {
        Self
    }

    fn thaw(self) -> Result<Vec<Transaction>, Invalid> {
        Ok(Vec::new())
    }
}

/// Type and text of a condition.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct ConditionV1(Option<String>, Option<TextV1>);

type Condition = (Option<String>, Option<crate::model::text::Text>);

impl Frozen<Condition> for ConditionV1 {
    fn freeze(model: &Condition) -> Self {
        Self(model.0.clone(), Frozen::freeze(&model.1))
    }

    fn thaw(self) -> Result<Condition, Invalid> {
        Ok((self.0, self.1.thaw()?))
    }
}

/// Pairs and triples of text, stored unchanged.
macro_rules! as_it_is {
    ($($type:ty),+) => { $(
        impl Frozen<$type> for $type {
            fn freeze(model: &$type) -> Self {
                model.clone()
            }

            fn thaw(self) -> Result<$type, Invalid> {
                Ok(self)
            }
        }
    )+ };
}
as_it_is!((Option<String>, String), (String, String), (Option<String>, Option<String>, String));

impl DetailsV1 {
    /// Returns the descriptions and the related activities.
    pub(super) fn into_descriptions_and_related(
        self,
    ) -> Result<(Vec<Description>, Vec<RelatedActivity>), Invalid> {
        Ok((self.descriptions.thaw()?, self.related.thaw()?))
    }
}
