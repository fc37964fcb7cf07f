//! `bindery shelf`: opens the shelf on the loopback or the home network, says where it is, and closes it in good order.

use std::fs;
use std::future::Future;
use std::io::{self, IsTerminal};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fast_qr::QRBuilder;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::diagnostic::{Diagnosed, Diagnostic, Severity};
use crate::shelf::library::Library;
use crate::shelf::token::Token;
use crate::shelf::{self, Bounds, Log, Settings, Shelf, Watch};

use super::args::ShelfArguments;
use super::library::hides;
use super::terminal::{Voice, harmless};
use super::workshop::Bindery;
use super::write::{cannot_write, plain_words};
use super::{Exit, report};

/// Threads that wait for the disk, so that those that answer never do.
const WAITING_THREADS: usize = 12;

pub fn shelf(arguments: &ShelfArguments) -> Exit {
    let voice = Voice::new(if arguments.quiet { Severity::Error } else { Severity::Warning });
    match open(arguments, &voice) {
        Ok(exit) => exit,
        Err((exit, fault)) => {
            voice.say(&fault);
            exit
        }
    }
}

type Fault = (Exit, Diagnostic);

fn open(arguments: &ShelfArguments, voice: &Voice) -> Result<Exit, Fault> {
    let (floor, faults) = hides(&arguments.hide_warning, arguments.hide_rating.as_deref(), arguments.hide_unwarned);
    if let Some(fault) = faults.into_iter().next() {
        return Err((Exit::Usage, fault));
    }
    let folder = &arguments.folder;
    let shown = folder.display().to_string();
    if !folder.is_dir() {
        let fault = Diagnostic::error("no-library", "there is no such folder").in_file(shown);
        return Err((Exit::Failed, fault.hint("make books with `bindery build`, or name a folder of EPUBs")));
    }
    let token = match arguments.lan {
        true => Some(
            Token::kept(&folder.join(".bindery"), arguments.new_token)
                .map_err(|error| (Exit::CannotWrite, cannot_write(&folder.join(".bindery"), &error)))?,
        ),
        false => None,
    };
    let Diagnosed { value: library, diagnostics } = Library::open(folder).map_err(|fault| (Exit::Failed, fault))?;
    diagnostics.iter().for_each(|diagnostic| voice.say(diagnostic));
    let settings = Settings {
        title: arguments.title.clone(),
        floor,
        token,
        names: names(&arguments.host),
        still: arguments.still.is_some(),
    };
    let log: Option<Box<Log>> = arguments.verbose.then(|| -> Box<Log> { Box::new(|line| eprintln!("{line}")) });
    if let Some(out) = &arguments.still {
        return write_still(Shelf::new(settings, library, None, log), out);
    }
    let workshop = Arc::new(Bindery::new(folder));
    let shelf = Shelf::new(settings, library, Some(workshop), log);
    let runtime = runtime().map_err(|error| internal(&error))?;
    let exit = runtime.block_on(serve(arguments, shelf, voice));
    // What still waits for the disk must not keep the program.
    runtime.shutdown_timeout(Duration::from_secs(1));
    exit
}

/// Writes the shelf to a folder, once the catalogue is true.
fn write_still(shelf: Arc<Shelf>, out: &Path) -> Result<Exit, Fault> {
    shelf.library.refresh().map_err(|fault| (Exit::Failed, fault))?;
    let runtime = runtime().map_err(|error| internal(&error))?;
    let files = runtime.block_on(shelf::still::write(shelf, out)).map_err(|error| {
        let fault = match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Diagnostic::error("not-ours", "the folder holds files that are not of a shelf")
                    .in_file(out.display().to_string())
                    .hint("name another folder, or an empty one")
            }
            _ => cannot_write(out, &error),
        };
        (Exit::CannotWrite, fault)
    })?;
    let shown = harmless(&out.join("index.html").display().to_string()).into_owned();
    Ok(report::print(&format!(
        "{files} files are written; the shelf begins at {shown}, its feed is opds.xml beside it\n"
    )))
}

fn runtime() -> io::Result<Runtime> {
    let answering = std::thread::available_parallelism().map_or(2, |threads| threads.get().clamp(2, 8));
    Builder::new_multi_thread().worker_threads(answering).max_blocking_threads(WAITING_THREADS).enable_all().build()
}

