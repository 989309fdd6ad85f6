//! Byte ranges of tables, HEAD requests and the spool.

use std::io::Read as _;
use std::sync::Arc;

use crate::import::{Activity, WELLS, file};
use crate::support::http::Response;
use crate::support::server::{Server, aidgraph, code};

/// A table of some kilobytes, and one that is spooled to a file.
const SMALL: &str = "/q/humanitarian-by-year.csv";
const LARGE: &str = "/q/mali-3d.json";
const RECORDS: &str = "/q/budgets.json";

fn send(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    server.client().send(method, path, headers, "").unwrap()
}

fn part(server: &Server, path: &str, range: &str) -> Response {
    send(server, "GET", path, &[("range", range)])
}

#[test]
fn head_has_the_headers_of_get() {
    let server = Server::start(&[]);
    for path in [SMALL, LARGE] {
        let head = send(&server, "HEAD", path, &[]);
        assert_eq!((head.status, head.bytes.len()), (200, 0));
        assert_eq!(head.header("accept-ranges"), Some("bytes"));
        let get = server.get(path);
        let stable_headers = |response: &Response| {
            let mut stable_headers = response.headers.clone();
            stable_headers.retain(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()));
            stable_headers.sort();
            stable_headers
        };
        assert_eq!(stable_headers(&head), stable_headers(&get), "{path}");
        assert_eq!(head.header("content-length"), Some(get.bytes.len().to_string().as_str()));
        // The length is that without compression, whatever the client accepts; ranges do not apply to HEAD.
        let coded =
            send(&server, "HEAD", path, &[("accept-encoding", "gzip"), ("range", "bytes=0-3")]);
        assert_eq!((coded.status, stable_headers(&coded)), (200, stable_headers(&head)), "{path}");
    }
    assert!(server.get(LARGE).bytes.len() > 64 * 1024, "no table is a file");
}

