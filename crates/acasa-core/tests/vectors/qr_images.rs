//! Photographs and drawings of QR codes, as published: one of the expected texts in each, or for the
//! few that no reader is known to read nothing rather than another; the same at every quarter turn.

use acasa_core::scan::scan_picture;
use image::{DynamicImage, ImageFormat};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Least share of the pictures that must be read at each turn: more than the best of the peers reads.
const LEAST_READ_PERCENT: usize = 95;

/// What a picture says, by its label.
struct Picture {
    path: PathBuf,
    name: String,
    expected: BTreeSet<String>,
}

pub(crate) fn trials(root: &Path) -> Vec<Trial> {
    let folder = root.join("qr-images");
    let pictures = match pictures(&folder) {
        Ok(pictures) => pictures,
        Err(error) => return vec![Trial::test("qr_images::expected.json", move || Err(error))],
    };
    let mut trials: Vec<Trial> = pictures
        .into_iter()
        .map(|picture| {
            let name = format!("qr_images::{}", picture.name);
            Trial::test(name, move || if_read_then_right(&picture))
        })
        .collect();
    trials.push(Trial::test("qr_images::enough are read", move || {
        enough_are_read(&folder)
    }));
    trials
}

fn pictures(folder: &Path) -> Result<Vec<Picture>, Failed> {
    let labels: Value = serde_json::from_slice(&std::fs::read(folder.join("expected.json"))?)?;
    let images = labels["images"].as_array().ok_or("no images in expected.json")?;
    let named = |image: &Value| {
        let name = image["file"]
            .as_str()
            .ok_or("an image without a file")?
            .to_owned();
        let expected = image["expected"]
            .as_array()
            .ok_or("an image without expected texts")?;
        let expected = expected
            .iter()
            .filter_map(Value::as_str)
            .map(normalised)
            .collect();
        Ok(Picture {
            path: folder.join(&name),
            name,
            expected,
        })
    };
    images.iter().map(named).collect()
}

/// At 0, 90, 180 and 270 degrees the picture is read rightly, or not at all.
fn if_read_then_right(picture: &Picture) -> Result<(), Failed> {
    for turn in 0..4 {
        let texts = texts(picture, turn)?;
        if !texts.is_empty() && texts.is_disjoint(&picture.expected) {
            return Err(format!("at {} degrees: a text that is none of the expected", turn * 90).into());
        }
    }
    Ok(())
}

fn enough_are_read(folder: &Path) -> Result<(), Failed> {
    let pictures = pictures(folder)?;
    for turn in 0..4 {
        let mut read = 0;
        for picture in &pictures {
            read += usize::from(!texts(picture, turn)?.is_disjoint(&picture.expected));
        }
        if read * 100 < pictures.len() * LEAST_READ_PERCENT {
            return Err(format!("at {} degrees: {read} of {}", turn * 90, pictures.len()).into());
        }
    }
    Ok(())
}

fn texts(picture: &Picture, turn: u32) -> Result<BTreeSet<String>, Failed> {
    let mut file = std::fs::read(&picture.path)?;
    if turn > 0 {
        let upright = image::load_from_memory(&file)?;
        let turned = match turn {
            1 => upright.rotate90(),
            2 => upright.rotate180(),
            _ => upright.rotate270(),
        };
        file = png(&turned)?;
    }
    let codes = scan_picture(&file).map_err(|error| error.code())?;
    Ok(codes
        .into_iter()
        .filter_map(|code| code.text)
        .map(|text| normalised(&text))
        .collect())
}

fn png(image: &DynamicImage) -> Result<Vec<u8>, Failed> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// Labels were kept in text files: line ends and trailing space are the file's, not the code's.
fn normalised(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}
