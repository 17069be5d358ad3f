//! Settings of services of the state on the command line.

use acasa_gateway::{Url, ports::ServiceSettings};
use std::path::PathBuf;

/// Options of a service that is reached with mutual TLS: all four or none, each with its variable.
macro_rules! service {
    ($name:ident, $what:literal, $does:literal,
        $address:literal = $address_variable:literal, $certificate:literal = $certificate_variable:literal,
        $key:literal = $key_variable:literal, $trust:literal = $trust_variable:literal) => {
        #[doc = concat!("Where ", $what, " is. All four or none.")]
        #[derive(clap::Args)]
        #[group(skip)]
        pub(crate) struct $name {
            #[doc = concat!($does, " at this https address")]
            #[arg(id = $address, long = $address, value_name = "URL", env = $address_variable,
                value_parser = super::https, requires_all = [$certificate, $key, $trust])]
            address: Option<Url>,
            #[doc = concat!("Certificate ", $what, " knows the gateway by, then those up to its authority: PEM")]
            #[arg(id = $certificate, long = $certificate, value_name = "FILE", env = $certificate_variable,
                requires = $address)]
            certificate: Option<PathBuf>,
            /// That certificate's private key, PEM; only its owner may be able to read it
            #[arg(id = $key, long = $key, value_name = "FILE", env = $key_variable, requires = $address)]
            key: Option<PathBuf>,
            #[doc = concat!("The authorities the certificate of ", $what, " may come from, and no others: PEM")]
            #[arg(id = $trust, long = $trust, value_name = "FILE", env = $trust_variable, requires = $address)]
            trust: Option<PathBuf>,
        }

        impl $name {
            /// The service, if it is named.
            pub(crate) fn settings(&self) -> Option<ServiceSettings> {
                Some(ServiceSettings {
                    address: self.address.clone()?,
                    certificate: self.certificate.clone()?,
                    key: self.key.clone()?,
                    trust: self.trust.clone()?,
                })
            }
        }
    };
}

service!(
    Mnotify,
    "MNotify",
    "Fetch letters from MNotify's feed of inboxes",
    "mnotify" = "ACASA_GATEWAY_MNOTIFY",
    "mnotify-certificate" = "ACASA_GATEWAY_MNOTIFY_CERTIFICATE",
    "mnotify-key" = "ACASA_GATEWAY_MNOTIFY_KEY",
    "mnotify-trust" = "ACASA_GATEWAY_MNOTIFY_TRUST"
);

service!(
    Events,
    "MConnect Events",
    "Consume MConnect Events",
    "mconnect-events" = "ACASA_GATEWAY_MCONNECT_EVENTS",
    "mconnect-events-certificate" = "ACASA_GATEWAY_MCONNECT_EVENTS_CERTIFICATE",
    "mconnect-events-key" = "ACASA_GATEWAY_MCONNECT_EVENTS_KEY",
    "mconnect-events-trust" = "ACASA_GATEWAY_MCONNECT_EVENTS_TRUST"
);