#[test]
fn polars_reads_head_first_bytes_and_the_whole_table() {
    let server = Server::start(&[]);
    for path in [SMALL, LARGE] {
        let head = send(&server, "HEAD", path, &[]);
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
fn parquet_readers_read_the_end_and_then_column_chunks() {
    let server = Server::start(&[]);
    // The end may be requested first.
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
fn a_range_beyond_the_end_is_rejected_and_a_malformed_one_is_ignored() {
    let server = Server::shared();
    let all = server.get(SMALL);
    let length = all.bytes.len();
    for range in
        [format!("bytes={length}-"), format!("bytes={length}-{length}"), "bytes=-0".to_owned()]
    {
        let rejected = part(&server, SMALL, &range);
        assert_eq!(
            (rejected.status, code(&rejected).as_str()),
            (416, "RANGE_NOT_SATISFIABLE"),
            "{range}"
        );
        assert_eq!(rejected.header("content-range"), Some(format!("bytes */{length}").as_str()));
        assert_eq!(rejected.header("cache-control"), Some("no-store"));
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
fn ranges_apply_only_to_the_version_of_the_client() {
    let server = Server::shared();
    let all = server.get(SMALL);
    let tag = all.header("etag").unwrap().to_owned();
    let coded = format!("{}.gzip\"", tag.trim_end_matches('"'));
    let of = |name: &str, value: &str| {
        send(&server, "GET", SMALL, &[("range", "bytes=0-3"), (name, value)])
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
    for validator in [tag.as_str(), "*", &coded] {
        assert_eq!(of("if-match", validator).status, 206, "{validator}");
    }
    for other in ["\"other\"", weak.as_str()] {
        let rejected = of("if-match", other);
        assert_eq!((rejected.status, code(&rejected).as_str()), (412, "PRECONDITION_FAILED"));
        assert_eq!(send(&server, "HEAD", SMALL, &[("if-match", other)]).status, 412);
    }
}

#[test]
fn ranges_are_never_compressed_and_whole_tables_are_on_request() {
    let server = Server::start(&[]);
    for path in [SMALL, LARGE] {
        let gzip = ("accept-encoding", "gzip, zstd");
        let piece = send(&server, "GET", path, &[gzip, ("range", "bytes=0-4999")]);
        let all = server.get(path);
        assert_eq!((piece.status, piece.header("content-encoding")), (206, None), "{path}");
        assert_eq!(piece.bytes, all.bytes[..5_000]);
        assert_eq!(piece.header("etag"), all.header("etag"));
        let whole = send(&server, "GET", path, &[gzip]);
        assert_eq!(whole.header("content-encoding"), Some("gzip"), "{path}");
        assert_eq!(whole.header("accept-ranges"), None);
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&whole.bytes[..]).read_to_end(&mut text).unwrap();
        assert_eq!((text == all.bytes, whole.bytes.len() * 2 < text.len()), (true, true), "{path}");
        let tag = format!("{}.gzip\"", all.header("etag").unwrap().trim_end_matches('"'));
        assert_eq!(whole.header("etag"), Some(tag.as_str()));
        for response in [&piece, &whole, &all] {
            let varies = response.headers.iter().filter(|(name, _)| name == "vary").count();
            assert_eq!((varies, response.header("vary")), (1, Some("accept-encoding")), "{path}");
        }
    }
}

#[test]
fn concurrent_requests_get_the_same_bytes() {
    let server = Server::start(&[]);
    let table = |at: usize| if at.is_multiple_of(2) { LARGE } else { "/q/mali-3d.csv" };
    let responses: Vec<Response> = std::thread::scope(|scope| {
        let server = &server;
        let in_flight: Vec<_> = (0..12)
            .map(|at| {
                scope.spawn(move || match at % 4 {
                    0 | 1 => server.get(table(at)),
                    _ => part(server, table(at), &format!("bytes={}-{}", at * 10, 70_000 + at)),
                })
            })
            .collect();
        in_flight.into_iter().map(|response| response.join().unwrap()).collect()
    });
    for (at, response) in responses.iter().enumerate() {
        let all = server.get(table(at));
        match at % 4 {
            0 | 1 => assert!(response.bytes == all.bytes, "{at}"),
            _ => assert!(response.bytes == all.bytes[at * 10..=70_000 + at], "{at}"),
        }
        assert_eq!(response.header("etag"), all.header("etag"));
    }
}

#[test]
fn a_table_that_is_not_spooled_is_sent_without_ranges() {
    let none = Server::start(&["--max-spool", "0"]);
    // Half of the spool holds one table.
    let little = Server::start(&["--max-spool", "40000"]);
    // A table of records is sent while it is written, and a table of a query afterwards.
    let tables = [SMALL, LARGE, RECORDS].map(|path| (&none, path));
    for (server, path) in tables.into_iter().chain([(&little, LARGE), (&little, RECORDS)]) {
        for response in [server.get(path), part(server, path, "bytes=0-3")] {
            assert_eq!(response.status, 200, "{path}");
            assert_eq!(
                (response.header("accept-ranges"), response.header("content-range")),
                (None, None)
            );
            assert!(response.bytes == Server::shared().get(path).bytes, "{path}");
            assert!(
                response.header("etag").is_some() && response.header("aidgraph-rows").is_some()
            );
        }
        assert_eq!(send(server, "HEAD", path, &[]).header("accept-ranges"), None);
    }
    assert_eq!(part(&little, SMALL, "bytes=0-3").status, 206);
    let neither = Server::start(&["--max-spool", "0", "--max-answer", "20000"]);
    let rejected = neither.get(RECORDS);
    assert_eq!((rejected.status, code(&rejected).as_str()), (413, "PAYLOAD_TOO_LARGE"));
}

#[test]
fn new_data_invalidates_ranges_of_old_tables() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let server = Server::start_on(&data, &[]);
    let path = SMALL;
    let before = server.get(path);
    let tag = before.header("etag").unwrap().to_owned();
    let source = data.path().join("wells.xml");
    std::fs::write(&source, file(&[Activity { id: "A-XX-1", ..WELLS }])).unwrap();
    let import = aidgraph().arg("import").arg("--data").arg(data.path()).arg(&source).output();
    assert!(import.unwrap().status.success());
    server.wait_for_log("generation published");
    let validator = [("range", "bytes=0-3"), ("if-range", tag.as_str())];
    let whole = send(&server, "GET", path, &validator);
    assert_eq!(whole.status, 200);
    assert_ne!(whole.header("etag"), Some(tag.as_str()));
    let expected = [("range", "bytes=0-3"), ("if-match", tag.as_str())];
    assert_eq!(send(&server, "GET", path, &expected).status, 412);
    assert_eq!(part(&server, path, "bytes=0-3").status, 206);
}
