//! Steps with what a gateway keeps: erasing a person, and replacing the root key.

use crate::input;
use crate::output::{Exit, Output};
use acasa_gateway::{Principal, Settings, StartError, upkeep};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Longest name of a principal, in bytes.
const NAME_LIMIT: usize = 64;

/// At most one of them.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Serve nothing; say what is kept of the person whose IDNP is in this file (- for standard input). With --really,
    /// erase it: their key is destroyed, their sessions end
    #[arg(long, value_name = "FILE", requires = "data", conflicts_with_all = ["rotate", "revoke", "rewrap"])]
    erase: Option<PathBuf>,
    /// Erase what --erase would only count
    #[arg(long, requires = "erase")]
    really: bool,
    /// Serve nothing; wrap the keys of people by the newest root key (`--rotate payload` makes one) and forget the older
    #[arg(long, requires = "data", conflicts_with_all = ["rotate", "revoke"])]
    rewrap: bool,
}

impl Args {
    /// Does the step that was asked for, if one was.
    pub(crate) fn run(&self, settings: &Settings, output: &mut Output) -> Option<Exit> {
        let done = match &self.erase {
            Some(file) => erase(file, self.really, settings, output),
            None if self.rewrap => rewrap(settings, output),
            None => return None,
        };
        Some(done.unwrap_or_else(|exit| exit))
    }
}

/// Makes a new root key.
pub(crate) fn replace_root_key(settings: &Settings, output: &mut Output) -> Exit {
    let made = || {
        let custody = settings.custody()?;
        upkeep::replace_root_key(&custody)
    };
    match made() {
        Ok(roots) => {
            let name = roots.names().next().unwrap_or_default().to_owned();
            output.answer(&json!({ "root_key": name }), || {
                format!("The root key is {name} now. Restart every gateway with this file of root keys, then --rewrap.")
            });
            Exit::Yes
        }
        Err(error) => failed(&error),
    }
}

fn rewrap(settings: &Settings, output: &mut Output) -> Result<Exit, Exit> {
    let open = upkeep::Upkeep::open(settings).map_err(|error| failed(&error))?;
    let wrapped = open.rewrap().map_err(|error| failed(&error))?;
    output.answer(&json!({ "rewrapped": wrapped }), || {
        format!(
            "{wrapped} keys are wrapped anew. The older root keys are needed no more: destroy their copies."
        )
    });
    Ok(Exit::Yes)
}

fn erase(file: &Path, really: bool, settings: &Settings, output: &mut Output) -> Result<Exit, Exit> {
    let principal = read_principal(file)?;
    let open = upkeep::Upkeep::open(settings).map_err(|error| failed(&error))?;
    let (held, installations) = if really {
        let erased = open.erase(principal).map_err(|error| failed(&error))?;
        (erased.held, Some(erased.installations))
    } else {
        (open.held(principal).map_err(|error| failed(&error))?, None)
    };
    let answer = json!({
        "erased": really,
        "records": held.records,
        "letters": held.letters,
        "acts": held.acts,
        "installations": installations,
    });
    output.answer(&answer, || {
        let kept = format!(
            "{} records, of them {} letters; texts of {} acts",
            held.records, held.letters, held.acts
        );
        match installations {
            Some(installations) => format!("Erased: {kept}; {installations} installations are out of use."),
            None => format!("Kept: {kept}. Nothing is erased without --really."),
        }
    });
    Ok(Exit::Yes)
}

/// No command line shows it.
fn read_principal(file: &Path) -> Result<Principal, Exit> {
    let bytes = if file == Path::new("-") {
        input::read_stdin(NAME_LIMIT)?
    } else {
        input::read_file(file, NAME_LIMIT)?
    };
    let text = String::from_utf8(input::without_line_end(bytes)).unwrap_or_default();
    text.parse()
        .or_else(|_| format!("urn:md:idnp:{text}").parse())
        .map_err(|_| Exit::unusable("principal_unreadable", "the file holds no IDNP"))
}

fn failed(error: &StartError) -> Exit {
    Exit::failed(error.code(), error.to_string())
}
