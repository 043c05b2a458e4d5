//! Calls of one list, by the SDK and by hand-written code with `reqwest`.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use atlas_backup::v2::ListBackupExports;
use atlas_backup::{
    BoxFuture, Call, Client, Credentials, Endpoint, Operation, Transport, TransportError,
};
use bytes::Bytes;
use md5::{Digest as _, Md5};

use super::pages;
use super::service::Service;

/// For tasks, whose errors must be `Send`.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The client, and its handling of the body.
#[derive(Clone, Copy)]
pub(crate) enum Variant {
    /// `reqwest`, undecoded.
    Bytes,
    /// `reqwest`, and `serde_json::from_slice` into types of `String`s.
    Typed,
    /// The SDK, undecoded.
    Raw,
    /// The SDK.
    Ours,
    /// The SDK, undecoded, with a transport that has the response in memory.
    Memory,
}

#[derive(Clone, Copy)]
pub(crate) enum Scheme {
    Bearer,
    Digest,
    /// Digest by a client that keeps no nonce: it is challenged for each call.
    Challenged,
    ServiceAccount,
}

pub(crate) const PATH: &str =
    "/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Cluster0/backup/exports";

/// Makes calls by `at_once` callers: one each that connects, and `rounds` more in total.
pub(crate) fn run(
    rounds: usize,
    variant: Variant,
    scheme: Scheme,
    items: usize,
    at_once: usize,
) -> crate::Outcome<()> {
    let service = Service::start()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        match variant {
            Variant::Bytes | Variant::Typed => {
                let caller = Arc::new(ByHand::new(
                    &service.base,
                    scheme,
                    matches!(variant, Variant::Typed),
                )?);
                in_turn(rounds, at_once, move || {
                    let caller = caller.clone();
                    async move { caller.call(items).await }
                })
                .await
            }
            Variant::Raw => {
                calls::<Raw>(
                    client_by(&service.base, scheme, None)?,
                    rounds,
                    items,
                    at_once,
                )
                .await
            }
            Variant::Memory => {
                let transport = Memory(pages::body("exports", items)?.into());
                calls::<Raw>(
                    client_by(&service.base, scheme, Some(transport))?,
                    rounds,
                    items,
                    at_once,
                )
                .await
            }
            Variant::Ours => {
                calls::<ListBackupExports>(
                    client_by(&service.base, scheme, None)?,
                    rounds,
                    items,
                    at_once,
                )
                .await
            }
        }
    });
    outcome.map_err(|error| -> Box<dyn std::error::Error> { error })
}

