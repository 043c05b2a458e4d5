//! `cargo xtask generate`: reads the documents, runs the generator and writes changed files, or reports them with `--check`.

use crate::handwritten;
use crate::output::{print, print_message};
use crate::standalone;
use crate::summary;
use crate::tree::{self, Tree};
use crate::workspace::{self, Planned};
use atlas_backup_generator::{
    Diagnostics, Generated, Selection, Source, Target, Text, corrections_left_out, dated_versions,
    generate, generate_undescribed,
};
use clap::Args;
use serde::Deserialize;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

/// The directory of generated code.
const GENERATED: &str = "sdk/src/generated";

/// The directory of the documents that the testkit embeds.
const CARRIED: &str = "testkit/documents";

/// The overlay of corrections. Contract verification omits its actions one at a time.
const CORRECTIONS: &str = "spec/v2/overlays/corrections.yaml";

/// The stored curated document of the last release.
pub(crate) const RELEASED: &str = "spec/v2/released.yaml";

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    standalone: standalone::StandaloneArguments,
    /// Exits with 1 if a file would change, without writing.
    #[arg(long)]
    check: bool,
    /// Generates the SDK although descriptions are missing, to try an operation before it is described.
    #[arg(long, conflicts_with = "spec")]
    allow_undescribed: bool,
    /// The format of diagnostics: text, or JSON (one object per line) for editors and CI.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// `spec/v2/selection.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SelectionFile {
    pub(crate) api_date: String,
    /// The terms of the selection.
    pub(crate) operations: Vec<String>,
}

/// Reads `spec/v2/selection.toml`.
pub(crate) fn selection(root: &Path) -> Result<SelectionFile, String> {
    let path = root.join("spec/v2/selection.toml");
    toml::from_str(&workspace::read(&path)?)
        .map_err(|error| format!("error: {}: {error}", path.display()))
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode, String> {
    if let Some(spec) = &arguments.standalone.spec {
        return standalone::run(
            root,
            &arguments.standalone,
            spec,
            arguments.check,
            arguments.format,
        );
    }
    print_message(format_args!("in {}", root.display()));
    let tree = tree::take_unless(arguments.check, root)?;
    let started = Instant::now();
    let format = arguments.format;
    let descriptions = match arguments.allow_undescribed {
        true => Descriptions::Optional,
        false => Descriptions::Required,
    };
    let planned = plan_with(root, format, descriptions, &mut print_stage)?;
    handwritten::check(root, &planned)?;
    carry_out(root, tree.as_ref(), &planned, &owned(), started)
}

/// Returns the directories that contain only generated files.
pub(crate) fn owned() -> [String; 3] {
    let [v1, v2] = ["v1", "v2"].map(|version| format!("{GENERATED}/{version}"));
    [v1, v2, CARRIED.to_owned()]
}

/// Writes the planned changes, or reports them if there is no tree to write to.
pub(crate) fn carry_out(
    root: &Path,
    tree: Option<&Tree>,
    planned: &[Planned],
    owned: &[String],
    started: Instant,
) -> Result<ExitCode, String> {
    let changes = workspace::changes(root, planned, owned)?;
    workspace::print_changes(&changes, tree.is_some())?;
    let elapsed = started.elapsed().as_secs_f64();
    let (changed, all) = (changes.len(), planned.len());
    if changes.is_empty() {
        print(&format!("up to date: {all} files, {elapsed:.2} s\n"))?;
    } else if let Some(tree) = tree {
        tree.apply(planned, &changes)?;
        print(&format!(
            "{changed} of {all} files written, {elapsed:.2} s; up to date\n"
        ))?;
    } else {
        print(&format!(
            "{changed} of {all} files are not as they should be; run this without `--check`\n"
        ))?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the overlays of the current API with their paths, in order of application.
pub(crate) fn overlays(root: &Path) -> Result<Vec<(String, String)>, String> {
    let mut paths = ["names", "corrections", "behaviour"]
        .map(|name| format!("spec/v2/overlays/{name}.yaml"))
        .to_vec();
    paths.extend(workspace::files_below(root, "spec/v2/overlays/prose")?);
    let mut texts = Vec::new();
    for path in paths {
        let text = workspace::read(&root.join(&path))?;
        texts.push((path, text));
    }
    Ok(texts)
}

/// Returns the document of the current API as input of the generator.
pub(crate) fn v2<'a>(
    upstream: &'a str,
    overlays: &'a [(String, String)],
    selection: &'a SelectionFile,
    released: Option<&'a str>,
) -> Source<'a> {
    Source {
        document: Text {
            name: "spec/v2/upstream.yaml",
            text: upstream,
        },
        overlays: overlays
            .iter()
            .map(|(name, text)| Text { name, text })
            .collect(),
        selection: Selection::Operations(selection.operations.clone()),
        released: released.map(|text| Text {
            name: RELEASED,
            text,
        }),
        api_date: Some(&selection.api_date),
        documented: true,
        curated: "spec/v2/curated.yaml",
        target: Target {
            crate_name: "atlas_backup",
            directory: "v2",
            receiver: "Client",
            features: false,
        },
    }
}

/// The rule for descriptions of the items of the curated documents.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Descriptions {
    Required,
    Optional,
}

