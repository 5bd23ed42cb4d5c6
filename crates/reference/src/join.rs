//! Joins annotations to clips by file name, by content hash, or by hand.
//!
//! Invariants: nothing is guessed. A name that could mean several clips joins to none of them and is listed; a clip with
//! two different values for one field gets neither and is listed; whatever found no partner is listed, both ways.

mod keys;

use std::collections::{BTreeMap, BTreeSet};

use reelcheck_types::{Annotation, AnnotationValue, Card, Clip, ClipKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::agreement::{Agreement, ClipScores, agreements};
use crate::importers::{ipv, vbench};
use crate::names;
use crate::{FieldKind, Imported, Prompt, SameClip};
use keys::{Claim, Keys, settle};

/// What tells a clip from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClipIdentity {
    /// The file's name, or its path inside the folder or archive that it came from.
    pub name: String,
    /// SHA-256 of the file, 64 hexadecimal digits, where it was computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl From<&Clip> for ClipIdentity {
    fn from(clip: &Clip) -> Self {
        Self { name: clip.name.clone(), sha256: clip.sha256.clone() }
    }
}

/// How a clip found an annotation, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MatchedBy {
    /// Somebody said so.
    Hand,
    /// The content has the same SHA-256.
    Hash,
    /// The file names are equal.
    Name,
    /// The file names differ in upper and lower case only.
    NameIgnoringCase,
    /// The file names are equal but for a video's extension that only one of them has, and perhaps for case.
    NameWithoutExtension,
    /// The file name carries the number of the prompt.
    PromptNumber,
    /// The file is called like the prompt and a number.
    Prompt,
}

/// A clip with what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JoinedClip {
    /// The clip's name.
    pub name: String,
    /// How it found its annotations; empty if it found none.
    pub matched_by: Vec<MatchedBy>,
    /// Its values by field. Contradictions are left out; see [`Unmatched::conflicts`].
    pub values: BTreeMap<String, AnnotationValue>,
}

/// A field over all clips.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JoinedField {
    /// The field's name.
    pub field: String,
    /// The kind of its values. Files that disagree about it make it text, which is not compared.
    pub kind: FieldKind,
    /// Clips that have a value.
    pub annotated: usize,
}

/// A clip that somebody joined to annotations by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandJoin {
    /// The clip's name.
    pub clip: String,
    /// How the annotations name their clip.
    pub key: ClipKey,
}

/// Annotations of a clip that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnmatchedKey {
    /// How the annotations name their clip.
    pub clip: ClipKey,
    /// The files that hold them.
    pub files: Vec<String>,
}

/// Clips and annotations that could belong together in several ways, and were therefore not joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ambiguity {
    /// The clips.
    pub clips: Vec<String>,
    /// How the annotations name their clips.
    pub keys: Vec<ClipKey>,
}

/// One of several values that contradict each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConflictingValue {
    /// The value.
    pub value: AnnotationValue,
    /// The file that says so.
    pub file: String,
}

/// Different values for one clip and field. None of them is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// The clip.
    pub clip: String,
    /// The field.
    pub field: String,
    /// The first values, each once; at most eight.
    pub values: Vec<ConflictingValue>,
}

/// What found no partner, or more than one, when clips and annotations were joined. Empty while there are no annotations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unmatched {
    /// Clips without any annotation.
    pub clips: Vec<String>,
    /// Annotations without their clip.
    pub annotations: Vec<UnmatchedKey>,
    /// Prompts that no clip was generated from. They are counted, not listed: a prompt suite is made for many clips.
    pub prompts: usize,
    /// What could belong together in several ways.
    pub ambiguous: Vec<Ambiguity>,
    /// Contradictions.
    pub conflicts: Vec<Conflict>,
}

/// Clips joined to their annotations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Joined {
    /// The clips, in the order in which they were given.
    pub clips: Vec<JoinedClip>,
    /// The fields that at least one clip has a value for, by name.
    pub fields: Vec<JoinedField>,
    /// What was not joined.
    pub unmatched: Unmatched,
}

/// Annotations of any number of files.
#[derive(Clone, Debug, Default)]
pub struct ReferenceSet {
    files: Vec<String>,
    annotations: Vec<(usize, Annotation)>,
    prompts: Vec<(usize, Prompt)>,
    same_clips: Vec<(usize, SameClip)>,
    by_hand: BTreeMap<String, ClipKey>,
}

impl ReferenceSet {
    /// Adds a file's annotations. A file of the same name replaces the one before it.
    pub fn add(&mut self, imported: Imported) {
        let file = match self.files.iter().position(|name| *name == imported.file) {
            Some(file) => {
                self.annotations.retain(|(of, _)| *of != file);
                self.prompts.retain(|(of, _)| *of != file);
                self.same_clips.retain(|(of, _)| *of != file);
                file
            }
            None => {
                self.files.push(imported.file);
                self.files.len() - 1
            }
        };
        self.annotations.extend(imported.annotations.into_iter().map(|annotation| (file, annotation)));
        self.prompts.extend(imported.prompts.into_iter().map(|prompt| (file, prompt)));
        self.same_clips.extend(imported.same_clips.into_iter().map(|same| (file, same)));
    }

