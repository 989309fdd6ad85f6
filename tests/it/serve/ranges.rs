//! Parts of tables: HEAD, byte ranges, and what is kept for them.

use std::io::Read as _;
use std::sync::Arc;

use crate::import::{Activity, WELLS, file};
use crate::support::http::Answer;
use crate::support::server::{Server, aidgraph, code};

/// A table of some kilobytes, and one that is a file.
const SMALL: &str = "/q/humanitarian-by-year.csv";
const LARGE: &str = "/q/mali-3d.json";
const RECORDS: &str = "/q/budgets.json";

fn ask(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    server.client().send(method, path, headers, "").unwrap()
}

fn part(server: &Server, path: &str, range: &str) -> Answer {
    ask(server, "GET", path, &[("range", range)])
}

#[test]
fn head_says_of_a_table_what_get_does() {
    let server = Server::start(&[]);
    for path in [SMALL, LARGE] {
        let head = ask(&server, "HEAD", path, &[]);
        assert_eq!((head.status, head.bytes.len()), (200, 0));
        assert_eq!(head.header("accept-ranges"), Some("bytes"));
        let get = server.get(path);
        let told = |answer: &Answer| {
            let mut told = answer.headers.clone();
            told.retain(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()));
            told.sort();
            told
        };
        assert_eq!(told(&head), told(&get), "{path}");
        assert_eq!(head.header("content-length"), Some(get.bytes.len().to_string().as_str()));
        // The length is that without compression, whatever the client accepts; a range does not apply.
        let coded =
            ask(&server, "HEAD", path, &[("accept-encoding", "gzip"), ("range", "bytes=0-3")]);
        assert_eq!((coded.status, told(&coded)), (200, told(&head)), "{path}");
    }
    assert!(server.get(LARGE).bytes.len() > 64 * 1024, "no table is a file");
}

#[test]
fn polars_reads_a_head_and_a_beginning_and_all() {
    let server = Server::start(&[]);
    for path in [SMALL, LARGE] {
        let head = ask(&server, "HEAD", path, &[]);
        let length: usize = head.header("content-length").unwrap().parse().unwrap();
        let (beginning, all) = (part(&server, path, "bytes=0-3"), server.get(path));
        assert_eq!((beginning.status, &beginning.bytes[..]), (206, &all.bytes[..4]));
        let of = format!("bytes 0-3/{length}");
        assert_eq!(beginning.header("content-range"), Some(of.as_str()));
        for name in
            ["etag", "content-type", "cache-control", "aidgraph-rows", "aidgraph-data-version"]
        {
            assert_eq!(beginning.header(name), all.header(name), "{name}");
            assert!(all.header(name).is_some(), "{name}");
        }
        let whole = part(&server, path, &format!("bytes=0-{}", length - 1));
        assert_eq!((whole.status, whole.bytes == all.bytes), (206, true));
    }
}

#[test]
fn a_reader_of_parquet_reads_the_end_and_then_its_pieces() {
    let server = Server::start(&[]);
    // It may ask for the end before anything else.
    let end = part(&server, LARGE, "bytes=-8");
    assert_eq!((end.status, end.bytes.len()), (206, 8));
    let (_, length) = end.header("content-range").unwrap().rsplit_once('/').unwrap();
    let length: usize = length.parse().unwrap();
    let all = server.get(LARGE).bytes;
    assert_eq!((all.len(), &all[length - 8..]), (length, &end.bytes[..]));
    let footer = part(&server, LARGE, &format!("bytes={}-{}", length - 5_008, length - 9));
    assert_eq!(&footer.bytes[..], &all[length - 5_008..length - 8]);
    // Several chunks of the file, across their borders.
    for (from, to) in [(1, 65_536), (65_535, 65_537), (0, 70_000), (10, length - 1)] {
        let piece = part(&server, LARGE, &format!("bytes={from}-{to}"));
        assert_eq!(
            piece.header("content-range"),
            Some(format!("bytes {from}-{to}/{length}").as_str())
        );
        assert_eq!((piece.status, piece.bytes == all[from..=to]), (206, true), "{from}-{to}");
    }
    let rest = part(&server, LARGE, &format!("bytes={}-", length - 100_000.min(length)));
    assert_eq!(rest.bytes.len(), 100_000.min(length));
}

