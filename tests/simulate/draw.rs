//! Chance, all of it out of a seed.

/// A stream of choices. Every part of a scenario draws from a stream of its own, so that a choice
/// more in one part changes nothing in the others.
pub(crate) struct Draw(fastrand::Rng);

impl Draw {
    /// The choices of `part` for `seed`.
    pub(crate) fn of(seed: u64, part: &str) -> Self {
        // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
        let hash = part.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut mixed = fastrand::Rng::with_seed(seed);
        Self(fastrand::Rng::with_seed(mixed.u64(..) ^ hash))
    }

    /// Both ends included.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        self.0.i64(least..=most)
    }

    /// True `percent` times in a hundred.
    pub(crate) fn chance(&mut self, percent: u8) -> bool {
        self.0.u8(0..100) < percent
    }

    /// Something `percent` times in a hundred.
    pub(crate) fn maybe<T>(&mut self, percent: u8, draw: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(percent).then(|| draw(self))
    }

    pub(crate) fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.0.usize(..choices.len())].clone()
    }

    /// One of `choices`, each as often as its weight says.
    pub(crate) fn weighted<T: Clone>(&mut self, choices: &[(u32, T)]) -> T {
        let total: u32 = choices.iter().map(|(weight, _)| weight).sum();
        let mut at = self.0.u32(..total);
        for (weight, choice) in choices {
            match at.checked_sub(*weight) {
                Some(rest) => at = rest,
                None => return choice.clone(),
            }
        }
        unreachable!("the weights are counted")
    }
}
