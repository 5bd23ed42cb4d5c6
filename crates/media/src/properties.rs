//! What must hold for every frame, whatever its format, size and content.

use proptest::prelude::{Just, Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};
use reelcheck_types::{ColorTags, Frame, Matrix, PixelFormat, Range, Timestamp};

use crate::{FrameViews, View, ViewPool, decide};

const FORMATS: [PixelFormat; 14] = [
    PixelFormat::I420,
    PixelFormat::I420P10,
    PixelFormat::I420P12,
    PixelFormat::I420A,
    PixelFormat::I422,
    PixelFormat::I422P10,
    PixelFormat::I422P12,
    PixelFormat::I422A,
    PixelFormat::I444,
    PixelFormat::I444P10,
    PixelFormat::I444P12,
    PixelFormat::I444A,
    PixelFormat::NV12,
    PixelFormat::RGBA,
];

fn formats() -> impl Strategy<Value = PixelFormat> {
    prop::sample::select(&FORMATS[..])
}

fn all_tags() -> impl Strategy<Value = ColorTags> {
    let matrices = [None, Some(Matrix::Bt601), Some(Matrix::Bt709), Some(Matrix::Bt2020), Some(Matrix::Identity)];
    let ranges = [None, Some(Range::Limited), Some(Range::Full)];
    (prop::sample::select(matrices.to_vec()), prop::sample::select(ranges.to_vec()))
        .prop_map(|(matrix, range)| ColorTags { matrix, range, ..ColorTags::default() })
}

/// Frames of arbitrary bytes, and so of code values beyond any format's depth.
fn frames() -> impl Strategy<Value = Frame> {
    (formats(), 1u32..=40, 1u32..=40)
        .prop_flat_map(|(format, width, height)| {
            let bytes = prop::collection::vec(any::<u8>(), format.frame_bytes(width, height));
            (Just(format), Just(width), Just(height), bytes)
        })
        .prop_map(|(format, width, height, bytes)| Frame::new(Timestamp::ZERO, format, width, height, bytes).unwrap())
}

/// The value of a plane at a place, held inside its edges.
fn at(frame: &Frame, plane: usize, x: isize, y: isize) -> f64 {
    let plane = frame.plane(plane).unwrap();
    let x = x.clamp(0, plane.width as isize - 1) as usize;
    let y = y.clamp(0, plane.height as isize - 1) as usize;
    let index = y * plane.width + x;
    match plane.bytes_per_value {
        1 => f64::from(plane.data[index]),
        _ => f64::from(u16::from_le_bytes([plane.data[2 * index], plane.data[2 * index + 1]])),
    }
}

/// Chroma at a luma pixel: linear between samples that sit left in their pair and half-way between two rows.
fn chroma(frame: &Frame, plane: usize, x: usize, y: usize) -> f64 {
    let (shift_x, shift_y) = frame.format().chroma_shift();
    let across = if shift_x == 1 { x as f64 / 2.0 } else { x as f64 };
    let down = if shift_y == 1 { (y as f64 + 0.5) / 2.0 - 0.5 } else { y as f64 };
    let (left, top) = (across.floor(), down.floor());
    let (share_x, share_y) = (across - left, down - top);
    let sample = |dx: isize, dy: isize| at(frame, plane, left as isize + dx, top as isize + dy);
    let upper = sample(0, 0) * (1.0 - share_x) + sample(1, 0) * share_x;
    let lower = sample(0, 1) * (1.0 - share_x) + sample(1, 1) * share_x;
    upper * (1.0 - share_y) + lower * share_y
}

/// R, G, B by the definition of the matrices (ITU-R BT.601, BT.709, BT.2020), before rounding.
fn formula(frame: &Frame, matrix: Matrix, range: Range, x: usize, y: usize) -> [f64; 3] {
    let (kr, kb) = match matrix {
        Matrix::Bt709 => (0.2126, 0.0722),
        Matrix::Bt2020 => (0.2627, 0.0593),
        _ => (0.299, 0.114),
    };
    let one = f64::from(1u32 << (frame.format().bit_depth() - 8));
    let luma = at(frame, 0, x as isize, y as isize) / one;
    let (u, v) = (chroma(frame, 1, x, y) / one - 128.0, chroma(frame, 2, x, y) / one - 128.0);
    let (luma, u, v) = match range {
        Range::Limited => ((luma - 16.0) / 219.0, u / 224.0, v / 224.0),
        Range::Full => (luma / 255.0, u / 255.0, v / 255.0),
    };
    let red = luma + 2.0 * (1.0 - kr) * v;
    let blue = luma + 2.0 * (1.0 - kb) * u;
    let green = (luma - kr * red - kb * blue) / (1.0 - kr - kb);
    [red, green, blue].map(|channel| (channel * 255.0).clamp(0.0, 255.0))
}

