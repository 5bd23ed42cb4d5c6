//! The judges, one file per dimension, and the trait that carries them.
//!
//! A judge declares its [`Card`], the views it needs and the frames it wants, eats frames one after the other and
//! returns a [`Verdict`] with its evidence. Invariant: a judge never sees a file name, a reference or another judge.
//! Decoding, the order of frames and the report belong to the evaluator.

mod blockiness;
mod colorfulness;
mod evidence;
mod exposure;
mod flashes;
mod flow;
mod frozen_frames;
mod hsv;
mod learned;
mod motion;
mod open_answer;
mod pixels;
mod plausibility;
mod registry;
mod scene_cuts;
mod sharpness;
mod spatial_information;
mod temporal_flickering;
mod temporal_information;
#[cfg(test)]
mod testing;
mod transitions;

use std::future::Future;
use std::pin::Pin;

use burn::tensor::Device;
use reelcheck_media::{FrameViews, Sampling, View};
use reelcheck_models::Models;
use reelcheck_types::{Card, Clip, Timestamp, Unscored, Verdict};

pub use learned::features::SharedWork;
pub use learned::network_of;
pub use open_answer::OpenAnswerSimilarity;
pub use registry::{find, registry};

/// A future that need not be `Send`: the browser has one thread, and the native run drives each clip from one.
pub type JudgeFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What a judge may know before the first frame.
pub struct Setup<'a> {
    /// The clip as its container describes it.
    pub clip: &'a Clip,
    /// Where tensors live.
    pub device: &'a Device,
    /// The networks that are loaded.
    pub models: &'a Models,
    /// What the clip's judges compute together.
    pub shared: &'a SharedWork,
    /// What annotations say of it.
    pub told: &'a Told,
}

/// What annotations say of a clip before it is judged; never what is right or wrong about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The text that the clip was made from.
    pub prompt: Option<String>,
    /// The style that the clip was to be made in: "Van Gogh style".
    pub style: Option<String>,
    /// Questions about the clip that have options.
    pub questions: Vec<Question>,
}

/// A multiple-choice question about a clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its id in the file that asks it.
    pub id: String,
    /// The options' texts without their letters.
    pub options: Vec<String>,
}

/// A frame as a judge sees it.
pub struct Observation<'a> {
    /// The frame's place in the clip, counted from 0 in order of presentation.
    pub frame_index: usize,
    /// When the frame is shown.
    pub timestamp: Timestamp,
    /// The frame's views; each is computed when first asked for, then shared by all judges.
    pub views: &'a FrameViews,
    /// The views of the clip's frame just before this one; `None` for the first frame.
    pub previous: Option<&'a FrameViews>,
}

/// Code that scores one dimension of one clip. Made anew for every clip by its [`Entry`].
pub trait Judge {
    /// Eats the next frame of the judge's sampling plan. Frames come in order of presentation.
    ///
    /// # Errors
    /// Why this clip cannot be scored by this judge; the judge is then not called again.
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored>;

    /// Waits for work that was given to the device, so that queues stay short. Called every few frames.
    ///
    /// # Errors
    /// As for [`Judge::observe`].
    fn settle(&mut self) -> JudgeFuture<'_, Result<(), Unscored>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Gives the verdict over the frames seen.
    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict>;
}

/// A judge in the registry.
#[derive(Clone, Copy)]
pub struct Entry {
    /// What the judge says of itself.
    pub card: fn() -> Card,
    /// The views that it asks of each frame.
    pub views: &'static [View],
    /// The frames that it wants.
    pub sampling: Sampling,
    /// Makes one for a clip.
    pub create: fn(&Setup<'_>) -> Box<dyn Judge>,
}

impl Entry {
    /// Whether it looks at the colours of every frame, and through no network: such judges share one costly view, and nothing
    /// with the others.
    pub fn watches_colors(&self) -> bool {
        let colors = |view: &View| matches!(view, View::RgbReference | View::RgbReduced(_));
        self.views.iter().all(colors) && self.sampling == Sampling::All && network_of(&(self.card)().id).is_none()
    }
}
