//! The bundled network against an independent computation of the same weights, and damaged weights.

use serde::Deserialize;

use super::*;

/// What `golden/plausibility.py` computed from the bundled weights, in 64-bit floats and without Burn.
#[derive(Deserialize)]
struct Golden {
    impossible: f64,
    laws: Vec<f64>,
    pictures: Vec<f64>,
    cells: Vec<f64>,
}

const SIZE: Size = Size { width: 64, height: 40 };

/// The clip of the golden file: a square slides over a pattern and is gone from picture 12 on.
fn clip() -> Vec<Picture> {
    let picture = |time: usize| {
        let byte = |channel: usize, x: usize, y: usize| {
            let left = 6 + 2 * time;
            let square = time < 12 && (left..left + 10).contains(&x) && (15..25).contains(&y);
            let pattern = (x * (3 + channel) + y * (5 - channel) + channel * 40) % 97 + 60;
            if square { [220, 40, 30][channel] } else { pattern as u8 }
        };
        let place = |at: usize| (at / (SIZE.width * SIZE.height), at % SIZE.width, at / SIZE.width % SIZE.height);
        Picture::new(SIZE, (0..3 * SIZE.width * SIZE.height).map(place).map(|(c, x, y)| byte(c, x, y)).collect())
    };
    (0..20).map(picture).collect()
}

fn judge(windows: &[&[Picture]]) -> Vec<Judgement> {
    let network = Plausibility::bundled(&Device::flex()).unwrap();
    pollster::block_on(network.judge(windows)).unwrap()
}

fn close(got: &[f64], expected: &[f64], what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (index, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!((got - expected).abs() < 2e-5, "{what} {index}: {got} {expected}");
    }
}

#[test]
fn the_bundled_network_equals_another_program() {
    let golden: Golden = serde_json::from_str(include_str!("../../golden/plausibility.json")).unwrap();
    let clip = clip();
    let got = &judge(&[&clip])[0];
    close(&[got.impossible], &[golden.impossible], "impossible");
    close(&got.laws, &golden.laws, "law");
    close(&got.pictures, &golden.pictures, "picture");
    let cells = SIZE.columns() * SIZE.rows();
    close(&got.cells[13 * cells..14 * cells], &golden.cells, "cell");
}

#[test]
fn windows_of_a_batch_do_not_mix() {
    let clip = clip();
    let (early, late) = (&clip[..SHORTEST_WINDOW], &clip[10..10 + SHORTEST_WINDOW]);
    let together = judge(&[early, late]);
    for (window, judgement) in [early, late].into_iter().zip(&together) {
        let alone = &judge(&[window])[0];
        close(&[alone.impossible], &[judgement.impossible], "impossible");
        close(&alone.cells, &judgement.cells, "cell");
    }
    assert!(judge(&[]).is_empty());
}

#[test]
fn any_size_and_length_of_a_window_gives_probabilities() {
    for (width, height) in [(64, 24), (40, 64), (64, 64)] {
        for times in [SHORTEST_WINDOW, WINDOW] {
            let size = Size { width, height };
            let picture = |time: usize| Picture::new(size, vec![(time * 7) as u8; 3 * width * height]);
            let clip: Vec<Picture> = (0..times).map(picture).collect();
            let got = &judge(&[&clip])[0];
            assert_eq!(got.cells.len(), times * size.columns() * size.rows());
            let all = [got.impossible]
                .into_iter()
                .chain(got.laws.clone())
                .chain(got.pictures.clone())
                .chain(got.cells.clone());
            assert!(all.into_iter().all(|value| (0.0..=1.0).contains(&value)));
            assert!((got.laws.iter().sum::<f64>() - 1.0).abs() < 1e-4);
        }
    }
}

#[test]
fn the_file_is_small() {
    assert!(BUNDLED.len() < 2_000_000, "{} bytes", BUNDLED.len());
    assert!(Weights::from_bytes(BUNDLED).unwrap().parameters() < 1_000_000);
}
