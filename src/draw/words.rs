//! Words and number formats of drawings in English and French; callers may give others.

/// Words of legends and formats of tick labels.
#[derive(Clone, Debug)]
pub struct Words {
    /// Language tag of the drawing, such as `en`.
    pub language: &'static str,
    /// Decimal mark.
    pub decimal: &'static str,
    /// Mark between thousands.
    pub thousands: &'static str,
    /// Suffixes of thousands, millions and billions, with their space.
    pub suffixes: [&'static str; 3],
    /// Legend of a solid mark.
    pub stated: &'static str,
    /// Legend of a torn end.
    pub at_least: &'static str,
    /// Legend of a mark open at its foot.
    pub at_most: &'static str,
    /// Legend of a dotted outline.
    pub about: &'static str,
    /// Legend of a whisker.
    pub rivals: &'static str,
    /// Legend of a hatched mark: items without a published total.
    pub items_only: &'static str,
    /// Legend of an empty ring.
    pub not_stated: &'static str,
    /// Legend of the part of a bar within the period of a date that is only known by year or month.
    pub imprecise: &'static str,
    /// Legend of a hatched end of a bar of time.
    pub extension: &'static str,
    /// Legend of a bar without a stated start or end.
    pub open_end: &'static str,
    /// Legend of an arrow at the end of a bar of time.
    pub ongoing: &'static str,
    /// Legend of the dot of an agreement.
    pub agreement: &'static str,
    /// Legend of the dot of a meeting.
    pub meeting: &'static str,
    /// Legend of people that served.
    pub served: &'static str,
    /// Legend of people that were announced.
    pub announced: &'static str,
    /// Legend of a ceiling of people.
    pub ceiling: &'static str,
    /// Legend of people of unknown stage.
    pub unclear: &'static str,
    /// Coverage: a total is published.
    pub published: &'static str,
    /// Coverage: nothing exists.
    pub nothing: &'static str,
    /// Coverage: not looked for.
    pub not_looked_for: &'static str,
    /// Label of folded streams or bars; `{}` is their number.
    pub others: &'static str,
    /// Sentence of a drawing without data.
    pub empty: &'static str,
}

/// English words.
pub static ENGLISH: Words = Words {
    language: "en",
    decimal: ".",
    thousands: ",",
    suffixes: ["k", "M", "bn"],
    stated: "stated",
    at_least: "at least",
    at_most: "at most",
    about: "about",
    rivals: "rival figures",
    items_only: "items only, no published total",
    not_stated: "not stated",
    imprecise: "day not known",
    extension: "extension",
    open_end: "start or end not stated",
    ongoing: "ongoing",
    agreement: "agreement",
    meeting: "meeting",
    served: "served",
    announced: "announced",
    ceiling: "ceiling",
    unclear: "stage not stated",
    published: "published total",
    nothing: "none",
    not_looked_for: "not looked for",
    others: "others ({})",
    empty: "No data for this choice.",
};

/// French words.
pub static FRENCH: Words = Words {
    language: "fr",
    decimal: ",",
    thousands: "\u{202f}",
    suffixes: ["\u{a0}k", "\u{a0}M", "\u{a0}Md"],
    stated: "publié",
    at_least: "au moins",
    at_most: "au plus",
    about: "environ",
    rivals: "chiffres divergents",
    items_only: "éléments seuls, sans total publié",
    not_stated: "non indiqué",
    imprecise: "jour inconnu",
    extension: "prolongation",
    open_end: "début ou fin non indiqués",
    ongoing: "en cours",
    agreement: "accord",
    meeting: "rencontre",
    served: "déployés",
    announced: "annoncés",
    ceiling: "plafond",
    unclear: "stade non indiqué",
    published: "total publié",
    nothing: "aucun",
    not_looked_for: "non recherché",
    others: "autres ({})",
    empty: "Aucune donnée pour ce choix.",
};

impl Words {
    /// Returns a short form of a round number for a tick, such as `2.5M`.
    pub fn tick(&self, value: f64) -> String {
        let size = value.abs();
        let [thousand, million, billion] = self.suffixes;
        let (unit, suffix) = if size >= 1e9 {
            (1e9, billion)
        } else if size >= 1e6 {
            (1e6, million)
        } else if size >= 1e4 {
            (1e3, thousand)
        } else {
            (1.0, "")
        };
        format!("{}{suffix}", self.plain(value / unit))
    }

    /// Returns a number with at most two decimals and marks between thousands.
    fn plain(&self, value: f64) -> String {
        let text = format!("{value:.2}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        self.exact(if text == "-0" { "0" } else { text })
    }

    /// Returns a decimal number, written with a point, with the marks of the language.
    pub fn exact(&self, number: &str) -> String {
        let (sign, number) = match number.strip_prefix('-') {
            Some(number) => ("−", number),
            None => ("", number),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let mut out = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                out.push_str(self.thousands);
            }
            out.push(digit);
        }
        if !part.is_empty() {
            out.push_str(self.decimal);
            out.push_str(part);
        }
        out
    }

    /// Returns the label of folded items.
    pub fn others(&self, number: usize) -> String {
        self.others.replace("{}", &number.to_string())
    }
}
