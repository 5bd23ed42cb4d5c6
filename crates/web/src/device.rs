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

/// A graphics device that passed its self-test.
#[derive(Clone)]
struct Graphics {
    device: Device,
    report: DeviceReport,
    is_software: bool,
}

thread_local! {
    /// The graphics device of this worker, once asked for.
    static GRAPHICS: RefCell<Option<Result<Graphics, Fallback>>> = const { RefCell::new(None) };
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
                Ok(Graphics { is_software: true, report, .. }) if choice == DeviceChoice::Auto => {
                    Some(Fallback::SoftwareAdapter { adapter: report.adapter.unwrap_or_default() })
                }
                Ok(graphics) => return Ok((graphics.device, graphics.report)),
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
async fn start_graphics() -> Result<Graphics, Fallback> {
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
    let adapter = Adapter::of(&setup.device);
    let report = DeviceReport {
        backend: Backend::Webgpu,
        adapter: Some(adapter.name),
        self_test: self_test.into(),
        fallback: None,
    };
    Ok(Graphics { device, report, is_software: adapter.is_software })
}

/// Words in the descriptions of adapters that compute on the CPU, for browsers that do not mark them.
const SOFTWARE: [&str; 4] = ["swiftshader", "llvmpipe", "lavapipe", "basic render"];

/// What the browser says of an adapter.
struct Adapter {
    /// Its description, else vendor and architecture.
    name: String,
    is_software: bool,
}

impl Adapter {
    fn of(device: &wgpu::Device) -> Self {
        let info = device
            .as_webgpu()
            .and_then(|device| js_sys::Reflect::get(device.as_ref(), &"adapterInfo".into()).ok())
            .unwrap_or(JsValue::UNDEFINED);
        let get = |name: &str| js_sys::Reflect::get(&info, &name.into()).ok();
        let field = |name: &str| get(name)?.as_string().filter(|text| !text.is_empty());
        let parts: Vec<String> = ["vendor", "architecture"].into_iter().filter_map(field).collect();
        let name = field("description")
            .or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
            .unwrap_or_else(|| "unnamed adapter".to_owned());
        let marked = get("isFallbackAdapter").is_some_and(|value| value.is_truthy());
        let lower = name.to_lowercase();
        Self { is_software: marked || SOFTWARE.iter().any(|word| lower.contains(word)), name }
    }
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
