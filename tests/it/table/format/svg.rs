//! Drawings of tables: sums, exclusions that are stated, and rejections.

use aidgraph::table::batch::{Batch, Cell};
use aidgraph::table::column::{Column, ColumnType};
use aidgraph::table::description::Description;
use aidgraph::table::error::TableError;
use aidgraph::table::format::{Format, Options, Provenance};
use rust_decimal::Decimal;

use super::{description, text_of, write};

/// A row: year, channel, amount, qualifier, reason of exclusion.
type Row<'a> = (Option<i64>, &'a str, Option<i64>, &'a str, &'a str);

fn table(chart: &str, rows: &[Row<'_>]) -> (Description, Vec<Batch>) {
    let text = |name: &'static str| Column::new(name, ColumnType::Text, "A text.");
    let amount = Column::new("counted", ColumnType::Decimal, "An amount.").in_unit("EUR");
    let year = Column::new("year", ColumnType::Integer, "A year.");
    let columns = vec![year, text("channel"), amount, text("qualifier"), text("left_out")];
    let mut batch = Batch::new(columns.len());
    for (year, channel, amount, qualifier, left_out) in rows {
        batch.push(year.map_or(Cell::Empty, Cell::Integer));
        batch.push_text(channel);
        batch.push(amount.map_or(Cell::Empty, |cents| Cell::Decimal(Decimal::new(cents, 2))));
        batch.push_text(qualifier);
        batch.push_text(left_out);
    }
    let chart = Some(chart.parse().unwrap());
    (Description { chart, ..description(columns) }, vec![batch])
}

fn drawn(chart: &str, rows: &[Row<'_>]) -> String {
    text_of(Format::Svg, &Options::default(), &table(chart, rows))
}

fn rejected(chart: &str, rows: &[Row<'_>]) -> TableError {
    let (description, batches) = table(chart, rows);
    let provenance = Provenance::default();
    write(Format::Svg, &Options::default(), &description, &provenance, &batches).unwrap_err()
}

#[test]
fn rows_of_a_bar_are_summed_and_bounds_stay_bounds() {
    let rows = [
        (Some(2016), "UN", Some(123_450), "EXACT", ""),
        (Some(2015), "UN", Some(100_050), "EXACT", ""),
        (Some(2015), "UN", Some(1), "EXACT", ""),
        (Some(2017), "UN", Some(26_000_000), "AT_LEAST", ""),
        (Some(2018), "UN", Some(700), "ABOUT", ""),
        (Some(2019), "UN", None, "", ""),
        (Some(2020), "UN", Some(500), "EXACT", ""),
        (Some(2020), "UN", None, "", ""),
    ];
    let svg = drawn("bar x=year y=counted", &rows);
    let labels =
        ["EUR 1,000.51", "EUR 1,234.5", "at least EUR 260,000", "about EUR 7", "at least EUR 5"];
    for label in labels {
        assert!(svg.contains(label), "{label}: {svg}");
    }
    let years: Vec<usize> =
        (2015..=2020).map(|year| svg.find(&format!(">{year}<")).unwrap()).collect();
    assert!(years.is_sorted(), "{years:?}");
    assert!(svg.contains("Counted by year, EUR. Rows: 8. Not stated: 2."), "{svg}");
}

#[test]
fn excluded_rows_are_not_drawn_and_their_number_is_stated() {
    let rows = [
        (Some(2015), "UN", Some(100), "EXACT", ""),
        (Some(2015), "UN", None, "EXACT", "PART_OF_COUNTED_TOTAL"),
        (Some(2015), "UN", Some(900), "EXACT", "SUPERSEDED"),
    ];
    let svg = drawn("bar x=year y=counted", &rows);
    assert!(svg.contains("Not counted and not drawn: 2."), "{svg}");
    assert!(svg.contains("EUR 1<") && !svg.contains("EUR 10"), "{svg}");
    assert!(!svg.contains("at least"), "an excluded row does not open a bound: {svg}");
}

#[test]
fn many_names_fold_into_one_bar_without_losing_money() {
    let names: Vec<String> = (0..40).map(|number| format!("N{number:02}")).collect();
    let rows: Vec<Row<'_>> = names
        .iter()
        .zip(1..)
        .map(|(name, cents)| (Some(2015), name.as_str(), Some(cents * 100), "EXACT", ""))
        .collect();
    let svg = drawn("bar x=channel y=counted", &rows);
    // 29 of 40 bars have room. The 11 smallest are 1 to 11, together 66.
    assert!(svg.contains("others (11)") && svg.contains("EUR 66<"), "{svg}");
    assert!(svg.contains(">N39<") && svg.contains(">N11<") && !svg.contains(">N10<"), "{svg}");
    let svg = drawn("bar x=year y=counted colour=channel", &rows);
    // 7 of 8 colours keep their name.
    assert!(svg.contains("others (33)"), "{svg}");
}

#[test]
fn points_are_not_summed_and_need_a_location() {
    let rows = [
        (Some(2015), "UN", Some(100), "EXACT", ""),
        (Some(2015), "UN", Some(300), "AT_LEAST", ""),
        (None, "UN", Some(700), "EXACT", ""),
    ];
    let svg = drawn("point x=year y=counted colour=channel", &rows);
    assert!(svg.contains("EUR 1<") && svg.contains("at least EUR 3<"), "{svg}");
    assert!(!svg.contains("EUR 7<") && !svg.contains("EUR 4<"), "{svg}");
    assert!(svg.contains("Without year and not drawn: 1."), "{svg}");
}

#[test]
fn texts_of_the_data_are_escaped() {
    let rows = [(Some(2015), "<script>&\"", Some(100), "EXACT", "")];
    let svg = drawn("bar x=channel y=counted", &rows);
    assert!(svg.contains("&lt;script&gt;&amp;") && !svg.contains("<script"), "{svg}");
}

#[test]
fn a_drawing_without_space_or_chart_is_rejected() {
    let names: Vec<String> = (0..13).map(|number| number.to_string()).collect();
    let row = |name| (Some(2015), name, Some(100), "EXACT", "");
    let rows: Vec<Row<'_>> = names.iter().map(|name| row(name.as_str())).collect();
    let error = rejected("bar x=year y=counted facet=channel", &rows);
    assert!(matches!(error, TableError::TooLarge { found: 13, limit: 12, .. }), "{error:?}");
    assert!(error.to_string().contains("fewer keys"), "{error}");
    let years: Vec<Row<'_>> =
        (0..2_001).map(|year| (Some(year), "UN", Some(1), "EXACT", "")).collect();
    let error = rejected("bar x=year y=counted", &years);
    assert!(matches!(error, TableError::TooLarge { found: 2_001, .. }), "{error:?}");
    let missing = rejected("bar x=year y=paid", &rows);
    assert!(matches!(&missing, TableError::Parameter(words) if words.contains("no drawing")));
}
