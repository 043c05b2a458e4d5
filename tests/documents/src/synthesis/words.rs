//! Synthetic names and sentences, with distinct names for each resource.

use super::Synthesis;

/// First words of resource names.
const SUBJECTS: &[&str] = &[
    "Anchor", "Basin", "Beacon", "Bridge", "Canal", "Canyon", "Cedar", "Comet", "Copper", "Coral",
    "Crane", "Delta", "Ember", "Falcon", "Fern", "Ferry", "Flint", "Forge", "Garden", "Glacier",
    "Granite", "Harbor", "Hazel", "Heron", "Island", "Jetty", "Lagoon", "Lantern", "Lichen",
    "Maple", "Marble", "Meadow", "Mill", "Moss", "Nectar", "Oasis", "Orchard", "Otter", "Pebble",
    "Pier", "Pine", "Plaza", "Prairie", "Quarry", "Raven", "Reef", "Ridge", "River", "Saddle",
    "Sparrow", "Spruce", "Summit", "Thicket", "Timber", "Tunnel", "Valley", "Vessel", "Violet",
    "Walnut", "Willow", "Zephyr",
];

/// Second words of resource names, singular and plural.
const KINDS: &[(&str, &str)] = &[
    ("Account", "Accounts"),
    ("Policy", "Policies"),
    ("Rule", "Rules"),
    ("Job", "Jobs"),
    ("Index", "Indexes"),
    ("Log", "Logs"),
    ("Route", "Routes"),
    ("Key", "Keys"),
    ("Schedule", "Schedules"),
    ("Alert", "Alerts"),
    ("Bucket", "Buckets"),
    ("Endpoint", "Endpoints"),
    ("Limit", "Limits"),
    ("Role", "Roles"),
    ("Budget", "Budgets"),
    ("Queue", "Queues"),
    ("Plan", "Plans"),
    ("Report", "Reports"),
    ("Archive", "Archives"),
    ("Token", "Tokens"),
    ("Window", "Windows"),
    ("Zone", "Zones"),
    ("Peer", "Peers"),
];

/// First words of field names.
const BEGINNINGS: &[&str] = &[
    "active",
    "allowed",
    "billing",
    "current",
    "desired",
    "effective",
    "expected",
    "failed",
    "initial",
    "last",
    "maximum",
    "minimum",
    "next",
    "observed",
    "owning",
    "pending",
    "previous",
    "primary",
    "remaining",
    "reported",
    "requested",
    "secondary",
    "source",
    "target",
    "total",
    "upstream",
    "used",
    "verified",
];

const VERBS: &[&str] = &[
    "bounds",
    "describes",
    "identifies",
    "limits",
    "orders",
    "owns",
    "precedes",
    "replaces",
    "restricts",
    "selects",
    "starts",
    "triggers",
];

const ADJECTIVES: &[&str] = &[
    "archived",
    "balanced",
    "dedicated",
    "elastic",
    "encrypted",
    "federated",
    "global",
    "isolated",
    "regional",
    "replicated",
    "serverless",
    "shared",
    "sharded",
    "temporary",
];

/// The names of one resource.
pub(super) struct Names {
    /// The singular as a type name: `CedarRule`.
    pub(super) one: String,
    /// The plural: `CedarRules`.
    pub(super) many: String,
    /// The plural in prose.
    pub(super) spoken: String,
}

/// Returns the name in lower camel case.
pub(super) fn lower(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

impl Synthesis {
    /// Returns names that no other resource has, for as many resources as there are pairs of words.
    pub(super) fn names(&mut self) -> Names {
        let number = self.resources;
        self.resources += 1;
        let round = number / SUBJECTS.len();
        let subject = SUBJECTS[number % SUBJECTS.len()];
        // Each round uses other pairs, so that none is repeated before all are used.
        let (one, many) = KINDS[(number * 5 + round) % KINDS.len()];
        let prefix = match round / KINDS.len() {
            0 => String::new(),
            more => format!("Other{more}"),
        };
        Names {
            one: format!("{prefix}{subject}{one}"),
            many: format!("{prefix}{subject}{many}"),
            spoken: format!("{} {}", subject.to_lowercase(), many.to_lowercase()),
        }
    }

    /// Returns a first word of a field name.
    pub(super) fn beginning(&mut self) -> &'static str {
        self.dice.pick(BEGINNINGS)
    }

    /// Returns a word for the name of a variant.
    pub(super) fn adjective(&mut self) -> &'static str {
        self.dice.pick(ADJECTIVES)
    }

    /// Returns a value of an enum in a typical notation.
    pub(super) fn value(&mut self, number: usize) -> String {
        let subject = SUBJECTS[(number * 7 + number / SUBJECTS.len()) % SUBJECTS.len()];
        let adjective = ADJECTIVES[(number + number / SUBJECTS.len()) % ADJECTIVES.len()];
        let rest = match number / (SUBJECTS.len() * ADJECTIVES.len()) {
            0 => String::new(),
            more => format!("_{more}"),
        };
        format!("{adjective}_{subject}{rest}").to_uppercase()
    }

    /// Returns one or two sentences.
    pub(super) fn sentence(&mut self, about: &str) -> String {
        let (verb, other) = (
            self.dice.pick(VERBS),
            self.dice.pick(SUBJECTS).to_lowercase(),
        );
        let (adjective, more) = (self.dice.pick(ADJECTIVES), self.dice.pick(VERBS));
        let first = match self.dice.roll(5) {
            0 => format!("Value that {verb} the {about} of one {adjective} {other}."),
            1 => format!("Part of the {other} that {verb} its {about}, as the service reports it."),
            2 => format!(
                "The {about}, which {verb} the {adjective} {other} and {more} what follows from it."
            ),
            3 => {
                format!("How the {about} {verb} a {other}: the service applies it within a minute.")
            }
            _ => format!("Human-readable text of the {about} that {verb} the {other}."),
        };
        match self.dice.roll(3) {
            0 => format!(
                "{first} Leave it out to keep the {adjective} default, which {more} every {other} of the project."
            ),
            _ => first,
        }
    }
}
