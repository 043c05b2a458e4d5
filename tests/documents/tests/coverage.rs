//! The table of OpenAPI 3.0 constructs by document.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use atlas_backup_documents::{Coverage, Mark, coverage};

#[test]
fn every_construct_of_openapi_3_0_is_in_a_document() {
    let Coverage { documents, rows } = coverage().unwrap();
    assert!(documents.len() >= 6, "{} documents", documents.len());
    assert!(rows.len() > 300, "{} constructs", rows.len());
    let nowhere: Vec<_> = rows
        .iter()
        .filter(|(_, marks)| marks.iter().all(|mark| *mark == Mark::Absent))
        .map(|(construct, _)| &construct.name)
        .collect();
    assert_eq!(nowhere, [] as [&str; 0]);
}

#[test]
fn the_table_of_constructs_equals_its_snapshot() {
    let Coverage { documents, rows } = coverage().unwrap();
    let names: Vec<_> = documents
        .iter()
        .map(|document| document.name.as_str())
        .collect();
    let mut table = format!(
        "| construct | {} |\n|---|{}\n",
        names.join(" | "),
        "---|".repeat(names.len())
    );
    for (construct, marks) in rows {
        let cells = marks.iter().map(|mark| match mark {
            Mark::Supported => "supported",
            Mark::Idle => "no effect",
            Mark::Diagnosed => "diagnosed",
            Mark::Absent => "",
        });
        table.push_str(&format!(
            "| {} | {} |\n",
            construct.name,
            cells.collect::<Vec<_>>().join(" | ")
        ));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => ".." }, {
        insta::assert_snapshot!("coverage", table);
    });
}
