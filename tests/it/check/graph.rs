//! Records of a valid seed.

use aidgraph::model::date::PartialDate;
use aidgraph::model::mission_contribution::Headcount;
use aidgraph::model::money::Absence;
use aidgraph::model::noun::Record;
use aidgraph::model::origin::Assertion;
use aidgraph::model::programme::Programme;

use super::seed::Seed;

fn programme(id: &str) -> Programme {
    let found = Seed::valid().check().records.into_iter().find_map(|record| match record {
        Record::Programme(programme) if programme.id.as_str() == id => Some(programme),
        _ => None,
    });
    found.unwrap()
}

fn date(text: &str) -> PartialDate {
    text.parse().unwrap()
}

#[test]
fn parts_of_a_programme_are_attached_to_it() {
    let icp = programme("ICP-MLI-3");
    assert_eq!((icp.recipients.len(), icp.participations.len()), (1, 2));
    assert_eq!((icp.budgets.len(), icp.sites.len(), icp.sectors.len()), (3, 1, 2));
    assert_eq!(icp.period_in_force().end, Some(date("2020")));
    let countries: Vec<_> =
        programme("SAHEL-1").recipients.iter().map(|r| r.country.to_string()).collect();
    assert_eq!(countries, ["ML", "NE"]);
}

#[test]
fn every_figure_has_its_line_and_sources() {
    let icp = programme("ICP-MLI-3");
    let budget = &icp.budgets[0];
    assert_eq!(budget.provenance.origin.file, "seed/budgets.csv");
    assert_eq!(budget.provenance.origin.line, 2);
    let citations = &budget.provenance.citations;
    assert_eq!(citations[0].as_published.as_deref(), Some("55 million euros"));
    assert_eq!(citations[1].origin.file, "seed/citations.csv");
    assert_eq!(citations[1].field.as_deref(), Some("amount"));
    let own: Vec<_> = icp.provenance.citations.iter().map(|c| c.as_published.as_deref()).collect();
    assert_eq!(own, [Some("2015-2019"), None, Some("one more year")]);
    assert_eq!(icp.sectors[0].provenance.assertion, Assertion::Inferred);
}

#[test]
fn money_has_the_decision_or_start_as_valuation_date() {
    let icp = programme("ICP-MLI-3");
    assert_eq!(icp.budgets[0].money.value_date, Some(date("2015")));
    assert_eq!(icp.budgets[1].money.value_date, Some(date("2017")));
    assert_eq!(icp.participations[0].money.unwrap().value_date, Some(date("2015")));
    assert_eq!(programme("SAHEL-1").budgets[0].money.absence(), Some(Absence::NotStated));
}

#[test]
fn financial_contributions_have_no_headcount() {
    let found = Seed::valid().check().records.into_iter().find_map(|record| match record {
        Record::MissionContribution(c) if c.id.as_str() == "MC-2" => Some(c),
        _ => None,
    });
    assert_eq!(found.unwrap().headcount, Headcount::Absent(Absence::NotApplicable));
}

#[test]
fn rates_of_a_currency_are_one_record() {
    let rates = Seed::valid().check().rates;
    let [eur, usd, xof] = rates.as_slice() else { panic!("{rates:?}") };
    assert_eq!(eur.currency.as_str(), "EUR");
    assert_eq!(usd.months.len(), 2);
    assert_eq!(xof.parity.unwrap().rate.to_string(), "655.957");
    assert_eq!((xof.minor_units, usd.minor_units), (0, 2));
}

#[test]
fn the_same_files_give_the_same_records() {
    let seed = Seed::valid().cell("programmes", 2, "start", "soon").without("missions");
    assert_eq!(format!("{:?}", seed.check()), format!("{:?}", seed.check()));
}
