//! Which annotations a clip's name and hash mean.
//!
//! Invariant: a name either means one key or is listed as ambiguous; a key is claimed by one clip, or by copies of one.

use std::collections::{BTreeMap, BTreeSet};

use reelcheck_types::ClipKey;

use super::{Ambiguity, ClipIdentity, MatchedBy, ReferenceSet, Unmatched, UnmatchedKey};
use crate::names;

/// A clip's claim to the annotations of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) key: usize,
    pub(super) by: MatchedBy,
    /// Components that the names share, counted from the last.
    pub(super) shared: usize,
}

/// Several clips may claim one key by name. The surest claim wins; equal ones all lose unless the clips are copies.
pub(super) fn settle(keys: &Keys<'_>, clips: &[ClipIdentity], claims: &mut [Vec<Claim>], unmatched: &mut Unmatched) {
    let mut claimants: BTreeMap<usize, Vec<(usize, Claim)>> = BTreeMap::new();
    for (clip, claims) in claims.iter().enumerate() {
        for claim in claims.iter().filter(|claim| claim.by > MatchedBy::Hash) {
            claimants.entry(claim.key).or_default().push((clip, *claim));
        }
    }
    for (key, claimants) in claimants {
        let Some(best) = claimants.iter().map(|(_, claim)| (claim.by, usize::MAX - claim.shared)).min() else {
            continue;
        };
        let (winners, losers): (Vec<_>, Vec<_>) =
            claimants.iter().partition(|(_, claim)| (claim.by, usize::MAX - claim.shared) == best);
        let hash = |(clip, _): &&(usize, Claim)| clips[*clip].sha256.as_deref();
        let copies = winners.first().and_then(hash).is_some_and(|first| winners.iter().all(|w| hash(w) == Some(first)));
        let mut dropped = losers;
        if winners.len() > 1 && !copies {
            unmatched.ambiguous.push(Ambiguity {
                clips: winners.iter().map(|(clip, _)| clips[*clip].name.clone()).collect(),
                keys: vec![keys.keys[key].clone()],
            });
            dropped.extend(winners);
        }
        for (clip, _) in dropped {
            claims[*clip].retain(|claim| claim.key != key || claim.by <= MatchedBy::Hash);
        }
    }
}

