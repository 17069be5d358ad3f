//! The holder's side: choosing what to disclose and binding it to a verifier.

use super::{ClaimPath, Disclosure, SdJwtError, UnverifiedSdJwt, key_binding, process};
use acasa_crypto::Signer;

/// Whom a presentation is for.
#[derive(Clone, Copy)]
pub struct KeyBindingRequest<'a> {
    /// The verifier's identifier.
    pub audience: &'a str,
    /// The verifier's challenge.
    pub nonce: &'a str,
    /// Now, seconds since 1970.
    pub issued_at: i64,
}

impl UnverifiedSdJwt {
    /// The paths that can be disclosed one by one, in the order of the disclosures.
    pub fn disclosable_paths(&self) -> Result<Vec<ClaimPath>, SdJwtError> {
        let processed = process::process(&self.unverified_claims()?, &self.disclosures)?;
        Ok(processed.places.into_iter().map(|place| place.path).collect())
    }

    /// A presentation that discloses what `requested` names, what lies within it and what leads to it.
    ///
    /// With a `binding` it is signed by the holder's key. An existing key binding is dropped: it covers
    /// other disclosures. A requested path that is neither disclosable nor open is refused.
    pub fn present(
        &self,
        requested: &[ClaimPath],
        binding: Option<(&dyn Signer, KeyBindingRequest<'_>)>,
    ) -> Result<String, SdJwtError> {
        let processed = process::process(&self.unverified_claims()?, &self.disclosures)?;
        let mut chosen = vec![false; self.disclosures.len()];
        for (position, place) in processed.places.iter().enumerate() {
            if requested.iter().any(|path| path.overlaps(&place.path)) {
                for included in place.within.iter().chain([&position]) {
                    if let Some(flag) = chosen.get_mut(*included) {
                        *flag = true;
                    }
                }
            }
        }
        if !requested.iter().all(|path| path.exists_in(&processed.contents)) {
            return Err(SdJwtError::Path);
        }
        let disclosed = self.disclosures.iter().zip(chosen).filter(|(_, chosen)| *chosen);
        let presented = Self {
            issuer_jwt: self.issuer_jwt.clone(),
            jws: self.jws.clone(),
            disclosures: disclosed
                .map(|(disclosure, _)| Disclosure::clone(disclosure))
                .collect(),
            key_binding: None,
        };
        let mut text = presented.text_without_key_binding();
        if let Some((signer, request)) = binding {
            let KeyBindingRequest {
                audience,
                nonce,
                issued_at,
            } = request;
            text.push_str(&key_binding::sign(
                signer,
                audience,
                nonce,
                issued_at,
                processed.hash,
                &text,
            )?);
        }
        Ok(text)
    }
}
