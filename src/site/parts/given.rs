//! Parameters of an address as a filter: years, countries and codes. What cannot be read is left out, and said.

use maud::{Markup, html};

use crate::model::code::Code;
use crate::model::country::CountryCode;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::words::{home, sentence};

/// Currencies to choose from.
pub(in crate::site) const CURRENCIES: [&str; 3] = ["EUR", "USD", "XOF"];

/// Years that a filter may name, both inclusive.
const YEARS: std::ops::RangeInclusive<u16> = 1900..=2100;

/// Parameters as they are read.
#[derive(Debug)]
pub(in crate::site) struct Given<'a> {
    address: &'a Address,
    /// Names and values that are left out.
    ignored: Vec<(&'static str, String)>,
}

impl<'a> Given<'a> {
    /// Begins to read the parameters of an address.
    pub(in crate::site) fn of(address: &'a Address) -> Self {
        Self { address, ignored: Vec::new() }
    }

    /// Returns a text as given.
    pub(in crate::site) fn text(&self, name: &str) -> Option<&'a str> {
        self.address.parameter(name)
    }

    /// Returns the values of a list: parted by commas, or given several times; each once, at most `limit`.
    pub(in crate::site) fn list(&mut self, name: &'static str, limit: usize) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        let all = self.address.parameters().filter(|(given, _)| *given == name);
        for value in all.flat_map(|(_, text)| text.split(',')).map(str::trim) {
            if value.is_empty() || values.iter().any(|known| known == value) {
                continue;
            }
            if values.len() < limit {
                values.push(value.to_owned());
            } else {
                self.ignored.push((name, value.to_owned()));
            }
        }
        values
    }

    /// Returns the codes of countries, in capitals.
    pub(in crate::site) fn countries(&mut self, name: &'static str, limit: usize) -> Vec<String> {
        let mut codes = Vec::new();
        for text in self.list(name, limit) {
            let code = text.to_uppercase();
            if code.parse::<CountryCode>().is_err() {
                self.ignored.push((name, text));
            } else if !codes.contains(&code) {
                codes.push(code);
            }
        }
        codes
    }

    /// Returns the value of a closed list, in any case.
    pub(in crate::site) fn code<T: Code>(&mut self, name: &'static str) -> Option<T> {
        let text = self.text(name)?;
        let code = T::parse(&text.to_uppercase().replace('-', "_")).ok();
        if code.is_none() {
            self.ignored.push((name, text.to_owned()));
        }
        code
    }

    /// Returns the value of a few words in capitals, in any case.
    pub(in crate::site) fn one_of(
        &mut self,
        name: &'static str,
        words: &[&'static str],
    ) -> Option<&'static str> {
        let text = self.text(name)?;
        let found = words.iter().copied().find(|word| word.eq_ignore_ascii_case(text));
        if found.is_none() {
            self.ignored.push((name, text.to_owned()));
        }
        found
    }

    /// Returns the years `from` and `to`, in their order.
    pub(in crate::site) fn years(&mut self) -> Years {
        let (from, to) = (self.year("from"), self.year("to"));
        match (from, to) {
            (Some(from), Some(to)) if from > to => Years { from: Some(to), to: Some(from) },
            _ => Years { from, to },
        }
    }

    fn year(&mut self, name: &'static str) -> Option<u16> {
        let text = self.text(name)?;
        let year = text.parse().ok().filter(|year| YEARS.contains(year));
        if year.is_none() {
            self.ignored.push((name, text.to_owned()));
        }
        year
    }

    /// Says what is left out; `None` if everything could be read.
    pub(in crate::site) fn notice(self, language: Language) -> Option<Markup> {
        (!self.ignored.is_empty()).then(|| {
            html! {
                p class="notice" role="status" {
                    @for (name, value) in &self.ignored {
                        (sentence::ignored(language, name, value)) " "
                    }
                }
            }
        })
    }
}

/// First and last year of a filter, both inclusive; `None` for an open end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::site) struct Years {
    pub(in crate::site) from: Option<u16>,
    pub(in crate::site) to: Option<u16>,
}

impl Years {
    /// Lists the years, for a filter; `None` if neither end is given. An open end is that of all years that a filter may name.
    pub(in crate::site) fn list(self) -> Option<Vec<u16>> {
        if self == Self::default() {
            return None;
        }
        let (from, to) = (self.from.unwrap_or(*YEARS.start()), self.to.unwrap_or(*YEARS.end()));
        Some((from..=to).collect())
    }

    /// Returns true if a year is chosen.
    pub(in crate::site) fn holds(self, year: u16) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }

    /// Fields of a form.
    pub(in crate::site) fn fields(self, language: Language) -> Markup {
        html! {
            span class="years" {
                (field("from", self.from, home::FROM.to(language), home::FROM_SHORT.to(language)))
                "–"
                (field("to", self.to, home::TO.to(language), home::TO_SHORT.to(language)))
            }
        }
    }
}

fn field(name: &str, year: Option<u16>, label: &str, short: &str) -> Markup {
    html! {
        input type="number" name=(name) min=(YEARS.start()) max=(YEARS.end()) aria-label=(label)
            placeholder=(short) value=[year.map(|year| year.to_string())];
    }
}

/// Writes the values of a list as one parameter.
pub(in crate::site) fn joined<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mission::MissionKind;

    fn address(parameters: &[(&str, &str)]) -> Address {
        let own = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Address::new("/x", own.collect(), Language::En)
    }

    #[test]
    fn invalid_parameters_are_ignored_and_reported() {
        let address = address(&[
            ("country", "ml,zzz"),
            ("country", "NE,ml"),
            ("kind", "csdp-civilian"),
            ("from", "2020"),
            ("to", "soon"),
        ]);
        let mut given = Given::of(&address);
        assert_eq!(given.countries("country", 9), ["ML", "NE"]);
        assert_eq!(given.code("kind"), Some(MissionKind::CsdpCivilian));
        assert_eq!(given.years(), Years { from: Some(2020), to: None });
        let notice = given.notice(Language::En).unwrap().into_string();
        assert!(notice.contains("zzz") && notice.contains("soon"), "{notice}");
    }

    #[test]
    fn years_are_in_their_order_and_within_bounds() {
        let address = address(&[("from", "2025"), ("to", "2023")]);
        let years = Given::of(&address).years();
        assert_eq!(years.list(), Some(vec![2023, 2024, 2025]));
        assert!(years.holds(2024) && !years.holds(2022));
        assert_eq!(Years::default().list(), None);
    }
}
