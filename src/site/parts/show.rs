//! Money, dates, periods, codes and texts as markup. Amounts are exact and carry their qualifier; an absence is a word.

use maud::{Markup, html};
use rust_decimal::Decimal;
use time::Month;

use super::data::{Amount, Coded, Day, Named, Period, Sum, Text};
use crate::model::date::PartialDate;
use crate::model::money::Qualifier;
use crate::model::noun::Kind;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::words::codes::Worded;
use crate::site::words::{Words, fact, home, sentence};

/// Space that does not break, between a number and its unit.
const NO_BREAK: char = '\u{a0}';

/// Narrow space that does not break, between thousands in French.
const NARROW: char = '\u{202f}';

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// Groups the digits of an exact number: `1,234.50`, in French `1 234,50`.
pub(in crate::site) fn number(language: Language, number: Decimal) -> String {
    let text = number.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let (separator, point) = match language {
        Language::En => (',', '.'),
        Language::Fr => (NARROW, ','),
    };
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    if let Some(part) = part {
        grouped.push(point);
        grouped.push_str(part);
    }
    grouped
}

/// Counts in digits: `1,234`.
pub(in crate::site) fn count(language: Language, count: u64) -> String {
    number(language, Decimal::from(count))
}

/// Writes the length of a list of a noun: `11 agreements`.
pub(in crate::site) fn length(language: Language, kind: Kind, length: u64) -> Markup {
    html! { b { (count(language, length)) } " " (home::plural(kind).to(language)) }
}

/// Number with its currency: `55,000,000 EUR`.
pub(in crate::site) fn priced(language: Language, value: Decimal, currency: &str) -> String {
    format!("{}{NO_BREAK}{currency}", number(language, value))
}

/// Money as a text: `at least 2,600,000 EUR`, `not stated`.
pub(in crate::site) fn money_text(language: Language, money: &Amount) -> String {
    let Some(value) = money.value else {
        let words = money.absence.map_or(fact::NOT_STATED, |absence| absence.0.words());
        return words.to(language).to_owned();
    };
    let currency = money.currency_as_published.as_deref().or(money.currency.as_deref());
    let currency = currency.filter(|currency| *currency != "XXX");
    let currency = currency.unwrap_or(fact::CURRENCY_UNKNOWN.to(language));
    let amount = priced(language, value, currency);
    match money.qualifier.map(|qualifier| qualifier.0) {
        Some(qualifier) if qualifier != Qualifier::Exact => {
            format!("{} {amount}", qualifier.words().to(language))
        }
        _ => amount,
    }
}

/// Money; an absence is set apart from a number.
pub(in crate::site) fn money(language: Language, money: &Amount) -> Markup {
    let class = if money.value.is_some() { "money" } else { "absent" };
    html! { span class=(class) { (money_text(language, money)) } }
}

/// Sums, one per currency; `None` without any amount, stated or not.
pub(in crate::site) fn sums(language: Language, sums: &[Sum]) -> Option<Markup> {
    let counts = |sum: &&Sum| sum.counted.is_some() || sum.not_stated > 0;
    let shown: Vec<&Sum> = sums.iter().filter(counts).collect();
    if shown.is_empty() {
        return None;
    }
    Some(html! {
        @for (at, sum) in shown.iter().enumerate() {
            @if at > 0 { "; " }
            (one_sum(language, sum))
        }
    })
}

/// Sum as a text: `at least 2,600,000 EUR`, `not stated`. It is exact only if both bounds meet; without an upper bound it is
/// at least the lower one.
pub(in crate::site) fn sum_text(language: Language, sum: &Sum) -> String {
    let Some((counted, currency)) = sum.counted.zip(sum.currency.as_deref()) else {
        return fact::NOT_STATED.to(language).to_owned();
    };
    let qualifier = match (sum.lower, sum.upper) {
        (Some(lower), Some(upper)) if lower == upper => None,
        _ if sum.approximate > 0 => Some(fact::ABOUT),
        (Some(lower), None) if lower == counted => Some(fact::AT_LEAST),
        _ => None,
    };
    let amount = priced(language, counted, currency);
    qualifier.map_or(amount.clone(), |words| format!("{} {amount}", words.to(language)))
}

