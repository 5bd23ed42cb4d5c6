//! Weights that are wrong in every way, and right ones in all their forms.

use std::cell::RefCell;

use burn::tensor::Device;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A safetensors file of a header and bytes.
fn file(header: &Value, data: &[u8]) -> Vec<u8> {
    raw(&header.to_string(), data)
}

fn raw(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn two_tensors() -> Vec<u8> {
    let header = json!({
        "__metadata__": { "format": "pt" },
        "a": { "dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16] },
        "b": { "dtype": "BF16", "shape": [2], "data_offsets": [16, 20] },
        "c": { "dtype": "F16", "shape": [], "data_offsets": [20, 22] },
    });
    let halves = [half::bf16::from_f32(1.5).to_le_bytes(), half::bf16::from_f32(-2.0).to_le_bytes()].concat();
    let data = [floats(&[1.0, -2.0, 3.0, 0.5]), halves, half::f16::from_f32(0.25).to_le_bytes().to_vec()].concat();
    file(&header, &data)
}

fn folder(bytes: Vec<u8>) -> MemoryFolder {
    let mut folder = MemoryFolder::default();
    folder.insert("model.safetensors", bytes);
    folder
}

/// Opens a folder and reads all that [`two_tensors`] has.
fn read(folder: &dyn Folder) -> Result<Vec<f32>, WeightsError> {
    pollster::block_on(async {
        let device = Device::flex();
        let mut from = Checkpoint::open(folder, &device).await?;
        let mut values = from.values("a", &[2, 2]).await?;
        values.extend(from.values("b", &[2]).await?);
        values.extend(from.values("c", &[]).await?);
        from.finish()?;
        Ok(values)
    })
}

fn error(bytes: Vec<u8>) -> String {
    read(&folder(bytes)).unwrap_err().to_string()
}

#[test]
fn three_kinds_of_numbers_are_read() {
    assert_eq!(read(&folder(two_tensors())).unwrap(), [1.0, -2.0, 3.0, 0.5, 1.5, -2.0, 0.25]);
}

#[test]
fn several_files_with_an_index_are_read_as_one() {
    let mut folder = MemoryFolder::default();
    let one = json!({ "a": { "dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16] } });
    let two = json!({ "b": { "dtype": "F32", "shape": [2], "data_offsets": [0, 8] },
                      "c": { "dtype": "F32", "shape": [], "data_offsets": [8, 12] } });
    folder.insert("one.safetensors", file(&one, &floats(&[1.0, 2.0, 3.0, 4.0])));
    folder.insert("two.safetensors", file(&two, &floats(&[5.0, 6.0, 7.0])));
    let mut index = json!({ "metadata": { "total_size": 28 }, "weight_map": {
        "a": "one.safetensors", "b": "two.safetensors", "c": "two.safetensors" } });
    folder.insert("model.safetensors.index.json", index.to_string().into_bytes());
    assert_eq!(read(&folder).unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);

    index["weight_map"]["c"] = "one.safetensors".into();
    folder.insert("model.safetensors.index.json", index.to_string().into_bytes());
    assert!(read(&folder).unwrap_err().to_string().contains("c should be in one.safetensors"));
    index["weight_map"]["c"] = "../three.safetensors".into();
    folder.insert("model.safetensors.index.json", index.to_string().into_bytes());
    assert_eq!(read(&folder).unwrap_err(), WeightsError::NoFile { file: "../three.safetensors".to_owned() });
}

#[test]
fn a_tensor_that_is_missing_extra_or_misshapen_is_named() {
    let with = |header: Value, values: &[f32]| error(file(&header, &floats(values)));
    let a = json!({ "dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16] });
    assert_eq!(with(json!({ "a": a }), &[0.0; 4]), "the tensor b is missing; it should be [2]");
    let misshapen = json!({ "a": { "dtype": "F32", "shape": [4], "data_offsets": [0, 16] } });
    assert_eq!(with(misshapen, &[0.0; 4]), "the tensor a is misshapen: it is [4] and should be [2, 2]");
    let extra = json!({ "a": a, "b": { "dtype": "F32", "shape": [2], "data_offsets": [16, 24] },
                        "c": { "dtype": "F32", "shape": [], "data_offsets": [24, 28] },
                        "d": { "dtype": "F32", "shape": [1], "data_offsets": [28, 32] },
                        "e.position_ids": { "dtype": "I64", "shape": [1], "data_offsets": [32, 40] },
                        "z": { "dtype": "F32", "shape": [0], "data_offsets": [40, 40] } });
    let message = with(extra, &[0.0; 10]);
    assert!(message.starts_with("the tensor d is extra") && message.ends_with("(and 1 more)"), "{message}");
    let whole = json!({ "a": { "dtype": "I32", "shape": [2, 2], "data_offsets": [0, 16] } });
    assert_eq!(with(whole, &[0.0; 4]), "the tensor a holds I32; F32, F16 and BF16 are read");
}

#[test]
fn values_that_are_not_finite_are_named() {
    for (place, value) in [(0, f32::NAN), (3, f32::INFINITY)] {
        let mut bytes = two_tensors();
        let at = bytes.len() - 22 + 4 * place;
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        let expected = format!("the tensor a holds a value that is not a finite number, at place {place}");
        assert_eq!(error(bytes), expected);
    }
}

#[test]
fn damaged_files_are_refused_with_their_name() {
    let whole = two_tensors();
    for cut in 0..whole.len() {
        let message = error(whole[..cut].to_vec());
        assert!(message.starts_with("model.safetensors: not a whole safetensors file: "), "{cut}: {message}");
    }
    let long = [whole.clone(), vec![0]].concat();
    assert!(error(long).contains("its tensors end at byte"));
    assert_eq!(read(&MemoryFolder::default()).unwrap_err().to_string(), "model.safetensors: the file is missing");
}

#[test]
fn a_header_that_claims_too_much_costs_no_memory() {
    for length in [1 << 60, u64::MAX, 9 * 1024 * 1024, 1000] {
        let mut bytes = two_tensors();
        bytes[..8].copy_from_slice(&u64::to_le_bytes(length));
        assert!(error(bytes).contains(&format!("claims to be {length} bytes long")));
    }
    // Shapes whose product does not fit, and ranges far beyond the file.
    let huge = json!({ "a": { "dtype": "F32", "shape": [u64::MAX, 16], "data_offsets": [0, 16] } });
    assert!(error(file(&huge, &[0; 16])).contains("not a whole safetensors file"));
    let far = json!({ "a": { "dtype": "F32", "shape": [1_u64 << 40], "data_offsets": [0, 1_u64 << 42] } });
    assert!(error(file(&far, &[0; 16])).contains("the file at"));
}

#[test]
fn equal_names_are_refused() {
    let entry = |from: usize| format!(r#"{{"dtype":"F32","shape":[1],"data_offsets":[{from},{}]}}"#, from + 4);
    let twice = format!(r#"{{"a":{},"a":{}}}"#, entry(0), entry(4));
    assert_eq!(error(raw(&twice, &[0; 8])), "model.safetensors: the tensor a is there twice");
}

#[test]
fn overlapping_ranges_and_gaps_are_refused() {
    for (from, to) in [(0, 4), (8, 12), (2, 6)] {
        let header = json!({ "a": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] },
                             "b": { "dtype": "F32", "shape": [1], "data_offsets": [from, to] } });
        assert!(error(file(&header, &[0; 12])).contains("not a whole safetensors file"), "{from}–{to}");
    }
}

#[test]
fn prefixes_are_taken_off_by_an_anchor() {
    let header = json!({ "vit.a.weight": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] } });
    let folder = folder(file(&header, &floats(&[7.0])));
    let values = pollster::block_on(async {
        let device = Device::flex();
        let mut from = Checkpoint::open(&folder, &device).await.unwrap().anchored("a.weight");
        from.values("a.weight", &[1]).await
    });
    assert_eq!(values.unwrap(), [7.0]);
}

/// Counts the longest range that was asked for.
struct Watched(MemoryFolder, RefCell<u64>);

impl Folder for Watched {
    fn names(&self) -> Vec<String> {
        self.0.names()
    }

    fn size(&self, name: &str) -> Option<u64> {
        self.0.size(name)
    }

    fn read<'a>(&'a self, name: &'a str, range: std::ops::Range<u64>) -> ReadFuture<'a> {
        let mut longest = self.1.borrow_mut();
        *longest = longest.max(range.end - range.start);
        self.0.read(name, range)
    }
}

#[test]
fn large_tensors_are_read_in_pieces() {
    let count = 3 * 1024 * 1024 + 5;
    let header = json!({ "a": { "dtype": "F32", "shape": [count], "data_offsets": [0, 4 * count] } });
    let data: Vec<u8> = (0..count).flat_map(|index| (index as f32).to_le_bytes()).collect();
    let watched = Watched(folder(file(&header, &data)), RefCell::new(0));
    let values = pollster::block_on(async {
        let device = Device::flex();
        Checkpoint::open(&watched, &device).await.unwrap().values("a", &[count]).await.unwrap()
    });
    assert!(values.iter().enumerate().all(|(index, &value)| value.to_bits() == (index as f32).to_bits()));
    assert_eq!(*watched.1.borrow(), 4 * 1024 * 1024);
}

#[test]
fn the_preprocessing_file_counts_where_it_is_there() {
    let mut folder = MemoryFolder::default();
    let ask = |folder: &MemoryFolder| pollster::block_on(Preprocessing::read(folder, Preprocessing::CLIP));
    assert_eq!(ask(&folder).unwrap(), Preprocessing::CLIP);
    let write = |folder: &mut MemoryFolder, text: &str| folder.insert("preprocessor_config.json", text.into());
    write(&mut folder, r#"{"image_mean":[0.5,0.5,0.5],"size":224}"#);
    assert_eq!(ask(&folder).unwrap(), Preprocessing { mean: [0.5; 3], ..Preprocessing::CLIP });
    for wrong in ["{", "[]", r#"{"image_mean":[1,2]}"#, r#"{"image_std":[0,1,1]}"#] {
        write(&mut folder, wrong);
        assert!(ask(&folder).unwrap_err().to_string().starts_with("preprocessor_config.json: "), "{wrong}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever happens to a file's bytes, it is read as finite numbers or refused.
    #[test]
    fn changed_bytes_never_break_the_reader(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = two_tensors();
        for (place, value) in &changes {
            let place = place.index(bytes.len());
            bytes[place] = *value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(values) = read(&folder(bytes)) {
            prop_assert!(values.len() == 7 && values.iter().all(|value| value.is_finite()));
        }
    }

    /// Any header is refused or describes the file exactly.
    #[test]
    fn any_header_is_survived(header in "\\PC{0,200}", data in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = read(&folder(raw(&header, &data)));
        let _ = read(&folder(header.into_bytes()));
        let _ = read(&folder(data));
    }

    /// Entries with any numbers in them are refused or describe the file exactly.
    #[test]
    fn any_numbers_in_a_header_are_survived(
        shape in prop::collection::vec(prop_oneof![0u64..5, any::<u64>()], 0..4),
        offsets in prop::collection::vec(prop_oneof![0u64..40, any::<u64>()], 0..4),
        dtype in prop_oneof![Just("F32"), Just("F16"), Just("F4"), Just("BOOL"), Just("X")],
        data in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let header = json!({ "a": { "dtype": dtype, "shape": shape, "data_offsets": offsets } });
        let _ = read(&folder(file(&header, &data)));
    }
}
