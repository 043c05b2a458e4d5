//! The rules of a schema; their cases are in `cases.yaml`.

use super::{Direction, Node, check};
use serde_json::Value;

/// Each case is a schema, a body and the findings as `rule place` lines; references lead to the `components`
/// at the top.
#[test]
fn a_response_is_judged_by_every_keyword_of_its_schema() {
    let root: Value = serde_saphyr::from_str(include_str!("cases.yaml")).unwrap();
    let cases = root["cases"].as_array().unwrap();
    assert!(cases.len() > 60, "{} cases", cases.len());
    for (index, case) in cases.iter().enumerate() {
        let schema = Node {
            pointer: format!("/cases/{index}/schema"),
            value: &case["schema"],
        };
        let found = check(&root, &schema, &case["body"], Direction::Response);
        let found = found
            .iter()
            .map(|finding| format!("{} {}", finding.rule, finding.at))
            .collect::<Vec<_>>();
        let expected = case["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap());
        assert_eq!(found, expected.collect::<Vec<_>>(), "{}", case["rule"]);
    }
}

#[test]
fn a_finding_points_to_the_schema_to_correct() {
    let root: Value = serde_saphyr::from_str(include_str!("cases.yaml")).unwrap();
    let value = &root["components"]["schemas"]["Page"];
    let schema = Node {
        pointer: "/components/schemas/Page".to_owned(),
        value,
    };
    let body = serde_json::json!({"results": [{"kind": "cat", "purrs": 1, "age": 3}]});
    let found = check(&root, &schema, &body, Direction::Response);
    let places = found
        .iter()
        .map(|finding| (finding.at.as_str(), finding.schema.as_str()))
        .collect::<Vec<_>>();
    let expected = [
        ("/results/0/age", "/components/schemas/Pet"),
        (
            "/results/0/purrs",
            "/components/schemas/Cat/properties/purrs",
        ),
    ];
    assert_eq!(places, expected);
}

#[test]
fn a_read_only_field_is_not_required_and_not_allowed_in_a_request() {
    let root = serde_json::json!({
        "type": "object",
        "required": ["id", "key", "name"],
        "properties": {
            "id": { "type": "string", "readOnly": true },
            "key": { "type": "string", "writeOnly": true },
            "name": { "type": "string" },
        },
    });
    let schema = Node {
        pointer: String::new(),
        value: &root,
    };
    for (body, direction, expected) in [
        (
            serde_json::json!({ "name": "a" }),
            Direction::Request,
            &["required /key"][..],
        ),
        (
            serde_json::json!({ "name": "a" }),
            Direction::Response,
            &["required /id"],
        ),
        (
            serde_json::json!({ "id": "1", "key": "2", "name": "a" }),
            Direction::Request,
            &["readOnly /id"],
        ),
        (
            serde_json::json!({ "id": "1", "key": "2", "name": "a" }),
            Direction::Response,
            &["writeOnly /key"],
        ),
    ] {
        let found = check(&root, &schema, &body, direction);
        let found = found
            .iter()
            .map(|finding| format!("{} {}", finding.rule, finding.at));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{body} {direction:?}");
    }
}
