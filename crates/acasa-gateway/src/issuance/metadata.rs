//! Credential issuer metadata (OpenID4VCI 1.0, 12.2.4).

use std::collections::BTreeMap;

use acasa_protocol::{
    issuance::{
        BatchIssuance, ClaimDescription, CredentialConfiguration, CredentialIssuerMetadata,
        CredentialMetadata, Display, ProofType,
    },
    paths,
};
use axum::extract::State;
use serde_json::json;

use super::{
    configurations::{self, Configuration},
    credential::BATCH,
};
use crate::state::Shared;

pub(crate) async fn metadata(State(state): State<Shared>) -> axum::Json<CredentialIssuerMetadata> {
    let all = configurations::all();
    let supported = all
        .iter()
        .map(|found| (found.id.clone(), describe(found)))
        .collect();
    axum::Json(CredentialIssuerMetadata {
        credential_issuer: state.issuer.clone(),
        authorization_servers: vec![state.issuer.clone()],
        credential_endpoint: state.address(paths::CREDENTIAL),
        nonce_endpoint: state.address(paths::NONCE),
        batch_credential_issuance: BatchIssuance { batch_size: BATCH },
        display: display(["Acasă", "Acasă", "Acasă"]),
        credential_configurations_supported: supported,
    })
}

fn describe(configuration: &Configuration) -> CredentialConfiguration {
    let sd_jwt = configuration.is_sd_jwt();
    let kind = configuration.document_type;
    let proof = ProofType {
        proof_signing_alg_values_supported: vec!["ES256".to_owned()],
    };
    let claims = configurations::elements_of(kind)
        .into_iter()
        .filter(|(_, element)| configuration.selects(element))
        .map(|(namespace, element)| ClaimDescription {
            path: [namespace, element]
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
        })
        .collect();
    CredentialConfiguration {
        format: configuration.format().to_owned(),
        doctype: (!sd_jwt).then(|| kind.to_owned()),
        vct: sd_jwt.then(|| kind.to_owned()),
        scope: "documents".to_owned(),
        cryptographic_binding_methods_supported: vec![if sd_jwt { "jwk" } else { "cose_key" }.to_owned()],
        // COSE's number for ECDSA with SHA-256 in mdoc (Appendix A.2.2), JOSE's name elsewhere.
        credential_signing_alg_values_supported: vec![if sd_jwt { json!("ES256") } else { json!(-7) }],
        proof_types_supported: BTreeMap::from([("jwt".to_owned(), proof)]),
        credential_metadata: CredentialMetadata {
            display: display(configurations::names(kind)),
            claims,
        },
        acasa_purpose: configuration.purpose.as_str().to_owned(),
    }
}

fn display(names: [&str; 3]) -> Vec<Display> {
    let display = |(locale, name): (&str, &str)| Display {
        name: name.to_owned(),
        locale: locale.to_owned(),
    };
    ["ro", "ru", "en"].into_iter().zip(names).map(display).collect()
}
