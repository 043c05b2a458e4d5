//! `cargo xtask generate`: reads the documents, runs the generator, writes what changed or, with `--check`, says what would.

use crate::journal;
use crate::standalone;
use crate::workspace::{self, Planned};
use atlas_backup_generator::{Generated, Selection, Source, Target, Text, generate};
use clap::Args;
use serde::Deserialize;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// Where generated code goes.
const GENERATED: &str = "sdk/src/generated";

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    standalone: standalone::StandaloneArguments,
    /// Writes nothing; exits with 1 if a file would change.
    #[arg(long)]
    check: bool,
    /// How findings are printed: text for people, JSON (one object a line) for editors and CI.
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
    journal::recover(root)?;
    let started = Instant::now();
    let planned = plan(root, arguments.format)?;
    let owned = [format!("{GENERATED}/v1"), format!("{GENERATED}/v2")];
    carry_out(root, &planned, &owned, arguments.check, started)
}

/// Writes what differs from the plan or, with `check`, says what would be written.
pub(crate) fn carry_out(
    root: &Path,
    planned: &[Planned],
    owned: &[String],
    check: bool,
    started: Instant,
) -> Result<ExitCode, String> {
    let changes = workspace::changes(root, planned, owned)?;
    for change in &changes {
        println!("{}{change}", if check { "would " } else { "" });
    }
    let elapsed = started.elapsed().as_secs_f64();
    let (changed, all) = (changes.len(), planned.len());
    if changes.is_empty() {
        println!("up to date: {all} files, {elapsed:.2} s");
    } else if check {
        println!("{changed} of {all} files are not as they should be; run this without `--check`");
        return Ok(ExitCode::FAILURE);
    } else {
        journal::apply(root, planned, &changes)?;
        println!("{changed} of {all} files written, {elapsed:.2} s; up to date");
    }
    Ok(ExitCode::SUCCESS)
}

/// The overlays of the current API with their paths, in the order they apply.
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

/// The document of the current API as the SDK is generated from it.
pub(crate) fn v2<'a>(
    upstream: &'a str,
    overlays: &'a [(String, String)],
    selection: &'a SelectionFile,
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

/// Every file the documents ask for.
pub(crate) fn plan(root: &Path, format: Format) -> Result<Vec<Planned>, String> {
    let read = |path: &str| workspace::read(&root.join(path));
    let selection = selection(root)?;
    let upstream = read("spec/v2/upstream.yaml")?;
    let texts = overlays(root)?;
    let v1 = read("spec/v1/curated.yaml")?;
    let sources = [
        v2(&upstream, &texts, &selection),
        Source {
            document: Text {
                name: "spec/v1/curated.yaml",
                text: &v1,
            },
            overlays: Vec::new(),
            selection: Selection::All,
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
    let mut planned = Vec::new();
    for source in sources {
        println!("{} ({})", source.curated, source.target.directory);
        let generated = timed(&source, format)?;
        if !source.overlays.is_empty() {
            planned.push(Planned {
                path: source.curated.to_owned(),
                content: generated.curated,
            });
        }
        planned.push(Planned {
            path: format!("{GENERATED}/{}/requests.json", source.target.directory),
            content: generated.requests,
        });
        let files = generated.files.into_iter();
        planned.extend(files.map(|file| Planned {
            path: format!("{GENERATED}/{}", file.path),
            content: file.content,
        }));
    }
    Ok(planned)
}

/// Runs the generator, printing each stage with what it counted and how long it took.
pub(crate) fn timed(source: &Source<'_>, format: Format) -> Result<Generated, String> {
    let mut last = Instant::now();
    let mut report = |name: &str, counts: String| {
        println!(
            "  {name:<10} {counts:<48} {:>6.1} ms",
            last.elapsed().as_secs_f64() * 1e3
        );
        last = Instant::now();
    };
    generate(source, &mut report).map_err(|diagnostics| {
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
    })
}

#[cfg(test)]
mod tests {
    use super::{Format, GENERATED, plan};
    use crate::workspace;

    fn is_code(path: &str) -> bool {
        path.starts_with(GENERATED) && path.ends_with(".rs")
    }

    /// What a change of the generator or of a document does to the SDK is read in review as a diff of these.
    #[test]
    fn every_generated_file_is_as_it_was_reviewed() {
        let planned = plan(&workspace::root(), Format::Text).unwrap();
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
        let planned = plan(&workspace::root(), Format::Text).unwrap();
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
