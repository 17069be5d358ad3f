//! Grey pictures: from a camera's frame or from the bytes of a picture file.

use crate::QrError;
use image::{DynamicImage, GrayImage, ImageError, ImageFormat, ImageReader, Limits, Pixel, Rgba};
use std::fmt;
use std::io::Cursor;

/// Longest side of a picture, in pixels.
const MAX_SIDE: u32 = 20_000;
/// Most pixels of a picture.
const MAX_PIXELS: u64 = 50_000_000;
/// Most memory a decoder may ask for: the largest picture with four 8-bit channels, and a quarter more.
/// No camera and no printer of codes makes 16-bit channels at such sizes; a bomb of a few kilobytes does.
const MAX_ALLOCATION: u64 = MAX_PIXELS * 5;

/// A grey picture, one byte a pixel, 0 black, row by row from the top left.
#[derive(Clone)]
pub struct Luma(GrayImage);

impl Luma {
    /// Takes the luma of a camera's frame.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, QrError> {
        if u64::from(width) * u64::from(height) > MAX_PIXELS || width > MAX_SIDE || height > MAX_SIDE {
            return Err(QrError::PictureTooLarge);
        }
        GrayImage::from_raw(width, height, pixels)
            .filter(|image| u64::from(width) * u64::from(height) == image.as_raw().len() as u64)
            .map(Self)
            .ok_or(QrError::FrameSize)
    }

    /// Decodes a PNG, JPEG, WebP or GIF (its first frame). What is transparent shows a white page, or a
    /// black one where all that is painted is light.
    pub fn decode(bytes: &[u8]) -> Result<Self, QrError> {
        let mut reader = ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|_| QrError::UnknownFormat)?;
        match reader.format() {
            Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif) => {}
            _ => return Err(QrError::UnknownFormat),
        }
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE);
        limits.max_image_height = Some(MAX_SIDE);
        limits.max_alloc = Some(MAX_ALLOCATION);
        reader.limits(limits.clone());
        let sized = ImageReader::with_format(
            Cursor::new(bytes),
            reader.format().expect("the format was matched above"),
        );
        let (width, height) = sized.into_dimensions().map_err(|error| refused(&error))?;
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(QrError::PictureTooLarge);
        }
        let picture = reader.decode().map_err(|error| refused(&error))?;
        Ok(Self(grey(picture)))
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.0.width()
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.0.height()
    }

    pub(crate) fn image(&self) -> &GrayImage {
        &self.0
    }
}

impl From<GrayImage> for Luma {
    fn from(image: GrayImage) -> Self {
        Self(image)
    }
}

/// The size only: what a camera saw is nobody's business.
impl fmt::Debug for Luma {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Luma({}×{})", self.width(), self.height())
    }
}

fn refused(error: &ImageError) -> QrError {
    match error {
        ImageError::Limits(_) => QrError::PictureTooLarge,
        ImageError::Unsupported(_) => QrError::UnknownFormat,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::IoError(_) => QrError::BrokenPicture,
    }
}

fn grey(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let mut colours = picture.into_rgba8();
    // A code may be cut out: its light parts painted, its dark ones whatever lies below.
    let mut painted = colours.pixels().filter(|pixel| pixel.0[3] > 127).peekable();
    let is_light = |pixel: &Rgba<u8>| pixel.to_luma().0[0] > 191;
    let below = if painted.peek().is_some() && painted.all(is_light) {
        0
    } else {
        255
    };
    for pixel in colours.pixels_mut() {
        let mut page = Rgba([below, below, below, 255]);
        page.blend(pixel);
        *pixel = page;
    }
    DynamicImage::ImageRgba8(colours).into_luma8()
}

#[cfg(test)]
mod tests;
