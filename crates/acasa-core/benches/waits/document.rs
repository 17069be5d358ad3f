//! An age companion, from an authority of its own.

use acasa_credentials::Value;
use acasa_credentials::issue::{
    CertificateDetails, CertificateUse, Issuance, issue_mdoc, make_certificate, make_root, whole_days,
};
use acasa_credentials::mdoc::{Elements, IssuerSigned};
use acasa_credentials::trust::Certificate;
use acasa_crypto::{Signer as _, SigningKey};
use data_encoding::BASE64;
use jiff::{Timestamp, ToSpan as _};
use std::fs;
use std::path::Path;

pub(crate) const NAMESPACE: &str = "md.gov.wallet";

/// The age companion of a document, on the device of its holder.
pub(crate) struct Age {
    pub(crate) document: IssuerSigned,
    pub(crate) device_key: SigningKey,
    pub(crate) signer_pem: String,
}

impl Age {
    pub(crate) fn issue() -> Self {
        let [root_key, signer_key, device_key] =
            std::array::from_fn(|_| SigningKey::make_random().expect("there is randomness"));
        let root = make_root(&details("Acasa Bench IACA", 3000), &root_key).expect("a root");
        let root = Certificate::from_der(&root).expect("it was just made");
        let signer = make_certificate(
            CertificateUse::DocumentSigner,
            &details("Acasa Bench Document Signer", 90),
            &signer_key.public_key(),
            &root,
            &root_key,
        )
        .expect("a document signer");
        let namespaces: Elements = vec![(
            NAMESPACE.to_owned(),
            ["age_over_18", "age_over_21"]
                .map(|name| (name.to_owned(), Value::Bool(true)))
                .to_vec(),
        )];
        let issuance = Issuance {
            doc_type: "md.gov.wallet.pid.1",
            namespaces: &namespaces,
            device_key: &device_key.public_key(),
            validity: whole_days(Timestamp::now(), 30).expect("thirty days"),
            status: None,
        };
        let issued = issue_mdoc(&issuance, &signer_key, std::slice::from_ref(&signer)).expect("a document");
        Self {
            document: IssuerSigned::from_slice(&issued).expect("it was just issued"),
            device_key,
            signer_pem: pem(&signer),
        }
    }

    /// What the command line is measured with.
    pub(crate) fn leave(&self, folder: &Path, proof: &str) {
        fs::write(folder.join("signer.pem"), &self.signer_pem).expect("the folder is writable");
        fs::write(folder.join("proof.txt"), proof).expect("the folder is writable");
    }
}

fn details(common_name: &'static str, days: i64) -> CertificateDetails<'static> {
    let now = Timestamp::now();
    CertificateDetails {
        common_name,
        country: "MD",
        not_before: now.checked_sub(48.hours()).expect("a time in range"),
        not_after: now.checked_add((24 * days).hours()).expect("a time in range"),
        contact_uri: "https://authority.example",
        crl_uri: "https://authority.example/crl",
    }
}

fn pem(der: &[u8]) -> String {
    let body = BASE64.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
}
