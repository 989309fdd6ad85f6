//! Shared state while an activity is read: the file, the ledger builder and the defaults of the activity.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::finding;
use super::tree::Element;
use super::wrapper::Wrapper;
use crate::ingest::ledger_builder::{LedgerBuilder, ProblemSite};
use crate::ingest::organisation_ref::{MentionScope, Mentions};
use crate::ingest::parsing;
use crate::ingest::personal;
use crate::ingest::problem::ProblemCode;
use crate::ingest::reference::collapsed;
use crate::model::classification::AidType;
use crate::model::codelist::Codelist;
use crate::model::currency::CurrencyWords;
use crate::model::date::{PartialDate, Period};
use crate::model::money::{Absence, Currency, Money, Qualifier};
use crate::model::origin::{Assertion, Origin, Provenance};
use crate::model::text::{Language, Text};

/// State while one activity or organisation is read.
pub(super) struct Context<'a> {
    pub(super) tally: &'a mut LedgerBuilder,
    pub(super) mentions: &'a mut Mentions,
    /// Identifier of the activity or organisation, for problem reports.
    pub(super) id: String,
    /// Default language of texts.
    pub(super) language: Language,
    /// Default currency of amounts.
    pub(super) currency: Option<Currency>,
    /// Text of an invalid default currency.
    currency_words: Option<CurrencyWords>,
    /// Scope in which equal names and codes of publishers' own lists mean the same.
    pub(super) scope: MentionScope,
}

/// Maximum length of words that are stored in place of a code, in characters.
const LONGEST_WORDS: usize = 200;

/// Separator between two texts in the same language.
const PARAGRAPH: &str = "\n\n";

/// Returns the words of an element on one line: its first narrative or its own text.
pub(super) fn words(element: Element<'_>) -> Option<String> {
    let narrative = element.first("narrative").unwrap_or(element);
    let words = collapsed(&narrative.text());
    let words = match words.char_indices().nth(LONGEST_WORDS) {
        Some((end, _)) => words.get(..end).map(str::to_owned)?,
        None => words,
    };
    Some(words).filter(|words| !words.is_empty())
}

