//! A preprocessor of the guide: takes the indentation off code that is included from within a function.
//!
//! Must never touch anything but the inside of fenced blocks, for `mdbook build` runs it on every chapter.
use serde_json::Value;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // Asked which renderers are supported: all of them.
    if std::env::args().nth(1).as_deref() == Some("supports") {
        return Ok(());
    }
    // The context and the book; https://rust-lang.github.io/mdBook/for_developers/preprocessors.html
    let (_, mut book): (Value, Value) = serde_json::from_reader(std::io::stdin())?;
    dedent_contents(&mut book);
    serde_json::to_writer(std::io::stdout(), &book)?;
    Ok(())
}

fn dedent_contents(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(dedent_contents),
        Value::Object(fields) => {
            if let Some(Value::String(content)) = fields.get_mut("content") {
                *content = dedent(content);
            }
            fields.values_mut().for_each(dedent_contents);
        }
        _ => {}
    }
}

/// The chapter, with each fenced block that begins a line moved to the left as far as it goes.
fn dedent(chapter: &str) -> String {
    let parts = chapter.split("\n```").enumerate().map(|(number, part)| {
        // Odd parts are inside, after the rest of the line that opens the block.
        match part.split_once('\n') {
            Some((language, code)) if number % 2 == 1 => {
                format!("{language}\n{}", to_the_left(code))
            }
            _ => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("\n```")
}

fn to_the_left(code: &str) -> String {
    let filled = code.lines().filter(|line| !line.trim().is_empty());
    let depths = filled.map(|line| line.len() - line.trim_start_matches(' ').len());
    let depth = depths.min().unwrap_or_default();
    let lines = code
        .lines()
        .map(|line| line.get(depth..).unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_moves_and_its_shape_stays() {
        let chapter =
            "    text\n\n```rust\n    if a {\n\n        b\n    }\n```\n    text\n```sh\nc\n```\n";
        let moved = "    text\n\n```rust\nif a {\n\n    b\n}\n```\n    text\n```sh\nc\n```\n";
        assert_eq!(dedent(chapter), moved);
    }
}
