//! Runs the module's constructors, once.
//!
//! Dependencies register things before the program starts (`inventory`, through static constructors). A module that never
//! calls its constructors itself is taken for a command by the linker, which then wraps **every** export so that it runs all
//! of them again: each frame would register everything anew, slower and slower. Naming them here switches that off.

use wasm_bindgen::prelude::wasm_bindgen;

#[expect(unsafe_code, reason = "the linker makes this function, so it can only be declared")]
mod linker {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }

    /// Runs all static constructors.
    pub(super) fn call_constructors() {
        // SAFETY: takes and returns nothing; called once, by `start`, before anything else of the module runs.
        unsafe { __wasm_call_ctors() }
    }
}

/// Called by the generated glue as soon as the module is there.
#[wasm_bindgen(start)]
fn start() {
    linker::call_constructors();
}
