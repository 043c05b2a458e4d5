//! A crate that uses `reqwest` without TLS beside the SDK, whose feature `rustls` gives that `reqwest` a TLS without a
//! provider: what the SDK says about it where one picks features is true, and so are the ways out.
use atlas_backup::{Client, Credentials, HttpTransport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The SDK itself needs no provider of the process.
    Client::builder()
        .credentials(Credentials::bearer("token"))
        .build()?;

    // Should this build once, the warning can go.
    std::panic::set_hook(Box::new(|_| {}));
    let built = std::panic::catch_unwind(|| reqwest::Client::builder().build().is_ok());
    let _ = std::panic::take_hook();
    assert!(built.is_err(), "`reqwest` no longer needs a provider");

    // One way out: the SDK's builder, which brings its own.
    HttpTransport::client_builder()?.build()?;

    // The other: a provider for the whole process, before the first client.
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().map_err(|_| "there is one")?;
    reqwest::Client::builder().build()?;
    println!("a crate with a plain `reqwest`: ok");
    Ok(())
}
