//! A few histories, and that each is the same whenever it is told.

use acasa_simulator::run;

#[test]
fn a_seed_gives_the_same_history_each_time() {
    for seed in [11, 12] {
        let (one, other) = (run(seed), run(seed));

        assert_eq!(
            (one.digest, one.steps),
            (other.digest, other.steps),
            "seed {seed}"
        );
    }
    assert_ne!(run(11).digest, run(12).digest);
}

#[test]
fn nothing_is_violated_in_a_few_histories() {
    for seed in [1_019, 2_010, 5_030] {
        let violation = run(seed).violation;

        assert!(violation.is_none(), "{violation:?}");
    }
}
