//! `reelcheck judge`: all clips, one after the other, into one report.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail, ensure};
use burn::tensor::Device;
use reelcheck_evaluator::{
    Backend, ClipFailure, ClipOutcome, ClipRun, DeviceReport, Environment, Event, FailureKind, JudgeSelection, Report,
    Session, Warning,
};
use reelcheck_models::{Models, Role, self_test};
use reelcheck_reference::HandJoin;
use reelcheck_types::PixelFormat;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::{Decoder, DiskFolder, Inputs, probe, sha256_of};

/// Frames between two waits for the device, as in the browser.
const SETTLE_EVERY: usize = 8;

/// What to judge and how.
#[derive(Clone, Debug, Default)]
pub struct JudgeOptions {
    /// The judges by id; empty means all whose networks are there.
    pub judges: Vec<String>,
    /// Annotation files.
    pub references: Vec<PathBuf>,
    /// Files of multiple-choice questions.
    pub questions: Vec<PathBuf>,
    /// Clips that are joined to annotations by hand.
    pub joins: Vec<HandJoin>,
    /// A folder that holds one Hugging Face folder for each network.
    pub weights: Option<PathBuf>,
}

/// Judges the clips and tells what happens on the way.
///
/// # Errors
/// When a judge is unknown, an annotation file cannot be read, ffmpeg is missing or the device fails its self-test.
/// A clip that cannot be judged is not an error: it is part of the report.
pub fn judge_files(inputs: &Inputs, options: &JudgeOptions, mut tell: impl FnMut(Event)) -> Result<Report> {
    // Names are checked before anything takes time.
    let named = JudgeSelection::by_ids(&options.judges)?;
    let decoder = ffmpeg_version()?;
    let device = Device::flex();
    let test = pollster::block_on(self_test(&device))?;
    if !test.passed {
        bail!("the CPU backend is off by {} in its self-test; nothing it computes can be trusted", test.max_error);
    }
    let device_report = DeviceReport { backend: Backend::Cpu, adapter: None, self_test: test.into(), fallback: None };
    let environment = Environment {
        reelcheck: env!("CARGO_PKG_VERSION").to_owned(),
        platform: "native".to_owned(),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        decoder,
    };
    let models = match &options.weights {
        Some(path) => load_models(path, &device)?,
        None => Models::default(),
    };
    let judges = if options.judges.is_empty() { JudgeSelection::ready(&models.loaded()) } else { named };
    let mut session = Session::new(judges, environment, device_report);
    for path in &options.references {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        session.references_mut().add(reelcheck_reference::import(&name, &bytes)?);
    }
    for path in &options.questions {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let found = session.add_questions(&name, &bytes)?;
        ensure!(found > 0, "{name}: no question in it has options and names its clip");
    }
    for join in &options.joins {
        session.references_mut().join_by_hand(join.clone());
    }

    tell(Event::Ready { device: session.device().clone(), judges: session.judges().cards() });
    tell(Event::Found { clips: inputs.clips.iter().map(|clip| clip.1.clone()).collect() });
    for (index, (path, name)) in inputs.clips.iter().enumerate() {
        let outcome = judge_clip(index, path, name, &session, &device, &models, &mut tell);
        tell(match &outcome {
            ClipOutcome::Judged(result) => Event::ClipDone { clip: index, result: result.clone() },
            ClipOutcome::Failed(failure) => Event::ClipFailed { clip: index, failure: failure.clone() },
        });
        session.record(index, outcome);
    }
    let created = OffsetDateTime::now_utc().format(&Rfc3339)?;
    let report = session.report(created);
    tell(Event::Agreement { agreement: report.agreement.clone() });
    tell(Event::Done { report: Box::new(report.clone()) });
    Ok(report)
}

fn judge_clip(
    index: usize,
    path: &Path,
    name: &str,
    session: &Session,
    device: &Device,
    models: &Models,
    tell: &mut impl FnMut(Event),
) -> ClipOutcome {
    let mut probed = match probe(path, name) {
        Ok(probed) => probed,
        Err(failure) => return ClipOutcome::Failed(*failure),
    };
    let (container, codec) = (Some(probed.clip.container.clone()), Some(probed.clip.codec.clone()));
    let fail = |kind, detail: &str| ClipOutcome::Failed(ClipFailure::new(name, kind, container, codec, detail));
    match sha256_of(path) {
        Ok(hash) => probed.clip.sha256 = Some(hash),
        Err(source) => return fail(FailureKind::Unreadable, &source.to_string()),
    }
    let mut decoder = match Decoder::start(path, &probed) {
        Ok(decoder) => decoder,
        Err(source) => return fail(FailureKind::Unreadable, &format!("ffmpeg does not start: {source}")),
    };
    let frames_total = probed.clip.frame_count();
    tell(Event::ClipStarted { clip: index, info: probed.clip.clone() });
    let told = session.told_of(&probed.clip);
    let mut run = ClipRun::new(probed.clip, session.judges().entries(), device, models, &told);
    if probed.format == PixelFormat::RGBA {
        run.warn(Warning::RgbaFallback { why: "the decoder's pixel format is not one that is read directly".into() });
    }
    let mut buffer = Vec::new();
    let stopped = loop {
        let frame = match decoder.next_frame(std::mem::take(&mut buffer)) {
            Ok(Some(frame)) => frame,
            Ok(None) => break None,
            Err(words) => break Some(words),
        };
        match run.push(frame) {
            Ok(released) => buffer = released.unwrap_or_default(),
            Err(refused) => break Some(refused.to_string()),
        }
        if run.frames_done().is_multiple_of(SETTLE_EVERY) {
            pollster::block_on(run.settle());
            tell(Event::ClipProgress { clip: index, frames_done: run.frames_done(), frames_total });
        }
    };
    if run.frames_done() == 0 {
        return fail(FailureKind::DecoderFailed, stopped.as_deref().unwrap_or("no frame came out"));
    }
    // ffmpeg complains of damage that it can conceal; the clip was only stopped if frames are missing.
    let stopped = stopped.filter(|_| run.frames_done() < frames_total);
    ClipOutcome::Judged(Box::new(pollster::block_on(run.finish(stopped))))
}

/// The networks of a folder.
fn load_models(path: &Path, device: &Device) -> Result<Models> {
    let folder = DiskFolder::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut models = Models::default();
    let roles = pollster::block_on(models.load_all(&folder, device));
    let roles = roles.map_err(|(role, error)| anyhow!("{}: {error}", path.join(role.name()).display()))?;
    let names = Role::ALL.map(Role::name).join(", ");
    ensure!(!roles.is_empty(), "{} holds no folder of weights; it may hold: {names}", path.display());
    Ok(models)
}

fn ffmpeg_version() -> Result<String> {
    let output = Command::new("ffmpeg")
        .arg("-version")
        .output()
        .context("ffmpeg does not start; install it (Debian: apt install ffmpeg) or put it on the PATH")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split_whitespace().nth(2).unwrap_or("of unknown version");
    Ok(format!("ffmpeg {version}"))
}
