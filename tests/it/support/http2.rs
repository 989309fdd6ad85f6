//! An HTTP/2 client over any stream.

use axum::http::{Request, Response, StatusCode};
use h2::RecvStream;
use h2::client::SendRequest;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::JoinHandle;

/// The response to one request.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    /// Task of the connection, with its result.
    pub(crate) connection: JoinHandle<Result<(), h2::Error>>,
    /// Keeps the connection open for further requests.
    pub(crate) client: SendRequest<axum::body::Bytes>,
}

/// Sends one request on a new connection.
pub(crate) async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<String>,
) -> Exchange {
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let (head, body) = request.into_parts();
    let is_empty = body.is_empty();
    let (response, mut sending) =
        client.send_request(Request::from_parts(head, ()), is_empty).unwrap();
    if !is_empty {
        // Data waits until the server opens its window.
        sending.send_data(body.into(), true).unwrap();
    }
    let response = response.await.unwrap();
    let status = response.status();
    let (mut receiving, mut body) = (response.into_body(), Vec::new());
    while let Some(piece) = receiving.data().await {
        let piece = piece.unwrap();
        receiving.flow_control().release_capacity(piece.len()).unwrap();
        body.extend(piece);
    }
    Exchange { status, body, connection, client }
}

/// Responses of one connection that are read only up to the window.
pub(crate) struct Unread {
    pub(crate) responses: Vec<Response<RecvStream>>,
    connection: JoinHandle<Result<(), h2::Error>>,
}

impl Drop for Unread {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// Sends a request several times with a small window. The client still answers control frames.
pub(crate) async fn send_with_window(
    address: &str,
    body: &str,
    times: usize,
    window: u32,
) -> Unread {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut builder = h2::client::Builder::new();
    let handshake = builder.initial_window_size(window).handshake::<_, axum::body::Bytes>(stream);
    let (mut client, connection) = handshake.await.unwrap();
    let connection = tokio::spawn(connection);
    let mut responses = Vec::new();
    for _ in 0..times {
        let request = Request::post(format!("http://{address}/graphql"))
            .header("content-type", "application/json")
            .body(())
            .unwrap();
        client = client.ready().await.unwrap();
        let (response, mut sending) = client.send_request(request, false).unwrap();
        sending.send_data(body.to_owned().into(), true).unwrap();
        responses.push(response.await.unwrap());
    }
    Unread { responses, connection }
}

/// Sends JSON with POST over cleartext HTTP/2, and returns the response body.
pub(crate) fn post(address: &str, body: &str) -> String {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let request = Request::post(format!("http://{address}/graphql"))
            .header("content-type", "application/json")
            .body(body.to_owned())
            .unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        String::from_utf8(exchange(stream, request).await.body).unwrap()
    })
}
