//! OpenCV's 8-bit hue, saturation and value of a picture that is first brought to a width of about 256 pixels.
//!
//! Invariant: bit-exact with `cv2.resize(…, INTER_LINEAR)` followed by `cv2.cvtColor(…, COLOR_BGR2HSV)`; tested against
//! both. What the numbers are used for is left to the judges.

use reelcheck_lanes::{F32x4, I16x8, I32x4, U8x16, padded};
use reelcheck_media::Image;

/// The longer side that PySceneDetect brings pictures to; smaller ones stay as they are.
const LONGER_SIDE: f64 = 256.0;

/// Bits of OpenCV's interpolation weights.
const WEIGHT_BITS: u32 = 11;

/// Bits of OpenCV's quotients, which are in tables there.
const QUOTIENT_BITS: u32 = 12;

/// Where one output value comes from along one axis: two neighbouring source places and their weights.
#[derive(Clone, Copy, Debug)]
struct Tap {
    first: usize,
    second: usize,
    weights: [i32; 2],
}

/// Where the output values along one axis come from.
#[derive(Clone, Debug)]
struct Taps {
    taps: Vec<Tap>,
    /// Where each comes from one pixel alone: the first such pixel, and how far it is to the next one.
    pixels: Option<(usize, usize)>,
}

/// Converts pictures of one size.
#[derive(Clone, Debug)]
pub(crate) struct Hsv {
    columns: Taps,
    rows: Taps,
    /// One output row of R, G and B.
    rgb: [Vec<u8>; 3],
}

impl Hsv {
    /// For pictures of this size.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let factor = (width.max(height) as f64 / LONGER_SIDE).max(1.0);
        // Python's `round`: halves go to the even neighbour.
        let side = |length: usize| ((length as f64 / factor).round_ties_even() as usize).max(1);
        Self {
            columns: taps(width, side(width)),
            rows: taps(height, side(height)),
            rgb: std::array::from_fn(|_| vec![0; side(width)]),
        }
    }

    /// Hue (0 to 179), saturation and value (0 to 255) of the reduced picture, in this order; `out` is written over.
    ///
    /// # Panics
    /// When the picture has another size than was announced.
    pub(crate) fn convert(&mut self, rgb: &Image, out: &mut Image) {
        let (width, height) = (self.columns.taps.len(), self.rows.taps.len());
        (out.width, out.height, out.channels) = (width, height, 3);
        out.data.resize(3 * width * height, 0);
        let (hue, rest) = out.data.split_at_mut(width * height);
        let (saturation, value) = rest.split_at_mut(width * height);
        let rows =
            hue.chunks_exact_mut(width).zip(saturation.chunks_exact_mut(width)).zip(value.chunks_exact_mut(width));
        for (&tap, ((hue, saturation), value)) in self.rows.taps.iter().zip(rows) {
            for (channel, out) in self.rgb.iter_mut().enumerate() {
                let source = |y: usize| &rgb.channel(channel)[y * rgb.width..][..rgb.width];
                interpolate(source(tap.first), source(tap.second), tap.weights, &self.columns, out);
            }
            let [(red, red_rest), (green, green_rest), (blue, blue_rest)] =
                self.rgb.each_ref().map(|row| row.as_chunks());
            let [(hue, hue_rest), (saturation, saturation_rest), (value, value_rest)] =
                [hue, saturation, value].map(<[u8]>::as_chunks_mut);
            let pixels = red.iter().zip(green).zip(blue);
            for (((red, green), blue), ((hue, saturation), value)) in
                pixels.zip(hue.iter_mut().zip(saturation).zip(value))
            {
                to_hsv([red, green, blue], [hue, saturation, value]);
            }
            let [mut hue, mut saturation, mut value] = [[0; 16]; 3];
            let rest = [red_rest, green_rest, blue_rest].map(|rest| padded(rest, 0));
            to_hsv(rest.each_ref(), [&mut hue, &mut saturation, &mut value]);
            for (out, from) in [(hue_rest, hue), (saturation_rest, saturation), (value_rest, value)] {
                out.copy_from_slice(&from[..out.len()]);
            }
        }
    }
}

