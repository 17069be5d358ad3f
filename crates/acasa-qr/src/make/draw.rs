//! Drawings of a matrix, each with the quiet zone of four modules (ISO/IEC 18004:2015, 6.3.8).

use super::Matrix;
use crate::QrError;
use image::{GrayImage, ImageFormat, Luma as Grey};
use std::fmt::Write as _;
use std::io::Cursor;

/// Modules of white on each side.
const QUIET: u16 = 4;
/// Largest drawing, pixels on a side.
const MAX_SIDE: u32 = 16_384;

impl Matrix {
    /// A drawing that scales: one unit a module, dark modules joined into runs, white behind.
    pub fn to_svg(&self) -> String {
        let side = self.size + 2 * QUIET;
        let mut path = String::new();
        for y in 0..self.size {
            for (x, length) in self.runs(y) {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
             <path fill=\"#000\" d=\"{path}\"/></svg>\n"
        )
    }

    /// A grey picture with `scale` whole pixels a module.
    pub fn to_picture(&self, scale: u32) -> Result<GrayImage, QrError> {
        let side = u32::from(self.size + 2 * QUIET)
            .checked_mul(scale)
            .filter(|side| (1..=MAX_SIDE).contains(side))
            .ok_or(QrError::Drawing)?;
        Ok(GrayImage::from_fn(side, side, |x, y| {
            Grey([if self.is_dark_at(x / scale, y / scale) {
                0
            } else {
                255
            }])
        }))
    }

    /// A PNG with `scale` whole pixels a module.
    pub fn to_png(&self, scale: u32) -> Result<Vec<u8>, QrError> {
        let mut bytes = Cursor::new(Vec::new());
        self.to_picture(scale)?
            .write_to(&mut bytes, ImageFormat::Png)
            .map_err(|_| QrError::Drawing)?;
        Ok(bytes.into_inner())
    }

    /// Lines of half blocks for a terminal, two rows of modules a line. Light modules are drawn, so
    /// that a dark terminal shows the code the right way round; on a light one most readers manage.
    pub fn to_half_blocks(&self) -> String {
        let side = u32::from(self.size + 2 * QUIET);
        let mut drawing = String::new();
        for y in (0..side).step_by(2) {
            for x in 0..side {
                let upper = !self.is_dark_at(x, y);
                let lower = y + 1 < side && !self.is_dark_at(x, y + 1);
                drawing.push(match (upper, lower) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            drawing.push('\n');
        }
        drawing
    }

    /// As `is_dark`, with coordinates that begin at the quiet zone's corner.
    fn is_dark_at(&self, x: u32, y: u32) -> bool {
        let inside = |value: u32| {
            value
                .checked_sub(u32::from(QUIET))
                .and_then(|value| u16::try_from(value).ok())
        };
        matches!((inside(x), inside(y)), (Some(x), Some(y)) if self.is_dark(x, y))
    }

    /// Runs of dark modules in a row: where each begins and how long it is.
    fn runs(&self, y: u16) -> Vec<(u16, u16)> {
        let mut runs: Vec<(u16, u16)> = Vec::new();
        for x in (0..self.size).filter(|x| self.is_dark(*x, y)) {
            match runs.last_mut() {
                Some((start, length)) if *start + *length == x => *length += 1,
                _ => runs.push((x, 1)),
            }
        }
        runs
    }
}
