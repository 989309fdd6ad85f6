//! GraphQL documents of the pages: the document of a page, completed by the fragments that it uses.

/// Fragments that several documents share.
const FRAGMENTS: &str = include_str!("queries/fragments.graphql");

/// Appends the shared fragments that a document uses, directly or through another fragment, in the order of their file.
pub(super) fn complete(document: &str) -> String {
    let shared = fragments();
    let mut used = vec![false; shared.len()];
    let mut texts = vec![document];
    while let Some(text) = texts.pop() {
        for ((name, fragment), is_used) in shared.iter().zip(&mut used) {
            if !*is_used && spreads(text).any(|spread| spread == *name) {
                *is_used = true;
                texts.push(fragment);
            }
        }
    }
    let chosen = shared.iter().zip(used).filter(|(_, is_used)| *is_used);
    let chosen = chosen.map(|((_, fragment), _)| fragment.trim_end());
    std::iter::once(document.trim_end()).chain(chosen).collect::<Vec<_>>().join("\n\n") + "\n"
}

/// Returns the shared fragments by name. Each begins at the start of a line.
fn fragments() -> Vec<(&'static str, &'static str)> {
    let starts = FRAGMENTS.match_indices("fragment ").map(|(at, _)| at);
    let starts: Vec<usize> = starts.filter(|at| is_line_start(*at)).collect();
    let ends = starts.iter().skip(1).copied().chain([FRAGMENTS.len()]);
    let texts = starts.iter().zip(ends).filter_map(|(start, end)| FRAGMENTS.get(*start..end));
    texts.filter_map(|text| Some((text.split_whitespace().nth(1)?, text))).collect()
}

fn is_line_start(at: usize) -> bool {
    at == 0 || FRAGMENTS.as_bytes().get(at - 1) == Some(&b'\n')
}

/// Returns the names that a document spreads; `on` of an inline fragment is none.
fn spreads(text: &str) -> impl Iterator<Item = &str> {
    text.split("...").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_gets_the_fragments_that_it_needs_and_no_other() {
        let text = complete("query A { dataset { ...Edition } }");
        assert!(text.contains("fragment Edition on Dataset"), "{text}");
        assert!(!text.contains("fragment Evidence"), "{text}");
        assert_eq!(complete("{ a { ... on B { c } } }"), "{ a { ... on B { c } } }\n");
    }
}
