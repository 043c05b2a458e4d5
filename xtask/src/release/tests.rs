//! Releases of a small SDK, one after the other.

use super::{Arguments, CHANGELOG, LOCK, MANIFEST, MIGRATION, RELEASED, plan, run};
use crate::workspace;
use atlas_backup_generator::{Selection, Source, Target, Text, generate};
use std::fs;
use std::path::Path;

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Jobs, version: '1'}
paths:
  /jobs/{id}:
    get:
      operationId: getJob
      tags: [jobs]
      parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: It.
          content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}
components:
  schemas:
    Job:
      type: object
      properties:
        name: {type: string}
";

const RUNTIME: &str = "pub mod client { pub struct Client; pub struct Call<E>(E); }\npub use client::{Call, Client};\npub mod api;\n";

struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let it = Self(tempfile::tempdir().unwrap());
        it.write(
            "spec/v2/selection.toml",
            "api_date = \"2025-03-12\"\noperations = []\n",
        );
        it.write(MANIFEST, "[package]\nname = \"atlas-backup\"\nversion = \"0.1.0+2025-03-12\"\nedition = \"2024\"\n");
        it.write(LOCK, "[[package]]\nname = \"atlas-backup\"\nversion = \"0.1.0+2025-03-12\"\ndependencies = []\n");
        it.write(CHANGELOG, "# Changelog\n\n## Unreleased\n\n- All of it.\n");
        it.write("sdk/src/lib.rs", RUNTIME);
        it.document(DOCUMENT);
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

    /// Generates the SDK from a document.
    fn document(&self, text: &str) {
        let source = Source {
            document: Text {
                name: "curated.yaml",
                text,
            },
            overlays: Vec::new(),
            selection: Selection::All,
            api_date: Some("2025-03-12"),
            documented: false,
            curated: "spec/v2/curated.yaml",
            target: Target {
                crate_name: "atlas_backup",
                directory: "api",
                receiver: "Client",
                features: false,
            },
        };
        let generated = generate(&source, &mut |_, _| {}).unwrap_or_else(|found| panic!("{found}"));
        self.write("spec/v2/curated.yaml", &generated.curated);
        for file in generated.files {
            self.write(&format!("sdk/src/{}", file.path), &file.content);
        }
    }

    fn release(&self, dry_run: bool) {
        run(self.root(), &Arguments { dry_run }).unwrap();
    }

    /// Every file there is, with its content.
    fn files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for directory in ["spec", "sdk"] {
            files.extend(workspace::files_below(self.root(), directory).unwrap());
        }
        files.extend([CHANGELOG, LOCK].map(str::to_owned));
        let files = files.into_iter().map(|path| (self.read(&path), path));
        files.map(|(content, path)| (path, content)).collect()
    }

    /// The lines of the manifest and of the lock file that have the version.
    fn versions(&self) -> [String; 2] {
        [MANIFEST, LOCK].map(|path| {
            let text = self.read(path);
            let line = text.lines().find(|line| line.starts_with("version"));
            line.unwrap().to_owned()
        })
    }
}

#[test]
fn the_first_release_has_the_version_there_is_and_is_remembered() {
    let repository = Repository::new();
    repository.release(false);
    assert_eq!(repository.versions(), ["version = \"0.1.0+2025-03-12\""; 2]);
    assert!(
        repository
            .read(CHANGELOG)
            .contains("## 0.1.0+2025-03-12\n\n- All of it.\n")
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
        plan(repository.root()).unwrap().is_none(),
        "nothing has changed since"
    );
}

#[test]
fn a_breaking_change_raises_the_minor_version_and_is_told_with_the_code_before_and_after() {
    let repository = Repository::new();
    repository.release(false);
    let zone =
        "      - {name: zone, in: query, required: true, schema: {type: string}}\n      responses:";
    repository.document(&DOCUMENT.replace("      responses:", zone));
    repository.release(false);
    assert_eq!(repository.versions(), ["version = \"0.2.0+2025-03-12\""; 2]);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("changelog", repository.read(CHANGELOG));
        insta::assert_snapshot!("migration", repository.read(MIGRATION));
    });
}

#[test]
fn a_release_takes_the_gravest_of_documents_rust_and_notes() {
    let field = DOCUMENT.replace(
        "name: {type: string}",
        "name: {type: string}\n        more: {type: string}",
    );
    let prose = DOCUMENT.replace(
        "name: {type: string}",
        "name: {type: string, description: It.}",
    );
    let runtime = RUNTIME.replace("pub struct Client;", "pub struct Client { pub name: u8 }");
    for (document, runtime, note, version) in [
        (DOCUMENT, RUNTIME, "- Quicker.\n", "0.1.1"),
        (&prose, RUNTIME, "", "0.1.1"),
        (&field, RUNTIME, "", "0.1.1"),
        (&field, &runtime, "- Quicker.\n", "0.2.0"),
    ] {
        let repository = Repository::new();
        repository.release(false);
        let changelog = repository.read(CHANGELOG);
        let noted = changelog.replacen("## Unreleased\n", &format!("## Unreleased\n\n{note}"), 1);
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
fn code_that_was_not_generated_from_the_document_is_not_released() {
    let repository = Repository::new();
    let curated = repository.read("spec/v2/curated.yaml");
    repository.write("spec/v2/curated.yaml", &(curated + "\n# more\n"));
    let before = repository.files();
    let message = run(repository.root(), &Arguments { dry_run: false }).unwrap_err();
    assert!(message.contains("cargo xtask generate"), "{message}");
    assert_eq!(repository.files(), before);
}
