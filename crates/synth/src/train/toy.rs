//! A tiny world for the trainer's own tests: a square slides over a flat ground, and in the impossible version vanishes.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use reelcheck_models::plausibility::{Picture, Size};
use reelcheck_types::Region;

use super::data::Twin;

const SIZE: Size = Size { width: 32, height: 24 };
const PICTURES: usize = 12;

/// Twins drawn from a seed.
pub(crate) fn twins(count: usize, seed: u64) -> Vec<Twin> {
    (0..count as u64).map(|index| twin(seed * 1_000_003 + index)).collect()
}

fn twin(seed: u64) -> Twin {
    let mut random = Pcg64::seed_from_u64(seed);
    let ground: [u8; 3] = std::array::from_fn(|_| random.random_range(20..120));
    let square: [u8; 3] = std::array::from_fn(|_| random.random_range(140..250));
    let (left, top, step) = (random.random_range(1..8), random.random_range(2..15), random.random_range(0..2));
    let first = random.random_range(3..PICTURES - 2);
    let draw = |time: usize, there: bool| {
        let mut data = vec![0; 3 * SIZE.width * SIZE.height];
        for (channel, plane) in data.chunks_exact_mut(SIZE.width * SIZE.height).enumerate() {
            plane.fill(ground[channel]);
            let left = left + step * time;
            for y in top..top + 6 {
                let row = &mut plane[y * SIZE.width + left..][..6];
                row.fill(if there { square[channel] } else { ground[channel] });
            }
        }
        Picture::new(SIZE, data)
    };
    let share = |value: usize, side: usize| value as f64 / side as f64;
    let last = (first + 2).min(PICTURES - 1);
    Twin {
        kind: "vanish".into(),
        look: "flat".into(),
        law: "object-persistence".into(),
        seed,
        possible: (0..PICTURES).map(|time| draw(time, true)).collect(),
        impossible: (0..PICTURES).map(|time| draw(time, time < first)).collect(),
        first,
        last,
        temporal: true,
        region: Region {
            x: share(left + step * first, SIZE.width),
            y: share(top, SIZE.height),
            width: share(6 + step * (last - first), SIZE.width),
            height: share(6, SIZE.height),
        },
    }
}
