//! Portraits drawn by the project: a face from a few dozen drawn numbers, in vector shapes.

mod clothes;
mod encode;
mod features;
mod hair;
mod head;
mod pen;

pub(super) use encode::strokes as stored;
pub(super) use features::Features;

use super::person::Sex;
use pen::{Colour, Pen};
use tiny_skia::Pixmap;

/// A face as documents carry it.
pub(super) struct Drawn {
    pub(super) full: Vec<u8>,
    pub(super) companion: Vec<u8>,
}

/// Draws a face and stores it in both sizes.
pub(super) fn draw(features: &Features) -> Drawn {
    let picture = paint(features);
    Drawn {
        full: encode::full(&picture, features.grain),
        companion: encode::companion(&picture),
    }
}

/// The picture, 420 by 540: the proportion 35 to 45 of ISO/IEC 19794-5 for a head and shoulders.
fn paint(features: &Features) -> Pixmap {
    let mut pen = Pen::new();
    pen.background(features.background);
    hair::back(&mut pen, features);
    head::neck(&mut pen, features);
    clothes::paint(&mut pen, features);
    head::face(&mut pen, features);
    hair::beard(&mut pen, features);
    head::eyes(&mut pen, features);
    head::nose_and_mouth(&mut pen, features);
    head::age_lines(&mut pen, features);
    hair::front(&mut pen, features);
    head::brows(&mut pen, features);
    head::extras(&mut pen, features);
    pen.finish()
}

#[cfg(test)]
mod tests;
