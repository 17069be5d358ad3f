//! Neck, face, eyes, nose and mouth.

use super::features::{Beard, Face, Glasses};
use super::pen::{Colour, MIDDLE, Pen, Step, ellipse, path};
use super::{Features, Sex};
use Step::{Bend, Close, Curve, Line, Move};
use tiny_skia::Path;

const EYE_LINE: f32 = 256.0;
const MOUTH_LINE: f32 = 340.0;
/// Where the skull ends under the hair.
pub(super) const CROWN: f32 = 142.0;

pub(super) fn neck(pen: &mut Pen, features: &Features) {
    let half = neck_half(features);
    let skin = features.skin;
    let neck = path(&[
        Move(MIDDLE - half, 330.0),
        Curve(
            MIDDLE - half,
            400.0,
            MIDDLE - half - 6.0,
            425.0,
            MIDDLE - half - 46.0,
            452.0,
        ),
        Line(MIDDLE - 60.0, 540.0),
        Line(MIDDLE + 60.0, 540.0),
        Line(MIDDLE + half + 46.0, 452.0),
        Curve(
            MIDDLE + half + 6.0,
            425.0,
            MIDDLE + half,
            400.0,
            MIDDLE + half,
            330.0,
        ),
        Close,
    ]);
    pen.fill_down(&neck, (380.0, 470.0), skin.darker(0.20), skin.darker(0.06));
    // The head's shadow on the neck.
    pen.shade(
        &neck,
        (MIDDLE, features.face.chin - 6.0),
        70.0,
        skin.darker(0.55),
        0.55,
    );
}

/// Half the neck's width, which clothes close around.
pub(super) fn neck_half(features: &Features) -> f32 {
    let adult = if features.sex == Sex::Male { 52.0 } else { 43.0 };
    let grown = (f32::from(features.age) / 17.0).clamp(0.0, 1.0);
    adult - (1.0 - grown) * 9.0
}

pub(super) fn face(pen: &mut Pen, features: &Features) {
    let (face, skin) = (&features.face, features.skin);
    for side in [-1.0, 1.0] {
        let x = MIDDLE + side * (face.width + 1.0);
        pen.fill(&ellipse((x, 272.0), 13.0, 25.0), skin.darker(0.08));
        pen.fill_alpha(
            &ellipse((x + side * 1.0, 272.0), 7.0, 16.0),
            skin.darker(0.30),
            0.45,
        );
    }
    let outline = outline(face);
    pen.fill(&outline, skin);
    // Light from the upper left; the right side and the jaw turn away.
    pen.shade(&outline, (MIDDLE - 28.0, 215.0), 130.0, skin.lighter(0.55), 0.40);
    pen.shade(
        &outline,
        (MIDDLE + face.width + 18.0, 320.0),
        95.0,
        skin.darker(0.5),
        0.34,
    );
    pen.shade(
        &outline,
        (MIDDLE - face.width - 24.0, 340.0),
        78.0,
        skin.darker(0.5),
        0.20,
    );
    pen.shade(&outline, (MIDDLE, face.chin + 22.0), 56.0, skin.darker(0.5), 0.28);
    let blush = skin.mix(Colour::hex(0x00D8_5C50), 0.55);
    for side in [-1.0, 1.0] {
        let strength = if features.sex == Sex::Female || features.age < 16 {
            0.36
        } else {
            0.20
        };
        pen.shade(&outline, (MIDDLE + side * 54.0, 312.0), 36.0, blush, strength);
        // Eye sockets.
        let socket = (MIDDLE + side * face.eye_distance, EYE_LINE - 10.0);
        pen.shade(&outline, socket, 34.0, skin.darker(0.45), 0.24);
    }
}

/// The line of the face, which shadows keep within.
fn outline(face: &Face) -> Path {
    let (w, chin) = (face.width, face.chin);
    let jaw = w * face.jaw;
    path(&[
        Move(MIDDLE, CROWN),
        Curve(
            MIDDLE + 0.62 * w,
            CROWN,
            MIDDLE + w,
            CROWN + 44.0,
            MIDDLE + w,
            248.0,
        ),
        Curve(
            MIDDLE + w,
            300.0,
            MIDDLE + jaw + 9.0,
            336.0,
            MIDDLE + jaw * 0.80,
            360.0,
        ),
        Curve(MIDDLE + jaw * 0.56, chin - 6.0, MIDDLE + 27.0, chin, MIDDLE, chin),
        Curve(
            MIDDLE - 27.0,
            chin,
            MIDDLE - jaw * 0.56,
            chin - 6.0,
            MIDDLE - jaw * 0.80,
            360.0,
        ),
        Curve(MIDDLE - jaw - 9.0, 336.0, MIDDLE - w, 300.0, MIDDLE - w, 248.0),
        Curve(MIDDLE - w, CROWN + 44.0, MIDDLE - 0.62 * w, CROWN, MIDDLE, CROWN),
        Close,
    ])
}

