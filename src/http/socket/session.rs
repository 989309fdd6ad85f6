//! Session of a WebSocket: initialisation, operations, keep-alive and close.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::stream::{self, AbortHandle, BoxStream, SelectAll, SplitSink, SplitStream};
use futures_util::{SinkExt as _, Stream, StreamExt as _};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};
use tungstenite::error::ProtocolError;

use super::protocol::{self, Closing, SocketCommand};
use crate::graphql::error::ApiError;
use crate::graphql::limit::{Exceeded, Limit};
use crate::http::App;
use crate::http::access::{AccessRole, Caller};
use crate::http::error::HttpError;
use crate::http::graphql::request::GraphqlRequest;
use crate::http::graphql::response::EncodedResponse;
use crate::server::paced;

/// Number of ping intervals without a message after which a client counts as disconnected.
const MAX_SILENT_PINGS: u32 = 3;

/// Time within which the client must complete the closing handshake.
const CLOSE_TIME: Duration = Duration::from_secs(1);

/// Event of an operation.
enum SocketEvent {
    Answer(String, EncodedResponse),
    Refused(String, Box<EncodedResponse>),
    Ended(String),
}

/// State of one socket.
pub(super) struct Session {
    app: App,
    caller: Caller,
    sink: SplitSink<WebSocket, Message>,
    acknowledged: bool,
    operations: HashMap<String, AbortHandle>,
    running: SelectAll<BoxStream<'static, SocketEvent>>,
}

/// Serves a socket until it closes. `is_negotiated` is false if the client offered no subprotocol.
pub(super) async fn serve(socket: WebSocket, app: App, caller: Caller, is_negotiated: bool) {
    let (sink, mut source) = socket.split();
    let mut session = Session {
        app,
        caller,
        sink,
        acknowledged: false,
        operations: HashMap::new(),
        running: SelectAll::new(),
    };
    let closing = if is_negotiated {
        session.run(&mut source).await
    } else {
        Some(Closing::not_acceptable())
    };
    if let Some(closing) = closing {
        let reason = closing.short_reason().into();
        let frame = CloseFrame { code: closing.code, reason };
        // Fails if the client has already disconnected.
        let _ = session.send(Message::Close(Some(frame))).await;
    }
    // Completes the closing handshake; without it, clients report an abnormal closure.
    let handshake = async {
        let _ = session.sink.close().await;
        while let Some(Ok(_)) = source.next().await {}
    };
    let _ = timeout(CLOSE_TIME, handshake).await;
}

