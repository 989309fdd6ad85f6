//! Money, and why there is none.

use super::seed::Seed;

#[test]
fn separators_and_decimal_commas_are_explained() {
    let amount = |value: &str| Seed::good().cell("budgets", 2, "amount", value);
    let at = "budgets:2:amount";
    amount("55 000 000").fails("BAD_NUMBER", at, "without thousands separators: 55000000");
    amount("\"55,000,000\"").fails("BAD_NUMBER", at, "without thousands separators: 55000000");
    amount("\"55,5\"").fails("BAD_NUMBER", at, "with a decimal point, not a comma: 55.5");
    amount("55 million").fails("BAD_NUMBER", at, "write digits");
    amount("1e6").fails("BAD_NUMBER", at, "write digits");
    amount(&"9".repeat(40)).fails("BAD_NUMBER", at, "is not a number");
}

#[test]
fn an_amount_is_not_negative() {
    let seed = Seed::good().cell("budgets", 2, "amount", "-1");
    seed.fails("NEGATIVE_AMOUNT", "budgets:2:amount", "this one is -1");
}

#[test]
fn an_amount_needs_a_currency_and_a_currency_an_amount() {
    let seed = Seed::good().cell("budgets", 2, "currency", "");
    seed.fails("AMOUNT_WITHOUT_CURRENCY", "budgets:2:currency", "such as EUR");
    let seed = Seed::good().cell("budgets", 2, "amount", "");
    seed.fails("CURRENCY_WITHOUT_AMOUNT", "budgets:2:currency", "");
}

#[test]
fn a_qualifier_needs_an_amount() {
    let seed = Seed::good().cell("budgets", 6, "qualifier", "ABOUT");
    seed.fails("QUALIFIER_WITHOUT_AMOUNT", "budgets:6:qualifier", "");
    let seed = Seed::good()
        .cell("mission_contributions", 4, "headcount", "")
        .cell("mission_contributions", 4, "headcount_absence", "NOT_STATED")
        .cell("mission_contributions", 4, "headcount_qualifier", "ABOUT");
    seed.fails("QUALIFIER_WITHOUT_AMOUNT", "mission_contributions:4:headcount_qualifier", "");
}

#[test]
fn an_amount_and_an_absence_exclude_each_other() {
    let seed = Seed::good().cell("budgets", 2, "absence", "NOT_STATED");
    seed.fails("AMOUNT_AND_ABSENCE", "budgets:2:absence", "keep one");
}

#[test]
fn money_needs_an_amount_or_a_reason() {
    let seed = Seed::good().cell("budgets", 6, "absence", "");
    seed.fails("MISSING_AMOUNT", "budgets:6:amount", "NOT_STATED");
}

#[test]
fn an_unknown_currency_gets_the_nearest() {
    let seed = Seed::good().cell("budgets", 2, "currency", "EURO");
    seed.fails("UNKNOWN_CURRENCY", "budgets:2:currency", "did you mean `EUR`?");
    let seed = Seed::good().cell("budgets", 2, "currency", "eur");
    seed.fails("UNKNOWN_CURRENCY", "budgets:2:currency", "did you mean `EUR`?");
    let seed = Seed::good().add("exchange_rates", "XYZ,2015-01,1,20");
    seed.fails("UNKNOWN_CURRENCY", "exchange_rates:4:currency", "seed/currencies.csv");
}

#[test]
fn a_part_is_not_more_than_its_whole() {
    let seed = Seed::good().cell("budgets", 4, "amount", "61000001");
    seed.fails("PART_ABOVE_WHOLE", "budgets:4:amount", "`ICP-MLI-3-REV` (61000000 EUR)");
    let seed = Seed::good().cell("transactions", 3, "amount", "2340000001");
    seed.fails("PART_ABOVE_WHOLE", "transactions:3:amount", "");
    let seed = Seed::good().cell("humanitarian_contributions", 4, "amount", "41000001");
    seed.fails("PART_ABOVE_WHOLE", "humanitarian_contributions:4:amount", "");
}

#[test]
fn a_bound_proves_nothing_against_a_whole() {
    let seed = Seed::good().cell("transactions", 2, "amount", "100").cell(
        "transactions",
        2,
        "qualifier",
        "AT_LEAST",
    );
    seed.fails_nothing();
    let seed = Seed::good().cell("transactions", 3, "amount", "9340000000").cell(
        "transactions",
        3,
        "qualifier",
        "AT_MOST",
    );
    seed.fails_nothing();
}

#[test]
fn funding_above_the_budget_in_force_is_told() {
    let seed = Seed::good().cell("participations", 4, "amount", "9500001");
    seed.warns("ABOVE_BUDGET", "participations:4:amount", "9500001 EUR");
    seed.warns("ABOVE_BUDGET", "participations:4:amount", "ABOVE_BUDGET under `expect`");
    seed.cell("participations", 4, "expect", "ABOVE_BUDGET").fails_nothing();
}

#[test]
fn superseded_budgets_and_parts_are_no_budget_in_force() {
    // 55 + 61 + 6.8 million are in the file, 61 million are in force.
    let seed = Seed::good().cell("participations", 2, "amount", "61000001");
    seed.warns("ABOVE_BUDGET", "participations:2:amount", "61000000 EUR");
}

#[test]
fn an_older_figure_is_not_on_top() {
    let seed = Seed::good().cell("participations", 5, "additional", "yes");
    seed.warns("ABOVE_BUDGET", "participations:5:amount", "11000000 EUR");
}

#[test]
fn an_expectation_without_need_is_told() {
    let seed = Seed::good().cell("participations", 4, "expect", "ABOVE_BUDGET");
    seed.warns("UNNEEDED_EXPECT", "participations:4:expect", "within its budget");
}

#[test]
fn a_month_and_a_parity_are_given_once() {
    let seed = Seed::good().add("exchange_rates", "USD,2015-01,1.2,20");
    seed.fails("DUPLICATE_MONTH", "exchange_rates:4:month", "line 2 already");
    let seed = Seed::good().add("fixed_parities", "XOF,656,2000,,CODES,,,,");
    seed.fails("DUPLICATE_PARITY", "fixed_parities:3:currency", "line 2 already");
    let seed = Seed::good().add("fixed_parities", "XOF,656,2000,1999,CODES,,,,");
    seed.fails("REVERSED_PERIOD", "fixed_parities:3:until", "");
}

#[test]
fn an_amount_is_no_finer_than_the_coin_of_its_currency() {
    let amount = |value: &str| Seed::good().cell("budgets", 5, "amount", value);
    let code = "AMOUNT_TOO_FINE";
    let at = "budgets:5:amount";
    amount("2.600").fails(code, at, "if the point separates thousands, write 2600");
    amount("2600000.1234").fails(code, at, "at most 2 decimal places");
    amount("9500000.12").fails_nothing();
    let cell = |file: &str, line| Seed::good().cell(file, line, "amount", "1.000");
    cell("participations", 4).fails(code, "participations:4:amount", "EUR has 2 at most");
    cell("transactions", 3).fails(code, "transactions:3:amount", "XOF has 0 at most");
    cell("humanitarian_contributions", 4).fails(
        code,
        "humanitarian_contributions:4:amount",
        "1000",
    );
    cell("mission_contributions", 3).fails(code, "mission_contributions:3:amount", "1000");
    cell("oda_figures", 2).fails(code, "oda_figures:2:amount", "1000");
}
