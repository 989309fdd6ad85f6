//! *Did you mean?*: finds the known word nearest to an unknown one.

use crate::model::text::fold;

/// Returns the nearest known word if it is close enough: equal but for case and accents, or at an edit distance of at most a
/// third of its letters. Of equally near ones, returns the first.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = fold(word);
    let limit = (word.chars().count() / 3).max(usize::from(word.chars().count() > 2));
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let folded = fold(candidate);
        if folded.len().abs_diff(word.len()) > limit * 4 {
            continue;
        }
        let distance = strsim::osa_distance(&word, &folded);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns the help for an unknown word, naming the nearest known one, if any.
pub(super) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, known).map(|found| format!("did you mean `{found}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_similar_word_is_suggested() {
        let known = ["lu-luxdev", "lu-mfa", "lu-army"];
        assert_eq!(nearest("lu-luxdef", known), Some("lu-luxdev"));
        assert_eq!(nearest("LU-MFA", known), Some("lu-mfa"));
        assert_eq!(nearest("african-union", known), None);
        assert_eq!(nearest("ml", ["ME", "ML"]), Some("ML"));
        assert_eq!(nearest("", known), None);
    }
}
