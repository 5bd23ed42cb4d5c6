//! What the network should say of twins: which pictures and which cells show the impossible.
//!
//! Invariant: a cell is a positive only where the twin's versions really differ, inside the event's box and time; where only
//! one of these holds it counts for nothing.

use burn::tensor::{Device, Tensor, TensorData};
use reelcheck_models::plausibility::{CELL, Picture};

use super::data::Twin;

/// Two versions differ in a cell when a byte of theirs is further apart than this.
const DIFFERENT: u8 = 10;

/// How much a picture next to the event's first or last one counts: drawings are sampled at other moments than pictures.
const EDGE_WEIGHT: f32 = 0.3;

/// What a batch of n twins should give. The possible versions come first, then the impossible ones.
pub(crate) struct Targets {
    /// The law's number, one-hot: n × laws.
    pub(crate) laws: Tensor<2>,
    /// 1 where the impossible version's picture shows the event: n × time.
    pub(crate) frames: Tensor<2>,
    /// How much each of these counts, in either version: n × time.
    pub(crate) frame_weights: Tensor<2>,
    /// 1 for the impossible version's cells that show the event: n × time × rows × columns.
    pub(crate) cells: Tensor<4>,
    /// 1 for the impossible version's cells that do not show it.
    pub(crate) quiet_cells: Tensor<4>,
}

impl Targets {
    /// Targets for twins of equally many pictures of one size; `laws` are all laws that the network knows.
    pub(crate) fn new(twins: &[Twin], laws: &[String], device: &Device) -> Self {
        let Some(first) = twins.first() else { unreachable!("a batch holds twins") };
        let (times, size) = (first.possible.len(), first.possible[0].size());
        let (mut one_hot, mut frames, mut frame_weights) = (Vec::new(), Vec::new(), Vec::new());
        let (mut cells, mut quiet) = (Vec::new(), Vec::new());
        for twin in twins {
            one_hot.extend(laws.iter().map(|law| f32::from(u8::from(*law == twin.law))));
            for time in 0..times {
                let during = (twin.first..=twin.last).contains(&time);
                let edge = time + 1 == twin.first || time == twin.last + 1;
                frames.push(f32::from(u8::from(during)));
                frame_weights.push(if edge { EDGE_WEIGHT } else { 1.0 });
                for row in 0..size.rows() {
                    for column in 0..size.columns() {
                        let boxed = overlaps(twin, column, row);
                        let differs = differ(&twin.possible[time], &twin.impossible[time], column, row);
                        cells.push(f32::from(u8::from(during && boxed && differs)));
                        quiet.push(f32::from(u8::from(!(differs || during && boxed))));
                    }
                }
            }
        }
        let n = twins.len();
        let pairs = [n, times];
        let places = [n, times, size.rows(), size.columns()];
        Self {
            laws: Tensor::from_data(TensorData::new(one_hot, [n, laws.len()]), device),
            frames: Tensor::from_data(TensorData::new(frames, pairs), device),
            frame_weights: Tensor::from_data(TensorData::new(frame_weights, pairs), device),
            cells: Tensor::from_data(TensorData::new(cells, places), device),
            quiet_cells: Tensor::from_data(TensorData::new(quiet, places), device),
        }
    }
}

/// Whether the event's box reaches into a cell.
fn overlaps(twin: &Twin, column: usize, row: usize) -> bool {
    let size = twin.possible[0].size();
    let (x, width) = (twin.region.x * size.columns() as f64, twin.region.width * size.columns() as f64);
    let (y, height) = (twin.region.y * size.rows() as f64, twin.region.height * size.rows() as f64);
    let meets = |at: usize, from: f64, length: f64| (at as f64) < from + length && (at + 1) as f64 > from;
    meets(column, x, width) && meets(row, y, height)
}

/// Whether two pictures differ in a cell.
fn differ(a: &Picture, b: &Picture, column: usize, row: usize) -> bool {
    let size = a.size();
    let plane = size.width * size.height;
    (0..3).any(|channel| {
        (row * CELL..(row + 1) * CELL).any(|y| {
            let from = channel * plane + y * size.width + column * CELL;
            let range = from..from + CELL;
            a.data()[range.clone()].iter().zip(&b.data()[range]).any(|(a, b)| a.abs_diff(*b) > DIFFERENT)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::toy;

    #[test]
    fn the_cells_of_the_vanished_square_are_positives() {
        let twins = toy::twins(1, 5);
        let laws = ["gravity".to_owned(), "object-persistence".to_owned()];
        let targets = Targets::new(&twins, &laws, &Device::flex());
        let values = |tensor: Tensor<1>| tensor.into_data().try_into_vec::<f32>().unwrap();
        assert_eq!(values(targets.laws.flatten(0, 1)), [0.0, 1.0]);
        let [_, times, rows, columns] = targets.cells.dims();
        let cells = values(targets.cells.flatten(0, 3));
        let frames = values(targets.frames.flatten(0, 1));
        for (time, cells) in cells.chunks_exact(rows * columns).enumerate() {
            let positives = cells.iter().sum::<f32>();
            // A square of 6 × 6 pixels touches 2 × 2 to 3 × 3 cells of 4 × 4.
            let during = (twins[0].first..=twins[0].last).contains(&time);
            assert!(if during { (4.0..=9.0).contains(&positives) } else { positives == 0.0 }, "{time}: {positives}");
            assert_eq!(frames[time] > 0.5, during);
        }
        assert_eq!(times, twins[0].possible.len());
    }
}
