//! Tokens of a state in a process: nobody but their holder has them, but the state knows their
//! hashes.

use acasa_crypto::digest::sha256;
use acasa_gateway_store::Storage;
use acasa_testkit::memory::possible_tokens;

/// Characters of a token of the gateway: 32 random bytes in base64url.
pub(crate) const TOKEN: usize = 43;

/// How many access tokens and refresh tokens of this state are in a process.
pub(crate) fn count(process: u32, state: &dyn Storage) -> [usize; 2] {
    let now = jiff::Timestamp::now().as_second();
    let mut met = [0, 0];
    let candidates = possible_tokens(process, TOKEN).expect("it is read");
    for token in candidates.iter().filter(|token| is_random(token)) {
        let hash = sha256(token.as_bytes());
        let access = state.grant_by_access(&hash, now).expect("it is read");
        let refresh = state.grant_by_refresh(&hash).expect("it is read");
        met[0] += usize::from(access.is_some());
        met[1] += usize::from(refresh.is_some());
    }
    met
}

/// Whether 32 random bytes would look like that: all but one in a thousand do, and names in programs,
/// of which a web engine holds millions, do not.
fn is_random(token: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| token.as_bytes().iter().any(kind);
    has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
}
