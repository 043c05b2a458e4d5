//! Links of pages: a walk stays in its list, requests no page twice, and ends.

use crate::world::{ORIGIN, TOKEN, World, judge, place};
use atlas_backup::{Continuation, Credentials};
use std::collections::BTreeSet;

/// More pages than an input has responses.
const PAGES: u32 = 300;

pub(crate) fn run(input: &[u8]) -> bool {
    let world = World::new(input);
    let client = world.client(Credentials::bearer(TOKEN));
    let (project, cluster) = place();
    let list = client.list_backup_exports(&project, &cluster).no_retry();
    let mut items = list.items().max_pages(PAGES);
    let mut given = 0;
    loop {
        match world.run(items.try_next()) {
            Ok(Some(_)) => given += 1,
            Ok(None) => break,
            Err(error) => {
                judge(&error);
                break;
            }
        }
        assert!(given < 1_000_000, "elements have no end");
    }
    if let Some(place) = items.continuation() {
        let text = place.to_string();
        let read: Continuation = text
            .parse()
            .unwrap_or_else(|_| panic!("not a continuation: {text:?}"));
        assert_eq!(read, place);
    }
    let sent = world.sent();
    let mut asked = BTreeSet::new();
    let first = sent
        .first()
        .map(|sent| sent.request.uri().path().to_owned());
    for sent in &sent {
        let uri = sent.request.uri();
        assert!(uri.to_string().starts_with(&format!("{ORIGIN}/")), "{uri}");
        assert_eq!(Some(uri.path()), first.as_deref(), "another list");
        assert!(asked.insert(uri.to_string()), "{uri} is asked for twice");
    }
    // A link was followed.
    asked.len() > 1
}