proptest! {
    #[test]
    fn no_frame_panics_and_every_view_has_its_size(frame in frames(), tags in all_tags(), side in 0u16..50) {
        let (width, height) = (frame.width() as usize, frame.height() as usize);
        let color = decide(&tags, frame.format(), frame.width(), frame.height());
        let views = FrameViews::new(frame, &color, &ViewPool::default());
        for (view, channels) in [
            (View::LumaReduced(side), 1),
            (View::RgbReduced(side), 3),
            (View::RgbReference, 3),
            (View::RgbExact, 3),
            (View::Luma, 1),
            (View::LumaFull, 1),
        ] {
            let image = views.get(view);
            prop_assert_eq!(image.data.len(), channels * image.width * image.height);
            prop_assert_eq!(image.channels, channels);
            if matches!(view, View::LumaReduced(_) | View::RgbReduced(_)) {
                prop_assert!(image.width.max(image.height) <= usize::from(side.max(1)));
            } else {
                prop_assert_eq!((image.width, image.height), (width, height));
            }
        }
    }

    #[test]
    fn gray_stays_gray(
        format in formats(), tags in all_tags(), width in 1u32..=20, height in 1u32..=20, level in any::<u8>(),
    ) {
        // Planes that are G, B, R have no chroma to be neutral.
        let color = decide(&tags, format, width, height);
        let is_rgb = color.exact.matrix == Matrix::Identity;
        let one = 1u16 << (format.bit_depth() - 8);
        let mut bytes = vec![];
        for (index, plane) in format.planes(width, height).iter().enumerate() {
            let code = if index == 0 || is_rgb { u16::from(level) * one } else { 128 * one };
            for _ in 0..plane.width * plane.height {
                bytes.extend(&code.to_le_bytes()[..plane.bytes_per_value]);
            }
        }
        let frame = Frame::new(Timestamp::ZERO, format, width, height, bytes).unwrap();
        let views = FrameViews::new(frame, &color, &ViewPool::default());
        for view in [View::RgbReference, View::RgbExact, View::RgbReduced(3)] {
            let image = views.get(view);
            prop_assert!(image.data.iter().all(|&value| value == image.data[0]), "{:?} is not gray", view);
        }
        prop_assert!(views.get(View::LumaFull).data[0].abs_diff(views.get(View::RgbExact).data[0]) <= 1);
    }

    #[test]
    fn exact_is_the_formula_rounded(frame in frames(), tags in all_tags()) {
        let color = decide(&tags, frame.format(), frame.width(), frame.height());
        // Code values beyond the depth have no meaning; planes of NV12 and G, B, R are covered by other tests.
        let meaningful = frame.format().bit_depth() == 8 && frame.format() != PixelFormat::NV12;
        if meaningful && color.exact.matrix != Matrix::Identity {
            let views = FrameViews::new(frame, &color, &ViewPool::default());
            let image = views.get(View::RgbExact);
            for y in 0..image.height {
                for x in 0..image.width {
                    let expected = formula(views.frame(), color.exact.matrix, color.exact.range, x, y);
                    for (channel, expected) in expected.into_iter().enumerate() {
                        let value = f64::from(image.channel(channel)[y * image.width + x]);
                        // Half a level of rounding, and what 13-bit factors can do.
                        prop_assert!((value - expected).abs() < 0.55, "{} for {} at {}, {}", value, expected, x, y);
                    }
                }
            }
        }
    }

    #[test]
    fn deep_codes_follow_the_formula(
        tags in all_tags(), subsampling in 0usize..3, deep in any::<bool>(), seed in any::<u64>(),
        width in 1u32..=20, height in 1u32..=20,
    ) {
        let formats = if deep {
            [PixelFormat::I420P12, PixelFormat::I422P12, PixelFormat::I444P12]
        } else {
            [PixelFormat::I420P10, PixelFormat::I422P10, PixelFormat::I444P10]
        };
        let format = formats[subsampling];
        let color = decide(&tags, format, width, height);
        if color.exact.matrix != Matrix::Identity {
            let mut state = seed;
            let mut code = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> (64 - format.bit_depth())) as u16
            };
            let bytes = (0..format.frame_bytes(width, height) / 2).flat_map(|_| code().to_le_bytes()).collect();
            let frame = Frame::new(Timestamp::ZERO, format, width, height, bytes).unwrap();
            let views = FrameViews::new(frame, &color, &ViewPool::default());
            let image = views.get(View::RgbExact);
            for (place, &red) in image.channel(0).iter().enumerate() {
                let (x, y) = (place % image.width, place / image.width);
                let expected = formula(views.frame(), color.exact.matrix, color.exact.range, x, y);
                let blue = image.channel(2)[place];
                prop_assert!((f64::from(red) - expected[0]).abs() < 0.55, "{} for {}", red, expected[0]);
                prop_assert!((f64::from(blue) - expected[2]).abs() < 0.55, "{} for {}", blue, expected[2]);
            }
        }
    }
}
