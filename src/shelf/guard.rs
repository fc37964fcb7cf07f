//! What every request passes before anything of the shelf sees it, and every answer on its way out.
//!
//! A request must name a host of ours (a foreign page can point its own name at a machine of the house, and then ask by it), must
//! not come from a foreign page when it changes something, and must show the token where one is needed. Nothing here looks at
//! books, and no path of a request is ever a path of the disk.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::catalogue::Hides;

use super::Shelf;
use super::hidden;
use super::opds::authentication;
use super::visit::Visit;

/// Characters of the longest address that is read; what is searched for stands in it.
const LONGEST_ADDRESS: usize = 4096;

/// The cookie by which a visitor who once showed the token is known.
pub const TOKEN_COOKIE: &str = "bindery-shelf";
/// The cookie that holds what a visitor has chosen to hide.
pub const HIDE_COOKIE: &str = "bindery-hide";

/// Pages may show their own pictures and styles, and send forms home; nothing else, to nobody else.
const POLICY: &str = "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; \
     font-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The two ends of the connection that a request came by.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    pub here: SocketAddr,
    pub there: SocketAddr,
}

/// Lets a request in or says why not.
pub async fn guard(State(shelf): State<Arc<Shelf>>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let there = request.extensions().get::<Ends>().map(|ends| ends.there.ip());
    let mut shown = redacted(request.uri().path());
    let mut response = match admit(&shelf, &mut request) {
        Ok(admitted) => {
            shown = request.uri().path().to_owned();
            let mut response = next.run(request).await;
            quieten(&mut response);
            if let Some(cookie) = admitted.cookie {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(refused) => *refused,
    };
    harden(response.headers_mut());
    shelf.log(format_args!(
        "{} {method} {} {} {} ms",
        there.map_or_else(|| "-".to_owned(), |address| address.to_string()),
        harmless(&shown),
        response.status().as_u16(),
        begun.elapsed().as_millis()
    ));
    response
}

/// What comes with being let in.
struct Admitted {
    /// To be set, so that the visitor is known on the next page.
    cookie: Option<HeaderValue>,
}

/// Every question that is asked of a request, the cheapest first. What the address carries for us is taken off it.
fn admit(shelf: &Shelf, request: &mut Request) -> Result<Admitted, Box<Response>> {
    let refuse = |status: StatusCode, why: &str| Err(Box::new(refusal(status, why)));
    if request.uri().path_and_query().map_or(0, |path| path.as_str().len()) > LONGEST_ADDRESS {
        return refuse(StatusCode::URI_TOO_LONG, "the address is too long");
    }
    if !request.uri().path().starts_with('/') {
        return refuse(StatusCode::BAD_REQUEST, "the address is no path");
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) => host.to_ascii_lowercase(),
        _ => return refuse(StatusCode::BAD_REQUEST, "the request does not say which host it is for"),
    };
    let here = request.extensions().get::<Ends>().map(|ends| ends.here);
    let other = request.uri().authority().is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(&host));
    if other || !here.is_some_and(|here| is_ours(&host, here, &shelf.settings.names)) {
        return refuse(StatusCode::MISDIRECTED_REQUEST, "this shelf has another name; use the address that it printed");
    }
    if ![Method::GET, Method::HEAD, Method::POST].contains(request.method()) {
        let mut refused = refusal(StatusCode::METHOD_NOT_ALLOWED, "a shelf is read; this it does not do");
        refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
        return Err(Box::new(refused));
    }
    let carried = Carried::of(request.uri().path());
    let by_path = match (&shelf.settings.token, carried.token) {
        (Some(token), Some(shown)) => token.is(&shown.to_ascii_lowercase()),
        _ => false,
    };
    if !is_from_here(request.method(), request.headers(), &host, by_path) {
        return refuse(StatusCode::FORBIDDEN, "the request comes from a page that is not of this shelf");
    }
    if let Some(token) = &shelf.settings.token {
        let shown = |text: &str| token.is(text);
        let known = by_path
            || carried.token.is_none()
                && (basic(request.headers()).is_some_and(|word| shown(&word.to_ascii_lowercase()))
                    || cookie(request.headers(), TOKEN_COOKIE).is_some_and(shown));
        if !known {
            return Err(Box::new(unauthorized(request, carried.rest, &host)));
        }
    }
    let Some(hidden_by_path) = carried.hidden.map_or(Some(Hides::default()), hidden::parse) else {
        return refuse(StatusCode::NOT_FOUND, "the address hides something that is not known");
    };
    let chosen = cookie(request.headers(), HIDE_COOKIE).and_then(hidden::parse).unwrap_or_default();
    let hides = hidden::both(&hidden::both(&shelf.settings.floor, &hidden_by_path), &chosen);
    let wants_page = accepts(request.headers(), "text/html");
    let is_page = by_path && wants_page && request.method() == Method::GET;
    let cookie = shelf.settings.token.as_ref().filter(|_| is_page).and_then(|token| {
        let year = 365 * 24 * 60 * 60;
        let cookie = format!("{TOKEN_COOKIE}={}; Path=/; Max-Age={year}; HttpOnly; SameSite=Strict", token.reveal());
        HeaderValue::from_str(&cookie).ok()
    });
    let base = carried.base.to_owned();
    let rest = match request.uri().query() {
        Some(query) => format!("{}?{query}", carried.rest),
        None => carried.rest.to_owned(),
    };
    let Some(uri) = rest.parse::<PathAndQuery>().ok().map(Uri::from) else {
        return refuse(StatusCode::BAD_REQUEST, "the address is no path");
    };
    *request.uri_mut() = uri;
    request.extensions_mut().insert(Visit::new(base, host, hides, chosen));
    Ok(Admitted { cookie })
}

