use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What the command line may say.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// `--profile DIR`: where profiles lie, instead of the system's place for them.
    pub(crate) folder: Option<PathBuf>,
    /// `--half left|right`: which half of the screen the window takes.
    pub(crate) half: Option<Half>,
    /// `acasa:…`: the link that another program opened the app with.
    pub(crate) link: Option<String>,
}

/// A half of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Left,
    Right,
}

impl Options {
    pub(crate) fn from_arguments(arguments: impl Iterator<Item = OsString>) -> Result<Self, &'static str> {
        let mut options = Self::default();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            if argument == "--profile" {
                options.folder = Some(arguments.next().ok_or("--profile needs a folder")?.into());
            } else if argument == "--half" {
                options.half = Some(match arguments.next().as_deref().and_then(|half| half.to_str()) {
                    Some("left") => Half::Left,
                    Some("right") => Half::Right,
                    _ => return Err("--half needs left or right"),
                });
            } else if let Some(link) = argument.to_str().filter(|text| text.starts_with(crate::SCHEME)) {
                options.link = Some(link.to_owned());
            } else {
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
    fn a_link_of_ours_is_taken_and_another_refused() {
        let link = "acasa://scan?text=x";
        assert_eq!(parse(&[link]).unwrap().link.as_deref(), Some(link));
        assert!(parse(&["https://acasa.example"]).is_err());
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(parse(&["--profle", "x"]).unwrap_err(), "unknown argument");
        assert_eq!(parse(&["--profile"]).unwrap_err(), "--profile needs a folder");
    }

    #[test]
    fn a_window_takes_a_half_of_the_screen_if_told_which() {
        assert_eq!(parse(&["--half", "right"]).unwrap().half, Some(Half::Right));
        assert_eq!(
            parse(&["--half", "top"]).unwrap_err(),
            "--half needs left or right"
        );
        assert!(parse(&["--half"]).is_err());
    }

    #[test]
    fn two_folders_are_two_instances() {
        let one = parse(&["--profile", "a"]).unwrap().instance_id();
        let other = parse(&["--profile", "b"]).unwrap().instance_id();
        assert_ne!(one, other);
    }
}
