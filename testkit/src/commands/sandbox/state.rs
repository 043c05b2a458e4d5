//! The file in which a sandbox saves its state and from which it continues.

use atlas_backup::sandbox::Sandbox;
use atlas_backup_testkit::output::print_message;
use std::error::Error;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::time::Duration;

/// How often the file is written while there are requests.
const SAVE_INTERVAL: Duration = Duration::from_secs(1);

/// Reads the saved state; `None` if there is no file.
pub(crate) fn load(path: &Path) -> Result<Option<String>, Box<dyn Error>> {
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(format!("{} is not a regular file; name another one", path.display()).into());
    }
    match std::fs::read_to_string(path) {
        Ok(saved) => Ok(Some(saved)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot read {}: {error}", path.display()).into()),
    }
}

/// Writes the file atomically: whole or not at all.
pub(crate) fn save(sandbox: &Sandbox, path: &Path) -> Result<(), Box<dyn Error>> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let written = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(sandbox.save().as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}

/// Saves the sandbox as long as it runs.
///
/// When saving fails repeatedly, only the first failure is reported.
pub(crate) async fn save_periodically(sandbox: &Sandbox, path: &Path) {
    // The state saved at the start includes none of this process's requests.
    let (mut known, mut reported) = (0, false);
    loop {
        tokio::time::sleep(SAVE_INTERVAL).await;
        let requests = sandbox.requests();
        if requests == known {
            continue;
        }
        match save(sandbox, path) {
            Ok(()) => (known, reported) = (requests, false),
            Err(error) if !reported => {
                print_message(format_args!("warning: {error}"));
                reported = true;
            }
            Err(_) => {}
        }
    }
}
