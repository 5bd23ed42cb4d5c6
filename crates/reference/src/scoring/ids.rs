//! From the id of an item to its place in its task.
//!
//! Invariant: what is found has that very id. Answers mostly come in the order of the items, so the next item is tried
//! before a table of all ids is made: a million answers in order cost a million comparisons and no table.

use super::{Item, Task};
use crate::hash::FastMap;

/// Finds the items of one task.
pub(crate) struct Ids<'a> {
    items: &'a [Item],
    next: usize,
    places: Option<FastMap<&'a str, u32>>,
}

impl<'a> Ids<'a> {
    pub(crate) fn new(task: &'a Task) -> Self {
        Self { items: &task.items, next: 0, places: None }
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The place of an item; `None` if the task does not have it.
    pub(crate) fn place(&mut self, id: &str) -> Option<u32> {
        if self.items.get(self.next).is_some_and(|item| item.id == *id) {
            let place = u32::try_from(self.next).ok();
            self.next += 1;
            return place;
        }
        let items = self.items;
        let table = || items.iter().map(|item| item.id.as_str()).zip(0u32..).collect();
        let places = self.places.get_or_insert_with(table);
        let place = places.get(id).copied()?;
        self.next = place as usize + 1;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::marks::tests::{choice, task};

    #[test]
    fn items_are_found_in_any_order() {
        // Ids are the places.
        let task = task(&[], (0..5).map(|_| ("a", vec![], None, choice(2, 0))).collect());
        let mut ids = Ids::new(&task);
        for asked in ["0", "1", "3", "4", "0", "0", "2", "3"] {
            assert_eq!(ids.place(asked), asked.parse().ok());
        }
        assert_eq!((ids.place("5"), ids.place(""), ids.place("4")), (None, None, Some(4)));
    }
}
