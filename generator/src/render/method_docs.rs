//! Documentation of methods: purpose, request, version, roles, errors and an example.

use super::scope::{Scope, compact};
use super::signature::body_type;
use super::text::{docs, visible};
use crate::api::{Operation, Outcome, TypeRef, Wait};
use crate::document::versions;
use crate::source::Target;

/// Returns the documentation of an operation's method, without comment markers.
pub(super) fn text(operation: &Operation, target: Target<'_>, scope: &Scope<'_>) -> String {
    let summary = operation.prose.summary.as_deref();
    let summary = summary
        .filter(|text| !text.trim().is_empty())
        .unwrap_or(&operation.id);
    let paragraphs = [
        format!("{}.", summary.trim_end_matches('.')),
        operation.prose.description.clone().unwrap_or_default(),
        facts(operation),
    ];
    let mut text = String::new();
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.is_empty()) {
        text.push_str(&docs(paragraph, "", ""));
        text.push('\n');
    }
    text = text
        .lines()
        .map(|line| format!("{}\n", line.trim_start()))
        .collect();
    if let Some(page) = &operation.page {
        // The link to the API page is too long to be wrapped with the other facts.
        text.truncate(text.trim_end().len());
        let page = visible(page);
        text.push_str(&format!("\nSee the [API page]({page}).\n\n"));
    }
    text + &operation_example(operation, target, scope)
}

/// Returns the request line, idempotency, version, roles and documented errors of an operation.
fn facts(operation: &Operation) -> String {
    let repeat = if operation.idempotent {
        "Idempotent: retried after every transient failure"
    } else {
        "Not idempotent: never retried if the service may have acted on it"
    };
    let version = match versions::version(operation.accept()) {
        None => String::new(),
        Some(version) => format!(" API version: {version}."),
    };
    let roles = match operation.roles.as_slice() {
        [] => String::new(),
        roles => format!(" Required role: {}.", roles.join(" or ")),
    };
    let statuses: Vec<_> = operation
        .statuses(false)
        .map(|status| format!("`{status}`"))
        .collect();
    let errors = match statuses.as_slice() {
        [] => String::new(),
        statuses => format!(" Documented errors: {}.", statuses.join(" ")),
    };
    let (method, path) = (&operation.http_method, &operation.path);
    let deprecated = deprecated_arguments(operation);
    format!("Sends `{method} {path}`. {repeat}.{version}{roles}{errors}{deprecated}")
}

/// Lists the deprecated arguments, for which Rust has no attribute.
fn deprecated_arguments(operation: &Operation) -> String {
    let deprecated = operation.arguments.iter().filter(|one| one.deprecated);
    let names: Vec<_> = deprecated.map(|one| format!("`{}`", one.name)).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!(" Deprecated arguments: {}.", names.join(" ")),
    }
}

/// Returns the documentation of the method that polls `operation`.
pub(super) fn wait(
    wait: &Wait,
    operation: &Operation,
    target: Target<'_>,
    scope: &Scope<'_>,
) -> String {
    let condition = |outcome: Outcome| {
        let endings = wait
            .endings
            .iter()
            .filter(|ending| ending.outcome == outcome);
        let endings = endings.map(|ending| match ending.values.as_slice() {
            [] => format!("`{}` has a value", ending.field),
            values => format!("`{}` is `{}`", ending.field, values.join("` or `")),
        });
        endings.collect::<Vec<_>>().join(", or ")
    };
    let ends = [
        ("Succeeds", Outcome::Success),
        ("Fails", Outcome::Failure),
        ("Is cancelled", Outcome::Cancelled),
        ("Expires", Outcome::Expired),
    ];
    let ends = ends.map(|(name, outcome)| match condition(outcome).as_str() {
        "" => String::new(),
        condition => format!("{name} when {condition}. "),
    });
    let end = match wait.endings.as_slice() {
        [] => "Succeeds when the service responds with a 404 about the resource. ".to_owned(),
        _ => ends.concat(),
    };
    let asks = &operation.method_name;
    let facts = format!("{end}Polls [`{asks}`](Self::{asks}).");
    // Not escaped, because the link is intended and field names contain no markup.
    let facts = super::text::wrapped(&facts);
    let summary = docs(&format!("{}.", wait.summary.trim_end_matches('.')), "", "");
    let (call, signature) = call(&wait.method_name, operation, target, scope);
    let body = match wait.endings.as_slice() {
        [] => format!("{call}.await?;"),
        _ => format!("let ended = {call}.await?;\nprintln!(\"{{ended:?}}\");"),
    };
    let result = "Result<(), Box<dyn std::error::Error>>";
    format!(
        "{}\n\n{facts}\n{}",
        summary.trim(),
        example(&signature, result, &body, target)
    )
}

/// Returns a call of the method `name`, and the parameters of a function that could make it.
fn call(
    name: &str,
    operation: &Operation,
    target: Target<'_>,
    scope: &Scope<'_>,
) -> (String, String) {
    let arguments = operation.arguments.iter().map(|argument| {
        let value = scope
            .argument(&argument.value)
            .to_string()
            .replace("& ", "&");
        (argument.name.as_str(), value)
    });
    let body =
        body_type(operation, scope).map(|body| ("body", compact(body).replace("impl", "impl ")));
    let (names, signature): (Vec<&str>, Vec<String>) = arguments
        .chain(body)
        .map(|(name, value)| (name, format!(", {name}: {value}")))
        .unzip();
    // Methods of another receiver are called on a handle that the client returns.
    let accessor = match target.receiver {
        "Client" => String::new(),
        _ => format!(".{}()", target.directory),
    };
    let call = format!("client{accessor}.{name}({})", names.join(", "));
    (call, signature.concat())
}

/// Returns an example that calls an operation and prints its result.
fn operation_example(operation: &Operation, target: Target<'_>, scope: &Scope<'_>) -> String {
    let (call, signature) = call(&operation.method_name, operation, target, scope);
    let body = if operation.paging.is_some() {
        format!(
            "let mut items = {call}.items();\nwhile let Some(item) = items.try_next().await? {{\n    println!(\"{{item:?}}\");\n}}"
        )
    } else if operation
        .output
        .as_ref()
        .is_some_and(|output| output.value == TypeRef::Bytes)
    {
        let body = format!(
            "let mut body = {call}.stream().await?.into_body();\nwhile let Some(chunk) = body.next().await {{\n    println!(\"{{}} bytes\", chunk?.len());\n}}"
        );
        let result = "Result<(), Box<dyn std::error::Error>>";
        return example(&signature, result, &body, target);
    } else if operation.output.is_some() {
        format!("let output = {call}.await?;\nprintln!(\"{{output:?}}\");")
    } else {
        format!("{call}.await?;")
    };
    example(&signature, "Result<(), Error>", &body, target)
}

fn example(signature: &str, result: &str, body: &str, target: Target<'_>) -> String {
    let Target {
        crate_name,
        directory,
        ..
    } = target;
    format!(
        "# Example\n```\n# use {crate_name}::{{*, {directory}::*}};\n\
         # async fn example(client: &Client{signature}) -> {result} {{\n{body}\n# Ok(()) }}\n```\n"
    )
}
