//! Tests of the complete pipeline, from documents to files or diagnostics.

use atlas_backup_generator::{
    Diagnostics, Generated, Selection, Source, Target, Text, generate, pull,
};

/// A small documented API with a dated list operation, a create operation and an update operation.
const JOBS: &str = r##"
openapi: 3.0.3
info: {title: Jobs, version: "1", description: Jobs.}
tags: [{name: Jobs, description: What is to be done.}]
paths:
  /jobs:
    get:
      operationId: listJobs
      tags: [Jobs]
      summary: List jobs
      description: All of them.
      x-pagination: {items: results, links: links}
      parameters:
      - {name: itemsPerPage, in: query, description: How many., schema: {type: integer, maximum: 50}}
      - {name: If-Match, in: header, description: Only that one., schema: {type: string}}
      - {name: tag, in: query, required: true, description: Label., schema: {type: string}}
      - {name: state, in: query, description: Any of., schema: {type: array, items: {type: string}}}
      - {name: ids, in: query, explode: false, description: These., schema: {type: array, items: {type: string, pattern: "^([a-f0-9]{24})$", x-rust-runtime: ObjectId}}}
      - {name: order, in: query, description: Which first., schema: {type: string, enum: [newest, oldest]}}
      responses:
        "200":
          description: Jobs.
          content:
            application/vnd.atlas.2023-01-01+json: {schema: {$ref: "#/components/schemas/OldJobs"}, x-sunset: "2026-01-01"}
            application/vnd.atlas.2024-05-30+json: {schema: {$ref: "#/components/schemas/Jobs"}}
            application/vnd.atlas.2026-01-01+json: {schema: {$ref: "#/components/schemas/Jobs"}}
        "404": {description: None.}
    post:
      operationId: createJob
      tags: [Jobs]
      summary: Make a job
      description: It starts at once.
      requestBody:
        content:
          application/vnd.atlas.2023-01-01+json: {schema: {$ref: "#/components/schemas/Job"}}
      responses:
        "201":
          description: Made.
          content:
            application/vnd.atlas.2023-01-01+json: {schema: {$ref: "#/components/schemas/Job"}}
    patch:
      operationId: updateJob
      tags: [Jobs]
      summary: Change a job
      description: Some of it.
      requestBody:
        content:
          application/vnd.atlas.2023-01-01+json: {schema: {$ref: "#/components/schemas/JobChange"}}
      responses:
        "204": {description: Changed.}
components:
  schemas:
    JobChange:
      type: object
      description: What to change.
      properties:
        note: {type: string, maxLength: 80, description: Note.}
        retries: {type: integer, description: Times.}
    OldJobs: {type: object, description: Jobs., properties: {names: {type: array, description: Names., items: {type: string}}}}
    Jobs:
      type: object
      description: A page.
      required: [results]
      properties:
        results: {type: array, description: Them., items: {$ref: "#/components/schemas/Job"}}
        links: {type: array, description: Links., items: {$ref: "#/components/schemas/Link"}}
    Link:
      type: object
      description: A link.
      properties: {rel: {type: string, description: Kind.}, href: {type: string, description: Where.}}
    Job:
      type: object
      description: A job.
      required: [name]
      properties:
        id: {type: string, pattern: "^([a-f0-9]{24})$", x-rust-runtime: ObjectId, readOnly: true, description: Which.}
        name: {type: string, minLength: 1, maxLength: 9, description: Name.}
        after: {$ref: "#/components/schemas/Job"}
"##;

fn run(
    document: &str,
    overlays: &[&str],
    selection: Selection,
    api_date: &str,
) -> Result<Generated, Diagnostics> {
    let source = Source {
        overlays: overlays
            .iter()
            .map(|text| Text {
                name: "overlay.yaml",
                text,
            })
            .collect(),
        selection,
        api_date: Some(api_date),
        documented: true,
        curated: "curated.yaml",
        target: Target {
            crate_name: "atlas_backup",
            directory: "v2",
            receiver: "Client",
            features: false,
        },
        ..Source::of(Text {
            name: "jobs.yaml",
            text: document,
        })
    };
    generate(&source, &mut |_, _| {})
}

fn all(document: &str) -> Result<Generated, Diagnostics> {
    run(document, &[], Selection::All, "2025-03-12")
}

fn file<'g>(generated: &'g Generated, path: &str) -> &'g str {
    generated
        .files
        .iter()
        .find(|file| file.path == path)
        .map_or("", |file| &file.content)
}