#[test]
fn a_range_beyond_the_end_is_refused_and_an_odd_one_gives_the_whole() {
    let server = Server::shared();
    let all = server.get(SMALL);
    let length = all.bytes.len();
    for range in
        [format!("bytes={length}-"), format!("bytes={length}-{length}"), "bytes=-0".to_owned()]
    {
        let refused = part(&server, SMALL, &range);
        assert_eq!(
            (refused.status, code(&refused).as_str()),
            (416, "RANGE_NOT_SATISFIABLE"),
            "{range}"
        );
        assert_eq!(refused.header("content-range"), Some(format!("bytes */{length}").as_str()));
        assert_eq!(refused.header("cache-control"), Some("no-store"));
    }
    for range in ["bytes=0-3,10-12", "rows=0-3", "bytes=3-2", "bytes=x", "nonsense", ""] {
        let whole = part(&server, SMALL, range);
        assert_eq!((whole.status, &whole.bytes), (200, &all.bytes), "{range}");
        assert_eq!(whole.header("content-range"), None, "{range}");
    }
    assert_eq!(part(&server, SMALL, &format!("bytes=0-{}", u64::MAX)).bytes, all.bytes);
    assert_eq!(part(&server, "/q/nothing.csv", "bytes=0-3").status, 404);
}

#[test]
fn a_part_belongs_to_the_table_that_the_client_knows() {
    let server = Server::shared();
    let all = server.get(SMALL);
    let tag = all.header("etag").unwrap().to_owned();
    let coded = format!("{}.gzip\"", tag.trim_end_matches('"'));
    let of = |name: &str, value: &str| {
        ask(&server, "GET", SMALL, &[("range", "bytes=0-3"), (name, value)])
    };
    let weak = format!("W/{tag}");
    assert_eq!(of("if-range", &tag).status, 206);
    for other in ["\"other\"", &weak, &coded, "Mon, 30 Nov 2026 11:00:00 GMT"] {
        assert_eq!(
            (of("if-range", other).status, of("if-range", other).bytes),
            (200, all.bytes.clone())
        );
    }
    assert_eq!(of("if-none-match", &tag).status, 304);
    assert_eq!(of("if-none-match", "\"other\"").status, 206);
    for known in [tag.as_str(), "*", &coded] {
        assert_eq!(of("if-match", known).status, 206, "{known}");
    }
    for other in ["\"other\"", weak.as_str()] {
        let refused = of("if-match", other);
        assert_eq!((refused.status, code(&refused).as_str()), (412, "PRECONDITION_FAILED"));
        assert_eq!(ask(&server, "HEAD", SMALL, &[("if-match", other)]).status, 412);
    }
}

#[test]
fn a_part_is_never_compressed_and_the_whole_is_when_asked_for() {
    let server = Server::start(&[]);
    for path in [SMALL, LARGE] {
        let gzip = ("accept-encoding", "gzip, zstd");
        let piece = ask(&server, "GET", path, &[gzip, ("range", "bytes=0-4999")]);
        let all = server.get(path);
        assert_eq!((piece.status, piece.header("content-encoding")), (206, None), "{path}");
        assert_eq!(piece.bytes, all.bytes[..5_000]);
        assert_eq!(piece.header("etag"), all.header("etag"));
        let whole = ask(&server, "GET", path, &[gzip]);
        assert_eq!(whole.header("content-encoding"), Some("gzip"), "{path}");
        assert_eq!(whole.header("accept-ranges"), None);
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&whole.bytes[..]).read_to_end(&mut text).unwrap();
        assert_eq!((text == all.bytes, whole.bytes.len() * 2 < text.len()), (true, true), "{path}");
        let tag = format!("{}.gzip\"", all.header("etag").unwrap().trim_end_matches('"'));
        assert_eq!(whole.header("etag"), Some(tag.as_str()));
        for answer in [&piece, &whole, &all] {
            let varies = answer.headers.iter().filter(|(name, _)| name == "vary").count();
            assert_eq!((varies, answer.header("vary")), (1, Some("accept-encoding")), "{path}");
        }
    }
}

