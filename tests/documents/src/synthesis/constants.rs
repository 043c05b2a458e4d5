//! The parts of the document that exist once, and that every operation refers to.

use serde_json::{Map, Value, json};

pub(super) const OBJECT_ID: &str = "^([a-f0-9]{24})$";

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Returns the schemas that many others refer to.
pub(super) fn schemas() -> Map<String, Value> {
    object(json!({
        "Link": {
            "type": "object",
            "properties": {
                "href": { "type": "string", "description": "Address of a related resource.", "example": "https://service.example.com/api" },
                "rel": { "type": "string", "description": "How the other resource is related to this one.", "example": "self" },
            },
        },
        "ServiceFault": {
            "type": "object",
            "required": ["error", "errorCode"],
            "properties": {
                "detail": { "type": "string", "description": "What went wrong, for people." },
                "error": { "type": "integer", "format": "int32", "description": "Status of the response.", "externalDocs": { "url": "https://service.example.com/docs/status" } },
                "errorCode": { "type": "string", "description": "What went wrong, for programs." },
                "parameters": { "type": "array", "description": "Values that the detail names.", "items": { "type": "object" } },
                "reason": { "type": "string", "nullable": true, "description": "Reason phrase of the status." },
            },
        },
    }))
}

/// Returns parameters, headers, responses and security schemes.
pub(super) fn components() -> Map<String, Value> {
    let flag = |name: &str, description: &str| json!({ "name": name, "in": "query", "description": description, "schema": { "type": "boolean", "default": false } });
    let fault = |description: &str| {
        json!({
            "description": description,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ServiceFault" } } },
        })
    };
    let identifier = |name: &str, description: &str| json!({ "name": name, "in": "path", "required": true, "description": description, "schema": { "type": "string", "pattern": OBJECT_ID, "example": "5f0c1e2d3a4b5c6d7e8f9a01" } });
    object(json!({
        "headers": {
            "Limit": { "description": "Requests that the bucket holds.", "schema": { "type": "integer", "format": "int32" } },
            "Remaining": { "description": "Requests that are left in the bucket.", "schema": { "type": "integer", "format": "int32" } },
            "Retry": { "description": "Seconds until the next request is accepted.", "schema": { "type": "integer", "format": "int32" } },
        },
        "parameters": {
            "groupId": identifier("groupId", "Identifier of the project: 24 hexadecimal digits."),
            "orgId": identifier("orgId", "Identifier of the organization: 24 hexadecimal digits."),
            "envelope": flag("envelope", "Wraps the response in an object with its status."),
            "pretty": flag("pretty", "Indents the response."),
            "includeCount": { "name": "includeCount", "in": "query", "description": "Adds the number of all items.", "schema": { "type": "boolean", "default": true } },
            "itemsPerPage": { "name": "itemsPerPage", "in": "query", "description": "Items of a page.", "schema": { "type": "integer", "default": 100, "minimum": 1, "maximum": 500 } },
            "pageNum": { "name": "pageNum", "in": "query", "description": "Number of the page, from one.", "schema": { "type": "integer", "default": 1, "minimum": 1 } },
        },
        "responses": {
            "badRequest": fault("Bad Request"),
            "unauthorized": fault("Unauthorized"),
            "forbidden": fault("Forbidden"),
            "notFound": fault("Not Found"),
            "conflict": fault("Conflict"),
            "tooManyRequests": {
                "description": "Too Many Requests",
                "headers": { "Retry-After": { "$ref": "#/components/headers/Retry" } },
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ServiceFault" } } },
            },
            "internalServerError": fault("Internal Server Error"),
        },
        "securitySchemes": {
            "DigestAuth": { "type": "http", "scheme": "digest" },
            "ServiceAccounts": {
                "type": "oauth2",
                "flows": { "clientCredentials": { "tokenUrl": "https://service.example.com/api/oauth/token", "scopes": {} } },
            },
        },
    }))
}