    /// Says by hand which annotations belong to a clip. It then matches nothing else.
    pub fn join_by_hand(&mut self, join: HandJoin) {
        self.by_hand.insert(join.clip, join.key);
    }

    /// What was joined by hand, by clip name.
    pub fn joined_by_hand(&self) -> Vec<HandJoin> {
        self.by_hand.iter().map(|(clip, key)| HandJoin { clip: clip.clone(), key: key.clone() }).collect()
    }

    /// Whether there is nothing to compare with.
    pub fn is_empty(&self) -> bool {
        self.annotations.is_empty() && self.prompts.is_empty()
    }

    /// Joins clips to annotations.
    ///
    /// Names are compared by their last component, with case before without; an extension may be missing on one side.
    /// Where that leaves several, the folders decide, from the innermost outwards.
    pub fn join(&self, clips: &[ClipIdentity]) -> Joined {
        if self.is_empty() {
            let clips = clips.iter().map(|clip| JoinedClip {
                name: clip.name.clone(),
                matched_by: Vec::new(),
                values: BTreeMap::new(),
            });
            return Joined { clips: clips.collect(), fields: Vec::new(), unmatched: Unmatched::default() };
        }
        let keys = Keys::of(self);
        let mut unmatched = Unmatched::default();
        let claims = self.claims(&keys, clips, &mut unmatched);
        let kinds = self.kinds();
        let mut annotated: BTreeMap<&str, usize> = BTreeMap::new();
        let mut prompts_used: BTreeSet<usize> = BTreeSet::new();
        let mut joined = Vec::with_capacity(clips.len());
        for (clip, claims) in clips.iter().zip(&claims) {
            let mut matched_by: Vec<MatchedBy> = claims.iter().map(|claim| claim.by).collect();
            let mut found: BTreeMap<&str, Vec<ConflictingValue>> = BTreeMap::new();
            let mut note = |field: &'static str, value: AnnotationValue, file: usize| {
                note_value(&mut found, field, value, &self.files[file]);
            };
            for (by, index) in keys.prompts_of(self, &clip.name) {
                let (file, prompt) = &self.prompts[index];
                matched_by.push(by);
                prompts_used.insert(index);
                for (field, value) in of_prompt(prompt) {
                    note(field, value, *file);
                }
            }
            for index in claims.iter().flat_map(|claim| &keys.annotations[claim.key]) {
                let (file, annotation) = &self.annotations[*index];
                let kind = kinds.get(annotation.field.as_str()).copied().unwrap_or(FieldKind::Text);
                let value = as_kind(&annotation.value, kind);
                note_value(&mut found, &annotation.field, value, &self.files[*file]);
            }
            let mut values = BTreeMap::new();
            for (field, mut found) in found {
                if found.len() > 1 {
                    let conflict = Conflict { clip: clip.name.clone(), field: field.to_owned(), values: found };
                    unmatched.conflicts.push(conflict);
                } else if let Some(one) = found.pop() {
                    *annotated.entry(field).or_default() += 1;
                    values.insert(field.to_owned(), one.value);
                }
            }
            matched_by.sort_unstable();
            matched_by.dedup();
            if matched_by.is_empty() {
                unmatched.clips.push(clip.name.clone());
            }
            joined.push(JoinedClip { name: clip.name.clone(), matched_by, values });
        }
        let claimed: BTreeSet<usize> = claims.iter().flatten().map(|claim| claim.key).collect();
        unmatched.annotations = keys.unmatched(self, &claimed);
        unmatched.prompts = self.prompts.len() - prompts_used.len();
        let fields = annotated
            .into_iter()
            .map(|(field, annotated)| JoinedField {
                field: field.to_owned(),
                kind: kinds.get(field).copied().unwrap_or(FieldKind::Text),
                annotated,
            })
            .collect();
        Joined { clips: joined, fields, unmatched }
    }

    /// How the judges' scores agree with every field that can be compared, and what was joined for it.
    pub fn compare(&self, clips: &[ClipScores], judges: &[Card]) -> (Vec<Agreement>, Joined) {
        let identities: Vec<ClipIdentity> =
            clips.iter().map(|clip| ClipIdentity { name: clip.name.clone(), sha256: clip.sha256.clone() }).collect();
        let joined = self.join(&identities);
        (agreements(judges, clips, &joined), joined)
    }

    /// Which keys each clip claims, after contested ones are settled or listed as ambiguous.
    fn claims(&self, keys: &Keys<'_>, clips: &[ClipIdentity], unmatched: &mut Unmatched) -> Vec<Vec<Claim>> {
        let mut claims: Vec<Vec<Claim>> = Vec::with_capacity(clips.len());
        for clip in clips {
            if let Some(key) = self.by_hand.get(&clip.name) {
                let claim = keys.index.get(key).map(|&key| Claim { key, by: MatchedBy::Hand, shared: 0 });
                claims.push(claim.into_iter().collect());
                continue;
            }
            let mut of_clip: Vec<Claim> = Vec::new();
            let hash = clip.sha256.as_deref().and_then(names::sha256);
            if let Some(hash) = &hash {
                let by_hash = keys.by_hash.get(hash.as_str()).into_iter().flatten();
                of_clip.extend(by_hash.map(|&key| Claim { key, by: MatchedBy::Hash, shared: 0 }));
            }
            let (by, candidates) = keys.by_name(&clip.name, hash.as_deref());
            if !candidates.iter().any(|(key, _)| of_clip.iter().any(|claim| claim.key == *key)) {
                match candidates.as_slice() {
                    [] => {}
                    [(key, shared)] => of_clip.push(Claim { key: *key, by, shared: *shared }),
                    several => unmatched.ambiguous.push(Ambiguity {
                        clips: vec![clip.name.clone()],
                        keys: several.iter().map(|(key, _)| keys.keys[*key].clone()).collect(),
                    }),
                }
            }
            claims.push(of_clip);
        }
        settle(keys, clips, &mut claims, unmatched);
        claims
    }

    /// The kind of each field, over all files.
    fn kinds(&self) -> BTreeMap<&str, FieldKind> {
        let mut kinds: BTreeMap<&str, FieldKind> = [
            (ipv::PROMPT, FieldKind::Text),
            (ipv::PROMPT_DOMAIN, FieldKind::Labels),
            (ipv::PROMPT_CATEGORY, FieldKind::Labels),
            (vbench::PROMPT, FieldKind::Text),
            (vbench::STYLE, FieldKind::Text),
        ]
        .into();
        let mut not_binary: BTreeSet<&str> = BTreeSet::new();
        for (_, annotation) in &self.annotations {
            let field = annotation.field.as_str();
            let kind = match &annotation.value {
                AnnotationValue::Number(number) => {
                    if number.abs() > f64::EPSILON && (number - 1.0).abs() > f64::EPSILON {
                        not_binary.insert(field);
                    }
                    FieldKind::Number
                }
                AnnotationValue::Binary(_) => FieldKind::Binary,
                AnnotationValue::Labels(_) => FieldKind::Labels,
                AnnotationValue::Text(_) => FieldKind::Text,
            };
            kinds
                .entry(field)
                .and_modify(|known| {
                    *known = match (*known, kind) {
                        (a, b) if a == b => a,
                        // 0/1 in one file and yes/no in another; settled below.
                        (FieldKind::Number | FieldKind::Binary, FieldKind::Number | FieldKind::Binary) => {
                            FieldKind::Binary
                        }
                        _ => FieldKind::Text,
                    };
                })
                .or_insert(kind);
        }
        for (field, kind) in &mut kinds {
            if *kind == FieldKind::Binary && not_binary.contains(field) {
                *kind = FieldKind::Number;
            }
        }
        kinds
    }
}