#[test]
fn many_at_once_are_answered_alike() {
    let server = Server::start(&[]);
    let table = |at: usize| if at.is_multiple_of(2) { LARGE } else { "/q/mali-3d.csv" };
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let server = &server;
        let asking: Vec<_> = (0..12)
            .map(|at| {
                scope.spawn(move || match at % 4 {
                    0 | 1 => server.get(table(at)),
                    _ => part(server, table(at), &format!("bytes={}-{}", at * 10, 70_000 + at)),
                })
            })
            .collect();
        asking.into_iter().map(|answer| answer.join().unwrap()).collect()
    });
    for (at, answer) in answers.iter().enumerate() {
        let all = server.get(table(at));
        match at % 4 {
            0 | 1 => assert!(answer.bytes == all.bytes, "{at}"),
            _ => assert!(answer.bytes == all.bytes[at * 10..=70_000 + at], "{at}"),
        }
        assert_eq!(answer.header("etag"), all.header("etag"));
    }
}

#[test]
fn a_table_that_is_not_kept_is_sent_whole() {
    let none = Server::start(&["--max-spool", "0"]);
    // Half of the spool is room for one table.
    let little = Server::start(&["--max-spool", "40000"]);
    // A table of records is sent while it is written, and one of a query after that.
    let tables = [SMALL, LARGE, RECORDS].map(|path| (&none, path));
    for (server, path) in tables.into_iter().chain([(&little, LARGE), (&little, RECORDS)]) {
        for answer in [server.get(path), part(server, path, "bytes=0-3")] {
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(
                (answer.header("accept-ranges"), answer.header("content-range")),
                (None, None)
            );
            assert!(answer.bytes == Server::shared().get(path).bytes, "{path}");
            assert!(answer.header("etag").is_some() && answer.header("aidgraph-rows").is_some());
        }
        assert_eq!(ask(server, "HEAD", path, &[]).header("accept-ranges"), None);
    }
    assert_eq!(part(&little, SMALL, "bytes=0-3").status, 206);
    let neither = Server::start(&["--max-spool", "0", "--max-answer", "20000"]);
    let refused = neither.get(RECORDS);
    assert_eq!((refused.status, code(&refused).as_str()), (413, "PAYLOAD_TOO_LARGE"));
}

#[test]
fn other_data_ends_the_parts_of_the_old() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let server = Server::start_on(&data, &[]);
    let path = SMALL;
    let before = server.get(path);
    let tag = before.header("etag").unwrap().to_owned();
    let source = data.path().join("wells.xml");
    std::fs::write(&source, file(&[Activity { id: "A-XX-1", ..WELLS }])).unwrap();
    let import = aidgraph().arg("import").arg("--data").arg(data.path()).arg(&source).output();
    assert!(import.unwrap().status.success());
    server.hear("generation published");
    let known = [("range", "bytes=0-3"), ("if-range", tag.as_str())];
    let whole = ask(&server, "GET", path, &known);
    assert_eq!(whole.status, 200);
    assert_ne!(whole.header("etag"), Some(tag.as_str()));
    let expected = [("range", "bytes=0-3"), ("if-match", tag.as_str())];
    assert_eq!(ask(&server, "GET", path, &expected).status, 412);
    assert_eq!(part(&server, path, "bytes=0-3").status, 206);
}
