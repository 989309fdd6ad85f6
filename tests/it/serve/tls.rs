//! TLS, and HTTP/2 over TLS.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tungstenite::{ClientRequestBuilder, Message};

use crate::support::http2::exchange;
use crate::support::server::{Server, aidgraph, rejected};

const QUERY: &str = "/graphql?query=%7B__typename%7D";

fn pem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/serve/pem").join(name)
}

/// A certificate and its key in a folder, under fixed names.
struct Pair(TempDir);

impl Pair {
    fn of(name: &str) -> Self {
        let pair = Self(tempfile::tempdir().unwrap());
        pair.put(name);
        pair
    }

    fn put(&self, name: &str) {
        fs::copy(pem(&format!("{name}.pem")), self.0.path().join("cert.pem")).unwrap();
        fs::copy(pem(&format!("{name}.key")), self.0.path().join("key.pem")).unwrap();
    }

    fn flags(&self) -> [String; 4] {
        let file = |name: &str| self.0.path().join(name).to_str().unwrap().to_owned();
        ["--tls-cert".into(), file("cert.pem"), "--tls-key".into(), file("key.pem")]
    }

    fn serve(&self, more: &[&str]) -> Server {
        let flags = self.flags();
        let flags: Vec<&str> =
            flags.iter().map(String::as_str).chain(more.iter().copied()).collect();
        Server::start(&flags)
    }
}