/// Returns the code that an element stands for: its `@code`, otherwise its `@ref` or its words. Drafts and versions
/// 1.0x use the latter two. A value that is on the list takes precedence; otherwise the first one is used.
pub(super) fn stands_for(element: Element<'_>, list: Codelist) -> Option<Cow<'_, str>> {
    if let Some(code) = element.get("code") {
        return Some(Cow::Borrowed(code));
    }
    let values = [element.get("ref").map(Cow::Borrowed), words(element).map(Cow::Owned)];
    let listed = values.iter().flatten().find_map(|value| list.find(value));
    listed.map(Cow::Borrowed).or_else(|| values.into_iter().flatten().next())
}

impl<'a> Context<'a> {
    /// Creates the context from the defaults of an activity or an organisation, and reports invalid defaults.
    pub(super) fn new(
        element: Element<'_>,
        id: String,
        wrapper: &Wrapper,
        scope: MentionScope,
        tally: &'a mut LedgerBuilder,
        mentions: &'a mut Mentions,
    ) -> Self {
        let (currency, tag) = (element.get("default-currency"), element.get("xml:lang"));
        let language = tag.or(wrapper.language.as_deref()).and_then(|tag| tag.parse().ok());
        let mut context = Context {
            tally,
            mentions,
            id,
            language: language.unwrap_or(Language::UND),
            currency: currency.and_then(parsing::currency),
            currency_words: None,
            scope,
        };
        finding::report(element, Some(&context.id), context.tally);
        if let (Some(text), None) = (currency, context.currency) {
            context.currency_words = CurrencyWords::new(text);
            let message = "not a currency; amounts without their own currency are stored as XXX";
            context.warn(
                ProblemCode::NoCurrency,
                element,
                "@default-currency",
                Some(text),
                message,
            );
        }
        if let (Some(tag), None) = (tag, language) {
            context.odd_language(element, tag);
        }
        for redacted in element.redacted() {
            context.address_left_out(redacted);
        }
        context
    }
}

impl Context<'_> {
    /// Returns the origin of an element: file and line.
    pub(super) fn origin(&self, element: Element<'_>) -> Origin {
        Origin { file: self.tally.file().to_owned(), line: element.line() }
    }

    /// Returns the provenance of a value that an element states.
    pub(super) fn provenance(&self, element: Element<'_>) -> Provenance {
        Provenance {
            origin: self.origin(element),
            assertion: Assertion::Stated,
            citations: Vec::new(),
        }
    }

    /// Reports a warning about an element.
    pub(super) fn warn(
        &mut self,
        code: ProblemCode,
        element: Element<'_>,
        field: &str,
        value: Option<&str>,
        message: &str,
    ) {
        let place = ProblemSite {
            line: Some(element.line()),
            field: Some(field),
            id: Some(&self.id),
            value,
        };
        self.tally.warn(code, &place, message, None);
    }

    /// Reports a value once for the whole file, however often it occurs.
    pub(super) fn warn_once(
        &mut self,
        code: ProblemCode,
        element: Element<'_>,
        field: &str,
        value: &str,
        message: &str,
    ) {
        let (line, field, value) = (Some(element.line()), Some(field), Some(value));
        let place = ProblemSite { line, field, id: Some(&self.id), value };
        self.tally.warn_of_name(code, &place, 1, message, None);
    }

    /// Returns the name of an organisation as published. Problems of the name are reported where the organisation is
    /// read.
    pub(super) fn name_as_published(&self, element: Element<'_>) -> Option<Text> {
        let mut narratives = element.all("narrative").peekable();
        let own = narratives.peek().is_none().then_some(element);
        let form = |one: Element<'_>| {
            let text = collapsed(&one.text());
            let text = personal::without_addresses(&text).unwrap_or(text);
            if text.is_empty() || personal::is_nothing_else(&text) {
                return None;
            }
            let tag = one.get("xml:lang").or_else(|| element.get("xml:lang"));
            let language = tag.map_or(self.language, |tag| tag.parse().unwrap_or(Language::UND));
            Some((language, text))
        };
        Text::of(own.into_iter().chain(narratives).filter_map(form))
    }

    /// Reads the text of an element: its narratives, or its own text as in IATI 1.x.
    pub(super) fn text(&mut self, element: Element<'_>) -> Option<Text> {
        self.texts([element].into_iter())
    }

    /// Reads the texts of several elements as one text, since IATI 1.x repeats an element for each language. Texts
    /// in the same language become paragraphs.
    pub(super) fn texts<'t>(
        &mut self,
        elements: impl Iterator<Item = Element<'t>>,
    ) -> Option<Text> {
        let mut forms: Vec<(Language, String)> = Vec::new();
        for (language, form) in self.forms(elements) {
            match forms.iter_mut().find(|(other, _)| *other == language) {
                None => forms.push((language, form)),
                Some((_, same)) if *same == form => {}
                Some((_, first)) => {
                    first.push_str(PARAGRAPH);
                    first.push_str(&form);
                }
            }
        }
        Text::of(forms)
    }

    /// Reads the names of elements. Returns the first of each language, and all others separately.
    pub(super) fn names<'t>(
        &mut self,
        elements: impl Iterator<Item = Element<'t>>,
    ) -> (Option<Text>, Vec<(Language, String)>) {
        let (mut names, mut more) = (Vec::new(), Vec::new());
        for (language, form) in self.forms(elements) {
            // A redacted address names no organisation.
            if personal::is_nothing_else(&form) {
                continue;
            }
            let is_new = names.iter().all(|(other, _)| *other != language);
            if is_new { &mut names } else { &mut more }.push((language, form));
        }
        (Text::of(names), more)
    }

    fn forms<'t>(
        &mut self,
        elements: impl Iterator<Item = Element<'t>>,
    ) -> Vec<(Language, String)> {
        let mut forms = Vec::new();
        for element in elements {
            let mut narratives = element.all("narrative").peekable();
            if narratives.peek().is_none() {
                forms.extend(self.form(element, element));
            }
            for narrative in narratives {
                forms.extend(self.form(narrative, element));
            }
        }
        forms
    }

    fn form(&mut self, element: Element<'_>, within: Element<'_>) -> Option<(Language, String)> {
        let text = element.text();
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let tag = element.get("xml:lang").or_else(|| within.get("xml:lang"));
        let language = match tag.map(|tag| (tag, tag.parse())) {
            None => self.language,
            Some((_, Ok(language))) => language,
            Some((tag, Err(_))) => {
                self.odd_language(element, tag);
                Language::UND
            }
        };
        // The tree has no address within a piece, but child elements may have split one.
        let Some(text) = personal::without_addresses(text) else {
            return Some((language, text.to_owned()));
        };
        self.address_left_out(element);
        Some((language, text))
    }

    fn odd_language(&mut self, element: Element<'_>, tag: &str) {
        let message = "not a language tag; the language of the texts is unknown";
        self.warn(ProblemCode::OddCode, element, "@xml:lang", Some(tag), message);
    }

    fn address_left_out(&mut self, element: Element<'_>) {
        let message = "an e-mail address was left out";
        self.warn(ProblemCode::AddressLeftOut, element, element.name(), None, message);
    }

    /// Returns the code that an element stands for, and reports words that are not on its list. A `@code` has been
    /// normalised before.
    pub(super) fn coded<'t>(
        &mut self,
        element: Element<'t>,
        list: Codelist,
    ) -> Option<Cow<'t, str>> {
        let code = stands_for(element, list)?;
        if element.get("code").is_none() && !list.has(&code) {
            let message = &format!("not on the list {list}; kept as published");
            self.warn_once(ProblemCode::OddCode, element, element.name(), &code, message);
        }
        Some(code)
    }

    /// Returns the code that the first child element of a name stands for.
    pub(super) fn code(
        &mut self,
        element: Element<'_>,
        name: &str,
        list: Codelist,
    ) -> Option<String> {
        self.coded(element.first(name)?, list).map(Cow::into_owned)
    }

    /// Returns the `@code` of an element that is useless without one, and reports a missing code with the element's
    /// words.
    pub(super) fn required_code(&mut self, element: Element<'_>) -> Option<String> {
        let code = element.owned("code");
        if code.is_none() {
            let words = words(element);
            let message = "the element has no code and is left out";
            self.warn(ProblemCode::NoCode, element, element.name(), words.as_deref(), message);
        }
        code
    }

    /// Reads the text of the first child element of a name.
    pub(super) fn first_text(&mut self, element: Element<'_>, name: &str) -> Option<Text> {
        element.first(name).and_then(|first| self.text(first))
    }

    /// Reads a date from `@iso-date` or the text of an element.
    pub(super) fn date(&mut self, element: Element<'_>) -> Option<PartialDate> {
        let text = element.text();
        let text = element.get("iso-date").unwrap_or_else(|| text.trim());
        if text.is_empty() {
            return None;
        }
        let date = parsing::date(text);
        if date.is_none() {
            let message = "not a readable date";
            self.warn(ProblemCode::UnreadableDate, element, element.name(), Some(text), message);
        }
        date
    }

    /// Reads the date of the first child element of a name.
    pub(super) fn first_date(&mut self, element: Element<'_>, name: &str) -> Option<PartialDate> {
        element.first(name).and_then(|first| self.date(first))
    }

    /// Reads a period from `period-start` and `period-end`.
    pub(super) fn period(&mut self, element: Element<'_>) -> Period {
        let period = Period {
            start: self.first_date(element, "period-start"),
            end: self.first_date(element, "period-end"),
        };
        self.is_in_order(element, element.name(), period);
        period
    }

    /// Reports a period that ends before it begins; the period stays as published.
    pub(super) fn is_in_order(&mut self, element: Element<'_>, field: &str, period: Period) {
        if period.is_reversed()
            && let (Some(start), Some(end)) = (period.start, period.end)
        {
            let value = format!("{start} to {end}");
            let message = "the period ends before it begins; kept as published";
            self.warn(ProblemCode::ReversedPeriod, element, field, Some(&value), message);
        }
    }

    /// Reads `@percentage`, a share in per cent.
    pub(super) fn percentage(&mut self, element: Element<'_>) -> Option<Decimal> {
        let text = element.get("percentage")?;
        let Some(share) = parsing::share(text) else {
            let message = "not a readable number";
            self.warn(ProblemCode::UnreadableNumber, element, "@percentage", Some(text), message);
            return None;
        };
        if text.contains(',') {
            let message = &format!("the share with a comma is read as {share}");
            self.warn(ProblemCode::AmountWithComma, element, "@percentage", Some(text), message);
        }
        if share > Decimal::ONE_HUNDRED {
            let message = "the share exceeds 100 per cent";
            self.warn(ProblemCode::SharesAbove100, element, "@percentage", Some(text), message);
        } else if share < Decimal::ZERO {
            let message = "a share must not be negative";
            self.warn(ProblemCode::OutOfRange, element, "@percentage", Some(text), message);
        }
        Some(share)
    }

    /// Reads a boolean attribute.
    pub(super) fn flag(&mut self, element: Element<'_>, attribute: &str) -> Option<bool> {
        let text = element.get(attribute)?;
        let flag = parsing::flag(text);
        if flag.is_none() {
            let message = "not a boolean: expected 1, true, 0 or false";
            self.warn(ProblemCode::UnreadableFlag, element, attribute, Some(text), message);
        }
        flag
    }

    /// Reads the first `value` of an element as money; `None` if there is none. `day` is the valuation date if the
    /// value names none.
    pub(super) fn money(
        &mut self,
        element: Element<'_>,
        day: Option<PartialDate>,
    ) -> Option<Money> {
        let mut values = element.all("value");
        let value = values.next()?;
        if values.next().is_some() {
            let message = "several values; the first one is used";
            self.warn(ProblemCode::SeveralValues, element, "value", None, message);
        }
        let named = value.get("value-date");
        let date = named.and_then(parsing::date);
        if let (Some(text), None) = (named, date) {
            let message = "not a readable date";
            self.warn(ProblemCode::UnreadableDate, value, "value/@value-date", Some(text), message);
        }
        let date = date.or(day);
        let text = value.text();
        let Some(number) = parsing::number(&text) else {
            let shown = Some(text.trim()).filter(|text| !text.is_empty());
            let message = "no readable amount; the amount counts as not stated";
            self.warn(ProblemCode::UnreadableAmount, value, "value", shown, message);
            return Some(Money::absent(Absence::NotStated, date));
        };
        let (currency, currency_words) = self.currency_of(value);
        if text.contains(',') {
            let message = &format!("the amount with a comma is read as {number}");
            self.warn(ProblemCode::AmountWithComma, value, "value", Some(text.trim()), message);
        }
        let money = Money::stated(number, currency, Qualifier::Exact, date);
        Some(Money { currency_words, ..money })
    }

    /// Returns the currency of a value: its own, otherwise the activity's default, otherwise `XXX`. The text of an
    /// invalid currency comes with it.
    fn currency_of(&mut self, value: Element<'_>) -> (Currency, Option<CurrencyWords>) {
        let named = value.get("currency");
        if let Some(currency) = named.map_or(self.currency, parsing::currency) {
            return (currency, None);
        }
        let message = "no readable currency; the amount is stored as XXX (no currency)";
        self.warn(ProblemCode::NoCurrency, value, "value/@currency", named, message);
        (Currency::NONE, named.map_or(self.currency_words, CurrencyWords::new))
    }

    /// Reports a missing date: an amount without one belongs to no year. An unreadable date has been reported
    /// before.
    pub(super) fn needs_day(
        &mut self,
        element: Element<'_>,
        field: &str,
        day: Option<PartialDate>,
    ) {
        let (parent, child) = field.split_once('/').unwrap_or((field, field));
        let is_stated = element
            .first(child)
            .is_some_and(|date| date.get("iso-date").is_some() || !date.text().trim().is_empty());
        if day.is_none() && !is_stated {
            let message = &format!("the {parent} has no date; its amount belongs to no year");
            self.warn(ProblemCode::NoDate, element, field, None, message);
        }
    }

    /// Reads the aid types from the elements of a name.
    pub(super) fn aid_types(&mut self, element: Element<'_>, name: &str) -> Vec<AidType> {
        let mut types = Vec::new();
        for one in element.all(name) {
            let vocabulary = one.owned("vocabulary");
            let code = if vocabulary.as_deref().is_none_or(|list| list == "1") {
                self.coded(one, Codelist::AidType).map(Cow::into_owned)
            } else {
                one.owned("code").or_else(|| one.owned("ref")).or_else(|| words(one))
            };
            types.extend(code.map(|code| AidType { vocabulary, code }));
        }
        types
    }
}
