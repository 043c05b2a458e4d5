//! Refreshes the code in the chapters of the guide. Run it after a change to a snippet.
use atlas_backup_docs::embed;
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for chapter in fs::read_dir(root.join("docs/src"))? {
        let path = chapter?.path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let before = fs::read_to_string(&path)?;
        let after = embed(&before, |file| fs::read_to_string(root.join(file)))?;
        if after != before {
            fs::write(&path, after)?;
            println!("updated {}", path.display());
        }
    }
    Ok(())
}
