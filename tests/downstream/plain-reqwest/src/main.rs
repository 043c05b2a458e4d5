//! A crate that uses `reqwest` without TLS in addition to the SDK.
//!
//! The SDK's feature `rustls` gives that `reqwest` a TLS without a provider. The SDK's documented warning
//! about this is correct, and so are the solutions.
use atlas_backup::{Client, Credentials, HttpTransport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The SDK itself does not need a process-wide provider.
    Client::builder()
        .credentials(Credentials::bearer("token"))
        .build()?;

    // If this ever builds, the warning can be removed.
    std::panic::set_hook(Box::new(|_| {}));
    let built = std::panic::catch_unwind(|| reqwest::Client::builder().build().is_ok());
    let _ = std::panic::take_hook();
    assert!(built.is_err(), "`reqwest` no longer needs a provider");

    // One solution: the SDK's builder, which has its own provider.
    HttpTransport::client_builder()?.build()?;

    // The other: a provider for the whole process, before the first client.
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().map_err(|_| "there is one")?;
    reqwest::Client::builder().build()?;
    println!("a crate with a plain `reqwest`: ok");
    Ok(())
}
