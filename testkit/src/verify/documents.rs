//! The documents that judge recordings: built in, from a repository, or the user's own.

use crate::verify::Error;
use crate::verify::corrections::Corrections;
use crate::verify::route::Document;
use std::path::{Path, PathBuf};

/// The texts of the documents of this SDK version, from one folder.
struct DocumentTexts {
    v2: String,
    v1: String,
    versions: String,
    corrections: String,
}

/// Parsed documents.
#[derive(Debug)]
pub struct Documents {
    /// The documents; the corrections are those of the first.
    pub all: Vec<Document>,
    /// The corrections, if they were requested.
    pub corrections: Option<Corrections>,
}

impl Documents {
    /// Returns the curated documents of this SDK version, with their corrections if requested.
    ///
    /// # Errors
    /// When a built-in document is invalid, which the tests exclude.
    pub fn built_in(corrections: bool) -> Result<Self, Error> {
        let texts = DocumentTexts {
            v2: include_str!("../../documents/v2.yaml").to_owned(),
            v1: include_str!("../../documents/v1.yaml").to_owned(),
            versions: include_str!("../../documents/versions.yaml").to_owned(),
            corrections: include_str!("../../documents/corrections.json").to_owned(),
        };
        Self::of(&texts, Path::new("documents"), corrections)
    }

    /// Reads the same documents from a folder of this crate's repository.
    ///
    /// # Errors
    /// When a file cannot be read or is invalid.
    pub fn in_folder(folder: &Path, corrections: bool) -> Result<Self, Error> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })
        };
        let texts = DocumentTexts {
            v2: read("v2.yaml")?,
            v1: read("v1.yaml")?,
            versions: read("versions.yaml")?,
            corrections: read("corrections.json")?,
        };
        Self::of(&texts, folder, corrections)
    }

    /// Reads a document of the user's own.
    ///
    /// # Errors
    /// When the file cannot be read, or is not an OpenAPI document.
    pub fn own(path: &Path) -> Result<Self, Error> {
        Ok(Self {
            all: vec![Document::read(path)?],
            corrections: None,
        })
    }

    fn of(texts: &DocumentTexts, folder: &Path, corrections: bool) -> Result<Self, Error> {
        let broken = |name: &str| {
            let path: PathBuf = folder.join(name);
            move |message| Error::Document { path, message }
        };
        let v2 = Document::parse(&texts.v2).map_err(broken("v2.yaml"))?;
        let corrections = corrections
            .then(|| Corrections::parse(&texts.corrections, &v2))
            .transpose()
            .map_err(broken("corrections.json"))?;
        let v2 = v2
            .with_versions(&texts.versions)
            .map_err(broken("versions.yaml"))?;
        let v1 = Document::parse(&texts.v1).map_err(broken("v1.yaml"))?;
        Ok(Self {
            all: vec![v2, v1],
            corrections,
        })
    }
}
