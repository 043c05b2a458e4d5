//! The file that a sandbox goes on with.

use atlas_backup::sandbox::Sandbox;
use std::error::Error;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::time::Duration;

/// How often the file is written, where there is something new.
const OFTEN: Duration = Duration::from_secs(1);

/// What was kept, if there is a file.
pub(crate) fn kept(path: &Path) -> Result<Option<String>, Box<dyn Error>> {
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(format!("{} is no regular file; name another", path.display()).into());
    }
    match std::fs::read_to_string(path) {
        Ok(saved) => Ok(Some(saved)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot read {}: {error}", path.display()).into()),
    }
}

/// Writes the file whole or not at all.
pub(crate) fn keep(sandbox: &Sandbox, path: &Path) -> Result<(), Box<dyn Error>> {
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

/// Keeps the sandbox as long as it runs. That it cannot, is told once each time it begins.
pub(crate) async fn keep_on(sandbox: &Sandbox, path: &Path) {
    // What was kept at the start had none of this process's requests.
    let (mut known, mut told) = (0, false);
    loop {
        tokio::time::sleep(OFTEN).await;
        let requests = sandbox.requests();
        if requests == known {
            continue;
        }
        match keep(sandbox, path) {
            Ok(()) => (known, told) = (requests, false),
            Err(error) if !told => {
                eprintln!("warning: {error}");
                told = true;
            }
            Err(_) => {}
        }
    }
}
