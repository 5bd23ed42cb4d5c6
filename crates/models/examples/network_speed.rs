//! What a picture costs in CLIP ViT-B/32 and in DINO ViT-B/16 on one thread, and the latter against PyTorch on the same
//! weights and pixels: `cargo run --release -p reelcheck-models --example network_speed [ROUNDS]`.
//!
//! Weights do not matter, so they are made up. `$REELCHECK_PYTHON` names a Python that has torch and numpy (`python3` by
//! default); without them, that part is skipped. Both take turns, and the median over rounds of their ratio counts.

#![expect(clippy::print_stdout, reason = "this program prints a table")]

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use burn::tensor::{Device, Tensor, Transaction};
use reelcheck_models::weights::MemoryFolder;
use reelcheck_models::{Clip, ClipParts, Picture, Vit, read};
use serde_json::{Map, Value, json};

const WIDTH: usize = 768;
const INNER: usize = 3072;
const LAYERS: usize = 12;
const SIDE: usize = 224;
const PROJECTED: usize = 512;

/// The least speed of ViT-B/16, as a share of PyTorch's.
const REQUIRED: f64 = 0.7;
/// The largest difference of a value of two vectors of length 1.
const TOLERANCE: f32 = 1e-4;

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(5), |text| text.parse::<usize>())?;
    let clip_folder = folder(&file(clip_shapes()));
    let clip = pollster::block_on(Clip::read(&clip_folder, &Device::flex(), ClipParts::Vision))?;
    drop(clip_folder);
    for batch in [1, 8] {
        let pictures = vec![picture(); batch];
        let mut times = Vec::new();
        for _ in 0..rounds {
            times.push(timed(|| clip.pictures(&pictures))?.0 / batch as f64);
        }
        println!("CLIP ViT-B/32, batch {batch}: {:.0} ms per picture", median(&mut times));
    }
    drop(clip);

    let weights = file(vit_shapes());
    let vit = pollster::block_on(Vit::read(&folder(&weights), &Device::flex()))?;
    let mut torch = Torch::start(&weights)?;
    drop(weights);
    for batch in [1, 4] {
        let pictures = vec![picture(); batch];
        let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=rounds {
            let (own, vectors) = timed(|| vit.pictures(&pictures))?;
            let Some(torch) = &mut torch else {
                ours.push(own / batch as f64);
                continue;
            };
            let (their, expected) = torch.run(batch)?;
            let difference = vectors.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            if !(difference <= TOLERANCE && vectors.len() == batch * expected.len()) {
                return Err(format!("the vectors differ by {difference}").into());
            }
            // In the first round, memory is still being had for the first time.
            if round > 0 {
                ours.push(own / batch as f64);
                theirs.push(their / batch as f64);
                ratios.push(their / own);
            }
        }
        let own = median(&mut ours);
        if torch.is_none() {
            println!("DINO ViT-B/16, batch {batch}: {own:.0} ms per picture");
            continue;
        }
        let (their, ratio) = (median(&mut theirs), median(&mut ratios));
        println!("DINO ViT-B/16, batch {batch}: {own:.0} ms per picture, torch {their:.0}, speed {ratio:.2} of its");
        if ratio < REQUIRED {
            return Err(format!("{ratio:.2} is less than {REQUIRED} of torch's speed").into());
        }
    }
    Ok(())
}

