//! Readers of the money of an activity: budgets, planned disbursements and transactions.

use super::context::Context;
use super::division;
use super::tree::Element;
use crate::ingest::problem::ProblemCode;
use crate::model::activity::PlannedDisbursement;
use crate::model::codelist::Codelist;
use crate::model::id::{BudgetId, ProgrammeId};
use crate::model::money::{Absence, Money};
use crate::model::programme::{Budget, BudgetElement, BudgetStatus, BudgetType};
use crate::model::transaction::{Movement, Transaction, TransactionType};

/// Reads the budgets of an activity.
pub(super) fn budgets(
    context: &mut Context<'_>,
    element: Element<'_>,
    programme: &ProgrammeId,
) -> Vec<Budget> {
    let mut budgets = Vec::new();
    for (number, budget) in (1..).zip(element.all("budget")) {
        let Ok(id) = format!("{programme}#B{number}").parse::<BudgetId>() else { continue };
        let period = context.period(budget);
        context.needs_day(budget, "budget/period-start", period.start.or(period.end));
        let money = context.money(budget, period.start);
        let money = money.unwrap_or_else(|| {
            let message = "a budget has no value";
            context.warn(ProblemCode::UnreadableAmount, budget, "budget/value", None, message);
            Money::absent(Absence::NotStated, period.start)
        });
        let r#type = budget_type(budget);
        let status = budget_status(budget);
        budgets.push(Budget {
            id,
            element: BudgetElement::Envelope,
            r#type,
            status,
            period,
            as_of: None,
            money,
            supersedes: None,
            part_of: None,
            provenance: context.provenance(budget),
        });
    }
    budgets
}

/// Maps the `@type` of a budget; an unknown type becomes `None`.
fn budget_type(budget: Element<'_>) -> Option<BudgetType> {
    match budget.get("type")? {
        "1" => Some(BudgetType::Original),
        "2" => Some(BudgetType::Revised),
        _ => None,
    }
}

/// Maps the `@status` of a budget of an activity or an organisation; an unknown status becomes `None`.
pub(super) fn budget_status(budget: Element<'_>) -> Option<BudgetStatus> {
    match budget.get("status")? {
        "1" => Some(BudgetStatus::Indicative),
        "2" => Some(BudgetStatus::Committed),
        _ => None,
    }
}

/// Reads the planned disbursements of an activity.
pub(super) fn planned_disbursements(
    context: &mut Context<'_>,
    element: Element<'_>,
) -> Vec<PlannedDisbursement> {
    let mut planned = Vec::new();
    for disbursement in element.all("planned-disbursement") {
        let period = context.period(disbursement);
        let day = period.start.or(period.end);
        context.needs_day(disbursement, "planned-disbursement/period-start", day);
        let money = context.money(disbursement, period.start);
        let provider = disbursement.first("provider-org");
        let receiver = disbursement.first("receiver-org");
        planned.push(PlannedDisbursement {
            r#type: disbursement.owned("type"),
            period,
            money: money.unwrap_or_else(|| Money::absent(Absence::NotStated, period.start)),
            provider: provider.and_then(|org| context.end_of(disbursement, org)),
            receiver: receiver.and_then(|org| context.end_of(disbursement, org)),
            provider_activity: provider.and_then(|org| org.owned("provider-activity-id")),
            receiver_activity: receiver.and_then(|org| org.owned("receiver-activity-id")),
            origin: context.origin(disbursement),
        });
    }
    planned
}

/// Reads the transactions of an activity.
pub(super) fn transactions(
    context: &mut Context<'_>,
    element: Element<'_>,
    programme: &ProgrammeId,
) -> Vec<Transaction> {
    let mut transactions = Vec::new();
    for (number, one) in (1..).zip(element.all("transaction")) {
        let Ok(id) = format!("{programme}#{number}").parse() else { continue };
        let date = one.first("transaction-date").and_then(|date| context.date(date));
        context.needs_day(one, "transaction/transaction-date", date);
        let money = context.money(one, date).unwrap_or_else(|| {
            let message = "a transaction has no value";
            context.warn(ProblemCode::UnreadableAmount, one, "transaction/value", None, message);
            Money::absent(Absence::NotStated, date)
        });
        let (r#type, type_as_published) = transaction_type(context, one);
        let provider = one.first("provider-org");
        let receiver = one.first("receiver-org");
        let (recipients, regions) = division::recipients(context, one);
        let report = Movement {
            type_as_published,
            reference: one.owned("ref"),
            description: context.texts(one.all("description")),
            humanitarian: context.flag(one, "humanitarian"),
            provider_name: provider.and_then(|org| context.name_as_published(org)),
            receiver_name: receiver.and_then(|org| context.name_as_published(org)),
            provider_activity: provider.and_then(|org| org.owned("provider-activity-id")),
            receiver_activity: receiver.and_then(|org| org.owned("receiver-activity-id")),
            recipients,
            regions,
            sectors: division::sectors(context, one),
            flow_type: context.code(one, "flow-type", Codelist::FlowType),
            finance_type: context.code(one, "finance-type", Codelist::FinanceType),
            aid_types: context.aid_types(one, "aid-type"),
            tied_status: context.code(one, "tied-status", Codelist::TiedStatus),
            disbursement_channel: context.code(
                one,
                "disbursement-channel",
                Codelist::DisbursementChannel,
            ),
        };
        transactions.push(Transaction {
            id,
            trust_fund: None,
            programme: Some(programme.clone()),
            r#type,
            date,
            provider: provider.and_then(|org| context.end_of(one, org)),
            receiver: receiver.and_then(|org| context.end_of(one, org)),
            money,
            part_of: None,
            report,
            provenance: context.provenance(one),
        });
    }
    transactions
}

/// Reads the type of a transaction, or its published code if that is unknown. The first of several types wins.
fn transaction_type(
    context: &mut Context<'_>,
    one: Element<'_>,
) -> (Option<TransactionType>, Option<String>) {
    use TransactionType as T;
    if one.all("transaction-type").nth(1).is_some() {
        let message = "several types; the first one is used";
        context.warn(ProblemCode::SeveralValues, one, "transaction-type", None, message);
    }
    let published = one.first("transaction-type");
    let list = Codelist::TransactionType;
    let Some(code) = published.and_then(|e| context.coded(e, list)) else {
        let message = "a transaction has no type";
        context.warn(ProblemCode::NoCode, one, "transaction-type/@code", None, message);
        return (None, None);
    };
    let known = match &*code {
        "1" => T::IncomingFunds,
        "2" => T::OutgoingCommitment,
        "3" => T::Disbursement,
        "4" => T::Expenditure,
        "5" => T::InterestPayment,
        "6" => T::LoanRepayment,
        "7" => T::Reimbursement,
        "8" => T::PurchaseOfEquity,
        "9" => T::SaleOfEquity,
        "10" => T::CreditGuarantee,
        "11" => T::IncomingCommitment,
        "12" => T::OutgoingPledge,
        "13" => T::IncomingPledge,
        _ => return (None, Some(code.into_owned())),
    };
    (Some(known), None)
}
