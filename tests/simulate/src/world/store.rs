//! The shared token store of a run's processes, which fails as scheduled.
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use atlas_backup::{BoxFuture, StoredToken, Timestamp, TokenKey, TokenStore, TokenTurn};

use super::World;
use crate::executor::lock;
use crate::schedule::{Fault, Flaw};

/// The stored token, and the lock for one process at a time.
#[derive(Default)]
pub(super) struct Tokens {
    kept: Mutex<Option<StoredToken>>,
    turn: Arc<Mutex<bool>>,
}

/// The store of a client.
pub(super) struct FaultyTokens(pub(super) World);

/// How long the SDK waits for a store.
const PATIENCE: Duration = Duration::from_secs(10);

impl FaultyTokens {
    /// Meets the fault of this operation; returns true if the store returns a damaged token.
    async fn fault(&self) -> io::Result<bool> {
        let world = &self.0;
        let number = world.state().number_of_store();
        let mut faults = world.schedule().faults.iter();
        let flaw = faults.find_map(|fault| match fault {
            Fault::Store { nth, times, what } if (*nth..nth + times).contains(&number) => {
                Some(*what)
            }
            _ => None,
        });
        let Some(flaw) = flaw else { return Ok(false) };
        world.tell(format_args!("the token store meets {flaw:?}"));
        world.inject("store", &flaw);
        world.state().hits.store += 1;
        match flaw {
            Flaw::Fails => Err(io::Error::other("the store is broken")),
            Flaw::Silent => {
                let now = world.now();
                world.state().delays.push((now, None, PATIENCE));
                std::future::pending().await
            }
            Flaw::Damaged => Ok(true),
        }
    }
}

/// Releases the lock when it is dropped.
struct Turn(Arc<Mutex<bool>>);

impl Drop for Turn {
    fn drop(&mut self) {
        *lock(&self.0) = false;
    }
}

impl TokenStore for FaultyTokens {
    fn get<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<StoredToken>>> {
        Box::pin(async {
            Ok(match self.fault().await? {
                true => {
                    self.0.state().hits.forgotten += 1;
                    Some(StoredToken::new("damaged", Timestamp::MAX))
                }
                false => lock(&self.0.0.tokens.kept).clone(),
            })
        })
    }

    fn put<'a>(&'a self, _: &'a TokenKey, token: &'a StoredToken) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async {
            self.fault().await?;
            *lock(&self.0.0.tokens.kept) = Some(token.clone());
            Ok(())
        })
    }

    fn forget<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async {
            self.fault().await?;
            *lock(&self.0.0.tokens.kept) = None;
            Ok(())
        })
    }

    fn turn<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<TokenTurn>>> {
        Box::pin(async {
            self.fault().await?;
            let turn = &self.0.0.tokens.turn;
            let taken = std::mem::replace(&mut *lock(turn), true);
            Ok((!taken).then(|| TokenTurn::new(Turn(turn.clone()))))
        })
    }
}
