//! Traces for a collector, in programs that were built with the feature `otlp`.

#[cfg(not(feature = "otlp"))]
use crate::support::server::{refused, run};

#[cfg(not(feature = "otlp"))]
#[test]
fn a_program_without_traces_says_so() {
    let flags = ["serve", "--otlp-endpoint", "http://127.0.0.1:4318/v1/traces"];
    let (said, code) = refused(&run(&flags));
    assert!(said.contains("--features otlp"), "{said}");
    assert_eq!(code, 2);
}

#[cfg(feature = "otlp")]
mod with {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;

    use serde_json::{Value, json};

    use crate::support::server::{Server, refused, run};

    /// A collector, and what it is sent.
    fn collector() -> (String, Receiver<Value>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/v1/traces", listener.local_addr().unwrap());
        let (tell, told) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                loop {
                    let mut head = String::new();
                    while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).unwrap() > 0 {}
                    let head = head.to_ascii_lowercase();
                    let Some(length) =
                        head.lines().find_map(|l| l.strip_prefix("content-length: "))
                    else {
                        break;
                    };
                    assert!(head.starts_with("post /v1/traces "), "{head}");
                    let mut body = vec![0; length.parse().unwrap()];
                    stream.read_exact(&mut body).unwrap();
                    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
                    stream.get_mut().write_all(answer.as_bytes()).unwrap();
                    if tell.send(serde_json::from_slice(&body).unwrap()).is_err() {
                        return;
                    }
                }
            }
        });
        (address, told)
    }

    fn attribute<'a>(span: &'a Value, key: &str) -> &'a Value {
        let attributes = span["attributes"].as_array().unwrap();
        &attributes.iter().find(|given| given["key"] == key).unwrap()["value"]
    }

    #[test]
    fn a_request_is_part_of_the_trace_that_it_names() {
        let (address, told) = collector();
        let mut server = Server::start(&["--otlp-endpoint", &address]);
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = format!("00-{trace}-00f067aa0ba902b7-01");
        let secret =
            json!({ "query": "{ programmes { totalCount } }", "variables": { "secret": 1 } });
        assert_eq!(server.post(&secret, &[("traceparent", &parent)]).status, 200);
        server.signal("TERM");
        assert_eq!(server.end().code(), Some(0));

        // What was on its way at the end has come.
        let sent: Vec<Value> = told.try_iter().collect();
        let text = serde_json::to_string(&sent).unwrap();
        assert!(!text.contains("secret") && !text.contains("totalCount"), "{text}");
        let spans: Vec<&Value> = sent
            .iter()
            .flat_map(|sent| sent["resourceSpans"].as_array().unwrap())
            .flat_map(|of| of["scopeSpans"].as_array().unwrap())
            .flat_map(|of| of["spans"].as_array().unwrap())
            .filter(|span| span["traceId"] == trace)
            .collect();
        let span = |name: &str| *spans.iter().find(|span| span["name"] == name).unwrap();
        let request = span("request");
        assert_eq!(request["parentSpanId"], "00f067aa0ba902b7");
        assert_eq!(attribute(request, "http.request.method")["stringValue"], "POST");
        assert_eq!(attribute(request, "url.path")["stringValue"], "/graphql");
        assert_eq!(attribute(request, "http.response.status_code")["intValue"], "200");
        assert_eq!(span("execute")["parentSpanId"], request["spanId"]);
    }

    #[test]
    fn a_service_does_not_need_its_collector() {
        let mut server = Server::start(&["--otlp-endpoint", "http://127.0.0.1:9/v1/traces"]);
        assert_eq!(server.get("/graphql?query=%7B__typename%7D").status, 200);
        server.signal("TERM");
        assert_eq!(server.end().code(), Some(0));
    }

    #[test]
    fn what_is_no_collector_is_refused() {
        for address in ["localhost", "https://example.org/v1/traces", "http://"] {
            let (said, code) = refused(&run(&["serve", "--otlp-endpoint", address]));
            assert!(said.contains("is no address of a collector"), "{said}");
            assert_eq!(code, 2);
        }
    }
}