/// Prints a stage's line. A failure is ignored: printing the result then fails, too.
pub(crate) fn print_stage(line: String) {
    let _ = print(&format!("{line}\n"));
}

/// Generates every file; `tell` receives the progress of the generator's stages.
pub(crate) fn plan(
    root: &Path,
    format: Format,
    tell: &mut dyn FnMut(String),
) -> Result<Vec<Planned>, String> {
    plan_with(root, format, Descriptions::Required, tell)
}

fn plan_with(
    root: &Path,
    format: Format,
    descriptions: Descriptions,
    tell: &mut dyn FnMut(String),
) -> Result<Vec<Planned>, String> {
    let read = |path: &str| workspace::read(&root.join(path));
    let selection = selection(root)?;
    let upstream = read("spec/v2/upstream.yaml")?;
    let texts = overlays(root)?;
    let released = workspace::read_if_there(&root.join(RELEASED))?;
    let v1 = read("spec/v1/curated.yaml")?;
    let sources = [
        v2(&upstream, &texts, &selection, released.as_deref()),
        Source {
            document: Text {
                name: "spec/v1/curated.yaml",
                text: &v1,
            },
            overlays: Vec::new(),
            selection: Selection::All,
            released: None,
            api_date: None,
            documented: true,
            curated: "spec/v1/curated.yaml",
            target: Target {
                crate_name: "atlas_backup",
                directory: "v1",
                receiver: "V1",
                features: false,
            },
        },
    ];
    let [current, first] = &sources;
    let (mut stages, mut stages_of_first) = (Vec::new(), Vec::new());
    // Two threads, because both halves take about the same time.
    let (made, others) = thread::scope(|scope| {
        let made = scope.spawn(|| version(current, format, descriptions, &mut stages));
        let others = (
            carried(current, format),
            version(first, format, descriptions, &mut stages_of_first),
        );
        let made = made.join();
        let made = made.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (made, others)
    });
    stages.into_iter().for_each(&mut *tell);
    let mut planned = made?;
    planned.extend(others.0?);
    stages_of_first.into_iter().for_each(tell);
    planned.extend(others.1?);
    Ok(planned)
}

/// Returns the files of one version of the API; `stages` receives a line for each stage of its generation.
fn version(
    source: &Source<'_>,
    format: Format,
    descriptions: Descriptions,
    stages: &mut Vec<String>,
) -> Result<Vec<Planned>, String> {
    let directory = source.target.directory;
    stages.push(format!("{} ({directory})", source.curated));
    let generated = timed(source, format, descriptions, &mut |line| stages.push(line))?;
    let missing = generated.undescribed.found().len();
    if missing > 0 {
        stages.push(format!(
            "  {missing} descriptions are missing: `cargo xtask generate` lists them"
        ));
    }
    let left_out = summary::left_out(&generated, true);
    stages.extend(left_out.lines().map(str::to_owned));
    let file = |path: String, content| Planned { path, content };
    let mut planned = Vec::new();
    let carried = format!("{CARRIED}/{directory}.yaml");
    match source.overlays.is_empty() {
        true => planned.push(file(carried, source.document.text.to_owned())),
        false => {
            planned.push(file(carried, generated.curated.clone()));
            planned.push(file(source.curated.to_owned(), generated.curated));
        }
    }
    let requests = format!("{GENERATED}/{directory}/requests.json");
    planned.push(file(requests, generated.requests));
    let index = format!("{GENERATED}/{directory}/operations.md");
    planned.push(file(index, generated.index));
    let files = generated.files.into_iter();
    planned.extend(files.map(|made| file(format!("{GENERATED}/{}", made.path), made.content)));
    Ok(planned)
}

