//! Settings of MLog on the command line.

use acasa_gateway::{Idno, MlogSettings, Url};
use std::path::PathBuf;

/// Where the journal goes. All five or none.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Deliver the journal to MLog at this https address
    #[arg(
        id = "mlog",
        long = "mlog",
        value_name = "URL",
        env = "ACASA_GATEWAY_MLOG",
        value_parser = super::https,
        requires_all = ["mlog_organisation", "mlog_certificate", "mlog_key", "mlog_trust"]
    )]
    address: Option<Url>,
    /// IDNO of the organisation that runs the gateway, as MLog knows it
    #[arg(
        id = "mlog_organisation",
        long = "mlog-organisation",
        value_name = "IDNO",
        env = "ACASA_GATEWAY_MLOG_ORGANISATION",
        requires = "mlog"
    )]
    organisation: Option<Idno>,
    /// Certificate MLog knows the gateway by, then those up to its authority: PEM
    #[arg(
        id = "mlog_certificate",
        long = "mlog-certificate",
        value_name = "FILE",
        env = "ACASA_GATEWAY_MLOG_CERTIFICATE",
        requires = "mlog"
    )]
    certificate: Option<PathBuf>,
    /// That certificate's private key, PEM; only its owner may be able to read it
    #[arg(
        id = "mlog_key",
        long = "mlog-key",
        value_name = "FILE",
        env = "ACASA_GATEWAY_MLOG_KEY",
        requires = "mlog"
    )]
    key: Option<PathBuf>,
    /// The authorities MLog's own certificate may come from, and no others: PEM
    #[arg(
        id = "mlog_trust",
        long = "mlog-trust",
        value_name = "FILE",
        env = "ACASA_GATEWAY_MLOG_TRUST",
        requires = "mlog"
    )]
    trust: Option<PathBuf>,
}

impl Args {
    /// MLog, if it is named.
    pub(crate) fn settings(&self) -> Option<MlogSettings> {
        Some(MlogSettings {
            address: self.address.clone()?,
            organisation: self.organisation?,
            certificate: self.certificate.clone()?,
            key: self.key.clone()?,
            trust: self.trust.clone()?,
        })
    }
}
