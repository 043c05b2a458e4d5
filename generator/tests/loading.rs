//! Tests that YAML 1.2 documents are read as they are written, independent of quotes.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup_generator::{
    Class, DiffOptions, Generated, Selection, Source, Text, bump, diff, generate,
};
use serde_json::Value;

fn document(parameters: &str, properties: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: Loading, version: 1.10}}\npaths:\n  /a:\n    get:\n      operationId: getA\n      \
         parameters: [{parameters}]\n      responses:\n        \"200\": {{description: ok, content: {{application/json: {{schema: \
         {{$ref: \"#/components/schemas/A\"}}}}}}}}\ncomponents:\n  schemas:\n    A:\n      type: object\n      properties:\n{properties}"
    )
}

fn generated(text: &str) -> Generated {
    let source = Source::of(Text {
        name: "a.yaml",
        text,
    });
    generate(&source, &mut |_, _| {}).unwrap_or_else(|found| panic!("{text}\n{found}"))
}

/// Returns the curated document, read by a parser that recognizes more booleans.
fn curated(text: &str) -> Value {
    serde_saphyr::from_str(&generated(text).curated).expect("it is YAML")
}

/// Unquoted enum values and the text that each of them is.
const SPELLINGS: [(&str, &str); 40] = [
    ("y", "y"),
    ("n", "n"),
    ("Y", "Y"),
    ("N", "N"),
    ("yes", "yes"),
    ("No", "No"),
    ("on", "on"),
    ("OFF", "OFF"),
    ("true", "true"),
    ("False", "False"),
    ("NO", "NO"),
    ("1", "1"),
    ("-1", "-1"),
    ("+1", "+1"),
    ("012", "012"),
    ("-012", "-012"),
    ("00", "00"),
    ("0", "0"),
    ("1.0", "1.0"),
    ("1.50", "1.50"),
    ("1.", "1."),
    (".5", ".5"),
    ("1e3", "1e3"),
    ("1E3", "1E3"),
    ("0x1F", "0x1F"),
    ("0o17", "0o17"),
    ("0b11", "0b11"),
    ("1_000", "1_000"),
    ("12:30:45", "12:30:45"),
    ("2025-03-12", "2025-03-12"),
    ("2025-03-12T10:00:00Z", "2025-03-12T10:00:00Z"),
    ("1.2.3", "1.2.3"),
    ("18446744073709551616", "18446744073709551616"),
    ("0.1e-7", "0.1e-7"),
    ("'~'", "~"),
    ("'null'", "null"),
    ("\"1\\x2e0\"", "1.0"),
    ("nan", "nan"),
    ("=", "="),
    ("<<", "<<"),
];

#[test]
fn enum_values_of_strings_are_read_as_they_are_written() {
    for (bare, text) in SPELLINGS {
        for enumeration in [
            format!("        p: {{type: string, enum: [{bare}, other], default: {bare}}}\n"),
            format!(
                "        p:\n          enum:\n          - {bare} # what\n          - other\n          default: {bare}\n          type: string\n"
            ),
        ] {
            let curated = curated(&document("", &enumeration));
            let property = &curated["components"]["schemas"]["A"]["properties"]["p"];
            assert_eq!(property["enum"][0], text, "{enumeration}");
            assert_eq!(property["default"], text, "{enumeration}");
        }
    }
}

#[test]
fn names_of_parameters_and_properties_are_read_as_they_are_written() {
    for (bare, text) in SPELLINGS {
        let parameters = format!("{{name: {bare}, in: query, schema: {{type: string}}}}");
        let read = curated(&document(&parameters, "        p: {type: string}\n"));
        let name = &read["paths"]["/a"]["get"]["parameters"][0]["name"];
        assert_eq!(name, text, "{bare}");
        // `<<` as a key merges mappings, as in every YAML parser.
        if text != "<<" {
            let property = format!("        {bare}: {{type: string}}\n");
            let read = curated(&document("", &property));
            let properties = read["components"]["schemas"]["A"]["properties"].as_object();
            let names: Vec<&String> = properties.into_iter().flat_map(|all| all.keys()).collect();
            assert_eq!(names, [text], "{bare}");
        }
    }
}

#[test]
fn version_pattern_and_description_are_read_as_they_are_written() {
    let read = curated(&document(
        "",
        "        p: {type: string, pattern: 012, description: 1.10}\n",
    ));
    assert_eq!(read["info"]["version"], "1.10");
    let property = &read["components"]["schemas"]["A"]["properties"]["p"];
    assert_eq!(
        (&property["pattern"], &property["description"]),
        (&"012".into(), &"1.10".into())
    );
}

