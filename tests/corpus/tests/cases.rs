//! Encoding and decoding with generated types, for the less common constructs of documents.

#![allow(clippy::expect_used, reason = "tests may fail loudly")]

use atlas_backup_corpus::{
    Patch, corpus_changes_of_unions as changes, corpus_default_responses as defaults,
    corpus_enum_values as enums, corpus_implied_discriminators as implied,
    corpus_names_of_the_runtime as names, corpus_recursion as recursion,
    corpus_tags_with_punctuation as tags, corpus_unions_of_enums as events,
};
use serde_json::json;

fn sent(body: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(body).expect("requests can be encoded")
}

#[test]
fn an_update_of_a_union_variant_always_sends_the_tag() {
    let peer = changes::AwsRequest::new().vpc("vpc-1");
    assert_eq!(
        sent(&changes::PeerRequest::Aws(peer)),
        json!({ "providerName": "AWS", "vpc": "vpc-1" })
    );
    let peer = changes::AzureRequest::new().vnet(Patch::Null);
    assert_eq!(
        sent(&peer),
        json!({ "providerName": "AZURE", "vnet": null })
    );
    assert_eq!(sent(&changes::Allow::new()), json!({ "effect": "allow" }));
    assert_eq!(sent(&changes::Deny::new()), json!({ "effect": "deny" }));
    let shape = changes::Shape::Square(changes::Square::new().side(2.0));
    assert_eq!(sent(&shape), json!({ "form": "square", "side": 2.0 }));
}

#[test]
fn the_schema_name_is_the_tag_without_a_mapping() {
    let job: implied::Jobs = serde_json::from_value(json!({
        "next": { "type": "JobDownload", "date": "today" },
        "all": [{ "type": "JobNothing" }, { "type": "JobLater" }],
    }))
    .expect("it is an object");
    assert!(matches!(job.next, Some(implied::JobsNext::JobDownload(_))));
    let all = job.all.expect("it is there");
    assert!(matches!(
        all.as_slice(),
        [
            implied::JobsAll::JobNothing(_),
            implied::JobsAll::Unknown(_)
        ]
    ));
    let pet: implied::Pet =
        serde_json::from_value(json!({ "petType": "Puppy", "weeks": 7 })).expect("it is an object");
    assert!(matches!(pet, implied::Pet::Puppy(_)), "{pet:?}");
    let request = implied::Job::JobDownload(implied::JobDownloadRequest::new("today"));
    assert_eq!(
        sent(&request),
        json!({ "type": "JobDownload", "date": "today" })
    );
    assert_eq!(
        sent(&implied::Saw::new(9)),
        json!({ "teeth": 9, "tool": "saw" })
    );
}

#[test]
fn referenced_enums_of_numbers_and_booleans_are_numbers_and_booleans() {
    let all = enums::AllRequest::new(2).ratio(0.5).always(true);
    let body = json!({ "level": 2, "ratio": 0.5, "always": true });
    assert_eq!(sent(&all), body);
    let all: enums::All = serde_json::from_value(body).expect("it is an object");
    assert_eq!(all.level, Some(2));
    for text in ["2", "true", "x"] {
        assert!(!matches!(
            enums::Mixed::from(text),
            enums::Mixed::Unknown(_)
        ));
    }
}

#[test]
fn a_union_of_enums_has_all_their_values_and_preserves_unknown_ones() {
    for text in ["A1", "A2", "B1", "C1"] {
        let event = events::EventType::from(text);
        assert!(!matches!(event, events::EventType::Unknown(_)), "{text}");
        assert_eq!(event.to_string(), text);
    }
    assert_eq!(sent(&events::AnyEvent::from("Z9")), json!("Z9"));
    assert_eq!(sent(&events::AnyEvent::D1), json!("D1"));
}

