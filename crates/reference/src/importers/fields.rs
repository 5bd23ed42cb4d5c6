//! Gathers annotations field by field and sums them up.
//!
//! Invariant: the summaries count exactly the annotations that are handed on.

use std::collections::BTreeMap;

use reelcheck_types::{Annotation, AnnotationValue};

use super::Content;
use super::ipv::{PROMPT_CATEGORY, PROMPT_DOMAIN};
use super::vbench::STYLE;
use crate::imported::{FieldKind, FieldSummary, LabelCount, Prompt, Recognised};

/// Annotations under way, with what is known of each field.
pub(super) struct Fields {
    annotations: Vec<Annotation>,
    summaries: Vec<(FieldSummary, BTreeMap<String, usize>)>,
}

impl Fields {
    pub(super) fn new(fields: &[(&str, FieldKind)]) -> Self {
        let mut this = Self { annotations: Vec::new(), summaries: Vec::new() };
        for &(field, kind) in fields {
            this.add(field, kind);
        }
        this
    }

    /// Adds a field and gives its index.
    pub(super) fn add(&mut self, field: &str, kind: FieldKind) -> usize {
        let summary =
            FieldSummary { field: field.to_owned(), kind, annotations: 0, missing: 0, labels: Vec::new(), range: None };
        self.summaries.push((summary, BTreeMap::new()));
        self.summaries.len() - 1
    }

    /// Keeps an annotation of field number `field`.
    pub(super) fn push(&mut self, field: usize, annotation: Annotation) {
        self.count(field, &annotation.value);
        self.annotations.push(annotation);
    }

    /// Counts a row without a value for field number `field`.
    pub(super) fn missing(&mut self, field: usize) {
        self.summaries[field].0.missing += 1;
    }

    fn count(&mut self, field: usize, value: &AnnotationValue) {
        let (summary, labels) = &mut self.summaries[field];
        summary.annotations += 1;
        match value {
            AnnotationValue::Number(value) => {
                let (low, high) = summary.range.unwrap_or((*value, *value));
                summary.range = Some((low.min(*value), high.max(*value)));
            }
            AnnotationValue::Binary(value) => *labels.entry(yes_no(*value).to_owned()).or_default() += 1,
            AnnotationValue::Labels(values) => {
                for value in values {
                    *labels.entry(value.clone()).or_default() += 1;
                }
            }
            AnnotationValue::Text(_) => {}
        }
    }

    pub(super) fn into_content(self, recognised: Recognised) -> Content {
        let fields = self
            .summaries
            .into_iter()
            .map(|(summary, labels)| {
                let mut labels: Vec<LabelCount> =
                    labels.into_iter().map(|(label, count)| LabelCount { label, count }).collect();
                labels.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
                FieldSummary { labels, ..summary }
            })
            .collect();
        Content {
            recognised,
            fields,
            annotations: self.annotations,
            prompts: Vec::new(),
            same_clips: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Content without annotations of its own: prompts become annotations once clips are joined to them.
    pub(super) fn into_content_of_prompts(mut self, recognised: Recognised, prompts: Vec<Prompt>) -> Content {
        for prompt in &prompts {
            for annotation in crate::join::of_prompt(prompt) {
                if let Some(index) = self.summaries.iter().position(|(summary, _)| summary.field == annotation.0) {
                    self.count(index, &annotation.1);
                }
            }
        }
        for (summary, _) in &mut self.summaries {
            if [PROMPT_DOMAIN, PROMPT_CATEGORY, STYLE].contains(&summary.field.as_str()) {
                summary.missing = prompts.len() - summary.annotations;
            }
        }
        Content { prompts, ..self.into_content(recognised) }
    }
}

/// A binary value as a label.
pub(super) const fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
