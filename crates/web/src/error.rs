//! Rust errors as JavaScript `Error` objects with a stable `name`, and plain values both ways.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// An `Error` with a name that callers can rely on.
pub(crate) fn error(name: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name(name);
    error.into()
}

/// An `Error` with a name and, as its `cause`, a plain object that says the same in parts.
pub(crate) fn error_with_cause(name: &str, message: &str, cause: &JsValue) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name(name);
    error.set_cause(cause);
    error.into()
}

/// Names a Rust error for JavaScript.
pub(crate) fn named<E: std::error::Error>(name: &'static str) -> impl Fn(E) -> JsValue {
    move |source| error(name, &source.to_string())
}

/// A Rust value as a plain JavaScript object, as `JSON.parse` would give it.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|source| error("SerializationError", &source.to_string()))
}

/// A plain JavaScript object as a Rust value. `what` names the argument in the error.
pub(crate) fn from_js<T: DeserializeOwned>(value: JsValue, what: &str) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(|source| error("TypeError", &format!("{what}: {source}")))
}