/// Bounds of a sum for which sources publish rival figures; `None` if the sum has no lower bound.
pub(in crate::site) fn bounds(language: Language, sum: &Sum) -> Option<String> {
    let (lower, currency) = sum.lower.zip(sum.currency.as_deref())?;
    let upper = sum.upper.map(|upper| priced(language, upper, currency));
    Some(sentence::bounds(language, &priced(language, lower, currency), upper.as_deref()))
}

fn one_sum(language: Language, sum: &Sum) -> Markup {
    if sum.counted.is_none() || sum.currency.is_none() {
        return html! { span class="absent" { (fact::NOT_STATED.to(language)) } };
    }
    html! {
        span class="money" { (sum_text(language, sum)) }
        @if sum.not_stated > 0 {
            " " span class="absent" { "(" (sentence::not_stated(language, sum.not_stated)) ")" }
        }
    }
}

/// Amounts that sums leave out, with their reasons; `None` if they count everything.
pub(in crate::site) fn left_out(language: Language, sums: &[Sum]) -> Option<Markup> {
    let all: Vec<_> = sums.iter().flat_map(|sum| &sum.excluded_sums).collect();
    (!all.is_empty()).then(|| {
        html! {
            ul class="left-out" {
                @for sum in all {
                    li {
                        @if let Some((amount, currency)) = sum.amount.zip(sum.currency.as_deref()) {
                            s class="money" { (priced(language, amount, currency)) }
                        } @else {
                            span class="absent" { (sentence::not_stated(language, sum.items)) }
                        }
                        " · " (code(language, sum.reason))
                    }
                }
            }
        }
    })
}

/// Date in words, as precise as its source: `4 April 2019`, `May 2016`, `2015`.
pub(in crate::site) fn date_text(language: Language, date: PartialDate) -> String {
    let month = date.month().and_then(|month| Month::try_from(month).ok());
    let names = match language {
        Language::En => MONTHS_EN,
        Language::Fr => MONTHS_FR,
    };
    let name = month.and_then(|month| names.get(usize::from(u8::from(month)).checked_sub(1)?));
    match (date.day(), name) {
        (Some(1), Some(name)) if language == Language::Fr => format!("1er {name} {}", date.year()),
        (Some(day), Some(name)) => format!("{day} {name} {}", date.year()),
        (_, Some(name)) => format!("{name} {}", date.year()),
        _ => date.year().to_string(),
    }
}

/// Date, with its form for programs.
pub(in crate::site) fn date(language: Language, date: Day) -> Markup {
    html! { time datetime=(date.0) { (date_text(language, date.0)) } }
}

/// Period: `2015 to 2019`; an unknown end is a word.
pub(in crate::site) fn period(language: Language, period: Option<Period>) -> Option<Markup> {
    let Period { start, end } = period?;
    let to = match language {
        Language::En => " to ",
        Language::Fr => " à ",
    };
    match (start, end) {
        (None, None) => None,
        (Some(start), Some(end)) if start == end => Some(date(language, start)),
        (start, end) => Some(html! {
            (bound(language, start, fact::NOT_KNOWN)) (to) (bound(language, end, fact::NOT_KNOWN))
        }),
    }
}

/// Period of a meeting or event: one date if only its start is known.
pub(in crate::site) fn moment(language: Language, period: Option<Period>) -> Option<Markup> {
    match period? {
        Period { start: Some(start), end: None } => Some(date(language, start)),
        known => self::period(language, Some(known)),
    }
}

fn bound(language: Language, day: Option<Day>, absent: Words) -> Markup {
    if let Some(day) = day {
        date(language, day)
    } else {
        html! { span class="absent" { (absent.to(language)) } }
    }
}