/// The taps of every output place along an axis, as OpenCV lays them out: centers of pixels on centers of pixels.
fn taps(source: usize, out: usize) -> Taps {
    let scale = 1.0 / (out as f64 / source as f64);
    let last = source - 1;
    let tap = |index: usize| {
        // 32-bit floats, as in OpenCV: they decide about the last bit of a weight.
        let center = ((index as f64 + 0.5) * scale - 0.5) as f32;
        let first = center.floor();
        let fraction = center - first;
        let (first, fraction) = match first as isize {
            before if before < 0 => (0, 0.0),
            after if after >= last as isize => (last, 0.0),
            inside => (inside as usize, fraction),
        };
        let weight = |share: f32| (share * (1 << WEIGHT_BITS) as f32).round_ties_even() as i32;
        Tap { first, second: (first + 1).min(last), weights: [weight(1.0 - fraction), weight(fraction)] }
    };
    let taps: Vec<Tap> = (0..out).map(tap).collect();
    let (start, step) = (taps[0].first, taps.get(1).map_or(1, |tap| tap.first - taps[0].first));
    let on_pixel = |(index, tap): (usize, &Tap)| tap.weights[1] == 0 && tap.first == start + index * step;
    Taps { pixels: taps.iter().enumerate().all(on_pixel).then_some((start, step)), taps }
}

/// One output row out of two source rows.
fn interpolate(first: &[u8], second: &[u8], [above, below]: [i32; 2], columns: &Taps, out: &mut [u8]) {
    let across = |row: &[u8], tap: &Tap| {
        i32::from(row[tap.first]) * tap.weights[0] + i32::from(row[tap.second]) * tap.weights[1]
    };
    // OpenCV drops bits twice on the way down, each row for itself.
    let down = |sum: i32, weight: i32| ((sum >> 4) * weight) >> 16;
    if below == 0
        && let Some((start, step)) = columns.pixels
    {
        // 720 lines, for one: places fall on pixels, and what the arithmetic below leaves of a pixel is the pixel.
        if (start, step) == (2, 5) {
            // Those 720 lines once more: at places that the compiler knows, a pixel is one load.
            for (out, pixels) in out.iter_mut().zip(first.as_chunks::<5>().0) {
                *out = pixels[2];
            }
            return;
        }
        for (out, pixel) in out.iter_mut().zip(first[start..].iter().step_by(step)) {
            *out = *pixel;
        }
    } else if below == 0 {
        for (out, tap) in out.iter_mut().zip(&columns.taps) {
            *out = ((down(across(first, tap), above) + 2) >> 2) as u8;
        }
    } else {
        for (out, tap) in out.iter_mut().zip(&columns.taps) {
            *out = ((down(across(first, tap), above) + down(across(second, tap), below) + 2) >> 2) as u8;
        }
    }
}

/// Sixteen pixels in OpenCV's 8-bit hue, saturation and value.
#[inline(always)]
fn to_hsv(rgb: [&[u8; 16]; 3], [hue, saturation, value]: [&mut [u8; 16]; 3]) {
    let [red, green, blue] = rgb.map(U8x16::load);
    let highest = red.max(green).max(blue);
    let chroma = highest - red.min(green).min(blue);
    let [first, second] = [0, 1].map(|half| {
        let [r, g, b, v, c] = [red, green, blue, highest, chroma].map(|values| values.widen()[half]);
        // From red on, from green on, from blue on: on two of them at once, red comes first, then green.
        let from_green = v.where_equal(g, b - r + c.shift_left::<1>(), r - g + c.shift_left::<2>());
        let sixths = v.where_equal(r, g - b, from_green).widen();
        let (v, c) = (v.widen(), c.widen());
        let hues = [0, 1].map(|part| {
            // A sixth of the hue circle has 30 steps.
            let hue = times_quotient::<30>(sixths[part], c[part]);
            hue + (hue.shift_right::<31>() & I32x4::splat(180))
        });
        (I32x4::narrow(hues), I32x4::narrow([0, 1].map(|part| times_quotient::<255>(c[part], v[part]))))
    });
    I16x8::narrow([first.0, second.0]).store(hue);
    I16x8::narrow([first.1, second.1]).store(saturation);
    highest.store(value);
}

