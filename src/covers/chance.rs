//! Choices that look like chance and are none: the same seed makes the same choices on every machine, for ever.

/// A stream of numbers drawn from a seed (SplitMix64; the seed is hashed with 64-bit FNV-1a).
pub(super) struct Chance(u64);

impl Chance {
    /// The seed may have several parts; each part keeps streams apart, so that what one draws does not move what another
    /// draws.
    pub fn new(seed: &[&str]) -> Self {
        let bytes = seed.iter().flat_map(|part| part.bytes().chain([0]));
        Chance(bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 up to and without `count`; 0 when `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    /// A number from `low` up to `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        // 24 bits are what a f32 holds exactly.
        let share = (self.next() >> 40) as f32 / (1_u32 << 24) as f32;
        low + (high - low) * share
    }

    pub fn coin(&mut self) -> bool {
        self.below(2) == 1
    }

    /// One of the items; the slice must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// The item that the seed likes best; `None` when there are none. Each item is liked for its own name's sake, whatever else
/// is on the list: a new item takes over a few seeds and leaves all others with what they had.
pub(super) fn favourite<'a, T>(
    seed: &str,
    purpose: &str,
    items: impl IntoIterator<Item = &'a T>,
    name: impl Fn(&T) -> &str,
) -> Option<&'a T> {
    items.into_iter().max_by_key(|item| Chance::new(&[seed, purpose, name(item)]).next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_for_ever() {
        // Covers of books that people have depend on these numbers.
        let mut chance = Chance::new(&["urn:uuid:1", "hills"]);
        let drawn: Vec<usize> = (0..8).map(|_| chance.below(1000)).collect();
        assert_eq!(drawn, [735, 158, 650, 689, 961, 965, 124, 504]);
        assert_eq!(chance.between(-1.0, 1.0), 0.055_734_873);
    }

    #[test]
    fn numbers_stay_within_their_bounds_and_fill_them() {
        let mut chance = Chance::new(&["bounds"]);
        let drawn: Vec<usize> = (0..2000).map(|_| chance.below(10)).collect();
        for number in 0..10 {
            let count = drawn.iter().filter(|&&drawn| drawn == number).count();
            assert!((120..280).contains(&count), "{number} came {count} times");
        }
        assert!((0..2000).all(|_| (3.0..=5.0).contains(&chance.between(3.0, 5.0))));
        assert_eq!(chance.below(0), 0);
    }

    #[test]
    fn parts_of_a_seed_do_not_run_together() {
        assert_ne!(Chance::new(&["ab", "c"]).next(), Chance::new(&["a", "bc"]).next());
    }

    #[test]
    fn a_new_item_takes_over_only_what_it_wins() {
        let (old, new) = (["oak", "elm", "ash"], ["oak", "elm", "fir", "ash"]);
        let choose = |seed: &str, items: &[&'static str]| *favourite(seed, "tree", items, |item| *item).unwrap();
        let mut moved = 0;
        for number in 0..400 {
            let seed = number.to_string();
            let (before, after) = (choose(&seed, &old), choose(&seed, &new));
            assert!(before == after || after == "fir");
            moved += usize::from(before != after);
        }
        assert!((60..140).contains(&moved), "{moved} of 400 moved, about 100 should");
    }
}
