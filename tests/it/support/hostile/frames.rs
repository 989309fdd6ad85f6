//! Floods of frames on HTTP/2 connections. Source: RFC 9113, and CVE-2023-44487, CVE-2024-27316, CVE-2019-9512,
//! CVE-2019-9515 and CVE-2019-9518 for known attacks.

use super::connections::Connection;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Frame types and flags.
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

/// Headers of a POST request in their shortest form: static fields by index, others as literals.
const HEAD: &[u8] = b"\x83\x86\x01\x01x\x04\x08/graphql\x0f\x10\x10application/json";

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Builds a number of frames, each from the ID of a client stream.
fn flood(times: u32, make: impl Fn(u32) -> Vec<u8>) -> Vec<u8> {
    (0..times).flat_map(|at| make(2 * at + 1)).collect()
}

/// Name, accepted reasons of the end, and the bytes that are sent.
type Case = (&'static str, &'static [&'static str], Vec<u8>);

/// The connection ends with a numeric reason only, or without a reason.
const ENDED: &[&str] = &["\0"];

/// Returns all cases. Each response begins with the settings of the service.
pub(super) fn all() -> Vec<Connection> {
    let settings = frame(SETTINGS, 0, 0, &[]);
    let opened = |stream| frame(HEADERS, END_HEADERS, stream, HEAD);
    let name = [b"\x40\x01a\x7f\xa1\x1e", &[b'x'; 4_000][..]].concat();
    // One long field is added to the table, and each following byte refers to it.
    let bomb = [HEAD, &name, &[0xbe; 12_000]].concat();
    let cases: Vec<Case> = vec![
        (
            "rapid reset",
            &["too_many_resets"],
            flood(5_000, |stream| {
                [opened(stream), frame(RESET, 0, stream, &8_u32.to_be_bytes())].concat()
            }),
        ),
        (
            "too many requests on one connection",
            &["too_many_internal_resets"],
            flood(2_000, opened),
        ),
        (
            "endless continuation frames",
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
            "empty continuation frames",
            &["too_many_continuations"],
            [frame(HEADERS, 0, 1, HEAD), flood(50_000, |_| frame(CONTINUATION, 0, 1, &[]))]
                .concat(),
        ),
        (
            "an HPACK bomb",
            &["header_list_way_too_large"],
            frame(HEADERS, END_HEADERS | END_STREAM, 1, &bomb),
        ),
        (
            "a flood of settings",
            ENDED,
            flood(20_000, |_| frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 1])),
        ),
        ("a flood of pings", ENDED, flood(20_000, |_| frame(PING, 0, 0, &[0; 8]))),
        (
            "empty data frames",
            &["too_many_data_frames"],
            [opened(1), flood(20_000, |_| frame(DATA, 0, 1, &[]))].concat(),
        ),
        (
            "a window overflow",
            ENDED,
            [opened(1), flood(4, |_| frame(WINDOW, 0, 1, &0x7fff_ffff_u32.to_be_bytes()))].concat(),
        ),
        (
            "a response that is never read",
            ENDED,
            [
                frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]),
                opened(1),
                frame(DATA, END_STREAM, 1, b"{\"query\":\"{__schema{types{name}}}\"}"),
            ]
            .concat(),
        ),
        (
            "cyclic priorities",
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
            "a frame above the maximum size",
            ENDED,
            [frame(HEADERS, END_HEADERS, 1, HEAD), vec![0xff, 0xff, 0xff, DATA, 0, 0, 0, 0, 1]]
                .concat(),
        ),
        ("data without headers", ENDED, frame(DATA, END_STREAM, 1, b"{}")),
        (
            "invalid header compression",
            ENDED,
            frame(HEADERS, END_HEADERS | END_STREAM, 1, &[0xff; 100]),
        ),
    ];
    let whole = |(name, accepted, frames): Case| Connection {
        name,
        pieces: vec![PREFACE.to_vec(), settings.clone(), frames],
        accepted,
    };
    cases.into_iter().map(whole).collect()
}
