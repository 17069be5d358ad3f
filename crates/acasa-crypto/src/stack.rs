use std::hint::black_box;

/// As much as any of our calls uses: packing a proof takes the most.
const DEPTH: usize = 512 << 10;

/// Overwrites the stack below the caller: key schedules, texts and the insides of packers that
/// finished calls left there. Called where work with secrets ends, from no deeper than it began.
///
/// It takes some twenty microseconds and needs half a megabyte of stack.
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "its place on the stack is its purpose")]
pub fn wipe_stack() {
    let zeros = [0_u8; DEPTH];
    // The array counts as read, so it is written.
    black_box(&zeros);
}
