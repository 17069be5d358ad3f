//! The issuer's side: concealing claims and signing.

use super::{ClaimPath, PathSegment, SdJwtError};
use acasa_crypto::{Hash, Jwk, Signer, base64url, jose, random};
use serde_json::{Map, Value, json};

/// Bytes of a salt: 128 bits, as RFC 9901, 9.3 recommends.
const SALT: usize = 16;

/// What to sign.
pub struct SdJwtIssuance<'a> {
    /// All claims in the open: `iss`, `vct`, `exp`, `status` and the person's.
    pub claims: Map<String, Value>,
    /// Claims to conceal; a path and a path within it give a disclosure in a disclosure.
    pub concealed: &'a [ClaimPath],
    /// The holder's key for `cnf`.
    pub holder: Option<&'a Jwk>,
    /// Further members of the header (`x5c`, `kid`).
    pub header: Map<String, Value>,
}

/// Signs a credential of type `dc+sd-jwt`, drawing a salt for each disclosure.
pub fn make_sd_jwt(signer: &dyn Signer, issuance: SdJwtIssuance<'_>) -> Result<String, SdJwtError> {
    let mut claims = issuance.claims;
    if let Some(holder) = issuance.holder {
        claims.insert("cnf".to_owned(), json!({ "jwk": holder }));
    }
    let mut payload = Value::Object(claims);
    let mut paths: Vec<_> = issuance.concealed.iter().map(ClaimPath::segments).collect();
    // Innermost first, so that the outer disclosure holds the inner digest; later elements of an array
    // first is not needed, because concealing keeps the number of elements.
    paths.sort_by_key(|path| std::cmp::Reverse(path.len()));
    let mut disclosures = Vec::with_capacity(paths.len());
    for path in paths {
        disclosures.push(conceal(&mut payload, path)?);
    }
    let Value::Object(mut payload) = payload else {
        return Err(SdJwtError::Malformed);
    };
    payload.insert("_sd_alg".to_owned(), "sha-256".into());
    let jwt = jose::sign_jwt(signer, "dc+sd-jwt", issuance.header, &payload).map_err(SdJwtError::Signing)?;
    Ok(std::iter::once(&jwt)
        .chain(&disclosures)
        .flat_map(|part| [part.as_str(), "~"])
        .collect())
}

/// Replaces the claim at `path` by a digest; the disclosure.
fn conceal(root: &mut Value, path: &[PathSegment]) -> Result<String, SdJwtError> {
    let (last, parents) = path.split_last().ok_or(SdJwtError::Path)?;
    let mut parent = root;
    for segment in parents {
        parent = match segment {
            PathSegment::Name(name) => parent.get_mut(name),
            PathSegment::Index(index) => parent.get_mut(*index),
            PathSegment::Every => None,
        }
        .ok_or(SdJwtError::Path)?;
    }
    match (last, parent) {
        (PathSegment::Name(name), Value::Object(object)) if !matches!(name.as_str(), "_sd" | "...") => {
            let value = object.shift_remove(name).ok_or(SdJwtError::Path)?;
            let (disclosure, digest) = disclose(|salt| json!([salt, name, value]))?;
            let digests = object.entry("_sd").or_insert_with(|| json!([]));
            let digests = digests.as_array_mut().ok_or(SdJwtError::NameReserved)?;
            // RFC 9901, 4.2.4.1: sorted, so that the order of the claims does not show.
            digests.push(digest.into());
            digests.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
            Ok(disclosure)
        }
        (PathSegment::Index(index), Value::Array(items)) => {
            let item = items.get_mut(*index).ok_or(SdJwtError::Path)?;
            let (disclosure, digest) = disclose(|salt| json!([salt, item]))?;
            *item = json!({ "...": digest });
            Ok(disclosure)
        }
        _ => Err(SdJwtError::Path),
    }
}

fn disclose(parts: impl FnOnce(&str) -> Value) -> Result<(String, String), SdJwtError> {
    let salt = random::make_bytes::<SALT>().map_err(SdJwtError::Signing)?;
    let disclosure = base64url::encode(parts(&base64url::encode(&salt)).to_string().as_bytes());
    let digest = base64url::encode(&Hash::Sha256.digest(disclosure.as_bytes()));
    Ok((disclosure, digest))
}