/// The distinct ways in which annotations name clips, with what is needed to find them.
pub(super) struct Keys<'a> {
    pub(super) keys: Vec<&'a ClipKey>,
    /// Annotations by key.
    pub(super) annotations: Vec<Vec<usize>>,
    /// Hashes that files give beside a name, by key.
    hashes_of: Vec<Vec<&'a str>>,
    pub(super) index: BTreeMap<&'a ClipKey, usize>,
    pub(super) by_hash: BTreeMap<&'a str, BTreeSet<usize>>,
    by_base: BTreeMap<&'a str, Vec<usize>>,
    by_lower: BTreeMap<String, Vec<usize>>,
    /// By lower-case name without a video's extension; whether the key had one.
    by_stem: BTreeMap<String, Vec<(usize, bool)>>,
    /// Prompts that file names carry as a number, and those that they carry themselves, in lower case.
    by_prompt_number: BTreeMap<u32, Vec<usize>>,
    by_prompt: BTreeMap<String, Vec<usize>>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(set: &'a ReferenceSet) -> Self {
        let mut this = Self {
            keys: Vec::new(),
            annotations: Vec::new(),
            hashes_of: Vec::new(),
            index: BTreeMap::new(),
            by_hash: BTreeMap::new(),
            by_base: BTreeMap::new(),
            by_lower: BTreeMap::new(),
            by_stem: BTreeMap::new(),
            by_prompt_number: BTreeMap::new(),
            by_prompt: BTreeMap::new(),
        };
        for (index, (_, prompt)) in set.prompts.iter().enumerate() {
            match prompt.id {
                Some(id) => this.by_prompt_number.entry(id).or_default().push(index),
                None => this.by_prompt.entry(prompt.text.to_lowercase()).or_default().push(index),
            }
        }
        for (index, (_, annotation)) in set.annotations.iter().enumerate() {
            let key = *this.index.entry(&annotation.clip).or_insert_with(|| {
                this.keys.push(&annotation.clip);
                this.annotations.push(Vec::new());
                this.keys.len() - 1
            });
            this.annotations[key].push(index);
        }
        for (index, key) in this.keys.iter().copied().enumerate() {
            match key {
                ClipKey::Sha256(hash) => {
                    this.by_hash.entry(hash).or_default().insert(index);
                }
                ClipKey::Name(name) => {
                    let base = names::base(name);
                    let stem = names::without_video_extension(base);
                    this.by_base.entry(base).or_default().push(index);
                    this.by_lower.entry(base.to_lowercase()).or_default().push(index);
                    let place = this.by_stem.entry(stem.unwrap_or(base).to_lowercase()).or_default();
                    place.push((index, stem.is_some()));
                }
            }
        }
        this.hashes_of = vec![Vec::new(); this.keys.len()];
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, key) in this.keys.iter().copied().enumerate() {
            if let ClipKey::Name(name) = key {
                names.insert(name, index);
            }
        }
        for (_, same) in &set.same_clips {
            if let Some(&key) = names.get(same.name.as_str()) {
                this.hashes_of[key].push(&same.sha256);
                this.by_hash.entry(&same.sha256).or_default().insert(key);
            }
        }
        this
    }

    /// The keys that a clip's name means, with the number of components shared; several if the name does not tell.
    ///
    /// A key that is known to mean a file of another content is none of them, whatever its name.
    pub(super) fn by_name(&self, name: &str, hash: Option<&str>) -> (MatchedBy, Vec<(usize, usize)>) {
        let base = names::base(name);
        let lower = base.to_lowercase();
        let (by, candidates) = if let Some(keys) = self.by_base.get(base) {
            (MatchedBy::Name, keys.clone())
        } else if let Some(keys) = self.by_lower.get(&lower) {
            (MatchedBy::NameIgnoringCase, keys.clone())
        } else {
            let stem = names::without_video_extension(&lower);
            let keys = self.by_stem.get(stem.unwrap_or(&lower)).map(Vec::as_slice).unwrap_or_default();
            // Two different extensions are two different files.
            let keys = keys.iter().filter(|(_, has)| !(*has && stem.is_some())).map(|(key, _)| *key).collect();
            (MatchedBy::NameWithoutExtension, keys)
        };
        let shared = |key: usize| match self.keys[key] {
            ClipKey::Name(key) => names::shared_components(name, key),
            ClipKey::Sha256(_) => 0,
        };
        let may_be = |key: &usize| {
            let known = &self.hashes_of[*key];
            known.is_empty() || hash.is_none_or(|hash| known.contains(&hash))
        };
        let candidates = candidates.into_iter().filter(may_be);
        let with_shared: Vec<(usize, usize)> = candidates.map(|key| (key, shared(key))).collect();
        let most = with_shared.iter().map(|(_, shared)| *shared).max().unwrap_or_default();
        (by, with_shared.into_iter().filter(|(_, shared)| *shared == most).collect())
    }

    /// The prompts that a clip was generated from, by its name. Of prompts that differ in case only, the one that is written
    /// like the name; where none is, they have to be one.
    pub(super) fn prompts_of(&self, set: &ReferenceSet, name: &str) -> Vec<(MatchedBy, usize)> {
        let by_number = names::ipv_prompt_id(name).and_then(|id| self.by_prompt_number.get(&id));
        let by_number = by_number.into_iter().flatten().map(|&index| (MatchedBy::PromptNumber, index));
        let carried = names::vbench_prompt(name).unwrap_or_default();
        let alike = self.by_prompt.get(&carried.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        let text = |index: usize| set.prompts[index].1.text.as_str();
        let exact = alike.iter().any(|&index| text(index) == carried);
        let one = alike.windows(2).all(|pair| text(pair[0]) == text(pair[1]));
        let by_text = alike.iter().filter(|&&index| if exact { text(index) == carried } else { one });
        by_number.chain(by_text.map(|&index| (MatchedBy::Prompt, index))).collect()
    }

    pub(super) fn unmatched(&self, set: &ReferenceSet, claimed: &BTreeSet<usize>) -> Vec<UnmatchedKey> {
        let files = |key: usize| {
            let files: BTreeSet<usize> = self.annotations[key].iter().map(|&index| set.annotations[index].0).collect();
            files.into_iter().map(|file| set.files[file].clone()).collect()
        };
        (0..self.keys.len())
            .filter(|key| !claimed.contains(key))
            .map(|key| UnmatchedKey { clip: self.keys[key].clone(), files: files(key) })
            .collect()
    }
}
