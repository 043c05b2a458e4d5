//! Tests of `pull` with copies of the stored documents: acceptance, rejection and reports.

use super::{Arguments, take_in};
use crate::generate::{Format, plan, selection, v2};
use crate::tree;
use crate::workspace::{self, Planned};
use atlas_backup_generator::{Selection, Source, curated};
use serde_json::{Value, json};
use std::path::Path;

/// Creates a repository with copies of the stored documents and a changed upstream document.
fn repository(upstream: impl FnOnce(String) -> String) -> tempfile::TempDir {
    let (here, there) = (workspace::root(), tempfile::tempdir().unwrap());
    for path in workspace::files_below(&here, "spec").unwrap() {
        let target = there.path().join(&path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(here.join(&path), target).unwrap();
    }
    let text = upstream(read(&here, "spec/v2/upstream.yaml"));
    std::fs::write(there.path().join("new.yaml"), text).unwrap();
    there
}

/// Creates a repository with a change of the upstream document as a JSON value.
fn changed(change: impl FnOnce(&mut Value) -> Option<()>) -> tempfile::TempDir {
    repository(|text| {
        let wanted = selection(&workspace::root()).unwrap();
        let source = Source {
            overlays: Vec::new(),
            selection: Selection::All,
            api_date: None,
            documented: false,
            ..v2(&text, &[], &wanted, None)
        };
        let mut document = curated(&source).unwrap();
        change(&mut document).expect("the document has it");
        document.to_string()
    })
}

fn read(root: &Path, path: &str) -> String {
    workspace::read(&root.join(path)).unwrap()
}

/// Replaces `what`, which the text must contain.
fn replaced(text: &str, what: &str, by: &str) -> String {
    assert!(text.contains(what), "{what}");
    text.replacen(what, by, 1)
}

fn taken_in(root: &Path) -> Result<String, String> {
    taken_in_with(root, false, false)
}

fn taken_in_with(root: &Path, prune: bool, follow_renames: bool) -> Result<String, String> {
    let arguments = Arguments {
        from: root.join("new.yaml"),
        preview: Some(root.join("coming.yaml")),
        prune,
        follow_renames,
    };
    let pull = take_in(root, &arguments)?;
    tree::take(root)?.apply(&pull.planned, &pull.changes)?;
    Ok(pull.report)
}

const PREFIX: &str = "    DiskBackupExportJob:\n      properties:\n";

#[test]
fn stored_document_requires_no_new_version() {
    let repository = repository(|text| text);
    let report = taken_in(repository.path()).unwrap();
    assert!(report.contains("bump: none\n"), "{report}");
    assert!(!report.contains("undocumented"), "{report}");
    assert!(!report.contains("adopted"), "{report}");
}

#[test]
fn a_new_field_is_reported_and_ready_to_be_described() {
    let field = format!("{PREFIX}        brandNew:\n          type: string\n");
    let repository = repository(|text| replaced(&text, PREFIX, &field));
    let report = taken_in(repository.path()).unwrap();
    assert!(
        report.contains("DiskBackupExportJob::brand_new: the field was added"),
        "{report}"
    );
    assert!(report.contains("bump: minor\n"), "{report}");
    let action = "- target: $.components.schemas.DiskBackupExportJob.properties.brandNew\n  update:\n    description: …\n";
    assert!(report.contains(action), "{report}");
    for written in ["spec/v2/upstream.yaml", "coming.yaml"] {
        assert!(
            read(repository.path(), written).contains("brandNew"),
            "{written}"
        );
    }
}

#[test]
fn a_renamed_or_removed_operation_is_reported_with_the_action_to_take() {
    let list = "listGroupClusterBackupExports";
    // The name of the operation in the SDK.
    let shown = "listBackupExports";
    let get = "getGroupClusterBackupExport";
    let renamed = |text: String| {
        replaced(
            &text,
            &format!("operationId: {get}\n"),
            "operationId: readExport\n",
        )
    };
    let gone = |text: String| {
        let text = replaced(
            &text,
            &format!("operationId: {list}\n"),
            "operationId: other\n",
        );
        replaced(&text, "/backup/exports\":", "/backup/others\":")
    };
    for (repository, expected) in [
        (
            repository(renamed),
            [
                format!("`{get}` was renamed to `readExport`"),
                format!("replace \"{get}\" by \"readExport\""),
            ],
        ),
        (
            repository(gone),
            [
                format!("`{list}` (`GET /api/"),
                format!("x-rust-removed:\n              {shown}:\n                successor: …"),
            ],
        ),
    ] {
        let before = read(repository.path(), "spec/v2/upstream.yaml");
        let message = taken_in(repository.path()).unwrap_err();
        for expected in expected {
            assert!(message.contains(&expected), "{expected}: {message}");
        }
        assert_eq!(read(repository.path(), "spec/v2/upstream.yaml"), before);
    }
}

#[test]
fn overlay_without_match_changes_no_file() {
    let repository = repository(|text| {
        text.replace("DiskBackupExportJob:", "ExportJob:")
            .replace("DiskBackupExportJob\"", "ExportJob\"")
    });
    let files = ["spec/v2/upstream.yaml", "spec/v2/source.toml"];
    let before = files.map(|path| read(repository.path(), path));
    let message = taken_in(repository.path()).unwrap_err();
    assert!(message.contains("overlay-target-missing"), "{message}");
    for overlay in ["names.yaml", "prose/exports.yaml"] {
        assert!(message.contains(overlay), "{overlay}: {message}");
    }
    assert_eq!(before, files.map(|path| read(repository.path(), path)));
}

#[test]
fn removed_field_with_a_description_is_an_overlay_without_match() {
    let repository = repository(|text| {
        let (before, job) = text.split_once(PREFIX).unwrap();
        let job = replaced(job, "        state:\n", "        status:\n");
        format!("{before}{PREFIX}{job}")
    });
    let message = taken_in(repository.path()).unwrap_err();
    assert!(
        message.contains("has no property `state` to describe"),
        "{message}"
    );
}

#[test]
fn a_correction_that_upstream_has_adopted_is_reported() {
    let repository = repository(|text| text);
    let path = repository.path().join("spec/v2/overlays/names.yaml");
    let names = std::fs::read_to_string(&path).unwrap();
    let action = "\n- target: $.components.schemas.DiskBackupExportJob\n  update: {type: object}\n";
    std::fs::write(&path, names + action).unwrap();
    let report = taken_in(repository.path()).unwrap();
    assert!(report.contains("adopted: "), "{report}");
    assert!(report.contains("remove the action"), "{report}");
}

fn list<'d>(document: &'d mut Value, pointer: &str) -> Option<&'d mut Vec<Value>> {
    document.pointer_mut(pointer)?.as_array_mut()
}

