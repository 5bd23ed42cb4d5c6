//! Buffers that go round from frame to frame, so that memory does not grow with a clip's length.
//!
//! Invariant: a buffer taken has exactly the length that was asked for, and its contents are anything: whoever takes it
//! overwrites all of it. What the bytes mean is left to the views.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// Free buffers that are kept at most; the one that lay idle longest goes first. Two frames' views fit many times over.
const MOST_FREE: usize = 32;

/// A supply of picture buffers that are used again from frame to frame. Clones share the same buffers.
#[derive(Clone, Default)]
pub struct ViewPool(Rc<RefCell<Buffers>>);

#[derive(Default)]
struct Buffers {
    /// The one returned last comes last.
    free: Vec<Vec<u8>>,
    allocations: usize,
}

impl ViewPool {
    /// Buffers that had to be allocated so far, because none of the right length was free.
    pub fn allocations(&self) -> usize {
        self.0.borrow().allocations
    }

    /// A buffer of this length with arbitrary contents.
    pub(crate) fn take(&self, len: usize) -> Vec<u8> {
        let mut buffers = self.0.borrow_mut();
        match buffers.free.iter().rposition(|buffer| buffer.len() == len) {
            Some(index) => buffers.free.remove(index),
            None => {
                buffers.allocations += 1;
                vec![0; len]
            }
        }
    }

    /// Takes a buffer back.
    pub(crate) fn put(&self, buffer: Vec<u8>) {
        let free = &mut self.0.borrow_mut().free;
        if free.len() == MOST_FREE {
            free.remove(0);
        }
        free.push(buffer);
    }
}

impl fmt::Debug for ViewPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let buffers = self.0.borrow();
        f.debug_struct("ViewPool")
            .field("free", &buffers.free.len())
            .field("allocations", &buffers.allocations)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_of_the_right_length_come_back() {
        let pool = ViewPool::default();
        let (a, b) = (pool.take(100), pool.take(7));
        let address = a.as_ptr();
        pool.put(a);
        pool.put(b);
        let again = pool.clone().take(100);
        assert_eq!(again.as_ptr(), address);
        assert_eq!(pool.take(8).len(), 8);
        assert_eq!(pool.allocations(), 3);
    }

    #[test]
    fn idle_buffers_are_let_go() {
        let pool = ViewPool::default();
        (1..=3 * MOST_FREE).for_each(|len| pool.put(vec![0; len]));
        assert_eq!(pool.0.borrow().free.len(), MOST_FREE);
        assert_eq!(pool.0.borrow().free[0].len(), 2 * MOST_FREE + 1);
    }
}
