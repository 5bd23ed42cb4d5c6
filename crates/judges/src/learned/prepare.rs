//! Frames to the pictures that networks take, as VBench's `utils.py` makes them: resized without antialias, on floats,
//! then scaled; for one judge resized as PIL does it, with antialias, on bytes.
//!
//! Invariant: nothing is rounded or clamped between resizing and scaling, but for PIL's bytes.

use std::ops::Range;

use reelcheck_media::{EmptySize, Filter, Image, LevelResizer, Resizer};
use reelcheck_models::{Picture, Preprocessing};
use reelcheck_types::Unscored;

/// The most that a picture's longer side may be of its shorter one; beyond, a network would get thousands of patches.
const LONGEST: usize = 8;

/// What happens to a frame after its shorter side has the network's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The middle square is cut out: CLIP, resized bicubically.
    Square,
    /// The same, resized by PIL.
    SquareOfLevels,
    /// Everything stays: DINO, resized bilinearly.
    Whole,
}

/// Prepares frames of one size.
pub(super) struct Prepare {
    shape: Shape,
    side: usize,
    scale: Preprocessing,
    /// The size that the resizer was made for, and the size that it makes.
    resizer: Option<(Resize, [usize; 2], [usize; 2])>,
}

/// A resizer with room for one resized channel.
enum Resize {
    Floats(Resizer, Vec<f32>),
    Levels(LevelResizer, Vec<u8>),
}

impl Resize {
    fn new(shape: Shape, from: [usize; 2], to: [usize; 2]) -> Result<Self, EmptySize> {
        let ([width, height], [to_width, to_height], places) = (from, to, to[0] * to[1]);
        let floats = |filter| Resizer::new(filter, (width, height), (to_width, to_height));
        Ok(match shape {
            Shape::Square => Self::Floats(floats(Filter::Bicubic)?, vec![0.0; places]),
            Shape::Whole => Self::Floats(floats(Filter::Bilinear)?, vec![0.0; places]),
            Shape::SquareOfLevels => {
                Self::Levels(LevelResizer::new((width, height), (to_width, to_height))?, vec![0; places])
            }
        })
    }

    /// Resizes a channel and adds a part of it, scaled.
    fn append(&mut self, channel: &[u8], part: &Part, scale: impl Fn(f32) -> f32, data: &mut Vec<f32>) {
        match self {
            Self::Floats(resizer, resized) => {
                resizer.resize(channel, resized);
                part.lines(resized).for_each(|line| data.extend(line.iter().map(|&value| scale(value))));
            }
            Self::Levels(resizer, resized) => {
                resizer.resize(channel, resized);
                part.lines(resized).for_each(|line| data.extend(line.iter().map(|&value| scale(f32::from(value)))));
            }
        }
    }
}

/// A rectangle in a picture of this width.
struct Part {
    width: usize,
    columns: Range<usize>,
    rows: Range<usize>,
}

impl Part {
    fn lines<'a, T>(&self, values: &'a [T]) -> impl Iterator<Item = &'a [T]> {
        let (width, columns) = (self.width, self.columns.clone());
        self.rows.clone().map(move |row| &values[row * width..][columns.clone()])
    }
}

impl Prepare {
    /// For a network that takes pictures whose shorter side has `side` pixels.
    pub(super) fn new(shape: Shape, side: usize, scale: Preprocessing) -> Self {
        Self { shape, side, scale, resizer: None }
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
        let fits = |(_, from, _): &(Resize, [usize; 2], [usize; 2])| *from == size;
        if !self.resizer.as_ref().is_some_and(fits) {
            let to = resized_size(size, self.side);
            let too_small = |_| Unscored::TooSmall { needed_px: 1, given_px: 0 };
            self.resizer = Some((Resize::new(self.shape, size, to).map_err(too_small)?, size, to));
        }
        let Some((resizer, _, to)) = &mut self.resizer else { return Err(Unscored::NotFinite) };
        let (columns, rows) = match self.shape {
            Shape::Square | Shape::SquareOfLevels => (middle(to[0], self.side), middle(to[1], self.side)),
            Shape::Whole => (0..to[0], 0..to[1]),
        };
        let part = Part { width: to[0], columns, rows };
        let (width, height) = (part.columns.len(), part.rows.len());
        let mut data = Vec::with_capacity(3 * width * height);
        for channel in 0..3 {
            let (mean, std) = (self.scale.mean[channel], self.scale.std[channel]);
            resizer.append(image.channel(channel), &part, |value| (value / 255.0 - mean) / std, &mut data);
        }
        Ok(Picture::new(width, height, data))
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
        for shape in [Shape::Square, Shape::SquareOfLevels] {
            let square = Prepare::new(shape, 12, scale).picture(&gray(64, 36)).unwrap();
            assert_eq!((square.width, square.height), (12, 12));
            for (channel, expected) in [0.2, 0.0, -0.1].into_iter().enumerate() {
                let values = &square.data[channel * 144..(channel + 1) * 144];
                assert!(values.iter().all(|value| (value - expected).abs() < 1e-6));
            }
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
