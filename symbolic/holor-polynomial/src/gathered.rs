//! Sums by term.

use crate::key::Key;

/// Values by term: a list, and an open hash table of places in it.
#[derive(Debug)]
pub(crate) struct Gathered<K, T> {
    /// The terms in order of appearance, with their values.
    pub(crate) entries: Vec<(K, T)>,
    slots: Vec<u32>,
    shift: u32,
}

const EMPTY: u32 = u32::MAX;

impl<K: Key, T> Gathered<K, T> {
    /// An empty table with room for some terms; it grows when there are more.
    pub(crate) fn with_room(terms: usize) -> Self {
        let size = (terms.max(8) * 2).next_power_of_two();
        Self {
            entries: Vec::with_capacity(terms),
            slots: vec![EMPTY; size],
            shift: 64 - size.trailing_zeros(),
        }
    }

    /// The place of a term in the list; where it is not yet there, `start` gives its first value, which is
    /// told by `true`.
    pub(crate) fn place(&mut self, key: K, start: impl FnOnce() -> T) -> (usize, bool) {
        let mask = self.slots.len() - 1;
        let mut slot = (key.mixed() >> self.shift) as usize & mask;
        loop {
            let found = self.slots[slot];
            if found == EMPTY {
                break;
            }
            if self.entries[found as usize].0 == key {
                return (found as usize, false);
            }
            slot = (slot + 1) & mask;
        }
        let place = self.entries.len();
        self.slots[slot] = place as u32;
        self.entries.push((key, start()));
        if self.entries.len() * 2 > self.slots.len() {
            self.grow();
        }
        (place, true)
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 4;
        self.slots = vec![EMPTY; size];
        self.shift = 64 - size.trailing_zeros();
        for (index, (key, _)) in self.entries.iter().enumerate() {
            let mut slot = (key.mixed() >> self.shift) as usize;
            while self.slots[slot] != EMPTY {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = index as u32;
        }
    }
}
