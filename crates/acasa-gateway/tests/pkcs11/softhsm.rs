//! A SoftHSM of one test case: its folder, its child process, its tokens and their keys.

use std::{ffi::OsStr, path::PathBuf, process::Command, sync::Arc};

use acasa_crypto::SecretBytes;
use acasa_gateway::pkcs11::{Pkcs11Error, Token, TokenSettings};
use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::Mechanism,
    object::Attribute,
    session::{Session, UserType},
    slot::Slot,
    types::AuthPin,
};
use libtest_mimic::Failed;

/// Label of the token every case begins with.
pub(crate) const LABEL: &str = "acasa";
/// Its user's PIN.
pub(crate) const PIN: &str = "pin-nobody-may-see";
/// P-384 by its identifier, 1.3.132.0.34, in DER.
pub(crate) const P384: &[u8] = &[0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22];
/// P-256 by its identifier, 1.2.840.10045.3.1.7, in DER.
const P256: &[u8] = &[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
const SECURITY_OFFICER: &str = "pin-of-the-officer";

/// Runs this program again with a token folder of its own; it must succeed and not tell the PIN.
pub(crate) fn run_in_child(environment: &[(&str, &OsStr)]) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let (tokens, settings) = (folder.path().join("tokens"), folder.path().join("softhsm2.conf"));
    std::fs::create_dir(&tokens)?;
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display()
    );
    std::fs::write(&settings, text)?;
    let output = Command::new(std::env::current_exe()?)
        .env("SOFTHSM2_CONF", &settings)
        .envs(environment.iter().copied())
        .output()?;
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    let as_numbers = format!("{:?}", PIN.as_bytes());
    if told.contains(PIN) || told.contains(as_numbers.trim_matches(['[', ']'])) {
        return Err(format!("the PIN is in the output: {told}").into());
    }
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{}: {told}", output.status).into())
    }
}

/// A key pair to make.
pub(crate) struct Pair {
    pub(crate) label: &'static str,
    pub(crate) id: &'static [u8],
    pub(crate) public_id: &'static [u8],
    pub(crate) curve: &'static [u8],
    pub(crate) extractable: bool,
}

impl Default for Pair {
    fn default() -> Self {
        Self {
            label: "documents",
            id: b"documents",
            public_id: b"documents",
            curve: P256,
            extractable: false,
        }
    }
}

/// The module as whoever prepares tokens sees it.
pub(crate) struct SoftHsm {
    module: PathBuf,
    context: Pkcs11,
    slot: Slot,
}

impl SoftHsm {
    /// Starts the module and makes a token.
    pub(crate) fn with_token(module: PathBuf) -> Self {
        let context = Pkcs11::new(&module).unwrap();
        context
            .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
            .unwrap();
        let slot = init_token(&context, LABEL);
        set_pin(&context, slot);
        Self {
            module,
            context,
            slot,
        }
    }

    /// The token of that label as an operator names it.
    pub(crate) fn settings(&self, label: &str, pin_file: PathBuf) -> TokenSettings {
        TokenSettings {
            module: self.module.clone(),
            label: label.to_owned(),
            pin_file,
        }
    }

    /// Makes another token of the same PIN.
    pub(crate) fn add_token(&self, label: &str) {
        let slot = init_token(&self.context, label);
        set_pin(&self.context, slot);
    }

    /// How many objects of the first token have that attribute.
    pub(crate) fn count(&self, with: &Attribute) -> usize {
        let objects = self.session().find_objects(std::slice::from_ref(with));
        objects.unwrap().len()
    }

    /// Makes another token, whose user has no PIN yet.
    pub(crate) fn add_token_without_pin(&self, label: &str) {
        init_token(&self.context, label);
    }

    /// Opens the first token, through what is tested.
    pub(crate) fn open(&self, pin: &str) -> Result<Arc<Token>, Pkcs11Error> {
        self.open_token(LABEL, pin)
    }

    /// Opens the token of that label, through what is tested.
    pub(crate) fn open_token(&self, label: &str, pin: &str) -> Result<Arc<Token>, Pkcs11Error> {
        Token::open(&self.module, label, &SecretBytes::from_slice(pin.as_bytes()))
    }

    /// Makes a key pair in the first token.
    pub(crate) fn make(&self, pair: &Pair) {
        let public = [
            Attribute::Token(true),
            Attribute::Label(pair.label.into()),
            Attribute::Id(pair.public_id.to_vec()),
            Attribute::EcParams(pair.curve.to_vec()),
            Attribute::Verify(true),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(pair.extractable),
            Attribute::Label(pair.label.into()),
            Attribute::Id(pair.id.to_vec()),
            Attribute::Sign(true),
        ];
        self.session()
            .generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)
            .unwrap();
    }

    /// Destroys every object of the first token with that attribute.
    pub(crate) fn destroy(&self, with: &Attribute) {
        let session = self.session();
        for object in session.find_objects(std::slice::from_ref(with)).unwrap() {
            session.destroy_object(object).unwrap();
        }
    }

    /// A session that may write; the login ends with the process's last session.
    fn session(&self) -> Session {
        let session = self.context.open_rw_session(self.slot).unwrap();
        match session.login(UserType::User, Some(&AuthPin::from(PIN))) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => session,
            Err(error) => panic!("the login failed: {error}"),
        }
    }
}

/// Gives the token's user the PIN.
fn set_pin(context: &Pkcs11, slot: Slot) {
    let session = context.open_rw_session(slot).unwrap();
    session
        .login(UserType::So, Some(&AuthPin::from(SECURITY_OFFICER)))
        .unwrap();
    session.init_pin(&AuthPin::from(PIN)).unwrap();
    session.logout().unwrap();
}

/// Makes a token in the slot SoftHSM keeps free.
fn init_token(context: &Pkcs11, label: &str) -> Slot {
    let slots = context.get_slots_with_token().unwrap();
    let free = |slot: &Slot| !context.get_token_info(*slot).unwrap().token_initialized();
    let slot = slots.into_iter().find(free).unwrap();
    context
        .init_token(slot, &AuthPin::from(SECURITY_OFFICER), label)
        .unwrap();
    slot
}
