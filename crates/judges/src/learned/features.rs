//! What a network makes of each frame, computed once for all judges that ask.
//!
//! Invariant: values come out in the order of the frames, each reader gets those of the frames that it observed, once, and
//! no more are kept than the slowest reader still needs. What they mean is left to the judges.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use burn::tensor::{Device, Tensor, Transaction};
use reelcheck_media::{Image, View};
use reelcheck_models::{Models, Picture, batch_of, read};
use reelcheck_types::{Need, Unscored};

use super::prepare::{Prepare, Shape};
use crate::evidence::Place;
use crate::{Observation, Setup};

/// The pixels that VBench sees.
pub(super) const VIEW: View = View::RgbReference;

/// Which network, with its own way to prepare pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// DINO's vectors.
    Dino,
    /// CLIP's vectors.
    Clip,
    /// CLIP's vectors of pictures that were resized as bytes.
    ClipOfLevels,
    /// The aesthetic layer's values.
    Aesthetic,
}

/// What a clip's judges compute together. Made anew for every clip.
#[derive(Default)]
pub struct SharedWork {
    stages: RefCell<BTreeMap<Source, Rc<RefCell<Stage>>>>,
}

/// What a network makes of pictures: a row for each.
type Encode = Box<dyn Fn(&[Picture]) -> Tensor<2>>;

/// A network at work on a clip's frames.
struct Stage {
    encode: Encode,
    prepare: Prepare,
    /// Pictures that go through the network together.
    batch: usize,
    /// The last frame taken.
    newest: Option<usize>,
    waiting: Vec<(Place, Picture)>,
    /// Batches on the device.
    sent: Vec<(Vec<Place>, Tensor<2>)>,
    done: VecDeque<Feature>,
    /// How many values left `done` so far.
    gone: usize,
    /// How many values each reader took so far.
    readers: Vec<usize>,
}

/// What a network made of a frame.
#[derive(Clone)]
pub(super) struct Feature {
    pub(super) place: Place,
    pub(super) values: Rc<[f32]>,
}

/// A reader of a network's values.
pub(super) struct Features {
    stage: Rc<RefCell<Stage>>,
    reader: usize,
    /// The frames that it observed and has no values of yet.
    observed: VecDeque<usize>,
}

impl Features {
    /// A reader from the clip's first frame on.
    ///
    /// # Errors
    /// When the network is not loaded.
    pub(super) fn of(setup: &Setup<'_>, source: Source) -> Result<Self, Unscored> {
        let mut stages = setup.shared.stages.borrow_mut();
        let stage = match stages.get(&source) {
            Some(stage) => Rc::clone(stage),
            None => {
                let stage =
                    Stage::new(setup.models, setup.device, source).ok_or(Unscored::Missing { need: Need::Weights })?;
                Rc::clone(stages.entry(source).or_insert(Rc::new(RefCell::new(stage))))
            }
        };
        let reader = {
            let mut stage = stage.borrow_mut();
            stage.readers.push(0);
            stage.readers.len() - 1
        };
        Ok(Self { stage, reader, observed: VecDeque::new() })
    }

    /// Gives the network the next frame, unless another reader has done so.
    ///
    /// # Errors
    /// When the frame is too narrow for its length.
    pub(super) fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.stage.borrow_mut().push(observation.into(), observation.views.get(VIEW))?;
        self.observed.push_back(observation.frame_index);
        Ok(())
    }

    /// The values of frames that this reader observed and has not had; with `all`, of every one so far.
    ///
    /// # Errors
    /// When the device failed.
    pub(super) async fn take(&mut self, all: bool) -> Result<Vec<Feature>, Unscored> {
        if all {
            self.stage.borrow_mut().send();
        }
        let sent = std::mem::take(&mut self.stage.borrow_mut().sent);
        if !sent.is_empty() {
            let (places, tensors): (Vec<_>, Vec<_>) = sent.into_iter().unzip();
            let transaction = tensors.into_iter().fold(Transaction::default(), Transaction::register);
            let values = read(transaction).await;
            let values = values.map_err(|failed| Unscored::DeviceFailed { message: failed.message })?;
            let mut stage = self.stage.borrow_mut();
            for (places, values) in places.into_iter().zip(values) {
                let width = values.len() / places.len();
                let rows = values.chunks_exact(width.max(1)).map(Rc::from);
                stage.done.extend(places.into_iter().zip(rows).map(|(place, values)| Feature { place, values }));
            }
        }
        let mut taken = self.stage.borrow_mut().take(self.reader);
        // Others may have asked for frames in between.
        taken.retain(|feature| {
            let is_next = self.observed.front() == Some(&feature.place.frame_index);
            if is_next {
                self.observed.pop_front();
            }
            is_next
        });
        Ok(taken)
    }
}

impl Drop for Features {
    fn drop(&mut self) {
        let mut stage = self.stage.borrow_mut();
        stage.readers[self.reader] = usize::MAX;
        stage.forget();
    }
}

impl Stage {
    /// `None` when the network is not loaded.
    fn new(models: &Models, device: &Device, source: Source) -> Option<Self> {
        let (encode, prepare): (Encode, Prepare) = match source {
            Source::Dino => {
                let dino = models.dino.clone()?;
                let prepare = Prepare::new(Shape::Whole, dino.side(), dino.preprocessing());
                (Box::new(move |pictures| dino.pictures(pictures)), prepare)
            }
            Source::Clip | Source::ClipOfLevels => {
                let clip = models.clip.clone()?;
                let shape = if source == Source::Clip { Shape::Square } else { Shape::SquareOfLevels };
                let prepare = Prepare::new(shape, clip.side(), clip.preprocessing());
                (Box::new(move |pictures| clip.pictures(pictures)), prepare)
            }
            Source::Aesthetic => {
                let aesthetic = models.clip_aesthetic.clone()?;
                let prepare = Prepare::new(Shape::Square, aesthetic.side(), aesthetic.preprocessing());
                (Box::new(move |pictures| aesthetic.values(pictures)), prepare)
            }
        };
        Some(Self {
            encode,
            prepare,
            batch: batch_of(device),
            newest: None,
            waiting: Vec::new(),
            sent: Vec::new(),
            done: VecDeque::new(),
            gone: 0,
            readers: Vec::new(),
        })
    }

    fn push(&mut self, place: Place, image: &Image) -> Result<(), Unscored> {
        if self.newest.is_some_and(|newest| newest >= place.frame_index) {
            return Ok(());
        }
        let picture = self.prepare.picture(image)?;
        self.newest = Some(place.frame_index);
        self.waiting.push((place, picture));
        if self.waiting.len() == self.batch {
            self.send();
        }
        Ok(())
    }

    fn send(&mut self) {
        if !self.waiting.is_empty() {
            let (places, pictures): (Vec<Place>, Vec<Picture>) = self.waiting.drain(..).unzip();
            self.sent.push((places, (self.encode)(&pictures)));
        }
    }

    fn take(&mut self, reader: usize) -> Vec<Feature> {
        let from = self.readers[reader] - self.gone;
        self.readers[reader] = self.gone + self.done.len();
        let taken = self.done.range(from..).cloned().collect();
        self.forget();
        taken
    }

    /// Drops what every reader has had.
    fn forget(&mut self) {
        let needed = self.readers.iter().min().map_or(0, |&slowest| slowest.saturating_sub(self.gone));
        let dropped = needed.min(self.done.len());
        self.done.drain(..dropped);
        self.gone += dropped;
    }
}
