//! What the network is trained for: clips told apart, twins ranked, the law named, the event found in time and place.
//!
//! Invariant: every part is a mean, so that it does not depend on how many twins, pictures or cells a batch has.

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Tensor};
use reelcheck_models::plausibility::{Network, Outputs, patches};

use super::data::Twin;
use super::target::Targets;

/// The parts of the loss, each a single value.
pub(crate) struct Loss {
    /// Cross-entropy of possible and impossible.
    pub(crate) clip: Tensor<1>,
    /// The impossible version should score above its own twin.
    pub(crate) rank: Tensor<1>,
    /// Cross-entropy of the law.
    pub(crate) law: Tensor<1>,
    /// Cross-entropy over pictures.
    pub(crate) frames: Tensor<1>,
    /// Cross-entropy over cells, those of the event in balance with the same ones of the possible twin, and their ranking.
    pub(crate) cells: Tensor<1>,
}

/// How much the parts weigh.
const WEIGHTS: [f32; 5] = [1.0, 1.0, 0.3, 1.0, 1.0];

impl Loss {
    /// The loss of a batch of twins that have equally many pictures of one size.
    pub(crate) fn of(network: &Network, twins: &[Twin], laws: &[String], device: &Device) -> Self {
        let possible = twins.iter().map(|twin| twin.possible.as_slice());
        let impossible = twins.iter().map(|twin| twin.impossible.as_slice());
        let windows: Vec<_> = possible.chain(impossible).collect();
        let outputs = network.forward(patches(&windows, device));
        Self::between(outputs, &Targets::new(twins, laws, device))
    }

    fn between(outputs: Outputs, targets: &Targets) -> Self {
        let n = outputs.clip.dims()[0] / 2;
        let [possible, impossible] = halves(outputs.clip, n);
        let rank = softplus(possible.clone().sub(impossible.clone())).mean();
        let clip = softplus(possible).mean().add(softplus(impossible.neg()).mean()).mul_scalar(0.5);

        let [_, laws] = halves(outputs.laws, n);
        let law = log_softmax(laws, 1).mul(targets.laws.clone()).sum().neg().div_scalar(n as f32);

        let [possible, impossible] = halves(outputs.frames, n);
        let hits = softplus(impossible.clone()).sub(impossible.mul(targets.frames.clone()));
        let weights = targets.frame_weights.clone();
        // Pictures of the event count twice: there are fewer of them.
        let hit_weights = weights.clone().mul(targets.frames.clone().add_scalar(1.0));
        let frames = share(hits, hit_weights).add(share(softplus(possible), weights)).mul_scalar(0.5);

        let [possible, impossible] = halves(outputs.cells, n);
        let (possible_again, impossible_again) = (possible.clone(), impossible.clone());
        let positives = share(softplus(impossible.clone().neg()), targets.cells.clone());
        let same_place = share(softplus(possible.clone()), targets.cells.clone());
        let elsewhere = share(softplus(impossible), targets.quiet_cells.clone());
        let nowhere = softplus(possible).mean();
        let apart = share(softplus(possible_again.sub(impossible_again)), targets.cells.clone());
        let surely = positives.add(same_place).mul_scalar(0.4);
        let cells = surely.add(elsewhere.add(nowhere).mul_scalar(0.1)).add(apart.mul_scalar(0.5));
        Self { clip, rank, law, frames, cells }
    }

    /// The parts in a fixed order: clip, rank, law, frames, cells.
    pub(crate) fn parts(&self) -> [Tensor<1>; 5] {
        [&self.clip, &self.rank, &self.law, &self.frames, &self.cells].map(Clone::clone)
    }

    /// Their weighted sum.
    pub(crate) fn total(&self) -> Tensor<1> {
        let mut parts = self.parts().into_iter().zip(WEIGHTS).map(|(part, weight)| part.mul_scalar(weight));
        let Some(first) = parts.next() else { unreachable!("a loss has parts") };
        parts.fold(first, Tensor::add)
    }
}

/// The possible versions and the impossible ones.
fn halves<const D: usize>(both: Tensor<D>, n: usize) -> [Tensor<D>; 2] {
    [both.clone().narrow(0, 0, n), both.narrow(0, n, n)]
}

/// The weighted mean; 0 without weights.
fn share<const D: usize>(values: Tensor<D>, weights: Tensor<D>) -> Tensor<1> {
    let total = weights.clone().sum().add_scalar(1e-6);
    values.mul(weights).sum().div(total)
}

/// `ln(1 + exp(x))` without overflow.
fn softplus<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    relu(x.clone()).add(x.abs().neg().exp().log1p())
}

#[cfg(test)]
mod tests {
    use burn::module::{Module, ModuleVisitor, Param};
    use burn::optim::GradientsParams;
    use reelcheck_models::plausibility::Weights;

    use super::*;
    use crate::train::{init, run, toy};

    #[test]
    fn softplus_is_right_and_does_not_overflow() {
        let x = Tensor::<1>::from_floats([-200.0, -1.0, 0.0, 2.0, 200.0], &Device::flex());
        let values = softplus(x).into_data().try_into_vec::<f32>().unwrap();
        for (value, expected) in values.iter().zip([0.0, 0.313_261_7, std::f32::consts::LN_2, 2.126_928, 200.0]) {
            assert!((value - expected).abs() < 1e-5, "{value} {expected}");
        }
    }

    /// Collects gradients in the order of the parameters.
    struct Collect {
        grads: GradientsParams,
        found: Vec<Vec<f32>>,
    }

    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let grad = self.grads.get::<D>(param.id).unwrap();
            self.found.push(grad.into_data().try_into_vec::<f32>().unwrap());
        }
    }

    #[test]
    fn gradients_equal_differences() {
        let device = Device::flex();
        let twins = toy::twins(2, 11);
        let laws = ["object-persistence".to_owned(), "gravity".to_owned()];
        let start = init::weights(laws.to_vec(), 3).unwrap();
        let network = Network::new(&start, &device.clone().autodiff());
        let grads = Loss::of(&network, &twins, &laws, &device.clone().autodiff()).total().backward();
        let mut collect = Collect { grads: GradientsParams::from_grads(grads, &network), found: Vec::new() };
        network.visit(&mut collect);
        let values = run(network.values()).unwrap();
        assert_eq!(values.len(), collect.found.len());
        for (index, grad) in collect.found.iter().enumerate() {
            let square: f64 = grad.iter().map(|g| f64::from(*g).powi(2)).sum();
            let norm = square.sqrt();
            if norm < 1e-3 {
                continue;
            }
            // Along a tensor's own gradient the loss grows by the gradient's length.
            let moved = |step: f64| {
                let mut values = values.clone();
                values[index].iter_mut().zip(grad).for_each(|(value, g)| *value += (step / norm) as f32 * g);
                let network = Network::new(&Weights::new(laws.to_vec(), 1.0, values).unwrap(), &device);
                let loss = Loss::of(&network, &twins, &laws, &device).total();
                f64::from(loss.into_data().try_into_vec::<f32>().unwrap()[0])
            };
            let slope = (moved(4e-3) - moved(-4e-3)) / 8e-3;
            assert!((slope - norm).abs() < 0.05 * norm + 1e-3, "tensor {index}: {slope} {norm}");
        }
    }
}
