//! What people see of the shelf in a browser.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::library::{Query, Sort};
use super::{Shelf, Visit, bounded, download};

pub fn router() -> Router<Arc<Shelf>> {
    bounded(Router::new().route("/", get(all)), 64 << 10, Duration::from_secs(30))
}

/// The newest books, as a list.
async fn all(State(shelf): State<Arc<Shelf>>, visit: Visit) -> Response {
    let query = Query { hides: visit.hides.clone(), sort: Sort::Newest, limit: 100, ..Query::default() };
    let list = match shelf.library.books(query).await {
        Ok(list) => list,
        Err(error) => return shelf.unreadable(&error),
    };
    let title = escaped(&shelf.settings.title);
    let mut page =
        format!("<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><h1>{title}</h1><ul>");
    for book in &list.entries {
        let title = escaped(book.record.title.as_deref().unwrap_or("Untitled"));
        let _ = write!(page, "<li><a href=\"{}\">{title}</a></li>", escaped(&visit.link(&download::path_of(book))));
    }
    page.push_str("</ul></html>");
    Html(page).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
