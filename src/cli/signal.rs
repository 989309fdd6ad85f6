//! SIGTERM and SIGINT ask the service to stop, SIGHUP to read its tokens, its certificate and its seed again.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::again::Again;
use crate::http::{Reload, Stop};

/// How often whoever waits looks whether it was asked to stop.
const LOOK: Duration = Duration::from_millis(50);

/// What the service is told by signals. Once they are heard none of them ends the process by itself, and what comes
/// before anybody follows is kept: whoever starts the service may reload or stop it in the next moment.
pub(super) struct Orders {
    end: Signals,
    again: Hangups,
}

impl Orders {
    /// Hears them; to be called inside of the runtime.
    ///
    /// # Errors
    /// When the system does not let them be heard.
    pub(super) fn hear() -> io::Result<Self> {
        Ok(Self { end: Signals::hear()?, again: Hangups::hear()? })
    }

    /// Passes the first of those that end on to `stop`, in the background. The others are for whoever follows them.
    pub(super) fn follow(self, stop: Stop) -> Hangups {
        let Self { mut end, again } = self;
        tokio::spawn(async move {
            let name = end.next().await;
            tracing::info!("{name}: requests under way are completed, then the service stops");
            stop.begin();
        });
        again
    }
}

impl Hangups {
    /// Reads again what can be, at each SIGHUP, in the background.
    pub(super) fn follow(mut self, reload: Reload, seed: Again) {
        let again = async move {
            while self.next().await.is_some() {
                let reload = reload.clone();
                seed.ask();
                // Files are read; others are answered meanwhile. A panic is in the log.
                let _ = tokio::task::spawn_blocking(move || reload.now()).await;
            }
        };
        tokio::spawn(again);
    }
}

/// Whether a command was asked to stop.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked(Arc<AtomicBool>);

impl Asked {
    /// Hears signals on a thread of its own: the first asks to stop, the second ends the process at once.
    ///
    /// # Errors
    /// When the system does not let them be heard.
    pub(super) fn hear() -> io::Result<Self> {
        let asked = Self::default();
        let told = asked.clone();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut signals = runtime.block_on(async { Signals::hear() })?;
        thread::spawn(move || {
            runtime.block_on(async {
                signals.next().await;
                told.0.store(true, Ordering::Relaxed);
                signals.next().await;
                // What is in force is whole at every moment.
                std::process::exit(1);
            });
        });
        Ok(asked)
    }

    /// Whether it was.
    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits for a while, or until asked.
    pub(super) fn wait(&self, time: Duration) {
        let mut left = time;
        while !self.is_asked() && !left.is_zero() {
            let nap = LOOK.min(left);
            thread::sleep(nap);
            left -= nap;
        }
    }
}

/// Both signals. From when they are heard on, neither ends the process by itself.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn hear() -> io::Result<Self> {
        let terminate = signal(SignalKind::terminate())?;
        Ok(Self { terminate, interrupt: signal(SignalKind::interrupt())? })
    }

    /// The name of the next of both.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// SIGHUP, each time.
pub(super) struct Hangups(Signal);

impl Hangups {
    fn hear() -> io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    async fn next(&mut self) -> Option<()> {
        self.0.recv().await
    }
}
