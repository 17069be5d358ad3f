//! Files the person asked for, where they will look for them.

use crate::{Acasa, CoreError};
use acasa_api_types::SavedView;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// Longest name, in characters, without its ending.
const LONGEST_STEM: usize = 80;
/// Files of one name before giving up.
const MOST_OF_ONE_NAME: u32 = 1000;

/// Writes a file under a name like this one; another file of that name stays as it is.
pub(crate) fn save(acasa: &Acasa, name: &str, bytes: &[u8]) -> Result<SavedView, CoreError> {
    let setup = &acasa.inner.setup;
    let folder = setup
        .host
        .downloads()
        .unwrap_or_else(|| setup.folder.join("files"));
    fs::create_dir_all(&folder)?;
    let (stem, ending) = clean(name);
    for number in 1..=MOST_OF_ONE_NAME {
        let name = match number {
            1 => format!("{stem}{ending}"),
            number => format!("{stem} ({number}){ending}"),
        };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                let written = file.write_all(bytes).and_then(|()| file.sync_all());
                if let Err(error) = written {
                    // Half a file is worse than none.
                    let _ = fs::remove_file(&path);
                    return Err(error.into());
                }
                return Ok(SavedView {
                    path: path.display().to_string(),
                });
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(std::io::Error::from(ErrorKind::AlreadyExists).into())
}

/// A name that is one on every system, in two parts.
fn clean(name: &str) -> (String, String) {
    // As the pickiest system wants it: files are handed on.
    let options = sanitize_filename::Options {
        windows: true,
        truncate: true,
        replacement: "",
    };
    let name = sanitize_filename::sanitize_with_options(name, options);
    let name = name.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let path = Path::new(if name.is_empty() { "document" } else { name });
    let part =
        |part: Option<&std::ffi::OsStr>| part.and_then(|part| part.to_str()).unwrap_or_default().to_owned();
    let stem = part(path.file_stem()).chars().take(LONGEST_STEM).collect();
    let ending = part(path.extension());
    let ending = if ending.is_empty() {
        ending
    } else {
        format!(".{ending}")
    };
    (stem, ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for (name, stem, ending) in [
            ("proces-verbal.pdf", "proces-verbal", ".pdf"),
            ("../../etc/passwd", "etcpasswd", ""),
            ("C:\\Windows\\a.txt", "CWindowsa", ".txt"),
            ("..", "document", ""),
            ("", "document", ""),
            ("con", "document", ""),
            ("a\u{0}b\n.pdf", "ab", ".pdf"),
        ] {
            assert_eq!(clean(name), (stem.to_owned(), ending.to_owned()), "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let (stem, ending) = clean(&format!("{}.pdf", "ș".repeat(300)));
        assert!(stem.chars().count() <= LONGEST_STEM && !stem.is_empty());
        assert!(ending == ".pdf" || ending.is_empty());
    }
}
