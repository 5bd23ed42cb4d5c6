//! Open-answer similarity: how near a model's answer in words is to the reference answers, as a sentence network sees them.
//!
//! This judge reads texts and never sees a frame, so it is not in the registry: stored predictions are scored with it.
//! Invariant: the mark is the highest cosine with any of the references, negative ones as 0; each text goes through the network
//! once.

use std::collections::HashMap;
use std::rc::Rc;

use burn::tensor::{Tensor, Transaction};
use reelcheck_models::{DeviceFailed, SentenceModel, read};
use reelcheck_types::{Better, Card, Need, ScoreRange, Unit};

/// Texts that are read back from the device together.
const BATCH: usize = 16;

/// The judge, with the vectors of the texts that it has read.
pub struct OpenAnswerSimilarity {
    network: Rc<SentenceModel>,
    /// `None` where the tokenizer failed on the text.
    vectors: HashMap<String, Option<Vec<f32>>>,
}

impl OpenAnswerSimilarity {
    /// A judge that looks through this network.
    pub fn new(network: Rc<SentenceModel>) -> Self {
        Self { network, vectors: HashMap::new() }
    }

    /// What the judge says of itself.
    pub fn card() -> Card {
        Card {
            id: "open_answer_similarity".to_owned(),
            version: 1,
            dimension: "open_answer".to_owned(),
            summary: "How near an answer in words is to the nearest of the reference answers: cosine of their sentence vectors, \
                      negative ones as 0."
                .to_owned(),
            unit: Unit::Ratio,
            range: ScoreRange::new(0.0, 1.0),
            better: Better::Higher,
            needs: vec![Need::Weights],
            on_request: true,
            source: "Reimers and Gurevych, Sentence-BERT, EMNLP 2019: all-MiniLM-L6-v2; the highest cosine with the primary and \
                     the alternative answers"
                .to_owned(),
            differs: Some(
                "Not IPV-Bench's official judge, which asks GPT-4o whether an answer catches the impossible event, and not on its \
                 scale: likeness of words is not truth, and an answer that denies the event can come near. Read it beside its \
                 floor, which is what the reference answer of another clip gets."
                    .to_owned(),
            ),
        }
    }

    /// The marks of answers, each with the reference answers that it is held against, in the same order: 0 to 1. `None` where
    /// the answer or every reference is empty or cannot be read. `tell` hears of texts read and all texts.
    ///
    /// # Errors
    /// When the device failed.
    pub async fn marks(
        &mut self,
        answers: &[(&str, Vec<&str>)],
        mut tell: impl FnMut(usize, usize),
    ) -> Result<Vec<Option<f64>>, DeviceFailed> {
        let texts = answers.iter().flat_map(|(said, right)| std::iter::once(*said).chain(right.iter().copied()));
        let mut new: Vec<&str> = texts.filter(|text| !text.trim().is_empty()).collect();
        new.sort_unstable();
        new.dedup();
        new.retain(|text| !self.vectors.contains_key(*text));
        for (batch, texts) in new.chunks(BATCH).enumerate() {
            self.read(texts).await?;
            tell(batch * BATCH + texts.len(), new.len());
        }
        Ok(answers.iter().map(|(said, right)| self.mark(said, right)).collect())
    }

    /// Reads texts.
    async fn read(&mut self, texts: &[&str]) -> Result<(), DeviceFailed> {
        let vectors: Vec<Option<Tensor<2>>> = texts.iter().map(|text| self.network.vector(text).ok()).collect();
        let asked = vectors.iter().flatten().cloned().fold(Transaction::default(), Transaction::register);
        let is_asked = vectors.iter().any(Option::is_some);
        let mut values = if is_asked { read(asked).await? } else { Vec::new() }.into_iter();
        for (text, vector) in texts.iter().zip(vectors) {
            self.vectors.insert((*text).to_owned(), vector.and_then(|_| values.next()));
        }
        Ok(())
    }

    fn mark(&self, said: &str, right: &[&str]) -> Option<f64> {
        let vector = |text: &str| self.vectors.get(text)?.as_ref();
        let said = vector(said)?;
        let cosine = |right: &Vec<f32>| {
            let sum: f64 = said.iter().zip(right).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            // Both have length 1, but for rounding.
            sum.clamp(0.0, 1.0)
        };
        right.iter().filter_map(|text| vector(text)).map(cosine).reduce(f64::max).filter(|mark| mark.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use burn::tensor::Device;
    use reelcheck_models::weights::MemoryFolder;
    use serde_json::Value;

    use super::*;

    fn network() -> (Rc<SentenceModel>, Value) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/golden/networks/bert");
        let mut folder = MemoryFolder::default();
        for entry in std::fs::read_dir(&path).unwrap().flatten() {
            folder.insert(entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap());
        }
        let network = pollster::block_on(SentenceModel::read(&folder, &Device::flex())).unwrap();
        let expected = std::fs::read(path.join("expected.json")).unwrap();
        (Rc::new(network), serde_json::from_slice(&expected).unwrap())
    }

    #[test]
    fn a_mark_is_the_highest_cosine_of_transformers_vectors() {
        let (network, expected) = network();
        let texts: Vec<&str> =
            expected["texts"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
        let vector = |text: usize| expected["sentences"][text].as_array().unwrap().iter().map(|x| x.as_f64().unwrap());
        let cosine = |a: usize, b: usize| vector(a).zip(vector(b)).map(|(a, b)| a * b).sum::<f64>();
        let mut judge = OpenAnswerSimilarity::new(network);
        let mut heard = Vec::new();
        let asked = [
            (texts[0], vec![texts[1], texts[2], texts[3]]),
            (texts[1], vec![texts[2]]),
            (texts[2], vec![texts[2]]),
            (" ", vec![texts[0]]),
            (texts[0], vec!["", texts[3]]),
            (texts[0], vec![]),
        ];
        let marks = pollster::block_on(judge.marks(&asked, |done, all| heard.push((done, all)))).unwrap();
        let near = |mark: Option<f64>, theirs: f64| {
            let mark = mark.unwrap();
            assert!((mark - theirs.max(0.0)).abs() < 1e-5, "{mark} for {theirs}");
        };
        near(marks[0], cosine(0, 1).max(cosine(0, 2)).max(cosine(0, 3)));
        near(marks[1], cosine(1, 2));
        near(marks[2], 1.0);
        near(marks[4], cosine(0, 3));
        assert_eq!([marks[3], marks[5]], [None, None]);
        // Four texts, each read once.
        assert_eq!(heard, [(4, 4)]);
        assert!(pollster::block_on(judge.marks(&asked, |_, _| panic!("read again"))).is_ok());
    }
}
