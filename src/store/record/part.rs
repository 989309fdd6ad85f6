//! Frozen structs shared by many nouns: texts, periods, money and provenance.

use serde::{Deserialize, Serialize};

use super::frozen::{Frozen, Invalid, frozen};
use crate::model::beneficiary::Beneficiary;
use crate::model::currency::CurrencyWords;
use crate::model::date::Period;
use crate::model::money::{Amount, Money};
use crate::model::origin::{Citation, Origin, Provenance};
use crate::model::text::{Language, Text};

/// A text in its languages, in stored order. The language of a translation by the editors ends in [`TRANSLATED`].
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct TextV1 {
    forms: Vec<(String, String)>,
}

/// Mark behind the language of a translation.
const TRANSLATED: char = '*';

impl Frozen<Text> for TextV1 {
    fn freeze(model: &Text) -> Self {
        let form = |(language, text): (Language, &str)| {
            let mut tag = language.to_string();
            if model.is_translated(language) {
                tag.push(TRANSLATED);
            }
            (tag, text.to_owned())
        };
        Self { forms: model.forms().map(form).collect() }
    }

    fn thaw(self) -> Result<Text, Invalid> {
        let mut forms = Vec::with_capacity(self.forms.len());
        let mut translated = Vec::new();
        for (tag, text) in self.forms {
            let language: Language = tag.trim_end_matches(TRANSLATED).to_owned().thaw()?;
            if tag.ends_with(TRANSLATED) {
                translated.push(language);
            }
            forms.push((language, text));
        }
        let text = Text::of(forms).ok_or_else(|| Invalid::new("text without a language"))?;
        Ok(translated.into_iter().fold(text, Text::with_translated))
    }
}

/// Money: a number with qualifier and currency, or an absence.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct MoneyV1 {
    value: Option<String>,
    qualifier: Option<String>,
    currency: Option<String>,
    absence: Option<String>,
    value_date: Option<String>,
}

/// Separator between a currency and the text of the source that names none.
const WORDS: char = ' ';

impl Frozen<Money> for MoneyV1 {
    fn freeze(model: &Money) -> Self {
        Self {
            value: Frozen::freeze(&model.value()),
            qualifier: Frozen::freeze(&model.qualifier()),
            currency: model.currency().map(|currency| match &model.currency_words {
                Some(words) => format!("{currency}{WORDS}{}", words.as_str()),
                None => currency.to_string(),
            }),
            absence: Frozen::freeze(&model.absence()),
            value_date: Frozen::freeze(&model.value_date),
        }
    }

    fn thaw(self) -> Result<Money, Invalid> {
        let mut currency_words = None;
        let amount = match (self.value, self.qualifier, self.currency, self.absence) {
            (Some(value), Some(qualifier), Some(text), None) => {
                let (currency, words) = text.split_once(WORDS).unwrap_or((&text, ""));
                currency_words = CurrencyWords::new(words);
                Amount::Stated {
                    value: value.thaw()?,
                    qualifier: qualifier.thaw()?,
                    currency: currency.to_owned().thaw()?,
                }
            }
            (None, None, None, Some(absence)) => Amount::Absent(absence.thaw()?),
            _ => return Err(Invalid::new("money is neither a number nor an absence")),
        };
        Ok(Money { amount, value_date: self.value_date.thaw()?, currency_words })
    }
}

frozen! {
    PeriodV1 = Period {
        start: Option<String>,
        end: Option<String>,
    }

    /// A line of an imported file.
    OriginV1 = Origin {
        file: String,
        line: u32,
    }

    /// A statement of one publication.
    CitationV1 = Citation {
        source: String,
        field: Option<String>,
        as_published: Option<String>,
        normalised: Option<String>,
        locator: Option<String>,
        note: Option<String>,
        assertion: String,
        origin: OriginV1,
    }

    ProvenanceV1 = Provenance {
        origin: OriginV1,
        assertion: String,
        citations: Vec<CitationV1>,
    }

    /// Agency that a record supports.
    BeneficiaryV1 = Beneficiary {
        agency: String,
        provenance: ProvenanceV1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::money::{Absence, Currency, Qualifier};

    #[test]
    fn money_round_trips() {
        let date = "2015-03".parse().ok();
        for money in [
            Money::stated(
                "36077635000.50".parse().unwrap(),
                Currency::EUR,
                Qualifier::AtLeast,
                date,
            ),
            Money::absent(Absence::Zero, None),
            Money {
                currency_words: CurrencyWords::new("US $"),
                ..Money::stated(1.into(), Currency::NONE, Qualifier::Exact, date)
            },
        ] {
            assert_eq!(MoneyV1::freeze(&money).thaw(), Ok(money));
        }
    }

    #[test]
    fn incomplete_amounts_are_rejected() {
        let mut frozen = MoneyV1::freeze(&Money::absent(Absence::Zero, None));
        frozen.value = Some("1".into());
        assert!(frozen.thaw().is_err());
    }
}
