//! Published vectors, a named test per case.
//!
//! The folder is `$ACASA_VECTORS`, or `../shared/vectors` beside the checkout. Where it is absent
//! each topic is reported as ignored with the path looked for; with `CI=true` absence is a failure.

#![expect(
    clippy::unwrap_used,
    reason = "a vector file that is not as described ends the test, as it should"
)]

mod codes_openid;
mod cose_cwt;
mod dcc;
mod idnp_iban;
mod mdoc;
mod openid4vp;
mod payment_qr;
mod qr_images;
mod sd_jwt;
mod status_list;
mod wycheproof;

use libtest_mimic::{Arguments, Trial};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Topic = (&'static str, fn(&Path) -> Vec<Trial>);

const TOPICS: &[Topic] = &[
    ("codes_openid", codes_openid::trials),
    ("cose_cwt", cose_cwt::trials),
    ("dcc", dcc::trials),
    ("idnp_iban", idnp_iban::trials),
    ("mdoc", mdoc::trials),
    ("openid4vp", openid4vp::trials),
    ("payment_qr", payment_qr::trials),
    ("qr_images", qr_images::trials),
    ("sd_jwt", sd_jwt::trials),
    ("status_list", status_list::trials),
    ("wycheproof", wycheproof::trials),
];

fn folder() -> PathBuf {
    std::env::var_os("ACASA_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"),
        PathBuf::from,
    )
}

fn main() -> ExitCode {
    let root = folder();
    let trials = if root.is_dir() {
        TOPICS.iter().flat_map(|(_, trials)| trials(&root)).collect()
    } else {
        TOPICS.iter().map(|(topic, _)| absent(topic, &root)).collect()
    };
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// What stands for a topic whose vectors are not on this machine.
fn absent(topic: &str, root: &Path) -> Trial {
    let looked_for = root.join(topic).display().to_string();
    let required = std::env::var("CI").is_ok_and(|value| value == "true");
    let name = format!("{topic}::absent (looked for {looked_for})");
    Trial::test(name, move || Err(format!("no vectors at {looked_for}").into())).with_ignored_flag(!required)
}