async fn serve(arguments: &ShelfArguments, shelf: Arc<Shelf>, voice: &Voice) -> Result<Exit, Fault> {
    let address = if arguments.lan { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
    let listener = TcpListener::bind((address, arguments.port)).await.map_err(|error| taken(arguments.port, &error))?;
    let at = listener.local_addr().map_err(|error| internal(&error))?;
    // From here on a signal ends the shelf in good order.
    let stop = stopped().map_err(|error| internal(&error))?;
    let said = report::print(&welcome(&shelf, at, arguments));
    if said > Exit::Done {
        return Ok(said);
    }
    let watch = watch(&shelf, arguments.verbose).map_err(|error| internal(&error))?;
    shelf::serve(shelf, vec![listener], Bounds::default(), stop).await;
    drop(watch);
    voice.line("the shelf is closed");
    Ok(Exit::Done)
}

/// Keeps the catalogue true from now on. A fault is said once, not every time that it is met.
fn watch(shelf: &Arc<Shelf>, verbose: bool) -> io::Result<Watch> {
    let voice = Voice::new(Severity::Warning);
    let said = Mutex::new(None);
    Watch::begin(shelf.clone(), move |looked| {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        match looked {
            Ok(0) => *said = None,
            Ok(changes) => {
                *said = None;
                if verbose {
                    voice.line(&format!("{changes} books came, changed or went"));
                }
            }
            Err(fault) => {
                if said.as_ref() != Some(&fault.message) {
                    voice.say(&fault);
                }
                *said = Some(fault.message);
            }
        }
    })
}

/// Ends with the first Ctrl-C or the system's word; a second one ends the program on the spot.
fn stopped() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut told = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    #[cfg(unix)]
    let told = async move {
        told.recv().await;
    };
    #[cfg(not(unix))]
    let told = std::future::pending::<()>();
    Ok(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = told => {}
        }
        tokio::spawn(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        });
    })
}

/// What is said when the shelf is open: where, and on a terminal a code to point a phone at.
fn welcome(shelf: &Shelf, at: SocketAddr, arguments: &ShelfArguments) -> String {
    let token = shelf.settings.token.as_ref();
    if !arguments.lan {
        return format!("The shelf is open at {}\n", shelf::address("localhost", at, token));
    }
    let address = home_address().map_or_else(|| "localhost".to_owned(), |address| address.to_string());
    let address = shelf::address(&address, at, token);
    let mut text = format!("The shelf is open at {address}\n");
    if let Some(name) = shelf.settings.names.iter().find(|name| name.ends_with(".local")) {
        text.push_str(&format!("and, where names are known, at {}\n", shelf::address(name, at, token)));
    }
    text.push_str(&format!("Reading programs take the same address with `opds` at its end: {address}opds\n"));
    text.push_str("Whoever has an address can read every book here; `--new-token` makes the old ones worthless.\n");
    if io::stdout().is_terminal()
        && let Ok(code) = QRBuilder::new(address.as_str()).build()
    {
        text.push_str(&format!("\n{}\n", code.to_str()));
    }
    text.push_str("Ctrl-C closes it.\n");
    text
}

/// The address of this machine in the network that leads to others. Nothing is sent: a socket only chooses where it would.
fn home_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified()).then_some(address)
}

/// The names by which this machine is asked for.
fn names(given: &[String]) -> Vec<String> {
    let own = fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| fs::read_to_string("/etc/hostname"));
    let own = own.ok().or_else(|| std::env::var("COMPUTERNAME").ok()).unwrap_or_default().trim().to_lowercase();
    let own = own.split('.').next().filter(|name| !name.is_empty() && *name != "localhost").map(str::to_owned);
    let own = own.into_iter().flat_map(|name| [format!("{name}.local"), name]);
    given.iter().map(|name| name.to_lowercase()).chain(own).collect()
}

fn taken(port: u16, error: &io::Error) -> Fault {
    let fault = match error.kind() {
        io::ErrorKind::AddrInUse => Diagnostic::error("port-taken", format!("another program listens on port {port}"))
            .hint("close the other shelf, or choose another port with `--port`"),
        io::ErrorKind::PermissionDenied => {
            Diagnostic::error("port-not-permitted", format!("port {port} is not permitted"))
                .hint("choose one above 1023 with `--port`")
        }
        _ => Diagnostic::error("cannot-listen", format!("cannot listen on port {port}: {}", plain_words(error)))
            .hint("choose another port with `--port`"),
    };
    (Exit::Failed, fault)
}

fn internal(error: &io::Error) -> Fault {
    let fault = Diagnostic::error("internal-error", format!("the shelf could not be opened: {}", plain_words(error)));
    (Exit::Internal, fault.hint("report it"))
}
