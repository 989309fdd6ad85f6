//! Mutated files: reading never panics, every ledger adds up, and accepted records are consistent.

use proptest::prelude::*;
use proptest::sample::Index;

use super::seed::Seed;

/// A mutation of a file.
#[derive(Clone, Debug)]
enum Mutation {
    Flip { at: Index, mask: u8 },
    Insert { at: Index, text: &'static str },
    SwapCells { a: Index, b: Index },
    RemoveLine { at: Index },
    DoubleLine { at: Index },
    Truncate { at: Index },
    CopyFrom { other: Index, from: Index, to: Index },
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let index = any::<Index>;
    let texts =
        ["\"", ",", ";", "\n", "\r\n", "\0", "-", "\u{feff}", "é", "a@b.org", "99999999999"];
    prop_oneof![
        (index(), 1..=u8::MAX).prop_map(|(at, mask)| Mutation::Flip { at, mask }),
        (index(), prop::sample::select(texts.to_vec()))
            .prop_map(|(at, text)| Mutation::Insert { at, text }),
        (index(), index()).prop_map(|(a, b)| Mutation::SwapCells { a, b }),
        index().prop_map(|at| Mutation::RemoveLine { at }),
        index().prop_map(|at| Mutation::DoubleLine { at }),
        index().prop_map(|at| Mutation::Truncate { at }),
        (index(), index(), index()).prop_map(|(other, from, to)| Mutation::CopyFrom {
            other,
            from,
            to
        }),
    ]
}

/// Byte ranges of the cells of a file; quotes are ignored.
fn cells(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(byte, b',' | b'\n') {
            found.push((start, at));
            start = at + 1;
        }
    }
    found.push((start, bytes.len()));
    found
}

fn replace(bytes: &mut Vec<u8>, (start, end): (usize, usize), with: &[u8]) {
    bytes.splice(start..end, with.iter().copied());
}

fn mutate(seed: &mut Seed, file: Index, mutation: &Mutation) {
    let names: Vec<String> = seed.files.keys().cloned().collect();
    let others: Vec<Vec<u8>> = seed.files.values().cloned().collect();
    let bytes = seed.files.get_mut(file.get(&names)).unwrap();
    let size = bytes.len();
    match mutation {
        Mutation::Flip { at, mask } if size > 0 => bytes[at.index(size)] ^= mask,
        Mutation::Flip { .. } => {}
        Mutation::Insert { at, text } => {
            let at = at.index(size + 1);
            replace(bytes, (at, at), text.as_bytes());
        }
        Mutation::SwapCells { a, b } => {
            let cells = cells(bytes);
            let (a, b) = (*a.get(&cells), *b.get(&cells));
            let (first, last) = (a.min(b), a.max(b));
            let (one, two) = (bytes[first.0..first.1].to_vec(), bytes[last.0..last.1].to_vec());
            if first != last {
                replace(bytes, last, &one);
                replace(bytes, first, &two);
            }
        }
        Mutation::RemoveLine { at } | Mutation::DoubleLine { at } => {
            let mut lines: Vec<Vec<u8>> =
                bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
            if lines.is_empty() {
                return;
            }
            let at = at.index(lines.len());
            let line = lines.remove(at);
            if matches!(mutation, Mutation::DoubleLine { .. }) {
                lines.insert(at, line.clone());
                lines.push(line);
            }
            *bytes = lines.concat();
        }
        Mutation::Truncate { at } => bytes.truncate(at.index(size + 1)),
        Mutation::CopyFrom { other, from, to } => {
            let other = other.get(&others);
            let (start, end) = *from.get(&cells(other));
            let to = *to.get(&cells(bytes));
            let text = other[start..end].to_vec();
            replace(bytes, to, &text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn accepted_records_of_mutated_files_are_consistent(
        mutations in prop::collection::vec((any::<Index>(), mutation()), 1..12),
    ) {
        let mut seed = Seed::valid();
        for (file, mutation) in &mutations {
            mutate(&mut seed, *file, mutation);
        }
        let checked = seed.check(); // asserts that it is consistent
        let mut text = String::new();
        aidgraph::ingest::report::terminal(&checked, true, &mut text).unwrap();
        prop_assert!(!text.contains("a@b.org"));
        aidgraph::ingest::report::json(&checked).unwrap();
        if checked.errors() == 0 {
            let left_out: u64 = checked.files.iter().map(|f| f.ledger.quarantined).sum();
            prop_assert_eq!(left_out, 0);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(file in any::<Index>(), bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut seed = Seed::valid();
        let names: Vec<String> = seed.files.keys().cloned().collect();
        seed.files.insert(file.get(&names).clone(), bytes);
        seed.check();
    }
}
