//! How programs of ours are ended: by hand, or as service managers do.

use std::io;

/// Comes when whoever runs this wants it to end. That is listened for from now on, not only once it is awaited.
#[cfg(unix)]
pub(crate) fn termination() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

#[cfg(not(unix))]
pub(crate) fn termination() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler there is no other end than being killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
