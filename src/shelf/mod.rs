//! The shelf: a library of books, served to the browsers and readers of a house, as pages and as OPDS feeds.
//!
//! A request passes the [`guard`], which asks whether it is for this shelf, from whom, and with which token; behind it stand
//! [`download`] (books and covers), [`opds`] (feeds) and [`pages`] (what people see). All of them see the books through
//! [`library`] alone: what they ask for are numbers and words, and no path of a request is ever a path of the disk.

// The core may not touch these (see clippy.toml); a server must.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod download;
mod guard;
pub mod hidden;
mod kept;
pub mod library;
mod opds;
pub mod pages;
mod refresh;
mod serve;
pub mod still;
pub mod token;
mod visit;
pub mod workshop;

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::catalogue::Hides;
use crate::diagnostic::Diagnostic;

use kept::Kept;
use library::Library;
pub use refresh::Watch;
pub use serve::{Bounds, is_at_home};
use token::Token;
pub use visit::Visit;
use workshop::Workshop;

/// Bytes of what a reader sends with a request that wants nothing changed.
const SMALL_BODY: usize = 64 << 10;
/// Bytes of covers, and of books for Kobo, that are kept in memory.
const COVERS_KEPT: usize = 24 << 20;
const KEPUBS_KEPT: usize = 32 << 20;
/// Covers or books that are made at a time.
const MAKERS: usize = 2;
/// How long an answer may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a shelf is kept.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What the shelf calls itself.
    pub title: String,
    /// What nobody is shown, whatever they ask.
    pub floor: Hides,
    /// Without it nothing is served. `None` on the loopback, where no token is needed.
    pub token: Option<Token>,
    /// Names of this machine, besides the addresses that it listens on and `localhost`.
    pub names: Vec<String>,
    /// Whether it is written to files, so that nobody will be there to answer.
    pub still: bool,
}

/// Takes one line about each request, without tokens.
pub type Log = dyn Fn(fmt::Arguments<'_>) + Send + Sync;

/// An open shelf: what every handler may ask.
pub struct Shelf {
    pub settings: Settings,
    pub library: Library,
    covers: Kept,
    kepubs: Kept,
    /// Threads on which covers and books for Kobo are made, and none else: making takes tens of megabytes, which a system's store
    /// of memory keeps for every thread that ever had them. `None` when the system has no threads to give.
    makers: Option<rayon::ThreadPool>,
    /// Where visitors bind stories; without one they cannot.
    workshop: Option<Arc<dyn Workshop>>,
    desk: pages::Desk,
    log: Option<Box<Log>>,
}

impl Shelf {
    pub fn new(
        settings: Settings,
        library: Library,
        workshop: Option<Arc<dyn Workshop>>,
        log: Option<Box<Log>>,
    ) -> Arc<Shelf> {
        Arc::new(Shelf {
            settings,
            library,
            covers: Kept::new(COVERS_KEPT, MAKERS),
            kepubs: Kept::new(KEPUBS_KEPT, MAKERS),
            // Work that breaks down ends itself and not the program.
            makers: rayon::ThreadPoolBuilder::new().num_threads(MAKERS).panic_handler(|_| {}).build().ok(),
            workshop,
            desk: pages::Desk::default(),
            log,
        })
    }

    /// Makes something on the threads for that; `None` when the work breaks down.
    async fn make<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (done, made) = tokio::sync::oneshot::channel();
        self.makers.as_ref()?.spawn(move || {
            // Nobody may be waiting any more.
            let _ = done.send(work());
        });
        made.await.ok()
    }

    /// The answer when the disk does not give what the catalogue promised.
    fn unreadable(&self, fault: &Diagnostic) -> Response {
        self.log(format_args!("{}: {}", fault.code, fault.message));
        guard::refusal(StatusCode::SERVICE_UNAVAILABLE, "the library cannot be read just now")
    }

    fn log(&self, line: fmt::Arguments<'_>) {
        if let Some(log) = &self.log {
            log(line);
        }
    }
}

/// Everything that the shelf answers, behind its guard.
pub fn router(shelf: Arc<Shelf>) -> Router {
    let still = Router::new().merge(download::router()).merge(opds::router());
    // What a page may take and how long it may take is for `pages` to say: it receives stories.
    let inner = bounded(still, SMALL_BODY, PATIENCE).merge(pages::router());
    let inner = inner.fallback(|| async { guard::refusal(StatusCode::NOT_FOUND, "there is nothing at this address") });
    // The guard takes the token off the address, so it has to stand before anything looks at the address.
    Router::new()
        .fallback_service(inner.with_state(shelf.clone()))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(from_fn_with_state(shelf, guard::guard))
}

/// Routes whose requests may be of this size, and whose answers must begin within this time.
pub fn bounded(routes: Router<Arc<Shelf>>, largest_body: usize, patience: Duration) -> Router<Arc<Shelf>> {
    routes
        .layer(RequestBodyLimitLayer::new(largest_body))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, patience))
}

/// Serves until `stop`, then lets answers under way come to their end.
pub async fn serve(shelf: Arc<Shelf>, listeners: Vec<TcpListener>, bounds: Bounds, stop: impl Future<Output = ()>) {
    serve::serve(listeners, router(shelf), bounds, stop).await;
}

/// The address that a visitor types or scans.
pub fn address(host: &str, at: SocketAddr, token: Option<&Token>) -> String {
    let port = at.port();
    let token = token.map(|token| format!("/t/{}", token.reveal())).unwrap_or_default();
    if port == 80 { format!("http://{host}{token}/") } else { format!("http://{host}:{port}{token}/") }
}