#[test]
fn numbers_and_booleans_stay_where_text_is_not_required() {
    let property =
        "        p: {type: integer, enum: [1, 0x10], default: 1, maximum: 16, nullable: true}\n";
    let read = curated(&document("", property));
    let property = &read["components"]["schemas"]["A"]["properties"]["p"];
    assert_eq!(
        *property,
        serde_json::json!({ "type": "integer", "enum": [1, 16], "default": 1, "maximum": 16, "nullable": true })
    );
}

#[test]
fn null_among_the_values_of_an_enum_makes_it_nullable() {
    for null in ["null", "~", "Null"] {
        let property = format!("        p: {{type: string, enum: [a, {null}]}}\n");
        let read = curated(&document("", &property));
        let property = &read["components"]["schemas"]["A"]["properties"]["p"];
        assert_eq!(property["nullable"], true, "{null}");
    }
}

#[test]
fn yaml_1_1_booleans_in_an_enum_are_variants() {
    let properties = "        axis: {type: string, enum: [x, y, z]}\n        answer: {type: string, enum: [yes, no, maybe]}\n        \
                      country: {type: string, enum: [NO, SE]}\n        level: {type: string, enum: [012, 1.0, 2025-03-12]}\n";
    let parameters = ["n", "y", "on", "off"]
        .map(|name| format!("{{name: {name}, in: query, schema: {{type: string}}}}"));
    let generated = generated(&document(&parameters.join(", "), properties));
    let code: String = generated
        .files
        .iter()
        .map(|file| file.content.as_str())
        .collect();
    for part in [
        "\"y\"",
        "\"yes\"",
        "\"no\"",
        "\"NO\"",
        "\"012\"",
        "\"1.0\"",
        "\"2025-03-12\"",
        "fn n(",
        "fn y(",
        "fn on(",
        "fn off(",
    ] {
        assert!(code.contains(part), "{part}\n{code}");
    }
}

#[test]
fn quoted_and_unquoted_documents_have_the_same_diff() {
    let with = |quote: &str| {
        let values = ["y", "NO", "012", "1.0", "2025-03-12", "on"];
        let values = values
            .map(|value| format!("{quote}{value}{quote}"))
            .join(", ");
        document(
            &format!(
                "{{name: {quote}n{quote}, in: query, required: true, schema: {{type: string}}}}"
            ),
            &format!(
                "        p: {{type: string, enum: [{values}]}}\n        {quote}y{quote}: {{type: string}}\n"
            ),
        )
    };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: None,
    };
    let text = |name, text| Text { name, text };
    let (bare, quoted) = (with(""), with("\""));
    let same = diff(text("bare", &bare), text("quoted", &quoted), &options);
    assert_eq!(same.unwrap_or_else(|found| panic!("{found}")), []);
    let old = document("", "        p: {type: string, enum: [x]}\n");
    let verdicts = [&bare, &quoted].map(|new| {
        let changes = diff(text("old", &old), text("new", new), &options);
        let changes = changes.unwrap_or_else(|found| panic!("{found}"));
        assert!(
            changes
                .iter()
                .any(|change| change.class() == Class::Breaking),
            "{changes:?}"
        );
        let rules: Vec<_> = changes.iter().map(|change| change.rule().id).collect();
        (rules, bump(&changes))
    });
    assert_eq!(verdicts[0], verdicts[1]);
}

#[test]
fn json_numbers_and_booleans_in_a_string_enum_are_text() {
    let yaml = document("", "        p: {type: string}\n");
    let mut json: Value = serde_saphyr::from_str(&yaml).expect("it is YAML");
    let property = serde_json::json!({ "type": "string", "enum": ["a", 1, true] });
    json["components"]["schemas"]["A"]["properties"]["p"] = property;
    let text = json.to_string().replace("\"a\",1", "\"a\",1.50");
    let read = curated(&text);
    let values = &read["components"]["schemas"]["A"]["properties"]["p"]["enum"];
    assert_eq!(*values, serde_json::json!(["a", "1.50", "true"]));
}

#[test]
fn quoted_tilde_is_a_property_name() {
    let read = curated(&document("", "        \"~\": {type: string}\n"));
    assert!(read["components"]["schemas"]["A"]["properties"]["~"].is_object());
}
