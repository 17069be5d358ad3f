//! Making and destroying key pairs in a token.

use std::sync::{Arc, PoisonError};

use acasa_crypto::random;
use cryptoki::{
    mechanism::Mechanism,
    object::{Attribute, AttributeType, KeyType, ObjectClass},
    session::Session,
};

use super::{P256_PARAMETERS, Pkcs11Error, Token, TokenSigner, find_one};

impl Token {
    /// Makes a P-256 key pair of this label, whose private key cannot leave the token, and gives its
    /// signer. A label that has a key is refused.
    pub fn make_signer(self: &Arc<Self>, label: &str) -> Result<TokenSigner, Pkcs11Error> {
        {
            // One at a time, so that two do not find the same label free.
            let login = self.login.lock().unwrap_or_else(PoisonError::into_inner);
            let labelled = Attribute::Label(label.as_bytes().to_vec());
            if find_one(&login, ObjectClass::PRIVATE_KEY, labelled.clone())?.is_some() {
                return Err(Pkcs11Error::KeyAmbiguous);
            }
            let id = Attribute::Id(random::make_bytes::<16>().map_err(Pkcs11Error::Random)?.to_vec());
            let public = [
                Attribute::Token(true),
                labelled.clone(),
                id.clone(),
                Attribute::EcParams(P256_PARAMETERS.to_vec()),
                Attribute::Verify(true),
            ];
            let private = [
                Attribute::Token(true),
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                labelled,
                id,
                Attribute::Sign(true),
            ];
            let session = self.context.open_rw_session(self.slot)?;
            session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)?;
        }
        self.signer(label)
    }

    /// Destroys the key pair of this label, if there is one. It cannot be undone.
    pub fn destroy(&self, label: &str) -> Result<(), Pkcs11Error> {
        let _login = self.login.lock().unwrap_or_else(PoisonError::into_inner);
        let session = self.context.open_rw_session(self.slot)?;
        let labelled = Attribute::Label(label.as_bytes().to_vec());
        let Some(key) = find_one(&session, ObjectClass::PRIVATE_KEY, labelled.clone())? else {
            return Ok(());
        };
        let attributes = session.get_attributes(key, &[AttributeType::Id])?;
        let same_id = attributes
            .into_iter()
            .find(|attribute| matches!(attribute, Attribute::Id(id) if !id.is_empty()));
        session.destroy_object(key)?;
        destroy_public(&session, same_id.unwrap_or(labelled))
    }
}

fn destroy_public(session: &Session, by: Attribute) -> Result<(), Pkcs11Error> {
    let wanted = [
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::KeyType(KeyType::EC),
        by,
    ];
    for object in session.find_objects(&wanted)? {
        session.destroy_object(object)?;
    }
    Ok(())
}