/// What an address carries before the path that is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Carried<'a> {
    /// All of what follows, as it stands.
    base: &'a str,
    token: Option<&'a str>,
    hidden: Option<&'a str>,
    /// Begins with `/`.
    rest: &'a str,
}

impl Carried<'_> {
    fn of(path: &str) -> Carried<'_> {
        let (token, after) = taken(path, "/t/");
        let (hidden, rest) = taken(after, "/hide/");
        Carried {
            base: &path[..path.len() - rest.len()],
            token,
            hidden,
            rest: if rest.is_empty() { "/" } else { rest },
        }
    }
}

/// The segment behind a prefix, and what follows it.
fn taken<'a>(path: &'a str, prefix: &str) -> (Option<&'a str>, &'a str) {
    match path.strip_prefix(prefix) {
        Some(after) => {
            let end = after.find('/').unwrap_or(after.len());
            (Some(&after[..end]), &after[end..])
        }
        None => (None, path),
    }
}

/// An address without the token.
fn redacted(path: &str) -> String {
    let carried = Carried::of(path);
    match carried.token {
        Some(token) => format!("/t/…{}", &path["/t/".len() + token.len()..]),
        None => path.to_owned(),
    }
}

/// What a log may hold: one line, and nothing that commands a terminal.
fn harmless(text: &str) -> String {
    text.chars().take(200).map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// Whether a `Host` is one of ours: the address that the connection came in at, or a name that we know.
fn is_ours(host: &str, here: SocketAddr, names: &[String]) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port.parse::<u16>().ok()),
        _ => (host, Some(80)),
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_address = address.parse::<IpAddr>().is_ok_and(|address| address.to_canonical() == here.ip().to_canonical());
    let is_name = (name == "localhost" && here.ip().to_canonical().is_loopback())
        || names.iter().any(|known| known.eq_ignore_ascii_case(name));
    port == Some(here.port()) && (is_address || is_name)
}

/// Whether a request may be what it is, as far as the browser says where it comes from.
///
/// What changes something must come from a page of ours. A browser that says nothing of it is believed only when the token stands
/// in the address, which no foreign page knows.
fn is_from_here(method: &Method, headers: &HeaderMap, host: &str, by_path: bool) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let (site, mode) = (said("sec-fetch-site"), said("sec-fetch-mode"));
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("?"));
    if method == Method::POST {
        let ours = origin.map(|origin| origin.eq_ignore_ascii_case(&format!("http://{host}")));
        return site.is_none_or(|site| site == "same-origin")
            && ours.unwrap_or(true)
            && (site.is_some() || ours.is_some() || by_path);
    }
    // A link to the shelf may stand anywhere; what a foreign page takes from it without showing is refused.
    !matches!(site, Some("cross-site" | "same-site"))
        || mode == Some("navigate") && said("sec-fetch-dest") == Some("document")
}

/// The password of HTTP Basic, whatever the name.
fn basic(headers: &HeaderMap) -> Option<String> {
    let said = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, coded) = said.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| from_base64(coded.trim()))??;
    let text = String::from_utf8(decoded).ok()?;
    Some(text.split_once(':')?.1.to_owned())
}

/// Base64 with or without its end; `None` when it is none.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(value)) & 0xfff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    Some(bytes)
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// Whether the visitor takes this type, as far as it names it.
pub fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    headers.get_all(header::ACCEPT).iter().any(|line| line.to_str().is_ok_and(|line| line.contains(media_type)))
}

/// An answer that is no more than a sentence.
pub fn refusal(status: StatusCode, why: &str) -> Response {
    let said = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (status, said, Extension(InOurWords), format!("{why}\n")).into_response()
}

/// Marks an answer whose sentence is ours.
#[derive(Clone)]
struct InOurWords;

/// Takes out what the framework says of a request that it cannot read: it repeats what was sent.
fn quieten(response: &mut Response) {
    let is_text =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if response.status().is_client_error() && is_text && response.extensions().get::<InOurWords>().is_none() {
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from("the request is not one that this shelf understands\n");
    }
}