impl Session {
    /// Runs until the socket closes. Returns the close frame to send, or `None` if the client has disconnected.
    async fn run(&mut self, source: &mut SplitStream<WebSocket>) -> Option<Closing> {
        let sockets = self.app.edge.sockets;
        let stop = self.app.stop.clone();
        let mut stopping = std::pin::pin!(stop.begun());
        let mut init = std::pin::pin!(sleep(sockets.init_time));
        let mut ping = interval_at(Instant::now() + sockets.ping, sockets.ping);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut tokens = self.app.access.changes();
        let mut silent = 0;
        loop {
            let done = tokio::select! {
                () = &mut stopping => Err(Some(Closing::going_away())),
                () = &mut init, if !self.acknowledged => Err(Some(Closing::no_init())),
                Ok(()) = tokens.changed() => self.revalidate(),
                _ = ping.tick() => {
                    silent += 1;
                    if silent > MAX_SILENT_PINGS { Err(None) } else { self.send(Message::Ping(Vec::new().into())).await }
                }
                message = source.next() => {
                    silent = 0;
                    self.receive(message).await
                }
                Some(event) = self.running.next() => self.deliver(event).await,
            };
            if let Err(closing) = done {
                return closing;
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Option<Closing>> {
        let limit: Duration = self.app.edge.sockets.send_time;
        match timeout(limit, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            // A client that does not read would otherwise hold the message indefinitely.
            Ok(Err(_)) | Err(_) => Err(None),
        }
    }

    async fn send_text(&mut self, text: String) -> Result<(), Option<Closing>> {
        self.send(Message::Text(text.into())).await
    }

    async fn receive(
        &mut self,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<(), Option<Closing>> {
        match message {
            Some(Ok(Message::Text(text))) => {
                let command = SocketCommand::parse(&text).map_err(Some)?;
                self.execute(command).await
            }
            Some(Ok(Message::Binary(_))) => {
                Err(Some(Closing::invalid("binary message: send text")))
            }
            // The WebSocket library responds to protocol-level pings.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Err(err)) => Err(fault(err, self.app.edge.sockets.message)),
            Some(Ok(Message::Close(_))) | None => Err(None),
        }
    }

    async fn execute(&mut self, command: SocketCommand) -> Result<(), Option<Closing>> {
        match command {
            SocketCommand::Init(_) if self.acknowledged => Err(Some(Closing::second_init())),
            SocketCommand::Init(claimed) => {
                if let Some(claimed) = claimed {
                    let authenticated = self.app.access.authenticate(&self.caller, &claimed);
                    self.caller =
                        authenticated.map_err(|refusal| Some(Closing::refused(&refusal)))?;
                }
                self.may_read()?;
                self.acknowledged = true;
                self.send_text(protocol::acknowledgement()).await
            }
            SocketCommand::Ping(payload) => {
                self.send_text(protocol::pong(payload.as_deref())).await
            }
            SocketCommand::Pong => Ok(()),
            SocketCommand::Subscribe(..) if !self.acknowledged => {
                Err(Some(Closing::unauthorized()))
            }
            SocketCommand::Subscribe(id, asked) => self.begin(id, *asked).await,
            SocketCommand::Complete(id) => {
                if let Some(operation) = self.operations.remove(&id) {
                    operation.abort();
                }
                Ok(())
            }
        }
    }

    /// Revalidates the caller after a reload of the tokens.
    fn revalidate(&mut self) -> Result<(), Option<Closing>> {
        let revalidated = self.app.access.revalidate(&self.caller);
        self.caller = revalidated.map_err(|refusal| Some(Closing::refused(&refusal)))?;
        if self.acknowledged { self.may_read() } else { Ok(()) }
    }

    fn may_read(&self) -> Result<(), Option<Closing>> {
        self.caller.require(AccessRole::Read).map_err(|refusal| Some(Closing::refused(&refusal)))
    }

    async fn begin(&mut self, id: String, asked: GraphqlRequest) -> Result<(), Option<Closing>> {
        if self.operations.contains_key(&id) {
            return Err(Some(Closing::duplicate(&id)));
        }
        let allowed = self.app.edge.sockets.operations;
        let found = self.operations.len() + 1;
        let passed = Exceeded::check(Limit::Operations, allowed, found)
            .map_err(|exceeded| HttpError::from(ApiError::from(exceeded)))
            .and_then(|()| self.app.access.charge(&self.caller, 1))
            .and_then(|()| self.app.pass(asked));
        let passed = match passed {
            Ok(passed) => passed,
            Err(refusal) => {
                self.app.account.refusal(refusal.refused());
                return self.send_text(protocol::refusal(&id, &refusal)).await;
            }
        };
        let (app, caller, of) = (self.app.clone(), self.caller.clone(), id.clone());
        let answers = async move {
            match app.answers(&caller, passed).await {
                Ok(answers) => {
                    let ended = stream::once(std::future::ready(SocketEvent::Ended(of.clone())));
                    answers
                        .map(move |answer| SocketEvent::Answer(of.clone(), answer))
                        .chain(ended)
                        .boxed()
                }
                Err(refused) => {
                    stream::once(std::future::ready(SocketEvent::Refused(of, refused))).boxed()
                }
            }
        };
        let answers: Pin<Box<dyn Stream<Item = SocketEvent> + Send>> =
            Box::pin(stream::once(answers).flatten());
        let (answers, handle) = stream::abortable(answers);
        self.operations.insert(id, handle);
        self.running.push(answers.boxed());
        Ok(())
    }

    /// Sends a response. The response and its copy in the message are both charged until sent.
    async fn send_response(
        &mut self,
        id: &str,
        answer: EncodedResponse,
    ) -> Result<(), Option<Closing>> {
        let unsent = &self.app.edge.unsent;
        let (text, _copy) = match paced::charge(unsent, self.caller.client(), answer.bytes.len()) {
            Ok(copy) => (protocol::next(id, &answer), Some(copy)),
            Err(exceeded) => {
                let refusal = EncodedResponse::refusal(&exceeded.into());
                (protocol::next(id, &refusal), None)
            }
        };
        self.send_text(text).await
    }

    async fn deliver(&mut self, event: SocketEvent) -> Result<(), Option<Closing>> {
        let text = match event {
            SocketEvent::Answer(id, answer) => return self.send_response(&id, answer).await,
            SocketEvent::Refused(id, refused) => {
                self.operations.remove(&id);
                protocol::error(&id, &refused)
            }
            SocketEvent::Ended(id) => {
                self.operations.remove(&id);
                protocol::complete(&id)
            }
        };
        self.send_text(text).await
    }
}

/// Returns the close frame for a message that could not be read; `None` if the client has disconnected.
fn fault(err: axum::Error, limit: usize) -> Option<Closing> {
    let err = err.into_inner();
    let (code, reason) = match err.downcast_ref::<tungstenite::Error>()? {
        tungstenite::Error::Capacity(_) => {
            (close_code::SIZE, format!("message larger than {limit} bytes"))
        }
        tungstenite::Error::Utf8(_) => (close_code::INVALID, "message is not UTF-8".to_owned()),
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return None,
        tungstenite::Error::Protocol(err) => (close_code::PROTOCOL, err.to_string()),
        _ => return None,
    };
    Some(Closing::new(code, reason))
}
