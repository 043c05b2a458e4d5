//! Counts the lines of functions in LLVM IR.

use std::collections::BTreeMap;

/// The functions of a crate: their instantiations and lines, by name without type arguments.
#[derive(Debug, Default)]
pub(super) struct Functions(BTreeMap<String, Count>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    instantiations: usize,
    lines: usize,
}

impl Functions {
    pub(super) fn read(ir: &str) -> Self {
        let mut functions = Self::default();
        let mut current = None;
        for line in ir.lines() {
            if let Some(definition) = line.strip_prefix("define ") {
                let count = functions.0.entry(name(definition)).or_default();
                count.instantiations += 1;
                current = Some(count);
            }
            if let Some(count) = &mut current {
                count.lines += 1;
            }
            if line == "}" {
                current = None;
            }
        }
        functions
    }

    /// Returns the lines of all functions.
    pub(super) fn lines(&self) -> usize {
        self.0.values().map(|count| count.lines).sum()
    }

    /// Returns a Markdown table of the functions with most lines.
    pub(super) fn largest(&self, number: usize) -> String {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|(name, count)| (std::cmp::Reverse(count.lines), *name));
        let mut text =
            "| function | instantiations | lines of LLVM IR |\n|---|---|---|\n".to_owned();
        for (
            name,
            Count {
                instantiations,
                lines,
            },
        ) in all.into_iter().take(number)
        {
            text.push_str(&format!("| `{name}` | {instantiations} | {lines} |\n"));
        }
        text
    }
}

/// Returns the readable name of the function in a line `define … @name(…`.
fn name(definition: &str) -> String {
    let symbol = definition.split_once('@').map_or("", |(_, symbol)| symbol);
    let symbol = match symbol.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => symbol.split('(').next(),
    };
    format!("{:#}", rustc_demangle::demangle(symbol.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::Functions;

    #[test]
    fn instantiations_are_summed_and_lines_outside_functions_are_not_counted() {
        let ir = "@a = 1\n\
            define void @_ZN1a1f17h0123456789abcdefE(ptr %x) {\nstart:\n  ret void\n}\n\n\
            define void @_ZN1a1f17hfedcba9876543210E() {\n  ret void\n}\n\
            define internal void @\"_ZN1a1g17h0123456789abcdefE\"() {\n}\n\
            declare void @h()\n";
        let functions = Functions::read(ir);
        assert_eq!(functions.lines(), 9);
        let rows: Vec<String> = functions
            .largest(2)
            .lines()
            .skip(2)
            .map(str::to_owned)
            .collect();
        assert_eq!(rows, ["| `a::f` | 2 | 7 |", "| `a::g` | 1 | 2 |"]);
    }
}
