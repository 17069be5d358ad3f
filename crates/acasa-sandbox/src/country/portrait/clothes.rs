//! Shoulders and what is worn on them.

use super::features::Clothes;
use super::head::neck_half;
use super::pen::{Colour, MIDDLE, Pen, Step, ellipse, path};
use super::{Features, Sex};
use Step::{Bend, Close, Curve, Line, Move};
use tiny_skia::Path;

pub(super) fn paint(pen: &mut Pen, features: &Features) {
    let neck = neck_half(features);
    let white = Colour::hex(0x00F4_F2EE);
    match features.clothes {
        Clothes::Suit => {
            garment(pen, features, white, 442.0, 10.0);
            tie(pen, features.accent);
            lapels(pen, features, neck);
        }
        Clothes::Blazer => {
            garment(pen, features, features.accent.lighter(0.55), 466.0, 22.0);
            lapels(pen, features, neck);
        }
        Clothes::Blouse => {
            garment(pen, features, features.fabric.lighter(0.62), 474.0, 26.0);
            let chain = path(&[
                Move(MIDDLE - neck - 8.0, 440.0),
                Bend(MIDDLE, 486.0, MIDDLE + neck + 8.0, 440.0),
            ]);
            pen.stroke(&chain, 1.6, Colour::hex(0x00D6_B05A), 0.95);
        }
        Clothes::Ie => ie(pen, features, white),
        Clothes::Polo => {
            garment(
                pen,
                features,
                features.fabric.mix(features.accent, 0.5),
                452.0,
                14.0,
            );
            collar(pen, neck, features.fabric.mix(features.accent, 0.5).darker(0.22));
        }
        Clothes::Sweater => {
            garment(pen, features, features.fabric, 450.0, 14.0);
            let rib = neckline(neck + 13.0, 450.0);
            pen.stroke(&rib, 11.0, features.fabric.darker(0.25), 0.95);
            pen.stroke(&rib, 2.0, features.fabric.lighter(0.25), 0.35);
        }
        Clothes::TShirt => {
            garment(
                pen,
                features,
                features.accent.mix(features.fabric, 0.25),
                456.0,
                16.0,
            );
            pen.stroke(
                &neckline(neck + 14.0, 456.0),
                6.0,
                features.accent.darker(0.3),
                0.8,
            );
        }
    }
}

/// How far the shoulders reach to each side.
fn shoulders(features: &Features) -> f32 {
    let adult = if features.sex == Sex::Male { 178.0 } else { 154.0 };
    let grown = (f32::from(features.age) / 17.0).clamp(0.0, 1.0);
    adult - (1.0 - grown) * 42.0
}

/// A garment around the neck, open down to `depth`.
fn garment(pen: &mut Pen, features: &Features, colour: Colour, depth: f32, opening: f32) {
    let (reach, neck) = (shoulders(features), neck_half(features));
    let edge = neck + opening;
    let body = path(&[
        Move(MIDDLE - edge, 432.0),
        Curve(
            MIDDLE - reach * 0.62,
            452.0,
            MIDDLE - reach,
            462.0,
            MIDDLE - reach - 8.0,
            541.0,
        ),
        Line(MIDDLE + reach + 8.0, 541.0),
        Curve(
            MIDDLE + reach,
            462.0,
            MIDDLE + reach * 0.62,
            452.0,
            MIDDLE + edge,
            432.0,
        ),
        Curve(
            MIDDLE + edge - 6.0,
            depth,
            MIDDLE + edge * 0.4,
            depth + 9.0,
            MIDDLE,
            depth + 9.0,
        ),
        Curve(
            MIDDLE - edge * 0.4,
            depth + 9.0,
            MIDDLE - edge + 6.0,
            depth,
            MIDDLE - edge,
            432.0,
        ),
        Close,
    ]);
    pen.fill_down(&body, (440.0, 540.0), colour, colour.darker(0.18));
    pen.shade(
        &body,
        (MIDDLE - reach * 0.55, 470.0),
        90.0,
        colour.lighter(0.5),
        0.26,
    );
    pen.shade(&body, (MIDDLE + reach, 540.0), 110.0, colour.darker(0.6), 0.32);
}

