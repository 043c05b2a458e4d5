//! The shared token store of a run's processes.
use std::io;
use std::sync::{Arc, Mutex};

use atlas_backup::{BoxFuture, StoredToken, TokenKey, TokenStore, TokenTurn};

use crate::executor::lock;

/// An in-memory store that clones share, with a lock for one process at a time.
#[derive(Clone, Default)]
pub(super) struct SharedTokens {
    kept: Arc<Mutex<Option<StoredToken>>>,
    turn: Arc<Mutex<bool>>,
}

/// Releases the lock when it is dropped.
struct Turn(Arc<Mutex<bool>>);

impl Drop for Turn {
    fn drop(&mut self) {
        *lock(&self.0) = false;
    }
}

impl TokenStore for SharedTokens {
    fn get<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<StoredToken>>> {
        Box::pin(async { Ok(lock(&self.kept).clone()) })
    }

    fn put<'a>(&'a self, _: &'a TokenKey, token: &'a StoredToken) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async {
            *lock(&self.kept) = Some(token.clone());
            Ok(())
        })
    }

    fn forget<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async {
            *lock(&self.kept) = None;
            Ok(())
        })
    }

    fn turn<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<TokenTurn>>> {
        Box::pin(async {
            let taken = std::mem::replace(&mut *lock(&self.turn), true);
            Ok((!taken).then(|| TokenTurn::new(Turn(self.turn.clone()))))
        })
    }
}
