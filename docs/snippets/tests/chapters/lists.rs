//! Lists and continuations.

use super::{Outcome, World};
use atlas_backup::{Continuation, ErrorKind};

async fn three_jobs() -> Result<World, Box<dyn std::error::Error>> {
    let world = World::new()?;
    for _ in 0..3 {
        world
            .client
            .create_backup_export(&world.project, &world.cluster, &world.request()?)
            .await?;
    }
    Ok(world)
}

#[tokio::test]
async fn items_are_all_items() -> Outcome {
    let World {
        client,
        project,
        cluster,
        ..
    } = &three_jobs().await?;
    let mut count = 0;
    // ANCHOR: items
    let mut jobs = client
        .list_backup_exports(project, cluster)
        .items_per_page(500)
        .items();
    while let Some(job) = jobs.try_next().await? {
        println!("{:?}: {:?}", job.id, job.state);
        // ANCHOR_END: items
        count += 1;
        // ANCHOR: items
    }
    // ANCHOR_END: items
    assert_eq!(count, 3);
    // ANCHOR: collect
    let snapshots = client
        .list_backup_snapshots(project, cluster)
        .items()
        .prefetch(1)
        .try_collect()
        .await?;
    // ANCHOR_END: collect
    assert!(!snapshots.is_empty());
    Ok(())
}

#[tokio::test]
async fn listing_is_resumed() -> Outcome {
    let World {
        client,
        project,
        cluster,
        ..
    } = &three_jobs().await?;
    // ANCHOR: stop
    let list = || {
        client
            .list_backup_exports(project, cluster)
            .items_per_page(1)
    };
    let mut jobs = list().items().max_pages(2);
    let stopped = loop {
        match jobs.try_next().await {
            Ok(Some(job)) => println!("{:?}", job.id),
            Ok(None) => break None,
            // A list with more pages is an error, so that no page is omitted silently.
            Err(error) if error.kind() == ErrorKind::Pagination => break jobs.continuation(),
            Err(error) => return Err(error.into()),
        }
    };
    // Stored as text, for example in a file or a database.
    let kept = stopped.map(|place| place.to_string());
    // ANCHOR_END: stop
    let kept = kept.ok_or("nothing was left")?;
    // ANCHOR: go_on
    let place: Continuation = kept.parse()?;
    let rest = list().continue_from(&place).items().try_collect().await?;
    // ANCHOR_END: go_on
    assert_eq!(rest.len(), 1);
    Ok(())
}

#[tokio::test]
async fn response_has_status_and_headers() -> Outcome {
    let World {
        client, project, ..
    } = &World::new()?;
    // ANCHOR: response
    let answer = client.list_export_buckets(project).send().await?;
    if let Some(limit) = answer.rate_limit() {
        println!("{} of {} calls are left", limit.remaining, limit.limit);
    }
    if answer.is_deprecated() {
        println!("this version ends at {:?}", answer.sunset());
    }
    println!(
        "{} buckets on the first page",
        answer.into_body().results.len()
    );
    // ANCHOR_END: response
    Ok(())
}
