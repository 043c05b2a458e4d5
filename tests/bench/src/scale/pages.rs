//! Lists of many pages: the memory they take as a stream, and what fetching ahead saves.

use super::Size;
use crate::Outcome;
use crate::calls::client::{client, list};
use crate::calls::service::Service;
use crate::jobs::{peak, served};
use crate::row::{Row, Target};
use crate::timing::in_turn;
use std::time::Duration;

/// How long the service works on a page, and the consumer on one that it has.
const WORK: Duration = Duration::from_millis(10);

/// Reads all items of a list.
pub(super) fn items(pages: usize, items: usize) -> Outcome<()> {
    let service = Service::start()?;
    let runtime = runtime()?;
    let read = runtime.block_on(async {
        let mut list = list(&client(&service.base)?, items).items();
        let mut read = 0;
        while list.try_next().await?.is_some() {
            read += 1;
        }
        Outcome::Ok(read)
    })?;
    match read == pages * items {
        true => Ok(()),
        false => Err(format!("{read} items").into()),
    }
}

/// Reads all pages of a list, and works on each.
pub(super) fn worked_on(pages: usize, prefetch: usize) -> Outcome<()> {
    let service = Service::start()?;
    let runtime = runtime()?;
    let read = runtime.block_on(async {
        let mut list = list(&client(&service.base)?, 20).pages().prefetch(prefetch);
        let mut read = 0;
        while list.try_next().await?.is_some() {
            tokio::time::sleep(WORK).await;
            read += 1;
        }
        Outcome::Ok(read)
    })?;
    match read == pages {
        true => Ok(()),
        false => Err(format!("{read} pages").into()),
    }
}

/// One for the consumer and one for what is fetched ahead.
fn runtime() -> Outcome<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?)
}

pub(super) fn rows(size: &Size) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for (id, job, items) in [
        ("scale-items-100", "items-100", 100),
        ("scale-items-500", "items-500", 500),
    ] {
        let memory = |pages| {
            let service = Service::with_pages(pages, Duration::ZERO)?;
            peak(&served(job, pages, &service.base)?)
        };
        let (one, all) = (memory(1)?, memory(size.items / items)?);
        rows.push(Row::new(
            id,
            format!(
                "MB at most for a stream of {} export jobs in pages of {items}; peer: of a single page",
                size.items
            ),
            all,
            one,
            &Target::Above(20.0),
        ));
    }
    let service = Service::with_pages(size.pages, WORK)?;
    let work = |job| served(job, size.pages, &service.base).map(drop);
    let (ours, peer) = in_turn(3, || work("pages-prefetched"), || work("pages-sequential"))?;
    rows.push(Row::new(
        "scale-prefetch",
        format!(
            "seconds for {} pages, one fetched ahead, on each of which service and consumer work for 10 ms; peer: none ahead",
            size.pages
        ),
        ours,
        peer,
        &Target::Ratio(1.0 / 1.6),
    ));
    Ok(rows)
}
