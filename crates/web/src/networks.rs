//! Networks in the page: read from files that the worker holds, kept while the worker lives.
//!
//! Invariant: a network belongs to the device that it was put on; an engine on another device has it read anew. Which
//! files there are and where they are kept is JavaScript's business.

use std::cell::RefCell;
use std::ops::Range;

use burn::tensor::Device;
use js_sys::{Array, Promise, Reflect, Uint8Array};
use reelcheck_models::weights::{Folder, ReadFuture};
use reelcheck_models::{Models, Role, known_weights};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::error::{error, named, to_js};

#[wasm_bindgen]
extern "C" {
    /// A file or a part of one.
    type Blob;

    #[wasm_bindgen(method, getter)]
    fn size(this: &Blob) -> f64;

    #[wasm_bindgen(method)]
    fn slice(this: &Blob, start: f64, end: f64) -> Blob;

    #[wasm_bindgen(method, js_name = arrayBuffer)]
    fn array_buffer(this: &Blob) -> Promise;
}

/// Files that the browser holds.
pub(crate) struct BlobFolder {
    files: Vec<(String, Blob)>,
}

impl BlobFolder {
    /// From an array of `{ name, blob }`.
    pub(crate) fn new(files: &Array) -> Result<Self, JsValue> {
        let file = |value: JsValue| {
            let name = Reflect::get(&value, &"name".into())?.as_string();
            let name = name.ok_or_else(|| error("TypeError", "files: each has a name and a blob"))?;
            Ok((name, Reflect::get(&value, &"blob".into())?.unchecked_into::<Blob>()))
        };
        Ok(Self { files: files.iter().map(file).collect::<Result<_, JsValue>>()? })
    }

    fn find(&self, name: &str) -> Option<&Blob> {
        self.files.iter().find(|(of, _)| of == name).map(|(_, blob)| blob)
    }
}

impl Folder for BlobFolder {
    fn names(&self) -> Vec<String> {
        self.files.iter().map(|(name, _)| name.clone()).collect()
    }

    fn size(&self, name: &str) -> Option<u64> {
        self.find(name).map(|blob| blob.size() as u64)
    }

    fn read<'a>(&'a self, name: &'a str, range: Range<u64>) -> ReadFuture<'a> {
        Box::pin(async move {
            let blob = self.find(name).ok_or_else(|| "there is no such file".to_owned())?;
            let bytes = JsFuture::from(blob.slice(range.start as f64, range.end as f64).array_buffer()).await;
            bytes.map(|bytes| Uint8Array::new(&bytes).to_vec()).map_err(|thrown| words(&thrown))
        })
    }
}

/// What a thrown value says.
fn words(thrown: &JsValue) -> String {
    thrown.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{thrown:?}"), |error| String::from(error.message()))
}

/// What this worker has read so far.
#[derive(Default)]
struct Kept {
    device: Option<Device>,
    models: Models,
    /// What each network was read from, in the caller's words.
    from: Vec<(Role, String)>,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// The networks that are loaded on a device.
pub(crate) fn loaded_on(device: &Device) -> Models {
    KEPT.with_borrow(|kept| if kept.device.as_ref() == Some(device) { kept.models.clone() } else { Models::default() })
}

/// Reads a network from files, unless this worker has read it from the same ones: `key` tells them from others.
///
/// # Errors
/// `WeightsError` with the tensor or the file that is wrong; what was loaded before stays. `TypeError` for an unknown role.
pub(crate) async fn load(device: &Device, role: &str, key: String, files: &Array) -> Result<(), JsValue> {
    let role = role_of(role)?;
    let is_there = KEPT.with_borrow_mut(|kept| {
        if kept.device.as_ref() != Some(device) {
            *kept = Kept { device: Some(device.clone()), ..Kept::default() };
        }
        kept.from.contains(&(role, key.clone()))
    });
    if is_there {
        return Ok(());
    }
    let folder = BlobFolder::new(files)?;
    let mut models = Models::default();
    models.load(role, &folder, device).await.map_err(named("WeightsError"))?;
    KEPT.with_borrow_mut(|kept| {
        kept.models.take_from(models);
        kept.from.retain(|(of, _)| *of != role);
        kept.from.push((role, key));
    });
    Ok(())
}

/// Lets go of all networks but those of these roles: memory is short in a page.
pub(crate) fn keep_only(wanted: &[Role]) {
    KEPT.with_borrow_mut(|kept| {
        for role in Role::ALL.into_iter().filter(|role| !wanted.contains(role)) {
            kept.models.unload(role);
            kept.from.retain(|(of, _)| *of != role);
        }
    });
}

/// Reads a network from files and lets go of it again: whether they are what they should be.
///
/// # Errors
/// `WeightsError` with the tensor or the file that is wrong; `TypeError` for an unknown role.
#[wasm_bindgen]
pub async fn check_network(role: String, files: Array) -> Result<(), JsValue> {
    let folder = BlobFolder::new(&files)?;
    Models::default().load(role_of(&role)?, &folder, &Device::flex()).await.map_err(named("WeightsError"))
}

/// Public weights that fit the judges.
///
/// # Errors
/// None in practice: the value is plain data.
#[wasm_bindgen]
pub fn all_known_weights() -> Result<JsValue, JsValue> {
    to_js(&known_weights())
}

fn role_of(name: &str) -> Result<Role, JsValue> {
    Role::from_name(name).ok_or_else(|| error("TypeError", &format!("there is no role {name:?}")))
}
