//! Hair, behind the head and in front of it, and beards.

use super::Features;
use super::features::{Beard, Style};
use super::head::CROWN;
use super::pen::{MIDDLE, Pen, Step, ellipse, path};
use Step::{Bend, Close, Curve, Line, Move};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use tiny_skia::Path;

/// What falls behind neck and shoulders.
pub(super) fn back(pen: &mut Pen, features: &Features) {
    let (w, hair) = (features.face.width, features.hair.darker(0.22));
    match features.style {
        Style::Long | Style::Wavy => fall(pen, features),
        Style::Bob | Style::Fringe => bob(pen, features),
        Style::Bun => {
            pen.fill(&ellipse((MIDDLE, CROWN - 36.0), 37.0, 31.0), hair);
            pen.glow(
                (MIDDLE - 10.0, CROWN - 46.0),
                24.0,
                features.hair.lighter(0.5),
                0.4,
            );
        }
        Style::Pigtails => {
            for side in [-1.0, 1.0] {
                let x = MIDDLE + side * (w + 24.0);
                pen.fill(&ellipse((x, 330.0), 23.0, 66.0), hair);
                pen.fill(&ellipse((x - side * 6.0, 264.0), 9.0, 9.0), features.accent);
            }
        }
        Style::Curly => curls(pen, features, 0.30, 26),
        Style::Bald | Style::Crop | Style::Receding | Style::SidePart => {}
    }
}

/// Long hair behind the shoulders.
fn fall(pen: &mut Pen, features: &Features) {
    let (w, hair) = (features.face.width, features.hair.darker(0.22));
    let swell = if features.style == Style::Wavy { 16.0 } else { 0.0 };
    let shape = path(&[
        Move(MIDDLE, CROWN - 30.0),
        Curve(
            MIDDLE + w * 0.8,
            CROWN - 30.0,
            MIDDLE + w + 26.0,
            CROWN + 40.0,
            MIDDLE + w + 22.0,
            270.0,
        ),
        Curve(
            MIDDLE + w + 30.0 + swell,
            350.0,
            MIDDLE + w + 34.0,
            400.0,
            MIDDLE + w + 22.0 + swell,
            470.0,
        ),
        Line(MIDDLE - w - 22.0 - swell, 470.0),
        Curve(
            MIDDLE - w - 34.0,
            400.0,
            MIDDLE - w - 30.0 - swell,
            350.0,
            MIDDLE - w - 22.0,
            270.0,
        ),
        Curve(
            MIDDLE - w - 26.0,
            CROWN + 40.0,
            MIDDLE - w * 0.8,
            CROWN - 30.0,
            MIDDLE,
            CROWN - 30.0,
        ),
        Close,
    ]);
    pen.fill_down(&shape, (300.0, 470.0), hair, hair.darker(0.25));
}

/// Hair that ends at the chin.
fn bob(pen: &mut Pen, features: &Features) {
    let (w, hair) = (features.face.width, features.hair.darker(0.22));
    let shape = path(&[
        Move(MIDDLE, CROWN - 28.0),
        Curve(
            MIDDLE + w * 0.9,
            CROWN - 28.0,
            MIDDLE + w + 28.0,
            CROWN + 50.0,
            MIDDLE + w + 22.0,
            280.0,
        ),
        Curve(
            MIDDLE + w + 26.0,
            340.0,
            MIDDLE + w + 14.0,
            392.0,
            MIDDLE + w - 26.0,
            390.0,
        ),
        Line(MIDDLE - w + 26.0, 390.0),
        Curve(
            MIDDLE - w - 14.0,
            392.0,
            MIDDLE - w - 26.0,
            340.0,
            MIDDLE - w - 22.0,
            280.0,
        ),
        Curve(
            MIDDLE - w - 28.0,
            CROWN + 50.0,
            MIDDLE - w * 0.9,
            CROWN - 28.0,
            MIDDLE,
            CROWN - 28.0,
        ),
        Close,
    ]);
    pen.fill(&shape, hair);
}

