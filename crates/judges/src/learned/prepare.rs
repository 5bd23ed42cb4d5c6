//! Frames to the pictures that networks take, as VBench's `utils.py` makes them: resized without antialias, on floats,
//! then scaled.
//!
//! Invariant: nothing is rounded or clamped between resizing and scaling.

use std::ops::Range;

use reelcheck_media::{Filter, Image, Resizer};
use reelcheck_models::{Picture, Preprocessing};
use reelcheck_types::Unscored;

/// The most that a picture's longer side may be of its shorter one; beyond, a network would get thousands of patches.
const LONGEST: usize = 8;

/// What happens to a frame after its shorter side has the network's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The middle square is cut out: CLIP, resized bicubically.
    Square,
    /// Everything stays: DINO, resized bilinearly.
    Whole,
}

/// Prepares frames of one size.
pub(super) struct Prepare {
    shape: Shape,
    side: usize,
    scale: Preprocessing,
    /// The size that the resizer was made for, and the size that it makes.
    resizer: Option<(Resizer, [usize; 2], [usize; 2])>,
    resized: Vec<f32>,
}

impl Prepare {
    /// For a network that takes pictures whose shorter side has `side` pixels.
    pub(super) fn new(shape: Shape, side: usize, scale: Preprocessing) -> Self {
        Self { shape, side, scale, resizer: None, resized: Vec::new() }
    }

    /// The picture of a frame in red, green and blue.
    ///
    /// # Errors
    /// When the frame is too narrow for its length.
    pub(super) fn picture(&mut self, image: &Image) -> Result<Picture, Unscored> {
        let size = [image.width, image.height];
        let (short, long) = (image.width.min(image.height), image.width.max(image.height));
        if short == 0 || long > LONGEST * short {
            let needed_px = long.div_ceil(LONGEST).max(1) as u32;
            return Err(Unscored::TooSmall { needed_px, given_px: short as u32 });
        }
        let fits = |(_, from, _): &(Resizer, [usize; 2], [usize; 2])| *from == size;
        if !self.resizer.as_ref().is_some_and(fits) {
            let to = resized_size(size, self.side);
            let filter = match self.shape {
                Shape::Square => Filter::Bicubic,
                Shape::Whole => Filter::Bilinear,
            };
            let resizer = Resizer::new(filter, (size[0], size[1]), (to[0], to[1]));
            let too_small = |_| Unscored::TooSmall { needed_px: 1, given_px: 0 };
            self.resizer = Some((resizer.map_err(too_small)?, size, to));
            self.resized.resize(to[0] * to[1], 0.0);
        }
        let Some((resizer, _, to)) = &mut self.resizer else { return Err(Unscored::NotFinite) };
        let (columns, rows) = match self.shape {
            Shape::Square => (middle(to[0], self.side), middle(to[1], self.side)),
            Shape::Whole => (0..to[0], 0..to[1]),
        };
        let mut data = Vec::with_capacity(3 * columns.len() * rows.len());
        for channel in 0..3 {
            resizer.resize(image.channel(channel), &mut self.resized);
            let (mean, std) = (self.scale.mean[channel], self.scale.std[channel]);
            for row in rows.clone() {
                let line = &self.resized[row * to[0]..][columns.clone()];
                data.extend(line.iter().map(|value| (value / 255.0 - mean) / std));
            }
        }
        Ok(Picture::new(columns.len(), rows.len(), data))
    }
}

/// Width and height with a shorter side of `side`; the longer one is cut to a whole number, as torchvision does.
fn resized_size([width, height]: [usize; 2], side: usize) -> [usize; 2] {
    let longer = |long: usize, short: usize| side * long / short;
    if width <= height { [side, longer(height, width)] } else { [longer(width, height), side] }
}

/// The middle `part` of `whole` places; half a place is rounded to the even number, as Python does.
fn middle(whole: usize, part: usize) -> Range<usize> {
    let start = ((whole - part) as f64 / 2.0).round_ties_even() as usize;
    start..start + part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gray(width: usize, height: usize) -> Image {
        Image { width, height, channels: 3, data: vec![51; 3 * width * height] }
    }

    #[test]
    fn sizes_are_torchvisions() {
        assert_eq!(resized_size([1280, 720], 224), [398, 224]);
        assert_eq!(resized_size([720, 1280], 224), [224, 398]);
        assert_eq!(resized_size([500, 500], 224), [224, 224]);
        assert_eq!(resized_size([100, 333], 224), [224, 745]);
        assert_eq!([middle(398, 224), middle(227, 224), middle(225, 224)], [87..311, 2..226, 0..224]);
    }

    #[test]
    fn pictures_are_square_or_whole_and_scaled() {
        let scale = Preprocessing { mean: [0.1, 0.2, 0.3], std: [0.5, 0.25, 1.0] };
        let square = Prepare::new(Shape::Square, 12, scale).picture(&gray(64, 36)).unwrap();
        assert_eq!((square.width, square.height), (12, 12));
        for (channel, expected) in [0.2, 0.0, -0.1].into_iter().enumerate() {
            assert!(
                square.data[channel * 144..(channel + 1) * 144].iter().all(|value| (value - expected).abs() < 1e-6)
            );
        }
        let whole = Prepare::new(Shape::Whole, 12, scale).picture(&gray(64, 36)).unwrap();
        assert_eq!((whole.width, whole.height), (21, 12));
    }

    #[test]
    fn a_strip_is_refused() {
        let mut prepare = Prepare::new(Shape::Whole, 224, Preprocessing::IMAGENET);
        let refused = prepare.picture(&gray(900, 100)).unwrap_err();
        assert_eq!(refused, Unscored::TooSmall { needed_px: 113, given_px: 100 });
        assert!(prepare.picture(&gray(800, 100)).is_ok());
    }
}
