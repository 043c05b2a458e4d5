//! Concurrent calls, an outage of the service, and waits with a limit.
use std::task::Poll;
use std::time::Duration;

use atlas_backup::sandbox::Sandbox;
use atlas_backup::{ExponentialBackoff, WaitError};

use super::{Actor, all};
use crate::invariants::{Allowed, Invariant, is_transient};
use crate::world::disk::Disk;
use crate::world::{Kind, RETRIES, World};

/// Makes concurrent calls of one client, and again after a while.
pub(super) async fn burst(world: World) {
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &Disk::default()) else {
        return;
    };
    let settings = world.schedule().settings.clone();
    let in_a_row = settings.width * 2;
    for wave in 0..3 {
        let calls = (0..settings.size).map(|_| {
            let actor = actor.clone();
            async move {
                for _ in 0..=in_a_row {
                    let call = actor
                        .client
                        .get_backup_schedule(&actor.project, &actor.cluster);
                    actor
                        .call("get", Kind::Repeatable, &[], call.into_future())
                        .await;
                }
            }
        });
        all(&world, calls).await;
        if wave == 1 && world.schedule().seed.is_multiple_of(3) {
            let revoked = actor.client.revoke_token();
            actor.call("revoke", Kind::Once, &[], revoked).await;
        }
        // With or without waiting beyond the lifetime of a nonce.
        world
            .sleep([1, 100, 400][usize::try_from(settings.width % 3).unwrap_or_default()])
            .await;
    }
}

/// Number of calls that are dropped while they wait for a retry: more than the budget has.
const DROPPED: u64 = 130;
/// Number of calls that fail in the end.
const FAILED: u64 = 40;

/// Checks that retries use the budget, and that dropped calls return it.
pub(super) async fn budget(world: World) {
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &Disk::default()) else {
        return;
    };
    let patient = ExponentialBackoff::default()
        .base(Duration::from_secs(100_000))
        .cap(Duration::from_secs(100_000));
    let get = || {
        actor
            .client
            .get_backup_schedule(&actor.project, &actor.cluster)
    };
    // The first call authenticates.
    let _ = actor
        .call("get", Kind::Repeatable, &[], get().into_future())
        .await;
    world.storm(u64::MAX);
    for _ in 0..DROPPED {
        let call = get().retry(patient).into_future();
        let dropped = async {
            let sleep = world.handle().sleep(Duration::from_millis(500));
            let (mut call, mut sleep) = (call, Box::pin(sleep));
            std::future::poll_fn(|context| match call.as_mut().poll(context) {
                Poll::Ready(_) => Poll::Ready(()),
                Poll::Pending => sleep.as_mut().poll(context),
            })
            .await;
        };
        world.owned("get and drop", Kind::Walk, dropped).await;
    }
    world.storm(1);
    let quick = ExponentialBackoff::default();
    let call = get().retry(quick).into_future();
    let outcome = world.owned("get after all", Kind::Repeatable, call).await;
    let undisturbed = world.schedule().faults.is_empty();
    if let Some((Err(error), _)) = outcome
        && undisturbed
    {
        let detail = format!("dropped calls used up the budget: {error}");
        world.broken(Invariant::Budget, detail);
    }
    world.storm(u64::MAX);
    let mut retries = 0;
    for _ in 0..FAILED {
        let call = get().timeout(Duration::from_secs(7_200)).into_future();
        let outcome = world.owned("get in vain", Kind::Walk, call).await;
        if let Some((Err(error), number)) = outcome {
            world.failed(&error, Allowed::default());
            retries += world.state().retries(number);
        }
    }
    if retries > RETRIES {
        let detail = format!("{retries} retries were made in a row without a success");
        world.broken(Invariant::Budget, detail);
    }
}

/// Waits for an export for a limited time, while the service is sometimes down.
pub(super) async fn poll(world: World) {
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &Disk::default()) else {
        return;
    };
    let Some(id) = world.make_export(&actor, "polled") else {
        return;
    };
    let Ok(id) = id.parse() else { return };
    let settings = world.schedule().settings.clone();
    let limit = [0, 30, 300, 1_200, 3_000][usize::try_from(settings.width).unwrap_or_default()];
    let limit = Duration::from_secs(limit);
    let stormy = settings.size == 1;
    if stormy {
        world.storm(world.schedule().seed % 40);
    }
    let began = world.now();
    let wait = actor
        .client
        .wait_for_backup_export(&actor.project, &actor.cluster, &id)
        .max_wait(limit)
        .into_future();
    let Some((outcome, _)) = world.owned("wait", Kind::Wait(limit), wait).await else {
        return;
    };
    let waited = world.now() - began;
    match outcome {
        Ok(job) => {
            world.printed(&format!("{job:?}"));
            let path = format!("clusters/{}/backup/exports/{id}", actor.cluster);
            if world.look(&path)["state"] != "Successful" {
                world.broken(Invariant::MaxWait, format!("a wait ended with {job:?}"));
            }
        }
        Err(error) => {
            world.wait_ended(&error, began, limit);
            if let WaitError::Poll(error) = error
                && is_transient(&error)
                && world.state().hits.impatient == 0
                && error.retry_after().is_none()
                && waited < limit
            {
                let detail = format!("a wait ended for {error}");
                world.broken(Invariant::Persistence, detail);
            }
        }
    }
}
