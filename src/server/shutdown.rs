//! Shutdown signal: triggered once, observed by every task.

use std::sync::Arc;

use tokio::sync::watch;

/// Shutdown signal. Clones share state.
#[derive(Clone, Debug)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Shutdown {
    /// Starts the shutdown.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Returns true if the shutdown has started.
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Completes when the shutdown starts.
    pub async fn begun(&self) {
        // Fails only without a sender, and `self` holds it.
        let _ = self.0.subscribe().wait_for(|stopping| *stopping).await;
    }
}
