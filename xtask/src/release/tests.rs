//! Tests of successive releases of a small SDK.

use super::{
    Arguments, CHANGELOG, LOCK, MANIFEST, MIGRATION, RELEASED, TESTKIT, check_unedited, plan, run,
};
use crate::generate;
use crate::tree;
use crate::workspace::{self, Planned};
use jiff::civil::{Date, date};
use std::fs;
use std::path::Path;

/// The date of all releases.
const DATE: Date = date(2026, 1, 1);

/// A curated document, with all descriptions.
const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Jobs, version: '1'}
paths:
  /jobs/{id}:
    get:
      operationId: getJob
      tags: [jobs]
      summary: Get it.
      description: It.
      parameters:
      - {name: id, in: path, required: true, description: Which., schema: {type: string}}
      responses:
        '200':
          description: It.
          content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}
    delete:
      operationId: deleteJob
      tags: [jobs]
      summary: Delete it.
      description: For good.
      parameters:
      - {name: id, in: path, required: true, description: Which., schema: {type: string}}
      responses:
        '204': {description: Done.}
components:
  schemas:
    Job:
      type: object
      description: A job.
      properties:
        name: {type: string, description: Its name.}
";

const NO_OVERLAY: &str = "overlay: 1.0.0\ninfo: {title: None, version: '1'}\nactions: []\n";

const RUNTIME: &str = "pub mod client { pub struct Client; pub struct Call<E>(E); }\npub use client::{Call, Client};\n\
     mod generated { pub mod v1; pub mod v2; }\npub use generated::{v1, v2};\n";

struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let it = Self(tempfile::tempdir().unwrap());
        it.select("2025-03-12", &["getJob", "deleteJob"]);
        it.write(
            "spec/v1/curated.yaml",
            "openapi: 3.0.3\ninfo: {title: Old, version: '1', description: Old.}\npaths: {}\n",
        );
        for name in ["names", "corrections", "behaviour", "prose/none"] {
            it.write(&format!("spec/v2/overlays/{name}.yaml"), NO_OVERLAY);
        }
        it.write(MANIFEST, "[package]\nname = \"atlas-backup\"\nversion = \"0.1.0+2025-03-12\"\nedition = \"2024\"\n");
        it.write(LOCK, "[[package]]\nname = \"atlas-backup\"\nversion = \"0.1.0+2025-03-12\"\ndependencies = []\n");
        it.write(
            CHANGELOG,
            "# Changelog\n\n## [Unreleased]\n\n- All of it.\n",
        );
        it.write("sdk/src/lib.rs", RUNTIME);
        it.document(DOCUMENT);
        it
    }

    /// A repository after its first release.
    fn released() -> Self {
        let it = Self::new();
        it.release(false);
        it
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, path: &str) -> String {
        workspace::read(&self.root().join(path)).unwrap()
    }

    fn select(&self, api_date: &str, operations: &[&str]) {
        let text = format!("api_date = {api_date:?}\noperations = {operations:?}\n");
        self.write("spec/v2/selection.toml", &text);
    }

    /// Generates the SDK from a document.
    fn document(&self, text: &str) {
        self.write("spec/v2/upstream.yaml", text);
        self.generate();
    }

    fn generate(&self) {
        let planned = generate::plan(self.root(), generate::Format::Text, &mut |_| {});
        for Planned { path, content } in planned.unwrap_or_else(|found| panic!("{found}")) {
            self.write(&path, &content);
        }
    }

    fn try_release(&self, dry_run: bool, version: Option<&str>) -> Result<(), String> {
        let version = version.map(str::to_owned);
        let date = Some(DATE);
        let arguments = Arguments {
            dry_run,
            version,
            date,
        };
        run(self.root(), &arguments).map(|_| ())
    }

    fn release(&self, dry_run: bool) {
        self.try_release(dry_run, None).unwrap();
    }

    /// Asserts that a release fails with a message that contains these texts, and writes nothing.
    fn refuses(&self, expected: &[&str]) {
        let before = self.files();
        let message = self.try_release(false, None).unwrap_err();
        for expected in expected {
            assert!(message.contains(expected), "{expected}: {message}");
        }
        assert_eq!(self.files(), before);
    }

    /// Returns every file with its content.
    fn files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for directory in ["spec", "sdk"] {
            files.extend(workspace::files_below(self.root(), directory).unwrap());
        }
        files.extend([CHANGELOG, LOCK].map(str::to_owned));
        let files = files.into_iter().map(|path| (self.read(&path), path));
        files.map(|(content, path)| (path, content)).collect()
    }

    /// Returns the lines with the version in the manifest and the lock file.
    fn versions(&self) -> [String; 2] {
        [MANIFEST, LOCK].map(|path| {
            let text = self.read(path);
            let line = text.lines().find(|line| line.starts_with("version"));
            line.unwrap().to_owned()
        })
    }
}

