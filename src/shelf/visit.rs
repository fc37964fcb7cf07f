//! Who asks, and how answers are to be addressed: what the guard has found out about a request, for the handlers behind it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::catalogue::Hides;

/// What the guard found out about a request. Handlers take it as an argument.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Visit {
    /// What stands before every path of ours in the visitor's addresses: `/t/TOKEN`, `/t/TOKEN/hide/rating=explicit`, or nothing.
    base: String,
    /// The `Host` that was asked, as it was found to be one of ours.
    host: String,
    /// What this visitor is not shown: the owner's floor, what the address hides, and the visitor's own choice.
    pub hides: Hides,
    /// The visitor's own choice alone, as the cookie has it.
    pub chosen: Hides,
}

impl Visit {
    pub(super) fn new(base: String, host: String, hides: Hides, chosen: Hides) -> Visit {
        Visit { base, host, hides, chosen }
    }

    /// The address of a path of ours, which begins with `/`: every link that is shown must come from here, so that it carries the
    /// token and what is hidden.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// `http://` and host.
    pub fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    /// The same with `http://` and host, for what leaves the page: a QR code, an address to copy.
    pub fn address(&self, path: &str) -> String {
        format!("http://{}{}{path}", self.host, self.base)
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visit, Infallible> {
        Ok(parts.extensions.get::<Visit>().cloned().unwrap_or_default())
    }
}
