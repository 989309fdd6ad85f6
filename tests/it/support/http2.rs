//! A client of HTTP/2, on whatever stream it is spoken.

use axum::http::{Request, Response, StatusCode};
use h2::RecvStream;
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

/// Answers of one connection of which no more than the window is taken.
pub(crate) struct Unread {
    pub(crate) answers: Vec<Response<RecvStream>>,
    connection: JoinHandle<Result<(), h2::Error>>,
}

impl Drop for Unread {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// Asks one thing so many times and takes so many bytes of each answer, though it answers all else.
pub(crate) async fn take_little(address: &str, body: &str, times: usize, window: u32) -> Unread {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut builder = h2::client::Builder::new();
    let shaking = builder.initial_window_size(window).handshake::<_, axum::body::Bytes>(stream);
    let (mut client, connection) = shaking.await.unwrap();
    let connection = tokio::spawn(connection);
    let mut answers = Vec::new();
    for _ in 0..times {
        let request = Request::post(format!("http://{address}/graphql"))
            .header("content-type", "application/json")
            .body(())
            .unwrap();
        client = client.ready().await.unwrap();
        let (answer, mut sending) = client.send_request(request, false).unwrap();
        sending.send_data(body.to_owned().into(), true).unwrap();
        answers.push(answer.await.unwrap());
    }
    Unread { answers, connection }
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
