//! A client of HTTP/2, on whatever stream it is spoken.

use axum::http::{Request, StatusCode};
use h2::client::SendRequest;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::JoinHandle;

/// What one request is answered.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    /// How the connection ends.
    pub(crate) connection: JoinHandle<Result<(), h2::Error>>,
    /// Whoever holds it may go on to ask.
    pub(crate) client: SendRequest<axum::body::Bytes>,
}

/// Asks one thing on a new connection.
pub(crate) async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<String>,
) -> Exchange {
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let (head, body) = request.into_parts();
    let is_empty = body.is_empty();
    let (answer, mut sending) =
        client.send_request(Request::from_parts(head, ()), is_empty).unwrap();
    if !is_empty {
        // What the other side has no room for waits.
        sending.send_data(body.into(), true).unwrap();
    }
    let answer = answer.await.unwrap();
    let status = answer.status();
    let (mut receiving, mut body) = (answer.into_body(), Vec::new());
    while let Some(piece) = receiving.data().await {
        let piece = piece.unwrap();
        receiving.flow_control().release_capacity(piece.len()).unwrap();
        body.extend(piece);
    }
    Exchange { status, body, connection, client }
}

/// Asks one thing and takes nothing of its answer, though it answers all else; how the answer ends.
pub(crate) async fn take_nothing(
    address: &str,
    body: &str,
) -> (StatusCode, Result<usize, h2::Error>) {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut builder = h2::client::Builder::new();
    let shaking = builder.initial_window_size(0).handshake::<_, axum::body::Bytes>(stream);
    let (client, connection) = shaking.await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::post(format!("http://{address}/graphql"))
        .header("content-type", "application/json")
        .body(())
        .unwrap();
    let mut client = client.ready().await.unwrap();
    let (answer, mut sending) = client.send_request(request, false).unwrap();
    sending.send_data(body.to_owned().into(), true).unwrap();
    let mut answer = answer.await.unwrap();
    let (status, ended) = (answer.status(), answer.body_mut().data().await);
    connection.abort();
    (status, ended.map_or(Ok(0), |piece| piece.map(|piece| piece.len())))
}

/// What JSON sent by POST is answered, without TLS.
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