#[test]
fn types_that_contain_themselves_are_decoded_and_encoded() {
    let node = json!({
        "name": "a",
        "next": { "name": "b", "next": { "name": "c" } },
        "nodes": [{ "name": "d" }],
        "byName": { "e": { "name": "e" } },
        "lists": { "f": [{ "node": { "back": { "name": "g" } } }] },
    });
    let read: recursion::Node = serde_json::from_value(node.clone()).expect("it is an object");
    assert_eq!(sent(&read), node);
    let expression = json!({ "not": { "not": ["a", { "not": "b" }] } });
    let read: recursion::Expression =
        serde_json::from_value(expression.clone()).expect("it is any JSON");
    assert!(matches!(read, recursion::Expression::Not(_)), "{read:?}");
    assert_eq!(sent(&read), expression);
    let is = recursion::Filter::Is(recursion::Is::new().value("x"));
    let not = recursion::Filter::Not(recursion::NotFilter::new(Box::new(is)));
    assert_eq!(
        sent(&not),
        json!({ "op": "not", "not": { "op": "is", "value": "x" } })
    );
}

#[test]
fn a_default_response_is_the_success_without_another() {
    let round_trip = |id: &str, body: &[u8]| defaults::round_trip(id, body).is_some();
    assert!(round_trip("getOnly", b"{\"name\": \"a\"}"));
    assert!(round_trip("getWide", b"{\"width\": 1}"));
    assert!(!round_trip("getBeside", b"{}"));
}

#[test]
fn schemas_named_like_runtime_types_do_not_replace_them() {
    let id: atlas_backup_corpus::ObjectId = "32b6e34b3d91647abb20e7b8".parse().expect("it is one");
    let at: atlas_backup_corpus::Timestamp = "2024-05-01T00:00:00Z".parse().expect("it is one");
    let request = names::ObjectId2::new(id).at(names::Timestamp2::new().at(at));
    assert_eq!(
        sent(&request),
        json!({ "id": id.to_string(), "at": { "at": "2024-05-01T00:00:00Z" } })
    );
}

#[test]
fn required_fields_that_may_be_null_are_sent_as_null() {
    use atlas_backup_corpus::corpus_nullable_values::{NullsKind, NullsRequest};
    use atlas_backup_corpus::{Nullable, Request, Violations};
    let nulls = NullsRequest::new(
        None,
        3,
        vec!["a".to_owned().into(), Nullable::Null],
        NullsKind::A,
        None,
        None,
    );
    assert_eq!(
        sent(&nulls),
        json!({ "must": null, "num": 3, "list": ["a", null], "kind": "a", "inner": null, "at": null })
    );
    let wrong = NullsRequest::new("longer", 1, Nullable::Null, None, None, None);
    let mut violations = Violations::default();
    wrong.check(&mut violations);
    let fields: Vec<&str> = violations
        .iter()
        .map(|violation| violation.field())
        .collect();
    assert_eq!(fields, ["must", "num"]);
}

#[test]
fn members_of_a_union_are_distinguished_by_required_fields() {
    use atlas_backup_corpus::corpus_unions_told_apart::{Either, Many};
    let read = |value: serde_json::Value| -> Either {
        serde_json::from_value(value).expect("unions hold any JSON")
    };
    assert!(matches!(read(json!({ "p": "1" })), Either::P(_)));
    assert!(matches!(read(json!({ "q": "1" })), Either::Q(_)));
    assert!(matches!(
        read(json!({ "q": "1", "type": "r" })),
        Either::R(_)
    ));
    assert!(matches!(
        read(json!({ "q": "1", "type": "s" })),
        Either::Q(_)
    ));
    assert!(matches!(
        read(json!([{ "p": "1" }])),
        Either::Many(Many::PList(_))
    ));
    assert!(matches!(
        read(json!(["a"])),
        Either::Many(Many::StringList(_))
    ));
    assert!(matches!(
        read(json!({ "a": 1 })),
        Either::Many(Many::IntegerMap(_))
    ));
    assert!(matches!(read(json!(7)), Either::Many(Many::Integer(7))));
    assert!(matches!(read(json!({ "z": true })), Either::Unknown(_)));
}

#[test]
#[allow(deprecated)]
fn union_accessor_is_checked_only_if_every_variant_always_sends_the_field() {
    use atlas_backup_corpus::corpus_always_sent::Bucket;
    let read = |body| serde_json::from_value::<Bucket>(body).expect("it is an object");
    let far = read(json!({ "cloud": "FAR", "id": "f", "zone": "z" }));
    assert_eq!(far.id().map(String::as_str), Ok("f"));
    assert_eq!(far.zone().map(String::as_str), Ok("z"));
    assert_eq!((far.label(), far.region()), (None, None));
    for body in [
        json!({ "cloud": "NEAR", "id": null }),
        json!({ "cloud": "MOON", "id": "m" }),
    ] {
        let missing = read(body)
            .id()
            .expect_err("it has no identifier")
            .to_string();
        let expected = "the response has no `id` of `Bucket`, or one that cannot be decoded";
        assert_eq!(missing, expected);
    }
}

