//! Generation from mutated documents: the result is a list of findings, or Rust code that parses.
//!
//! The input is a script: a document of the generator's corpus, and mutations of it.

use crate::mutate::script::Script;
use crate::sources::{constructs, source};
use atlas_backup_generator::generate;

pub(crate) fn run(input: &[u8]) -> bool {
    let mut script = Script::new(input);
    let mut document = script.pick(constructs()).cloned().unwrap_or_default();
    script.mutate(&mut document);
    let text = document.to_string();
    match generate(&source(&text, &[]), &mut |_, _| {}) {
        Ok(generated) => {
            for file in &generated.files {
                if file.path.ends_with(".rs") {
                    let parsed = syn::parse_file(&file.content);
                    assert!(
                        parsed.is_ok(),
                        "{}: {:?}\n{}",
                        file.path,
                        parsed.err(),
                        file.content
                    );
                }
            }
            true
        }
        Err(found) => {
            assert!(!found.found().is_empty(), "refused without a finding");
            false
        }
    }
}