/// `value · (N ÷ divisor)`, both the quotient and the product rounded as OpenCV's tables and its fixed point have it. A
/// value of 0 gives 0, whatever the divisor.
#[inline(always)]
fn times_quotient<const N: u32>(value: I32x4, divisor: I32x4) -> I32x4 {
    // For none of the 255 divisors is a 32-bit quotient on the other side of a half than the true one.
    let quotient = (F32x4::splat((N << QUOTIENT_BITS) as f32) / divisor.to_f32()).round();
    (value * quotient + I32x4::splat(1 << (QUOTIENT_BITS - 1))).shift_right::<QUOTIENT_BITS>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(width: usize, height: usize, rgb: [u8; 3]) -> Image {
        let data = rgb.iter().flat_map(|&level| vec![level; width * height]).collect();
        Image { width, height, channels: 3, data }
    }

    fn converted(picture: &Image) -> Image {
        let mut out = Image::default();
        Hsv::new(picture.width, picture.height).convert(picture, &mut out);
        out
    }

    fn hsv(rgb: [u8; 3]) -> [u8; 3] {
        let out = converted(&flat(1, 1, rgb));
        [out.data[0], out.data[1], out.data[2]]
    }

    #[test]
    fn known_colors() {
        assert_eq!(hsv([0, 0, 0]), [0, 0, 0]);
        assert_eq!(hsv([77, 77, 77]), [0, 0, 77]);
        assert_eq!(hsv([255, 0, 0]), [0, 255, 255]);
        assert_eq!(hsv([0, 200, 0]), [60, 255, 200]);
        assert_eq!(hsv([0, 0, 10]), [120, 255, 10]);
        assert_eq!(hsv([255, 0, 40]), [175, 255, 255]);
    }

    #[test]
    fn every_color_is_opencv_s() {
        // Sums that golden/signal_judges.py makes of OpenCV's conversion of all colors.
        let golden: serde_json::Value = serde_json::from_str(include_str!("../golden/signal_judges.json")).unwrap();
        let mut sums = [0u64; 3];
        for colors in (0..1u32 << 24).step_by(16) {
            let [mut rgb, mut hsv] = [[[0; 16]; 3]; 2];
            for lane in 0..16 {
                let [_, red, green, blue] = (colors + lane).to_be_bytes();
                (rgb[0][lane as usize], rgb[1][lane as usize], rgb[2][lane as usize]) = (red, green, blue);
            }
            to_hsv(rgb.each_ref(), hsv.each_mut());
            for (sum, levels) in sums.iter_mut().zip(hsv) {
                *sum += (colors..)
                    .zip(levels)
                    .map(|(color, level)| u64::from(level) * u64::from(color % 65_521))
                    .sum::<u64>();
            }
        }
        assert_eq!(golden["hsv_checksums"], serde_json::json!(sums));
    }

    #[test]
    fn the_longer_side_becomes_256_and_small_pictures_stay() {
        let size = |width, height| {
            let out = converted(&flat(width, height, [1, 2, 3]));
            (out.width, out.height)
        };
        assert_eq!(size(1280, 720), (256, 144));
        assert_eq!(size(848, 480), (256, 145));
        assert_eq!(size(333, 777), (110, 256));
        assert_eq!(size(200, 100), (200, 100));
        assert_eq!(size(4000, 1), (256, 1));
    }

    #[test]
    fn reducing_keeps_flat_colors_and_means_of_halves() {
        let out = converted(&flat(1000, 611, [10, 200, 255]));
        assert!(out.channel(2).iter().all(|&value| value == 255));
        let mut columns = flat(512, 2, [0, 0, 0]);
        columns.data.iter_mut().enumerate().for_each(|(at, level)| *level = (at % 2 * 100) as u8);
        assert!(converted(&columns).channel(2).iter().all(|&value| value == 50));
    }
}