pub(super) fn eyes(pen: &mut Pen, features: &Features) {
    let face = &features.face;
    let dark = Colour::hex(0x0033_211C);
    for side in [-1.0, 1.0] {
        let x = MIDDLE + side * face.eye_distance;
        let (half, tall) = (18.5 * face.eye_size, 8.6 * face.eye_size);
        let (outer, inner) = (EYE_LINE - face.eye_slant, EYE_LINE + 1.5);
        let white = path(&[
            Move(x - side * half, inner),
            Curve(
                x - side * half * 0.5,
                inner - tall * 1.35,
                x + side * half * 0.5,
                outer - tall * 1.4,
                x + side * half,
                outer,
            ),
            Curve(
                x + side * half * 0.5,
                outer + tall * 0.95,
                x - side * half * 0.4,
                inner + tall * 0.8,
                x - side * half,
                inner,
            ),
            Close,
        ]);
        pen.fill(&white, Colour::hex(0x00F7_F3EE));
        let radius = 8.0 * face.eye_size;
        let iris = ellipse((x, EYE_LINE - 0.8), radius, radius);
        pen.fill(&iris, features.iris.darker(0.25));
        pen.shade(
            &iris,
            (x, EYE_LINE + 3.0),
            radius,
            features.iris.lighter(0.30),
            0.85,
        );
        pen.fill(
            &ellipse((x, EYE_LINE - 0.8), radius * 0.46, radius * 0.46),
            Colour::hex(0x0014_0F0E),
        );
        pen.fill_alpha(
            &ellipse((x - 2.6, EYE_LINE - 4.0), 2.1, 2.1),
            Colour::hex(0x00FF_FFFF),
            0.95,
        );
        let lid = path(&[
            Move(x - side * half, inner),
            Curve(
                x - side * half * 0.5,
                inner - tall * 1.35,
                x + side * half * 0.5,
                outer - tall * 1.4,
                x + side * half,
                outer,
            ),
        ]);
        // Skin of the lid over the top of the iris, then lashes.
        pen.stroke(&lid, 3.4, features.skin.darker(0.45), 0.9);
        let lash = if features.sex == Sex::Female { 2.7 } else { 1.7 };
        pen.stroke(&lid, lash, dark, 0.92);
        let crease = path(&[
            Move(x - side * half * 0.85, inner - tall * 0.9),
            Curve(
                x - side * half * 0.3,
                inner - tall * 1.9,
                x + side * half * 0.5,
                outer - tall * 1.9,
                x + side * half * 1.02,
                outer - tall * 0.7,
            ),
        ]);
        pen.stroke(&crease, 1.5, features.skin.darker(0.5), 0.5);
        let lower = path(&[
            Move(x - side * half * 0.8, inner + 2.0),
            Curve(
                x - side * half * 0.4,
                inner + tall * 0.85,
                x + side * half * 0.5,
                outer + tall * 0.95,
                x + side * half,
                outer,
            ),
        ]);
        pen.stroke(&lower, 1.1, features.skin.darker(0.55), 0.55);
    }
}

pub(super) fn brows(pen: &mut Pen, features: &Features) {
    let face = &features.face;
    // Brows keep the colour that hair has lost, and are never as light as blond hair.
    let colour = features.hair.darker(0.35);
    for side in [-1.0, 1.0] {
        let x = MIDDLE + side * face.eye_distance;
        let (y, arch, weight) = (face.brow_height, face.brow_arch, face.brow_weight);
        let brow = path(&[
            Move(x - side * 20.0, y + weight * 0.5),
            Curve(
                x - side * 8.0,
                y - arch * 0.9,
                x + side * 12.0,
                y - arch * 1.3,
                x + side * 26.0,
                y + 3.0,
            ),
            Curve(
                x + side * 12.0,
                y - arch * 1.1 + weight * 0.9,
                x - side * 6.0,
                y - arch * 0.5 + weight,
                x - side * 20.0,
                y + weight * 0.5,
            ),
            Close,
        ]);
        pen.fill_alpha(&brow, colour, 0.86);
        pen.stroke(&brow, 1.4, colour, 0.5);
    }
}