/// What lies on the skull and frames the face.
pub(super) fn front(pen: &mut Pen, features: &Features) {
    match features.style {
        Style::Bald => sides(pen, features),
        Style::Curly => {
            cap(pen, features, 20.0, &hairline(features, 182.0, 14.0));
            curls(pen, features, 0.0, 34);
        }
        Style::Crop => cap(pen, features, 17.0, &hairline(features, 184.0, 4.0)),
        Style::Receding => cap(pen, features, 12.0, &hairline(features, 160.0, -15.0)),
        Style::SidePart => cap(pen, features, 27.0, &swept(features, 176.0)),
        Style::Bun | Style::Pigtails => cap(pen, features, 20.0, &hairline(features, 172.0, -7.0)),
        Style::Fringe => cap(pen, features, 28.0, &hairline(features, 218.0, -5.0)),
        Style::Bob => {
            cap(pen, features, 28.0, &swept(features, 172.0));
            curtains(pen, features, 372.0);
        }
        Style::Long | Style::Wavy => {
            cap(pen, features, 29.0, &parted(features));
            curtains(pen, features, 448.0);
        }
    }
}

/// The upper edge of the forehead from the right temple to the left, as the end of a path.
type Hairline = Vec<Step>;

fn hairline(features: &Features, height: f32, dip: f32) -> Hairline {
    let w = features.face.width;
    vec![
        Curve(
            MIDDLE + w - 2.0,
            222.0,
            MIDDLE + w - 12.0,
            height + 14.0,
            MIDDLE + w - 30.0,
            height + 2.0,
        ),
        Curve(
            MIDDLE + 34.0,
            height - dip,
            MIDDLE - 34.0,
            height - dip,
            MIDDLE - w + 30.0,
            height + 2.0,
        ),
        Curve(
            MIDDLE - w + 12.0,
            height + 14.0,
            MIDDLE - w + 2.0,
            222.0,
            MIDDLE - w - 3.0,
            252.0,
        ),
    ]
}

fn swept(features: &Features, height: f32) -> Hairline {
    let w = features.face.width;
    vec![
        Curve(
            MIDDLE + w - 2.0,
            226.0,
            MIDDLE + w - 8.0,
            height + 34.0,
            MIDDLE + w - 20.0,
            height + 20.0,
        ),
        Curve(
            MIDDLE + 50.0,
            height + 14.0,
            MIDDLE - 10.0,
            height + 10.0,
            MIDDLE - 44.0,
            height - 12.0,
        ),
        Curve(
            MIDDLE - 62.0,
            height,
            MIDDLE - w + 6.0,
            height + 26.0,
            MIDDLE - w - 3.0,
            252.0,
        ),
    ]
}

fn parted(features: &Features) -> Hairline {
    let w = features.face.width;
    vec![
        Curve(MIDDLE + w - 4.0, 224.0, MIDDLE + 62.0, 190.0, MIDDLE + 4.0, 158.0),
        Curve(
            MIDDLE - 62.0,
            190.0,
            MIDDLE - w + 4.0,
            224.0,
            MIDDLE - w - 3.0,
            252.0,
        ),
    ]
}

/// Covers the skull down to a hairline; `volume` is the hair's thickness above it.
fn cap(pen: &mut Pen, features: &Features, volume: f32, hairline: &[Step]) {
    let (w, hair) = (features.face.width, features.hair);
    let side = w + volume * 0.38;
    let top = CROWN - volume;
    let mut steps = vec![
        Move(MIDDLE - w - 3.0, 252.0),
        Curve(MIDDLE - side - 7.0, 200.0, MIDDLE - side + 4.0, top, MIDDLE, top),
        Curve(
            MIDDLE + side - 4.0,
            top,
            MIDDLE + side + 7.0,
            200.0,
            MIDDLE + w + 3.0,
            252.0,
        ),
    ];
    steps.extend_from_slice(hairline);
    steps.push(Close);
    let shape = path(&steps);
    pen.fill(&shape, hair);
    pen.shade(
        &shape,
        (MIDDLE - 34.0, top + 22.0),
        74.0,
        hair.lighter(0.55),
        0.34,
    );
    pen.shade(&shape, (MIDDLE + side, 216.0), 60.0, hair.darker(0.7), 0.42);
    strands(pen, features, &shape);
    let mut edge = vec![Move(MIDDLE + w + 3.0, 252.0)];
    edge.extend_from_slice(hairline);
    pen.stroke(&path(&edge), 1.8, hair.darker(0.35), 0.55);
}

