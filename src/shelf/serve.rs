//! Connections: how many there may be, how long one may do nothing, and how all of them end.
//!
//! Nobody is refused because others are slow: when all places are taken, whoever has moved nothing for the longest time loses
//! theirs. A reader who takes a book at a walking pace moves something every few seconds, and stays.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, Sleep};
use tower::Service;

use super::guard::Ends;

/// What connections may cost.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections at a time. Each may hold an open book too, and systems often give a program no more than 1024 files.
    pub connections: usize,
    /// Of these, connections from one address.
    pub from_one: usize,
    /// How long a visitor may take to say what is wanted, and how long a connection waits for the next request.
    pub head: Duration,
    /// How long a connection may move nothing while something is to be moved.
    pub stall: Duration,
    /// How long answers under way may take after the shelf was told to stop.
    pub drain: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            connections: 400,
            from_one: 300,
            head: Duration::from_secs(15),
            stall: Duration::from_secs(60),
            drain: Duration::from_secs(5),
        }
    }
}

/// Headers of one request; browsers send twenty.
const MOST_HEADERS: usize = 64;
/// Bytes of all of them and the address.
const LARGEST_HEAD: usize = 16 << 10;

/// Serves every listener until `stop`, then lets answers under way come to their end.
pub async fn serve(listeners: Vec<TcpListener>, router: Router, bounds: Bounds, stop: impl Future<Output = ()>) {
    let places = Arc::new(Places { bounds, begun: Instant::now(), taken: Mutex::default() });
    let (stopping, stopped) = watch::channel(false);
    let (alive, mut all_gone) = tokio::sync::mpsc::channel::<()>(1);
    let accepting = listeners.into_iter().map(|listener| {
        let (places, router, stopped, alive) = (places.clone(), router.clone(), stopped.clone(), alive.clone());
        tokio::spawn(async move {
            let mut stop = stopped.clone();
            tokio::select! {
                () = accept(listener, places, router, stopped, alive) => {}
                _ = stop.wait_for(|stopping| *stopping) => {}
            }
        })
    });
    let accepting: Vec<_> = accepting.collect();
    drop(alive);
    stop.await;
    let _ = stopping.send(true);
    for task in accepting {
        let _ = task.await;
    }
    // The channel closes with the last connection that holds its other end.
    let _ = tokio::time::timeout(bounds.drain, all_gone.recv()).await;
    places.clear();
}

async fn accept(
    listener: TcpListener,
    places: Arc<Places>,
    router: Router,
    stopped: watch::Receiver<bool>,
    alive: tokio::sync::mpsc::Sender<()>,
) {
    loop {
        let (stream, there) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Mostly that no more files may be open; others end in a moment.
                if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                continue;
            }
        };
        // Whoever is not in the house gets no answer, not even a refusal.
        let Ok(here) = stream.local_addr() else { continue };
        if !is_at_home(there.ip()) && there.ip() != here.ip() {
            continue;
        }
        let _ = stream.set_nodelay(true);
        let place = places.take(there.ip());
        let (router, stopped, alive) = (router.clone(), stopped.clone(), alive.clone());
        tokio::spawn(async move {
            let left = place.slot.leave.clone();
            tokio::select! {
                () = converse(stream, Ends { here, there }, &place, router, stopped) => {}
                () = left.notified() => {}
            }
            drop((place, alive));
        });
    }
}

async fn converse(stream: TcpStream, ends: Ends, place: &Place, router: Router, mut stopped: watch::Receiver<bool>) {
    let bounds = place.places.bounds;
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ends);
        let mut router = router.clone();
        async move { Ok::<_, Infallible>(router.call(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Watched::new(stream, place)), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stopping| *stopping) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// Whether an address can be one of the house: the loopback, a private network, a link without a router, or the range that
/// providers and private overlays share. A shelf does not serve the world, even where a router lets the world in.
pub fn is_at_home(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || (first == 100 && (64..128).contains(&second))
        }
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// Who is connected.
struct Places {
    bounds: Bounds,
    begun: Instant,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    next: u64,
    slots: BTreeMap<u64, Arc<Slot>>,
}

/// One connection, as the others see it.
struct Slot {
    from: IpAddr,
    /// When it last moved a byte, in milliseconds since the shelf was opened.
    moved: AtomicU64,
    leave: Arc<Notify>,
}

impl Places {
    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// A place for a newcomer; somebody who stands still loses theirs when there is none left.
    fn take(self: &Arc<Self>, from: IpAddr) -> Place {
        let slot = Arc::new(Slot { from, moved: AtomicU64::new(self.now()), leave: Arc::default() });
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = taken.slots.values().filter(|slot| slot.from == from).count();
        if of_one >= self.bounds.from_one || taken.slots.len() >= self.bounds.connections {
            let may_go = |slot: &Slot| of_one < self.bounds.from_one || slot.from == from;
            let candidates = taken.slots.iter().filter(|(_, slot)| may_go(slot));
            let stillest = candidates.min_by_key(|(_, slot)| slot.moved.load(Ordering::Relaxed)).map(|(key, _)| *key);
            if let Some(slot) = stillest.and_then(|key| taken.slots.remove(&key)) {
                slot.leave.notify_one();
            }
        }
        let key = taken.next;
        taken.next += 1;
        taken.slots.insert(key, slot.clone());
        Place { places: self.clone(), key, slot }
    }

    fn clear(&self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut taken.slots).into_values().for_each(|slot| slot.leave.notify_one());
    }
}

/// A place that is given back when its connection ends.
struct Place {
    places: Arc<Places>,
    key: u64,
    slot: Arc<Slot>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken.lock().unwrap_or_else(PoisonError::into_inner).slots.remove(&self.key);
    }
}

/// A stream that says when it moves, and ends when it has something to move and cannot for too long.
struct Watched {
    stream: TcpStream,
    places: Arc<Places>,
    slot: Arc<Slot>,
    /// Runs while a write waits.
    patience: Pin<Box<Sleep>>,
    waiting: bool,
}

impl Watched {
    fn new(stream: TcpStream, place: &Place) -> Watched {
        let patience = Box::pin(tokio::time::sleep(place.places.bounds.stall));
        Watched { stream, places: place.places.clone(), slot: place.slot.clone(), patience, waiting: false }
    }

    fn moved(&mut self) {
        self.waiting = false;
        self.slot.moved.store(self.places.now(), Ordering::Relaxed);
    }

    /// What a write came to, or that it waited too long.
    fn judged<T>(&mut self, polled: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.moved();
            return polled;
        }
        if !self.waiting {
            self.waiting = true;
            self.patience.as_mut().reset(Instant::now() + self.places.bounds.stall);
        }
        match self.patience.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // How long a read may wait is the business of whoever reads: of the head here, of a body its handler.
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if polled.is_ready() {
            self.slot.moved.store(self.places.now(), Ordering::Relaxed);
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judged(polled, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.judged(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
