//! CLIP's tokenizer: byte pairs over lower-case words.
//!
//! Invariant: never padded, and cut to the network's length with the end token kept.

use serde_json::{Value, json};
use tokenizers::{Tokenizer, TruncationParams};

use crate::weights::{Folder, WeightsError, read_json, read_text};

const TOKENIZER: &str = "tokenizer.json";
const VOCABULARY: &str = "vocab.json";
const MERGES: &str = "merges.txt";

const START: &str = "<|startoftext|>";
const END: &str = "<|endoftext|>";

/// What a word is: OpenAI's expression.
const WORDS: &str = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

/// Reads `tokenizer.json`, or makes the same of `vocab.json` and `merges.txt`.
pub(super) async fn read(folder: &dyn Folder, most: usize) -> Result<Tokenizer, WeightsError> {
    if folder.size(TOKENIZER).is_some() {
        return from_json(TOKENIZER, &read_text(folder, TOKENIZER).await?, most);
    }
    let vocabulary: Value = read_json(folder, VOCABULARY).await?;
    let merges = read_text(folder, MERGES).await?;
    let merges = String::from_utf8(merges).map_err(|error| WeightsError::config(MERGES, error))?;
    let id = |token: &str| {
        let id = vocabulary.get(token).and_then(Value::as_u64);
        id.ok_or_else(|| WeightsError::config(VOCABULARY, format!("{token} is not in it")))
    };
    let (start, end) = (id(START)?, id(END)?);
    let special = |id: u64, content: &str| {
        json!({ "id": id, "content": content, "special": true,
                "single_word": false, "lstrip": false, "rstrip": false, "normalized": false })
    };
    // The first line names the format's version.
    let pairs: Vec<&str> = merges.lines().filter(|line| !line.is_empty() && !line.starts_with("#version")).collect();
    let tokenizer = json!({
        "version": "1.0",
        "added_tokens": [special(start, START), special(end, END)],
        "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "NFC" },
            { "type": "Replace", "pattern": { "Regex": r"\s+" }, "content": " " },
            { "type": "Lowercase" },
        ] },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "Split", "pattern": { "Regex": WORDS }, "behavior": "Removed", "invert": true },
            { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
        ] },
        "post_processor": { "type": "RobertaProcessing", "sep": [END, end], "cls": [START, start],
                            "trim_offsets": false, "add_prefix_space": false },
        "decoder": null,
        "model": { "type": "BPE", "unk_token": END, "continuing_subword_prefix": "", "end_of_word_suffix": "</w>",
                   "fuse_unk": false, "byte_fallback": false, "vocab": vocabulary, "merges": pairs },
    });
    from_json(VOCABULARY, tokenizer.to_string().as_bytes(), most)
}

/// A tokenizer of this description, without padding and with this length at most.
pub(crate) fn from_json(file: &str, bytes: &[u8], most: usize) -> Result<Tokenizer, WeightsError> {
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| WeightsError::config(file, error))?;
    let truncation = TruncationParams { max_length: most, ..TruncationParams::default() };
    tokenizer.with_truncation(Some(truncation)).map_err(|error| WeightsError::config(file, error))?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

/// A text's tokens with those of its start and end, all of them below `vocabulary`.
pub(crate) fn tokens(tokenizer: &Tokenizer, text: &str, vocabulary: usize) -> Result<Vec<u32>, WeightsError> {
    let encoding = tokenizer.encode(text, true).map_err(|error| WeightsError::config(TOKENIZER, error))?;
    let tokens = encoding.get_ids().to_vec();
    match tokens.iter().find(|&&token| token as usize >= vocabulary) {
        Some(token) => {
            let message = format!("its token {token} is not among the network's {vocabulary}");
            Err(WeightsError::config(TOKENIZER, message))
        }
        None if tokens.is_empty() => Err(WeightsError::config(TOKENIZER, "it gives a text no tokens")),
        None => Ok(tokens),
    }
}
