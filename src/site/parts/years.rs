//! Sums by year as bars: years without a published total are hatched, rival figures are whiskers.

use std::collections::BTreeMap;

use maud::{Markup, html};
use rust_decimal::prelude::ToPrimitive as _;

use super::data::Group;
use super::drawing;
use super::rows::or_absent;
use super::sheet::table;
use super::show;
use crate::draw::bars::{Bar, Panel, Part};
use crate::read::coverage::SumCoverage;
use crate::site::language::Language;
use crate::site::words::fact;
use crate::site::words::sentence::YearCounts;

/// Money that a panel sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site) enum Summed {
    /// Money given. Sources publish totals of it, so a year without one may lack money.
    Given,
    /// Budgets, of which no source publishes a total.
    Budgets,
}

/// Panels of bars by year, with their table.
#[derive(Debug, Default)]
pub(in crate::site) struct Years {
    /// Panels from the top.
    pub(in crate::site) panels: Vec<Panel>,
    /// Year, label of the panel, and amount of each sum.
    amounts: Vec<(u16, String, Markup)>,
    /// Number of sums by what they state.
    pub(in crate::site) counts: YearCounts,
}

impl Years {
    /// Adds a panel with a bar for each of the years.
    pub(in crate::site) fn add(
        &mut self,
        language: Language,
        (summed, label): (Summed, &str),
        years: std::ops::RangeInclusive<u16>,
        groups: &[Group],
    ) {
        let by_year: BTreeMap<u16, &Group> =
            groups.iter().filter_map(|group| Some((group.year()?, group))).collect();
        let bar = |year| match by_year.get(&year) {
            Some(group) => self.bar(language, (summed, label), year, group),
            None => Bar {
                label: u16::to_string(&year),
                href: None,
                parts: Vec::new(),
                total: String::new(),
            },
        };
        let bars = years.map(bar).collect();
        self.panels.push(Panel { label: label.to_owned(), bars });
    }

    /// Returns the sums as a table. A single panel has no column of its own.
    pub(in crate::site) fn table(&self, language: Language, labelled_by: &str) -> Markup {
        let is_single = self.panels.len() == 1;
        let row = |(year, panel, amount): &(u16, String, Markup)| {
            let panel = (!is_single).then(|| html! { (panel) });
            std::iter::once(html! { (year) }).chain(panel).chain([amount.clone()]).collect()
        };
        let rows: Vec<Vec<Markup>> = self.amounts.iter().map(row).collect();
        if is_single {
            table(language, labelled_by, &[fact::YEAR, fact::AMOUNT], &rows)
        } else {
            table(language, labelled_by, &[fact::YEAR, fact::KIND, fact::AMOUNT], &rows)
        }
    }

    fn bar(
        &mut self,
        language: Language,
        (summed, label): (Summed, &str),
        year: u16,
        group: &Group,
    ) -> Bar {
        let is_of_items = summed == Summed::Given
            && group.coverage.0 == SumCoverage::ItemsOnly
            && group.counted.is_some();
        let sum = group.sum();
        let text = show::sum_text(language, &sum);
        let note = is_of_items.then(|| drawing::words(language).items_only);
        match group.counted {
            Some(_) => self.counts.stated += 1,
            None => self.counts.unstated += 1,
        }
        self.counts.of_items += usize::from(is_of_items);
        let amount = html! {
                (or_absent(language, show::sums(language, std::slice::from_ref(&sum))))
                @if let Some(note) = note { " " span class="absent" { "(" (note) ")" } }
                @if group.disputed > 0 {
                    @if let Some(bounds) = show::bounds(language, &sum) { " " span class="absent" { "(" (bounds) ")" } }
                }
        };
        self.amounts.push((year, label.to_owned(), amount));
        let tooltip = note.map_or(text.clone(), |note| format!("{text}, {note}"));
        let mut figure = drawing::figure(
            group.counted,
            group.lower,
            group.upper,
            group.approximate > 0,
            &tooltip,
        );
        if is_of_items {
            figure = figure.items_only();
        }
        if group.disputed > 0 {
            let ends = [group.lower, group.upper].into_iter().flatten();
            let ends: Vec<f64> = ends.filter_map(|end| end.to_f64()).collect();
            figure = figure.with_rivals(&ends);
        }
        let part = Part { series: 0, figure };
        Bar { label: year.to_string(), href: None, parts: vec![part], total: text }
    }
}
