//! The second reader, `rqrr`, behind a guard: it has panicked on pictures and been busy for a minute
//! on one. It gets at most a megapixel and a thread of its own, one at a time; past the deadline its
//! answer is dropped, and no new run starts until that thread ends.

use super::ReadCode;
use super::symbols::{decode, guarded};
use image::GrayImage;
use rqrr::{BitGrid, PreparedImage};
use rxing::common::BitMatrix;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

/// Most pixels it is given.
pub(super) const MAX_PIXELS: u64 = 1_000_000;

/// Whether its thread runs.
static BUSY: AtomicBool = AtomicBool::new(false);

/// Frees the place when the thread ends, however it ends.
struct Place;

impl Place {
    fn take() -> Option<Self> {
        (!BUSY.swap(true, Ordering::AcqRel)).then_some(Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        BUSY.store(false, Ordering::Release);
    }
}

/// The codes it reads before the deadline; none if an earlier run is still busy.
pub(super) fn read((image, scale): (GrayImage, f32), deadline: Instant) -> Vec<ReadCode> {
    let remaining = deadline.saturating_duration_since(Instant::now());
    if remaining.is_zero() {
        return Vec::new();
    }
    let Some(place) = Place::take() else {
        tracing::debug!(reader.second = "busy");
        return Vec::new();
    };
    let (answer, answers) = mpsc::sync_channel(1);
    let worker = thread::Builder::new()
        .name("qr-second-reader".into())
        .spawn(move || {
            let _place = place;
            let codes = guarded(|| Some(codes(&image, scale))).unwrap_or_default();
            // Nobody waits any more if the deadline has passed.
            let _ = answer.send(codes);
        });
    if worker.is_err() {
        return Vec::new();
    }
    answers.recv_timeout(remaining).unwrap_or_default()
}

fn codes(image: &GrayImage, scale: f32) -> Vec<ReadCode> {
    let width = image.width() as usize;
    let pixels = image.as_raw();
    let mut prepared =
        PreparedImage::prepare_from_greyscale(width, image.height() as usize, |x, y| pixels[y * width + x]);
    prepared
        .detect_grids()
        .iter()
        .filter_map(|grid| {
            guarded(|| {
                let modules = modules(&grid.grid)?;
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "pixel coordinates of at most a megapixel"
                )]
                let corners = grid
                    .bounds
                    .map(|corner| (corner.x as f32 * scale, corner.y as f32 * scale));
                decode(&modules, corners)
            })
        })
        .collect()
}

/// Its grid, for the one decoder both readers share.
fn modules(grid: &impl BitGrid) -> Option<BitMatrix> {
    let side = u32::try_from(grid.size()).ok()?;
    let mut modules = BitMatrix::new(side, side).ok()?;
    for y in 0..side {
        for x in 0..side {
            if grid.bit(y as usize, x as usize) {
                modules.set(x, y);
            }
        }
    }
    Some(modules)
}
