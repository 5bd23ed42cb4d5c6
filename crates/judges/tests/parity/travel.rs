//! The judges of motion that look through RAFT against VBench's rules, computed by torchvision on drawn frames with weights
//! that a formula gives (`golden/learned.py`).

use burn::tensor::Device;
use reelcheck_judges::{Observation, Setup, SharedWork, Told, find};
use reelcheck_media::{FrameViews, ViewPool, decide};
use reelcheck_models::weights::MemoryFolder;
use reelcheck_models::{Models, Role};
use reelcheck_types::{Clip, ColorTags, Frame, PixelFormat, Timestamp, Verdict};
use serde_json::{Map, Value, json};

/// The largest error of a distance, in pixels.
const TOLERANCE: f64 = 1e-2;

const WIDTH: u32 = 140;
const HEIGHT: u32 = 132;
const FPS: f64 = 24.0;

/// The same integers as `noise()` in `crates/models/golden/raft.py`.
fn noise(index: u64, seed: u64) -> f32 {
    let mixed = (index + (seed << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    ((mixed >> 40) as f64 / f64::from(1 << 23) - 1.0) as f32
}

/// RAFT large with the formula's weights; those of the last layer are multiplied.
fn raft(flow_scale: f32) -> Models {
    let golden: Value = serde_json::from_str(include_str!("../../../models/golden/networks/raft.json")).unwrap();
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (tensor, seed) in golden["large"]["tensors"].as_array().unwrap().iter().zip(0..) {
        let [names, shape, scale, offset] = [0, 1, 2, 3].map(|part| &tensor[part]);
        let count: u64 = shape.as_array().unwrap().iter().map(|side| side.as_u64().unwrap()).product();
        let (scale, offset) = (scale.as_f64().unwrap() as f32, offset.as_f64().unwrap() as f32);
        let start = data.len();
        let is_last = names[0].as_str().unwrap().contains("flow_head.conv2");
        let factor = if is_last { flow_scale } else { 1.0 };
        data.extend((0..count).flat_map(|index| ((noise(index, seed) * scale + offset) * factor).to_le_bytes()));
        let entry = json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()] });
        header.insert(names[0].as_str().unwrap().to_owned(), entry);
    }
    let header = Value::Object(header).to_string();
    let mut folder = MemoryFolder::default();
    folder.insert("model.safetensors", [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat());
    let mut models = Models::default();
    pollster::block_on(models.load(Role::Raft, &folder, &Device::flex())).unwrap();
    models
}

/// Triangle waves that slide: `drawn()` in `golden/learned.py`.
fn drawn(index: i64, clip: &Clip) -> Frame {
    let wave = |value: i64| ((value.rem_euclid(300) - 150).abs() + 50) as u8;
    let step = index * 3;
    let pixel = |place: i64| {
        let (x, y) = (place % i64::from(WIDTH), place / i64::from(WIDTH));
        [wave(7 * (x - 2 * step) + 3 * y), wave(5 * x + 11 * (y + step) + 90), wave(13 * (x + step) - 6 * y), 255]
    };
    let data = (0..i64::from(WIDTH * HEIGHT)).flat_map(pixel).collect();
    Frame::new(clip.timestamps[index as usize], PixelFormat::RGBA, WIDTH, HEIGHT, data).unwrap()
}

fn clip(frames: usize) -> Clip {
    let time = |index: usize| Timestamp::from_secs_f64(index as f64 / FPS);
    Clip {
        name: "drawn".into(),
        size_bytes: 0,
        sha256: None,
        container: "drawn".into(),
        codec: "raw".into(),
        width: WIDTH,
        height: HEIGHT,
        rotation: 0,
        color: ColorTags::default(),
        timestamps: (0..frames).map(time).collect(),
        duration_secs: frames as f64 / FPS,
    }
}

fn judge(id: &str, frames: usize, models: &Models) -> Verdict {
    let (clip, device, pool) = (clip(frames), Device::flex(), ViewPool::default());
    let color = decide(&clip.color, PixelFormat::RGBA, WIDTH, HEIGHT);
    let (entry, shared, told) = (find(id).unwrap(), SharedWork::default(), Told::default());
    let mut judge = (entry.create)(&Setup { clip: &clip, device: &device, models, shared: &shared, told: &told });
    for frame_index in entry.sampling.plan(&clip).frame_indices {
        let views = FrameViews::new(drawn(frame_index as i64, &clip), &color, &pool);
        let timestamp = views.frame().timestamp();
        judge.observe(&Observation { frame_index, timestamp, views: &views, previous: None }).unwrap();
        pollster::block_on(judge.settle()).unwrap();
    }
    pollster::block_on(judge.finish())
}

fn numbers(of: &Value) -> Vec<f64> {
    of.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

#[test]
fn distances_and_decisions_equal_vbenchs_rules_in_torch() {
    let golden: Value = serde_json::from_str(include_str!("../../golden/learned.json")).unwrap();
    let mut decisions = Vec::new();
    for expected in golden["motion"].as_array().unwrap() {
        let scale = expected["flow_scale"].as_f64().unwrap();
        let models = raft(scale as f32);
        let frames = expected["frames"].as_u64().unwrap() as usize;
        for id in ["dynamic_degree", "static_filter"] {
            let verdict = judge(id, frames, &models);
            let number = |key: &str| verdict.evidence.numbers.iter().find(|(name, _)| name == key).map(|(_, of)| *of);
            let mut ours = verdict.evidence.curves[0].values.clone();
            let mut theirs = numbers(&expected[id]["distances"]);
            if id == "static_filter" {
                ours.extend([number("first_to_last_px").unwrap(), number("last_to_first_px").unwrap()]);
                theirs.extend(numbers(&expected[id]["ends"]));
            }
            assert_eq!(ours.len(), theirs.len());
            let off = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            println!("{id}, scale {scale}: {:?}, distances off by at most {off:.1e} px", verdict.value());
            assert!(off <= TOLERANCE, "{id}, scale {scale}: {ours:?} for {theirs:?}");
            let (decision, theirs) = (verdict.value().unwrap(), expected[id]["score"].as_f64().unwrap());
            assert!((decision - theirs).abs() < f64::EPSILON, "{id}, scale {scale}: {decision} for {theirs}");
            decisions.push((id, decision > 0.5));
        }
    }
    // The networks are chosen so that each judge says both.
    for id in ["dynamic_degree", "static_filter"] {
        assert!([true, false].into_iter().all(|said| decisions.contains(&(id, said))), "{decisions:?}");
    }
}

#[test]
fn a_light_variant_sees_fewer_frames() {
    let models = raft(1.0);
    let curve = |id: &str| judge(id, 16, &models).evidence.curves[0].clone();
    // At 24 fps every third frame is seen. Of six frames, pairs begin at the first and the fifth.
    let (all, light) = (curve("dynamic_degree"), curve("dynamic_degree_light"));
    let frames: Vec<usize> = (0..light.values.len()).map(|index| light.frame(index)).collect();
    assert_eq!(frames, [3, 15]);
    for (ours, theirs) in light.values.iter().zip([0, 4].map(|pair| all.values[pair])) {
        assert!((ours - theirs).abs() < 1e-4);
    }
}
