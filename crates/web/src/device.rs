//! The device: WebGPU where it is there, is hardware and computes what it should, else the CPU, always with the reason.
//!
//! Burn's runtime registers a graphics device once per wasm instance, so the choice is kept for the worker's life.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use burn::tensor::Device;
use burn::tensor::wgpu::{WgpuInitError, wgpu};
use gloo::timers::future::TimeoutFuture;
use reelcheck_evaluator::{Backend, DeviceReport, Fallback};
use reelcheck_models::self_test;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::error::{error, named};

/// How long the browser may take to hand out a graphics device.
const ADAPTER_LIMIT: Duration = Duration::from_secs(20);
/// How long the self-test may take; software adapters compile shaders slowly.
const SELF_TEST_LIMIT: Duration = Duration::from_secs(60);

/// What the page asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DeviceChoice {
    /// WebGPU if it works and is no software adapter, which is many times slower than the CPU backend; else the CPU.
    #[default]
    Auto,
    /// WebGPU on any adapter if it works, else the CPU.
    Webgpu,
    /// The CPU.
    Cpu,
}

thread_local! {
    /// The graphics device of this worker, once asked for.
    static GRAPHICS: RefCell<Option<Result<(Device, DeviceReport), Fallback>>> = const { RefCell::new(None) };
    /// What went wrong on the graphics device after its self-test.
    static FAILURE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Chooses and tests a device.
///
/// # Errors
/// `SelfTestFailed` when even the CPU computes wrong numbers.
pub(crate) async fn choose(choice: DeviceChoice) -> Result<(Device, DeviceReport), JsValue> {
    let fallback = match graphics(choice).await {
        Some(Ok(chosen)) => return Ok(chosen),
        Some(Err(reason)) => Some(reason),
        None => None,
    };
    let device = Device::flex();
    let self_test = self_test(&device).await.map_err(named("SelfTestFailed"))?;
    if !self_test.passed {
        let message = format!("the CPU backend is off by {} in its self-test", self_test.max_error);
        return Err(error("SelfTestFailed", &message));
    }
    Ok((device, DeviceReport { backend: Backend::Cpu, adapter: None, self_test: self_test.into(), fallback }))
}

/// The graphics device, or why it is not used; `None` where it was not asked for.
async fn graphics(choice: DeviceChoice) -> Option<Result<(Device, DeviceReport), Fallback>> {
    if choice == DeviceChoice::Cpu {
        return None;
    }
    let Some(gpu) = webgpu() else { return Some(Err(Fallback::NoWebgpu)) };
    if choice == DeviceChoice::Auto
        && let Some(adapter) = software_adapter(&gpu).await
    {
        return Some(Err(Fallback::SoftwareAdapter { adapter }));
    }
    if let Some(known) = GRAPHICS.with_borrow(Clone::clone) {
        return Some(known);
    }
    let graphics = start_graphics().await;
    GRAPHICS.with_borrow_mut(|slot| *slot = Some(graphics.clone()));
    Some(graphics)
}

/// Asks for a graphics device, hooks its errors and tests it.
async fn start_graphics() -> Result<(Device, DeviceReport), Fallback> {
    let (device, setup) = within(ADAPTER_LIMIT, Device::wgpu_options().init_with_setup_async())
        .await
        .ok_or(Fallback::DeviceTooSlow { secs: ADAPTER_LIMIT.as_secs() })?
        .map_err(|source| match source {
            WgpuInitError::AdapterUnavailable { message, .. } => Fallback::NoAdapter { message },
            other => Fallback::DeviceFailed { message: other.to_string() },
        })?;

    // Shader and memory errors surface here, long after the call that caused them; results are garbage from then on.
    setup.device.on_uncaptured_error(Arc::new(|source: wgpu::Error| note_failure(source.to_string())));
    setup
        .device
        .set_device_lost_callback(|reason, message| note_failure(format!("device lost ({reason:?}): {message}")));

    let self_test = within(SELF_TEST_LIMIT, self_test(&device))
        .await
        .ok_or(Fallback::SelfTestTooSlow { secs: SELF_TEST_LIMIT.as_secs() })?
        .map_err(|failed| Fallback::DeviceFailed { message: failed.message })?;
    if let Some(message) = failure() {
        return Err(Fallback::DeviceFailed { message });
    }
    if !self_test.passed {
        return Err(Fallback::SelfTestFailed { self_test: self_test.into() });
    }
    let info = setup.device.as_webgpu().map(|device| property(device.as_ref(), "adapterInfo"));
    let report = DeviceReport {
        backend: Backend::Webgpu,
        adapter: Some(adapter_name(&info.unwrap_or_default())),
        self_test: self_test.into(),
        fallback: None,
    };
    Ok((device, report))
}

/// Words in the descriptions of adapters that compute on the CPU, for browsers that do not mark them.
const SOFTWARE: [&str; 4] = ["swiftshader", "llvmpipe", "lavapipe", "basic render"];

/// The name of the adapter that the browser would use, if it computes on the CPU. Asked before a device is made and
/// tested, which takes such an adapter many seconds.
async fn software_adapter(gpu: &JsValue) -> Option<String> {
    let request = property(gpu, "requestAdapter").dyn_into::<js_sys::Function>().ok()?;
    let promise = request.call0(gpu).ok()?.dyn_into::<js_sys::Promise>().ok()?;
    let adapter = within(ADAPTER_LIMIT, JsFuture::from(promise)).await?.ok()?;
    let info = property(&adapter, "info");
    let name = adapter_name(&info);
    let lower = name.to_lowercase();
    let is_software = [&info, &adapter].iter().any(|of| property(of, "isFallbackAdapter").is_truthy())
        || SOFTWARE.iter().any(|word| lower.contains(word));
    is_software.then_some(name)
}

/// An adapter as the browser describes it: its description, else vendor and architecture.
fn adapter_name(info: &JsValue) -> String {
    let field = |name: &str| property(info, name).as_string().filter(|text| !text.is_empty());
    let parts: Vec<String> = ["vendor", "architecture"].into_iter().filter_map(field).collect();
    field("description")
        .or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
        .unwrap_or_else(|| "unnamed adapter".to_owned())
}

/// A property of an object, `undefined` where there is none.
fn property(of: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn note_failure(message: String) {
    gloo::console::error!(format!("Reelcheck: WebGPU: {message}"));
    FAILURE.with_borrow_mut(|failure| {
        failure.get_or_insert(message);
    });
}

/// What went wrong on the graphics device, if anything did. Its results cannot be trusted any more.
pub(crate) fn failure() -> Option<String> {
    FAILURE.with_borrow(Clone::clone)
}

/// The future's output, or `None` when it takes too long.
async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let timer = TimeoutFuture::new(limit.as_millis() as u32);
    match futures_util::future::select(Box::pin(future), timer).await {
        futures_util::future::Either::Left((output, _)) => Some(output),
        futures_util::future::Either::Right(_) => None,
    }
}

fn navigator() -> JsValue {
    property(&js_sys::global(), "navigator")
}

/// The browser's entry to WebGPU, where it offers one.
fn webgpu() -> Option<JsValue> {
    Some(property(&navigator(), "gpu")).filter(JsValue::is_object)
}

/// The browser's user agent.
pub(crate) fn user_agent() -> String {
    property(&navigator(), "userAgent").as_string().unwrap_or_else(|| "unknown browser".to_owned())
}
