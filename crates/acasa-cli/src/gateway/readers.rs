//! `acasa gateway --certify-reader`: the certificate by which people's apps know who asks.

use crate::input::read_file;
use crate::output::{Exit, Output};
use acasa_gateway::{Authority, Certificate, ReaderRequest, Settings};
use serde_json::json;
use std::path::Path;

/// Largest request, in bytes.
const FILE_LIMIT: usize = 64 * 1024;

/// A verifier's request in a file.
pub(crate) fn read_request(file: &Path) -> Result<ReaderRequest, Exit> {
    let bytes = read_file(file, FILE_LIMIT)?;
    ReaderRequest::from_pem(&bytes).map_err(|error| Exit::unusable(error.code(), error.to_string()))
}

/// Prints a certificate in PEM.
pub(crate) fn tell(certificate: &Certificate, output: &mut Output) -> Exit {
    let pem = certificate.to_pem();
    output.answer(&json!({ "certificate": pem }), || pem.trim_end().to_owned());
    Exit::Yes
}

/// Certifies who asked, by the gateway's own keys.
pub(crate) fn certify(settings: &Settings, request: &Path, name: &str, output: &mut Output) -> Exit {
    let request = match read_request(request) {
        Ok(request) => request,
        Err(exit) => return exit,
    };
    let custody = match settings.custody() {
        Ok(custody) => custody,
        Err(error) => return Exit::failed(error.code(), error.to_string()),
    };
    match Authority::certify_reader(&custody, name, &request, jiff::Timestamp::now()) {
        Ok(certificate) => tell(&certificate, output),
        Err(error) if error.code() == "reader_name" => Exit::unusable(error.code(), error.to_string()),
        Err(error) => Exit::failed(error.code(), error.to_string()),
    }
}