/// Returns the further files that the testkit embeds: older dated versions and the corrections.
fn carried(source: &Source<'_>, format: Format) -> Result<Vec<Planned>, String> {
    let render = |found| rendered(&found, source, format);
    let versions = dated_versions(source).map_err(render)?;
    let overlays = source.overlays.iter();
    let corrections = overlays
        .copied()
        .find(|overlay| overlay.name == CORRECTIONS);
    let corrections = match corrections {
        Some(overlay) => corrections_left_out(source, overlay).map_err(render)?,
        None => Vec::new(),
    };
    let corrections = serde_json::to_string_pretty(&corrections)
        .map_err(|error| format!("error: cannot write the corrections: {error}"))?;
    let file = |name: &str, content: String| Planned {
        path: format!("{CARRIED}/{name}"),
        content,
    };
    Ok(vec![
        file("versions.yaml", versions),
        file("corrections.json", corrections + "\n"),
    ])
}

/// Runs the generator and reports the count and duration of each stage.
pub(crate) fn timed(
    source: &Source<'_>,
    format: Format,
    descriptions: Descriptions,
    tell: &mut dyn FnMut(String),
) -> Result<Generated, String> {
    let mut last = Instant::now();
    let mut report = |name: &str, counts: String| {
        let elapsed = last.elapsed().as_secs_f64() * 1e3;
        tell(format!("  {name:<10} {counts:<48} {elapsed:>6.1} ms"));
        last = Instant::now();
    };
    let generated = match descriptions {
        Descriptions::Required => generate(source, &mut report),
        Descriptions::Optional => generate_undescribed(source, &mut report),
    };
    generated.map_err(|found| rendered(&found, source, format))
}

/// Formats diagnostics.
fn rendered(diagnostics: &Diagnostics, source: &Source<'_>, format: Format) -> String {
    let found = diagnostics.found();
    if format == Format::Json {
        let lines = found
            .iter()
            .map(|found| serde_json::to_string(found).unwrap_or_default());
        return lines.collect::<Vec<_>>().join("\n");
    }
    let count = found.len();
    format!(
        "{diagnostics}{count} problem{} in {}",
        if count == 1 { "" } else { "s" },
        source.curated
    )
}

#[cfg(test)]
mod tests {
    use super::{Format, GENERATED, plan};
    use crate::workspace;

    fn is_code(path: &str) -> bool {
        path.starts_with(GENERATED) && path.ends_with(".rs")
    }

    /// Reviews see the effect of a change of the generator or of a document as a diff of these snapshots.
    #[test]
    fn every_generated_file_matches_its_snapshot() {
        let planned = plan(&workspace::root(), Format::Text, &mut |_| {}).unwrap();
        assert!(planned.len() > 7, "{} files", planned.len());
        for file in planned.iter().filter(|file| is_code(&file.path)) {
            let Some(name) = file.path.strip_prefix(GENERATED) else {
                continue;
            };
            insta::with_settings!({
                omit_expression => true,
                prepend_module_to_snapshot => false,
                snapshot_path => "../../tests/snapshots",
            }, {
                insta::assert_snapshot!(name.trim_matches('/').replace('/', "_"), file.content);
            });
        }
    }

    #[test]
    fn no_generated_line_budget_is_exceeded() {
        let planned = plan(&workspace::root(), Format::Text, &mut |_| {}).unwrap();
        let generated = planned.iter().filter(|file| is_code(&file.path));
        let lines: usize = generated
            .clone()
            .map(|file| file.content.lines().count())
            .sum();
        let rows = generated
            .map(|file| file.content.matches("= &Operation {").count())
            .sum::<usize>();
        assert!(rows >= 14, "{rows} operations");
        assert!(
            lines <= 130 * rows,
            "{lines} lines for {rows} operations are more than 130 each"
        );
    }
}
