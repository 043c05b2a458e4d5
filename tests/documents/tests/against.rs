//! Crates that are generated against the SDK: they compile without a warning, and their operations are called with its client.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup_documents::documents;
use atlas_backup_support::repository::root;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Generates a crate against the SDK of this repository.
fn generate(spec: &Path, select: &str, overlay: Option<&Path>, out: &Path) {
    let arguments = [
        "--select",
        select,
        "--crate-name",
        "shared",
        "--against",
        "sdk",
    ];
    let generated = atlas_backup_documents::generate(spec, overlay, out, &arguments).unwrap();
    let said = String::from_utf8_lossy(&generated.stderr);
    assert!(generated.status.success(), "{}: {said}", spec.display());
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
}

/// Runs cargo for a crate, warnings being errors.
fn cargo(command: &str, arguments: &[&str], out: &Path) {
    let ran = Command::new(env!("CARGO"))
        .args([command, "--quiet", "--manifest-path"])
        .arg(out.join("Cargo.toml"))
        .args(arguments)
        .env("RUSTFLAGS", "-D warnings")
        .env("CARGO_TARGET_DIR", root().join("target/standalone"))
        .output()
        .unwrap();
    let (said, printed) = (
        String::from_utf8_lossy(&ran.stderr),
        String::from_utf8_lossy(&ran.stdout),
    );
    assert!(ran.status.success(), "{}: {said}{printed}", out.display());
}

#[test]
fn each_document_compiles_against_the_sdk_without_a_warning() {
    let place = tempfile::tempdir().unwrap();
    for document in documents().unwrap() {
        let out = place.path().join(&document.name);
        generate(&document.path, "all", document.overlay.as_deref(), &out);
        cargo("check", &["--features", "contract"], &out);
    }
}

/// Calls an operation of the SDK and one of the crate with the same client.
const SAME_CLIENT: &str = r#"
use atlas_backup::sandbox::Sandbox;
use shared::api::ListBackupSnapshotsParameters as _;
use shared::{ClientExt as _, Credentials, Error, ObjectId};

#[tokio::test]
async fn operations_of_both_crates_share_a_client() -> Result<(), Error> {
    let sandbox = Sandbox::new();
    let account = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    let client = sandbox.client().credentials(account).build()?;
    let project: ObjectId = sandbox.project();

    let own = client.list_export_buckets(&project).await?;
    let shared: shared::api::PaginatedBackupExportBuckets =
        client.api().list_export_buckets(&project).await?;
    assert_eq!(own.results.len(), shared.results.len());

    // The optional parameters of a call are those of a trait.
    let cluster = Sandbox::CLUSTER.parse().unwrap();
    let call = client.api().list_backup_snapshots(&project, &cluster);
    let outcome = call.point_in_time_utc_seconds(1).await;
    assert!(outcome.is_ok(), "{outcome:?}");

    let tokens = sandbox.seen().into_iter().filter(|seen| seen.target == "/api/oauth/token");
    assert_eq!(tokens.count(), 1);
    Ok(())
}
"#;

#[test]
fn an_operation_of_such_a_crate_is_called_with_the_client_of_the_sdk() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("shared");
    let spec = root().join("spec/v2/curated.yaml");
    let select = "listGroupBackupExportBuckets,listGroupClusterBackupSnapshots";
    generate(&spec, select, None, &out);
    let manifest = fs::read_to_string(out.join("Cargo.toml")).unwrap();
    let sdk = root().join("sdk");
    let tests = format!(
        "\n[dev-dependencies.atlas-backup]\npath = {sdk:?}\ndefault-features = false\nfeatures = [\"sandbox\"]\n\
         \n[dev-dependencies.tokio]\nversion = \"1.47\"\nfeatures = [\"macros\", \"rt\"]\n"
    );
    fs::write(out.join("Cargo.toml"), manifest + &tests).unwrap();
    fs::create_dir(out.join("tests")).unwrap();
    fs::write(out.join("tests/same_client.rs"), SAME_CLIENT).unwrap();
    cargo("test", &["--test", "same_client"], &out);
}
