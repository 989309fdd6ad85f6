//! Records in namespaces and wrappers of any kind, with foreign elements around them.

use super::parsing::{activity, codes, file, programmes};
use super::read;

const PAID: &str = "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-02-03\"/><value>7</value></transaction>";

/// Adds a prefix to every element name.
fn prefixed(text: &str, prefix: &str) -> String {
    let text = text.replace("</", "\u{1}").replace("<?", "\u{2}");
    let text = text.replace('<', &format!("<{prefix}:"));
    text.replace('\u{1}', &format!("</{prefix}:")).replace('\u{2}', "<?")
}

/// Returns the version, title and paid amounts of the only activity of a file.
fn only(text: &str) -> (Option<String>, String, Vec<String>) {
    let (entries, ledger) = read("a.xml", text.as_bytes());
    let all = programmes(&entries);
    assert_eq!(all.len(), 1, "{text}: {ledger:?}");
    let (programme, details) = all[0];
    let amounts = details.transactions.iter().map(|one| one.money.to_string()).collect();
    let standard = programme.report.as_ref().unwrap().standard.clone();
    (standard, programme.title.main().to_owned(), amounts)
}

#[test]
fn a_prefix_on_names_of_the_standard_is_ignored() {
    let plain = file(&activity("X-1", PAID));
    let expected = only(&plain);
    for namespace in ["urn:iati", "http://iatistandard.org/203", ""] {
        let text = prefixed(&plain, "iati");
        let declared = format!("<iati:iati-activities xmlns:iati=\"{namespace}\"");
        let text = text.replace("<iati:iati-activities", &declared);
        assert_eq!(only(&text), expected, "{text}");
        let (_, ledger) = read("a.xml", text.as_bytes());
        assert!(ledger.problems.is_empty(), "{ledger:?}");
        assert!(aidgraph::ingest::iati::recognises(&text));
    }
    // The prefix is on the outermost names only, on the records only, or undeclared.
    let root = plain.replace("iati-activities", "i:iati-activities");
    let root = root.replace("<i:iati-activities", "<i:iati-activities xmlns:i=\"urn:i\"");
    assert_eq!(only(&root), expected);
    let record = prefixed(&activity("X-1", PAID), "i");
    let record = record.replace("<i:iati-activity", "<i:iati-activity xmlns:i=\"urn:i\"");
    assert_eq!(only(&file(&record)), expected);
    assert_eq!(only(&prefixed(&plain, "nowhere")), expected);
}

#[test]
fn attributes_of_the_standard_s_namespace_are_read_and_others_are_not() {
    let inside = "<i:transaction><i:transaction-type i:code=\"3\" x:code=\"4\"/><i:value i:currency=\"USD\">5</i:value>\
         <x:value>6</x:value></i:transaction><x:transaction/>";
    let text = format!(
        "<i:iati-activities xmlns:i=\"urn:i\" xmlns:x=\"urn:x\" version=\"2.03\">{}</i:iati-activities>",
        activity("X-1", inside).replace("iati-activity", "i:iati-activity")
    );
    assert_eq!(only(&text).2, ["5 USD"]);
    let (_, ledger) = read("a.xml", text.as_bytes());
    // Extensions belong to the publisher, and are not misspelt names of the standard.
    assert_eq!(codes(&ledger), [("NO_DATE", Some(4))], "{ledger:?}");
}

#[test]
fn records_within_any_wrapper_are_read_and_the_wrapper_is_reported_once() {
    let list = file(&activity("X-1", PAID)).replace("<?xml version=\"1.0\"?>\n", "");
    let record = activity("X-1", PAID);
    for (open, close, names) in [
        (
            "<soap:Envelope xmlns:soap=\"urn:soap\"><soap:Header><a/></soap:Header><soap:Body>",
            "</soap:Body></soap:Envelope>",
            vec!["soap:Envelope", "soap:Envelope/soap:Body"],
        ),
        ("<data xmlns=\"urn:data\">", "</data>", vec!["data"]),
        (
            "<response version=\"1.0\">\n<result><ok>1</ok>",
            "</result></response>",
            vec!["response", "response/result"],
        ),
        ("<iati-activities-list>", "</iati-activities-list>", vec!["iati-activities-list"]),
        ("<contact-list><b>", "</b></contact-list>", vec!["contact-list", "contact-list/b"]),
    ] {
        for inside in [&list, &record] {
            let text = format!("{open}{inside}{close}");
            let (version, title, amounts) = only(&text);
            assert_eq!((title.as_str(), amounts.as_slice()), ("Water", &["7 EUR".to_owned()][..]));
            assert_eq!(version.as_deref(), (inside == &list).then_some("2.03"), "{text}");
            let (_, ledger) = read("a.xml", text.as_bytes());
            let of = |code: &str| -> Vec<&str> {
                let problems = ledger.problems.iter().filter(|problem| problem.code == code);
                problems.filter_map(|problem| problem.column.as_deref()).collect()
            };
            let mut reported = of("ODD_NAME");
            reported.sort_unstable();
            assert_eq!(reported, names, "{ledger:?}");
            let strays = if open.contains("<ok>") { vec!["result/ok"] } else { vec![] };
            assert_eq!(of("UNKNOWN_ELEMENT"), strays, "{ledger:?}");
            assert!(ledger.problems.iter().all(|problem| problem.line.is_some()), "{ledger:?}");
        }
    }
}

#[test]
fn organisations_are_read_in_namespaces_and_wrappers() {
    let text = "<all><o:iati-organisations xmlns:o=\"urn:o\"><o:iati-organisation><o:organisation-identifier>LU-1</o:organisation-identifier>\
         <o:name><o:narrative>Lux</o:narrative></o:name></o:iati-organisation></o:iati-organisations></all>";
    let (entries, ledger) = read("a.xml", text.as_bytes());
    assert_eq!((ledger.accepted, entries[0].record.key()), (1, "LU-1"));
    assert_eq!(codes(&ledger), [("ODD_NAME", Some(1))]);
}

#[test]
fn each_list_of_a_file_has_its_own_version() {
    let list = |version: &str, id: &str| {
        format!("<iati-activities{version}>{}</iati-activities>", activity(id, ""))
    };
    let text = format!("<all>{}{}</all>", list(" version=\"2.03\"", "X-1"), list("", "X-2"));
    let (entries, _) = read("a.xml", text.as_bytes());
    let standards: Vec<_> = programmes(&entries)
        .iter()
        .map(|(programme, _)| programme.report.as_ref().unwrap().standard.as_deref())
        .collect();
    assert_eq!(standards, [Some("2.03"), None]);
}

#[test]
fn an_empty_list_within_a_wrapper_is_valid_and_a_wrapper_alone_is_not() {
    let (_, ledger) = read("a.xml", b"<all><iati-activities version=\"2.03\"/></all>");
    assert_eq!(codes(&ledger), [("ODD_NAME", Some(1))], "{ledger:?}");
    let (_, ledger) = read("a.xml", b"<all><activity/></all>");
    assert_eq!(codes(&ledger), [("NOTHING_IN_FILE", None)], "{ledger:?}");
}
