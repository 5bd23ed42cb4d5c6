//! All judges, one line each.
//!
//! Invariant: ids are unique and the order is the order of a report. A judge that is not listed here does not exist for
//! the evaluator.

use crate::learned::{aesthetic_quality, consistency, dynamic_degree, prompt_alignment};
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
