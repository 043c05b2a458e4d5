//! Credentials, profiles, token stores.

use super::Outcome;
use atlas_backup::sandbox::Sandbox;
use atlas_backup::{
    BoxFuture, Client, Credentials, CredentialsProvider, Error, ErrorKind, FileTokenStore, Profile,
    ProvidedCredentials, ProviderError,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

// ANCHOR: from_env
fn from_environment() -> Result<Client, Error> {
    Client::builder()
        .credentials(Credentials::from_env()?)
        .build()
}
// ANCHOR_END: from_env

#[test]
fn missing_credentials_in_the_environment_are_named() {
    if let Err(error) = from_environment() {
        assert_eq!(error.kind(), ErrorKind::Credentials);
    }
}

#[tokio::test]
async fn all_three_schemes_authenticate() -> Outcome {
    let sandbox = Sandbox::builder().access_token("a-token", &[]).build()?;
    let (client_id, client_secret) = (Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    let (public_key, private_key, token) = (Sandbox::PUBLIC_KEY, Sandbox::PRIVATE_KEY, "a-token");
    // ANCHOR: schemes
    let account = Credentials::service_account(client_id, client_secret);
    let key = Credentials::digest(public_key, private_key);
    let bearer = Credentials::bearer(token);
    // ANCHOR_END: schemes
    for credentials in [account, key, bearer] {
        let client = sandbox.client().credentials(credentials).build()?;
        client.list_export_buckets(&sandbox.project()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn clients_with_one_store_share_a_token() -> Outcome {
    let folder = tempfile::tempdir()?;
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        let builder = sandbox.client();
        let (directory, account) = (
            folder.path(),
            Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET),
        );
        // ANCHOR: store
        let client = builder
            .credentials(account)
            .token_store(FileTokenStore::new(directory))
            .build()?;
        // ANCHOR_END: store
        client.list_export_buckets(&sandbox.project()).await?;
    }
    let requests = sandbox
        .seen()
        .into_iter()
        .filter(|seen| seen.target == "/api/oauth/token");
    assert_eq!(requests.count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_token_is_given_back() -> Outcome {
    let sandbox = Sandbox::new();
    let account = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    let client = sandbox.client().credentials(account).build()?;
    client.list_export_buckets(&sandbox.project()).await?;
    // ANCHOR: revoke
    client.revoke_token().await?;
    // ANCHOR_END: revoke
    assert!(
        sandbox
            .seen()
            .iter()
            .any(|seen| seen.target == "/api/oauth/revoke")
    );
    Ok(())
}

/// Stands for a service that replaces keys, such as Vault. Its first key has been replaced already.
#[derive(Default)]
struct Vault {
    asked: AtomicUsize,
}

impl Vault {
    async fn current_key(&self) -> Result<(&'static str, &'static str), std::io::Error> {
        Ok(match self.asked.fetch_add(1, Ordering::Relaxed) {
            0 => (Sandbox::PUBLIC_KEY, "replaced"),
            _ => (Sandbox::PUBLIC_KEY, Sandbox::PRIVATE_KEY),
        })
    }
}

// ANCHOR: provider
impl CredentialsProvider for Vault {
    fn provide(&self) -> BoxFuture<'_, Result<ProvidedCredentials, ProviderError>> {
        Box::pin(async {
            let key = self.current_key().await;
            let (public, private) =
                key.map_err(|error| ProviderError::Unavailable(error.into()))?;
            let credentials = Credentials::digest(public, private);
            Ok(ProvidedCredentials::new(credentials).valid_for(Duration::from_secs(3600)))
        })
    }
}
// ANCHOR_END: provider

#[tokio::test]
async fn replaced_key_is_requested_again() -> Outcome {
    let sandbox = Sandbox::new();
    let builder = sandbox.client();
    // ANCHOR: provided
    let client = builder.credentials_provider(Vault::default()).build()?;
    // ANCHOR_END: provided
    client.list_export_buckets(&sandbox.project()).await?;
    Ok(())
}

#[test]
fn profile_has_credentials_and_a_service() -> Outcome {
    let text =
        "[nightly]\nclient_id = 'mdb_sa_id_0'\nclient_secret = 'secret'\nservice = 'cloudgov'\n";
    // ANCHOR: profile
    let profile = Profile::from_cli_config(text, "nightly")?;
    let client = Client::builder().profile(profile)?.build()?;
    // ANCHOR_END: profile
    let (key, secret) = (Sandbox::PUBLIC_KEY, Sandbox::PRIVATE_KEY);
    // ANCHOR: government
    let government = Profile::government(Credentials::digest(key, secret));
    // ANCHOR_END: government
    assert_ne!(format!("{client:?}"), "");
    assert!(!format!("{government:?}").contains(secret));
    Ok(())
}
