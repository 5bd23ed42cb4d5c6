//! Open-answer similarity: how near a model's answer in words is to the reference answers, as a sentence network sees them.
//!
//! This judge reads texts and never sees a frame, so it is not in the registry: stored predictions are scored with it.
//! Invariant: an answer has one likeness for each reference, their cosine, negative ones as 0; each text goes through the
//! network once.

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
                 floor, which is what the reference answer of another clip gets. There is no light variant: it sees no \
                 frames that could be left out, and each text costs one pass of a small network."
                    .to_owned(),
            ),
        }
    }

    /// How near each answer comes to each of the reference answers that it is held against, in the same orders: 0 to 1. `None`
    /// for a reference that is empty or cannot be read, and no likeness at all for such an answer. The mark of an answer is its
    /// highest likeness. `tell` hears of texts read and all texts.
    ///
    /// # Errors
    /// When the device failed.
    pub async fn likenesses(
        &mut self,
        answers: &[(&str, Vec<&str>)],
        mut tell: impl FnMut(usize, usize),
    ) -> Result<Vec<Vec<Option<f64>>>, DeviceFailed> {
        let texts = answers.iter().flat_map(|(said, right)| std::iter::once(*said).chain(right.iter().copied()));
        let mut new: Vec<&str> = texts.filter(|text| !text.trim().is_empty()).collect();
        new.sort_unstable();
        new.dedup();
        new.retain(|text| !self.vectors.contains_key(*text));
        for (batch, texts) in new.chunks(BATCH).enumerate() {
            self.read(texts).await?;
            tell(batch * BATCH + texts.len(), new.len());
        }
        Ok(answers.iter().map(|(said, right)| self.likeness(said, right)).collect())
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

    fn likeness(&self, said: &str, right: &[&str]) -> Vec<Option<f64>> {
        let vector = |text: &str| self.vectors.get(text)?.as_ref();
        let Some(said) = vector(said) else { return Vec::new() };
        let cosine = |right: &Vec<f32>| {
            let sum: f64 = said.iter().zip(right).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            // Both have length 1, but for rounding.
            Some(sum.clamp(0.0, 1.0)).filter(|cosine| cosine.is_finite())
        };
        right.iter().map(|text| cosine(vector(text)?)).collect()
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
    fn likenesses_are_the_cosines_of_transformers_vectors() {
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
        let found = pollster::block_on(judge.likenesses(&asked, |done, all| heard.push((done, all)))).unwrap();
        let near = |found: &[Option<f64>], theirs: &[f64]| {
            assert_eq!(found.len(), theirs.len());
            for (found, theirs) in found.iter().zip(theirs) {
                let found = found.unwrap();
                assert!((found - theirs.max(0.0)).abs() < 1e-5, "{found} for {theirs}");
            }
        };
        near(&found[0], &[cosine(0, 1), cosine(0, 2), cosine(0, 3)]);
        near(&found[1], &[cosine(1, 2)]);
        near(&found[2], &[1.0]);
        assert_eq!(found[4][0], None);
        near(&found[4][1..], &[cosine(0, 3)]);
        assert!(found[3].is_empty() && found[5].is_empty());
        // Four texts, each read once.
        assert_eq!(heard, [(4, 4)]);
        assert!(pollster::block_on(judge.likenesses(&asked, |_, _| panic!("read again"))).is_ok());
    }
}
