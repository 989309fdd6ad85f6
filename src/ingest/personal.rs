//! Detection and removal of personal data: e-mail addresses and telephone numbers.

use std::ops::Range;

/// Minimum number of digits of a telephone number after `+` or `00`.
const INTERNATIONAL: usize = 8;

/// Minimum number of digits of a telephone number after an announcing word.
const NATIONAL: usize = 6;

/// Maximum number of digits of a telephone number. Source: ITU-T E.164.
const MOST: usize = 15;

/// Words that announce a telephone number.
const WORDS: [&str; 8] = ["tel", "tél", "phone", "telephone", "téléphone", "mobile", "gsm", "fax"];

/// Replacement for an address.
const LEFT_OUT: &str = "[e-mail address left out]";

/// Replacement for a value with a telephone number.
const NUMBER_LEFT_OUT: &str = "[telephone number left out]";

/// Returns true if a text contains an e-mail address or a telephone number.
pub(super) fn is_in(text: &str) -> bool {
    holds_email(text) || holds_phone(text)
}

/// Returns true if a text contains an e-mail address.
fn holds_email(text: &str) -> bool {
    address(text, 0).is_some()
}

/// Finds the first e-mail address from an offset on: a name, `@`, and a host with a dot and a letter. Either sign may be
/// spelled out, as in `name [at] host (dot) org`.
///
/// In scripts without spaces, text may touch an address: an address with Latin ends stops where the Latin letters do.
fn address(text: &str, from: usize) -> Option<Range<usize>> {
    let mut begin = from;
    loop {
        let sign = sign(text, begin)?;
        let (before, after) = (text.get(begin..sign.start)?, text.get(sign.end..)?);
        let start = sign.start - name(before);
        let end = sign.end + host(after).max(spelled_host(after));
        if start < sign.start && end > sign.end {
            return Some(start..end);
        }
        begin = sign.end;
    }
}

/// Finds the next `@`, or its spelled form, from an offset on, including white space around the spelled form.
fn sign(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.as_bytes().get(from..)?;
    memchr::memchr3_iter(b'@', b'[', b'(', rest).find_map(|at| {
        let at = from + at;
        let found = text.get(at..)?;
        if found.starts_with('@') {
            return Some(at..at + 1);
        }
        let after = spelled(found, "at")?;
        let before = text.get(from..at)?.trim_end();
        let white = after.len() - after.trim_start().len();
        Some(from + before.len()..text.len() - after.len() + white)
    })
}

/// Returns the rest of a text after a leading word in brackets.
fn spelled<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let inside = text.strip_prefix(['[', '('])?.trim_start();
    let is_it = inside.get(..word.len())?.eq_ignore_ascii_case(word);
    inside.get(word.len()..).filter(|_| is_it)?.trim_start().strip_prefix([']', ')'])
}

/// Returns the length of a leading host with spelled dots; 0 if there is none.
fn spelled_host(after: &str) -> usize {
    let is_label = |c: char| c == '-' || is_latin(c);
    let mut rest = after;
    loop {
        let left = rest.trim_start_matches(is_label);
        if left.len() == rest.len() {
            return 0;
        }
        let end = after.len() - left.len();
        match spelled(left.trim_start(), "dot") {
            Some(next) => rest = next.trim_start(),
            None => return if rest.len() == after.len() { 0 } else { end },
        }
    }
}

fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{250}'
}

/// Returns the length of the name at the end of a text.
fn name(before: &str) -> usize {
    let latin = before.chars().next_back().is_some_and(|c| !c.is_alphanumeric() || is_latin(c));
    let is_name =
        |c: char| "._%+-".contains(c) || if latin { is_latin(c) } else { c.is_alphanumeric() };
    before.len() - before.trim_end_matches(is_name).len()
}