/// Makes the calls of all callers.
async fn in_turn<F>(
    rounds: usize,
    at_once: usize,
    call: impl Fn() -> F + Clone + Send + 'static,
) -> Outcome<()>
where
    F: Future<Output = Outcome<()>> + Send,
{
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let call = call.clone();
        callers.spawn(async move {
            for _ in 0..=rounds / at_once {
                call().await?;
            }
            Ok(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        let outcome: Outcome<()> = caller?;
        outcome?;
    }
    Ok(())
}

/// A client of the service.
pub(crate) fn client(base: &str) -> crate::Outcome<Client> {
    let client = client_by(base, Scheme::Bearer, None);
    client.map_err(|error| -> Box<dyn std::error::Error> { error })
}

/// The list that the service has.
pub(crate) fn list(client: &Client, items: usize) -> Call<ListBackupExports> {
    call::<ListBackupExports>(client, items)
}

fn call<E: Endpoint>(client: &Client, items: usize) -> Call<E> {
    Call::new(client)
        .path("groupId", "5f0c1e2d3a4b5c6d7e8f9a0b")
        .path("clusterName", "Cluster0")
        .query("itemsPerPage", &items)
}

fn client_by(base: &str, scheme: Scheme, memory: Option<Memory>) -> Outcome<Client> {
    let credentials = match scheme {
        Scheme::Bearer => Credentials::bearer("synthetic-token-not-a-secret"),
        Scheme::Digest | Scheme::Challenged => Credentials::digest("public", "private"),
        Scheme::ServiceAccount => Credentials::service_account("mdb_sa_id_synthetic", "secret"),
    };
    let builder = Client::builder().credentials(credentials).base_url(base)?;
    Ok(match memory {
        Some(transport) => builder.transport(transport).build()?,
        None => builder.build()?,
    })
}

async fn calls<E: Endpoint>(
    client: Client,
    rounds: usize,
    items: usize,
    at_once: usize,
) -> Outcome<()> {
    in_turn(rounds, at_once, move || {
        let client = client.clone();
        async move {
            black_box(call::<E>(&client, items).await?);
            Ok(())
        }
    })
    .await
}

/// The list of exports, undecoded.
struct Raw;

impl Endpoint for Raw {
    type Output = Bytes;
    const OPERATION: &'static Operation = ListBackupExports::OPERATION;
}

/// A transport without a network.
struct Memory(Bytes);

impl Transport for Memory {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        black_box(request);
        Box::pin(async { Ok(http::Response::new(self.0.clone())) })
    }
}

/// Hand-written code for this one call.
struct ByHand {
    http: reqwest::Client,
    base: String,
    scheme: Scheme,
    decodes: bool,
    /// For digest: how often the nonce was used.
    count: AtomicU32,
    /// For a service account: the token, behind a lock for its renewal.
    token: tokio::sync::RwLock<Option<String>>,
}

impl ByHand {
    fn new(base: &str, scheme: Scheme, decodes: bool) -> Outcome<Self> {
        Ok(Self {
            http: atlas_backup::HttpTransport::client_builder()?
                .no_proxy()
                .build()?,
            base: base.to_owned(),
            scheme,
            decodes,
            count: AtomicU32::new(0),
            token: tokio::sync::RwLock::default(),
        })
    }

    async fn call(&self, items: usize) -> Outcome<()> {
        let target = format!("{PATH}?itemsPerPage={items}");
        let authorization = match self.scheme {
            Scheme::Bearer => "Bearer synthetic-token-not-a-secret".to_owned(),
            Scheme::Digest => self.digest("dGhlIG5vbmNlIG9mIHRoZSBiZW5jaA==", &target),
            Scheme::Challenged => self.challenged(&target).await?,
            Scheme::ServiceAccount => format!("Bearer {}", self.token().await?),
        };
        let request = self
            .http
            .get(format!("{}{target}", self.base))
            .header("Accept", "application/vnd.atlas.2023-01-01+json")
            .header("Authorization", authorization);
        let body = request.send().await?.error_for_status()?.bytes().await?;
        if self.decodes {
            black_box(serde_json::from_slice::<pages::Page<pages::ExportJob>>(
                &body,
            )?);
        } else {
            black_box(body);
        }
        Ok(())
    }

    /// Sends a request without authorisation, and responds to the challenge.
    async fn challenged(&self, target: &str) -> Outcome<String> {
        let refused = self
            .http
            .get(format!("{}{target}", self.base))
            .send()
            .await?;
        let challenge = refused.headers().get("www-authenticate");
        let challenge = challenge.ok_or("no challenge")?.to_str()?.to_owned();
        refused.bytes().await?;
        let nonce = challenge.split("nonce=\"").nth(1);
        let nonce = nonce.and_then(|after| after.split('"').next());
        let place = self.base.splitn(4, '/').nth(3).ok_or("no place")?;
        Ok(self.digest(nonce.ok_or("no nonce")?, &format!("/{place}{target}")))
    }

    /// Returns the response to a challenge, by RFC 7616.
    fn digest(&self, nonce: &str, target: &str) -> String {
        let hash = |text: String| -> String {
            Md5::digest(text)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect()
        };
        let cnonce = "0a4f113b0a4f113b0a4f113b0a4f113b";
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let secret = hash("public:MMS Public API:private".to_owned());
        let request = hash(format!("GET:{target}"));
        let response = hash(format!(
            "{secret}:{nonce}:{count:08x}:{cnonce}:auth:{request}"
        ));
        format!(
            "Digest username=\"public\", realm=\"MMS Public API\", nonce=\"{nonce}\", uri=\"{target}\", \
             response=\"{response}\", algorithm=MD5, qop=auth, nc={count:08x}, cnonce=\"{cnonce}\""
        )
    }

    async fn token(&self) -> Outcome<String> {
        if let Some(token) = &*self.token.read().await {
            return Ok(token.clone());
        }
        #[derive(serde::Deserialize)]
        struct Granted {
            access_token: String,
        }
        let request = self.http.post(format!("{}/api/oauth/token", self.base));
        let body = request
            .body("grant_type=client_credentials")
            .send()
            .await?
            .bytes()
            .await?;
        let granted: Granted = serde_json::from_slice(&body)?;
        Ok(self
            .token
            .write()
            .await
            .insert(granted.access_token)
            .clone())
    }
}
