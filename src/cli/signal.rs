//! SIGTERM and SIGINT ask the service to stop.

use std::io;

use crate::http::Stop;

/// Passes the first of both signals on to `stop`, in the background.
///
/// # Errors
/// When the system does not let them be heard.
pub(super) fn pass_on(stop: Stop) -> io::Result<()> {
    let heard = hear()?;
    tokio::spawn(async move {
        let name = heard.await;
        tracing::info!("{name}: requests under way are completed, then the service stops");
        stop.begin();
    });
    Ok(())
}

/// The name of the first of both signals, once it comes. From now on neither ends the process by itself.
///
/// # Errors
/// When the system does not let them be heard.
#[cfg(unix)]
pub(super) fn hear() -> io::Result<impl Future<Output = &'static str>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}

/// The name of Ctrl-C, once it comes.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub(super) fn hear() -> io::Result<impl Future<Output = &'static str>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    })
}
