//! Credentials from the environment: pairs are whole, and the first pair wins.
use atlas_backup::{Credentials, ErrorKind};

fn from(set: &[(&str, &str)]) -> Result<Credentials, atlas_backup::Error> {
    Credentials::from_lookup(|name| {
        let found = set
            .iter()
            .find(|(key, _)| name == format!("MONGODB_ATLAS_{key}"));
        found.map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn the_first_whole_pair_wins() {
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
fn half_a_pair_is_an_error_that_names_the_other_half() {
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
