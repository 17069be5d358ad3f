//! Settings of a PKCS#11 token on the command line, for those that sign.

use acasa_gateway::pkcs11::TokenSettings;
use std::path::PathBuf;

/// A token that holds the private keys. All three or none.
#[derive(clap::Args)]
// It is flattened into other arguments, whose group would have the same name.
#[group(skip)]
pub(crate) struct Args {
    /// Keep private keys in a PKCS#11 token, reached through this module (absolute path)
    #[arg(
        id = "pkcs11_module",
        long = "pkcs11-module",
        value_name = "PATH",
        requires_all = ["pkcs11_token", "pkcs11_pin_file", "data"]
    )]
    module: Option<PathBuf>,
    /// Label of the token
    #[arg(
        id = "pkcs11_token",
        long = "pkcs11-token",
        value_name = "LABEL",
        requires = "pkcs11_module"
    )]
    label: Option<String>,
    /// File with the token's PIN; only its owner may be able to read it
    #[arg(
        id = "pkcs11_pin_file",
        long = "pkcs11-pin-file",
        value_name = "FILE",
        requires = "pkcs11_module"
    )]
    pin_file: Option<PathBuf>,
}

impl Args {
    /// The token that is named, if one is.
    pub(crate) fn settings(&self) -> Option<TokenSettings> {
        Some(TokenSettings {
            module: self.module.clone()?,
            label: self.label.clone()?,
            pin_file: self.pin_file.clone()?,
        })
    }
}
