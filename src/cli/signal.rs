//! SIGTERM and SIGINT ask the service to stop.

use std::io;

use crate::http::Stop;

/// Passes the first of both signals on to `stop`, in the background.
///
/// # Errors
/// When the system does not let them be heard.
#[cfg(unix)]
pub(super) fn pass_on(stop: Stop) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!("{name}: requests under way are completed, then the service stops");
        stop.begin();
    });
    Ok(())
}

/// Passes Ctrl-C on to `stop`, in the background.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub(super) fn pass_on(stop: Stop) -> io::Result<()> {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            tracing::info!("Ctrl-C: requests under way are completed, then the service stops");
            stop.begin();
        }
    });
    Ok(())
}
