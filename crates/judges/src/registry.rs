//! All judges, one line each.
//!
//! Invariant: ids are unique and the order is the order of a report. A judge that is not listed here does not exist for
//! the evaluator.

use crate::learned::{
    aesthetic_quality, appearance_style, consistency, consistency_long, dynamic_degree, generated_look,
    option_likeness, prompt_alignment, static_filter,
};
use crate::{
    Entry, blockiness, colorfulness, exposure, flashes, frozen_frames, motion, plausibility, scene_cuts, sharpness,
    spatial_information, temporal_flickering, temporal_information,
};

/// Every judge, in the order of a report.
static REGISTRY: &[Entry] = &[
    temporal_flickering::ENTRY,
    motion::ENTRY,
    frozen_frames::ENTRY,
    spatial_information::ENTRY,
    temporal_information::ENTRY,
    sharpness::ENTRY,
    blockiness::ENTRY,
    exposure::ENTRY,
    colorfulness::ENTRY,
    scene_cuts::ENTRY,
    flashes::ENTRY,
    plausibility::ENTRY,
    consistency::SUBJECT_ENTRY,
    consistency::BACKGROUND_ENTRY,
    dynamic_degree::ENTRY,
    aesthetic_quality::ENTRY,
    prompt_alignment::ENTRY,
    appearance_style::ENTRY,
    generated_look::ENTRY,
    option_likeness::ENTRY,
    static_filter::ENTRY,
    consistency_long::SUBJECT_ENTRY,
    consistency_long::BACKGROUND_ENTRY,
    consistency::SUBJECT_LIGHT_ENTRY,
    consistency::BACKGROUND_LIGHT_ENTRY,
    dynamic_degree::LIGHT_ENTRY,
    static_filter::LIGHT_ENTRY,
    aesthetic_quality::LIGHT_ENTRY,
    prompt_alignment::LIGHT_ENTRY,
    appearance_style::LIGHT_ENTRY,
];

/// Every judge, in the order of a report.
pub fn registry() -> &'static [Entry] {
    REGISTRY
}

/// The judge with this id, as on its card.
pub fn find(id: &str) -> Option<&'static Entry> {
    registry().iter().find(|entry| (entry.card)().id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use reelcheck_types::Need;

    use super::*;
    use crate::network_of;

    #[test]
    fn ids_are_unique_and_cards_complete() {
        let cards: Vec<_> = registry().iter().map(|entry| (entry.card)()).collect();
        let ids: HashSet<_> = cards.iter().map(|card| card.id.as_str()).collect();
        assert_eq!(ids.len(), cards.len());
        for card in &cards {
            assert!(card.id.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", card.id);
            assert!(card.version >= 1 && card.summary.ends_with('.') && !card.source.is_empty(), "{}", card.id);
            let ordered = card.range.min.zip(card.range.max).is_none_or(|(min, max)| min < max);
            assert!(ordered, "{}", card.id);
        }
    }

    #[test]
    fn a_variant_has_its_judges_dimension_and_another_word_on_how_it_differs() {
        let cards: Vec<_> = registry().iter().map(|entry| (entry.card)()).collect();
        let mut variants = 0;
        for variant in &cards {
            let of = ["_light", "_long"].into_iter().find_map(|ending| variant.id.strip_suffix(ending));
            let Some(official) = of.and_then(|id| cards.iter().find(|card| card.id == id)) else { continue };
            assert!(variant.on_request && variant.dimension == official.dimension, "{}", variant.id);
            assert!(variant.differs.is_some() && variant.differs != official.differs, "{}", variant.id);
            assert_eq!(network_of(&variant.id), network_of(&official.id));
            variants += 1;
        }
        assert_eq!(variants, 9);
    }

    #[test]
    fn judges_that_need_weights_name_their_network() {
        for card in registry().iter().map(|entry| (entry.card)()) {
            let needs_weights = card.needs.contains(&Need::Weights);
            assert_eq!(network_of(&card.id).is_some(), needs_weights, "{}", card.id);
        }
    }

    #[test]
    fn judges_are_found_by_id() {
        for entry in registry() {
            let id = (entry.card)().id;
            assert_eq!(find(&id).map(|found| (found.card)().id), Some(id));
        }
        assert!(find("no_such_judge").is_none());
    }
}
