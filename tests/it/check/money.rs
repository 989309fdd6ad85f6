//! Money: amounts and reasons for their absence.

use super::seed::Seed;

#[test]
fn separators_and_decimal_commas_are_explained() {
    let amount = |value: &str| Seed::valid().cell("budgets", 2, "amount", value);
    let at = "budgets:2:amount";
    amount("55 000 000").fails("BAD_NUMBER", at, "without thousands separators: 55000000");
    amount("\"55,000,000\"").fails("BAD_NUMBER", at, "without thousands separators: 55000000");
    amount("\"55,5\"").fails("BAD_NUMBER", at, "with a decimal point, not a comma: 55.5");
    amount("55 million").fails("BAD_NUMBER", at, "write digits");
    amount("1e6").fails("BAD_NUMBER", at, "write digits");
    amount(&"9".repeat(40)).fails("BAD_NUMBER", at, "is not a number");
}

#[test]
fn negative_amounts_are_rejected() {
    let seed = Seed::valid().cell("budgets", 2, "amount", "-1");
    seed.fails("NEGATIVE_AMOUNT", "budgets:2:amount", "this one is -1");
}

#[test]
fn an_amount_needs_a_currency_and_a_currency_an_amount() {
    let seed = Seed::valid().cell("budgets", 2, "currency", "");
    seed.fails("AMOUNT_WITHOUT_CURRENCY", "budgets:2:currency", "such as EUR");
    let seed = Seed::valid().cell("budgets", 2, "amount", "");
    seed.fails("CURRENCY_WITHOUT_AMOUNT", "budgets:2:currency", "");
}

#[test]
fn a_qualifier_needs_an_amount() {
    let seed = Seed::valid().cell("budgets", 6, "qualifier", "ABOUT");
    seed.fails("QUALIFIER_WITHOUT_AMOUNT", "budgets:6:qualifier", "");
    let seed = Seed::valid()
        .cell("mission_contributions", 4, "headcount", "")
        .cell("mission_contributions", 4, "headcount_absence", "NOT_STATED")
        .cell("mission_contributions", 4, "headcount_qualifier", "ABOUT");
    seed.fails("QUALIFIER_WITHOUT_AMOUNT", "mission_contributions:4:headcount_qualifier", "");
}

#[test]
fn an_amount_and_an_absence_exclude_each_other() {
    let seed = Seed::valid().cell("budgets", 2, "absence", "NOT_STATED");
    seed.fails("AMOUNT_AND_ABSENCE", "budgets:2:absence", "keep one");
}

#[test]
fn money_needs_an_amount_or_a_reason() {
    let seed = Seed::valid().cell("budgets", 6, "absence", "");
    seed.fails("MISSING_AMOUNT", "budgets:6:amount", "NOT_STATED");
}

#[test]
fn an_unknown_currency_gets_the_nearest_as_suggestion() {
    let seed = Seed::valid().cell("budgets", 2, "currency", "EURO");
    seed.fails("UNKNOWN_CURRENCY", "budgets:2:currency", "did you mean `EUR`?");
    let seed = Seed::valid().cell("budgets", 2, "currency", "eur");
    seed.fails("UNKNOWN_CURRENCY", "budgets:2:currency", "did you mean `EUR`?");
    let seed = Seed::valid().add("exchange_rates", "XYZ,2015-01,1,20");
    seed.fails("UNKNOWN_CURRENCY", "exchange_rates:4:currency", "seed/currencies.csv");
}

#[test]
fn a_part_above_its_whole_is_rejected() {
    let seed = Seed::valid().cell("budgets", 4, "amount", "61000001");
    seed.fails("PART_ABOVE_WHOLE", "budgets:4:amount", "`ICP-MLI-3-REV` (61000000 EUR)");
    let seed = Seed::valid().cell("transactions", 3, "amount", "2340000001");
    seed.fails("PART_ABOVE_WHOLE", "transactions:3:amount", "");
    let seed = Seed::valid().cell("humanitarian_contributions", 4, "amount", "41000001");
    seed.fails("PART_ABOVE_WHOLE", "humanitarian_contributions:4:amount", "");
}

#[test]
fn a_lower_bound_is_not_compared_with_its_whole() {
    let seed = Seed::valid().cell("transactions", 2, "amount", "100").cell(
        "transactions",
        2,
        "qualifier",
        "AT_LEAST",
    );
    seed.passes();
    let seed = Seed::valid().cell("transactions", 3, "amount", "9340000000").cell(
        "transactions",
        3,
        "qualifier",
        "AT_MOST",
    );
    seed.passes();
}

#[test]
fn funding_above_the_budget_in_force_is_reported() {
    let seed = Seed::valid().cell("participations", 4, "amount", "9500001");
    seed.warns("ABOVE_BUDGET", "participations:4:amount", "9500001 EUR");
    seed.warns("ABOVE_BUDGET", "participations:4:amount", "ABOVE_BUDGET under `expect`");
    seed.cell("participations", 4, "expect", "ABOVE_BUDGET").passes();
}

#[test]
fn superseded_budgets_and_parts_are_not_in_force() {
    // The file states 55 + 61 + 6.8 million; 61 million are in force.
    let seed = Seed::valid().cell("participations", 2, "amount", "61000001");
    seed.warns("ABOVE_BUDGET", "participations:2:amount", "61000000 EUR");
}

#[test]
fn only_additional_funding_counts_against_the_budget() {
    let seed = Seed::valid().cell("participations", 5, "additional", "yes");
    seed.warns("ABOVE_BUDGET", "participations:5:amount", "11000000 EUR");
}

#[test]
fn an_unneeded_expectation_is_reported() {
    let seed = Seed::valid().cell("participations", 4, "expect", "ABOVE_BUDGET");
    seed.warns("UNNEEDED_EXPECT", "participations:4:expect", "within its budget");
}

#[test]
fn duplicate_months_and_parities_are_rejected() {
    let seed = Seed::valid().add("exchange_rates", "USD,2015-01,1.2,20");
    seed.fails("DUPLICATE_MONTH", "exchange_rates:4:month", "line 2 already");
    let seed = Seed::valid().add("fixed_parities", "XOF,656,2000,,CODES,,,,");
    seed.fails("DUPLICATE_PARITY", "fixed_parities:3:currency", "line 2 already");
    let seed = Seed::valid().add("fixed_parities", "XOF,656,2000,1999,CODES,,,,");
    seed.fails("REVERSED_PERIOD", "fixed_parities:3:until", "");
}

#[test]
fn amounts_have_no_more_decimals_than_their_currency() {
    let amount = |value: &str| Seed::valid().cell("budgets", 5, "amount", value);
    let code = "AMOUNT_TOO_FINE";
    let at = "budgets:5:amount";
    amount("2.600").fails(code, at, "if the point separates thousands, write 2600");
    amount("2600000.1234").fails(code, at, "at most 2 decimal places");
    amount("9500000.12").passes();
    let cell = |file: &str, line| Seed::valid().cell(file, line, "amount", "1.000");
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