/// Asks for the token: readers of feeds by a document that tells how to log in, browsers by their own means.
fn unauthorized(request: &Request, path: &str, host: &str) -> Response {
    let wants_feed = path.starts_with("/opds") || accepts(request.headers(), "opds");
    let mut response = if wants_feed {
        let document = authentication::document(&format!("http://{host}"));
        ([(header::CONTENT_TYPE, authentication::TYPE)], document).into_response()
    } else {
        let why =
            "this shelf opens with its token: use the address that it printed, or any name with the token as password";
        refusal(StatusCode::UNAUTHORIZED, why)
    };
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let challenge = HeaderValue::from_static("Basic realm=\"bindery shelf\", charset=\"UTF-8\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    let (relation, kind) = (authentication::RELATION, authentication::TYPE);
    let link = format!("<http://{host}/opds/authentication>; rel=\"{relation}\"; type=\"{kind}\"");
    if let Ok(link) = HeaderValue::from_str(&link) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

/// What every answer says, whatever it is. A page that needs a stricter policy has set its own.
fn harden(headers: &mut HeaderMap) {
    let defaults: [(HeaderName, &'static str); 7] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The token stands in addresses, so no other site may hear them; without any `Referer`, browsers would not say either
        // that a form comes from here.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// The answer to a request in which we were at fault; what the fault was stays in the log.
pub fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    let mut response = refusal(StatusCode::INTERNAL_SERVER_ERROR, "bindery is at fault here; the shelf goes on");
    harden(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_carries_is_taken_off_it() {
        let of = |path| {
            let Carried { base, token, hidden, rest } = Carried::of(path);
            (base, token.unwrap_or("-"), hidden.unwrap_or("-"), rest)
        };
        assert_eq!(of("/"), ("", "-", "-", "/"));
        assert_eq!(of("/t/abc"), ("/t/abc", "abc", "-", "/"));
        assert_eq!(of("/t/abc/opds/v1"), ("/t/abc", "abc", "-", "/opds/v1"));
        assert_eq!(of("/t/abc/hide/rating=teen/opds"), ("/t/abc/hide/rating=teen", "abc", "rating=teen", "/opds"));
        assert_eq!(of("/hide/unrated"), ("/hide/unrated", "-", "unrated", "/"));
        assert_eq!(of("/t//x"), ("/t/", "", "-", "/x"));
        assert_eq!(of("/title"), ("", "-", "-", "/title"));
    }

    #[test]
    fn a_log_line_holds_no_token_and_commands_no_terminal() {
        assert_eq!(redacted("/t/secret/book/1/a.epub"), "/t/…/book/1/a.epub");
        assert_eq!(redacted("/t/secret"), "/t/…");
        assert_eq!(harmless("/a\u{1b}[2J"), "/a\u{fffd}[2J");
    }

    #[test]
    fn only_our_own_names_are_ours() {
        let here: SocketAddr = "192.168.1.5:7070".parse().unwrap();
        let names = ["desk.local".to_owned()];
        for ours in ["192.168.1.5:7070", "desk.local:7070", "desk.local.:7070", "[::ffff:192.168.1.5]:7070"] {
            assert!(is_ours(ours, here, &names), "{ours}");
        }
        let foreign = [
            "192.168.1.5",
            "192.168.1.5:80",
            "192.168.1.6:7070",
            "localhost:7070",
            "evil.example:7070",
            "desk.local.evil.example:7070",
            "192.168.1.5:7070:7070",
            "",
            ":7070",
        ];
        for foreign in foreign {
            assert!(!is_ours(foreign, here, &names), "{foreign}");
        }
        assert!(is_ours("localhost:80", "127.0.0.1:80".parse().unwrap(), &[]));
        assert!(is_ours("[::1]", "[::1]:80".parse().unwrap(), &[]));
    }

    #[test]
    fn a_password_is_read_from_basic_and_from_nothing_else() {
        let read = |value: &'static str| {
            basic(&HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))]))
        };
        assert_eq!(read("Basic YTpiOmM=").as_deref(), Some("b:c"));
        assert_eq!(read("basic YTpiOmM").as_deref(), Some("b:c"));
        assert_eq!(read("Bearer YTpiOmM="), None);
        assert_eq!(read("Basic YQ=="), None);
        assert_eq!(read("Basic YTpi:mM="), None);
    }

    #[test]
    fn a_foreign_page_can_change_nothing() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
        };
        let post = |pairs: &[_], by_path| is_from_here(&Method::POST, &headers(pairs), "h:1", by_path);
        let get = |pairs: &[_]| is_from_here(&Method::GET, &headers(pairs), "h:1", false);
        assert!(post(&[("sec-fetch-site", "same-origin")], false) && post(&[("origin", "http://h:1")], false));
        assert!(post(&[], true) && !post(&[], false), "who says nothing must know the token");
        for foreign in ["http://h:2", "https://h:1", "null", "http://h:1.evil.example"] {
            let foreign: &'static str = foreign;
            assert!(!post(&[("origin", foreign)], true), "{foreign}");
        }
        assert!(!post(&[("sec-fetch-site", "cross-site")], true) && !post(&[("sec-fetch-site", "same-site")], true));
        assert!(get(&[]) && get(&[("sec-fetch-site", "none")]));
        let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        assert!(get(&link), "a link to the shelf may stand anywhere");
        assert!(!get(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")]));
    }
}
