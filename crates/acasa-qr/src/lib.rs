//! Pixels ↔ payload bytes: reads QR codes in pictures and camera frames, makes them, and carries
//! payloads too large for one code over a moving one.
//!
//! What a payload means is not known here (see `acasa-codes`), and nothing here touches a network,
//! a file or a clock other than the one that bounds its own work.
//!
//! ```
//! use acasa_qr::{Effort, Level, Luma, Matrix, Payload, read};
//!
//! let matrix = Matrix::make(&Payload::Text("https://example.md/"), Level::Low, 40)?;
//! let picture = Luma::decode(&matrix.to_png(8)?)?;
//! let codes = read(&picture, Effort::Picture);
//! assert_eq!(codes[0].text.as_deref(), Some("https://example.md/"));
//! # Ok::<(), acasa_qr::QrError>(())
//! ```
#![forbid(unsafe_code)]

mod error;
mod luma;
mod make;
pub mod moving;
mod read;

pub use error::QrError;
pub use luma::Luma;
pub use make::{Level, Matrix, Payload};
pub use read::{Effort, ReadCode, Symbol, read};
