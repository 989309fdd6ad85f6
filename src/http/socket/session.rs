//! One socket, from its first message to its close.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::stream::{self, AbortHandle, BoxStream, SelectAll, SplitSink, SplitStream};
use futures_util::{SinkExt as _, Stream, StreamExt as _};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};
use tungstenite::error::ProtocolError;

use super::protocol::{Closing, Command, Dialect};
use crate::graphql::error::ApiError;
use crate::graphql::limit::{Exceeded, Limit};
use crate::http::App;
use crate::http::access::{Caller, Role};
use crate::http::answer::Written;
use crate::http::asked::Asked;
use crate::http::refusal::Refusal;
use crate::http::reply::Reply;

/// How many periods a client may say nothing before it is taken for gone.
const SILENT: u32 = 3;

/// How long the other side may take to close its half.
const FAREWELL: Duration = Duration::from_secs(1);

/// What happens to an operation.
enum Event {
    Answer(String, Reply),
    Refused(String, Reply),
    Ended(String),
}

/// One socket.
pub(super) struct Session {
    app: App,
    caller: Caller,
    dialect: Dialect,
    sink: SplitSink<WebSocket, Message>,
    acknowledged: bool,
    operations: HashMap<String, AbortHandle>,
    running: SelectAll<BoxStream<'static, Event>>,
}

/// Serves a socket until it closes.
pub(super) async fn serve(socket: WebSocket, app: App, caller: Caller, dialect: Option<Dialect>) {
    let (sink, mut source) = socket.split();
    let mut session = Session {
        app,
        caller,
        dialect: dialect.unwrap_or(Dialect::Modern),
        sink,
        acknowledged: false,
        operations: HashMap::new(),
        running: SelectAll::new(),
    };
    let closing = match dialect {
        Some(_) => session.run(&mut source).await,
        None => Some(Closing::not_acceptable()),
    };
    if let Some(closing) = closing {
        let reason = closing.short_reason().into();
        let frame = CloseFrame { code: closing.code, reason };
        // Fails when the client is gone already.
        let _ = session.send(Message::Close(Some(frame))).await;
    }
    // The close of either side is answered by the other; a connection that is cut before looks like a failure.
    let farewell = async {
        let _ = session.sink.close().await;
        while let Some(Ok(_)) = source.next().await {}
    };
    let _ = timeout(FAREWELL, farewell).await;
}