/// The place of a correction, the change upstream, and the expected report.
type Adoption = (
    &'static str,
    fn(&mut Value) -> Option<()>,
    &'static [&'static str],
);

const ADOPTIONS: &[Adoption] = &[
    (
        "a value in each of three enums",
        |document| {
            for schema in [
                "DiskBackupSnapshot",
                "DiskBackupReplicaSet",
                "DiskBackupShardedClusterSnapshot",
            ] {
                let pointer = format!("/components/schemas/{schema}/properties/frequencyType/enum");
                list(document, &pointer)?.push(json!("ondemand"));
            }
            Some(())
        },
        &[
            "\nadopted: the document already has at `$.components.schemas['DiskBackupSnapshot'",
            "remove the action\n",
        ],
    ),
    (
        "a value in one of three enums",
        |document| {
            let pointer = "/components/schemas/DiskBackupSnapshot/properties/frequencyType/enum";
            list(document, pointer)?.push(json!("ondemand"));
            Some(())
        },
        &[
            "partly adopted: the document already has \"ondemand\" at /components/schemas/DiskBackupSnapshot/properties/frequencyType/enum, which",
            "remove it from the action\n",
        ],
    ),
    (
        "one of two values",
        |document| {
            let pointer = "/components/schemas/AutoExportPolicyView/properties/frequencyType/enum";
            list(document, pointer)?.push(json!("daily"));
            Some(())
        },
        &[
            "partly adopted: the document already has \"daily\" at /components/schemas/AutoExportPolicyView/",
        ],
    ),
    (
        "a required field",
        |document| {
            let pointer = "/components/schemas/FlexBackupRestoreJobCreate20241113/required";
            list(document, pointer)?.push(json!("targetProjectId"));
            Some(())
        },
        &[
            "\nadopted: the document already has at `$.components.schemas.FlexBackupRestoreJobCreate20241113.required`",
        ],
    ),
    (
        "a field that the correction describes as well",
        |document| {
            let job = document
                .pointer_mut("/components/schemas/DiskBackupSnapshotRestoreJob/properties")?;
            job["targetDeploymentItemName"] = json!({"type": "string", "readOnly": true});
            Some(())
        },
        &[
            "\nadopted: ",
            "remove the action, and move its descriptions to the prose overlay\n",
        ],
    ),
    (
        "one of several facts",
        |document| {
            let date =
                document.pointer_mut("/components/schemas/ApiBSONTimestampView/properties/date")?;
            date["nullable"] = json!(true);
            Some(())
        },
        &[
            "partly adopted: the document already has true at /components/schemas/ApiBSONTimestampView/properties/date/nullable, which",
        ],
    ),
    (
        "something removed",
        |document| {
            let request = document.pointer_mut("/components/schemas/DiskBackupExportJobRequest")?;
            request.as_object_mut()?.shift_remove("nullable").map(drop)
        },
        &[
            "\nadopted: the document has no `$.components.schemas.DiskBackupExportJobRequest.nullable`, which the action removes\n",
        ],
    ),
];

