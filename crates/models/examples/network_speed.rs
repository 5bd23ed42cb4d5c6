//! What a picture costs in CLIP ViT-B/32 (weights do not matter, so they are made up):
//! `cargo run --release -p reelcheck-models --example network_speed [REPEATS]`.

#![expect(clippy::print_stdout, reason = "this program prints a table")]

use std::time::Instant;

use burn::tensor::{Device, Transaction};
use reelcheck_models::weights::MemoryFolder;
use reelcheck_models::{Clip, ClipParts, Picture, read};
use serde_json::{Map, Value, json};

const WIDTH: usize = 768;
const INNER: usize = 3072;
const LAYERS: usize = 12;
const SIDE: usize = 224;
const PATCH: usize = 32;
const PROJECTED: usize = 512;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let repeats = std::env::args().nth(1).map_or(Ok(5), |text| text.parse::<usize>())?;
    let folder = folder();
    let clip = pollster::block_on(Clip::read(&folder, &Device::flex(), ClipParts::Vision))?;
    drop(folder);
    for batch in [1, 8] {
        let picture =
            Picture::new(SIDE, SIDE, (0..3 * SIDE * SIDE).map(|at| (at % 251) as f32 / 125.0 - 1.0).collect());
        let pictures = vec![picture; batch];
        let mut best = f64::INFINITY;
        for _ in 0..repeats {
            let start = Instant::now();
            let values = pollster::block_on(read(Transaction::default().register(clip.pictures(&pictures))))?;
            assert!(values[0].iter().all(|value| value.is_finite()), "finite vectors");
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!("batch {batch}: {:.0} ms per picture, fastest of {repeats}", best * 1000.0 / batch as f64);
    }
    Ok(())
}

/// The picture tower of CLIP ViT-B/32 in half precision.
fn folder() -> MemoryFolder {
    let tokens = (SIDE / PATCH).pow(2) + 1;
    let mut shapes = vec![
        ("vision_model.embeddings.class_embedding".to_owned(), vec![WIDTH]),
        ("vision_model.embeddings.patch_embedding.weight".to_owned(), vec![WIDTH, 3, PATCH, PATCH]),
        ("vision_model.embeddings.position_embedding.weight".to_owned(), vec![tokens, WIDTH]),
        ("visual_projection.weight".to_owned(), vec![PROJECTED, WIDTH]),
    ];
    let mut norms = vec!["vision_model.pre_layrnorm".to_owned(), "vision_model.post_layernorm".to_owned()];
    for layer in 0..LAYERS {
        let prefix = format!("vision_model.encoder.layers.{layer}");
        norms.extend(["layer_norm1", "layer_norm2"].map(|name| format!("{prefix}.{name}")));
        let square = ["q_proj", "k_proj", "v_proj", "out_proj"].map(|name| (format!("self_attn.{name}"), WIDTH, WIDTH));
        let feed = [("mlp.fc1".to_owned(), INNER, WIDTH), ("mlp.fc2".to_owned(), WIDTH, INNER)];
        for (name, outputs, inputs) in square.into_iter().chain(feed) {
            shapes.push((format!("{prefix}.{name}.weight"), vec![outputs, inputs]));
            shapes.push((format!("{prefix}.{name}.bias"), vec![outputs]));
        }
    }
    shapes.extend(norms.iter().flat_map(|name| ["weight", "bias"].map(|part| (format!("{name}.{part}"), vec![WIDTH]))));
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (name, shape) in shapes {
        let count: usize = shape.iter().product();
        let scale = 1.0 / (count as f32 / shape[0] as f32).sqrt();
        let start = data.len();
        let value = |at: usize| half::f16::from_f32(((at * 7919 % 1009) as f32 / 504.5 - 1.0) * scale);
        data.extend((0..count).flat_map(|at| value(at).to_le_bytes()));
        header.insert(name, json!({ "dtype": "F16", "shape": shape, "data_offsets": [start, data.len()] }));
    }
    let header = Value::Object(header).to_string();
    let mut folder = MemoryFolder::default();
    folder.insert("config.json", b"{}".to_vec());
    folder.insert("model.safetensors", [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat());
    folder
}