/// Milliseconds, and what came out.
fn timed(of: impl FnOnce() -> Tensor<2>) -> Result<(f64, Vec<f32>), Box<dyn Error>> {
    let start = Instant::now();
    let values = pollster::block_on(read(Transaction::default().register(of())))?.concat();
    let time = start.elapsed().as_secs_f64() * 1000.0;
    if values.iter().all(|value| value.is_finite()) { Ok((time, values)) } else { Err("not all are numbers".into()) }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn picture() -> Picture {
    Picture::new(SIDE, SIDE, (0..3 * SIDE * SIDE).map(|at| (at % 251) as f32 / 125.0 - 1.0).collect())
}

/// PyTorch in a process of its own, on one thread.
struct Torch {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Torch {
    /// Hands over the weights; `None`, with a word why, where there is no torch.
    fn start(weights: &[u8]) -> Result<Option<Self>, Box<dyn Error>> {
        let python = std::env::var_os("REELCHECK_PYTHON").unwrap_or_else(|| "python3".into());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/torch_speed.py");
        let mut command = Command::new(&python);
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(mut process) = command.spawn() else {
            println!("skipped: no comparison with torch, {} cannot be started", python.display());
            return Ok(None);
        };
        let (Some(asks), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the process has no pipes".into());
        };
        let mut torch = Self { process, asks, answers: BufReader::new(answers) };
        if torch.line().is_ok_and(|line| line.trim() == "ready") {
            torch.asks.write_all(&(weights.len() as u64).to_le_bytes())?;
            torch.asks.write_all(weights)?;
            torch.asks.flush()?;
            return Ok(Some(torch));
        }
        println!("skipped: no comparison with torch, {} has no torch and numpy", python.display());
        Ok(None)
    }

    /// Milliseconds for a batch, and the vector of its first picture.
    fn run(&mut self, batch: usize) -> Result<(f64, Vec<f32>), Box<dyn Error>> {
        writeln!(self.asks, "{batch}")?;
        self.asks.flush()?;
        Ok(serde_json::from_str(&self.line()?)?)
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line)
    }
}

impl Drop for Torch {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

type Shapes = Vec<(String, Vec<usize>)>;

fn linear(name: &str, inputs: usize, outputs: usize) -> Shapes {
    vec![(format!("{name}.weight"), vec![outputs, inputs]), (format!("{name}.bias"), vec![outputs])]
}

fn norm(name: &str) -> Shapes {
    ["weight", "bias"].map(|part| (format!("{name}.{part}"), vec![WIDTH])).into()
}

/// The picture tower of CLIP ViT-B/32.
fn clip_shapes() -> Shapes {
    let mut shapes = vec![
        ("vision_model.embeddings.class_embedding".to_owned(), vec![WIDTH]),
        ("vision_model.embeddings.patch_embedding.weight".to_owned(), vec![WIDTH, 3, 32, 32]),
        ("vision_model.embeddings.position_embedding.weight".to_owned(), vec![(SIDE / 32).pow(2) + 1, WIDTH]),
        ("visual_projection.weight".to_owned(), vec![PROJECTED, WIDTH]),
    ];
    shapes.extend(["pre_layrnorm", "post_layernorm"].iter().flat_map(|name| norm(&format!("vision_model.{name}"))));
    for layer in 0..LAYERS {
        let name = |part: &str| format!("vision_model.encoder.layers.{layer}.{part}");
        for part in ["q_proj", "k_proj", "v_proj", "out_proj"] {
            shapes.extend(linear(&name(&format!("self_attn.{part}")), WIDTH, WIDTH));
        }
        shapes.extend([linear(&name("mlp.fc1"), WIDTH, INNER), linear(&name("mlp.fc2"), INNER, WIDTH)].concat());
        shapes.extend([norm(&name("layer_norm1")), norm(&name("layer_norm2"))].concat());
    }
    shapes
}

/// DINO's ViT-B/16.
fn vit_shapes() -> Shapes {
    let mut shapes = vec![
        ("embeddings.cls_token".to_owned(), vec![1, 1, WIDTH]),
        ("embeddings.position_embeddings".to_owned(), vec![1, (SIDE / 16).pow(2) + 1, WIDTH]),
        ("embeddings.patch_embeddings.projection.weight".to_owned(), vec![WIDTH, 3, 16, 16]),
        ("embeddings.patch_embeddings.projection.bias".to_owned(), vec![WIDTH]),
    ];
    shapes.extend(norm("layernorm"));
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        for part in ["attention.attention.query", "attention.attention.key", "attention.attention.value"] {
            shapes.extend(linear(&name(part), WIDTH, WIDTH));
        }
        shapes.extend(linear(&name("attention.output.dense"), WIDTH, WIDTH));
        shapes.extend(linear(&name("intermediate.dense"), WIDTH, INNER));
        shapes.extend(linear(&name("output.dense"), INNER, WIDTH));
        shapes.extend([norm(&name("layernorm_before")), norm(&name("layernorm_after"))].concat());
    }
    shapes
}

/// A safetensors file in half precision.
fn file(shapes: Shapes) -> Vec<u8> {
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
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}

fn folder(weights: &[u8]) -> MemoryFolder {
    let mut folder = MemoryFolder::default();
    folder.insert("config.json", b"{}".to_vec());
    folder.insert("model.safetensors", weights.to_vec());
    folder
}