#[test]
fn a_partly_adopted_correction_is_reported_and_the_sdk_is_still_generated() {
    let adopted = |(what, change, expected): &Adoption| {
        let repository = changed(*change);
        let report = taken_in(repository.path()).unwrap_or_else(|error| panic!("{what}: {error}"));
        for expected in *expected {
            assert!(report.contains(expected), "{what}: {report}");
        }
        assert_eq!(report.matches("adopted: ").count(), 1, "{what}: {report}");
        let planned = plan(repository.path(), Format::Text, &mut |_| {});
        planned.unwrap_or_else(|error| panic!("{what}: {error}"));
    };
    // In parallel, because each takes a second.
    std::thread::scope(|scope| {
        for adoption in ADOPTIONS {
            scope.spawn(|| adopted(adoption));
        }
    });
}

#[test]
fn unused_versions_and_unselected_operations_are_reported_once() {
    let repository = changed(|document| {
        let exports =
            "/paths/~1api~1atlas~1v2~1groups~1{groupId}~1clusters~1{clusterName}~1backup~1exports";
        let list = document.pointer_mut(&format!("{exports}/get"))?;
        let content = list
            .pointer_mut("/responses/200/content")?
            .as_object_mut()?;
        let schema = content.values().next()?.clone();
        content.insert("application/vnd.atlas.2099-01-01+json".to_owned(), schema);
        let mut new = document.pointer(&format!("{exports}/get"))?.clone();
        new["operationId"] = json!("listEveryExport");
        let mut over = new.clone();
        over["operationId"] = json!("listOldExports");
        over["deprecated"] = json!(true);
        let paths = document.pointer_mut("/paths")?;
        paths["/of/next/year"] = json!({"get": new, "post": over});
        Some(())
    });
    let report = taken_in(repository.path()).unwrap();
    let version = "list_backup_exports: version 2099-01-01 was added, which is not used\n";
    let candidate = "spec/v2/selection.toml:\n    \"listEveryExport\", # GET /of/next/year\n";
    assert!(report.contains(version), "{report}");
    assert!(report.contains(candidate), "{report}");
    assert!(!report.contains("listOldExports"), "{report}");
    assert!(report.contains("bump: none\n"), "{report}");
    let again = taken_in(repository.path()).unwrap();
    assert!(!again.contains("there is a version"), "{again}");
    assert!(!again.contains("listEveryExport"), "{again}");
}

