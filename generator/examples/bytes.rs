#![allow(missing_docs, clippy::unwrap_used, clippy::disallowed_methods)]
use atlas_backup_generator::*;
fn main() {
    for (v, date, overlays, recv) in [
        ("v2", Some("2025-03-12"), true, "Client"),
        ("v1", None, false, "V1"),
    ] {
        let read = |p: &str| std::fs::read_to_string(p).unwrap();
        let (doc, name) = if overlays {
            (read("spec/v2/upstream.yaml"), "spec/v2/upstream.yaml")
        } else {
            (read("spec/v1/curated.yaml"), "spec/v1/curated.yaml")
        };
        let mut ov = vec![];
        if overlays {
            let mut names: Vec<_> = std::fs::read_dir("spec/v2/overlays")
                .unwrap()
                .map(|e| e.unwrap().path().to_str().unwrap().to_owned())
                .collect();
            names.extend(
                std::fs::read_dir("spec/v2/overlays/prose")
                    .unwrap()
                    .map(|e| e.unwrap().path().to_str().unwrap().to_owned()),
            );
            names.retain(|n| !std::path::Path::new(n).is_dir());
            names.sort_by_key(|n| {
                (
                    n.contains("prose"),
                    ["corrections", "names", "behaviour"]
                        .iter()
                        .position(|k| n.contains(k)),
                    n.clone(),
                )
            });
            for n in names {
                let t = read(&n);
                ov.push((n, t));
            }
        }
        let sel = read("spec/v2/selection.toml");
        let ids: Vec<String> = sel
            .split('"')
            .skip(1)
            .step_by(2)
            .filter(|id| !id.starts_with("20"))
            .map(str::to_owned)
            .collect();
        let curated = format!("spec/{v}/curated.yaml");
        let source = Source {
            document: Text { name, text: &doc },
            overlays: ov.iter().map(|(n, t)| Text { name: n, text: t }).collect(),
            selection: if overlays {
                Selection::Operations(ids)
            } else {
                Selection::All
            },
            released: None,
            api_date: date,
            documented: true,
            curated: &curated,
            target: Target {
                crate_name: "atlas_backup",
                directory: v,
                receiver: recv,
                features: false,
            },
        };
        match generate(&source, &mut |a, b| println!("{a}: {b}")) {
            Ok(g) => {
                for f in g.files {
                    let old = std::fs::read_to_string(format!("sdk/src/generated/{}", f.path))
                        .unwrap_or_default();
                    if old != f.content {
                        println!("DIFFERS {}", f.path);
                        std::fs::write(
                            format!("/tmp/issue/{}", f.path.replace('/', "_")),
                            &f.content,
                        )
                        .unwrap();
                    }
                }
            }
            Err(e) => println!("{e}"),
        }
    }
}
