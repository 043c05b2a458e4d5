//! Reproducible random choices.
//!
//! Must never use the machine's randomness.

/// A small pseudo-random number generator (SplitMix64): the same on every machine.
pub struct Dice(u64);

impl Dice {
    /// Creates a generator; the same seed gives the same choices.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number below `sides`, which is not 0.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    /// Returns true once in `one_in` times on average.
    pub fn odds(&mut self, one_in: u64) -> bool {
        self.roll(one_in) == 0
    }

    /// Returns one of several texts.
    pub fn pick<'a>(&mut self, among: &[&'a str]) -> &'a str {
        let index = usize::try_from(self.roll(among.len() as u64)).unwrap_or(0);
        among.get(index).copied().unwrap_or("name")
    }

    /// Returns an index of a list that is not empty.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.roll(length as u64)).unwrap_or(0)
    }
}