/// Configuration of a client that trusts this certificate only.
fn trusting(name: &str, protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(pem(&format!("{name}.pem"))).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// Sends a request on a new connection, and returns the response. Fails if the certificate is not trusted.
fn get(server: &Server, trusted: &str, path: &str) -> std::io::Result<String> {
    get_with(server, trusted, path, "")
}

/// As [`get`], with additional header lines.
fn get_with(server: &Server, trusted: &str, path: &str, head: &str) -> std::io::Result<String> {
    let name = ServerName::try_from(format!("{trusted}.example.org")).unwrap();
    let connection = ClientConnection::new(trusting(trusted, &[]), name).unwrap();
    let socket = TcpStream::connect(&server.address)?;
    socket.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut stream = StreamOwned::new(connection, socket);
    stream.write_all(
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{head}connection: close\r\n\r\n")
            .as_bytes(),
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

#[test]
fn a_client_that_trusts_the_certificate_gets_a_response() {
    let pair = Pair::of("one");
    let data = Arc::new(tempfile::tempdir().unwrap());
    let flags = pair.flags();
    let server = Server::spawn(&data, &flags.each_ref().map(String::as_str));
    let ready = server.wait_for_log("ready");
    assert!(ready["graphql"].as_str().unwrap().starts_with("https://"), "{ready}");
    let text = get(&server, "one", QUERY).unwrap();
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("{\"data\":"), "{text}");
    assert!(get(&server, "two", QUERY).is_err());
    // Unencrypted requests get no response.
    let mut plain = TcpStream::connect(&server.address).unwrap();
    plain.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut text = Vec::new();
    let _ = plain.read_to_end(&mut text);
    assert!(!String::from_utf8_lossy(&text).contains("HTTP"), "{text:?}");
}

#[test]
fn a_certificate_is_reloaded_without_a_restart() {
    let pair = Pair::of("one");
    let server = pair.serve(&[]);
    assert!(get(&server, "one", "/health/live").is_ok());
    fs::write(pair.0.path().join("cert.pem"), "nonsense").unwrap();
    server.signal("HUP");
    server.wait_for_log("keeping the previous certificate");
    assert!(get(&server, "one", "/health/live").is_ok());
    pair.put("two");
    server.signal("HUP");
    server.wait_for_log("certificate reloaded");
    assert!(get(&server, "two", "/health/live").is_ok());
    assert!(get(&server, "one", "/health/live").is_err());
}

#[test]
fn an_invalid_certificate_is_rejected_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let started = |flags: &[&str]| {
        let mut command = aidgraph();
        command.args(["serve", "--log-level", "error", "--listen", "127.0.0.1:0", "--data"]);
        rejected(&command.arg(folder.path()).args(flags).output().unwrap())
    };
    let (one, key, two) = (pem("one.pem"), pem("one.key"), pem("two.key"));
    let [one, key, two] = [&one, &key, &two].map(|path| path.to_str().unwrap());
    for (flags, words) in [
        (&["--tls-cert", one][..], "must be set together"),
        (&["--tls-key", key], "must be set together"),
        (&["--tls-cert", one, "--tls-key", two], "cannot be used"),
        (&["--tls-cert", key, "--tls-key", key], "contains no certificate"),
        (&["--tls-cert", one, "--tls-key", one], "contains no key"),
        (&["--tls-cert", "/nowhere.pem", "--tls-key", key], "No such file"),
    ] {
        let (text, code) = started(flags);
        assert!(code == 2 && text.contains(words), "{text}");
        assert!(!text.contains("BEGIN"), "{text}");
    }
}

/// Sends a request over HTTP/2, and holds the connection until the server closes it.
async fn over_http2(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let request = Request::get(format!("http://one.example.org{QUERY}")).body(String::new());
    let answered = exchange(stream, request.unwrap()).await;
    assert_eq!(
        (answered.status, &answered.body[..]),
        (StatusCode::OK, &b"{\"data\":{\"__typename\":\"Query\"}}"[..])
    );
    // The client responds to pings and sends nothing else, so the server closes it. The last frames may be lost.
    let _ = answered.connection.await.unwrap();
    drop(answered.client);
}

#[test]
fn http_2_is_negotiated_and_idle_connections_are_closed() {
    let pair = Pair::of("one");
    let options = ["--header-timeout", "1s", "--allowed-host", "one.example.org"];
    let (secret, open) = (pair.serve(&options), Server::start(&options));
    Runtime::new().unwrap().block_on(async {
        let stream = tokio::net::TcpStream::connect(&secret.address).await.unwrap();
        let name = ServerName::try_from("one.example.org").unwrap();
        let connector = TlsConnector::from(trusting("one", &["h2", "http/1.1"]));
        let stream = connector.connect(name, stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let begin = Instant::now();
        over_http2(stream).await;
        assert!(begin.elapsed() >= Duration::from_secs(1));

        let stream = tokio::net::TcpStream::connect(&open.address).await.unwrap();
        over_http2(stream).await;
    });
}

#[test]
fn connections_without_handshake_are_closed() {
    let pair = Pair::of("one");
    let server = pair.serve(&["--header-timeout", "500ms"]);
    let mut silent = TcpStream::connect(&server.address).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut text = Vec::new();
    // The server closes the connection.
    let _ = silent.read_to_end(&mut text);
    assert!(get(&server, "one", "/health/live").is_ok());
}

#[test]
fn shutdown_is_graceful_over_tls() {
    let pair = Pair::of("one");
    let mut server = pair.serve(&[]);
    assert!(get(&server, "one", "/health/live").is_ok());
    server.signal("TERM");
    assert_eq!(server.wait_for_exit().code(), Some(0));
    server.wait_for_log("all requests in flight completed");
}

#[test]
fn sockets_work_over_tls() {
    let pair = Pair::of("one");
    let server = pair.serve(&["--allowed-host", "one.example.org"]);
    let name = ServerName::try_from("one.example.org").unwrap();
    let connection = ClientConnection::new(trusting("one", &[]), name).unwrap();
    let socket = TcpStream::connect(&server.address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let stream = StreamOwned::new(connection, socket);
    let uri = "ws://one.example.org/graphql".parse().unwrap();
    let request = ClientRequestBuilder::new(uri)
        .with_sub_protocol("graphql-transport-ws")
        // A page of the service itself, with the `Origin` of its browser.
        .with_header("origin", "https://one.example.org");
    let (mut socket, _) = tungstenite::client(request, stream).unwrap();
    socket.send(Message::text("{\"type\":\"connection_init\"}")).unwrap();
    assert_eq!(socket.read().unwrap().into_text().unwrap(), "{\"type\":\"connection_ack\"}");
}

#[test]
fn a_token_is_accepted_as_password_over_tls() {
    let pair = Pair::of("one");
    let tokens = pair.0.path().join("tokens");
    let mut command = aidgraph();
    command.args(["token", "excel", "--role", "read", "--auth-file"]).arg(&tokens);
    let token = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let server = pair.serve(&["--auth-file", tokens.to_str().unwrap()]);
    for (password, status) in [(token.trim(), "200"), ("aidgraph_guess", "401")] {
        let name = STANDARD.encode(format!("any:{password}"));
        let head = format!("authorization: Basic {name}\r\n");
        let text = get_with(&server, "one", "/q/icp-history.csv", &head).unwrap();
        assert!(text.starts_with(&format!("HTTP/1.1 {status}")), "{text}");
    }
}
