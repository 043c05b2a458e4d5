//! Credentials from the environment and from profiles.
use atlas_backup::{Credentials, ErrorKind, Profile};

fn from(set: &[(&str, &str)]) -> Result<Credentials, atlas_backup::Error> {
    Credentials::from_lookup(|name| {
        let found = set
            .iter()
            .find(|(key, _)| name == format!("MONGODB_ATLAS_{key}"));
        found.map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn the_first_complete_pair_is_used() {
    let account = [("CLIENT_ID", "i"), ("CLIENT_SECRET", "s")];
    let key = [("PUBLIC_KEY", "p"), ("PRIVATE_KEY", "k")];
    let token = [("ACCESS_TOKEN", "t")];
    for (set, scheme) in [
        (
            [&account[..], &key, &token].concat(),
            "Credentials(service account)",
        ),
        ([&key[..], &token].concat(), "Credentials(digest)"),
        (token.to_vec(), "Credentials(bearer)"),
    ] {
        assert_eq!(format!("{:?}", from(&set).unwrap()), scheme);
    }
}

#[test]
fn an_incomplete_pair_is_an_error_that_names_the_missing_variable() {
    for (set, missing) in [
        (
            vec![("CLIENT_ID", "i")],
            "MONGODB_ATLAS_CLIENT_SECRET is not",
        ),
        (
            vec![("CLIENT_SECRET", "s")],
            "MONGODB_ATLAS_CLIENT_ID is not",
        ),
        (
            vec![("PUBLIC_KEY", "p"), ("PRIVATE_KEY", "")],
            "MONGODB_ATLAS_PRIVATE_KEY is not",
        ),
        (
            vec![("PRIVATE_KEY", "k"), ("ACCESS_TOKEN", "t")],
            "MONGODB_ATLAS_PUBLIC_KEY is not",
        ),
        (vec![], "set MONGODB_ATLAS_CLIENT_ID and"),
    ] {
        let error = from(&set).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(error.to_string().contains(missing), "{error}");
    }
}

#[test]
fn a_profile_takes_its_service_from_the_source_of_its_credentials() {
    let key = [
        ("MONGODB_ATLAS_PUBLIC_KEY", "p"),
        ("MONGODB_ATLAS_PRIVATE_KEY", "k"),
    ];
    for (base_url, expected) in [
        (None, "https://cloud.mongodb.com"),
        (Some(""), "https://cloud.mongodb.com"),
        (
            Some("https://cloud.mongodbgov.com"),
            "https://cloud.mongodbgov.com",
        ),
    ] {
        let profile = Profile::from_lookup(|name| {
            let key = key.iter().find(|(key, _)| *key == name);
            let base_url = base_url.filter(|_| name == "MONGODB_ATLAS_BASE_URL");
            key.map(|(_, value)| *value).or(base_url).map(str::to_owned)
        });
        let shown = format!("{:?}", profile.unwrap());
        assert!(
            shown.contains(expected) && shown.contains("Credentials(digest)"),
            "{shown}"
        );
    }
    let government = format!("{:?}", Profile::government(Credentials::bearer("t")));
    assert!(
        government.contains("https://cloud.mongodbgov.com"),
        "{government}"
    );
}

#[cfg(feature = "cli-profile")]
#[test]
fn a_cli_profile_without_plain_text_keys_is_refused() {
    let cases = [
        (
            "public_api_key = \"p\"\nprivate_api_key = \"s3cret\"",
            Ok("digest https://cloud.mongodb.com"),
        ),
        (
            "client_id = \"i\"\nclient_secret = \"s3cret\"\nservice = \"cloudgov\"",
            Ok("service account https://cloud.mongodbgov.com"),
        ),
        (
            "public_api_key = \"p\"\nprivate_api_key = \"s3cret\"\nservice = \"cloud\"\norg_id = \"o\"",
            Ok("digest https://cloud.mongodb.com"),
        ),
        (
            "public_api_key = \"s3cret\"",
            Err("`public_api_key` but not `private_api_key`"),
        ),
        (
            "access_token = \"s3cret\"",
            Err("no keys for profile `default` in plain text"),
        ),
        (
            "public_api_key = \"p\"\nprivate_api_key = \"s3cret\"\nservice = \"ops-manager\"",
            Err("service `ops-manager`, which is not Atlas"),
        ),
        ("public_api_key = s3cret", Err("is not TOML")),
    ];
    for (profile, expected) in cases {
        let found = Profile::from_cli_config(&format!("[default]\n{profile}\n"), "default");
        let shown = format!("{found:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        match (expected, found) {
            (Ok(expected), Ok(_)) => {
                let (scheme, base_url) = expected.rsplit_once(' ').unwrap();
                assert!(
                    shown.contains(&format!("Credentials({scheme})")) && shown.contains(base_url),
                    "{shown}"
                );
            }
            (Err(expected), Err(error)) => {
                assert_eq!(error.kind(), ErrorKind::Credentials);
                assert!(error.to_string().contains(expected), "{error}");
            }
            (_, found) => panic!("{profile}: {found:?}"),
        }
    }
    let error = Profile::from_cli_config("[other]\n", "default").unwrap_err();
    assert!(
        error.to_string().contains("no profile `default`"),
        "{error}"
    );
}

#[test]
fn invalid_base_url_of_the_environment_is_quoted_without_secrets_and_names_its_variable() {
    for (base_url, expected) in [
        (
            "http://atlas.example/s3cret",
            r#"MONGODB_ATLAS_BASE_URL: the base URL "http://atlas.example/…" must be https"#,
        ),
        (
            "http://user:s3cret@atlas.example/s3cret",
            "MONGODB_ATLAS_BASE_URL: the base URL must not",
        ),
    ] {
        let variable = |name: &str| match name {
            "MONGODB_ATLAS_ACCESS_TOKEN" => Some("t".to_owned()),
            "MONGODB_ATLAS_BASE_URL" => Some(base_url.to_owned()),
            _ => None,
        };
        let error = Profile::from_lookup(variable).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}