#[test]
fn same_input_generates_the_same_bytes() {
    assert_eq!(all(JOBS).unwrap(), all(JOBS).unwrap());
}

#[test]
fn small_api_generates_the_code_in_the_snapshot() {
    insta::assert_snapshot!(file(&all(JOBS).unwrap(), "v2/jobs.rs"));
}

#[test]
fn operation_uses_its_newest_version_up_to_the_api_date() {
    for (date, accept, deprecated) in [
        ("2025-03-12", "application/vnd.atlas.2024-05-30+json", false),
        ("2024-05-30", "application/vnd.atlas.2024-05-30+json", false),
        ("2026-06-01", "application/vnd.atlas.2026-01-01+json", false),
    ] {
        let generated = run(
            JOBS,
            &[],
            Selection::Operations(vec!["listJobs".into()]),
            date,
        )
        .unwrap();
        let code = file(&generated, "v2/jobs.rs");
        assert!(
            code.contains(&format!("accept: {accept:?}")),
            "{date}: {code}"
        );
        assert_eq!(code.contains("#[deprecated"), deprecated, "{date}");
        assert!(
            !generated.curated.contains("OldJobs"),
            "{date}: the older version's schemas are still there"
        );
    }
}

#[test]
fn a_version_with_a_sunset_is_deprecated() {
    let newest = JOBS.replace(
        "x-pagination: {items: results, links: links}",
        "x-note: old",
    );
    let generated = run(
        &newest,
        &[],
        Selection::Operations(vec!["listJobs".into()]),
        "2024-01-01",
    )
    .unwrap();
    assert!(
        file(&generated, "v2/jobs.rs")
            .contains("#[deprecated(note = \"the service removes this version on 2026-01-01\")]")
    );
}

#[test]
fn overlay_merges_objects_appends_to_arrays_and_removes() {
    let overlay = r"
overlay: 1.0.0
info: {title: t, version: '1'}
actions:
- target: $.info
  update: {title: Other, x-more: {a: 1}}
- target: $.tags
  update: {name: Second, description: More.}
- target: $.paths['/jobs'].post
  remove: true
";
    let generated = run(JOBS, &[overlay], Selection::All, "2025-03-12").unwrap();
    let curated = &generated.curated;
    assert!(
        curated.contains("title: Other")
            && curated.contains("description: Jobs.")
            && curated.contains("x-more:")
    );
    assert!(!curated.contains("createJob"));
}

#[test]
fn unsupported_input_is_reported_with_pointer_and_remedy() {
    let cases: [(&str, String, Option<&str>, &str, &str); 9] = [
        (
            "syntax",
            "openapi: [".into(),
            None,
            "unreadable-document",
            "",
        ),
        (
            "not a mapping",
            "- 1".into(),
            None,
            "unreadable-document",
            "",
        ),
        (
            "prose",
            JOBS.replace("description: It starts at once.", "x: 1"),
            None,
            "undocumented",
            "/paths/~1jobs/post",
        ),
        (
            "reference",
            JOBS.replace("schemas/Link\"", "schemas/Lynk\""),
            None,
            "unresolved-reference",
            "/components/schemas/Jobs/properties/links/items",
        ),
        (
            "page",
            JOBS.replace(
                "{items: results, links: links}",
                "{items: rows, links: links}",
            ),
            None,
            "not-a-page",
            "/paths/~1jobs/get/x-pagination",
        ),
        (
            "names",
            JOBS.replace("operationId: createJob", "operationId: list_jobs"),
            None,
            "name-collision",
            "/paths/~1jobs/post",
        ),
        (
            "fields",
            JOBS.replace(
                "        name: {type",
                "        ID: {type: string, description: D.}\n        name: {type",
            ),
            None,
            "name-collision",
            "/components/schemas/Job/properties/ID",
        ),
        (
            "target",
            JOBS.into(),
            Some("overlay: 1.0.0\nactions: [{target: \"$.paths['/gone'].get\", remove: true}]"),
            "overlay-target-missing",
            "/actions/0",
        ),
        (
            "path",
            JOBS.into(),
            Some("overlay: 1.0.0\nactions: [{target: 'paths[', remove: true}]"),
            "overlay-target-invalid",
            "/actions/0",
        ),
    ];
    for (what, document, overlay, code, pointer) in cases {
        let overlays: Vec<&str> = overlay.into_iter().collect();
        let found = run(&document, &overlays, Selection::All, "2025-03-12").expect_err(what);
        let first = &found.found()[0];
        assert_eq!(
            (first.code, first.pointer.as_str()),
            (code, pointer),
            "{what}: {found}"
        );
        assert!(
            !first.help.is_empty() && !first.message.is_empty(),
            "{what}"
        );
    }
}

