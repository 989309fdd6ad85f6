//! Floods of frames on connections of HTTP/2. Source: RFC 9113, and CVE-2023-44487, CVE-2024-27316, CVE-2019-9512,
//! CVE-2019-9515 and CVE-2019-9518 for what has hurt others.

use super::connections::Connection;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Kinds of frames, and flags.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY: u8 = 2;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A question by POST, in the shortest form of its head: static fields by number, others as they are.
const HEAD: &[u8] = b"\x83\x86\x01\x01x\x04\x08/graphql\x0f\x10\x10application/json";

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// So many frames, of which each is made from the number of a stream of the client.
fn flood(times: u32, make: impl Fn(u32) -> Vec<u8>) -> Vec<u8> {
    (0..times).flat_map(|at| make(2 * at + 1)).collect()
}

/// What it tries, what of the end is told, and what is sent.
type Case = (&'static str, &'static [&'static str], Vec<u8>);

/// The connection ends for a reason that has a number alone, or for having nothing more to say.
const ENDED: &[&str] = &["\0"];

/// All of them. What comes back begins with the settings of the service, each time.
pub(super) fn all() -> Vec<Connection> {
    let settings = frame(SETTINGS, 0, 0, &[]);
    let opened = |stream| frame(HEADERS, END_HEADERS, stream, HEAD);
    let name = [b"\x40\x01a\x7f\xa1\x1e", &[b'x'; 4_000][..]].concat();
    // One long field goes into the table, and each byte after it is the same field again.
    let bomb = [HEAD, &name, &[0xbe; 12_000]].concat();
    let cases: Vec<Case> = vec![
        (
            "requests that are taken back at once",
            &["too_many_resets"],
            flood(5_000, |stream| {
                [opened(stream), frame(RESET, 0, stream, &8_u32.to_be_bytes())].concat()
            }),
        ),
        (
            "more requests than one connection may have",
            &["too_many_internal_resets"],
            flood(2_000, opened),
        ),
        (
            "a head that goes on and on",
            &["too_many_continuations"],
            [
                frame(HEADERS, 0, 1, HEAD),
                flood(5_000, |_| {
                    frame(CONTINUATION, 0, 1, &[b"\x00\x01a\x7e", &[b'x'; 126][..]].concat())
                }),
            ]
            .concat(),
        ),
        (
            "a head of empty pieces",
            &["too_many_continuations"],
            [frame(HEADERS, 0, 1, HEAD), flood(50_000, |_| frame(CONTINUATION, 0, 1, &[]))]
                .concat(),
        ),
        (
            "a field that is unpacked thousands of times",
            &["header_list_way_too_large"],
            frame(HEADERS, END_HEADERS | END_STREAM, 1, &bomb),
        ),
        (
            "settings without end",
            ENDED,
            flood(20_000, |_| frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 1])),
        ),
        ("pings without end", ENDED, flood(20_000, |_| frame(PING, 0, 0, &[0; 8]))),
        (
            "pieces of a body with nothing in them",
            &["too_many_data_frames"],
            [opened(1), flood(20_000, |_| frame(DATA, 0, 1, &[]))].concat(),
        ),
        (
            "a window that overflows",
            ENDED,
            [opened(1), flood(4, |_| frame(WINDOW, 0, 1, &0x7fff_ffff_u32.to_be_bytes()))].concat(),
        ),
        (
            "an answer that is never taken",
            ENDED,
            [
                frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]),
                opened(1),
                frame(DATA, END_STREAM, 1, b"{\"query\":\"{__schema{types{name}}}\"}"),
            ]
            .concat(),
        ),
        (
            "priorities that go round",
            ENDED,
            flood(20_000, |stream| {
                frame(
                    PRIORITY,
                    0,
                    stream,
                    &(stream + 2).to_be_bytes().iter().copied().chain([1]).collect::<Vec<u8>>(),
                )
            }),
        ),
        (
            "a frame longer than any may be",
            ENDED,
            [frame(HEADERS, END_HEADERS, 1, HEAD), vec![0xff, 0xff, 0xff, DATA, 0, 0, 0, 0, 1]]
                .concat(),
        ),
        ("a body without a head", ENDED, frame(DATA, END_STREAM, 1, b"{}")),
        (
            "a head that is no code",
            ENDED,
            frame(HEADERS, END_HEADERS | END_STREAM, 1, &[0xff; 100]),
        ),
    ];
    let whole = |(name, told, frames): Case| Connection {
        name,
        pieces: vec![PREFACE.to_vec(), settings.clone(), frames],
        told,
    };
    cases.into_iter().map(whole).collect()
}
