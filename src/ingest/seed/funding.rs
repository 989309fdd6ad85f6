//! Funding checks: contributions of agencies to a programme against its current budget.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::dataset::{Dataset, RowFinding, RowPosition};
use super::file_schema::ParsedRow;
use super::money::{least, most};
use super::participation::ABOVE_BUDGET;
use crate::ingest::problem::ProblemCode;
use crate::model::id::{BudgetId, ProgrammeId};
use crate::model::money::Currency;
use crate::model::programme::{Budget, Participation, Role};

type FundingPool<'b> = (&'b ProgrammeId, Currency);

/// Finds programmes that agencies fund beyond the budget, and needless exceptions.
pub(super) fn warnings(book: &Dataset) -> Vec<(RowPosition, RowFinding)> {
    let budgets = in_force(book);
    let mut given: BTreeMap<FundingPool<'_>, Decimal> = BTreeMap::new();
    let mut passed: BTreeMap<FundingPool<'_>, (RowPosition, Decimal)> = BTreeMap::new();
    let mut expecting: BTreeMap<RowPosition, Option<FundingPool<'_>>> = BTreeMap::new();
    for (place, entry, item) in book.taken() {
        let ParsedRow::Participation(programme, part) = item else { continue };
        let funds = funds(part).map(|(currency, value)| ((programme, currency), value));
        if entry.expects {
            expecting.insert(place, funds.map(|(purse, _)| purse));
        }
        let Some((purse, value)) = funds else { continue };
        let sum = given.entry(purse).or_default();
        *sum = sum.checked_add(value).unwrap_or(Decimal::MAX);
        if budgets.get(&purse).copied().flatten().is_some_and(|budget| *sum > budget) {
            passed.entry(purse).or_insert((place, *sum)).1 = *sum;
        }
    }
    let is_expected =
        |purse: &FundingPool<'_>| expecting.values().any(|p| p.as_ref() == Some(purse));
    let above = passed.iter().filter(|(purse, _)| !is_expected(purse)).map(|(purse, found)| {
        let ((programme, currency), (place, sum)) = (purse, found);
        let budget = budgets.get(purse).copied().flatten().unwrap_or_default();
        let message = format!(
            "agencies fund {programme} with {sum} {currency}; its current budget is {budget} {currency}"
        );
        let help = format!(
            "correct a figure, write `no` under `additional`, or {ABOVE_BUDGET} under `expect`"
        );
        (*place, RowFinding::warning(ProblemCode::AboveBudget, "amount", message).help(help))
    });
    let unneeded = expecting
        .iter()
        .filter(|(_, purse)| !purse.is_some_and(|purse| passed.contains_key(&purse)))
        .map(|(place, _)| {
            let message = "the funding of the programme is within its budget".to_owned();
            let finding = RowFinding::warning(ProblemCode::UnneededExpect, "expect", message);
            (*place, finding.help("clear the cell"))
        });
    above.chain(unneeded).collect()
}

/// Returns the minimum that a participation adds to the funding of its programme.
fn funds(part: &Participation) -> Option<(Currency, Decimal)> {
    let money = part.money.filter(|_| part.role == Role::Funding && part.additional)?;
    money.currency().zip(least(&money))
}

/// Returns the upper bound of each programme's current budgets: those that no other replaces, without parts. `None`
/// where one of them has no upper bound.
fn in_force(book: &Dataset) -> BTreeMap<FundingPool<'_>, Option<Decimal>> {
    let budgets = || {
        book.taken().filter_map(|(_, _, item)| match item {
            ParsedRow::Budget(programme, budget) => Some((programme, budget)),
            _ => None,
        })
    };
    let superseded: BTreeSet<&BudgetId> =
        budgets().filter_map(|(_, budget)| budget.supersedes.as_ref()).collect();
    let counts = |b: &Budget| b.part_of.is_none() && !superseded.contains(&b.id);
    let open: BTreeSet<&ProgrammeId> = budgets()
        .filter(|(_, budget)| counts(budget) && most(&budget.money).is_none())
        .map(|(programme, _)| programme)
        .collect();
    let mut sums = BTreeMap::new();
    for (programme, budget) in budgets().filter(|(_, budget)| counts(budget)) {
        if let Some(currency) = budget.money.currency() {
            let sum = sums.entry((programme, currency)).or_insert(Some(Decimal::ZERO));
            let upper = most(&budget.money).filter(|_| !open.contains(programme));
            *sum = sum.zip(upper).and_then(|(sum, upper)| sum.checked_add(upper));
        }
    }
    sums
}