impl Session {
    /// Runs until there is a reason to close; `None` when nobody is there to hear it.
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
                Ok(()) = tokens.changed() => self.renew(),
                _ = ping.tick() => {
                    silent += 1;
                    if silent > SILENT { Err(None) } else { self.send(Message::Ping(Vec::new().into())).await }
                }
                message = source.next() => {
                    silent = 0;
                    self.hear(message).await
                }
                Some(event) = self.running.next() => self.tell(event).await,
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
            // A client that does not read would hold what is sent to it for ever.
            Ok(Err(_)) | Err(_) => Err(None),
        }
    }

    async fn say(&mut self, text: String) -> Result<(), Option<Closing>> {
        self.send(Message::Text(text.into())).await
    }

    async fn hear(
        &mut self,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<(), Option<Closing>> {
        match message {
            Some(Ok(Message::Text(text))) => {
                let command = self.dialect.read(&text).map_err(Some)?;
                self.obey(command).await
            }
            Some(Ok(Message::Binary(_))) => {
                Err(Some(Closing::invalid("messages are text, not binary")))
            }
            // Pings of the socket itself are answered below us.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Err(err)) => Err(fault(err, self.app.edge.sockets.message)),
            Some(Ok(Message::Close(_))) | None => Err(None),
        }
    }

    async fn obey(&mut self, command: Command) -> Result<(), Option<Closing>> {
        match command {
            Command::Init(_) if self.acknowledged => Err(Some(Closing::second_init())),
            Command::Init(claimed) => {
                if let Some(claimed) = claimed {
                    let believed = self.app.access.believe(&self.caller, &claimed);
                    self.caller = believed.map_err(|refusal| Some(Closing::refused(&refusal)))?;
                }
                self.may_read()?;
                self.acknowledged = true;
                for text in self.dialect.acknowledgement() {
                    self.say(text).await?;
                }
                Ok(())
            }
            Command::Ping(payload) => self.say(Dialect::pong(payload.as_deref())).await,
            Command::Pong => Ok(()),
            Command::Subscribe(..) if !self.acknowledged => Err(Some(Closing::unauthorized())),
            Command::Subscribe(id, asked) => self.begin(id, *asked).await,
            Command::Complete(id) => {
                if let Some(operation) = self.operations.remove(&id) {
                    operation.abort();
                    if self.dialect == Dialect::Legacy {
                        self.say(Dialect::complete(&id)).await?;
                    }
                }
                Ok(())
            }
            Command::Terminate => Err(Some(Closing::done())),
        }
    }

    /// Whether whoever opened the socket may go on, now that the tokens are others.
    fn renew(&mut self) -> Result<(), Option<Closing>> {
        let renewed = self.app.access.renew(&self.caller);
        self.caller = renewed.map_err(|refusal| Some(Closing::refused(&refusal)))?;
        if self.acknowledged { self.may_read() } else { Ok(()) }
    }

    fn may_read(&self) -> Result<(), Option<Closing>> {
        self.caller.require(Role::Read).map_err(|refusal| Some(Closing::refused(&refusal)))
    }

    async fn begin(&mut self, id: String, asked: Asked) -> Result<(), Option<Closing>> {
        if self.operations.contains_key(&id) {
            return Err(Some(Closing::duplicate(&id)));
        }
        let allowed = self.app.edge.sockets.operations;
        let found = self.operations.len() + 1;
        let passed = Exceeded::check(Limit::Operations, allowed, found)
            .map_err(|exceeded| Refusal::from(ApiError::from(exceeded)))
            .and_then(|()| self.app.access.spend(&self.caller, 1))
            .and_then(|()| self.app.pass(asked));
        let passed = match passed {
            Ok(passed) => passed,
            Err(refusal) => {
                self.app.account.refusal(refusal.refused());
                return self.say(self.dialect.refusal(&id, &refusal)).await;
            }
        };
        let (app, caller, of) = (self.app.clone(), self.caller.clone(), id.clone());
        let answers = async move {
            match app.answers(&caller, passed).await {
                Ok(answers) => {
                    let ended = stream::once(std::future::ready(Event::Ended(of.clone())));
                    answers
                        .map(move |answer| Event::Answer(of.clone(), answer))
                        .chain(ended)
                        .boxed()
                }
                Err(refused) => {
                    stream::once(std::future::ready(Event::Refused(of, refused))).boxed()
                }
            }
        };
        let answers: Pin<Box<dyn Stream<Item = Event> + Send>> =
            Box::pin(stream::once(answers).flatten());
        let (answers, handle) = stream::abortable(answers);
        self.operations.insert(id, handle);
        self.running.push(answers.boxed());
        Ok(())
    }

    /// Says an answer; it counts until it is sent, and so does the copy that goes into the message.
    async fn say_answer(&mut self, id: &str, answer: Reply) -> Result<(), Option<Closing>> {
        let budget = &self.app.edge.budget;
        let (text, _copy) = match budget.hold(self.caller.client(), answer.written.bytes.len()) {
            Ok(copy) => (self.dialect.next(id, &answer.written), Some(copy)),
            Err(refusal) => (self.dialect.next(id, &Written::refusal(&refusal)), None),
        };
        self.say(text).await
    }

    async fn tell(&mut self, event: Event) -> Result<(), Option<Closing>> {
        let text = match event {
            Event::Answer(id, answer) => return self.say_answer(&id, answer).await,
            Event::Refused(id, refused) => {
                self.operations.remove(&id);
                self.dialect.error(&id, &refused.written)
            }
            Event::Ended(id) => {
                self.operations.remove(&id);
                Dialect::complete(&id)
            }
        };
        self.say(text).await
    }
}

/// What a client is told of a message that could not be read; `None` when nobody is there to hear it.
fn fault(err: axum::Error, limit: usize) -> Option<Closing> {
    let err = err.into_inner();
    let (code, reason) = match err.downcast_ref::<tungstenite::Error>()? {
        tungstenite::Error::Capacity(_) => {
            (close_code::SIZE, format!("a message may have {limit} bytes (max-socket-message)"))
        }
        tungstenite::Error::Utf8(_) => (close_code::INVALID, "messages are UTF-8".to_owned()),
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return None,
        tungstenite::Error::Protocol(err) => (close_code::PROTOCOL, err.to_string()),
        _ => return None,
    };
    Some(Closing::new(code, reason))
}