/// Fine lines that follow the skull, so that hair is not one flat colour.
fn strands(pen: &mut Pen, features: &Features, shape: &Path) {
    let mut rng = ChaCha12Rng::seed_from_u64(features.grain);
    let bounds = shape.bounds();
    let (left, right, top) = (bounds.left(), bounds.right(), bounds.top());
    for _ in 0..26 {
        let along: f32 = rng.random_range(0.12..=0.88);
        let x = left + (right - left) * along;
        let lean = (along - 0.5) * 62.0;
        let start = top + 9.0 + (along - 0.5).abs() * 78.0;
        let length = rng.random_range(13.0..=26.0);
        let strand = path(&[
            Move(x, start),
            Bend(
                x + lean * 0.35,
                start + length * 0.4,
                x + lean * 0.6,
                start + length,
            ),
        ]);
        let tone = if rng.random_bool(0.5) {
            features.hair.lighter(0.30)
        } else {
            features.hair.darker(0.35)
        };
        pen.stroke(&strand, 1.3, tone, 0.38);
    }
}

/// Locks that fall beside the face, in front of the shoulders.
fn curtains(pen: &mut Pen, features: &Features, end: f32) {
    let (w, hair) = (features.face.width, features.hair);
    let wave = if features.style == Style::Wavy { 13.0 } else { 2.0 };
    for side in [-1.0, 1.0] {
        let x = |offset: f32| MIDDLE + side * (w + offset);
        let lock = path(&[
            Move(x(-13.0), 214.0),
            Curve(
                x(2.0),
                250.0,
                x(-3.0),
                300.0,
                x(-2.0 + wave * 0.4),
                f32::midpoint(250.0, end),
            ),
            Curve(
                x(-8.0 - wave),
                f32::midpoint(300.0, end),
                x(-10.0),
                end - 20.0,
                x(-16.0),
                end,
            ),
            Bend(x(8.0), end + 5.0, x(25.0 + wave * 0.5), end - 16.0),
            Curve(x(34.0 + wave), end - 70.0, x(18.0), 330.0, x(20.0), 262.0),
            Curve(x(18.0), 218.0, x(4.0), 190.0, x(-13.0), 214.0),
            Close,
        ]);
        pen.fill_down(&lock, (230.0, end), hair, hair.darker(0.22));
        for offset in [-2.0, 6.0, 14.0] {
            let strand = path(&[
                Move(x(offset - 3.0), 250.0),
                Curve(
                    x(offset + 4.0),
                    310.0,
                    x(offset - wave * 0.6),
                    end - 80.0,
                    x(offset - 4.0),
                    end - 14.0,
                ),
            ]);
            let tone = if offset < 5.0 {
                hair.darker(0.4)
            } else {
                hair.lighter(0.35)
            };
            pen.stroke(&strand, 1.6, tone, 0.35);
        }
    }
}

/// Curls around the skull, from ear to ear.
fn curls(pen: &mut Pen, features: &Features, shade: f32, count: u16) {
    let mut rng = ChaCha12Rng::seed_from_u64(features.grain ^ u64::from(count));
    let (w, hair) = (features.face.width, features.hair.darker(shade));
    for index in 0..count {
        let turn = std::f32::consts::PI * (f32::from(index) + 0.5) / f32::from(count);
        let size = rng.random_range(11.0..=17.0);
        let at = (
            MIDDLE - turn.cos() * (w + 5.0),
            226.0 - turn.sin() * 88.0 + rng.random_range(-5.0..=5.0),
        );
        pen.fill(&ellipse(at, size, size), hair);
        pen.glow((at.0 - 4.0, at.1 - 5.0), size * 0.8, hair.lighter(0.45), 0.38);
        pen.glow((at.0 + 5.0, at.1 + 6.0), size * 0.7, hair.darker(0.6), 0.35);
    }
}

