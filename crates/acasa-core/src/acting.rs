//! What keeps the app from acting with the state, while showing and verifying go on.

use crate::{Acasa, CoreError};
use acasa_api_types::ConnectionView;
use acasa_credentials::trust::AppVersion;

impl Acasa {
    /// Whether the state's services answer, and whether they take anything from this app.
    pub(crate) async fn connection(&self) -> ConnectionView {
        let mut view = self.inner.connection.view();
        let looked = self.blocking(move |acasa| {
            let too_old = acasa.require_new_enough();
            acasa.sync().describe(&mut view);
            Ok((view, too_old))
        });
        let Ok((mut view, too_old)) = looked.await else {
            return self.inner.connection.view();
        };
        if let Err(error @ CoreError::AppTooOld) = too_old {
            view.blocked = Some(error.code().to_owned());
        }
        view
    }

    /// Refuses to act where the signed trust list, or the deployment, asks for a newer app.
    pub(crate) fn require_new_enough(&self) -> Result<(), CoreError> {
        let listed = self.trust().list.and_then(|list| list.minimum_app);
        let built_in = parse(&self.deployment().minimum_version);
        if this_version() < listed.max(built_in) {
            return Err(CoreError::AppTooOld);
        }
        Ok(())
    }
}

fn this_version() -> Option<AppVersion> {
    parse(env!("CARGO_PKG_VERSION"))
}

/// `1.20.3`, as both Cargo and the deployments write it.
fn parse(version: &str) -> Option<AppVersion> {
    let numbers: Vec<u64> = version
        .split('.')
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Deployment;

    #[test]
    fn this_version_and_each_deployments_are_read() {
        assert!(this_version().is_some());
        assert!(parse(&Deployment::built_in().minimum_version).is_some());
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(parse("0.9.0") < parse("0.10.0"));
        assert_eq!(parse("1.2"), None);
    }
}
