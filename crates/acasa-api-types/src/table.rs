use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// For commands without arguments, and for those that answer only that they are done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// How a command's arguments travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carriage {
    /// One JSON object.
    Json,
    /// Raw bytes; what is to be known of them is in headers (`x-width`, `x-height`).
    Raw,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct CommandSpec {
    /// `module_act`, also the Tauri command and the `devhost` route.
    pub name: &'static str,
    /// TypeScript name of the arguments.
    pub arguments: &'static str,
    /// TypeScript name of the answer.
    pub answer: &'static str,
    /// The permission set it belongs to.
    pub permission: &'static str,
    /// How the arguments travel.
    pub carriage: Carriage,
    /// What it does, in one line; also the permission's description.
    pub does: &'static str,
}

/// Hands the table of all commands to the macro named, as
/// `"what it does" name (Arguments) -> Answer in "permission" as Json|Raw;` lines.
#[macro_export]
macro_rules! commands {
    ($with:ident) => {
        $with! {
            "Tells where the app stands: which screen comes first." app_state (Nothing) -> AppStateView in "app" as Json;
            "Tells whether the state's services answer, and since when." app_connection (Nothing) -> ConnectionView in "app" as Json;
            "Sends what waits and looks for news, at once." app_sync (Nothing) -> ConnectionView in "app" as Json;
            "Stops synchronising until it is asked for." app_pause (Nothing) -> ConnectionView in "app" as Json;
            "Gives the whole text of a report for support." app_report (Nothing) -> ReportView in "app" as Json;
            "Saves the report that was shown, and tells where." app_report_save (Nothing) -> SavedView in "app" as Json;
            "Gives the notices of the parts Acasă is made with." app_notices (Nothing) -> NoticesView in "app" as Json;
            "Gives the text of a link that the app was opened with, once." app_link (Nothing) -> LinkView in "app" as Json;

            "Lists the profiles on this device." profiles_list (Nothing) -> ProfilesView in "profiles" as Json;
            "Opens another profile, locked." profiles_select (ProfileChoice) -> AppStateView in "profiles" as Json;
            "Starts a new profile with a nickname and a colour." profiles_create (ProfileDraft) -> AppStateView in "profiles" as Json;

            "Starts signing in; the system's browser does the rest." sign_in_begin (SignInBegin) -> SignInView in "identity" as Json;
            "Waits a little for the browser and tells how signing in stands." sign_in_wait (SignInRef) -> SignInProgressView in "identity" as Json;
            "Gives signing in up." sign_in_cancel (SignInRef) -> Nothing in "identity" as Json;
            "Lists the people one can be in a sandbox." sandbox_people (Nothing) -> PeopleView in "identity" as Json;
            "Signs in as a person of the sandbox, without a browser." sandbox_sign_in (SandboxSignIn) -> SignInProgressView in "identity" as Json;
            "Lists the documents the state can issue to the person signed in." consent_offers (Nothing) -> OffersView in "identity" as Json;

            "Tells how the vault is locked: tries left, time to wait." vault_status (Nothing) -> VaultStatusView in "vault" as Json;
            "Generates a passphrase, for devices without a keystore." vault_suggest_passphrase (Nothing) -> PassphraseView in "vault" as Json;
            "Tells whether a PIN or passphrase may be chosen." vault_check_secret (VaultCreate) -> Nothing in "vault" as Json;
            "Creates the vault under a PIN or a passphrase." vault_create (VaultCreate) -> AppStateView in "vault" as Json;
            "Opens the vault." vault_unlock (VaultUnlock) -> VaultUnlockView in "vault" as Json;
            "Closes the vault; keys leave memory." vault_lock (Nothing) -> AppStateView in "vault" as Json;
            "Tells the core that the person is there." vault_touch (Nothing) -> Nothing in "vault" as Json;
            "Changes the PIN or passphrase." vault_change_secret (VaultChangeSecret) -> VaultUnlockView in "vault" as Json;
            "Tells what forgetting this profile would lose." vault_forget_preview (Nothing) -> ForgetPreviewView in "vault" as Json;
            "Destroys this profile's keys and files." vault_forget (VaultForget) -> AppStateView in "vault" as Json;

            "Asks for the documents agreed to; each arrives by itself." documents_receive (DocumentsReceive) -> ReceiptView in "documents" as Json;
            "Tells how far the documents asked for have come." documents_receipt (Nothing) -> ReceiptView in "documents" as Json;
            "Lists the documents held." documents_list (Nothing) -> DocumentsView in "documents" as Json;
            "Gives one document whole." documents_get (DocumentRef) -> DocumentView in "documents" as Json;
            "Fetches status, trust and fresh copies." documents_refresh (Nothing) -> RefreshView in "documents" as Json;
            "Removes a document from this device." documents_remove (DocumentRef) -> Nothing in "documents" as Json;

            "Starts showing a document; answers with the first code." showing_begin (ShowingBegin) -> ShowingView in "showing" as Json;
            "Renews the code of a showing." showing_renew (ShowingRef) -> ShowingView in "showing" as Json;
            "Gives the next frames of a moving code." showing_frames (ShowingFrames) -> FramesView in "showing" as Json;
            "Ends a showing." showing_end (ShowingRef) -> Nothing in "showing" as Json;

            "Looks for a code in a camera frame (8-bit grey)." scanner_frame (RawFrame) -> ScanView in "scanner" as Raw;
            "Looks for codes in a picture file." scanner_picture (RawPicture) -> ScanView in "scanner" as Raw;
            "Names what a text says, and its risks." scanner_text (ScannedText) -> ScanView in "scanner" as Json;
            "Forgets the part of a moving code read so far." scanner_reset (Nothing) -> Nothing in "scanner" as Json;
            "Keeps a code for later." scanner_keep (ScannedText) -> KeptCodesView in "scanner" as Json;
            "Lists the codes kept for later." scanner_kept (Nothing) -> KeptCodesView in "scanner" as Json;
            "Drops a code kept for later." scanner_drop (KeptCodeRef) -> KeptCodesView in "scanner" as Json;

            "Makes a challenge for a holder to answer." verifier_challenge (ChallengeDraft) -> ChallengeView in "verifier" as Json;
            "Checks a proof and gives the verdict; keeps nothing." verifier_check (VerifierCheck) -> VerdictView in "verifier" as Json;
            "Forgets the challenge and the last verdict." verifier_clear (Nothing) -> Nothing in "verifier" as Json;
            "Tells how old the trust data is." verifier_trust (Nothing) -> TrustView in "verifier" as Json;
            "Fetches the trust list and all status lists ahead." verifier_update (Nothing) -> TrustView in "verifier" as Json;

            "Lists acts and their fate." activity_list (Nothing) -> ActivityView in "activity" as Json;
            "Takes an act back that has not left this device." activity_undo (ActRef) -> ActivityView in "activity" as Json;
            "Has the state set back an act that was sent." activity_withdraw (ActRef) -> ActivityView in "activity" as Json;
            "Sends an act that a restored backup brought back." activity_confirm (ActRef) -> ActivityView in "activity" as Json;
            "Lets an act go that a restored backup brought back." activity_drop (ActRef) -> ActivityView in "activity" as Json;
            "Saves the acts that were not sent as a file, and tells where." activity_save (Nothing) -> SavedView in "activity" as Json;
            "Saves everything that the state's gateway keeps of the person as a file, and tells where." activity_export (Nothing) -> SavedView in "activity" as Json;

            "Gives how the state's letters reach the person." notices_preferences (Nothing) -> NoticePreferencesView in "notices" as Json;
            "Changes how the state's letters reach the person." notices_prefer (NoticePreferenceChange) -> NoticePreferencesView in "notices" as Json;

            "Lists letters of the state, a page at a time." notices_list (InboxQuery) -> InboxView in "notices" as Json;
            "Gives a letter whole." notices_get (NoticeRef) -> NoticeView in "notices" as Json;
            "Marks letters as read, put away or kept on top." notices_mark (MarkChange) -> MarkedView in "notices" as Json;
            "Fetches a letter's file, checks it and saves it." notices_save (AttachmentRef) -> SavedView in "notices" as Json;
            "Opens a link of a letter in the person's own browser." notices_open_link (NoticeLinkRef) -> Nothing in "notices" as Json;
            "Tells which letters announce themselves." notices_announcements (Nothing) -> AnnouncementsView in "notices" as Json;
            "Changes which letters announce themselves." notices_announce (AnnouncementChange) -> AnnouncementsView in "notices" as Json;
            "Lists what the device itself reminds of." reminders_list (Nothing) -> RemindersView in "notices" as Json;
            "Saves a reminder for a calendar." reminders_save (DocumentRef) -> SavedView in "notices" as Json;

            "Gives the settings." settings_get (Nothing) -> SettingsView in "settings" as Json;
            "Changes settings." settings_set (SettingsChange) -> SettingsView in "settings" as Json;
        }
    };
}

macro_rules! specs {
    ($($does:literal $name:ident ($arguments:ident) -> $answer:ident in $permission:literal as $carriage:ident;)*) => {
        /// Every command, in the order of the table.
        pub const COMMANDS: &[CommandSpec] = &[$(CommandSpec {
            name: stringify!($name),
            arguments: stringify!($arguments),
            answer: stringify!($answer),
            permission: $permission,
            carriage: Carriage::$carriage,
            does: $does,
        }),*];

        /// Writes the TypeScript of every type the table names, and of all they contain.
        pub fn export_types(folder: &std::path::Path) -> Result<(), ts_rs::ExportError> {
            let config = ts_rs::Config::new().with_out_dir(folder).with_large_int("number");
            <crate::Failure as TS>::export_all(&config)?;
            $(
                <crate::$arguments as TS>::export_all(&config)?;
                <crate::$answer as TS>::export_all(&config)?;
            )*
            Ok(())
        }
    };
}
commands!(specs);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_named_once_and_after_its_permission_set() {
        let mut names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COMMANDS.len());
    }
}
