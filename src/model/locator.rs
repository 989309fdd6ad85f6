//! Locators: positions in a publication, and the order of its text.

use std::cmp::Ordering;

/// Locator of words in the title, before all others.
const TITLE: &str = "title";

/// Piece of a locator: a run of digits, or the text between two of them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// Number of digits without leading zeros, and the digits: longer numbers are larger.
    Number(usize, String),
    /// Text in lower case.
    Text(String),
}

/// Compares two locators in the order of the text: `line 7` before `line 11`, the title first, no locator last.
///
/// Numbers compare as numbers and everything else as text, ignoring case. `line 7` comes before `line 7; bytes 3-9`.
pub fn compare(a: Option<&str>, b: Option<&str>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => key(a).cmp(&key(b)),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// Returns the sort key: false for a title, and the pieces.
fn key(locator: &str) -> (bool, Vec<Piece>) {
    let lower = locator.to_lowercase();
    let is_title = lower.trim_start().starts_with(TITLE);
    (!is_title, pieces(&lower))
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        let (piece, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        pieces.push(if is_digit { number(piece) } else { Piece::Text(piece.to_owned()) });
        rest = tail;
    }
    pieces
}

fn number(digits: &str) -> Piece {
    let digits = digits.trim_start_matches('0');
    Piece::Number(digits.len(), digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_as_numbers() {
        for (first, second) in [
            ("line 7; bytes 957-972", "line 7; bytes 1479-1499"),
            ("line 7; bytes 1479-1499", "line 11; bytes 12-13"),
            ("p. 9", "p. 12"),
            ("p. 09", "p. 10"),
            ("§ 2", "§ 10"),
            ("table 4", "Table 12, row 3"),
            ("paragraph 3", "paragraph 3, figure 1"),
            ("99999999999999999999999", "100000000000000000000000"),
        ] {
            assert_eq!(compare(Some(first), Some(second)), Ordering::Less, "{first} < {second}");
            assert_eq!(compare(Some(second), Some(first)), Ordering::Greater);
        }
        assert_eq!(compare(Some("P. 9"), Some("p. 009")), Ordering::Equal);
    }

    #[test]
    fn the_title_comes_first_and_no_locator_last() {
        let mut all = [None, Some("line 1"), Some("title"), Some("code AE")];
        all.sort_by(|a, b| compare(*a, *b));
        assert_eq!(all, [Some("title"), Some("code AE"), Some("line 1"), None]);
    }
}
