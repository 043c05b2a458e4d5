//! The documents that recordings are judged by: those inside, those of a repository, or one of the user's own.

use crate::verify::Error;
use crate::verify::corrections::Corrections;
use crate::verify::route::Document;
use std::path::{Path, PathBuf};

/// What this SDK version was generated from, as files of one folder.
struct Carried {
    v2: String,
    v1: String,
    versions: String,
    corrections: String,
}

/// Documents, ready to judge by.
#[derive(Debug)]
pub struct Documents {
    /// The documents. Corrections are those of the first.
    pub all: Vec<Document>,
    /// The corrections, where they were asked for.
    pub corrections: Option<Corrections>,
}

impl Documents {
    /// The curated documents of this SDK version; with their corrections, if they are wanted.
    ///
    /// # Errors
    /// When one of the documents cannot be read, which none can be said of.
    pub fn carried(corrections: bool) -> Result<Self, Error> {
        let carried = Carried {
            v2: include_str!("../../documents/v2.yaml").to_owned(),
            v1: include_str!("../../documents/v1.yaml").to_owned(),
            versions: include_str!("../../documents/versions.yaml").to_owned(),
            corrections: include_str!("../../documents/corrections.json").to_owned(),
        };
        Self::of(&carried, Path::new("documents"), corrections)
    }

    /// The same from a folder, as it is in the repository of this crate.
    ///
    /// # Errors
    /// When a file cannot be read, or is not what it should be.
    pub fn below(folder: &Path, corrections: bool) -> Result<Self, Error> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })
        };
        let carried = Carried {
            v2: read("v2.yaml")?,
            v1: read("v1.yaml")?,
            versions: read("versions.yaml")?,
            corrections: read("corrections.json")?,
        };
        Self::of(&carried, folder, corrections)
    }

    /// A document of the user's own.
    ///
    /// # Errors
    /// When the file cannot be read, or is no OpenAPI document.
    pub fn own(path: &Path) -> Result<Self, Error> {
        Ok(Self {
            all: vec![Document::read(path)?],
            corrections: None,
        })
    }

    fn of(carried: &Carried, folder: &Path, corrections: bool) -> Result<Self, Error> {
        let broken = |name: &str| {
            let path: PathBuf = folder.join(name);
            move |message| Error::Document { path, message }
        };
        let v2 = Document::parse(&carried.v2).map_err(broken("v2.yaml"))?;
        let corrections = corrections
            .then(|| Corrections::parse(&carried.corrections, &v2))
            .transpose()
            .map_err(broken("corrections.json"))?;
        let v2 = v2
            .with_versions(&carried.versions)
            .map_err(broken("versions.yaml"))?;
        let v1 = Document::parse(&carried.v1).map_err(broken("v1.yaml"))?;
        Ok(Self {
            all: vec![v2, v1],
            corrections,
        })
    }
}
