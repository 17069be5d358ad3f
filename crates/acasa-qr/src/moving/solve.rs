//! Linear equations over GF(2): sums of fragments in, fragments out.

/// Equations in reduced form: each has a leading fragment that no other equation sums.
pub(super) struct Equations {
    /// By leading fragment: the chosen fragments and their sum.
    rows: Vec<Option<(u64, Vec<u8>)>>,
}

impl Equations {
    /// `unknowns` is 1 to 64.
    pub(super) fn new(unknowns: usize) -> Self {
        Self {
            rows: vec![None; unknowns.clamp(1, 64)],
        }
    }

    pub(super) fn unknowns(&self) -> usize {
        self.rows.len()
    }

    /// How many independent equations are known.
    pub(super) fn rank(&self) -> usize {
        self.rows.iter().flatten().count()
    }

    /// Adds an equation; one that follows from the others changes nothing.
    pub(super) fn insert(&mut self, mut chosen: u64, mut sum: Vec<u8>) {
        for (at, row) in self.rows.iter().enumerate() {
            if let Some((others, other_sum)) = row
                && chosen >> at & 1 == 1
            {
                chosen ^= others;
                add(&mut sum, other_sum);
            }
        }
        if chosen == 0 {
            return;
        }
        let leading = chosen.trailing_zeros() as usize;
        for (others, other_sum) in self.rows.iter_mut().flatten() {
            if *others >> leading & 1 == 1 {
                *others ^= chosen;
                add(other_sum, &sum);
            }
        }
        if let Some(row) = self.rows.get_mut(leading) {
            *row = Some((chosen, sum));
        }
    }

    /// The fragments one after the other, once there are as many equations as fragments.
    pub(super) fn solution(&self) -> Option<Vec<u8>> {
        if self.rank() < self.unknowns() {
            return None;
        }
        Some(
            self.rows
                .iter()
                .flatten()
                .flat_map(|(_, sum)| sum.iter().copied())
                .collect(),
        )
    }
}

/// Exclusive or, byte by byte.
pub(super) fn add(sum: &mut [u8], other: &[u8]) {
    for (byte, other) in sum.iter_mut().zip(other) {
        *byte ^= other;
    }
}
