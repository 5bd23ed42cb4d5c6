//! Networks against transformers and DINO's own formula, with the small random weights of `golden/networks.py`; the
//! sentence network against a published package, where it is installed.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test stops where it fails and says how near it came")]

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, Transaction};
use reelcheck_models::weights::{MemoryFolder, Preprocessing};
use reelcheck_models::{Aesthetic, Clip, ClipParts, Models, Picture, Role, SentenceModel, Vit, read};
use serde_json::Value;

/// The largest error of a normalised vector's entry.
const TOLERANCE: f64 = 1e-4;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/networks")
}

/// A folder's files in memory, under a prefix.
fn add(folder: &mut MemoryFolder, path: &Path, prefix: &str) {
    for entry in std::fs::read_dir(path).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let name = entry.file_name().into_string().unwrap();
        folder.insert(format!("{prefix}{name}"), std::fs::read(entry.path()).unwrap());
    }
}

fn folder(path: &Path) -> MemoryFolder {
    let mut folder = MemoryFolder::default();
    add(&mut folder, path, "");
    folder
}

fn json(folder: &MemoryFolder, name: &str) -> Value {
    serde_json::from_slice(folder.get(name).unwrap()).unwrap()
}

/// The same values as `picture()` in `golden/networks.py`.
fn picture(width: usize, height: usize, seed: u64) -> Picture {
    let value = |index: usize| {
        let mixed = (index as u64 + seed * 1_000_003).wrapping_mul(2_654_435_761) >> 8 & 0xFFFF;
        (mixed as f64 / 65535.0 * 4.0 - 2.0) as f32
    };
    Picture::new(width, height, (0..3 * width * height).map(value).collect())
}

