//! The manifests in `deploy/kubernetes`, checked with the example that they run.
use std::io::{BufRead as _, Read as _};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use atlas_backup::sandbox::Sandbox;

use crate::process::{Served, example, folder, run, start};

fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../deploy/kubernetes"
    ))
    .join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

fn manifest(name: &str) -> Value {
    serde_saphyr::from_str(&text(name)).unwrap()
}

fn container(job: &Value) -> &Value {
    &job["template"]["spec"]["containers"][0]
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap())
        .collect()
}

#[test]
fn the_processes_of_a_job_share_its_clusters() {
    let (job, config) = (manifest("job.yaml"), manifest("configmap.yaml"));
    let folder = folder();
    let clusters = config["data"]["clusters.txt"].as_str().unwrap();
    std::fs::write(folder.path().join("clusters.txt"), clusters).unwrap();
    let completions = job["spec"]["completions"].as_u64().unwrap();
    let mut all = Vec::new();
    for index in 0..completions {
        let mut command = example("fleet_export");
        for argument in strings(&container(&job["spec"])["args"]) {
            let mount = folder.path().to_str().unwrap();
            command.arg(argument.replace("/config", mount));
        }
        for (name, value) in config["data"].as_object().unwrap() {
            if name != "clusters.txt" {
                command.env(name, value.as_str().unwrap());
            }
        }
        command
            .env("JOB_COMPLETION_INDEX", index.to_string())
            .env("FLEET_RUN", "fleet-export-1");
        let ended = run(command.arg("--dry-run"));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        all.extend(ended.out.lines().map(str::to_owned));
    }
    all.sort();
    let mut named: Vec<_> = clusters
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    named.sort_unstable();
    assert_eq!(all, named);
}

#[test]
fn the_cron_job_runs_the_same_job() {
    let (job, nightly) = (manifest("job.yaml"), manifest("cronjob.yaml"));
    assert_eq!(nightly["spec"]["jobTemplate"]["spec"], job["spec"]);
    assert_eq!(nightly["spec"]["concurrencyPolicy"], "Forbid");
}

#[test]
fn a_job_is_indexed_and_replaces_a_process_only_after_it_ended() {
    let job = &manifest("job.yaml")["spec"];
    assert_eq!(job["completionMode"], "Indexed");
    assert_eq!(job["completions"], job["parallelism"]);
    assert_eq!(job["podReplacementPolicy"], "Failed");
    let run = &container(job)["env"][0];
    assert_eq!(run["name"], "FLEET_RUN");
    assert_eq!(
        run["valueFrom"]["fieldRef"]["fieldPath"],
        "metadata.labels['batch.kubernetes.io/job-name']"
    );
}

#[test]
fn a_process_has_no_more_rights_than_it_needs() {
    let pod = &manifest("job.yaml")["spec"]["template"]["spec"];
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["automountServiceAccountToken"], false);
    let own = &pod["containers"][0]["securityContext"];
    assert_eq!(own["readOnlyRootFilesystem"], true);
    assert_eq!(own["allowPrivilegeEscalation"], false);
    assert_eq!(strings(&own["capabilities"]["drop"]), ["ALL"]);
    assert!(pod["containers"][0]["resources"]["limits"]["memory"].is_string());
}

#[test]
fn every_object_that_a_job_refers_to_exists() {
    let job = manifest("job.yaml");
    let from = &container(&job["spec"])["envFrom"];
    assert_eq!(
        from[0]["configMapRef"]["name"],
        manifest("configmap.yaml")["metadata"]["name"]
    );
    assert_eq!(
        from[1]["secretRef"]["name"],
        manifest("secret.yaml")["metadata"]["name"]
    );
    let mounts = container(&job["spec"])["volumeMounts"].as_array().unwrap();
    let volumes = job["spec"]["template"]["spec"]["volumes"]
        .as_array()
        .unwrap();
    assert!(
        mounts
            .iter()
            .all(|mount| volumes.iter().any(|volume| volume["name"] == mount["name"]))
    );
    for value in manifest("secret.yaml")["stringData"]
        .as_object()
        .unwrap()
        .values()
    {
        assert_eq!(value, "", "a secret is in the repository");
    }
}

#[test]
fn processes_share_a_token_on_a_volume_that_many_nodes_write_to() {
    let (job, claim) = (manifest("job.yaml"), manifest("tokens.yaml"));
    let pod = &job["spec"]["template"]["spec"];
    let volume = pod["volumes"].as_array().unwrap();
    let volume = volume
        .iter()
        .find(|volume| volume["name"] == "tokens")
        .unwrap();
    let claimed = &volume["persistentVolumeClaim"]["claimName"];
    assert_eq!(*claimed, claim["metadata"]["name"]);
    assert_eq!(strings(&claim["spec"]["accessModes"]), ["ReadWriteMany"]);
    assert!(strings(&container(&job["spec"])["args"]).contains(&"--token-store=/tokens"));
}

#[test]
fn a_permanent_failure_is_not_restarted() {
    let job = &manifest("job.yaml")["spec"];
    let rule = &job["podFailurePolicy"]["rules"][0];
    assert_eq!(rule["action"], "FailIndex");
    let codes = &rule["onExitCodes"];
    assert_eq!(codes["containerName"], container(job)["name"]);
    assert_eq!(codes["values"], serde_json::json!([2, 3]));
}

/// Returns the exit status of a fleet export with a token that has these roles.
///
/// The fleet is one cluster, and the bucket is named as in the ConfigMap.
async fn code_with(roles: &[&str]) -> Option<i32> {
    let served = Served::open(|sandbox| sandbox.access_token("of-the-job", roles)).await;
    let mut command = served.example("fleet_export");
    command
        .env_remove("MONGODB_ATLAS_CLIENT_ID")
        .env_remove("MONGODB_ATLAS_CLIENT_SECRET")
        .env("MONGODB_ATLAS_ACCESS_TOKEN", "of-the-job")
        .env("FLEET_BUCKET", served.sandbox.bucket().to_string());
    let mut process = start(command.args([Sandbox::CLUSTER, "--poll", "0.1"]));
    for line in process.err.by_ref().lines().map(Result::unwrap) {
        if line.contains("has begun") {
            served.sandbox.clock().advance(Duration::from_secs(900));
        }
    }
    process.end().code
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roles_of_the_service_account_are_sufficient_and_necessary() {
    let text = text("secret.yaml");
    let lines = text.lines().filter_map(|line| line.strip_prefix("# - "));
    let roles: Vec<_> = lines.map(|line| line.split(" (").next().unwrap()).collect();
    assert_eq!(roles.len(), 3, "{roles:?}");
    assert_eq!(code_with(&roles).await, Some(0));
    for spared in &roles {
        let others: Vec<_> = roles
            .iter()
            .filter(|role| *role != spared)
            .copied()
            .collect();
        assert_eq!(code_with(&others).await, Some(1), "without {spared}");
    }
}

#[test]
fn the_image_contains_the_example() {
    let dockerfile = text("Dockerfile");
    assert!(dockerfile.contains("-p atlas-backup --features sandbox --example fleet_export"));
    assert!(dockerfile.contains("COPY --from=build /source/target/release/examples/fleet_export"));
    assert!(dockerfile.contains("ENTRYPOINT [\"/usr/local/bin/fleet_export\"]"));
}
