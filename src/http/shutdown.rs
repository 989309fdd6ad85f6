//! The end: asked for once, heard by all.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether the service has been asked to stop. Clones are the same.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Asks the service to stop.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Whether it has been asked to.
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when it is asked to.
    pub async fn begun(&self) {
        // Fails when the sender is gone, and `self` is the sender.
        let _ = self.0.subscribe().wait_for(|stopping| *stopping).await;
    }
}
