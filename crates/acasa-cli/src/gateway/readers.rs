//! `acasa gateway --certify-reader`: the certificate by which people's apps know who asks.

use crate::input::read_file;
use crate::output::{Exit, Output};
use acasa_gateway::{Authority, ReaderRequest, Settings};
use serde_json::json;
use std::path::Path;

/// Largest request, in bytes.
const FILE_LIMIT: usize = 64 * 1024;

/// Prints the certificate in PEM.
pub(crate) fn certify(settings: &Settings, request: &Path, name: &str, output: &mut Output) -> Exit {
    let request = match read_file(request, FILE_LIMIT) {
        Ok(request) => request,
        Err(exit) => return exit,
    };
    let request = match ReaderRequest::from_pem(&request) {
        Ok(request) => request,
        Err(error) => return Exit::unusable(error.code(), error.to_string()),
    };
    let custody = match settings.custody() {
        Ok(custody) => custody,
        Err(error) => return Exit::failed(error.code(), error.to_string()),
    };
    match Authority::certify_reader(&custody, name, &request, jiff::Timestamp::now()) {
        Ok(certificate) => {
            let pem = certificate.to_pem();
            output.answer(&json!({ "certificate": pem }), || pem.trim_end().to_owned());
            Exit::Yes
        }
        Err(error) if error.code() == "reader_name" => Exit::unusable(error.code(), error.to_string()),
        Err(error) => Exit::failed(error.code(), error.to_string()),
    }
}