fn values(tensor: Tensor<2>) -> Vec<f32> {
    pollster::block_on(read(Transaction::default().register(tensor))).unwrap().remove(0)
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn assert_close(what: &str, ours: &[f32], theirs: &Value) {
    let theirs = numbers(theirs);
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let error = ours.iter().zip(&theirs).map(|(&a, b)| (f64::from(a) - b).abs()).fold(0.0, f64::max);
    println!("{what}: largest error {error:.1e}");
    assert!(error <= TOLERANCE, "{what} is off by {error}");
}

#[test]
fn clip_equals_transformers() {
    for name in ["clip", "clip-gelu"] {
        let folder = folder(&golden().join(name));
        let expected = json(&folder, "expected.json");
        let clip = pollster::block_on(Clip::read(&folder, &Device::flex(), ClipParts::VisionAndText)).unwrap();
        let pictures: Vec<Picture> = (0..3).map(|seed| picture(clip.side(), clip.side(), seed)).collect();
        let together = values(clip.pictures(&pictures));
        for (index, theirs) in expected["pictures"].as_array().unwrap().iter().enumerate() {
            assert_close(&format!("{name}, picture {index}"), &together[index * 20..(index + 1) * 20], theirs);
            assert_close(&format!("{name}, alone"), &values(clip.pictures(&pictures[index..=index])), theirs);
        }
        for (text, theirs) in texts(&expected["texts"]).into_iter().zip(expected["sentences"].as_array().unwrap()) {
            assert_close(&format!("{name}, text"), &values(clip.text_vector(text).unwrap()), theirs);
        }
        assert_eq!(clip.preprocessing(), Preprocessing::CLIP);
    }
}

#[test]
fn the_aesthetic_layer_equals_torch() {
    let folder = folder(&golden().join("clip"));
    let aesthetic = pollster::block_on(Aesthetic::read(&folder, &Device::flex())).unwrap();
    let pictures: Vec<Picture> = (0..3).map(|seed| picture(aesthetic.side(), aesthetic.side(), seed)).collect();
    assert_close("aesthetic", &values(aesthetic.values(&pictures)), &json(&folder, "aesthetic.json"));
}

#[test]
fn dino_equals_its_own_formula_on_pictures_of_any_shape() {
    let folder = folder(&golden().join("vit"));
    let expected = json(&folder, "expected.json");
    let vit = pollster::block_on(Vit::read(&folder, &Device::flex())).unwrap();
    for (seed, (size, theirs)) in
        expected["sizes"].as_array().unwrap().iter().zip(expected["pictures"].as_array().unwrap()).enumerate()
    {
        let [width, height] = [0, 1].map(|side| size[side].as_u64().unwrap() as usize);
        let ours = values(vit.pictures(&[picture(width, height, seed as u64)]));
        assert_close(&format!("dino {width}×{height}"), &ours, theirs);
    }
}

#[test]
fn sentences_equal_transformers() {
    let folder = folder(&golden().join("bert"));
    let expected = json(&folder, "expected.json");
    let model = pollster::block_on(SentenceModel::read(&folder, &Device::flex())).unwrap();
    for (text, theirs) in texts(&expected["texts"]).into_iter().zip(expected["sentences"].as_array().unwrap()) {
        assert_close("sentence", &values(model.vector(text).unwrap()), theirs);
    }
}

#[test]
fn tokens_equal_transformers_on_a_thousand_strings() {
    let golden = golden();
    let tokens = json(&folder(&golden), "tokens.json");
    let strings = texts(&tokens["strings"]);
    assert_eq!(strings.len(), 1000);
    let device = Device::flex();
    let read = |name: &str| {
        pollster::block_on(Clip::read(&folder(&golden.join(name)), &device, ClipParts::VisionAndText)).unwrap()
    };
    // One has tokenizer.json, the other vocab.json and merges.txt.
    let (whole, made) = (read("clip"), read("clip-gelu"));
    let sentences = pollster::block_on(SentenceModel::read(&folder(&golden.join("bert")), &device)).unwrap();
    let ids = |value: &Value| numbers(value).into_iter().map(|id| id as u32).collect::<Vec<_>>();
    for (index, text) in strings.into_iter().enumerate() {
        assert_eq!(whole.tokens(text).unwrap(), ids(&tokens["clip"][index]), "{text:?}");
        assert_eq!(made.tokens(text).unwrap(), ids(&tokens["clip"][index]), "{text:?}");
        assert_eq!(sentences.tokens(text).unwrap(), ids(&tokens["bert"][index]), "{text:?}");
    }
}

#[test]
fn models_are_loaded_by_role_and_an_error_leaves_them_as_they_were() {
    let (golden, device) = (golden(), Device::flex());
    let mut all = MemoryFolder::default();
    for (role, from) in [("dino", "vit"), ("clip", "clip-gelu"), ("clip-aesthetic", "clip"), ("sentence", "bert")] {
        add(&mut all, &golden.join(from), &format!("{role}/"));
    }
    let mut models = Models::default();
    let roles = pollster::block_on(models.load_all(&all, &device)).unwrap();
    assert_eq!(roles, [Role::Dino, Role::Clip, Role::ClipAesthetic, Role::Sentence]);
    assert_eq!(models.loaded(), roles);

    let before = models.clip.clone().unwrap();
    let error = pollster::block_on(models.load(Role::Clip, &folder(&golden.join("vit")), &device)).unwrap_err();
    assert!(error.to_string().contains("vision_model.embeddings.patch_embedding.weight is missing"), "{error}");
    assert!(std::rc::Rc::ptr_eq(&before, models.clip.as_ref().unwrap()));
    models.unload(Role::Clip);
    assert_eq!(models.loaded().len(), 3);
}

/// The published sentence network inside a Python package, if `$REELCHECK_MINILM` names its folder.
#[test]
fn minilm_equals_the_published_package() {
    let Some(path) = std::env::var_os("REELCHECK_MINILM").map(PathBuf::from) else {
        println!("SKIPPED: $REELCHECK_MINILM does not name the package's model folder");
        return;
    };
    let expected: Value = serde_json::from_slice(&std::fs::read(golden().join("minilm.json")).unwrap()).unwrap();
    let model = pollster::block_on(SentenceModel::read(&folder(&path), &Device::flex())).unwrap();
    let vectors: Vec<Vec<f32>> =
        texts(&expected["texts"]).into_iter().map(|text| values(model.vector(text).unwrap())).collect();
    let mut worst = 0f64;
    for (index, theirs) in numbers(&expected["cosines"]).into_iter().enumerate() {
        let pair = [&vectors[index], &vectors[(index + 1) % vectors.len()]];
        let cosine: f64 = pair[0].iter().zip(pair[1]).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        worst = worst.max((cosine - theirs).abs());
    }
    println!("MiniLM: largest error of {} cosines {worst:.1e}", vectors.len());
    assert!(worst <= 1e-4, "off by {worst}");
}
