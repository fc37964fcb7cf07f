//! OPDS: the library as feeds, for reading programs.

pub mod authentication;

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use super::{Shelf, Visit};

pub fn router() -> Router<Arc<Shelf>> {
    Router::new().route("/opds/authentication", get(document))
}

async fn document(visit: Visit) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, authentication::TYPE)], authentication::document(&visit.origin()))
}
