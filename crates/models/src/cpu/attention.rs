//! Self-attention of one sequence, head by head.
//!
//! Invariant: of the tokens × tokens scores there is one head's in memory at a time. Where the queries, keys and values come
//! from is left to the network.

use super::panels::{Panels, Rows, add_product};
use super::vectors::softmax;

/// How a row of queries, keys and values is divided.
#[derive(Clone, Copy)]
pub(crate) struct Heads {
    /// How many there are.
    pub(crate) count: usize,
    /// Values of each.
    pub(crate) width: usize,
}

/// Adds to `mixed`, queries × width, what each of the last `queries` tokens takes over from all tokens, or with `causal` from
/// those up to itself. `joined` holds for each token its query, key and value side by side.
pub(crate) fn attend(joined: &[f32], heads: Heads, queries: std::ops::Range<usize>, causal: bool, mixed: &mut [f32]) {
    let width = heads.count * heads.width;
    let stride = 3 * width;
    let tokens = joined.len() / stride;
    let scale = (heads.width as f32).sqrt().recip();
    let mut scores = vec![0.0; queries.len() * tokens];
    for head in 0..heads.count {
        let at = |part: usize| &joined[part * width + head * heads.width..];
        let keys = Panels::of_outputs(at(1), stride, [heads.width, tokens]);
        let values = Panels::of_inputs(at(2), stride, [tokens, heads.width]);
        scores.fill(0.0);
        let rows = Rows { values: &at(0)[queries.start * stride..], stride, count: queries.len() };
        add_product(rows, &keys, &mut scores, tokens);
        for (row, query) in scores.chunks_exact_mut(tokens).zip(queries.clone()) {
            let (seen, unseen) = row.split_at_mut(if causal { query + 1 } else { tokens });
            softmax(seen, scale);
            unseen.fill(0.0);
        }
        add_product(Rows::of(&scores, tokens), &values, &mut mixed[head * heads.width..], width);
    }
}
