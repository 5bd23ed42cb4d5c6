//! The device: WebGPU where it is there and computes what it should, else the CPU, always with the reason.
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

use crate::error::{error, named};

/// How long the browser may take to hand out a graphics device.
const ADAPTER_LIMIT: Duration = Duration::from_secs(20);
/// How long the self-test may take; software adapters compile shaders slowly.
const SELF_TEST_LIMIT: Duration = Duration::from_secs(60);

/// What the page asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DeviceChoice {
    /// WebGPU if it works, else the CPU.
    #[default]
    Auto,
    /// As `Auto`; the reason is shown when it is not used.
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
    let fallback = match choice {
        DeviceChoice::Cpu => None,
        DeviceChoice::Auto | DeviceChoice::Webgpu => {
            let known = GRAPHICS.with_borrow(Clone::clone);
            let graphics = match known {
                Some(graphics) => graphics,
                None => {
                    let graphics = start_graphics().await;
                    GRAPHICS.with_borrow_mut(|slot| *slot = Some(graphics.clone()));
                    graphics
                }
            };
            match graphics {
                Ok(chosen) => return Ok(chosen),
                Err(reason) => Some(reason),
            }
        }
    };
    let device = Device::flex();
    let self_test = self_test(&device).await.map_err(named("SelfTestFailed"))?;
    if !self_test.passed {
        let message = format!("the CPU backend is off by {} in its self-test", self_test.max_error);
        return Err(error("SelfTestFailed", &message));
    }
    Ok((device, DeviceReport { backend: Backend::Cpu, adapter: None, self_test: self_test.into(), fallback }))
}

/// Asks for a graphics device, hooks its errors and tests it.
async fn start_graphics() -> Result<(Device, DeviceReport), Fallback> {
    if !has_webgpu() {
        return Err(Fallback::NoWebgpu);
    }
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
    let adapter = adapter_name(&setup.device).unwrap_or_else(|| "unnamed adapter".to_owned());
    Ok((
        device,
        DeviceReport { backend: Backend::Webgpu, adapter: Some(adapter), self_test: self_test.into(), fallback: None },
    ))
}

/// The adapter as the browser describes it: its description, else vendor and architecture.
fn adapter_name(device: &wgpu::Device) -> Option<String> {
    let device: &JsValue = device.as_webgpu()?.as_ref();
    let info = js_sys::Reflect::get(device, &"adapterInfo".into()).ok()?;
    let field = |name: &str| {
        let text = js_sys::Reflect::get(&info, &name.into()).ok()?.as_string()?;
        (!text.is_empty()).then_some(text)
    };
    field("description").or_else(|| {
        let parts: Vec<String> = ["vendor", "architecture"].into_iter().filter_map(field).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
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
    js_sys::Reflect::get(&js_sys::global(), &"navigator".into()).unwrap_or(JsValue::UNDEFINED)
}

fn has_webgpu() -> bool {
    js_sys::Reflect::get(&navigator(), &"gpu".into()).is_ok_and(|gpu| gpu.is_object())
}

/// The browser's user agent.
pub(crate) fn user_agent() -> String {
    js_sys::Reflect::get(&navigator(), &"userAgent".into())
        .ok()
        .and_then(|agent| agent.dyn_into::<js_sys::JsString>().ok())
        .map_or_else(|| "unknown browser".to_owned(), String::from)
}
