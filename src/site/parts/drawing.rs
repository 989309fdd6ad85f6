//! A drawing on a page: title, the drawing in both widths, a sentence that says what it shows, and the same as a table.

use maud::{Markup, PreEscaped, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::data::{Amount, Day};
use super::show;
use crate::draw::figure::{Bound, Figure};
use crate::draw::frame::{Frame, responsive};
use crate::draw::when::When;
use crate::draw::words::{ENGLISH, FRENCH, Words as DrawingWords};
use crate::model::money::Qualifier;
use crate::site::language::Language;
use crate::site::words::{Words, frame};

/// A drawing with its words.
#[derive(Debug)]
pub(in crate::site) struct Drawing<'a> {
    /// Prefix of all ids, unique on its page.
    pub(in crate::site) id: &'a str,
    /// Subject.
    pub(in crate::site) title: Words,
    /// Message, with the absences.
    pub(in crate::site) sentence: String,
    /// The same as a table; empty if it stands on the page anyway.
    pub(in crate::site) table: Markup,
}

impl Drawing<'_> {
    /// Returns the figure. `draw` draws for a frame, which has a width.
    pub(in crate::site) fn figure(
        &self,
        language: Language,
        draw: impl Fn(Frame) -> String,
    ) -> Markup {
        let id = format!("{}-drawing", self.id);
        let title = self.title.to(language);
        let base = Frame::new(&id, title, &self.sentence).with_words(words(language));
        let drawn = responsive(&base, draw);
        html! {
            figure id={ (self.id) "-figure" } {
                // Drawings escape their texts themselves.
                div class="drawing" { (PreEscaped(drawn)) }
                figcaption { (self.sentence) }
                @if !self.table.0.is_empty() {
                    details class="twin" {
                        summary { (frame::AS_TABLE.to(language)) }
                        (self.table)
                    }
                }
            }
        }
    }
}

/// Words of drawings in a language.
pub(in crate::site) fn words(language: Language) -> &'static DrawingWords {
    match language {
        Language::En => &ENGLISH,
        Language::Fr => &FRENCH,
    }
}

/// Date of a drawing.
pub(in crate::site) fn when(day: Day) -> When {
    let date = day.0;
    When { year: i32::from(date.year()), month: date.month(), day: date.day() }
}

/// Figure of an exact amount with its bounds. Without an upper bound it is at least the lower one.
pub(in crate::site) fn figure(
    counted: Option<Decimal>,
    lower: Option<Decimal>,
    upper: Option<Decimal>,
    approximate: bool,
    label: &str,
) -> Figure {
    let Some(value) = counted.and_then(|value| value.to_f64()) else {
        return Figure::not_stated(label);
    };
    let bound = match upper {
        _ if approximate => Bound::About,
        None if lower == counted => Bound::AtLeast,
        None => Bound::About,
        Some(_) => Bound::Exact,
    };
    Figure::stated(value, label).bounded(bound)
}

/// Figure of an amount as published.
pub(in crate::site) fn amount(language: Language, money: &Amount) -> Figure {
    let label = show::money_text(language, money);
    let Some(value) = money.value.and_then(|value| value.to_f64()) else {
        return Figure::not_stated(&label);
    };
    let bound = match money.qualifier.map(|qualifier| qualifier.0) {
        Some(Qualifier::AtLeast) => Bound::AtLeast,
        Some(Qualifier::AtMost) => Bound::AtMost,
        Some(Qualifier::About) => Bound::About,
        Some(Qualifier::Exact) | None => Bound::Exact,
    };
    Figure::stated(value, &label).bounded(bound)
}