#[test]
fn document_without_code_changes_no_file() {
    type Damage = (&'static str, fn(&mut Value) -> Option<()>);
    const DAMAGES: &[Damage] = &[
        ("unresolved-reference", |document| {
            let base = document
                .pointer_mut("/components/schemas/DiskBackupSnapshot/discriminator/mapping")?;
            base["replicaSet"] = json!("#/components/schemas/Nothing");
            Some(())
        }),
        ("unresolved-reference", |document| {
            let job = document.pointer_mut("/components/schemas/DiskBackupExportJob/properties")?;
            job["brandNew"] = json!({"$ref": "#/components/schemas/Nothing"});
            Some(())
        }),
        ("name-collision", |document| {
            let job = document.pointer_mut("/components/schemas/DiskBackupExportJob/properties")?;
            job["snapshot_id"] = json!({"type": "string"});
            Some(())
        }),
        ("name-collision", |document| {
            let pointer = "/components/schemas/DiskBackupExportJob/properties/state/enum";
            list(document, pointer)?.push(json!("IN_PROGRESS"));
            Some(())
        }),
    ];
    for (code, damage) in DAMAGES {
        let repository = changed(damage);
        let files = ["spec/v2/upstream.yaml", "spec/v2/source.toml"];
        let before = files.map(|path| read(repository.path(), path));
        let message = taken_in(repository.path()).unwrap_err();
        assert!(message.contains(code), "{message}");
        assert!(message.contains("nothing is written"), "{message}");
        assert_eq!(before, files.map(|path| read(repository.path(), path)));
    }
}

#[test]
fn a_pull_interrupted_after_any_file_is_completed_by_the_same_pull() {
    let field = format!("{PREFIX}        size:\n          type: string\n");
    let repository = repository(|text| replaced(&text, PREFIX, &field));
    let root = repository.path();
    let paths = ["upstream.yaml", "unselected.toml", "source.toml"];
    let paths = paths.map(|name| format!("spec/v2/{name}"));
    std::fs::write(root.join(&paths[1]), "[operations]\n").unwrap();
    let before = paths.each_ref().map(|path| read(root, path));
    let arguments = Arguments {
        from: root.join("new.yaml"),
        preview: None,
        prune: false,
        follow_renames: false,
    };
    let whole = take_in(root, &arguments).unwrap();
    assert_eq!(whole.changes.len(), paths.len());
    for done in 1..whole.changes.len() {
        for (path, content) in paths.iter().zip(&before) {
            std::fs::write(root.join(path), content).unwrap();
        }
        let tree = tree::take(root).unwrap();
        tree.apply(&whole.planned, &whole.changes[..done]).unwrap();
        let next = take_in(root, &arguments).unwrap();
        tree.apply(&next.planned, &next.changes).unwrap();
        for Planned { path, content } in &whole.planned {
            assert_eq!(read(root, path), *content, "{path} after {done} files");
        }
    }
}

/// Changes the selection of a repository.
fn selecting(repository: &tempfile::TempDir, is_selected: impl Fn(&str) -> bool) {
    let path = "spec/v2/selection.toml";
    let text = read(repository.path(), path);
    let lines = text.lines().filter(|line| is_selected(line));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    std::fs::write(repository.path().join(path), text).unwrap();
}

#[test]
fn an_interrupted_pull_with_edits_is_completed_by_the_same_pull() {
    let repository = || {
        let repository = repository(|text| {
            text.replace("    ExportStatus:", "    ExportProgress:")
                .replace("schemas/ExportStatus", "schemas/ExportProgress")
        });
        selecting(&repository, |line| !line.contains("CollectionRestoreJob"));
        repository
    };
    let whole = repository();
    taken_in_with(whole.path(), true, true).unwrap();
    let written = workspace::files_below(whole.path(), "spec").unwrap();
    let place = repository();
    let arguments = Arguments {
        from: place.path().join("new.yaml"),
        preview: None,
        prune: true,
        follow_renames: true,
    };
    let changes = take_in(place.path(), &arguments).unwrap().changes;
    let is_overlay = |change: &&workspace::Change| change.to_string().contains("/overlays/");
    let edited = changes.iter().filter(is_overlay).count();
    assert!(edited > 2, "{changes:?}");
    // After the first overlay, after all overlays, and before the pin.
    for done in [1, edited, changes.len() - 1] {
        let place = repository();
        let root = place.path();
        let interrupted = take_in(root, &arguments).unwrap();
        let tree = tree::take(root).unwrap();
        tree.apply(&interrupted.planned, &interrupted.changes[..done])
            .unwrap();
        let next = take_in(root, &arguments)
            .unwrap_or_else(|error| panic!("after {:?}: {error}", &changes[..done]));
        tree.apply(&next.planned, &next.changes).unwrap();
        for path in &written {
            let expected = read(whole.path(), path);
            assert_eq!(read(root, path), expected, "{path} after {done} files");
        }
    }
}

fn overlay_texts(root: &Path) -> String {
    let texts = crate::generate::overlays(root).unwrap();
    texts.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn prune_removes_the_actions_and_names_of_unselected_operations_and_leaves_the_other_lines() {
    let repository = repository(|text| text);
    let root = repository.path();
    // Deselects all operations of collections, and one operation of a list in `names.yaml` that has others.
    selecting(&repository, |line| {
        !line.contains("CollectionRestoreJob")
            && !line.contains("\"deleteGroupBackupExportBucket\"")
    });
    let before = overlay_texts(root);
    let refused = taken_in(root).unwrap_err();
    for expected in ["overlay-target-missing", "`--prune` removes"] {
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    assert_eq!(overlay_texts(root), before);
    let report = taken_in_with(root, true, false).unwrap();
    for expected in [
        "removed from the overlays",
        "--- a/spec/v2/overlays/prose/collection_restore_jobs.yaml\n",
        "-actions:\n+actions: []\n",
        "-- target: $.paths['/api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}']['get','patch','delete']\n\
         +- target: $.paths['/api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}']['get','patch']\n",
    ] {
        assert!(report.contains(expected), "{expected}: {report}");
    }
    // Deselected operations are not reported as new.
    assert!(
        !report.contains("new operations that are not selected"),
        "{report}"
    );
    let after = overlay_texts(root);
    assert!(!after.contains("ollectionRestoreJob"), "{after}");
    let comments = |text: &str| -> Vec<String> {
        let lines = text.lines().map(str::trim);
        lines
            .filter(|line| line.starts_with('#'))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(comments(&after), comments(&before));
    let mut old: Vec<&str> = before.lines().rev().collect();
    let mut written = Vec::new();
    for line in after.lines() {
        match old.iter().rposition(|old| *old == line) {
            Some(at) => old.truncate(at),
            None => written.push(line),
        }
    }
    let is_target =
        |line: &&str| line.contains("$.") || line.contains("']") || *line == "actions: []";
    assert!(written.iter().all(is_target), "{written:#?}");
    plan(root, Format::Text, &mut |_| {}).unwrap();
    let again = taken_in_with(root, true, true).unwrap();
    assert!(!again.contains("--- a/"), "{again}");
    assert_eq!(overlay_texts(root), after);
}

#[test]
fn prune_leaves_removed_parts_of_a_selected_operation_unchanged() {
    let repository = repository(|text| {
        text.replace("DiskBackupExportJob:", "ExportJob:")
            .replace("DiskBackupExportJob\"", "ExportJob\"")
    });
    let before = overlay_texts(repository.path());
    let message = taken_in_with(repository.path(), true, false).unwrap_err();
    assert!(message.contains("overlay-target-missing"), "{message}");
    assert_eq!(overlay_texts(repository.path()), before);
}

#[test]
fn renamed_schema_keeps_its_descriptions_if_proposed_edits_are_applied() {
    let repository = repository(|text| {
        text.replace("    ExportStatus:", "    ExportProgress:")
            .replace("schemas/ExportStatus", "schemas/ExportProgress")
    });
    let root = repository.path();
    let before = overlay_texts(root);
    let proposal = "-- target: $.components.schemas.ExportStatus\n+- target: $.components.schemas.ExportProgress\n";
    let refused = taken_in(root).unwrap_err();
    for expected in [
        "overlay-target-missing",
        "`--follow-renames` writes",
        proposal,
    ] {
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    assert_eq!(overlay_texts(root), before);
    let report = taken_in_with(root, false, true).unwrap();
    assert!(report.contains(proposal), "{report}");
    assert!(!report.contains("undocumented"), "{report}");
    let expected = before.replace("schemas.ExportStatus\n", "schemas.ExportProgress\n");
    assert_eq!(overlay_texts(root), expected);
    plan(root, Format::Text, &mut |_| {}).unwrap();
}

#[test]
fn a_correction_of_a_renamed_schema_is_not_carried_over() {
    let repository = repository(|text| {
        text.replace("DiskBackupExportJob:", "ExportJob:")
            .replace("DiskBackupExportJob\"", "ExportJob\"")
    });
    let message = taken_in_with(repository.path(), false, true).unwrap_err();
    assert!(message.contains("corrections.yaml"), "{message}");
    assert!(!message.contains("prose/exports.yaml"), "{message}");
}
