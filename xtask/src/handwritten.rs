//! Checks the names of generated code that hand-written code and documentation use: operations, types, and paths of the
//! sandbox.
//!
//! Invariant: no list of uses is maintained. The check scans the texts, so it cannot miss a new use.

use crate::workspace::{self, Planned};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Directories with hand-written texts.
const DIRECTORIES: [&str; 4] = ["docs", "sdk/examples", "sdk/src", "testkit/src"];
const README: &str = "README.md";
/// Directory of the generated code, with a directory for each version.
const GENERATED: &str = "sdk/src/generated/";
/// The sandbox's table of methods and paths.
const ROUTES: &str = "sdk/src/sandbox/routes.rs";

/// A hand-written text.
struct File {
    path: String,
    text: String,
}

/// Rejects planned code that lacks a name which hand-written code or documentation uses.
///
/// # Errors
/// With the file and line of each name.
pub(crate) fn check(root: &Path, planned: &[Planned]) -> Result<(), String> {
    let files = handwritten(root)?;
    let mut found = BTreeSet::new();
    let versions = versions(planned);
    let lost = lost(root, &versions)?;
    for file in &files {
        for (version, words) in &versions {
            for (line, name) in named(&file.text, version) {
                if !words.contains(name) {
                    found.insert((&file.path, line, format!("`{version}::{name}`")));
                }
            }
        }
        for (number, line) in file.text.lines().enumerate() {
            for word in words(line).filter(|word| lost.contains(*word)) {
                found.insert((&file.path, number + 1, format!("`{word}`")));
            }
        }
    }
    if let Some(routes) = files.iter().find(|file| file.path == ROUTES) {
        for (line, route) in unknown_routes(&routes.text, planned) {
            found.insert((&routes.path, line, format!("`{route}`")));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let lines = found.iter().map(|(path, line, what)| {
        format!("  {path}:{line}: {what} is used, but the new code does not have it\n")
    });
    Err(format!(
        "error: nothing is written, because hand-written text uses names that the new code does not have\n{}  \
         help: change these lines first, or keep the name with an overlay (`x-rust-name`, `x-rust-type`)",
        lines.collect::<String>()
    ))
}

fn handwritten(root: &Path) -> Result<Vec<File>, String> {
    let mut paths = vec![README.to_owned()];
    for directory in DIRECTORIES {
        paths.extend(workspace::files_below(root, directory)?);
    }
    let is_text = |path: &str| {
        [".rs", ".md", ".toml"]
            .iter()
            .any(|end| path.ends_with(end))
    };
    paths.retain(|path| is_text(path) && !path.starts_with(GENERATED));
    let mut files = Vec::new();
    for path in paths {
        if let Some(text) = workspace::read_if_there(&root.join(&path))? {
            files.push(File { path, text });
        }
    }
    Ok(files)
}

/// Returns all words of the planned code by version.
fn versions(planned: &[Planned]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Planned { path, content } in planned {
        if let Some((version, _)) = path
            .strip_prefix(GENERATED)
            .and_then(|it| it.split_once('/'))
        {
            versions.entry(version).or_default().extend(words(content));
        }
    }
    versions
}

/// Returns the names of several words that the existing code defines and the planned code does not contain.
fn lost(
    root: &Path,
    versions: &BTreeMap<&str, BTreeSet<&str>>,
) -> Result<BTreeSet<String>, String> {
    let mut lost = BTreeSet::new();
    for path in workspace::files_below(root, GENERATED.trim_end_matches('/'))? {
        if !path.ends_with(".rs") {
            continue;
        }
        let text = workspace::read(&root.join(path))?;
        let names = text.lines().filter_map(defined);
        let is_lost = |name: &&str| {
            has_several_words(name) && !versions.values().any(|words| words.contains(name))
        };
        lost.extend(names.filter(is_lost).map(str::to_owned));
    }
    Ok(lost)
}

/// Returns the public name or operation id that a line of generated code defines.
fn defined(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let item = [
        "pub struct ",
        "pub enum ",
        "pub type ",
        "pub mod ",
        "pub fn ",
        "id: \"",
    ];
    let rest = item.iter().find_map(|item| line.strip_prefix(item))?;
    words(rest).next()
}

/// Returns true if a name has several words. A name of one word may also name something else.
fn has_several_words(name: &str) -> bool {
    let inner = name.get(1..).unwrap_or_default();
    inner.contains(|letter: char| letter == '_' || letter.is_ascii_uppercase())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.filter(|word| !word.is_empty())
}

/// Returns the types and constants that a text uses from a version's module, with their lines: `v2::Name` and
/// `v2::{Name, module::Other as Another}`.
///
/// Names in lower case are modules and functions, which macros may define.
fn named<'t>(text: &'t str, version: &str) -> Vec<(usize, &'t str)> {
    let mut found = Vec::new();
    let module = format!("{version}::");
    for (at, _) in text.match_indices(&module) {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let rest = &text[at + module.len()..];
        let path = match rest.strip_prefix('{') {
            Some(group) => &group[..group.find(['}', ';']).unwrap_or(group.len())],
            None => {
                let is_path =
                    |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
                &rest[..rest.find(|letter| !is_path(letter)).unwrap_or(rest.len())]
            }
        };
        let is_upper = |word: &&str| word.starts_with(char::is_uppercase);
        let names = path
            .split(',')
            .filter_map(|entry| words(entry).find(is_upper));
        found.extend(names);
    }
    let line = |name: &str| {
        // Names are parts of the text.
        let offset = name.as_ptr() as usize - text.as_ptr() as usize;
        text[..offset].matches('\n').count() + 1
    };
    found.into_iter().map(|name| (line(name), name)).collect()
}

/// Returns the rows of the sandbox's table that match no operation, with their lines.
fn unknown_routes(text: &str, planned: &[Planned]) -> Vec<(usize, String)> {
    let mut operations = BTreeSet::new();
    for Planned { path, content } in planned {
        if path.starts_with(GENERATED) && path.ends_with(".rs") {
            let mut method = "";
            for line in content.lines().map(str::trim) {
                if let Some(name) = line.strip_prefix("method: Method::") {
                    method = name.trim_end_matches(',');
                } else if let Some(path) = line.strip_prefix("path: \"") {
                    let path = path.trim_end_matches("\",");
                    let (_, below) = path.split_once("/groups/{groupId}").unwrap_or(("", path));
                    operations.insert((method, below));
                }
            }
        }
    }
    let row = |line: &'_ str| {
        let (method, rest) = line
            .trim_start()
            .strip_prefix("(Method::")?
            .split_once(", \"")?;
        let (path, _) = rest.split_once('"')?;
        let is_known = operations.contains(&(method, path));
        (!is_known).then(|| format!("{method} {path}"))
    };
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(number, line)| Some((number + 1, row(line)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{check, named};
    use crate::generate::{Format, plan};
    use crate::workspace::{self, Planned};
    use std::fs;
    use std::path::Path;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn planned(text: &str) -> [Planned; 1] {
        [Planned {
            path: "sdk/src/generated/v2/jobs.rs".to_owned(),
            content: text.to_owned(),
        }]
    }

    const OLD: &str = "pub struct BackupJob;\nimpl Client {\n    pub fn get_backup_job() {}\n    pub fn wait_for_backup_job() {}\n}\n    \
        id: \"getBackupJob\",\n    method: Method::GET,\n    path: \"/v2/groups/{groupId}/jobs\",\n";

    const NEW: &str = "pub struct Job;\nimpl Client {\n    pub fn get_job() {}\n}\n    \
        id: \"getJob\",\n    method: Method::GET,\n    path: \"/v2/groups/{groupId}/all/jobs\",\n";

    #[test]
    fn names_that_the_new_code_lacks_are_refused_with_file_and_line() {
        let uses = [
            (
                "README.md",
                "# It\n\n`client.get_backup_job()`\n",
                "README.md:3: `get_backup_job`",
            ),
            (
                "docs/src/jobs.md",
                "`wait_for_backup_job`\n",
                "docs/src/jobs.md:1: `wait_for_backup_job`",
            ),
            (
                "sdk/examples/one.rs",
                "use atlas_backup::{\n    v2::{\n        BackupJob,\n    },\n};\n",
                "sdk/examples/one.rs:3: `v2::BackupJob`",
            ),
            (
                "sdk/src/key.rs",
                "impl Keyed for crate::v2::BackupJob {}\n",
                "sdk/src/key.rs:1: `v2::BackupJob`",
            ),
            (
                "sdk/src/sandbox/routes.rs",
                "[\n    (Method::GET, \"/jobs\", Plays(get)),\n]",
                "sdk/src/sandbox/routes.rs:2: `GET /jobs`",
            ),
            (
                "testkit/src/order.toml",
                "[[order]]\noperation = \"getBackupJob\"\n",
                "testkit/src/order.toml:2: `getBackupJob`",
            ),
        ];
        for (path, text, expected) in uses {
            let place = tempfile::tempdir().unwrap();
            let root = place.path();
            write(root, "sdk/src/generated/v2/jobs.rs", OLD);
            write(root, path, text);
            assert_eq!(check(root, &planned(OLD)), Ok(()), "{path}");
            let message = check(root, &planned(NEW)).unwrap_err();
            assert!(message.contains(expected), "{message}");
            assert!(message.contains("nothing is written"), "{message}");
        }
    }

    #[test]
    fn names_in_generated_code_and_words_of_the_language_are_not_refused() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        write(
            root,
            "sdk/src/generated/v2/jobs.rs",
            &OLD.replace("BackupJob", "Client"),
        );
        write(root, "sdk/src/lib.rs", "pub struct Client;\n");
        assert_eq!(check(root, &planned(NEW)), Ok(()));
    }

    #[test]
    fn names_are_found_in_paths_groups_renamings_and_comments() {
        let text = "use crate::v2::{One, two::Two as Three};\n//! use it::v2::{\n//!     Four,\n//! };\nlet five = (v2::FIVE, v2::two::Seven::new());\nuse it::{v2::*, env2::Six};\n";
        let expected = [
            (1, "One"),
            (1, "Two"),
            (3, "Four"),
            (5, "FIVE"),
            (5, "Seven"),
        ];
        assert_eq!(named(text, "v2"), expected);
    }

    /// The names are those of the repository, so that the check is known to see them.
    #[test]
    fn repository_passes_the_check_and_a_removed_name_fails_it() {
        let root = workspace::root();
        let mut planned = plan(&root, Format::Text, &mut |_| {}).unwrap();
        assert_eq!(check(&root, &planned), Ok(()));
        for file in &mut planned {
            let renamed = file.content.replace("CreateBackupExport", "StartExport");
            let renamed = renamed.replace("createBackupExport", "startExport");
            file.content = renamed
                .replace("create_backup_export", "start_export")
                .replace("/backup/exports/", "/exports/");
        }
        let message = check(&root, &planned).unwrap_err();
        for expected in [
            "sdk/src/export_key.rs:",
            ": `v2::CreateBackupExport` is used",
            "sdk/src/sandbox/routes.rs:",
            "README.md:",
            "docs/",
            "sdk/examples/",
            "sdk/src/idempotency.rs:",
            "testkit/src/verify/sequences.toml:",
        ] {
            assert!(message.contains(expected), "{expected}: {message}");
        }
    }
}
