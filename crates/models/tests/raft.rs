//! RAFT against torchvision, with weights and pictures that a formula gives (`golden/raft.py`).
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test stops where it fails and says how near it came")]

use std::path::Path;

use burn::tensor::{Device, Transaction};
use reelcheck_models::weights::MemoryFolder;
use reelcheck_models::{Picture, Raft, read};
use serde_json::{Map, Value, json};

/// The largest error of a motion, in pixels.
const TOLERANCE: f64 = 1e-2;

/// The same integers as `noise()` in `golden/raft.py`.
fn noise(index: u64, seed: u64) -> f32 {
    let mixed = (index + (seed << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    ((mixed >> 40) as f64 / f64::from(1 << 23) - 1.0) as f32
}

/// A safetensors file of the listed tensors under one of their names.
fn weights(tensors: &Value, name: usize) -> MemoryFolder {
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (tensor, seed) in tensors.as_array().unwrap().iter().zip(0..) {
        let [names, shape, scale, offset] = [0, 1, 2, 3].map(|part| &tensor[part]);
        let count: u64 = shape.as_array().unwrap().iter().map(|side| side.as_u64().unwrap()).product();
        let (scale, offset) = (scale.as_f64().unwrap() as f32, offset.as_f64().unwrap() as f32);
        let start = data.len();
        data.extend((0..count).flat_map(|index| (noise(index, seed) * scale + offset).to_le_bytes()));
        let entry = json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()] });
        header.insert(names[name].as_str().unwrap().to_owned(), entry);
    }
    let header = Value::Object(header).to_string();
    let mut folder = MemoryFolder::default();
    let bytes = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat();
    folder.insert("model.safetensors", bytes);
    folder
}

/// Waves that move by a few pixels: `picture()` in `golden/raft.py`.
fn picture(width: usize, height: usize, shift: f64) -> Picture {
    let mut data = Vec::with_capacity(3 * width * height);
    for channel in [0.0, 1.0, 2.0] {
        for y in 0..height {
            for x in 0..width {
                let (x, y) = (x as f64 - shift, y as f64);
                let wave = |wave: f64| {
                    (x * (0.05 + 0.06 * wave) + channel).sin() * (y * (0.04 + 0.07 * wave) - channel * wave).cos() / 4.0
                };
                data.push([0.0, 1.0, 2.0, 3.0].into_iter().map(wave).sum::<f64>() as f32);
            }
        }
    }
    Picture::new(width, height, data)
}

#[test]
fn flow_equals_torchvision_under_both_names() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/networks/raft.json");
    let golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let number = |key: &str| golden[key].as_u64().unwrap() as usize;
    let (width, height) = (number("width"), number("height"));
    for (size, name) in [("small", 0), ("large", 0), ("large", 1)] {
        let folder = weights(&golden[size]["tensors"], name);
        let raft = pollster::block_on(Raft::read(&folder, &Device::flex())).unwrap();
        assert_eq!(raft.is_large(), size == "large");
        let [first, second] = [0.0, 2.5].map(|shift| raft.look(&picture(width, height, shift)));
        let flow = raft.flow(&first, &second, number("updates"));
        assert_eq!(flow.dims(), [1, 2, height, width]);
        let ours = pollster::block_on(read(Transaction::default().register(flow))).unwrap().remove(0);
        let theirs: Vec<f64> =
            golden[size]["flow"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        let ours: Vec<f32> = ours.into_iter().step_by(number("stride")).collect();
        assert_eq!(ours.len(), theirs.len());
        let error = ours.iter().zip(&theirs).map(|(&a, b)| (f64::from(a) - b).abs()).fold(0.0, f64::max);
        let largest = theirs.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        println!("RAFT {size}, names {name}: largest error {error:.1e} px of motions up to {largest:.1} px");
        assert!(largest > 1.0 && error <= TOLERANCE, "{size} is off by {error}");
    }
}

#[test]
fn other_weights_are_refused_by_name() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/networks/raft.json");
    let golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut tensors = golden["small"]["tensors"].clone();
    let read = |tensors: &Value| pollster::block_on(Raft::read(&weights(tensors, 0), &Device::flex())).err().unwrap();
    let removed = tensors.as_array_mut().unwrap().remove(0);
    assert!(read(&tensors).to_string().contains(&format!("{} is missing", removed[0][0].as_str().unwrap())));
    tensors.as_array_mut().unwrap().insert(0, removed);
    tensors.as_array_mut().unwrap().push(json!([["fnet.layer9.0.conv1.weight"], [1], 1.0, 0.0]));
    let message = read(&tensors).to_string();
    assert!(message.contains("feature_encoder.layer9.0.convnormrelu1.0.weight is extra"), "{message}");
}
