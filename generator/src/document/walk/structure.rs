//! The table of the parts of a document, by parent and key.

use crate::document::METHODS;

/// The kind of a part of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Info,
    Components,
    Paths,
    PathItem,
    Operation,
    Parameter,
    /// Like a parameter, but without name and location.
    Header,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Callback,
    Example,
    Link,
    Schema,
    Discriminator,
    SecurityScheme,
    Flows,
    Flow,
    Server,
    ServerVariable,
    Tag,
    /// An object whose keys are names and whose members are all of one kind.
    Names(&'static Self),
    /// An array whose items are all of one kind.
    List(&'static Self),
    /// Text that programs read, such as a name, a type or a pattern.
    Text,
    /// The pointer in a `$ref`.
    Reference,
    /// A schema name or a pointer, in a discriminator's mapping.
    SchemaReference,
    /// Text or an object for human readers only.
    Prose,
    /// The value of an example.
    Illustration,
    /// A value of the API's own data: a default, or a link's argument.
    Data,
    /// The values of an enum.
    Values,
    /// The value of an extension (`x-…`).
    Extension,
    /// A boolean.
    Flag,
    /// A numeric constraint.
    Number,
    /// A keyword that allows several JSON types, or that OpenAPI 3.0 does not define.
    Other,
}

use Kind::{
    Callback, Components, Data, Discriminator, Document, Encoding, Example, Extension, Flag, Flow,
    Flows, Header, Illustration, Info, Link, List, MediaType, Names, Number, Operation, Other,
    Parameter, PathItem, Paths, Prose, Reference, RequestBody, Response, Responses, Schema,
    SchemaReference, SecurityScheme, Server, ServerVariable, Tag, Text, Values,
};

impl Kind {
    /// Returns the kind of the member `key`.
    pub(crate) fn member(self, key: &str) -> Self {
        match (self, key) {
            (Names(inner), _) => *inner,
            (Flag | Number | Other | Prose | Data | Illustration | Values | Extension, _) => Other,
            (_, key) if key.starts_with("x-") => Extension,
            (
                PathItem | Parameter | Header | RequestBody | Response | Callback | Example | Link
                | Schema | SecurityScheme,
                "$ref",
            ) => Reference,
            (Paths | Callback, _) => PathItem,
            (Responses, _) => Response,
            (Info, "title" | "version") => Text,
            (Info, "license" | "contact") => Prose,
            (_, "description" | "summary" | "title" | "externalDocs" | "termsOfService") => Prose,
            (Parameter | Header | MediaType | Schema, "example") => Illustration,
            (Parameter | Header | MediaType | Schema | Components, "examples") => Names(&Example),
            (Example, "value") => Illustration,
            (Example, "externalValue") => Text,
            (Parameter | Header | MediaType, "schema") => Schema,
            (Parameter | Header | RequestBody | Response, "content") => Names(&MediaType),
            (Response | Encoding | Components, "headers") => Names(&Header),
            (Response | Components, "links") => Names(&Link),
            (Operation | Components, "callbacks") => Names(&Callback),
            (Operation | PathItem, "parameters") => List(&Parameter),
            (Document | PathItem | Operation, "servers") => List(&Server),
            (Document, "openapi") => Text,
            (Document, "info") => Info,
            (Document, "paths") => Paths,
            (Document, "components") => Components,
            (Document, "tags") => List(&Tag),
            (Document | Operation, "security") => List(&Names(&List(&Text))),
            (Components, "schemas") => Names(&Schema),
            (Components, "responses") => Names(&Response),
            (Components, "parameters") => Names(&Parameter),
            (Components, "requestBodies") => Names(&RequestBody),
            (Components, "securitySchemes") => Names(&SecurityScheme),
            (PathItem, method) if METHODS.contains(&method) => Operation,
            (Operation, "operationId") => Text,
            (Operation, "tags") => List(&Text),
            (Operation, "requestBody") => RequestBody,
            (Operation, "responses") => Responses,
            (Parameter | Header, "name" | "in" | "style") => Text,
            (MediaType, "encoding") => Names(&Encoding),
            (Encoding, "contentType" | "style") => Text,
            (Link, "operationId" | "operationRef") => Text,
            (Link, "parameters" | "requestBody") => Data,
            (Link, "server") => Server,
            (Server, "url") => Text,
            (Server, "variables") => Names(&ServerVariable),
            (ServerVariable, "default") => Text,
            (ServerVariable, "enum") => List(&Text),
            (Tag, "name") => Text,
            (SecurityScheme, "flows") => Flows,
            (Flows, _) => Flow,
            (Flow, "scopes") => Names(&Prose),
            (SecurityScheme | Flow, _) => Text,
            (Schema, "properties" | "patternProperties") => Names(&Schema),
            (Schema, "items" | "additionalProperties" | "not") => Schema,
            (Schema, "allOf" | "oneOf" | "anyOf") => List(&Schema),
            (Schema, "discriminator") => Discriminator,
            (Schema, "default") => Data,
            (Schema, "enum") => Values,
            (Schema, "type" | "format" | "pattern") => Text,
            (Schema, "required") => List(&Text),
            (Schema, "nullable" | "readOnly" | "writeOnly" | "uniqueItems") => Flag,
            (Schema, "maximum" | "minimum" | "maxLength" | "minLength") => Number,
            (Schema, "multipleOf" | "maxItems" | "minItems") => Number,
            (Operation | Parameter | Header | Schema, "deprecated") => Flag,
            (Parameter | Header | RequestBody, "required") => Flag,
            (Parameter | Header | Encoding, "explode" | "allowReserved") => Flag,
            (Discriminator, "propertyName") => Text,
            (Discriminator, "mapping") => Names(&SchemaReference),
            _ => Other,
        }
    }

    /// Returns the kind of the items, if this is a list.
    pub(super) fn item(self) -> Self {
        match self {
            List(inner) => *inner,
            _ => Other,
        }
    }

    /// Returns the kind of the part that a pointer leads to.
    pub(crate) fn at(pointer: &str) -> Self {
        let mut kind = Document;
        for token in pointer.split('/').skip(1) {
            kind = match kind {
                List(_) => kind.item(),
                _ => kind.member(&unescaped(token)),
            };
        }
        kind
    }

    /// Returns true if such parts are for human readers and do not describe the API's behaviour.
    pub(crate) fn is_for_people(self) -> bool {
        matches!(self, Prose | Illustration | Names(&Example))
    }

    /// Returns true if the content of such parts has structure that visitors follow.
    pub(super) fn is_structure(self) -> bool {
        !matches!(
            self,
            Prose
                | Illustration
                | Data
                | Values
                | Extension
                | Flag
                | Number
                | Other
                | Text
                | Reference
        )
    }
}

/// Returns the name or index that a pointer's token stands for.
pub(crate) fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// Returns the pointer of the component that a pointer leads to or into.
pub(crate) fn component(pointer: &str) -> Option<&str> {
    let rest = pointer.strip_prefix("/components/")?;
    let (group, rest) = rest.split_once('/')?;
    let name = rest.split('/').next()?;
    pointer.get(.."/components/".len() + group.len() + 1 + name.len())
}

/// Converts a pointer to a JSONPath (RFC 9535).
pub(crate) fn json_path(pointer: &str) -> String {
    let mut path = "$".to_owned();
    let mut kind = Document;
    for token in pointer.split('/').skip(1) {
        let name = unescaped(token);
        let is_index = match kind {
            List(_) => true,
            // Inside data, a number is taken for an index.
            Values | Extension | Data | Illustration | Other => name.parse::<usize>().is_ok(),
            _ => false,
        };
        path.push_str(&match is_index {
            true => format!("[{name}]"),
            false => segment(&name),
        });
        kind = match kind {
            List(_) => kind.item(),
            _ => kind.member(&name),
        };
    }
    path
}

/// Returns a member name as a JSONPath segment.
fn segment(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    match plain {
        true => format!(".{name}"),
        false => format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, component, json_path};

    #[test]
    fn kind_of_a_part_depends_on_its_location() {
        for (pointer, expected) in [
            ("", Kind::Document),
            ("/info/title", Kind::Text),
            ("/info/description", Kind::Prose),
            ("/paths/~1description/get", Kind::Operation),
            ("/paths/x-foo", Kind::Extension),
            ("/paths/~1a/parameters/0/schema/enum", Kind::Values),
            (
                "/paths/~1a/get/responses/200/content/a~1b/schema",
                Kind::Schema,
            ),
            ("/paths/~1a/get/responses/x-foo", Kind::Extension),
            (
                "/paths/~1a/get/callbacks/a/{$b}/post/requestBody",
                Kind::RequestBody,
            ),
            ("/components/schemas/title", Kind::Schema),
            ("/components/schemas/x-foo/properties/x-foo", Kind::Schema),
            ("/components/schemas/A/properties/$ref", Kind::Schema),
            ("/components/schemas/A/$ref", Kind::Reference),
            ("/components/schemas/A/title", Kind::Prose),
            (
                "/components/schemas/A/properties/example/example",
                Kind::Illustration,
            ),
            ("/components/schemas/A/example/$ref", Kind::Other),
            ("/components/schemas/A/default/properties/a", Kind::Other),
            (
                "/components/schemas/A/discriminator/mapping/title",
                Kind::SchemaReference,
            ),
            (
                "/components/responses/examples/content/a~1b/example",
                Kind::Illustration,
            ),
            ("/components/requestBodies/example", Kind::RequestBody),
            ("/components/examples/examples/value", Kind::Illustration),
            ("/components/links/a/parameters/$ref", Kind::Other),
            (
                "/components/securitySchemes/a/flows/implicit/scopes/title",
                Kind::Prose,
            ),
        ] {
            assert_eq!(Kind::at(pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn pointer_becomes_json_path_with_names_in_objects_and_indices_in_arrays() {
        for (pointer, expected) in [
            ("", "$"),
            (
                "/paths/~1a~1{b}/get/parameters/1",
                "$.paths['/a/{b}'].get.parameters[1]",
            ),
            (
                "/paths/~1a/get/responses/200",
                "$.paths['/a'].get.responses['200']",
            ),
            (
                "/paths/~1a/get/x-waits/0/until",
                "$.paths['/a'].get['x-waits'][0].until",
            ),
            (
                "/components/schemas/1/enum/2",
                "$.components.schemas['1'].enum[2]",
            ),
            ("/components/schemas/it's", "$.components.schemas['it\\'s']"),
        ] {
            assert_eq!(json_path(pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn pointer_into_a_component_is_reduced_to_the_component() {
        for (pointer, expected) in [
            (
                "/components/schemas/A/properties/b",
                Some("/components/schemas/A"),
            ),
            ("/components/schemas/A", Some("/components/schemas/A")),
            ("/components/schemas", None),
            ("/paths/~1a", None),
        ] {
            assert_eq!(component(pointer), expected, "{pointer}");
        }
    }
}
