//! Values put in order once, so that statistics over weighted clips need no further sorting.
//!
//! Invariant: equal values (0 and −0 among them) share a group, and groups ascend.

use std::ops::Range;

/// The order of a list of finite values.
pub(crate) struct Sorted {
    /// Positions in ascending order of value.
    order: Vec<u32>,
    /// Ranges of `order` with equal values.
    groups: Vec<Range<usize>>,
}

impl Sorted {
    pub(crate) fn new(values: &[f64]) -> Self {
        let mut order: Vec<u32> = (0u32..).take(values.len()).collect();
        let key = |&i: &u32| values[i as usize] + 0.0; // −0 + 0 is 0
        order.sort_by(|a, b| key(a).total_cmp(&key(b)));
        let mut groups = Vec::new();
        let mut start = 0;
        for end in 1..=order.len() {
            if end == order.len() || key(&order[end]) > key(&order[start]) {
                groups.push(start..end);
                start = end;
            }
        }
        Self { order, groups }
    }

    /// The groups in ascending order, each as the positions of its values.
    pub(crate) fn groups(&self) -> impl DoubleEndedIterator<Item = &[u32]> {
        self.groups.iter().map(|group| &self.order[group.clone()])
    }

    /// How many different values there are.
    pub(crate) fn distinct(&self) -> usize {
        self.groups.len()
    }

    /// The number of each value's group, counted from 0.
    pub(crate) fn group_numbers(&self) -> Vec<u32> {
        let mut numbers = vec![0; self.order.len()];
        for (number, group) in (0u32..).zip(self.groups()) {
            for &i in group {
                numbers[i as usize] = number;
            }
        }
        numbers
    }
}

/// The total weight of some positions.
pub(crate) fn weight(positions: &[u32], weights: &[u32]) -> u64 {
    positions.iter().map(|&i| u64::from(weights[i as usize])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_group() {
        let sorted = Sorted::new(&[2.0, -0.0, 1.0, 0.0, 2.0]);
        let groups: Vec<Vec<u32>> = sorted.groups().map(<[u32]>::to_vec).collect();
        assert_eq!(groups, [vec![1, 3], vec![2], vec![0, 4]]);
        assert_eq!(sorted.group_numbers(), [2, 0, 1, 0, 2]);
        assert_eq!(Sorted::new(&[]).distinct(), 0);
    }
}
