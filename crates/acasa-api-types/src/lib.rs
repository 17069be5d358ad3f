//! What crosses to the interface: commands, their arguments and the views they answer with.
//!
//! Everything here is exported to TypeScript (`cargo xtask bindings`), so that the interface and
//! the core cannot disagree. One table, [`commands!`], names every command; the shell's handlers,
//! `devhost`'s routes, the TypeScript client and the permission files are all made from it.
//!
//! What it is not: logic. A view says what is to be shown, never how it came about.
//!
//! ```
//! use acasa_api_types::COMMANDS;
//! assert!(COMMANDS.iter().any(|command| command.name == "documents_list"));
//! ```
#![forbid(unsafe_code)]

mod activity;
mod app;
mod documents;
mod failure;
mod identity;
mod inbox;
mod notices;
mod profiles;
mod scanner;
mod secret;
mod settings;
mod showing;
mod table;
mod vault;
mod verifier;

pub use activity::*;
pub use app::*;
pub use documents::*;
pub use failure::*;
pub use identity::*;
pub use inbox::*;
pub use notices::*;
pub use profiles::*;
pub use scanner::*;
pub use secret::*;
pub use settings::*;
pub use showing::*;
pub use table::*;
pub use vault::*;
pub use verifier::*;
