//! Every command that a reader is told to type is one that CI runs.
#![allow(clippy::unwrap_used)]

use regex_lite::Regex;
use std::fs;
use std::path::Path;

/// Commands that CI does not run to the letter, and what holds them instead.
const ELSEWHERE: [(&str, &str); 4] = [
    // This is CI.
    (".ci/run", ".ci/run"),
    // Serves until it is stopped; the judge starts it at a free port.
    (
        "cargo xtask sandbox --speed 60",
        "tests/referees/document/judge",
    ),
    // Needs the API's document, which is not in the repository.
    ("cargo xtask pull --from openapi.yaml", "xtask/src/pull.rs"),
    (
        "cargo xtask diff spec/v2/upstream.yaml openapi.yaml",
        "xtask/src/diff/mod.rs",
    ),
];

#[test]
fn a_command_in_the_documentation_is_run_by_ci() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let ci = fs::read_to_string(root.join(".ci/run")).unwrap();
    // There it may have more arguments.
    let executed = |command: &str| {
        let mut lines = ci
            .lines()
            .filter_map(|line| line.trim().strip_prefix(command));
        lines.any(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let mut pages = vec![
        root.join("README.md"),
        root.join("sdk/README.md"),
        root.join("CONTRIBUTING.md"),
    ];
    let chapters = fs::read_dir(root.join("docs/src")).unwrap();
    pages.extend(chapters.map(|chapter| chapter.unwrap().path()));

    let block = Regex::new(r"(?m)^ *```sh\n([\s\S]*?)^ *```$").unwrap();
    let comment = Regex::new(r"\s+#.*$").unwrap();
    let (mut count, mut unheld) = (0, Vec::new());
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for found in block.captures_iter(&text) {
            for line in found[1]
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
            {
                let command = comment.replace(line, "");
                let elsewhere = ELSEWHERE.iter().find(|(known, _)| *known == command);
                let held = match elsewhere {
                    Some((_, file)) => root.join(file).is_file(),
                    None => executed(&command),
                };
                if !held {
                    unheld.push(format!("{}: {command}", page.display()));
                }
                count += 1;
            }
        }
    }
    assert_eq!(unheld, Vec::<String>::new());
    assert!(count >= 10, "{count} commands");
}
