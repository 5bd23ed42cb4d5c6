//! The weights that training starts from.

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64;
use reelcheck_models::plausibility::{Layer, Weights, WeightsError, layers};

/// Random weights: normal with variance 2 ÷ inputs, smaller where a layer adds to a short cut or gives logits.
///
/// # Errors
/// When there is no law, or there are too many.
pub fn weights(laws: Vec<String>, seed: u64) -> Result<Weights, WeightsError> {
    let mut random = Pcg64::seed_from_u64(seed);
    let values = layers(laws.len()).iter().flat_map(|layer| start(layer, &mut random)).collect();
    Weights::new(laws, 1.0, values)
}

fn start(layer: &Layer, random: &mut impl Rng) -> [Vec<f32>; 2] {
    let Layer { name, inputs, outputs } = layer;
    let scale = match name.as_str() {
        "cells" | "spot" | "laws" => 0.3,
        "frame" | "clip" => 0.0,
        name if name.ends_with(".up") => 0.3,
        _ => 1.0,
    };
    let deviation = scale * libm::sqrt(2.0 / *inputs as f64);
    let mut weight: Vec<f32> = (0..inputs * outputs).map(|_| (deviation * normal(random)) as f32).collect();
    let mut bias = vec![0.0; *outputs];
    match name.as_str() {
        // Few cells show an event.
        "cells" => bias.fill(-3.0),
        // The smooth maximum over cells is the first guess for pictures and clips.
        "frame" | "clip" => {
            if let Some(last) = weight.last_mut() {
                *last = 1.0;
            }
            bias.fill(2.0);
        }
        _ => {}
    }
    [weight, bias]
}

/// A normally distributed number, by Box and Muller.
fn normal(random: &mut impl Rng) -> f64 {
    let (radius, angle): (f64, f64) = (random.random_range(f64::MIN_POSITIVE..1.0), random.random_range(0.0..1.0));
    libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(std::f64::consts::TAU * angle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides() {
        let start = |seed| weights(vec!["gravity".to_owned()], seed).unwrap();
        assert_eq!(start(4), start(4));
        assert_ne!(start(4), start(5));
    }
}