#[test]
fn first_release_has_the_current_version_and_is_recorded() {
    let repository = Repository::released();
    assert_eq!(repository.versions(), ["version = \"0.1.0+2025-03-12\""; 2]);
    assert!(
        repository
            .read(CHANGELOG)
            .contains("## [0.1.0+2025-03-12] - 2026-01-01\n\n- All of it.\n")
    );
    assert_eq!(
        repository.read(RELEASED[0]),
        repository.read("spec/v2/curated.yaml")
    );
    assert!(
        repository
            .read(RELEASED[1])
            .contains("pub fn atlas_backup::Client::get_job(&self, &str)")
    );
    assert!(
        plan(repository.root(), None, DATE).unwrap().is_none(),
        "nothing has changed since"
    );
}

#[test]
fn breaking_change_increments_the_minor_version_and_is_reported_with_code_before_and_after() {
    let repository = Repository::released();
    let zone = "      - {name: zone, in: query, required: true, description: Where., schema: {type: string}}\n      responses:";
    repository.document(&DOCUMENT.replacen("      responses:", zone, 1));
    repository.release(false);
    assert_eq!(repository.versions(), ["version = \"0.2.0+2025-03-12\""; 2]);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("changelog", repository.read(CHANGELOG));
        insta::assert_snapshot!("migration", repository.read(MIGRATION));
    });
}