/// What a bald head keeps: hair above the ears, and light on the skin.
fn sides(pen: &mut Pen, features: &Features) {
    let (w, hair) = (features.face.width, features.hair);
    for side in [-1.0, 1.0] {
        let x = |offset: f32| MIDDLE + side * (w + offset);
        let patch = path(&[
            Move(x(4.0), 262.0),
            Curve(x(10.0), 226.0, x(2.0), 202.0, x(-9.0), 194.0),
            Curve(x(-5.0), 214.0, x(-9.0), 240.0, x(-5.0), 258.0),
            Close,
        ]);
        pen.fill_alpha(&patch, hair, 0.88);
    }
    pen.glow(
        (MIDDLE - 26.0, CROWN + 26.0),
        40.0,
        features.skin.lighter(0.85),
        0.55,
    );
}

pub(super) fn beard(pen: &mut Pen, features: &Features) {
    let (w, chin, hair) = (
        features.face.width,
        features.face.chin,
        features.hair.darker(0.15),
    );
    let jaw = w * features.face.jaw;
    let lower = path(&[
        Move(MIDDLE - w + 1.0, 272.0),
        Curve(
            MIDDLE - w + 2.0,
            306.0,
            MIDDLE - jaw - 7.0,
            338.0,
            MIDDLE - jaw * 0.78,
            362.0,
        ),
        Curve(
            MIDDLE - jaw * 0.55,
            chin - 3.0,
            MIDDLE - 28.0,
            chin + 4.0,
            MIDDLE,
            chin + 4.0,
        ),
        Curve(
            MIDDLE + 28.0,
            chin + 4.0,
            MIDDLE + jaw * 0.55,
            chin - 3.0,
            MIDDLE + jaw * 0.78,
            362.0,
        ),
        Curve(
            MIDDLE + jaw + 7.0,
            338.0,
            MIDDLE + w - 2.0,
            306.0,
            MIDDLE + w - 1.0,
            272.0,
        ),
        Curve(
            MIDDLE + w - 14.0,
            318.0,
            MIDDLE + 46.0,
            318.0,
            MIDDLE + 32.0,
            322.0,
        ),
        Curve(MIDDLE + 18.0, 316.0, MIDDLE - 18.0, 316.0, MIDDLE - 32.0, 322.0),
        Curve(
            MIDDLE - 46.0,
            318.0,
            MIDDLE - w + 14.0,
            318.0,
            MIDDLE - w + 1.0,
            272.0,
        ),
        Close,
    ]);
    match features.beard {
        Beard::None => {}
        Beard::Stubble => pen.fill_alpha(&lower, hair.darker(0.3), 0.15),
        Beard::Moustache => moustache(pen, features),
        Beard::Full => {
            pen.fill_alpha(&lower, hair, 0.88);
            pen.shade(&lower, (MIDDLE - 30.0, 356.0), 60.0, hair.lighter(0.4), 0.28);
            moustache(pen, features);
        }
    }
}

fn moustache(pen: &mut Pen, features: &Features) {
    let hair = features.hair.darker(0.2);
    let shape = path(&[
        Move(MIDDLE, 321.0),
        Curve(MIDDLE + 16.0, 316.0, MIDDLE + 32.0, 322.0, MIDDLE + 39.0, 338.0),
        Curve(MIDDLE + 24.0, 334.0, MIDDLE + 12.0, 333.0, MIDDLE, 331.0),
        Curve(MIDDLE - 12.0, 333.0, MIDDLE - 24.0, 334.0, MIDDLE - 39.0, 338.0),
        Curve(MIDDLE - 32.0, 322.0, MIDDLE - 16.0, 316.0, MIDDLE, 321.0),
        Close,
    ]);
    pen.fill_alpha(&shape, hair, 0.9);
}