/// Words of a code.
pub(in crate::site) fn code<T: Worded>(language: Language, code: Coded<T>) -> Markup {
    code.0.words().markup(language)
}

/// Text, marked with its language if that differs from the page's, and as a translation if it is one.
pub(in crate::site) fn text(language: Language, text: &Text) -> Markup {
    let own = text.language.to_lowercase();
    let other = (own != language.code() && own != "und").then_some(own);
    if other.is_none() && !text.translated {
        return html! { (text.value) };
    }
    let title = text.translated.then(|| fact::OUR_TRANSLATION.to(language));
    html! {
        span lang=[other] class=[text.translated.then_some("ours")] title=[title] { (text.value) }
    }
}

/// Yes or no.
pub(in crate::site) fn yes_no(language: Language, is_so: bool) -> Markup {
    if is_so { fact::YES.markup(language) } else { fact::NO.markup(language) }
}

/// Share in per cent.
pub(in crate::site) fn percent(language: Language, percent: Decimal) -> String {
    match language {
        Language::En => format!("{}%", number(language, percent)),
        Language::Fr => format!("{}{NO_BREAK}%", number(language, percent)),
    }
}

/// Link to the page of a record, with its label.
pub(in crate::site) fn link(address: &Address, record: &Named) -> Markup {
    html! { a href=(address.record(record.kind.0, &record.identifier)) { (record.label) } }
}

/// Link to the page of a record, if there is one.
pub(in crate::site) fn linked(address: &Address, record: Option<&Named>) -> Option<Markup> {
    record.map(|record| link(address, record))
}

/// Link to the page of a record, with a text of its own.
pub(in crate::site) fn link_as(address: &Address, record: &Named, words: &Text) -> Markup {
    html! {
        a href=(address.record(record.kind.0, &record.identifier)) {
            (text(address.language(), words))
        }
    }
}

/// Links to several records; `None` if there are none.
pub(in crate::site) fn links(address: &Address, records: &[Named]) -> Option<Markup> {
    if records.is_empty() {
        return None;
    }
    Some(html! {
        @for (at, record) in records.iter().enumerate() {
            @if at > 0 { ", " }
            (link(address, record))
        }
    })
}

/// Address on the web; only a web address becomes a link.
pub(in crate::site) fn outside(url: &str) -> Markup {
    if url.starts_with("https://") || url.starts_with("http://") {
        html! { a class="outside" href=(url) rel="external noreferrer" { (url) } }
    } else {
        html! { (url) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit_in_both_languages() {
        let of = |language, text: &str| number(language, text.parse().unwrap());
        assert_eq!(of(Language::En, "1234567.50"), "1,234,567.50");
        assert_eq!(of(Language::Fr, "1234567.50"), "1\u{202f}234\u{202f}567,50");
        assert_eq!(of(Language::En, "-999"), "−999");
    }

    #[test]
    fn lower_bounds_and_unstated_money_are_marked() {
        let of = |json: &str| money_text(Language::En, &serde_json::from_str(json).unwrap());
        let least = r#"{"value":"2600000","currency":"EUR","qualifier":"AT_LEAST"}"#;
        assert_eq!(of(least), "at least 2,600,000\u{a0}EUR");
        assert_eq!(of(r#"{"absence":"NOT_STATED"}"#), "not stated");
        assert_eq!(of(r#"{"absence":"WITHHELD"}"#), "withheld by the publisher");
        let unknown = r#"{"value":"5","currency":"XXX","qualifier":"EXACT"}"#;
        assert_eq!(of(unknown), "5\u{a0}currency not known");
    }

    #[test]
    fn dates_are_as_precise_as_their_source() {
        let of = |language, text: &str| date_text(language, text.parse().unwrap());
        assert_eq!(of(Language::En, "2019-04-04"), "4 April 2019");
        assert_eq!(of(Language::En, "2016-05"), "May 2016");
        assert_eq!(of(Language::Fr, "2016-08-01"), "1er août 2016");
        assert_eq!(of(Language::Fr, "2015"), "2015");
    }
}
