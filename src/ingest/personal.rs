//! Finds what is about persons and has no place in the data: e-mail addresses and telephone numbers.

/// Fewest digits of a telephone number after `+` or `00`.
const INTERNATIONAL: usize = 8;

/// Fewest digits of a telephone number after a word that announces one.
const NATIONAL: usize = 6;

/// Most digits of any telephone number. Source: ITU-T E.164.
const MOST: usize = 15;

/// The words that announce a telephone number.
const WORDS: [&str; 8] = ["tel", "tél", "phone", "telephone", "téléphone", "mobile", "gsm", "fax"];

/// What stands where an address was.
const LEFT_OUT: &str = "[e-mail address left out]";

/// Whether a text holds an e-mail address or a telephone number.
pub(super) fn is_in(text: &str) -> bool {
    holds_email(text) || holds_phone(text)
}

/// Whether an e-mail address is in a text: a character of a name, `@`, and a host with a dot.
fn holds_email(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let before = text.get(..at).and_then(|who| who.chars().next_back());
        let named = before.is_some_and(|c| c.is_alphanumeric() || "._%+-".contains(c));
        let after = text.get(at + 1..).unwrap_or_default();
        let is_host = |c: char| c.is_alphanumeric() || ".-".contains(c);
        let host = after.split(|c| !is_host(c)).next().unwrap_or_default();
        let dotted = host
            .split_once('.')
            .is_some_and(|(name, end)| !name.is_empty() && end.starts_with(char::is_alphanumeric));
        named && dotted
    })
}

/// A text without its e-mail addresses; `None` when it holds none.
pub(super) fn without_addresses(text: &str) -> Option<String> {
    if !text.contains('@') || !holds_email(text) {
        return None;
    }
    let is_space = char::is_whitespace;
    let word = |word: &str| if holds_email(word) { LEFT_OUT.to_owned() } else { word.to_owned() };
    let words = text.split_inclusive(is_space).map(|with_space| {
        let bare = with_space.trim_end_matches(is_space);
        word(bare) + with_space.get(bare.len()..).unwrap_or_default()
    });
    Some(words.collect())
}

fn holds_phone(text: &str) -> bool {
    let is_url = text.starts_with("http://") || text.starts_with("https://");
    !is_url && (international(text) || announced(text))
}

/// `+352 247 82478`, `00352-247-82478`
fn international(text: &str) -> bool {
    text.char_indices().any(|(at, c)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let rest = text.get(at..).unwrap_or_default();
        let starts_word = before.is_none_or(|c| !c.is_alphanumeric() && !"-/.,".contains(c));
        let number = match c {
            '+' => rest.strip_prefix('+'),
            '0' => rest.strip_prefix("00"),
            _ => None,
        };
        starts_word && number.is_some_and(|n| digits(n) >= INTERNATIONAL)
    })
}

/// `Tel. 247 82478`
fn announced(text: &str) -> bool {
    let lower = text.to_lowercase();
    WORDS.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let before = lower.get(..at).and_then(|t| t.chars().next_back());
            let after = lower.get(at + word.len()..).unwrap_or_default();
            let number =
                after.trim_start_matches(|c: char| c.is_whitespace() || ".:n°".contains(c));
            before.is_none_or(|c| !c.is_alphanumeric()) && digits(number) >= NATIONAL
        })
    })
}

/// How many digits a text begins with, in groups or not; 0 where they are too many for a telephone, or belong to
/// a longer word such as a digest.
fn digits(text: &str) -> usize {
    let (mut count, mut after_last) = (0, 0);
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() {
            count += 1;
            after_last = at + 1;
        } else if !" -./()\u{a0}\u{202f}".contains(c) {
            break;
        }
    }
    let next = text.get(after_last..).and_then(|rest| rest.chars().next());
    if count > MOST || next.is_some_and(char::is_alphabetic) { 0 } else { count }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_found() {
        for text in [
            "someone@example.org",
            "write to <a.b@example.co.uk>.",
            "someone@example.org2",
            "mailto:someone@example.org",
            "+352 247 82478",
            "call 00352-247-82478",
            "Tel. 247 82 478",
            "Téléphone : 24 78 24 78",
        ] {
            assert!(is_in(text), "{text}");
        }
    }

    #[test]
    fn addresses_are_left_out_and_the_rest_stays() {
        let text = "Write to someone@example.org,\nor see https://example.org/@x.";
        let left = without_addresses(text).unwrap();
        assert_eq!(left, "Write to [e-mail address left out]\nor see https://example.org/@x.");
        assert_eq!(without_addresses("10 @ 5.50"), None);
    }

    #[test]
    fn figures_codes_and_pages_are_no_persons() {
        for text in [
            "line 7; bytes 1579-1595",
            "36 077 635 000 francs",
            "2015-03-05",
            "https://example.org/@someone/00352247824780",
            "hotel 12 in 2015-2019",
            "0.702804",
            "a rise of +12.5 per cent to 2015",
            "1e2aa6e888e8ec7abd613d826dd5b9789017988412c6d34ba8c20c2ab803af2e",
            "@ministry",
            "10 @ 5.50",
        ] {
            assert!(!is_in(text), "{text}");
        }
    }
}