pub(super) fn nose_and_mouth(pen: &mut Pen, features: &Features) {
    nose(pen, features);
    mouth(pen, features);
}

fn nose(pen: &mut Pen, features: &Features) {
    let (face, skin) = (&features.face, features.skin);
    let (half, tip) = (face.nose_width, face.nose_tip);
    let bridge = path(&[
        Move(MIDDLE + 7.0, 246.0),
        Curve(MIDDLE + 6.0, 270.0, MIDDLE + 9.0, 285.0, MIDDLE + half, tip - 6.0),
        Bend(MIDDLE + half + 3.0, tip + 4.0, MIDDLE + half - 5.0, tip + 6.0),
        Line(MIDDLE + 2.0, tip + 7.0),
        Close,
    ]);
    pen.shade(&bridge, (MIDDLE + 12.0, tip - 14.0), 46.0, skin.darker(0.5), 0.42);
    pen.glow((MIDDLE - 2.0, tip - 7.0), 13.0, skin.lighter(0.7), 0.55);
    pen.glow((MIDDLE - 3.0, 262.0), 12.0, skin.lighter(0.6), 0.28);
    for side in [-1.0, 1.0] {
        let wing = path(&[
            Move(MIDDLE + side * (half - 1.0), tip - 7.0),
            Curve(
                MIDDLE + side * (half + 4.0),
                tip - 2.0,
                MIDDLE + side * (half + 1.0),
                tip + 6.0,
                MIDDLE + side * (half - 6.0),
                tip + 5.0,
            ),
        ]);
        pen.stroke(&wing, 1.8, skin.darker(0.55), 0.55);
        pen.fill_alpha(
            &ellipse((MIDDLE + side * half * 0.48, tip + 5.0), 4.2, 1.9),
            skin.darker(0.72),
            0.62,
        );
    }
    let base = path(&[
        Move(MIDDLE - 6.0, tip + 7.0),
        Bend(MIDDLE, tip + 10.5, MIDDLE + 6.0, tip + 7.0),
    ]);
    pen.stroke(&base, 1.6, skin.darker(0.5), 0.5);
}

fn mouth(pen: &mut Pen, features: &Features) {
    let (face, skin) = (&features.face, features.skin);
    let (half, smile) = (face.mouth_width, face.smile);
    let corner = MOUTH_LINE - smile;
    let (upper, lower) = (7.0 * face.lip, 10.0 * face.lip);
    let red = if features.sex == Sex::Female && features.age > 15 {
        0.52
    } else {
        0.36
    };
    let lip = skin.mix(Colour::hex(0x00B0_3A3E), red);
    let top = path(&[
        Move(MIDDLE - half, corner),
        Curve(
            MIDDLE - half * 0.5,
            MOUTH_LINE - upper,
            MIDDLE - 9.0,
            MOUTH_LINE - upper - 1.5,
            MIDDLE,
            MOUTH_LINE - upper + 2.0,
        ),
        Curve(
            MIDDLE + 9.0,
            MOUTH_LINE - upper - 1.5,
            MIDDLE + half * 0.5,
            MOUTH_LINE - upper,
            MIDDLE + half,
            corner,
        ),
        Bend(MIDDLE, MOUTH_LINE + smile * 0.8, MIDDLE - half, corner),
        Close,
    ]);
    let bottom = path(&[
        Move(MIDDLE - half, corner),
        Bend(MIDDLE, MOUTH_LINE + smile * 0.8, MIDDLE + half, corner),
        Curve(
            MIDDLE + half * 0.55,
            MOUTH_LINE + lower,
            MIDDLE - half * 0.55,
            MOUTH_LINE + lower,
            MIDDLE - half,
            corner,
        ),
        Close,
    ]);
    pen.glow((MIDDLE, MOUTH_LINE + lower + 8.0), 22.0, skin.darker(0.45), 0.26);
    pen.fill(&bottom, lip);
    pen.fill(&top, lip.darker(0.16));
    pen.glow(
        (MIDDLE - 3.0, MOUTH_LINE + lower * 0.5),
        11.0,
        lip.lighter(0.75),
        0.40,
    );
    let line = path(&[
        Move(MIDDLE - half - 1.0, corner),
        Bend(MIDDLE, MOUTH_LINE + smile * 0.8, MIDDLE + half + 1.0, corner),
    ]);
    pen.stroke(&line, 1.9, lip.darker(0.65), 0.85);
    for side in [-1.0, 1.0] {
        pen.glow(
            (MIDDLE + side * (half + 2.0), corner),
            6.0,
            skin.darker(0.6),
            0.35,
        );
    }
}

