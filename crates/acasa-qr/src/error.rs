//! Why pixels or payloads were refused.

use thiserror::Error;

/// A refusal of this crate. None carries what was in the picture or the payload.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum QrError {
    /// Not a PNG, JPEG, WebP or GIF.
    #[error("not a picture of a known format")]
    UnknownFormat,
    /// A picture of a known format whose bytes are broken.
    #[error("the picture is broken")]
    BrokenPicture,
    /// More pixels, or more memory, than a picture may ask for.
    #[error("the picture is too large")]
    PictureTooLarge,
    /// The number of pixels is not width × height.
    #[error("the frame's size is not its number of pixels")]
    FrameSize,
    /// The payload does not fit the largest version allowed.
    #[error("the payload does not fit a code of version {max_version} or less")]
    PayloadTooLarge {
        /// The bound that was asked for.
        max_version: u8,
    },
    /// The code could not be drawn at that size.
    #[error("the code cannot be drawn")]
    Drawing,
    /// The text is not a frame of a moving code.
    #[error("not a frame of a moving code")]
    NotAFrame,
    /// Frames were put together and their checksum is not the payload's.
    #[error("the frames of the moving code do not agree")]
    FramesDisagree,
}

impl QrError {
    /// Stable name for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat => "picture_format_unknown",
            Self::BrokenPicture => "picture_broken",
            Self::PictureTooLarge => "picture_too_large",
            Self::FrameSize => "frame_size_wrong",
            Self::PayloadTooLarge { .. } => "payload_too_large",
            Self::Drawing => "drawing_failed",
            Self::NotAFrame => "not_a_frame",
            Self::FramesDisagree => "frames_disagree",
        }
    }

    /// Whether the same call may succeed later. A moving code may: its frames come again.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::FramesDisagree)
    }
}
