//! What every part of an activity needs while it is read: the file, the ledger, the defaults of the activity.

use rust_decimal::Decimal;

use super::tree::Element;
use crate::ingest::mention::Mentions;
use crate::ingest::personal;
use crate::ingest::problem::ProblemCode;
use crate::ingest::tally::{Place, Tally};
use crate::ingest::value;
use crate::model::activity::AidType;
use crate::model::date::{PartialDate, Period};
use crate::model::id::AgencyId;
use crate::model::money::{Absence, Currency, Money, Qualifier};
use crate::model::origin::{Assertion, Origin, Provenance};
use crate::model::text::{Language, Text};

/// The reading of one activity or organisation.
pub(super) struct Context<'a> {
    pub(super) tally: &'a mut Tally,
    pub(super) mentions: &'a mut Mentions,
    /// Its identifier, for problems.
    pub(super) id: String,
    /// The language of texts that name none.
    pub(super) language: Language,
    /// The currency of amounts that name none.
    pub(super) currency: Option<Currency>,
}

/// White space within becomes one space, and none stays outside.
pub(super) fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Context<'_> {
    /// Where an element stands.
    pub(super) fn origin(&self, element: Element<'_>) -> Origin {
        Origin { file: self.tally.file().to_owned(), line: element.line() }
    }

    /// How we know what an element says.
    pub(super) fn provenance(&self, element: Element<'_>) -> Provenance {
        Provenance {
            origin: self.origin(element),
            assertion: Assertion::Stated,
            citations: Vec::new(),
        }
    }

    /// Somebody should look at an element.
    pub(super) fn warn(
        &mut self,
        code: ProblemCode,
        element: Element<'_>,
        field: &str,
        value: Option<&str>,
        message: &str,
    ) {
        let place =
            Place { line: Some(element.line()), field: Some(field), id: Some(&self.id), value };
        self.tally.warn(code, &place, message, None);
    }

    /// The texts of an element: its narratives, or as the first standard had it, its own text.
    pub(super) fn text(&mut self, element: Element<'_>) -> Option<Text> {
        self.texts([element].into_iter())
    }

    /// The texts of several elements as one: the first standard repeats an element for each language.
    pub(super) fn texts<'t>(
        &mut self,
        elements: impl Iterator<Item = Element<'t>>,
    ) -> Option<Text> {
        let mut forms: Vec<(Language, String)> = Vec::new();
        for element in elements {
            let mut narratives = element.all("narrative").peekable();
            if narratives.peek().is_none() {
                forms.extend(self.form(element, element));
            }
            for narrative in narratives {
                forms.extend(self.form(narrative, element));
            }
        }
        Text::of(forms)
    }

    fn form(&mut self, element: Element<'_>, within: Element<'_>) -> Option<(Language, String)> {
        let text = element.text();
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let tag = element.get("xml:lang").or_else(|| within.get("xml:lang"));
        let language = tag.and_then(|tag| tag.parse().ok()).unwrap_or(self.language);
        let Some(text) = personal::without_addresses(text) else {
            return Some((language, text.to_owned()));
        };
        let message = "an e-mail address in a text was left out";
        self.warn(ProblemCode::AddressLeftOut, element, within.name(), None, message);
        Some((language, text))
    }

    /// The text of the first element of a name.
    pub(super) fn first_text(&mut self, element: Element<'_>, name: &str) -> Option<Text> {
        element.first(name).and_then(|first| self.text(first))
    }

    /// The organisation that an element mentions, and its identifier.
    pub(super) fn organisation(&mut self, element: Element<'_>) -> Option<AgencyId> {
        let name = self.text(element);
        let origin = self.origin(element);
        let found =
            self.mentions.note(element.get("ref"), name.as_ref(), element.get("type"), || origin);
        if found.is_none() {
            let message = "an organisation has neither a reference nor a name";
            self.warn(ProblemCode::NamelessOrganisation, element, element.name(), None, message);
        }
        found
    }

    /// A day, from an attribute or the text of an element.
    pub(super) fn date(&mut self, element: Element<'_>) -> Option<PartialDate> {
        let text = element.text();
        let text = element.get("iso-date").unwrap_or_else(|| text.trim());
        if text.is_empty() {
            return None;
        }
        let date = value::date(text);
        if date.is_none() {
            let message = "this is no date that can be read";
            self.warn(ProblemCode::UnreadableDate, element, element.name(), Some(text), message);
        }
        date
    }

    /// The day of the first element of a name.
    pub(super) fn first_date(&mut self, element: Element<'_>, name: &str) -> Option<PartialDate> {
        element.first(name).and_then(|first| self.date(first))
    }

    /// The time between the two elements that stand for its ends.
    pub(super) fn period(&mut self, element: Element<'_>) -> Period {
        Period {
            start: self.first_date(element, "period-start"),
            end: self.first_date(element, "period-end"),
        }
    }

    /// A share in per cent.
    pub(super) fn percentage(&mut self, element: Element<'_>) -> Option<Decimal> {
        let text = element.get("percentage")?;
        let share = value::number(text.trim_end_matches('%'));
        if share.is_none() {
            let message = "this is no number that can be read";
            self.warn(ProblemCode::UnreadableNumber, element, "@percentage", Some(text), message);
        }
        share
    }

    /// Yes or no, from an attribute.
    pub(super) fn flag(&mut self, element: Element<'_>, attribute: &str) -> Option<bool> {
        let text = element.get(attribute)?;
        let flag = value::flag(text);
        if flag.is_none() {
            let message = "this is neither 1 or true, nor 0 or false";
            self.warn(ProblemCode::UnreadableFlag, element, attribute, Some(text), message);
        }
        flag
    }

    /// The first `value` of an element as money; `None` when it has none. `day` counts where it names no date.
    pub(super) fn money(
        &mut self,
        element: Element<'_>,
        day: Option<PartialDate>,
    ) -> Option<Money> {
        let mut values = element.all("value");
        let value = values.next()?;
        if values.next().is_some() {
            let message = "of several values the first counts";
            self.warn(ProblemCode::SeveralValues, element, "value", None, message);
        }
        let named = value.get("value-date");
        let date = named.and_then(value::date);
        if let (Some(text), None) = (named, date) {
            let message = "this is no date that can be read";
            self.warn(ProblemCode::UnreadableDate, value, "value/@value-date", Some(text), message);
        }
        let date = date.or(day);
        let currency = self.currency_of(value);
        let text = value.text();
        let Some(number) = value::number(&text) else {
            let shown = Some(text.trim()).filter(|text| !text.is_empty());
            let message = "no amount can be read, so that none is stated";
            self.warn(ProblemCode::UnreadableAmount, value, "value", shown, message);
            return Some(Money::absent(Absence::NotStated, date));
        };
        if text.contains(',') {
            let message = &format!("the amount with a comma is read as {number}");
            self.warn(ProblemCode::AmountWithComma, value, "value", Some(text.trim()), message);
        }
        Some(Money::stated(number, currency, Qualifier::Exact, date))
    }

    /// The currency of a value: its own, else the activity's, else none, which is `XXX`.
    fn currency_of(&mut self, value: Element<'_>) -> Currency {
        let named = value.get("currency");
        if let Some(currency) = named.map_or(self.currency, value::currency) {
            return currency;
        }
        let message =
            "no currency is named that can be read: the amount is kept in XXX, no currency";
        self.warn(ProblemCode::NoCurrency, value, "value/@currency", named, message);
        Currency::NONE
    }

    /// The kinds of aid that elements of a name give.
    pub(super) fn aid_types(element: Element<'_>, name: &str) -> Vec<AidType> {
        let aid_type = |e: Element<'_>| {
            let code = e.get("code")?.to_owned();
            Some(AidType { vocabulary: e.owned("vocabulary"), code })
        };
        element.all(name).filter_map(aid_type).collect()
    }
}