fn neckline(half: f32, depth: f32) -> Path {
    path(&[
        Move(MIDDLE - half, 432.0),
        Curve(
            MIDDLE - half + 6.0,
            depth,
            MIDDLE - half * 0.4,
            depth + 9.0,
            MIDDLE,
            depth + 9.0,
        ),
        Curve(
            MIDDLE + half * 0.4,
            depth + 9.0,
            MIDDLE + half - 6.0,
            depth,
            MIDDLE + half,
            432.0,
        ),
    ])
}

fn lapels(pen: &mut Pen, features: &Features, neck: f32) {
    let (reach, fabric) = (shoulders(features), features.fabric);
    for side in [-1.0, 1.0] {
        let x = |offset: f32| MIDDLE + side * offset;
        let front = path(&[
            Move(x(neck + 8.0), 428.0),
            Curve(x(reach * 0.62), 450.0, x(reach), 460.0, x(reach + 8.0), 541.0),
            Line(x(12.0), 541.0),
            Close,
        ]);
        pen.fill_down(&front, (430.0, 540.0), fabric.lighter(0.08), fabric.darker(0.22));
        let lapel = path(&[
            Move(x(neck + 9.0), 428.0),
            Line(x(neck + 36.0), 462.0),
            Line(x(neck + 17.0), 474.0),
            Line(x(neck + 22.0), 486.0),
            Line(x(13.0), 541.0),
            Close,
        ]);
        pen.fill(&lapel, fabric.lighter(0.13));
        pen.stroke(&lapel, 1.4, fabric.darker(0.55), 0.6);
    }
}

fn tie(pen: &mut Pen, colour: Colour) {
    let blade = path(&[
        Move(MIDDLE - 10.0, 466.0),
        Line(MIDDLE + 10.0, 466.0),
        Line(MIDDLE + 20.0, 541.0),
        Line(MIDDLE - 20.0, 541.0),
        Close,
    ]);
    pen.fill_down(&blade, (466.0, 540.0), colour, colour.darker(0.25));
    let knot = path(&[
        Move(MIDDLE - 14.0, 448.0),
        Line(MIDDLE + 14.0, 448.0),
        Line(MIDDLE + 9.0, 470.0),
        Line(MIDDLE - 9.0, 470.0),
        Close,
    ]);
    pen.fill(&knot, colour.lighter(0.10));
    for side in [-1.0, 1.0] {
        let flap = path(&[
            Move(MIDDLE + side * 54.0, 424.0),
            Line(MIDDLE + side * 11.0, 450.0),
            Line(MIDDLE + side * 34.0, 478.0),
            Line(MIDDLE + side * 66.0, 440.0),
            Close,
        ]);
        pen.fill(&flap, Colour::hex(0x00FB_FAF7));
        pen.stroke(&flap, 1.2, Colour::hex(0x00B9_B6B0), 0.7);
    }
}

fn collar(pen: &mut Pen, neck: f32, colour: Colour) {
    for side in [-1.0, 1.0] {
        let flap = path(&[
            Move(MIDDLE + side * (neck + 6.0), 424.0),
            Line(MIDDLE + side * 4.0, 462.0),
            Line(MIDDLE + side * 30.0, 486.0),
            Line(MIDDLE + side * (neck + 22.0), 440.0),
            Close,
        ]);
        pen.fill(&flap, colour);
        pen.stroke(&flap, 1.2, colour.darker(0.4), 0.6);
    }
}

/// The blouse of Moldova's feast days: white linen, gathered at the neck, embroidered in one colour.
fn ie(pen: &mut Pen, features: &Features, white: Colour) {
    garment(pen, features, white, 458.0, 18.0);
    let (neck, thread) = (neck_half(features), features.accent.darker(0.15));
    pen.stroke(&neckline(neck + 17.0, 458.0), 5.0, thread, 0.9);
    for side in [-1.0, 1.0] {
        for row in 0_u8..3 {
            let (y, x) = (488.0 + f32::from(row) * 20.0, MIDDLE + side * 30.0);
            for column in 0_u8..4 {
                let x = x + side * f32::from(column) * 27.0;
                let diamond = path(&[
                    Move(x, y - 8.0 - f32::from(column) * 3.0),
                    Line(x + 7.0, y - f32::from(column) * 3.0),
                    Line(x, y + 8.0 - f32::from(column) * 3.0),
                    Line(x - 7.0, y - f32::from(column) * 3.0),
                    Close,
                ]);
                pen.stroke(&diamond, 2.2, thread, 0.85);
                pen.fill_alpha(&ellipse((x, y - f32::from(column) * 3.0), 2.0, 2.0), thread, 0.9);
            }
        }
    }
}
