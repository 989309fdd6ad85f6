//! Money by year as bars: in, within and out on a common scale, one drawing for each currency.

use maud::{Markup, html};

use super::choice::{Choice, DRAWN};
use super::data::{Answer, YearFlows};
use crate::draw::bars::{Bar, Bars, Panel};
use crate::site::address::Address;
use crate::site::parts::data::Sum;
use crate::site::parts::drawing::{Drawing, figure as drawn};
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::{Words, briefing, fact, flows as words};

/// Maximum currencies that are drawn.
const CURRENCIES: usize = 4;

/// Sums of one direction in a year.
type Direction = fn(&YearFlows) -> &[Sum];

const DIRECTIONS: [(Words, Direction); 3] = [
    (words::INCOMING, |year| &year.incoming),
    (words::INTERNAL, |year| &year.internal),
    (words::OUTGOING, |year| &year.outgoing),
];

/// Draws the years, one figure for each currency.
pub(super) fn figures(address: &Address, choice: &Choice, data: &Answer) -> Markup {
    let currencies = data.currencies();
    let (language, (years, is_cut)) = (address.language(), choice.drawn());
    let year = |before: u16| years.0.saturating_sub(before).to_string();
    let earlier = choice.link(address, &[("from", &year(DRAWN)), ("to", &year(1))]);
    html! {
        @if currencies.is_empty() { p class="absent" { (words::no_year(language, years)) } }
        @for currency in currencies.iter().take(CURRENCIES) { (figure(address, choice, data, currency)) }
        @if is_cut && years.0 > 1990 { p { a href=(earlier) { (words::EARLIER.to(language)) } } }
    }
}

fn figure(address: &Address, choice: &Choice, data: &Answer, currency: &str) -> Markup {
    let language = address.language();
    let (years, is_cut) = choice.drawn();
    let all = DIRECTIONS.map(|direction| Panelled::of(address, choice, data, currency, direction));
    let empty = all.iter().filter(|one| one.stated == 0 && one.rows.is_empty());
    let empty: Vec<&str> = empty.map(|one| one.panel.label.as_str()).collect();
    let stated = all.iter().map(|one| one.stated).sum();
    let sentence = words::by_year(language, years, stated, currency, (is_cut, &empty));
    let rows: Vec<Vec<Markup>> = all.iter().flat_map(|one| one.rows.clone()).collect();
    let panels: Vec<Panel> =
        all.iter().filter(|one| !one.rows.is_empty()).map(|one| one.panel.clone()).collect();
    let columns =
        [fact::YEAR, words::DIRECTION, briefing::COUNTED, briefing::LOWER, briefing::UPPER];
    let id = format!("years-{}", currency.to_lowercase());
    let drawing = Drawing {
        id: &id,
        title: words::BY_YEAR,
        sentence,
        table: table(language, "years-title", &columns, &rows),
    };
    drawing.figure(language, |frame| {
        let (unit, panels) = (currency.to_owned(), panels.clone());
        Bars { frame, unit, series: Vec::new(), panels, scale: None }.draw()
    })
}

/// Bars of a direction, and the rows of their table.
struct Panelled {
    panel: Panel,
    rows: Vec<Vec<Markup>>,
    stated: usize,
}

impl Panelled {
    fn of(
        address: &Address,
        choice: &Choice,
        data: &Answer,
        currency: &str,
        (direction, of): (Words, Direction),
    ) -> Self {
        let ((first, last), _) = choice.drawn();
        let label = direction.to(address.language()).to_owned();
        let panel = Panel { label, bars: Vec::new() };
        let mut own = Self { panel, rows: Vec::new(), stated: 0 };
        for (at, year) in (0..DRAWN).zip(first..=last) {
            let sums = data.year(at).map(of).unwrap_or_default();
            let sum = sums.iter().find(|sum| is_in(sum, currency));
            let sum = sum.filter(|sum| sum.counted.is_some() || sum.not_stated > 0);
            let text = year.to_string();
            let href = choice.link(address, &[("from", &text), ("to", &text)]);
            own.panel.bars.push(bar(address, &text, sum, &href));
            let Some(sum) = sum else { continue };
            own.stated += usize::from(sum.counted.is_some());
            own.rows.push(cells(address, &text, &href, direction, sum));
        }
        own
    }
}

/// Returns true for the sum of a currency, or of amounts that are not stated.
fn is_in(sum: &Sum, currency: &str) -> bool {
    sum.currency.as_deref().is_none_or(|own| own == currency)
}

fn bar(address: &Address, year: &str, sum: Option<&Sum>, href: &str) -> Bar {
    let Some(sum) = sum else {
        let (label, href) = (year.to_owned(), Some(href.to_owned()));
        return Bar { label, href, parts: Vec::new(), total: String::new() };
    };
    let text = show::sum_text(address.language(), sum);
    let figure = drawn(sum.counted, sum.lower, sum.upper, sum.approximate > 0, &text);
    Bar::of(year, figure.with_href(href))
}

fn cells(address: &Address, year: &str, href: &str, direction: Words, sum: &Sum) -> Vec<Markup> {
    let language = address.language();
    let currency = sum.currency.as_deref().unwrap_or_default();
    let money = |value: Option<rust_decimal::Decimal>| {
        let value = value.map(|value| show::priced(language, value, currency));
        or_absent(language, value.map(|value| html! { span class="money" { (value) } }))
    };
    vec![
        html! { a href=(href) { (year) } },
        direction.markup(language),
        money(sum.counted),
        money(sum.lower),
        money(sum.upper),
    ]
}
