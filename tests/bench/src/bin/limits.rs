//! Measures the time and memory of hostile responses with the client's defaults.
//!
//! Each case runs in a process of its own.
//!
//! `cargo run --release -p atlas-backup-bench --bin limits` prints the table of the guide's page about
//! limits, and fails if a response ends otherwise or costs too much memory. Must never set a limit: the client must
//! be one without settings.
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use atlas_backup::{Client, ClusterName, Credentials, Error, ObjectId};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The behaviour of a server for each connection.
type Serve = fn(TcpStream, &AtomicUsize) -> Outcome<()>;

/// The behaviour of a client, which returns the result.
type Ask = fn(&str) -> Outcome<String>;

struct Case {
    name: &'static str,
    /// The beginning of the result.
    ends: &'static str,
    serve: Serve,
    ask: Ask,
}

const MB: usize = 1_000_000;
/// The most memory that a response may cost, in megabytes: twice that of the most expensive one.
const MOST_MEMORY: usize = 90;

const CASES: [Case; 13] = [
    Case {
        name: "a page of 500 export jobs",
        ends: "a success",
        serve: |socket, _| success(socket, &list(&export_job(), 500 * export_job().len())),
        ask: list_exports,
    },
    Case {
        name: "8 MB of `{\"a\":0}` as export jobs",
        ends: "Decode",
        serve: |socket, _| success(socket, &list(r#"{"a":0}"#, 8 * MB)),
        ask: list_exports,
    },
    Case {
        name: "the same, and one item is a number",
        ends: "Decode",
        serve: |socket, _| {
            success(
                socket,
                &list(r#"{"a":0}"#, 8 * MB).replacen("{\"a\":0}", "7", 2),
            )
        },
        ask: list_exports,
    },
    Case {
        name: "8 MB of `{}` as restore jobs",
        ends: "Decode",
        serve: |socket, _| success(socket, &list("{}", 8 * MB)),
        ask: list_restores,
    },
    Case {
        name: "8 MB of `{\"\":0}` in a field that is not known",
        ends: "Decode",
        serve: |socket, _| {
            success(
                socket,
                &format!(r#"{{"x":{},"results":[]}}"#, array(r#"{"":0}"#, 8 * MB)),
            )
        },
        ask: list_exports,
    },
    Case {
        name: "8 MB of `{}` in a list of an export job",
        ends: "Decode",
        serve: |socket, _| {
            let job = format!(r#"{{"components":{}}}"#, array("{}", 8 * MB));
            success(socket, &format!(r#"{{"results":[{job}]}}"#))
        },
        ask: list_exports,
    },
    Case {
        name: "64 MB of `{\"a\":0}` as export jobs",
        ends: "Decode",
        serve: |socket, _| success(socket, &list(r#"{"a":0}"#, 64 * MB)),
        ask: list_exports,
    },
    Case {
        name: "a failure with 60 MB of JSON",
        ends: "Api",
        serve: |socket, _| {
            answer(
                socket,
                "400 Bad Request",
                &format!(r#"{{"parameters":{}}}"#, array(r#"{"":0}"#, 60 * MB)),
            )
        },
        ask: list_exports,
    },
    Case {
        name: "a failure with 1 MB of JSON",
        ends: "Api",
        serve: |socket, _| {
            answer(
                socket,
                "400 Bad Request",
                &format!(r#"{{"parameters":{}}}"#, array(r#"{"":0}"#, MB)),
            )
        },
        ask: list_exports,
    },
    Case {
        name: "a failure with 20 MB of text in `detail`, printed",
        ends: "Api",
        serve: |socket, _| {
            answer(
                socket,
                "400 Bad Request",
                &format!(r#"{{"detail":"{}"}}"#, "x".repeat(20 * MB)),
            )
        },
        ask: list_exports,
    },
    Case {
        name: "10 calls at once to a silent service, digest, attempts of 1 s",
        ends: "Timeout |",
        serve: |socket, _| silent(socket),
        ask: |base| outage(base, Credentials::digest("abcdwxyz", "private")),
    },
    Case {
        name: "10 calls at once to a silent service, service account, attempts of 1 s",
        ends: "Timeout |",
        serve: |socket, _| silent(socket),
        ask: |base| outage(base, Credentials::service_account("mdb_sa_id_1", "secret")),
    },
    Case {
        name: "6 pages of 500 jobs fetched ahead, attempts of 900 ms, 1 s of work a page",
        ends: "6 pages, 6 requests",
        serve: pages,
        ask: rest,
    },
];

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let (role, name) = (arguments.next(), arguments.next().unwrap_or_default());
    let case = CASES.iter().find(|case| case.name == name);
    match (role.as_deref(), case) {
        (Some("serve"), Some(case)) => return serve(case),
        (Some("ask"), Some(case)) => return ask(case),
        _ => {}
    }
    println!("| with the defaults, a release build | ends as | after | memory above idle |");
    println!("|---|---|---|---|");
    let mut wrong = Vec::new();
    for case in &CASES {
        let output = this("ask", case)?.output()?;
        let told = match output.status.success() {
            true => String::from_utf8(output.stdout)?,
            false => "killed | | ".to_owned(),
        };
        println!("| {} | {} |", case.name, told.trim());
        let memory = told.trim().rsplit("| ").next();
        let memory = memory.and_then(|memory| memory.strip_suffix(" MB")?.parse().ok());
        if !told.starts_with(case.ends) || memory.is_none_or(|memory: usize| memory > MOST_MEMORY) {
            wrong.push(case);
        }
    }
    for case in &wrong {
        eprintln!(
            "{}: this must end as {}, with at most {MOST_MEMORY} MB",
            case.name, case.ends
        );
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err("hostile responses cost more than documented".into()),
    }
}

/// Returns the command of this program in another process.
fn this(role: &str, case: &Case) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args([role, case.name]);
    Ok(command)
}

/// Prints its address, and serves until it is killed.
fn serve(case: &Case) -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    let requests = Arc::new(AtomicUsize::new(0));
    for socket in listener.incoming() {
        let (socket, counted, serve) = (socket?, requests.clone(), case.serve);
        thread::spawn(move || serve(socket, &counted));
    }
    Ok(())
}

fn ask(case: &Case) -> Outcome<()> {
    // The server is another process, so that its memory does not count.
    let mut server = this("serve", case)?.stdout(Stdio::piped()).spawn()?;
    let mut base = String::new();
    let told = server.stdout.take().ok_or("no output")?;
    BufReader::new(told).read_line(&mut base)?;
    let idle = peak()?;
    let began = Instant::now();
    let told = (case.ask)(base.trim());
    let took = began.elapsed().as_secs_f64();
    server.kill()?;
    let memory = peak()?.saturating_sub(idle) / 1_000;
    println!("{} | {took:.2} s | {memory} MB", told?);
    Ok(())
}

/// Returns the peak memory of this process, in kB.
fn peak() -> Outcome<usize> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no VmHWM")?.parse()?)
}

fn array(item: &str, bytes: usize) -> String {
    let mut array = String::with_capacity(bytes + item.len() + 2);
    array.push('[');
    while array.len() + item.len() + 1 < bytes {
        array.push_str(item);
        array.push(',');
    }
    array.push_str(item);
    array.push(']');
    array
}

fn list(item: &str, bytes: usize) -> String {
    format!(r#"{{"results":{}}}"#, array(item, bytes))
}

fn export_job() -> String {
    r#"{"components":[{"exportId":"5f0c1e2d3a4b5c6d7e8f9a01","replicaSetName":"shard-0"}],"createdAt":"2026-03-01T10:00:00Z",
    "customData":[{"key":"reason","value":"nightly"}],"exportBucketId":"5f0c1e2d3a4b5c6d7e8f9a02",
    "exportStatus":{"exportedCollections":3,"totalCollections":9},"id":"5f0c1e2d3a4b5c6d7e8f9a03","prefix":"a/b/c",
    "snapshotId":"5f0c1e2d3a4b5c6d7e8f9a04","state":"InProgress"}"#
        .to_owned()
}

fn read_request(socket: &mut TcpStream) -> Outcome<String> {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !request.ends_with(b"\r\n\r\n") {
        let read = socket.read(&mut piece)?;
        if read == 0 {
            return Err("the connection is closed".into());
        }
        request.extend_from_slice(&piece[..read]);
    }
    Ok(String::from_utf8_lossy(&request).into_owned())
}

fn answer(mut socket: TcpStream, status: &str, body: &str) -> Outcome<()> {
    loop {
        read_request(&mut socket)?;
        write!(
            socket,
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )?;
        socket.write_all(body.as_bytes())?;
    }
}

fn success(socket: TcpStream, body: &str) -> Outcome<()> {
    answer(socket, "200 OK", body)
}

fn silent(mut socket: TcpStream) -> Outcome<()> {
    loop {
        read_request(&mut socket)?;
    }
}

fn pages(mut socket: TcpStream, requests: &AtomicUsize) -> Outcome<()> {
    loop {
        let request = read_request(&mut socket)?;
        let target = request.split(' ').nth(1).unwrap_or_default();
        if target == "/requests" {
            write!(socket, "{}", requests.load(Ordering::Relaxed))?;
            return Ok(());
        }
        requests.fetch_add(1, Ordering::Relaxed);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let number = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("pageNum="));
        let number: u32 = number.map_or(Ok(1), str::parse)?;
        let link = match number {
            6.. => String::new(),
            _ => format!(r#"{{"rel":"next","href":"{path}?pageNum={}"}}"#, number + 1),
        };
        let results = array(&export_job(), 500 * export_job().len());
        let body = format!(r#"{{"results":{results},"links":[{link}]}}"#);
        let length = body.len();
        write!(
            socket,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"
        )?;
        // A body takes a while, as over a network.
        for piece in body.as_bytes().chunks(32_768) {
            thread::sleep(Duration::from_millis(5));
            socket.write_all(piece)?;
        }
    }
}

fn run<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build()?.block_on(work)
}

fn client(base: &str, credentials: Credentials, attempt: Duration) -> Result<Client, Error> {
    let builder = Client::builder().base_url(base)?.credentials(credentials);
    builder.attempt_timeout(attempt).build()
}

fn cluster() -> Outcome<(ObjectId, ClusterName)> {
    Ok(("5f0c1e2d3a4b5c6d7e8f9a0b".parse()?, "Cluster0".parse()?))
}

fn told<T>(outcome: Result<T, Error>) -> String {
    match outcome {
        Ok(_) => "a success".to_owned(),
        Err(error) => format!(
            "{:?}, {} characters",
            error.kind(),
            error.to_string().chars().count()
        ),
    }
}

fn list_exports(base: &str) -> Outcome<String> {
    let client = client(base, Credentials::bearer("t"), Duration::from_secs(60))?;
    let (project, cluster) = cluster()?;
    run(async {
        Ok(told(
            client
                .list_backup_exports(&project, &cluster)
                .no_retry()
                .await,
        ))
    })
}

fn list_restores(base: &str) -> Outcome<String> {
    let client = client(base, Credentials::bearer("t"), Duration::from_secs(60))?;
    let (project, cluster) = cluster()?;
    run(async {
        Ok(told(
            client
                .list_backup_restore_jobs(&project, &cluster)
                .no_retry()
                .await,
        ))
    })
}

fn outage(base: &str, credentials: Credentials) -> Outcome<String> {
    let client = client(base, credentials, Duration::from_secs(1))?;
    let (project, cluster) = cluster()?;
    run(async {
        let calls: Vec<_> = (0..10)
            .map(|_| {
                let call = client.list_backup_exports(&project, &cluster).no_retry();
                tokio::spawn(call.into_future())
            })
            .collect();
        let mut kinds = Vec::new();
        for call in calls {
            kinds.extend(call.await?.err().map(|error| format!("{:?}", error.kind())));
        }
        kinds.dedup();
        Ok(kinds.join(", "))
    })
}

fn rest(base: &str) -> Outcome<String> {
    let client = client(base, Credentials::bearer("t"), Duration::from_millis(900))?;
    let (project, cluster) = cluster()?;
    run(async {
        let call = client.list_backup_exports(&project, &cluster).no_retry();
        let mut pages = call.pages().prefetch(1);
        let mut seen = 0;
        loop {
            match pages.try_next().await {
                Ok(Some(_)) => seen += 1,
                Ok(None) => break,
                Err(error) => return Ok(format!("{seen} pages, then {:?}", error.kind())),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let mut socket = TcpStream::connect(base.trim_start_matches("http://"))?;
        write!(socket, "GET /requests HTTP/1.1\r\n\r\n")?;
        let mut requests = String::new();
        socket.read_to_string(&mut requests)?;
        Ok(format!("{seen} pages, {requests} requests"))
    })
}
