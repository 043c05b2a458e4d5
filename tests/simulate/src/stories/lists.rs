//! Lists: walked item by item, with prefetching and pauses, dropped and resumed, while jobs are created or
//! not.
use std::collections::BTreeSet;

use atlas_backup::Continuation;
use atlas_backup::sandbox::Sandbox;

use super::{Actor, PATIENCE};
use crate::invariants::Invariant;
use crate::world::disk::Disk;
use crate::world::{Kind, World};

pub(super) async fn paging(world: World) {
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &Disk::default()) else {
        return;
    };
    let settings = world.schedule().settings.clone();
    for number in 0..settings.size {
        world.make_export(&actor, &format!("before-{number}"));
    }
    // Until all of them are listed.
    world.sleep(settings.lag).await;
    let there = world.all_ids(&actor.cluster, "exports");
    let changes = world.schedule().seed.is_multiple_of(3);
    let (mut listed, mut place, mut tries) = (Vec::new(), None::<Continuation>, 0);
    'walks: loop {
        tries += 1;
        if tries > PATIENCE + 40 {
            return actor.gives_up("a list");
        }
        let list = actor
            .client
            .list_backup_exports(&actor.project, &actor.cluster);
        let items = u32::try_from(1 + settings.width * 2).unwrap_or(1);
        let list = list.items_per_page(items).page_num(1);
        let list = match &place {
            Some(place) => list.continue_from(place),
            None => list,
        };
        let ahead = usize::try_from(settings.width).unwrap_or_default();
        let mut walk = list.items().prefetch(ahead);
        loop {
            match actor.call("next", Kind::Item, &[], walk.try_next()).await {
                Some(Ok(Some(job))) => {
                    listed.extend(job.id.map(|id| id.to_string()));
                    // Another walk continues from here.
                    if !changes && listed.len() % 5 == 2 && world.schedule().seed.is_multiple_of(2)
                    {
                        place = walk.continuation();
                        match place {
                            Some(_) => continue 'walks,
                            None => break 'walks,
                        }
                    }
                    if changes && listed.len() % 4 == 1 {
                        world.make_export(&actor, &format!("during-{}", listed.len()));
                    }
                    if listed.len() % 3 == 0 {
                        // Processing an item takes time.
                        let rest = [0, 40, 160, 400, 4_000];
                        let rest =
                            rest[usize::try_from(world.schedule().seed % 5).unwrap_or_default()];
                        world.sleep(rest).await;
                    }
                }
                Some(Ok(None)) => break 'walks,
                Some(Err(_)) => {
                    let text = walk.continuation().map(|place| place.to_string());
                    world.printed(&format!("{text:?} {walk:?}"));
                    let Some(read) = text.and_then(|text| text.parse().ok()) else {
                        world.broken(Invariant::Listing, "a failed walk cannot be resumed");
                        return;
                    };
                    place = Some(read);
                    actor.rest().await;
                    continue 'walks;
                }
                // The walk itself continues.
                None => {}
            }
        }
    }
    let seen: BTreeSet<&String> = listed.iter().collect();
    // The pages of a changing list are consistent only if each is fetched after the previous one.
    let ordered = !changes || settings.width <= 1;
    let missed = there.iter().find(|id| ordered && !seen.contains(id));
    if let Some(missed) = missed {
        world.broken(Invariant::Listing, format!("{missed} was not listed"));
    }
    if !changes && listed != there {
        let detail = format!("{} items of {} were listed", listed.len(), there.len());
        world.broken(Invariant::Listing, detail);
    }
}

impl World {
    /// Exports the newest snapshot from outside of the story.
    pub(super) fn make_export(&self, actor: &Actor, key: &str) -> Option<String> {
        let snapshot = self.snapshot(&actor.cluster)?;
        let body = serde_json::json!({
            "snapshotId": snapshot.to_string(),
            "exportBucketId": actor.bucket.to_string(),
            "customData": [{ "key": "made", "value": key }],
        });
        let path = format!("clusters/{}/backup/exports", actor.cluster);
        let job = self.order(&path, &body);
        job["id"].as_str().map(str::to_owned)
    }
}
