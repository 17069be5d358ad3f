//! What makes one face differ from another.

use super::super::person::{EyeColour, HairColour, Sex};
use super::Colour;
use rand::{RngExt as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha12Rng;

/// A face in numbers. Lengths are in units of a picture 420 wide and 540 high.
#[derive(Debug, Clone)]
pub(in super::super) struct Features {
    pub(super) sex: Sex,
    pub(super) age: u16,
    pub(super) skin: Colour,
    pub(super) iris: Colour,
    pub(super) hair: Colour,
    pub(super) style: Style,
    pub(super) face: Face,
    pub(super) glasses: Option<Glasses>,
    pub(super) beard: Beard,
    pub(super) earrings: bool,
    pub(super) clothes: Clothes,
    pub(super) fabric: Colour,
    pub(super) accent: Colour,
    pub(super) background: Colour,
    /// Seeds the grain of the picture and the strands of the hair.
    pub(super) grain: u64,
}

/// The shape of a head and what is on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Face {
    /// Half the width at the cheekbones.
    pub(super) width: f32,
    /// The jaw's half width as a part of that.
    pub(super) jaw: f32,
    /// Where the chin ends.
    pub(super) chin: f32,
    /// From the middle to the middle of an eye.
    pub(super) eye_distance: f32,
    /// Scale of the eyes.
    pub(super) eye_size: f32,
    pub(super) eye_slant: f32,
    pub(super) brow_height: f32,
    pub(super) brow_weight: f32,
    pub(super) brow_arch: f32,
    pub(super) nose_width: f32,
    pub(super) nose_tip: f32,
    pub(super) mouth_width: f32,
    pub(super) lip: f32,
    pub(super) smile: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Bald,
    Bob,
    Bun,
    Crop,
    Curly,
    Fringe,
    Long,
    Pigtails,
    Receding,
    SidePart,
    Wavy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Glasses {
    Round,
    Square,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beard {
    None,
    Stubble,
    Moustache,
    Full,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clothes {
    Blazer,
    Blouse,
    /// The embroidered blouse.
    Ie,
    Polo,
    Suit,
    Sweater,
    TShirt,
}

impl Features {
    /// A face that fits what the documents say: sex, age, eyes and hair.
    pub(in super::super) fn draw(
        sex: Sex,
        age: u16,
        eyes: EyeColour,
        hair: HairColour,
        rng: &mut ChaCha12Rng,
    ) -> Self {
        Self {
            sex,
            age,
            skin: pick(SKINS, rng),
            iris: iris(eyes),
            hair: hair_colour(hair, rng),
            style: style(sex, age, hair, rng),
            face: face(sex, age, rng),
            glasses: glasses(age, rng),
            beard: beard(sex, age, rng),
            earrings: sex == Sex::Female && age > 5 && rng.random_bool(0.6),
            clothes: clothes(sex, age, rng),
            fabric: pick(CLOTHS, rng),
            accent: pick(ACCENTS, rng),
            background: pick(BACKGROUNDS, rng),
            grain: rng.random(),
        }
    }
}

fn face(sex: Sex, age: u16, rng: &mut ChaCha12Rng) -> Face {
    // How much of a child is left in the face.
    let child = (1.0 - f32::from(age) / 17.0).clamp(0.0, 1.0);
    let woman = if sex == Sex::Female { 1.0 } else { 0.0 };
    let mut around = |middle: f32, spread: f32| middle + spread * rng.random_range(-1.0_f32..=1.0);
    Face {
        width: around(91.0 - 3.0 * woman, 5.0) - 4.0 * child,
        jaw: around(0.84 - 0.10 * woman + 0.05 * child, 0.06),
        chin: around(388.0 - 4.0 * woman - 16.0 * child, 6.0),
        eye_distance: around(39.5, 2.0) - 1.5 * child,
        eye_size: around(1.0 + 0.06 * woman + 0.18 * child, 0.06),
        eye_slant: around(1.2, 1.6),
        brow_height: around(229.0 - 2.0 * woman, 3.0),
        brow_weight: around(8.0 - 3.0 * woman - 3.0 * child, 1.3).max(2.4),
        brow_arch: around(6.0 + 3.0 * woman, 2.5),
        nose_width: around(17.5 - 2.0 * woman - 3.0 * child, 2.5),
        nose_tip: around(305.0 - 8.0 * child, 4.0),
        mouth_width: around(31.0 - 1.0 * woman - 4.0 * child, 3.0),
        lip: around(0.85 + 0.30 * woman, 0.15),
        smile: around(3.5 + 2.0 * child, 2.5),
    }
}

fn style(sex: Sex, age: u16, hair: HairColour, rng: &mut ChaCha12Rng) -> Style {
    use Style::{Bald, Bob, Bun, Crop, Curly, Fringe, Long, Pigtails, Receding, SidePart, Wavy};
    let styles: &[Style] = match (sex, age) {
        _ if hair == HairColour::Bald => &[Bald],
        (_, 0..=2) => &[Crop],
        (Sex::Female, 3..=12) => &[Pigtails, Fringe, Long],
        (Sex::Female, 60..) => &[Bob, Bun, Curly, Bun],
        (Sex::Female, _) => &[Long, Wavy, Bob, Bun, Fringe, Wavy],
        (Sex::Male, 50..) => &[Receding, SidePart, Crop, Receding],
        (Sex::Male, _) => &[SidePart, Crop, Curly, SidePart],
    };
    pick(styles, rng)
}

fn glasses(age: u16, rng: &mut ChaCha12Rng) -> Option<Glasses> {
    let share = if age > 55 { 0.5 } else { 0.2 };
    let frame = if rng.random_bool(0.5) {
        Glasses::Round
    } else {
        Glasses::Square
    };
    (age > 9 && rng.random_bool(share)).then_some(frame)
}

fn beard(sex: Sex, age: u16, rng: &mut ChaCha12Rng) -> Beard {
    let drawn = pick(
        &[
            Beard::None,
            Beard::None,
            Beard::Stubble,
            Beard::Moustache,
            Beard::Full,
        ],
        rng,
    );
    if sex == Sex::Male && age > 21 {
        drawn
    } else {
        Beard::None
    }
}

fn clothes(sex: Sex, age: u16, rng: &mut ChaCha12Rng) -> Clothes {
    use Clothes::{Blazer, Blouse, Ie, Polo, Suit, Sweater, TShirt};
    let kinds: &[Clothes] = match (sex, age) {
        (_, 0..=13) | (Sex::Male, 14..=18) => &[TShirt, Sweater, Polo],
        (Sex::Female, _) => &[Blouse, Blazer, Sweater, Ie, Blazer],
        (Sex::Male, _) => &[Suit, Polo, Sweater, Suit, TShirt],
    };
    pick(kinds, rng)
}

fn iris(eyes: EyeColour) -> Colour {
    match eyes {
        EyeColour::Blue => Colour::hex(0x005B_88B5),
        EyeColour::Brown => Colour::hex(0x005C_3B22),
        EyeColour::Green => Colour::hex(0x005E_7F55),
        EyeColour::Grey => Colour::hex(0x0074_858F),
        EyeColour::Hazel => Colour::hex(0x0086_6A35),
    }
}

fn hair_colour(hair: HairColour, rng: &mut ChaCha12Rng) -> Colour {
    let shades: &[u32] = match hair {
        HairColour::Black => &[0x002A_2321, 0x0021_1D1E, 0x0033_2924],
        HairColour::Blond => &[0x00C9_A265, 0x00B5_8B50, 0x00D8_B87C],
        HairColour::Brown => &[0x0052_3728, 0x006B_4830, 0x0040_2C23],
        HairColour::Red => &[0x0098_4A28, 0x00A8_5B30],
        HairColour::Bald | HairColour::Grey => &[0x0091_8F8D, 0x00A5_A3A1, 0x007E_7B79],
        HairColour::White => &[0x00D6_D3CE, 0x00C9_C7C4],
    };
    Colour::hex(pick(shades, rng))
}

fn pick<T: Copy>(list: &[T], rng: &mut ChaCha12Rng) -> T {
    *list.choose(rng).expect("no list here is empty")
}

const SKINS: &[Colour] = &[
    Colour::hex(0x00F5_D2BB),
    Colour::hex(0x00F1_C8AC),
    Colour::hex(0x00EA_BB9B),
    Colour::hex(0x00E2_AE8B),
    Colour::hex(0x00F8_DAC7),
    Colour::hex(0x00D4_9C77),
];

const CLOTHS: &[Colour] = &[
    Colour::hex(0x002F_3E55),
    Colour::hex(0x003C_4A3E),
    Colour::hex(0x005B_2E3A),
    Colour::hex(0x0040_4048),
    Colour::hex(0x0035_5E78),
    Colour::hex(0x007A_5C48),
    Colour::hex(0x0056_4A72),
];

const ACCENTS: &[Colour] = &[
    Colour::hex(0x00B4_3A3A),
    Colour::hex(0x0028_5A8F),
    Colour::hex(0x00C9_8A2B),
    Colour::hex(0x003F_7D5A),
    Colour::hex(0x00D9_C6B0),
    Colour::hex(0x0082_4B74),
];

const BACKGROUNDS: &[Colour] = &[
    Colour::hex(0x00E4_EAF0),
    Colour::hex(0x00EC_EAE4),
    Colour::hex(0x00E3_EBE6),
    Colour::hex(0x00EA_E6EE),
];
