//! The command lines of the examples, valid and invalid.
use crate::process::{ALL, example, run};

#[test]
fn every_example_has_a_help_text() {
    for (name, _) in ALL {
        let ended = run(example(name).arg("--help"));
        assert_eq!(ended.code, Some(0), "{name}: {ended:?}");
        assert!(ended.out.contains("Usage: "), "{name}: {ended:?}");
    }
}

#[test]
fn invalid_arguments_exit_with_2() {
    for (name, _) in ALL {
        let ended = run(example(name).arg("--no-such-option"));
        assert_eq!(ended.code, Some(2), "{name}: {ended:?}");
    }
    let wrong: [(&str, &[&str]); 14] = [
        ("download", &["no-such-folder/archive", "and another"]),
        ("export_bucket_setup", &["--aws", "no-role"]),
        ("export_bucket_setup", &["--gcp", "name=not-an-identifier"]),
        ("export_snapshot", &["--days", "0"]),
        ("fleet_export", &["--shard", "3/3"]),
        ("fleet_export", &["--shard", "2"]),
        ("fleet_export", &["--concurrency", "0"]),
        ("fleet_export", &["--poll", "-1"]),
        ("fleet_export", &["--clusters", "no-such-file"]),
        ("fleet_export", &["--json", "no-such-folder/report.json"]),
        ("fleet_export", &["--json", "/"]),
        ("restore_automated", &["--into", "no cluster's name"]),
        ("fleet_export", &["--dry-run"]),
        ("restore_download", &["no-such-folder"]),
    ];
    for (name, arguments) in wrong {
        let ended = run(example(name).args(arguments));
        assert_eq!(ended.code, Some(2), "{name} {arguments:?}: {ended:?}");
    }
}

/// Returns the examples that send requests to the service.
fn callers() -> impl Iterator<Item = &'static str> {
    let names = ALL.map(|(name, _)| name).into_iter();
    names.filter(|name| !["download", "recorded_test"].contains(name))
}

#[test]
fn credentials_without_a_project_are_an_error() {
    for name in callers() {
        let ended = run(example(name).env("MONGODB_ATLAS_ACCESS_TOKEN", "token"));
        assert_eq!(ended.code, Some(2), "{name}: {ended:?}");
        assert!(
            ended.err.contains("--project is needed"),
            "{name}: {ended:?}"
        );
    }
}

#[test]
fn an_environment_without_atlas_variables_uses_the_sandbox() {
    for name in callers() {
        for variable in [
            "MONGODB_ATLAS_PUBLIC_KEY",
            "MONGODB_ATLAS_PROJECT_ID",
            "MONGODB_ATLAS_BASE_URL",
        ] {
            let ended = run(example(name).env(variable, "5f0c1e2d3a4b5c6d7e8f9a0b"));
            assert_eq!(ended.code, Some(1), "{name}: {ended:?}");
            assert!(
                ended.err.contains("MONGODB_ATLAS_PRIVATE_KEY"),
                "{name}: {ended:?}"
            );
            assert!(!ended.err.contains("sandbox"), "{name}: {ended:?}");
        }
    }
}

#[test]
fn a_destructive_call_to_atlas_needs_an_explicit_target() {
    let atlas = |name| {
        let mut command = example(name);
        command.env("MONGODB_ATLAS_ACCESS_TOKEN", "token");
        command.env("MONGODB_ATLAS_PROJECT_ID", "5f0c1e2d3a4b5c6d7e8f9a0b");
        run(&mut command)
    };
    assert!(atlas("restore_automated").err.contains("--into is needed"));
    assert!(
        atlas("export_bucket_setup")
            .err
            .contains("no bucket was named")
    );
    assert!(atlas("fleet_export").err.contains("no cluster was named"));
}

#[test]
fn download_with_a_link_but_no_file_is_called_wrongly() {
    let mut command = example("download");
    let ended = run(command.env("ATLAS_DOWNLOAD_URL", "https://h.example/a"));
    assert_eq!(ended.code, Some(2), "{ended:?}");
}

/// The lines between the marks of an example's core.
fn core(name: &str) -> Vec<String> {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sdk/examples");
    let file = [format!("{name}.rs"), format!("{name}/main.rs")];
    let text = file
        .iter()
        .find_map(|file| std::fs::read_to_string(format!("{examples}/{file}")).ok())
        .unwrap();
    let (_, after) = text.split_once("// ANCHOR: core\n").unwrap();
    let (core, _) = after.split_once("// ANCHOR_END: core\n").unwrap();
    let lines = core.lines().map(str::trim_end);
    lines.map(str::to_owned).collect()
}

#[test]
fn core_of_each_example_has_fewer_than_40_lines_and_is_documented() {
    for (name, _) in ALL {
        let core = core(name);
        assert!(core.len() < 40, "{name}: {} lines", core.len());
        assert!(
            core[0].trim_start().starts_with("///"),
            "{name}: {}",
            core[0]
        );
    }
}
