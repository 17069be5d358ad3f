use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What the command line may say.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// `--profile DIR`: where profiles lie, instead of the system's place for them.
    pub(crate) folder: Option<PathBuf>,
}

impl Options {
    pub(crate) fn from_arguments(arguments: impl Iterator<Item = OsString>) -> Result<Self, &'static str> {
        let mut options = Self::default();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            if argument == "--profile" {
                options.folder = Some(arguments.next().ok_or("--profile needs a folder")?.into());
            } else if !argument.to_string_lossy().contains("://") {
                return Err("unknown argument");
            }
        }
        Ok(options)
    }

    /// A name for the session bus that is the same for the same folder only.
    pub(crate) fn instance_id(&self) -> String {
        let folder = self.folder.as_deref().unwrap_or_else(|| Path::new(""));
        format!("md.gov.acasa.p{}", acasa_core::folder_fingerprint(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, &'static str> {
        Options::from_arguments(arguments.iter().map(OsString::from))
    }

    #[test]
    fn a_profile_folder_is_taken_from_the_command_line() {
        let options = parse(&["--profile", "there"]).unwrap();
        assert_eq!(options.folder.as_deref(), Some(Path::new("there")));
    }

    #[test]
    fn a_deep_link_is_left_to_its_plugin() {
        assert!(parse(&["acasa://show"]).is_ok());
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(parse(&["--profle", "x"]).unwrap_err(), "unknown argument");
        assert_eq!(parse(&["--profile"]).unwrap_err(), "--profile needs a folder");
    }

    #[test]
    fn two_folders_are_two_instances() {
        let one = parse(&["--profile", "a"]).unwrap().instance_id();
        let other = parse(&["--profile", "b"]).unwrap().instance_id();
        assert_ne!(one, other);
    }
}
