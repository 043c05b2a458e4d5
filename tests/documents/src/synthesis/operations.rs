//! Paths by resource: lists, reads, writes and actions, with dated media types, some of which are past their
//! sunset.

use super::Synthesis;
use super::constants::OBJECT_ID;
use super::fields::Direction;
use super::schemas::reference;
use super::words::{Names, lower};
use serde_json::{Map, Value, json};

/// Dates of versions; the first is that of most operations.
const DATES: &[&str] = &[
    "2023-01-01",
    "2024-11-13",
    "2025-03-12",
    "2024-05-30",
    "2024-08-05",
    "2023-10-01",
];

/// Resources of one tag.
const TAG: usize = 8;

/// Number of resources before the union of sixty variants.
const SIXTY: usize = 9;

/// The action of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    List,
    Create,
    Get,
    Update,
    Replace,
    Delete,
    Act,
    Download,
}

impl Action {
    fn method(self) -> &'static str {
        match self {
            Self::List | Self::Get | Self::Download => "get",
            Self::Create | Self::Act => "post",
            Self::Update => "patch",
            Self::Replace => "put",
            Self::Delete => "delete",
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Create => "create",
            Self::Get => "get",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Act => "start",
            Self::Download => "download",
        }
    }

    /// Returns true if the path names a single resource.
    fn is_of_one(self) -> bool {
        !matches!(self, Self::List | Self::Create)
    }
}

/// The scope of a resource, and the path before it.
struct Scope {
    path: &'static str,
    word: &'static str,
    parameters: Vec<Value>,
}

impl Synthesis {
    /// Adds the schemas and operations of another resource, up to a number of operations.
    pub(super) fn resource(&mut self, most: usize) {
        let names = self.names();
        let scope = self.scope();
        if self.resources % TAG == 1 {
            let description = self.sentence("resources");
            self.tags
                .push(json!({ "name": names.spoken, "description": description }));
        }
        if self.resources == SIXTY {
            self.union(&names.one, 60, true);
        } else {
            self.model(&names.one, Direction::Response);
        }
        for action in self.actions() {
            if self.operations == most {
                return;
            }
            self.operations += 1;
            let operation = self.operation(action, &names, &scope);
            let mut path = format!("/api/example/v2{}/{}", scope.path, lower(&names.many));
            if action.is_of_one() {
                path.push_str(&format!("/{{{}}}", identifier(&names)));
            }
            match action {
                Action::Act => path.push_str("/start"),
                Action::Download => path.push_str("/content"),
                _ => {}
            }
            let item = self.paths.entry(path).or_insert_with(|| json!({}));
            item[action.method()] = operation;
        }
    }

    fn scope(&mut self) -> Scope {
        let parameter = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
        match self.dice.roll(5) {
            0 => Scope {
                path: "/orgs/{orgId}",
                word: "Org",
                parameters: vec![parameter("orgId")],
            },
            1 | 2 => Scope {
                path: "/groups/{groupId}/clusters/{clusterName}",
                word: "Cluster",
                parameters: vec![
                    parameter("groupId"),
                    json!({
                        "name": "clusterName", "in": "path", "required": true, "description": self.sentence("cluster"),
                        "schema": { "type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[a-zA-Z0-9][a-zA-Z0-9-]*$" },
                    }),
                ],
            },
            _ => Scope {
                path: "/groups/{groupId}",
                word: "Group",
                parameters: vec![parameter("groupId")],
            },
        }
    }

    /// Returns the actions of a resource: most are read, few are written.
    fn actions(&mut self) -> Vec<Action> {
        let mut actions = vec![Action::List, Action::Get];
        for (action, tenths) in [
            (Action::Create, 5),
            (Action::Delete, 4),
            (Action::Update, 2),
            (Action::Replace, 1),
            (Action::Act, 1),
        ] {
            if self.dice.roll(10) < tenths {
                actions.push(action);
            }
        }
        if self.dice.odds(25) {
            actions.push(Action::Download);
        }
        actions
    }

    fn operation(&mut self, action: Action, names: &Names, scope: &Scope) -> Value {
        let subject = match action {
            Action::List => &names.many,
            _ => &names.one,
        };
        let id = format!("{}{}{subject}", action.verb(), scope.word);
        let short = format!("{}{subject}", action.verb());
        let tag = self.tags.last().map(|tag| tag["name"].clone());
        let mut operation = json!({
            "operationId": id,
            "summary": format!("{} {}", action.verb(), names.spoken),
            "description": format!("{} {}", self.sentence(&names.spoken), self.sentence("request")),
            "tags": [tag],
            "parameters": self.parameters(action, names, scope),
            "responses": self.responses(action, names),
            "x-rolesRequirements": [self.dice.pick(&["Project Owner", "Project Read Only", "Organization Owner"])],
            "x-xgen-docs-url": format!("https://service.example.com/docs/{id}"),
            "x-xgen-operation-id-override": short,
        });
        if matches!(action, Action::Create | Action::Update | Action::Replace) {
            operation["requestBody"] = self.request(action, names);
        }
        if action == Action::Act {
            operation["x-xgen-method-verb-override"] =
                json!({ "verb": "start", "customMethod": false });
        }
        if self.dice.odds(10) {
            operation["externalDocs"] =
                json!({ "description": "Guide", "url": "https://service.example.com/guide" });
        }
        if self.dice.odds(12) {
            operation["deprecated"] = json!(true);
        }
        operation
    }

