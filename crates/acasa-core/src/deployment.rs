use acasa_crypto::Jwk;
use serde::Deserialize;
use url::Url;

/// Which state this app belongs to: its gateway, its trust anchors, its support line.
///
/// Chosen when the app is built (`ACASA_DEPLOYMENT`, `sandbox` unless set). Only the sandbox's may
/// be completed when the app starts, because a sandbox makes its keys and its address as it starts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// `sandbox` or `md`.
    pub name: String,
    /// Where the gateway answers; absent in a sandbox that has not been told.
    #[serde(default)]
    pub gateway: Option<Url>,
    /// Keys that sign the trust list: the one in force and its planned successor.
    #[serde(default)]
    pub trust_keys: Vec<Jwk>,
    /// Telephone of the support line.
    pub support: String,
    /// Scheme of the links that lead back into the app.
    pub redirect_scheme: String,
    /// Oldest version of the app that may act.
    pub minimum_version: String,
}

/// Why a deployment cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum DeploymentError {
    /// What the sandbox printed is not understood.
    #[error("the sandbox's address and key are not understood")]
    NotUnderstood(#[source] serde_json::Error),
    /// A build for a real state takes no other.
    #[error("only a sandbox build joins a sandbox")]
    NotASandbox,
}

/// What a sandbox prints as it starts: where it is and the key it signs its trust list with.
#[derive(Deserialize)]
struct SandboxReady {
    gateway: Url,
    trust_key: Jwk,
}

const SANDBOX: &str = include_str!("../../../deployments/sandbox.json");
const MD: &str = include_str!("../../../deployments/md.json");

impl Deployment {
    /// The one this binary was built for.
    pub fn built_in() -> Self {
        let text = match option_env!("ACASA_DEPLOYMENT") {
            Some("md") => MD,
            Some(_) | None => SANDBOX,
        };
        serde_json::from_str(text).expect("the deployments in the tree are sound; a test reads both")
    }

    /// Joins the sandbox that printed this line of JSON when it was ready.
    pub fn joined_to(mut self, ready: &str) -> Result<Self, DeploymentError> {
        if !self.is_sandbox() {
            return Err(DeploymentError::NotASandbox);
        }
        let ready: SandboxReady = serde_json::from_str(ready).map_err(DeploymentError::NotUnderstood)?;
        self.gateway = Some(ready.gateway);
        self.trust_keys = vec![ready.trust_key];
        Ok(self)
    }

    /// Whether the band "Date de probă" is shown.
    pub fn is_sandbox(&self) -> bool {
        self.name != "md"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_deployments_in_the_tree_are_sound() {
        let md: Deployment = serde_json::from_str(MD).unwrap();
        let sandbox: Deployment = serde_json::from_str(SANDBOX).unwrap();
        assert!(!md.is_sandbox());
        assert!(sandbox.is_sandbox());
    }

    #[test]
    fn a_real_states_build_joins_no_sandbox() {
        let md: Deployment = serde_json::from_str(MD).unwrap();
        assert!(matches!(md.joined_to("{}"), Err(DeploymentError::NotASandbox)));
    }

    #[test]
    fn a_line_that_is_not_a_sandboxs_is_refused() {
        let outcome = Deployment::built_in().joined_to(r#"{"gateway":"http://127.0.0.1:1"}"#);
        assert!(matches!(outcome, Err(DeploymentError::NotUnderstood(_))));
    }
}