/// The most values that a conflict lists, so that a file of contradictions costs no more than its size.
const MOST_CONFLICTING: usize = 8;

fn note_value<'a>(
    found: &mut BTreeMap<&'a str, Vec<ConflictingValue>>,
    field: &'a str,
    value: AnnotationValue,
    file: &str,
) {
    let values = found.entry(field).or_default();
    if values.len() < MOST_CONFLICTING && !values.iter().any(|known| known.value == value) {
        values.push(ConflictingValue { value, file: file.to_owned() });
    }
}

/// A value as the kind that its field has over all files.
fn as_kind(value: &AnnotationValue, kind: FieldKind) -> AnnotationValue {
    match (value, kind) {
        (AnnotationValue::Number(number), FieldKind::Binary) => AnnotationValue::Binary(*number > 0.5),
        (AnnotationValue::Binary(value), FieldKind::Number) => AnnotationValue::Number(f64::from(u8::from(*value))),
        (AnnotationValue::Number(number), FieldKind::Text) => AnnotationValue::Text(number.to_string()),
        (AnnotationValue::Binary(value), FieldKind::Text) => {
            AnnotationValue::Text(if *value { "yes" } else { "no" }.to_owned())
        }
        (AnnotationValue::Labels(labels), FieldKind::Text) => AnnotationValue::Text(labels.join(", ")),
        _ => value.clone(),
    }
}

/// What a prompt says of a clip that was generated from it.
pub(crate) fn of_prompt(prompt: &Prompt) -> Vec<(&'static str, AnnotationValue)> {
    let field = if prompt.id.is_some() { ipv::PROMPT } else { vbench::PROMPT };
    let mut values = vec![(field, AnnotationValue::Text(prompt.text.clone()))];
    if let Some(style) = &prompt.style {
        values.push((vbench::STYLE, AnnotationValue::Text(style.clone())));
    }
    if let Some(domain) = prompt.path.first() {
        // Lower case, as in the clips' own taxonomy labels.
        values.push((ipv::PROMPT_DOMAIN, AnnotationValue::Labels(vec![domain.to_lowercase()])));
    }
    if let Some(category) = prompt.path.get(1) {
        values.push((ipv::PROMPT_CATEGORY, AnnotationValue::Labels(vec![category.clone()])));
    }
    values
}

#[cfg(test)]
mod tests;