/// Returns the length of the host at the beginning of a text; 0 if there is none.
fn host(after: &str) -> usize {
    let latin = after.chars().next().is_some_and(is_latin);
    let is_host =
        |c: char| ".-".contains(c) || if latin { is_latin(c) } else { c.is_alphanumeric() };
    let rest = after.trim_start_matches(is_host);
    let host = after.get(..after.len() - rest.len()).unwrap_or_default();
    let host = host.trim_end_matches(['.', '-']);
    let is_dotted = host
        .split_once('.')
        .is_some_and(|(name, end)| !name.is_empty() && end.starts_with(char::is_alphanumeric));
    if is_dotted && host.contains(char::is_alphabetic) { host.len() } else { 0 }
}

/// Removes e-mail addresses and keeps the text around them unchanged; `None` if there is none.
pub(super) fn without_addresses(text: &str) -> Option<String> {
    let mut found = address(text, 0)?;
    let mut left = String::with_capacity(text.len());
    let mut done = 0;
    loop {
        left.push_str(text.get(done..found.start).unwrap_or_default());
        left.push_str(LEFT_OUT);
        done = found.end;
        match address(text, done) {
            Some(next) => found = next,
            None => break,
        }
    }
    left.push_str(text.get(done..).unwrap_or_default());
    Some(left)
}

/// Returns true if an address was removed from a text, which then identifies nothing.
pub(super) fn is_left_out(text: &str) -> bool {
    text.contains(LEFT_OUT)
}

/// Returns true if a text consisted of an address only.
pub(super) fn is_nothing_else(text: &str) -> bool {
    text.trim() == LEFT_OUT
}

/// Redacts a short value for a ledger: addresses are removed, and values with a telephone number are replaced.
pub(super) fn without_persons(value: String) -> String {
    let value = without_addresses(&value).unwrap_or(value);
    if holds_phone(&value) { NUMBER_LEFT_OUT.to_owned() } else { value }
}

fn holds_phone(text: &str) -> bool {
    let is_url = text.starts_with("http://") || text.starts_with("https://");
    !is_url && (international(text) || announced(text))
}

/// Matches `+352 247 82478`, `00352-247-82478`.
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

/// Matches `Tel. 247 82478`.
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

/// Counts leading digits, grouped or not. Returns 0 if they are too many for a telephone number, or part of a longer
/// word such as a digest.
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
    fn addresses_are_redacted_and_the_rest_stays() {
        let text = "Write to someone@example.org,\nor see https://example.org/@x.";
        let left = without_addresses(text).unwrap();
        assert_eq!(left, "Write to [e-mail address left out],\nor see https://example.org/@x.");
        for (text, left) in [
            ("联系我们foo@bar.org获取更多", "联系我们[e-mail address left out]获取更多"),
            ("Amount,jane@x.org,keep", "Amount,[e-mail address left out],keep"),
            ("<a.b@x.co.uk>.", "<[e-mail address left out]>."),
            ("mailto:j@x.org?subject=1", "mailto:[e-mail address left out]?subject=1"),
            ("a@x.org;b@y.org", "[e-mail address left out];[e-mail address left out]"),
            ("пишите иван@почта.рф", "пишите [e-mail address left out]"),
            ("x@@y@z.org", "x@@[e-mail address left out]"),
            ("to john [at] x.org now", "to [e-mail address left out] now"),
            ("john.doe(AT)x (dot) co [dot] uk, please", "[e-mail address left out], please"),
        ] {
            assert_eq!(without_addresses(text).as_deref(), Some(left), "{text}");
        }
        assert_eq!(without_addresses("10@5.50"), None);
        assert_eq!(without_addresses("10 @ 5.50"), None);
        for text in
            ["children (at risk) in x.org", "look [at] this", "wells (at) 5.50", "[at] x.org"]
        {
            assert_eq!(without_addresses(text), None, "{text}");
        }
    }

    #[test]
    fn a_ledger_shows_neither_addresses_nor_numbers() {
        let shown = |text: &str| without_persons(text.to_owned());
        assert_eq!(shown("call me@x.org"), "call [e-mail address left out]");
        assert_eq!(shown("call +352 247 82478"), "[telephone number left out]");
        assert_eq!(shown("1.234.567,89"), "1.234.567,89");
        assert!(is_left_out(&shown("a@x.org")) && !is_left_out("X-1"));
    }

    #[test]
    fn figures_codes_and_urls_are_not_personal() {
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
