//! Where the app stands, the report for support, and the notices.

use crate::vault::Standing;
use crate::{Acasa, CoreError, log, profiles};
use acasa_api_types::{AppStateView, DeploymentView, NoticesView, Phase, ReportView, SavedView};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::fs;

/// As much of the log as a report holds, in bytes.
const REPORT_LOG: usize = 64 << 10;

impl Acasa {
    /// Which screen comes first, and what it must know.
    pub async fn state(&self) -> AppStateView {
        let (standing, keystore) = self
            .blocking(|acasa| {
                Ok((
                    acasa.vault().standing(),
                    acasa.inner.setup.keystore.available().is_ok(),
                ))
            })
            .await
            .unwrap_or((Standing::Blocked("internal".to_owned()), false));
        let enrolling = self.inner.sign_ins.session().is_some();
        let (phase, blocked) = match standing {
            Standing::Open => (Phase::Unlocked, None),
            Standing::Closed => (Phase::Locked, None),
            Standing::None if enrolling => (Phase::Enrolling, None),
            Standing::None => (Phase::Welcome, None),
            Standing::Blocked(code) => (Phase::Blocked, Some(code)),
        };
        let deployment = self.deployment();
        let preferences = self.preferences();
        AppStateView {
            phase,
            blocked,
            deployment: DeploymentView {
                name: deployment.name.clone(),
                sandbox: deployment.is_sandbox(),
                support: deployment.support.clone(),
            },
            language: preferences.language,
            theme: preferences.theme,
            keystore,
            profile: preferences.current_profile().map(profiles::view),
            lock_after_seconds: preferences.lock_after_seconds,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// The report for support: version, system, settings that are not personal, and the log's end.
    pub fn report(&self) -> ReportView {
        let mut text = String::new();
        let preferences = self.preferences().clone();
        let _ = writeln!(
            text,
            "Acasă {} ({})",
            env!("CARGO_PKG_VERSION"),
            self.deployment().name
        );
        let _ = writeln!(
            text,
            "{} {} · {}",
            std::env::consts::OS,
            std::env::consts::ARCH,
            Timestamp::now()
        );
        let _ = writeln!(text, "profiles: {}", preferences.profiles.len());
        let _ = writeln!(text, "lock after: {} s", preferences.lock_after_seconds);
        let keystore = self.inner.setup.keystore.available();
        let _ = writeln!(
            text,
            "keystore: {}",
            keystore
                .as_ref()
                .map_or_else(acasa_keystore::KeystoreError::code, |()| "ok")
        );
        text.push('\n');
        text.push_str(&log::tail(&self.inner.setup.folder, REPORT_LOG));
        ReportView { text }
    }

    /// Saves what [`Acasa::report`] gives, beside the profiles.
    pub fn save_report(&self) -> Result<SavedView, CoreError> {
        let stamp = Timestamp::now().as_second();
        let path = self.inner.setup.folder.join(format!("acasa-report-{stamp}.txt"));
        fs::create_dir_all(&self.inner.setup.folder)?;
        fs::write(&path, self.report().text)?;
        Ok(SavedView {
            path: path.display().to_string(),
        })
    }
}

/// Notices of the parts Acasă is made with, as `cargo xtask notices` collected them.
pub(crate) fn notices() -> NoticesView {
    NoticesView {
        text: include_str!("../../../THIRD-PARTY.md").to_owned(),
    }
}
