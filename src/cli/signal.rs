//! Signals: SIGTERM and SIGINT start the shutdown, SIGHUP reloads tokens, certificate, seed and queries.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::http::Reload;
use crate::server::Shutdown;
use crate::service::seed_watch::ReloadFlag;

/// Interval at which a waiting command checks the stop flag.
const LOOK: Duration = Duration::from_millis(50);

/// Signal listener of the service. Once it listens, no signal ends the process by default. A signal that arrives before
/// a handler follows is kept, so that a stop or a reload right after the start takes effect.
pub(super) struct SignalListener {
    end: Signals,
    hangups: ReloadSignals,
}

impl SignalListener {
    /// Starts to listen. Must be called inside the runtime.
    ///
    /// # Errors
    /// Returns the error of the operating system if no handler can be installed.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { end: Signals::listen()?, hangups: ReloadSignals::listen()? })
    }

    /// Starts the shutdown at the first SIGTERM or SIGINT, in the background. Returns the listener of SIGHUP.
    pub(super) fn follow(self, stop: Shutdown) -> ReloadSignals {
        let Self { mut end, hangups } = self;
        tokio::spawn(async move {
            let name = end.next().await;
            tracing::info!("{name}: shutting down; waiting for requests in flight");
            stop.begin();
        });
        hangups
    }
}

impl ReloadSignals {
    /// Reloads tokens, certificate and folders at each SIGHUP, in the background.
    pub(super) fn follow(mut self, reload: Reload, folders: Vec<ReloadFlag>) {
        let reloading = async move {
            while self.next().await.is_some() {
                let reload = reload.clone();
                folders.iter().for_each(ReloadFlag::request);
                // Files are read on the blocking pool. A panic is logged.
                let _ = tokio::task::spawn_blocking(move || reload.now()).await;
            }
        };
        tokio::spawn(reloading);
    }
}

/// Stop flag of a command. Clones share one flag.
#[derive(Clone, Debug, Default)]
pub(super) struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// Listens for signals on a thread of its own: the first sets the flag, the second ends the process at once.
    ///
    /// # Errors
    /// Returns the error of the operating system if no handler can be installed.
    pub(super) fn listen() -> io::Result<Self> {
        let stop = Self::default();
        let flag = stop.clone();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut signals = runtime.block_on(async { Signals::listen() })?;
        thread::spawn(move || {
            runtime.block_on(async {
                signals.next().await;
                flag.0.store(true, Ordering::Relaxed);
                signals.next().await;
                // The current generation is complete at every moment.
                std::process::exit(1);
            });
        });
        Ok(stop)
    }

    /// Returns true once a stop was requested.
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits for a time, or until the flag is set.
    pub(super) fn wait(&self, time: Duration) {
        let mut left = time;
        while !self.is_set() && !left.is_zero() {
            let nap = LOOK.min(left);
            thread::sleep(nap);
            left -= nap;
        }
    }
}

/// SIGTERM and SIGINT. Once created, neither ends the process by default.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        let terminate = signal(SignalKind::terminate())?;
        Ok(Self { terminate, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Returns the name of the next signal.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Listener of SIGHUP.
pub(super) struct ReloadSignals(Signal);

impl ReloadSignals {
    fn listen() -> io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    async fn next(&mut self) -> Option<()> {
        self.0.recv().await
    }
}
