//! Random changes to a twin that leave its story as it is: mirrored, shifted, other colours, a part of its time and place.
//!
//! Invariant: both versions of a twin are changed alike, so that they still differ in nothing but the event.

use rand::{Rng, RngExt};
use reelcheck_models::plausibility::{CELL, Picture, Size};
use reelcheck_types::Region;

use super::data::Twin;

/// The largest shift in pixels.
const SHIFT: i32 = 3;

/// The smallest part of a picture that is looked at alone.
const LEAST: Size = Size { width: 32, height: 24 };

/// Pixels that are kept around an event, both sides together.
const AROUND: usize = 10;

/// A change of pixels.
struct Change {
    mirrored: bool,
    shift: [i32; 2],
    /// Where each channel comes from.
    channels: [usize; 3],
    /// What each byte becomes, by channel.
    tones: [[u8; 256]; 3],
}

/// A changed twin of `length` pictures; the twin itself has at least as many. With a smaller `size` only that part of the
/// pictures is kept, somewhere around the event.
pub(crate) fn changed(twin: &Twin, length: usize, size: Size, random: &mut impl Rng) -> Twin {
    let change = Change::draw(random);
    let range = window(twin, length, random);
    let whole = twin.possible[0].size();
    let (wide, high) = (whole.width as f64, whole.height as f64);
    let Region { x, y, width, height } = twin.region;
    let x = if change.mirrored { 1.0 - x - width } else { x };
    // In pixels of the changed pictures.
    let (x, y) = (x * wide + f64::from(change.shift[0]), y * high + f64::from(change.shift[1]));
    let left = offset(x, width * wide, whole.width, size.width, random);
    let top = offset(y, height * high, whole.height, size.height, random);
    let pictures = |pictures: &[Picture]| {
        pictures[range.clone()].iter().map(|picture| change.apply(picture, left, top, size)).collect()
    };
    Twin {
        possible: pictures(&twin.possible),
        impossible: pictures(&twin.impossible),
        first: twin.first.saturating_sub(range.start),
        last: twin.last.min(range.end - 1) - range.start,
        region: Region {
            x: (x - left as f64) / size.width as f64,
            y: (y - top as f64) / size.height as f64,
            width: width * wide / size.width as f64,
            height: height * high / size.height as f64,
        },
        ..twin.clone_story()
    }
}

/// The smallest part of the pictures that has room for a twin's event and its surroundings, in whole pairs of cells.
pub(crate) fn room(twin: &Twin) -> Size {
    let whole = twin.possible[0].size();
    let side = |share: f64, whole: usize, least: usize| {
        let pair = 2 * CELL;
        ((share * whole as f64) as usize + AROUND).div_ceil(pair).saturating_mul(pair).max(least).min(whole)
    };
    Size {
        width: side(twin.region.width, whole.width, LEAST.width),
        height: side(twin.region.height, whole.height, LEAST.height),
    }
}

/// Where a part of `size` pixels may start so that it holds `length` pixels from `from` on, as far as there is room.
fn offset(from: f64, length: f64, whole: usize, size: usize, random: &mut impl Rng) -> usize {
    let most = (whole - size) as f64;
    let (earliest, latest) = ((from + length - size as f64).clamp(0.0, most), from.clamp(0.0, most));
    let (earliest, latest) = (earliest.min(latest).floor() as usize, earliest.max(latest).ceil() as usize);
    random.random_range(earliest..=latest.min(whole - size))
}

/// A stretch of this many pictures that holds the first two pictures of the event and, where there are any, two before it.
fn window(twin: &Twin, length: usize, random: &mut impl Rng) -> std::ops::Range<usize> {
    let latest = (twin.possible.len() - length).min(twin.first.saturating_sub(2));
    let earliest = (twin.first + 2).min(twin.last + 1).saturating_sub(length).min(latest);
    let start = random.random_range(earliest..=latest);
    start..start + length
}

impl Change {
    fn draw(random: &mut impl Rng) -> Self {
        let mut channels = [0, 1, 2];
        if random.random_bool(0.5) {
            channels.swap(0, random.random_range(0..3));
            channels.swap(1, random.random_range(1..3));
        }
        let (gain, offset) = (random.random_range(0.75f32..1.2), random.random_range(-18f32..18.0));
        let gamma = random.random_range(0.8f32..1.25);
        let tones = std::array::from_fn(|_| {
            let gain = gain * random.random_range(0.92f32..1.08);
            std::array::from_fn(|value| {
                let value = libm::powf(value as f32 / 255.0, gamma) * 255.0;
                (value * gain + offset).round() as u8
            })
        });
        let shift = std::array::from_fn(|_| random.random_range(-SHIFT..=SHIFT));
        Self { mirrored: random.random_bool(0.5), shift, channels, tones }
    }

    /// The changed picture's part of `size` from `left` and `top` on.
    fn apply(&self, picture: &Picture, left: usize, top: usize, size: Size) -> Picture {
        let (width, height) = (picture.size().width, picture.size().height);
        let inside = |at: usize, shift: i32, side: usize| (at as i32 - shift).clamp(0, side as i32 - 1) as usize;
        let columns: Vec<usize> = (left..left + size.width)
            .map(|x| inside(x, self.shift[0], width))
            .map(|x| if self.mirrored { width - 1 - x } else { x })
            .collect();
        let mut data = Vec::with_capacity(3 * size.width * size.height);
        for (channel, tones) in self.channels.iter().zip(&self.tones) {
            let plane = &picture.data()[channel * width * height..][..width * height];
            for y in top..top + size.height {
                let row = &plane[inside(y, self.shift[1], height) * width..][..width];
                data.extend(columns.iter().map(|&x| tones[usize::from(row[x])]));
            }
        }
        Picture::new(size, data)
    }
}

impl Twin {
    /// Everything but the pictures.
    fn clone_story(&self) -> Self {
        Self {
            kind: self.kind.clone(),
            look: self.look.clone(),
            law: self.law.clone(),
            possible: Vec::new(),
            impossible: Vec::new(),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    use super::*;
    use crate::train::toy;

    #[test]
    fn twins_stay_twins_and_the_box_stays_on_the_event() {
        let mut random = Pcg64::seed_from_u64(1);
        for twin in toy::twins(40, 3) {
            let length = random.random_range(9..=12);
            let whole = twin.possible[0].size();
            let size = if random.random_bool(0.5) { whole } else { Size { width: 24, height: 24 } };
            let changed = changed(&twin, length, size, &mut random);
            assert_eq!(changed.possible.len(), changed.impossible.len());
            assert!(changed.possible.len() == length && changed.first <= changed.last && changed.last < length);
            assert_eq!(changed.possible[0].size(), size);
            for (time, (a, b)) in changed.possible.iter().zip(&changed.impossible).enumerate() {
                assert_eq!(a == b, time < changed.first, "picture {time}, event from {}", changed.first);
                if !(changed.first..=changed.last).contains(&time) {
                    continue;
                }
                for (at, (a, b)) in a.data().iter().zip(b.data()).enumerate() {
                    let at = at % (size.width * size.height);
                    let x = (at % size.width) as f64 / size.width as f64;
                    let y = (at / size.width) as f64 / size.height as f64;
                    let Region { x: left, y: top, width, height } = changed.region;
                    let near = |value: f64, from: f64, length: f64| value > from - 1e-6 && value < from + length;
                    assert!(a == b || (near(x, left, width) && near(y, top, height)), "{x} {y} {:?}", changed.region);
                }
            }
        }
    }
}