#[test]
fn release_takes_the_largest_bump_of_document_rust_api_and_notes() {
    let name = "        name: {type: string, description: Its name.}\n";
    let more = format!("{name}        more: {{type: string, description: More.}}\n");
    let field = DOCUMENT.replace(name, &more);
    let prose = DOCUMENT.replace("Its name.", "What it is called.");
    let runtime = RUNTIME.replace("pub struct Client;", "pub struct Client { pub name: u8 }");
    for (document, runtime, note, version) in [
        (DOCUMENT, RUNTIME, "- Quicker.\n", "0.1.1"),
        (&prose, RUNTIME, "", "0.1.1"),
        (&field, RUNTIME, "", "0.1.1"),
        (&field, &runtime, "- Quicker.\n", "0.2.0"),
    ] {
        let repository = Repository::released();
        let changelog = repository.read(CHANGELOG);
        let noted = changelog.replacen(
            "## [Unreleased]\n",
            &format!("## [Unreleased]\n\n{note}"),
            1,
        );
        repository.write(CHANGELOG, &noted);
        repository.write("sdk/src/lib.rs", runtime);
        repository.document(document);
        repository.release(false);
        let expected = format!("version = \"{version}+2025-03-12\"");
        assert_eq!(repository.versions(), [expected.clone(), expected]);
        assert!(repository.read(CHANGELOG).contains(note));
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let repository = Repository::new();
    let before = repository.files();
    repository.release(true);
    assert_eq!(repository.files(), before);
}

#[test]
fn release_refuses_stale_generated_code() {
    let prose = DOCUMENT.replace("Its name.", "What it is called.");
    type Edit<'e> = &'e dyn Fn(&str) -> String;
    let edits: [(&str, Edit<'_>); 4] = [
        ("spec/v2/upstream.yaml", &|_| prose.clone()),
        ("spec/v2/curated.yaml", &|text| format!("{text}\n# more\n")),
        ("sdk/src/generated/v2/jobs.rs", &|text| {
            format!("{text}\n// by hand\n")
        }),
        ("sdk/src/generated/v2/mod.rs", &|text| {
            text.replace("SPEC_SHA256: &str = \"", "SPEC_SHA256: &str = \"0")
        }),
    ];
    for (path, edit) in edits {
        let repository = Repository::released();
        repository.write(path, &edit(&repository.read(path)));
        repository.refuses(&["run `cargo xtask generate`", "would update"]);
    }
    let repository = Repository::released();
    repository.write("sdk/src/generated/v2/stale.rs", "");
    repository.refuses(&["would delete sdk/src/generated/v2/stale.rs"]);
}

#[test]
fn new_api_date_alone_is_a_release() {
    let repository = Repository::released();
    repository.select("2025-06-01", &["getJob", "deleteJob"]);
    repository.generate();
    repository.release(false);
    assert_eq!(repository.versions(), ["version = \"0.1.1+2025-06-01\""; 2]);
    assert!(repository.read(CHANGELOG).contains(
        "## [0.1.1+2025-06-01] - 2026-01-01\n\n<!-- generated by `cargo xtask release` -->\n\nThe API date is 2025-06-01, and was 2025-03-12.\n"
    ));
}

#[test]
fn incomplete_release_state_is_not_a_first_release() {
    for gone in [&RELEASED[..1], &RELEASED[1..], &RELEASED[..]] {
        let repository = Repository::released();
        for path in gone {
            fs::remove_file(repository.root().join(path)).unwrap();
        }
        repository.generate();
        repository.refuses(&[gone[0], "is not there", "bring it back"]);
    }
}

#[test]
fn a_lock_file_without_the_released_version_is_refused() {
    let repository = Repository::released();
    let lock = repository.read(LOCK).replace("0.1.0", "0.0.9");
    repository.write(LOCK, &lock);
    repository.write("sdk/src/lib.rs", &format!("{RUNTIME}pub mod more {{}}\n"));
    repository.refuses(&["Cargo.lock has no entry of `atlas-backup` 0.1.0+2025-03-12"]);
    repository.write(LOCK, &lock.replace("0.0.9", "0.1.0").replace('\n', "\r\n"));
    repository.release(false);
    assert!(
        repository
            .read(LOCK)
            .contains("\r\nversion = \"0.1.1+2025-03-12\"\r\n")
    );
}

#[test]
fn testkit_has_the_version_of_the_sdk_and_requires_exactly_it() {
    let repository = Repository::released();
    let manifest = "[package]\nname = \"atlas-backup-testkit\"\nversion = \"0.1.0+2025-03-12\"\n\
        [dependencies]\natlas-backup = { path = \"../sdk\", version = \"=0.1.0\" }\n";
    let package =
        |version: &str| format!("name = \"atlas-backup-testkit\"\nversion = \"{version}\"\n");
    let lock = repository.read(LOCK) + "\n[[package]]\n" + &package("0.1.0+2025-03-12");
    repository.write(LOCK, &lock);
    repository.write("sdk/src/lib.rs", &format!("{RUNTIME}pub mod more {{}}\n"));
    repository.write(TESTKIT, &manifest.replace("=0.1.0", "=0.0.9"));
    repository.refuses(&["testkit/Cargo.toml has no `version = \"=0.1.0\"`"]);
    repository.write(TESTKIT, manifest);
    repository.release(false);
    let expected = manifest.replace("0.1.0", "0.1.1");
    assert_eq!(repository.read(TESTKIT), expected);
    assert!(repository.read(LOCK).contains(&package("0.1.1+2025-03-12")));
}

#[test]
fn given_version_can_be_higher_but_not_lower() {
    let repository = Repository::released();
    repository.try_release(false, Some("1.0.0")).unwrap();
    assert_eq!(repository.versions(), ["version = \"1.0.0+2025-03-12\""; 2]);
    let lines = format!("{RUNTIME}pub mod more {{}}\n");
    repository.write("sdk/src/lib.rs", &lines);
    for (version, expected) in [("1.0.1", "asks for 1.1.0"), ("1.0", "is no version")] {
        let message = repository.try_release(false, Some(version)).unwrap_err();
        assert!(message.contains(expected), "{message}");
    }
    repository.release(false);
    assert_eq!(repository.versions(), ["version = \"1.1.0+2025-03-12\""; 2]);
}

#[test]
fn removed_operation_is_deprecated_for_a_release_and_the_guide_names_its_successor() {
    let repository = Repository::released();
    repository.try_release(false, Some("1.0.0")).unwrap();
    let names = |entry: &str| {
        let action =
            format!("actions: [{{target: $, update: {{x-rust-removed: {{deleteJob: {entry}}}}}}}]");
        repository.write(
            "spec/v2/overlays/names.yaml",
            &NO_OVERLAY.replace("actions: []", &action),
        );
    };
    repository.select("2025-03-12", &["getJob"]);
    names("{successor: getJob}");
    repository.generate();
    repository.release(false);
    assert_eq!(repository.versions()[0], "version = \"1.1.0+2025-03-12\"");
    assert!(
        repository
            .read(CHANGELOG)
            .contains("`operation-removed-kept`")
    );
    // The removed operation is carried over until its removal is confirmed.
    repository.generate();
    assert!(plan(repository.root(), None, DATE).unwrap().is_none());

    names("{drop: true}");
    repository.generate();
    repository.release(false);
    assert_eq!(repository.versions()[0], "version = \"2.0.0+2025-03-12\"");
    let guide = repository.read(MIGRATION);
    let expected = "`deleteJob` was removed; `get_job` replaces it.";
    assert!(guide.contains(expected), "{guide}");
}

/// Restores the files that the message of an interrupted release names. The notes are then below `## [Unreleased]`.
fn undo(repository: &Repository, before: &[(String, String)]) {
    for path in [MIGRATION, "sdk/api.txt", RELEASED[0], RELEASED[1], LOCK] {
        match before.iter().find(|(known, _)| known == path) {
            Some((_, content)) => repository.write(path, content),
            None => drop(fs::remove_file(repository.root().join(path))),
        }
    }
    let changelog = repository.read(CHANGELOG);
    let (head, rest) = changelog.split_once("## [Unreleased]\n\n").unwrap();
    let (_, section) = rest.split_once("\n\n").unwrap();
    let (notes, earlier) = section.split_once("\n\n").unwrap_or((section, ""));
    let earlier = earlier
        .split_once("<!-- end -->\n\n")
        .map(|(_, earlier)| earlier);
    let earlier = earlier.map(|earlier| format!("\n\n{earlier}"));
    let earlier = earlier.unwrap_or_default();
    let notes = notes.trim_end();
    let text = format!(
        "{head}## [Unreleased]\n\n{notes}{}",
        if earlier.is_empty() { "\n" } else { &earlier }
    );
    repository.write(CHANGELOG, &text);
}

#[test]
fn a_release_interrupted_between_any_two_files_is_refused_until_it_is_undone() {
    let zone = "      - {name: zone, in: query, required: true, description: Where., schema: {type: string}}\n      responses:";
    let breaking = DOCUMENT.replacen("      responses:", zone, 1);
    let noted = |repository: Repository| {
        let changelog = repository.read(CHANGELOG);
        let notes = "## [Unreleased]\n\n- A note.\n";
        repository.write(
            CHANGELOG,
            &changelog.replacen("## [Unreleased]\n", notes, 1),
        );
        repository.document(&breaking);
        repository
    };
    let prepared: [(&str, &dyn Fn() -> Repository); 2] = [
        ("first", &Repository::new),
        ("breaking", &|| noted(Repository::released())),
    ];
    for (name, prepare) in prepared {
        let whole = prepare();
        let release = plan(whole.root(), None, DATE).unwrap().unwrap();
        let changes = workspace::changes(whole.root(), &release.planned, &[]).unwrap();
        whole.release(false);
        for done in 0..=changes.len() {
            let repository = prepare();
            let before = repository.files();
            let tree = tree::take(repository.root()).unwrap();
            tree.apply(&release.planned, &changes[..done]).unwrap();
            drop(tree);
            if (1..changes.len()).contains(&done) {
                repository.refuses(&["interrupted", "back below `## [Unreleased]`", CHANGELOG]);
                undo(&repository, &before);
                assert_eq!(repository.files(), before, "{name}: {done} files");
            }
            repository.release(false);
            assert_eq!(repository.files(), whole.files(), "{name}: {done} files");
        }
    }
}

#[test]
fn a_manifest_with_a_higher_version_than_the_changelog_is_no_interrupted_release() {
    let repository = Repository::released();
    for path in [MANIFEST, LOCK] {
        let text = repository.read(path).replace("0.1.0", "0.3.0");
        repository.write(path, &text);
    }
    repository.document(&DOCUMENT.replace("Its name.", "What it is called."));
    repository.release(false);
    assert_eq!(repository.versions(), ["version = \"0.3.1+2025-03-12\""; 2]);
}

#[test]
fn a_file_that_is_edited_after_the_plan_is_not_overwritten() {
    for (path, edit) in [
        (CHANGELOG, ("- All of it.", "- All of it, and more.")),
        (MANIFEST, ("[package]", "[package]\npublish = false")),
    ] {
        let repository = Repository::new();
        let root = repository.root();
        let release = plan(root, None, DATE).unwrap().unwrap();
        assert_eq!(check_unedited(root, None, DATE, &release), Ok(()));
        let (old, new) = edit;
        let text = repository.read(path);
        assert!(text.contains(old), "{path}");
        repository.write(path, &text.replace(old, new));
        let message = check_unedited(root, None, DATE, &release).unwrap_err();
        assert!(message.contains("nothing is released"), "{path}: {message}");
    }
}
