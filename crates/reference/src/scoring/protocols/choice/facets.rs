//! Accuracy by the values of facets, and means over them.
//!
//! Invariants: an item with several values of a facet counts in each; values without an item in the task are no part of a
//! mean, values without a counted item make it undefined. What counts, and for how much, is told by the units that come in.

use std::collections::HashMap;

use super::{FacetScore, FacetScores, Unit, row};
use crate::scoring::interval::{Ends, PerClip, Row};
use crate::scoring::{Item, NoValue, Quantity, Task};

fn values(item: &Item, facet: u32) -> impl Iterator<Item = u32> + Clone + '_ {
    item.facets.iter().filter(move |value| value.facet == facet).map(|value| value.value)
}

pub(super) fn by_facet(task: &Task, units: &[Unit], facet: u32, space: &mut PerClip) -> FacetScores {
    let of_task = &task.facets[facet as usize];
    let n = of_task.values.len();
    // Which unit has which value, read from the items once; then the counted ones are placed value by value.
    let mut members: Vec<(u32, u32)> = Vec::with_capacity(units.len());
    let mut items = vec![0u64; n];
    let mut ends = vec![0usize; n + 1];
    let (mut without, mut counted) = (0, 0);
    for (i, unit) in (0u32..).zip(units) {
        let before = members.len();
        for value in values(&task.items[unit.item as usize], facet).filter(|&value| (value as usize) < n) {
            members.push((value, i));
            items[value as usize] += 1;
            ends[value as usize + 1] += usize::from(unit.counted);
        }
        without += u64::from(members.len() == before);
        counted += u64::from(unit.counted && members.len() > before);
    }
    for i in 0..n {
        ends[i + 1] += ends[i];
    }
    // Values without an item are no part of the mean.
    let mut part_of = vec![0u32; n];
    let mut parts = 0u32;
    for (part, _) in part_of.iter_mut().zip(&items).filter(|(_, items)| **items > 0) {
        *part = parts;
        parts += 1;
    }
    let mut next = ends.clone();
    let mut rows = vec![Row { part: 0, clip: 0, above: 0.0, below: 0.0 }; ends[n]];
    for (value, unit) in members {
        let unit = &units[unit as usize];
        if unit.counted {
            rows[next[value as usize]] = row(unit, part_of[value as usize]);
            next[value as usize] += 1;
        }
    }
    let of_value = |(i, value): (usize, &String)| {
        let rows = &rows[ends[i]..ends[i + 1]];
        let accuracy = space.ratio(rows.iter().copied(), Ends::Share);
        FacetScore { value: value.clone(), items: items[i], accuracy }
    };
    let values = of_task.values.iter().enumerate().map(of_value).collect();
    let mean = if parts == 0 {
        Quantity::Undefined(NoValue::NoSuchFacet)
    } else {
        let coefficients = vec![1.0 / f64::from(parts); parts as usize];
        space.ratios(rows.iter().copied(), &coefficients, counted, Ends::Share)
    };
    FacetScores { facet: of_task.name.clone(), values, without, mean }
}

/// The mean over a facet's values, from its scores where they are at hand.
pub(super) fn mean_over(
    task: &Task,
    units: &[Unit],
    facet: &str,
    facets: &[FacetScores],
    space: &mut PerClip,
) -> Quantity {
    match facets.iter().find(|scores| scores.facet == facet) {
        Some(scores) => scores.mean,
        None => nested(task, units, None, facet, space),
    }
}

/// The mean over the parts within each value of a facet.
pub(super) fn by_group(task: &Task, units: &[Unit], groups: &str, parts: &str, space: &mut PerClip) -> Vec<FacetScore> {
    let Some((facet, of_task)) = (0u32..).zip(&task.facets).find(|(_, facet)| facet.name == groups) else {
        return Vec::new();
    };
    let of_value = |(value, name): (u32, &String)| {
        let within = |unit: &&Unit| values(&task.items[unit.item as usize], facet).any(|of_item| of_item == value);
        let units: Vec<Unit> = units.iter().filter(within).copied().collect();
        let accuracy = nested(task, &units, None, parts, space);
        FacetScore { value: name.clone(), items: units.len() as u64, accuracy }
    };
    (0u32..).zip(&of_task.values).map(of_value).collect()
}

/// The mean over the outer facet's values (one, without an outer facet) of the mean over the inner facet's values.
pub(super) fn nested(task: &Task, units: &[Unit], outer: Option<&str>, inner: &str, space: &mut PerClip) -> Quantity {
    let find = |name: &str| (0u32..).zip(&task.facets).find(|(_, facet)| facet.name == name).map(|(i, _)| i);
    let outer = match outer.map(find) {
        None => None,
        Some(Some(outer)) => Some(outer),
        Some(None) => return Quantity::Undefined(NoValue::NoSuchFacet),
    };
    let Some(inner) = find(inner) else { return Quantity::Undefined(NoValue::NoSuchFacet) };
    let mut parts: HashMap<(u32, u32), u32> = HashMap::new();
    // Parts in each value of the outer facet.
    let mut parts_of: HashMap<u32, u32> = HashMap::new();
    let mut outer_of_part = Vec::new();
    let mut rows = Vec::new();
    let mut counted = 0;
    for unit in units {
        let item = &task.items[unit.item as usize];
        let mut any = false;
        let mut visit = |outer: u32| {
            for inner in values(item, inner) {
                let next = u32::try_from(outer_of_part.len()).unwrap_or(u32::MAX);
                let part = *parts.entry((outer, inner)).or_insert(next);
                if part == next {
                    outer_of_part.push(outer);
                    *parts_of.entry(outer).or_default() += 1;
                }
                any = true;
                if unit.counted {
                    rows.push(row(unit, part));
                }
            }
        };
        match outer {
            None => visit(0),
            Some(facet) => values(item, facet).for_each(visit),
        }
        counted += u64::from(any && unit.counted);
    }
    if outer_of_part.is_empty() {
        return Quantity::Undefined(NoValue::NoSuchFacet);
    }
    let groups = parts_of.len() as f64;
    let coefficient = |outer: &u32| 1.0 / (groups * f64::from(parts_of.get(outer).copied().unwrap_or(1)));
    let coefficients: Vec<f64> = outer_of_part.iter().map(coefficient).collect();
    space.ratios(rows.iter().copied(), &coefficients, counted, Ends::Share)
}
