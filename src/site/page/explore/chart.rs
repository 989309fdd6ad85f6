//! Bars of groups: the first key across, the second one stacked or in panels.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::choice::Choice;
use super::key::{href, label};
use crate::draw::bars::{Bar, Bars, Panel, Part};
use crate::draw::figure::Figure;
use crate::draw::frame::Frame;
use crate::draw::palette::SERIES;
use crate::read::groups::GroupDimension;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::data::{Group, Key, Sum};
use crate::site::parts::drawing::figure;
use crate::site::parts::show;
use crate::site::words::explore;

/// Largest number of bars by a key that is no time.
const BARS: usize = 20;

/// Text of a bar without any amount in the data.
const NONE: &str = "–";

/// Largest number of years whose gaps are filled.
const YEARS: i32 = 80;

/// Values of a key, in their order on the chart.
#[derive(Debug, Default)]
struct Axis {
    /// Codes, `None` for money without a key.
    codes: Vec<Option<String>>,
    labels: Vec<String>,
    hrefs: Vec<Option<String>>,
}

/// Bars before they have a frame.
#[derive(Debug)]
pub(super) struct Chart {
    across: Axis,
    series: Vec<String>,
    /// Sums by position across and series.
    cells: BTreeMap<(usize, usize), Sum>,
    language: Language,
    /// Number of bars that the chart leaves to the table.
    folded: usize,
}

fn is_time(dimension: Option<&GroupDimension>) -> bool {
    matches!(dimension, Some(GroupDimension::Year | GroupDimension::Month))
}

/// Lists the values of a key: by time, otherwise by their sums, the largest first.
fn axis(address: &Address, choice: &Choice, groups: &[Group], at: usize) -> Axis {
    let dimension = choice.keys().get(at).copied();
    let mut found: BTreeMap<Option<&str>, (Decimal, &Key)> = BTreeMap::new();
    for (group, key) in groups.iter().filter_map(|group| Some((group, group.keys.get(at)?))) {
        // Money that is not stated and money that is not divided have no code, but are not the same.
        let code = key.code.as_deref().or(absence(key));
        let sum = found.entry(code).or_insert((Decimal::ZERO, key));
        sum.0 = sum.0.saturating_add(group.counted.unwrap_or_default());
    }
    let mut found: Vec<_> = found.into_iter().collect();
    if is_time(dimension.as_ref()) {
        found.sort_by_key(|(code, (_, key))| (key.code.is_none(), code.map(str::to_owned)));
    } else {
        found.sort_by(|(a, (left, _)), (b, (right, _))| right.cmp(left).then(a.cmp(b)));
    }
    let mut axis = Axis::default();
    for (code, (_, key)) in found {
        let Some(dimension) = dimension else { continue };
        axis.codes.push(code.map(str::to_owned));
        axis.labels.push(label(address.language(), choice, dimension, key));
        axis.hrefs.push(href(address, choice, dimension, key));
    }
    if dimension == Some(GroupDimension::Year) { axis.filled() } else { axis }
}

/// Code of a key without one: its reason, which no code equals.
fn absence(key: &Key) -> Option<&'static str> {
    key.absence.map(|absence| match absence.0 {
        crate::read::groups::KeyAbsence::Undivided => "\u{1}undivided",
        crate::read::groups::KeyAbsence::NotStated => "\u{1}not stated",
    })
}

impl Axis {
    /// Adds the years between the first and the last.
    fn filled(self) -> Self {
        let years: Vec<i32> =
            self.codes.iter().flatten().filter_map(|code| code.parse().ok()).collect();
        let (Some(first), Some(last)) = (years.iter().min(), years.iter().max()) else {
            return self;
        };
        if last - first > YEARS {
            return self;
        }
        let mut all = Self::default();
        for year in *first..=*last {
            let code = year.to_string();
            let at = self.codes.iter().position(|own| own.as_deref() == Some(&code));
            all.hrefs.push(at.and_then(|at| self.hrefs.get(at)?.clone()));
            all.labels.push(code.clone());
            all.codes.push(Some(code));
        }
        let places = (0..self.codes.len()).filter(|at| {
            let code = self.codes.get(*at).and_then(Option::as_deref);
            code.is_none_or(|code| code.parse::<i32>().is_err())
        });
        for at in places.collect::<Vec<_>>() {
            all.codes.push(self.codes.get(at).cloned().flatten());
            all.labels.push(self.labels.get(at).cloned().unwrap_or_default());
            all.hrefs.push(None);
        }
        all
    }

    fn place(&self, key: &Key) -> Option<usize> {
        let code = key.code.as_deref().or(absence(key));
        self.codes.iter().position(|own| own.as_deref() == code)
    }
}

