//! One story must not take the others with it: a fault of ours inside it becomes a diagnostic.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

use crate::diagnostic::Diagnostic;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static FAULT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Lets [`guarded`] hear what went wrong, in place of the words that a panic prints.
pub fn install() {
    let outside = panic::take_hook();
    panic::set_hook(Box::new(move |info| if GUARDED.get() { FAULT.set(Some(describe(info))) } else { outside(info) }));
}

fn describe(info: &PanicHookInfo) -> String {
    let payload = info.payload();
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    match info.location() {
        Some(place) => format!("{message} ({}:{})", place.file(), place.line()),
        None => message.to_owned(),
    }
}

/// What `work` gives, or the diagnostic of a panic within it.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    GUARDED.set(true);
    // Whatever was half done is thrown away with the story.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    result.map_err(|_| {
        let fault = FAULT.take().unwrap_or_else(|| "no message".to_owned());
        Diagnostic::error("internal-error", format!("bindery failed on this story: {fault}"))
            .hint("the other stories are not concerned; report it, with the story if you may share it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_diagnostic() {
        install();
        let diagnostic = guarded(|| -> u8 { panic!("no {}", "way") }).unwrap_err();
        assert_eq!(diagnostic.code, "internal-error");
        assert!(diagnostic.message.contains("no way (src/cli/guard.rs:"), "{}", diagnostic.message);
        assert_eq!(guarded(|| 7), Ok(7));
    }
}