#[test]
fn all_diagnostics_of_a_stage_are_reported_together() {
    let document = JOBS
        .replace("description: Which.", "x: 1")
        .replace("description: Name.", "x: 1")
        .replace("summary: List jobs", "x: 1");
    let found = all(&document).expect_err("three things are undocumented");
    assert_eq!(found.found().len(), 3, "{found}");
}

#[test]
fn misspelled_operation_is_reported_with_a_suggestion() {
    let found = run(
        JOBS,
        &[],
        Selection::Operations(vec!["listjobs".into()]),
        "2025-03-12",
    )
    .expect_err("misspelt");
    insta::assert_snapshot!(found, @r"
    error[unknown-operation]: the selection names `listjobs`, which the document does not have
      --> curated.yaml#/paths (jobs.yaml:5)
       5 | paths:
      help: did you mean `listJobs`?
    ");
}

#[test]
fn pull_keeps_facts_and_removes_prose() {
    let document = JOBS.replace(
        "properties: {rel: {type: string, description: Kind.}",
        "properties: {description: {type: string, description: Kind., example: e}",
    );
    let pulled = pull(
        Text {
            name: "jobs.yaml",
            text: &document,
        },
        None,
        &Selection::Operations(vec!["listJobs".into()]),
    )
    .unwrap();
    assert_eq!(
        (
            pulled.operations,
            pulled.newest.as_str(),
            pulled.version.as_str()
        ),
        (1, "2026-01-01", "1")
    );
    for gone in [
        "All of them.",
        "Kind.",
        "summary",
        "createJob",
        "What is to be done.",
        "example",
    ] {
        assert!(
            !pulled.upstream.contains(gone),
            "{gone} is still there:\n{}",
            pulled.upstream
        );
    }
    for kept in [
        "title: Jobs",
        "description:\n          type: string",
        "x-sunset",
        "OldJobs",
        "pattern: ^([a-f0-9]{24})$",
    ] {
        assert!(
            pulled.upstream.contains(kept),
            "{kept} is gone:\n{}",
            pulled.upstream
        );
    }
}

#[test]
fn hostile_documents_are_reported_without_a_panic() {
    let truncated = &JOBS[..JOBS.len() / 2];
    let cyclic = JOBS.replace(
        "    Job:\n      type: object",
        "    Job:\n      allOf: [{$ref: '#/components/schemas/Job'}]\n      type: object",
    );
    let alias = JOBS.replace("    Link:\n      type: object\n      description: A link.\n      properties: {rel: {type: string, description: Kind.}, href: {type: string, description: Where.}}", "    Link: {$ref: '#/components/schemas/Link', description: A.}");
    let deep = format!(
        "openapi: 3.0.3\nx: {}1{}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    for (what, document) in [
        ("truncated", truncated),
        ("cyclic allOf", &cyclic),
        ("alias of itself", &alias),
        ("deep", &deep),
        ("nul", "\u{0}"),
    ] {
        assert!(all(document).is_err(), "{what}");
    }
    let chain: String = (0..10_000)
        .map(|n| {
            format!(
                "    C{n}: {{$ref: '#/components/schemas/C{}', description: D.}}\n",
                n + 1
            )
        })
        .collect();
    let chained = JOBS.replace(
        "after: {$ref: \"#/components/schemas/Job\"}",
        "after: {$ref: \"#/components/schemas/C0\"}",
    ) + &chain;
    assert!(
        all(&chained).is_err(),
        "a chain of references that leads nowhere"
    );
}

#[test]
fn oversized_documents_are_rejected() {
    let inherit = |count: usize, base: fn(usize) -> Vec<usize>| -> String {
        let schemas = (0..count).map(|n| {
            let bases: Vec<String> = base(n)
                .into_iter()
                .map(|base| format!("{{$ref: '#/components/schemas/C{base}'}}"))
                .collect();
            format!(
                "    C{n}: {{description: D., allOf: [{}], properties: {{}}}}\n",
                bases.join(", ")
            )
        });
        let schemas: String = schemas.collect();
        JOBS.replace("schemas/Job\"}\n", "schemas/C0\"}\n")
            + &schemas
            + &format!(
                "    C{count}: {{type: object, description: D., properties: {{a: {{type: string, description: A.}}}}}}\n"
            )
    };
    // Without merging each ancestor once, there would be 2^40 paths to this one.
    assert!(all(&inherit(40, |n| vec![n + 1, n + 1])).is_ok());
    let documents = [
        (
            "ancestors",
            "inheritance-too-deep",
            inherit(10_000, |n| vec![n + 1]),
        ),
        (
            "text",
            "too-large",
            format!("openapi: 3.0.3\nx: {}", "a".repeat(65 << 20)),
        ),
        (
            "values",
            "unreadable-document",
            format!("openapi: 3.0.3\nx: [{}1]", "1,".repeat(2_000_000)),
        ),
        (
            "aliases",
            "unreadable-document",
            (1..30).fold("a0: &a0 [1,1,1,1]\n".to_owned(), |text, n| {
                let inner = n - 1;
                text + &format!("a{n}: &a{n} [*a{inner},*a{inner},*a{inner},*a{inner}]\n")
            }),
        ),
    ];
    let refused = |(what, code, document): &(&str, &str, String)| {
        let found = all(document).expect_err(what);
        assert_eq!(found.found()[0].code, *code, "{what}");
        assert!(
            found.found().len() <= 20,
            "{what}: {} findings",
            found.found().len()
        );
    };
    // Some of the documents take seconds, so they run in parallel.
    std::thread::scope(|scope| {
        for document in &documents {
            scope.spawn(|| refused(document));
        }
    });
}

#[test]
fn hostile_prose_and_names_generate_valid_code() {
    let document = JOBS
        .replace("description: A job.", "description: 'ends */ \" here'")
        .replace("name: {type: string, minLength", "\"\\u0007 */ \\\"x\": {type: string, description: \"a\\nb\"}\n        name: {type: string, minLength");
    let generated = all(&document).unwrap();
    let code = file(&generated, "v2/jobs.rs");
    assert!(code.contains("/// ends */ \" here\n"), "{code}");
    assert!(code.contains("pub x: Option<String>"), "{code}");
}

/// A curated document with a union whose tag enum lacks a value.
const CONNECTIONS: &str = r##"
openapi: 3.0.3
info: {title: Connections, version: "1", description: Connections.}
tags: [{name: Connections, description: They connect.}]
paths:
  /connections:
    post:
      operationId: addConnection
      tags: [Connections]
      summary: Add a connection
      description: It is there at once.
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Connection"}}}}
      responses: {"204": {description: none}}
components:
  schemas:
    Connection:
      type: object
      description: A connection.
      properties: {type: {type: string, description: Its type., enum: [Kafka], x-enum-descriptions: {Kafka: Kafka., S3: S3.}}}
      discriminator: {propertyName: type, mapping: {Kafka: "#/components/schemas/Kafka", S3: "#/components/schemas/S3"}}
    Kafka: {description: Kafka., allOf: [{$ref: "#/components/schemas/Connection"}, {type: object, properties: {a: {type: string, description: A.}}}]}
    S3: {description: S3., allOf: [{$ref: "#/components/schemas/Connection"}, {type: object, properties: {b: {type: string, description: B.}}}]}
"##;

#[test]
fn mapping_value_missing_from_the_enum_is_reported_with_a_working_action() {
    let curated = |overlays: &[&str]| {
        let source = Source {
            overlays: overlays
                .iter()
                .map(|text| Text {
                    name: "corrections.yaml",
                    text,
                })
                .collect(),
            documented: true,
            curated: "curated.yaml",
            target: Target {
                crate_name: "connections",
                directory: "api",
                receiver: "Client",
                features: false,
            },
            ..Source::of(Text {
                name: "connections.yaml",
                text: CONNECTIONS,
            })
        };
        generate(&source, &mut |_, _| {})
    };
    let found = curated(&[]).expect_err("the enum lacks a value");
    let [finding] = found.found() else {
        panic!("{found}")
    };
    assert_eq!(finding.code, "unlisted-tag");
    let action = finding.action.as_ref().expect("there is a way out");
    let overlay = format!(
        "overlay: 1.0.0\ninfo: {{title: Corrections, version: \"1\"}}\nactions:\n{action}\n"
    );
    let generated = curated(&[&overlay]).unwrap_or_else(|found| panic!("{overlay}\n{found}"));
    assert!(
        generated
            .files
            .iter()
            .any(|file| file.content.contains("S3 = \"S3\""))
    );
}

/// A curated document with dates in the names of a component and of a property's type.
const DATED: &str = r##"
openapi: 3.0.3
info: {title: Jobs, version: "1", description: Jobs.}
tags: [{name: Jobs, description: What is to be done.}]
paths:
  /jobs:
    post:
      operationId: createJob
      tags: [Jobs]
      summary: Make a job
      description: It starts at once.
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Job20251022"}}}}
      responses: {"200": {description: none, content: {application/json: {schema: {$ref: "#/components/schemas/Job20251022"}}}}}
components:
  schemas:
    Job20251022:
      type: object
      required: [name]
      properties:
        name: {type: string, description: Its name.}
        part_2025_10_22: {type: object, description: A part., properties: {a: {type: string, description: A.}}}
"##;

fn dated(overlay: &str) -> Result<Generated, Diagnostics> {
    let overlay =
        format!("overlay: 1.0.0\ninfo: {{title: Names, version: \"1\"}}\nactions:\n{overlay}");
    let source = Source {
        overlays: vec![Text {
            name: "names.yaml",
            text: &overlay,
        }],
        documented: true,
        curated: "curated.yaml",
        target: Target {
            crate_name: "jobs",
            directory: "api",
            receiver: "Client",
            features: false,
        },
        ..Source::of(Text {
            name: "jobs.yaml",
            text: DATED,
        })
    };
    generate(&source, &mut |_, _| {})
}

/// Returns the suggested action of a diagnostic.
fn action(finding: &atlas_backup_generator::Diagnostic) -> String {
    let action = finding.action.as_ref().map(ToString::to_string);
    action.unwrap_or_default() + "\n"
}

#[test]
fn dated_type_names_are_reported_until_each_is_renamed() {
    let described = "- target: $.components.schemas.Job20251022\n  update: {description: A job.}\n";
    let mut overlay = described.to_owned();
    for _ in 0..4 {
        match dated(&overlay) {
            Ok(generated) => {
                let code: String = generated
                    .files
                    .into_iter()
                    .map(|file| file.content)
                    .collect();
                for name in [
                    "pub struct Job {",
                    "pub struct JobRequest {",
                    "pub struct JobPart {",
                ] {
                    assert!(code.contains(name), "{name}\n{code}");
                }
                return;
            }
            Err(found) => {
                let finding = &found.found()[0];
                assert_eq!(finding.code, "dated-name", "{found}");
                overlay.push_str(&action(finding));
            }
        }
    }
    panic!("there are still dated names: {overlay}");
}

#[test]
fn prose_and_names_move_to_the_next_dated_schema_and_corrections_do_not() {
    let words = "- target: $.components.schemas.Job20240805\n  update: {description: A job., x-rust-name: Job, x-rust-request-name: JobRequest, properties: {part_2025_10_22: {x-rust-type: JobPart}}}\n";
    let generated = dated(words).unwrap_or_else(|found| panic!("{found}"));
    assert!(generated.curated.contains("description: A job."));
    let undated = words.replace("Job20240805", "Job");
    let generated = dated(&undated).unwrap_or_else(|found| panic!("{found}"));
    assert!(generated.curated.contains("description: A job."));
    for correction in [
        "Job20240805\n  update: {required: [part_2025_10_22]}",
        "Job20240805.properties.name\n  remove: true",
    ] {
        let overlay = format!("{words}- target: $.components.schemas.{correction}\n");
        let found = dated(&overlay).expect_err("the version is no more");
        assert_eq!(found.found()[0].code, "overlay-target-missing", "{found}");
    }
}

#[test]
fn described_properties_that_do_not_exist_are_reported_together() {
    let overlay = "- target: $.components.schemas.Job20251022.properties\n  update: {one: {description: A.}, name: {description: B.}, two: {x-rust-field: c}, three: {description: D.}}\n";
    let found = dated(overlay).expect_err("three properties are not there");
    let [finding] = found.found() else {
        panic!("{found}");
    };
    let said = "has no properties `one`, `three`, `two` to describe";
    assert!(finding.message.contains(said), "{found}");
}
