//! A moving code's frames, as a camera would hand them on.

use super::error::DemoError;
use acasa_core::api::{MatrixView, RawFrame};
use data_encoding::BASE64;

/// Pixels a module.
const SCALE: usize = 4;
/// Modules of quiet zone (ISO/IEC 18004, 9.1).
const QUIET: usize = 4;

/// A frame seen straight on, in grey.
pub(super) fn seen(matrix: &MatrixView) -> Result<RawFrame, DemoError> {
    let bits = BASE64
        .decode(matrix.modules.as_bytes())
        .map_err(|_| DemoError::Code("drawn"))?;
    let modules = usize::try_from(matrix.size).map_err(|_| DemoError::Code("drawn"))?;
    let side = (modules + 2 * QUIET) * SCALE;
    let is_dark = |pixel_x: usize, pixel_y: usize| {
        let (Some(x), Some(y)) = (
            (pixel_x / SCALE).checked_sub(QUIET),
            (pixel_y / SCALE).checked_sub(QUIET),
        ) else {
            return false;
        };
        let at = y * modules + x;
        let inside = x < modules && y < modules;
        inside
            && bits
                .get(at / 8)
                .is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0)
    };
    let grey = |at: usize| if is_dark(at % side, at / side) { 0 } else { 255 };
    let width = u32::try_from(side).map_err(|_| DemoError::Code("drawn"))?;
    Ok(RawFrame {
        width,
        height: width,
        bytes: (0..side * side).map(grey).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dark_module_is_dark_where_it_stands_and_nowhere_else() {
        // The second module of the first row of two.
        let matrix = MatrixView {
            size: 2,
            modules: BASE64.encode(&[0b0100_0000]),
        };

        let frame = seen(&matrix).unwrap();

        let side = frame.width as usize;
        let dark: Vec<(usize, usize)> = (0..frame.bytes.len())
            .filter(|at| frame.bytes[*at] == 0)
            .map(|at| (at % side, at / side))
            .collect();
        let (left, top) = ((QUIET + 1) * SCALE, QUIET * SCALE);
        assert_eq!((side, dark.len()), (40, SCALE * SCALE));
        assert_eq!(dark.first(), Some(&(left, top)));
        assert_eq!(dark.last(), Some(&(left + SCALE - 1, top + SCALE - 1)));
    }
}
