//! How a reader of feeds is told to log in: the authentication document of OPDS, which goes with the refusal.

use serde_json::json;

pub const TYPE: &str = "application/opds-authentication+json";
pub const RELATION: &str = "http://opds-spec.org/auth/document";

/// The document of the shelf that is reached at this `http://host`.
pub fn document(origin: &str) -> String {
    json!({
        "id": format!("{origin}/opds/authentication"),
        "title": "bindery shelf",
        "description": "The password is the token in the address that the shelf printed; any name will do.",
        "links": [{ "rel": "start", "href": format!("{origin}/opds"), "type": "application/opds+json" }],
        "authentication": [{
            "type": "http://opds-spec.org/auth/basic",
            "labels": { "login": "Name (any)", "password": "Token" },
        }],
    })
    .to_string()
}