    fn parameters(&mut self, action: Action, names: &Names, scope: &Scope) -> Value {
        let parameter = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
        let mut parameters = scope.parameters.clone();
        parameters.extend(["envelope", "pretty"].map(parameter));
        if action == Action::List {
            parameters.extend(["includeCount", "itemsPerPage", "pageNum"].map(parameter));
            if self.dice.odds(4) {
                let values = json!([self.value(1), self.value(2), self.value(3)]);
                parameters.push(json!({
                    "name": "state", "in": "query", "description": self.sentence("filter"),
                    "schema": { "type": "array", "items": { "type": "string", "enum": values } },
                }));
            }
            if self.dice.odds(6) {
                parameters.push(json!({
                    "name": "since", "in": "query", "description": self.sentence("filter"),
                    "schema": { "type": "string", "format": "date-time" },
                }));
            }
        }
        if action.is_of_one() {
            parameters.push(json!({
                "name": identifier(names), "in": "path", "required": true, "description": self.sentence("path"),
                "schema": { "type": "string", "pattern": OBJECT_ID },
            }));
        }
        json!(parameters)
    }

    fn date(&mut self) -> &'static str {
        match self.dice.odds(2) {
            true => DATES[0],
            false => self.dice.pick(DATES),
        }
    }

    fn request(&mut self, action: Action, names: &Names) -> Value {
        let name = format!(
            "{}{}Request",
            names.one,
            if action == Action::Create {
                ""
            } else {
                "Update"
            }
        );
        if !self.schemas.contains_key(&name) {
            self.model(&name, Direction::Request);
        }
        let date = self.date();
        let media = format!("application/vnd.atlas.{date}+json");
        json!({
            "description": self.sentence("body"),
            "required": true,
            "content": { media: { "schema": reference(&name), "x-xgen-version": date } },
        })
    }

    fn responses(&mut self, action: Action, names: &Names) -> Value {
        let mut responses = Map::new();
        let headers = json!({
            "RateLimit-Limit": { "$ref": "#/components/headers/Limit" },
            "RateLimit-Remaining": { "$ref": "#/components/headers/Remaining" },
        });
        let status = match action {
            Action::Create => self.dice.pick(&["200", "201"]),
            Action::Delete => "204",
            Action::Act => "202",
            _ => "200",
        };
        let success = json!({ "description": "Success", "headers": headers, "content": self.content(action, names) });
        responses.insert(status.to_owned(), success);
        let mut failures = vec![
            ("401", "unauthorized"),
            ("403", "forbidden"),
            ("404", "notFound"),
            ("429", "tooManyRequests"),
            ("500", "internalServerError"),
        ];
        if !self.dice.odds(4) {
            failures.insert(0, ("400", "badRequest"));
        }
        if self.dice.odds(7) {
            failures.insert(3, ("409", "conflict"));
        }
        for (status, name) in failures {
            responses.insert(
                status.to_owned(),
                json!({ "$ref": format!("#/components/responses/{name}") }),
            );
        }
        Value::Object(responses)
    }

    /// Returns the versions of a response: usually one, sometimes also an older one with a sunset date.
    fn content(&mut self, action: Action, names: &Names) -> Value {
        let date = self.date();
        let form = match action {
            Action::Download => "gzip",
            _ => "json",
        };
        let media = |date: &str| format!("application/vnd.atlas.{date}+{form}");
        let schema = match action {
            Action::Delete => {
                return json!({ media(date): { "x-xgen-version": date } });
            }
            Action::Download => json!({ "type": "string", "format": "binary" }),
            Action::List => reference(&self.page(&names.one)),
            _ => reference(&names.one),
        };
        let mut content = Map::new();
        if date != DATES[0] && form == "json" && self.dice.odds(2) {
            let older = format!("{}Until{}", names.one, date.replace('-', ""));
            if !self.schemas.contains_key(&older) {
                let record = self.record(&older, Direction::Response);
                self.schemas.insert(older.clone(), record);
            }
            let older = match action {
                Action::List => self.page(&older),
                _ => older,
            };
            let version = json!({ "schema": reference(&older), "x-xgen-version": DATES[0], "x-sunset": "2026-03-01" });
            content.insert(media(DATES[0]), version);
        }
        content.insert(
            media(date),
            json!({ "schema": schema, "x-xgen-version": date }),
        );
        Value::Object(content)
    }
}

/// Returns the parameter that identifies a single resource.
fn identifier(names: &Names) -> String {
    format!("{}Id", lower(&names.one))
}