#[test]
#[allow(deprecated)]
fn variants_with_common_fields_are_encoded_and_decoded_like_other_records() {
    use atlas_backup_corpus::corpus_unions_of_many_kinds::{
        Change, Email, EmailRequest, EmailRequestFields, Notice, NoticeRequest, SmsChange,
        SmsRequest,
    };
    use atlas_backup_corpus::{Request, Violations};
    let required = EmailRequestFields {
        count: 2,
        title: "hello".to_owned(),
        address: "a@b".to_owned(),
    };
    let email = EmailRequest::new(required)
        .delay(5)
        .labels(vec!["x".to_owned()]);
    let body = json!({
        "kind": "email", "count": 2, "title": "hello", "address": "a@b", "delay": 5, "labels": ["x"],
    });
    assert_eq!(sent(&NoticeRequest::Email(email)), body);
    let read: Notice = serde_json::from_value(body).expect("it is an object");
    assert!(matches!(
        &read,
        Notice::Email(Email { count: Some(2), address: Some(address), .. }) if address == "a@b"
    ));
    assert_eq!(read.count(), Some(&2));
    let mut violations = Violations::default();
    SmsRequest::new(0, "far too long a title")
        .size(9)
        .check(&mut violations);
    let fields: Vec<&str> = violations
        .iter()
        .map(|violation| violation.field())
        .collect();
    assert_eq!(fields, ["count", "title", "size"]);
    let change = Change::Sms(SmsChange::new().title("new").size(Patch::Null));
    assert_eq!(
        sent(&change),
        json!({ "kind": "sms", "title": "new", "size": null })
    );
}

#[test]
fn consecutive_required_fields_of_one_type_are_given_by_name() {
    use atlas_backup_corpus::corpus_arguments_in_a_row::{
        CopyOrder, CopyOrderFields, MoveOrder, Range, RangeFields, Window, WindowFields,
        WindowFields_,
    };
    let (source, target) = ("5f0c1e2d3a4b5c6d7e8f9a0b", "5f0c1e2d3a4b5c6d7e8f9a0c");
    let id = |text: &str| text.parse().expect("it is an identifier");
    let range = Range::new(RangeFields {
        to: None.into(),
        from: 1,
    });
    // The order of the fields does not matter.
    let copy = CopyOrder::new(CopyOrderFields {
        target: id(target),
        source: id(source),
        label: "nightly".to_owned(),
        range: range.clone(),
    });
    let body = json!({
        "source": source, "target": target, "label": "nightly", "range": { "from": 1, "to": null },
    });
    assert_eq!(sent(&copy), body);
    let window = Window::new(WindowFields_ {
        first: "a".to_owned(),
        last: "b".to_owned(),
    });
    let window = window.fields(WindowFields::new(true));
    // Two fields of one type with another between them are positional arguments.
    let body = json!({
        "id": source, "name": "n", "owner": target,
        "window": { "first": "a", "last": "b", "fields": { "all": true } },
        "range": { "from": 1, "to": null },
    });
    let order = MoveOrder::new(id(source), "n", id(target), window, range);
    assert_eq!(sent(&order), body);
}

#[test]
fn a_tag_is_sent_as_the_document_writes_it() {
    for (notice, kind) in [
        (sent(&tags::EmailRequest::new()), "Email (weekly)"),
        (sent(&tags::TextRequest::new()), "Text , voice"),
        (sent(&tags::HookRequest::new()), "Hook { on }"),
        (sent(&tags::PageRequest::new("now")), "Page : now"),
        (sent(&tags::BothRequest::new()), "a & b"),
        (sent(&tags::LessRequest::new()), "a < b > c"),
        (sent(&tags::PathRequest::new()), "std :: fmt . Debug"),
        (sent(&tags::SaidRequest::new()), "\"said\" ( \\"),
    ] {
        assert_eq!(notice["kind"], kind, "{notice}");
    }
}
