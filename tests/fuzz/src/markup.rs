//! The markup of reports, read independently of the code that writes it.

/// An element of a page, with the names of its attributes.
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<String>,
}

/// Returns the elements that start in an HTML page, without the content of its script and its style.
pub(crate) fn elements(page: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        if !after.starts_with(|sign: char| sign.is_ascii_alphabetic()) {
            continue;
        }
        let (tag, after) = tag(after);
        let element = element(tag);
        rest = match element.name.as_str() {
            "script" | "style" => after
                .split_once(&format!("</{}", element.name))
                .map_or("", |(_, after)| after),
            _ => after,
        };
        elements.push(element);
    }
    elements
}

/// Splits the text after `<` at the end of the tag, which is not inside of a quoted value.
fn tag(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, sign) in text.char_indices() {
        match (quote, sign) {
            (None, '"' | '\'') => quote = Some(sign),
            (None, '>') => return text.split_at(at),
            (Some(open), sign) if open == sign => quote = None,
            _ => {}
        }
    }
    (text, "")
}

fn element(tag: &str) -> Element {
    let is_space = |sign: char| sign.is_ascii_whitespace() || sign == '/';
    let end = tag.find(is_space).unwrap_or(tag.len());
    let (name, mut rest) = tag.split_at(end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(is_space);
        let end = rest
            .find(|sign: char| is_space(sign) || sign == '=')
            .unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        if attribute.is_empty() && after.is_empty() {
            break;
        }
        attributes.push(attribute.to_ascii_lowercase());
        rest = match after.strip_prefix('=') {
            Some(value) => match value.chars().next().filter(|sign| "\"'".contains(*sign)) {
                Some(quote) => value
                    .get(1..)
                    .and_then(|value| value.split_once(quote))
                    .map_or("", |(_, after)| after),
                None => value.split_once(is_space).map_or("", |(_, after)| after),
            },
            None => after,
        };
    }
    Element {
        name: name.to_ascii_lowercase(),
        attributes,
    }
}

/// Returns the reason why a text is not well-formed XML, of the parts of XML that reports use: a declaration, elements
/// with quoted attributes, and references.
pub(crate) fn xml_error(text: &str) -> Option<String> {
    let is_xml = |sign: char| sign >= ' ' || "\t\n\r".contains(sign);
    let is_xml = |sign: char| is_xml(sign) && sign != '\u{fffe}' && sign != '\u{ffff}';
    if let Some(sign) = text.chars().find(|sign| !is_xml(*sign)) {
        return Some(format!("XML cannot have {sign:?}"));
    }
    let mut rest = match text.strip_prefix("<?xml ") {
        Some(after) => after.split_once("?>").map_or("", |(_, after)| after),
        None => text,
    };
    let mut open = Vec::new();
    let mut roots = 0;
    loop {
        let (content, after) = rest.split_once('<').unwrap_or((rest, ""));
        if let Some(reference) = bad_reference(content) {
            return Some(format!("{reference:?} is not a reference"));
        }
        if open.is_empty() && !content.trim().is_empty() {
            return Some(format!("{content:?} is outside of the root"));
        }
        if rest.len() == content.len() {
            break;
        }
        let (tag, after) = tag(after);
        let Some(after) = after.strip_prefix('>') else {
            return Some(format!("<{tag} has no end"));
        };
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name.trim_end().to_owned()) {
                return Some(format!("</{name}> ends another element"));
            }
            continue;
        }
        if let Some(reference) = bad_reference(tag) {
            return Some(format!("{reference:?} is not a reference"));
        }
        let element = element(tag);
        let is_name = |name: &str| {
            let first = name.starts_with(|sign: char| sign.is_alphabetic() || sign == '_');
            let rest = |sign: char| sign.is_alphanumeric() || "_-.:".contains(sign);
            first && name.chars().all(rest)
        };
        let mut names = element.attributes.clone();
        names.push(element.name.clone());
        if let Some(name) = names.iter().find(|name| !is_name(name)) {
            return Some(format!("{name:?} is not a name"));
        }
        roots += usize::from(open.is_empty());
        if !tag.ends_with('/') {
            open.push(element.name);
        }
    }
    match (open.is_empty(), roots) {
        (true, 1) => None,
        _ => Some(format!("{roots} roots, and {open:?} have no end")),
    }
}

/// Returns the text after an `&` that does not begin a reference.
fn bad_reference(text: &str) -> Option<&str> {
    let mut parts = text.split('&').skip(1);
    parts.find(|part| {
        let name = part.split_once(';').map_or("", |(name, _)| name);
        let number = name.strip_prefix('#').unwrap_or_default();
        let is_number = match number.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).is_ok(),
            None => number.parse::<u32>().is_ok(),
        };
        !is_number && !["amp", "lt", "gt", "quot", "apos"].contains(&name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_after_a_value_that_ends_too_early() {
        let page =
            r#"<p class="a" title='b > "c'>x</p><br/><td class="" onclick="alert(1)" hidden>"#;
        let found: Vec<String> = elements(page)
            .iter()
            .map(|element| format!("{} {}", element.name, element.attributes.join(" ")))
            .collect();
        assert_eq!(found, ["p class title", "br ", "td class onclick hidden"]);
    }

    #[test]
    fn xml_that_is_not_well_formed_is_found() {
        for (text, fault) in [
            (
                "<?xml version=\"1.0\"?>\n<a b=\"&lt;&#10;\"><c/>&amp;</a>\n",
                None,
            ),
            ("<a><b></a></b>", Some("ends another element")),
            ("<a>&nbsp;</a>", Some("not a reference")),
            ("<a b=\"&\"/>", Some("not a reference")),
            ("<a></a><b/>", Some("2 roots")),
            ("<a>", Some("have no end")),
            ("<a/>text", Some("outside of the root")),
            ("<a b=\"\u{1}\"/>", Some("cannot have")),
            ("<a \"b\"/>", Some("not a name")),
        ] {
            let found = xml_error(text);
            match (found, fault) {
                (None, None) => {}
                (Some(found), Some(fault)) => assert!(found.contains(fault), "{text}: {found}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }
}