pub(super) fn age_lines(pen: &mut Pen, features: &Features) {
    // From the mid-forties lines deepen until seventy.
    let depth = ((f32::from(features.age) - 42.0) / 28.0).clamp(0.0, 1.0);
    if depth <= 0.0 {
        return;
    }
    let (face, line) = (&features.face, features.skin.darker(0.55));
    for side in [-1.0, 1.0] {
        let fold = path(&[
            Move(MIDDLE + side * (face.nose_width + 5.0), face.nose_tip + 1.0),
            Bend(
                MIDDLE + side * (face.mouth_width + 12.0),
                322.0,
                MIDDLE + side * (face.mouth_width + 11.0),
                344.0,
            ),
        ]);
        pen.stroke(&fold, 1.9, line, 0.42 * depth);
        let bag = path(&[
            Move(MIDDLE + side * (face.eye_distance - 15.0), EYE_LINE + 12.0),
            Bend(
                MIDDLE + side * face.eye_distance,
                EYE_LINE + 21.0,
                MIDDLE + side * (face.eye_distance + 17.0),
                EYE_LINE + 11.0,
            ),
        ]);
        pen.stroke(&bag, 1.5, line, 0.40 * depth);
        for spread in [-6.0, 1.0, 8.0] {
            let x = MIDDLE + side * (face.eye_distance + 24.0);
            let crow = path(&[
                Move(x, EYE_LINE + spread * 0.4),
                Line(x + side * 11.0, EYE_LINE + spread),
            ]);
            pen.stroke(&crow, 1.1, line, 0.32 * depth);
        }
    }
    if features.beard != Beard::Full || depth > 0.5 {
        for (y, half) in [(196.0, 46.0), (209.0, 52.0)] {
            let brow = path(&[
                Move(MIDDLE - half, y + 2.0),
                Bend(MIDDLE, y - 4.0, MIDDLE + half, y + 2.0),
            ]);
            pen.stroke(&brow, 1.3, line, 0.28 * depth);
        }
    }
}

pub(super) fn extras(pen: &mut Pen, features: &Features) {
    let face = &features.face;
    if features.earrings {
        for side in [-1.0, 1.0] {
            let at = (MIDDLE + side * (face.width + 3.0), 302.0);
            pen.fill(&ellipse(at, 3.6, 3.6), Colour::hex(0x00D6_B05A));
            pen.fill_alpha(
                &ellipse((at.0 - 1.0, at.1 - 1.0), 1.3, 1.3),
                Colour::hex(0x00FF_FFFF),
                0.9,
            );
        }
    }
    let Some(glasses) = features.glasses else { return };
    let frame = Colour::hex(0x0029_2624);
    for side in [-1.0, 1.0] {
        let at = (MIDDLE + side * (face.eye_distance + 1.0), EYE_LINE + 3.0);
        let lens = match glasses {
            Glasses::Round => ellipse(at, 28.0, 25.0),
            Glasses::Square => rounded(at, 30.0, 21.0),
        };
        pen.fill_alpha(&lens, Colour::hex(0x00DC_EAF5), 0.16);
        pen.stroke(&lens, 3.0, frame, 0.92);
        let reach = at.0 + side * 29.0;
        let temple = path(&[
            Move(reach, EYE_LINE - 4.0),
            Line(MIDDLE + side * (face.width + 2.0), EYE_LINE - 6.0),
        ]);
        pen.stroke(&temple, 3.0, frame, 0.92);
    }
    let inner = face.eye_distance - 28.0;
    let bridge = path(&[
        Move(MIDDLE - inner, EYE_LINE),
        Bend(MIDDLE, EYE_LINE - 7.0, MIDDLE + inner, EYE_LINE),
    ]);
    pen.stroke(&bridge, 3.0, frame, 0.92);
}

fn rounded((x, y): (f32, f32), half: f32, tall: f32) -> Path {
    let r = 11.0;
    path(&[
        Move(x - half + r, y - tall),
        Line(x + half - r, y - tall),
        Bend(x + half, y - tall, x + half, y - tall + r),
        Line(x + half - 2.0, y + tall - r),
        Bend(x + half - 3.0, y + tall, x + half - r - 3.0, y + tall),
        Line(x - half + r + 3.0, y + tall),
        Bend(x - half + 3.0, y + tall, x - half + 2.0, y + tall - r),
        Line(x - half, y - tall + r),
        Bend(x - half, y - tall, x - half + r, y - tall),
        Close,
    ])
}