impl Chart {
    /// Arranges groups: the last series holds those beyond the colours.
    pub(super) fn of(address: &Address, choice: &Choice, groups: &[Group]) -> Self {
        let language = address.language();
        let across = axis(address, choice, groups, 0);
        let second = axis(address, choice, groups, 1);
        let others = second.codes.len().saturating_sub(SERIES - 1);
        let is_folded = second.codes.len() > SERIES;
        let shown = if is_folded { SERIES - 1 } else { second.codes.len() };
        let mut series: Vec<String> = second.labels.iter().take(shown).cloned().collect();
        if is_folded {
            series.push(explore::others(language, others));
        }
        let most = if is_time(choice.keys().first()) { usize::MAX } else { BARS };
        let folded = across.codes.len().saturating_sub(most);
        let mut cells: BTreeMap<(usize, usize), Sum> = BTreeMap::new();
        for group in groups {
            let Some(x) = group.keys.first().and_then(|key| across.place(key)) else { continue };
            let y = group.keys.get(1).and_then(|key| second.place(key)).unwrap_or(0);
            if x < most {
                let cell = (x, y.min(series.len().saturating_sub(1)));
                cells.entry(cell).and_modify(|sum| add(sum, group)).or_insert_with(|| group.sum());
            }
        }
        Self { across, series, cells, language, folded }
    }

    /// Number of bars, and of those left to the table.
    pub(super) fn drawn(&self) -> (usize, usize) {
        (self.across.codes.len() - self.folded, self.folded)
    }

    /// Returns true if a bar stands for no amount in the data.
    pub(super) fn has_gaps(&self, is_panels: bool) -> bool {
        let series = if is_panels { self.series.len().max(1) } else { 1 };
        let has = |x: usize, y: usize| match series {
            1 => self.cells.range((x, 0)..=(x, usize::MAX)).next().is_some(),
            _ => self.cells.contains_key(&(x, y)),
        };
        (0..self.drawn().0).any(|x| (0..series).any(|y| !has(x, y)))
    }

    fn part(&self, x: usize, y: usize) -> Option<Part> {
        let sum = self.cells.get(&(x, y))?;
        let text = show::sum_text(self.language, sum);
        let figure: Figure = figure(sum.counted, sum.lower, sum.upper, sum.approximate > 0, &text);
        Some(Part { series: y, figure })
    }

    fn bar(&self, x: usize, series: impl Iterator<Item = usize>) -> Bar {
        let parts: Vec<Part> = series.filter_map(|y| self.part(x, y)).collect();
        if parts.is_empty() {
            // Nothing in the data is neither zero nor an amount that is not stated.
            let label = self.across.labels.get(x).cloned().unwrap_or_default();
            return Bar { label, href: None, parts, total: NONE.to_owned() };
        }
        let total = match parts.as_slice() {
            [part] => part.figure.label.clone(),
            _ => String::new(),
        };
        Bar {
            label: self.across.labels.get(x).cloned().unwrap_or_default(),
            href: self.across.hrefs.get(x).cloned().flatten(),
            parts,
            total,
        }
    }

    /// Draws the bars: a panel for each series, or stacks.
    pub(super) fn draw(&self, frame: Frame, unit: &str, is_panels: bool) -> String {
        let series = self.series.len().max(1);
        let places = || 0..self.drawn().0;
        let panels = if is_panels && series > 1 {
            let panel = |y: usize| Panel {
                label: self.series.get(y).cloned().unwrap_or_default(),
                bars: places().map(|x| self.bar(x, std::iter::once(y))).collect(),
            };
            (0..series).map(panel).collect()
        } else {
            let bars = places().map(|x| self.bar(x, 0..series)).collect();
            vec![Panel { label: String::new(), bars }]
        };
        let series = self.series.clone();
        Bars { frame, unit: unit.to_owned(), series, panels, scale: None }.draw()
    }
}

/// Adds a group to a sum; a bound is unknown if one of both is.
fn add(sum: &mut Sum, group: &Group) {
    let known = |a: Option<Decimal>, b: Option<Decimal>| match (a, b) {
        (Some(a), Some(b)) => a.checked_add(b),
        (a, b) => a.or(b),
    };
    sum.upper = sum.upper.zip(group.upper).and_then(|(a, b)| a.checked_add(b));
    sum.lower = known(sum.lower, group.lower);
    sum.counted = known(sum.counted, group.counted);
    if sum.counted.is_some() {
        sum.currency = sum.currency.take().or_else(|| group.currency.clone());
    }
    sum.not_stated += group.not_stated;
    sum.approximate += group.approximate;
}
