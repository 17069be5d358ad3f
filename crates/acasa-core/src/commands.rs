//! The table of commands, one function for each line: what the shell's handlers and `devhost`'s
//! routes call. Each is one step onto a module's handle; failures are logged here, once, and leave
//! as a code and a reference.

#![cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "the table names nearly every type there is, one line each"
    )
)]

use crate::acasa::wiping;
use crate::{Acasa, CoreError};
use acasa_api_types::*;

/// Writes a command as a step onto a handle. The step may await.
macro_rules! command {
    ($(#[$doc:meta])* $name:ident($acasa:ident, $arguments:ident: $type:ty) -> $answer:ty $step:block) => {
        $(#[$doc])*
        pub async fn $name($acasa: &Acasa, $arguments: $type) -> Result<$answer, Failure> {
            let outcome: Result<$answer, CoreError> = wiping(async { $step }).await;
            outcome.map_err(|error| error.report(stringify!($name)))
        }
    };
}

command! {
    /// Tells where the app stands.
    app_state(acasa, _nothing: Nothing) -> AppStateView { Ok(acasa.state().await) }
}
command! {
    /// Tells whether the state's services answer.
    app_connection(acasa, _nothing: Nothing) -> ConnectionView { Ok(acasa.connection().await) }
}
command! {
    /// Sends what waits and looks for news.
    app_sync(acasa, _nothing: Nothing) -> ConnectionView { acasa.sync().now().await }
}
command! {
    /// Stops synchronising until it is asked for.
    app_pause(acasa, _nothing: Nothing) -> ConnectionView {
        acasa.sync().pause()?;
        Ok(acasa.connection().await)
    }
}
command! {
    /// Gives the whole text of a report for support.
    app_report(acasa, _nothing: Nothing) -> ReportView { Ok(acasa.report()) }
}
command! {
    /// Saves the report that was shown.
    app_report_save(acasa, _nothing: Nothing) -> SavedView { acasa.save_report() }
}
command! {
    /// Gives the notices of the parts Acasă is made with.
    app_notices(_acasa, _nothing: Nothing) -> NoticesView { Ok(crate::app::notices()) }
}
command! {
    /// Gives the text of a link that the app was opened with, once.
    app_link(acasa, _nothing: Nothing) -> LinkView { Ok(acasa.take_link()) }
}
command! {
    /// Lists the profiles on this device.
    profiles_list(acasa, _nothing: Nothing) -> ProfilesView { Ok(acasa.profiles().list()) }
}
command! {
    /// Opens another profile, locked.
    profiles_select(acasa, choice: ProfileChoice) -> AppStateView {
        acasa.profiles().select(&choice)?;
        Ok(acasa.state().await)
    }
}
command! {
    /// Starts a new profile.
    profiles_create(acasa, draft: ProfileDraft) -> AppStateView {
        acasa.profiles().create(&draft)?;
        Ok(acasa.state().await)
    }
}
command! {
    /// Starts signing in.
    sign_in_begin(acasa, begin: SignInBegin) -> SignInView { acasa.identity().begin(&begin).await }
}
command! {
    /// Waits a little and tells how signing in stands.
    sign_in_wait(acasa, which: SignInRef) -> SignInProgressView { acasa.identity().wait(&which).await }
}
command! {
    /// Gives signing in up.
    sign_in_cancel(acasa, which: SignInRef) -> Nothing {
        acasa.identity().cancel(&which);
        Ok(Nothing {})
    }
}
command! {
    /// Lists the people one can be in a sandbox.
    sandbox_people(acasa, _nothing: Nothing) -> PeopleView { acasa.identity().people().await }
}
command! {
    /// Signs in as a person of the sandbox.
    sandbox_sign_in(acasa, who: SandboxSignIn) -> SignInProgressView { acasa.identity().sandbox_sign_in(&who).await }
}
command! {
    /// Lists the documents the state can issue.
    consent_offers(acasa, _nothing: Nothing) -> OffersView { acasa.identity().offers().await }
}
command! {
    /// Tells how the vault is locked.
    vault_status(acasa, _nothing: Nothing) -> VaultStatusView { acasa.blocking(|acasa| acasa.vault().status()).await }
}
command! {
    /// Generates a passphrase.
    vault_suggest_passphrase(acasa, _nothing: Nothing) -> PassphraseView { acasa.vault().suggest_passphrase() }
}
command! {
    /// Refuses a secret that may not be chosen, by its first entry.
    vault_check_secret(_acasa, create: VaultCreate) -> Nothing {
        crate::vault::Vault::check_secret(&create)?;
        Ok(Nothing {})
    }
}
command! {
    /// Creates the vault.
    vault_create(acasa, create: VaultCreate) -> AppStateView {
        acasa.blocking(move |acasa| acasa.vault().create(&create)).await?;
        Ok(acasa.state().await)
    }
}
command! {
    /// Opens the vault.
    vault_unlock(acasa, unlock: VaultUnlock) -> VaultUnlockView {
        acasa.blocking(move |acasa| acasa.vault().unlock(&unlock)).await
    }
}
command! {
    /// Closes the vault.
    vault_lock(acasa, _nothing: Nothing) -> AppStateView {
        acasa.vault().lock();
        Ok(acasa.state().await)
    }
}
command! {
    /// Tells the core that the person is there.
    vault_touch(acasa, _nothing: Nothing) -> Nothing {
        acasa.vault().touch();
        Ok(Nothing {})
    }
}
command! {
    /// Changes the PIN or passphrase.
    vault_change_secret(acasa, change: VaultChangeSecret) -> VaultUnlockView {
        acasa.blocking(move |acasa| acasa.vault().change_secret(&change)).await
    }
}
command! {
    /// Tells what forgetting this profile would lose.
    vault_forget_preview(acasa, _nothing: Nothing) -> ForgetPreviewView { Ok(acasa.vault().forget_preview()) }
}
command! {
    /// Destroys this profile's keys and files.
    vault_forget(acasa, forget: VaultForget) -> AppStateView {
        acasa.blocking(move |acasa| acasa.vault().forget(&forget)).await?;
        Ok(acasa.state().await)
    }
}
command! {
    /// Asks for the documents agreed to.
    documents_receive(acasa, receive: DocumentsReceive) -> ReceiptView { acasa.documents().receive(&receive).await }
}
command! {
    /// Tells how far the documents asked for have come.
    documents_receipt(acasa, _nothing: Nothing) -> ReceiptView { Ok(acasa.documents().receipt()) }
}
command! {
    /// Lists the documents held.
    documents_list(acasa, _nothing: Nothing) -> DocumentsView { acasa.blocking(|acasa| acasa.documents().list()).await }
}
command! {
    /// Gives one document whole.
    documents_get(acasa, which: DocumentRef) -> DocumentView {
        acasa.blocking(move |acasa| acasa.documents().get(&which)).await
    }
}
command! {
    /// Fetches status, trust and fresh copies.
    documents_refresh(acasa, _nothing: Nothing) -> RefreshView { acasa.documents().refresh().await }
}
command! {
    /// Removes a document from this device.
    documents_remove(acasa, which: DocumentRef) -> Nothing {
        acasa.blocking(move |acasa| acasa.documents().remove(&which)).await?;
        Ok(Nothing {})
    }
}
command! {
    /// Starts showing a document.
    showing_begin(acasa, begin: ShowingBegin) -> ShowingView {
        acasa.blocking(move |acasa| acasa.showing().begin(&begin)).await
    }
}
command! {
    /// Renews the code of a showing.
    showing_renew(acasa, which: ShowingRef) -> ShowingView {
        acasa.blocking(move |acasa| acasa.showing().renew(&which)).await
    }
}
command! {
    /// Gives the next frames of a moving code.
    showing_frames(acasa, frames: ShowingFrames) -> FramesView {
        acasa.blocking(move |acasa| acasa.showing().frames(&frames)).await
    }
}
command! {
    /// Ends a showing.
    showing_end(acasa, which: ShowingRef) -> Nothing {
        acasa.showing().end(&which);
        Ok(Nothing {})
    }
}
command! {
    /// Looks for a code in a camera frame.
    scanner_frame(acasa, frame: RawFrame) -> ScanView {
        acasa.blocking(move |acasa| acasa.scanner().frame(frame)).await
    }
}
command! {
    /// Looks for codes in a picture file.
    scanner_picture(acasa, picture: RawPicture) -> ScanView {
        acasa.blocking(move |acasa| acasa.scanner().picture(&picture)).await
    }
}
command! {
    /// Names what a text says, and its risks.
    scanner_text(acasa, text: ScannedText) -> ScanView {
        acasa.blocking(move |acasa| acasa.scanner().text(&text)).await
    }
}
command! {
    /// Forgets the part of a moving code read so far.
    scanner_reset(acasa, _nothing: Nothing) -> Nothing {
        acasa.scanner().reset();
        Ok(Nothing {})
    }
}
command! {
    /// Keeps a code for later.
    scanner_keep(acasa, text: ScannedText) -> KeptCodesView {
        acasa.blocking(move |acasa| acasa.scanner().keep(&text)).await
    }
}
command! {
    /// Lists the codes kept for later.
    scanner_kept(acasa, _nothing: Nothing) -> KeptCodesView { acasa.blocking(|acasa| acasa.scanner().kept()).await }
}
command! {
    /// Drops a code kept for later.
    scanner_drop(acasa, which: KeptCodeRef) -> KeptCodesView {
        acasa.blocking(move |acasa| acasa.scanner().drop_kept(&which)).await
    }
}
command! {
    /// Makes a challenge for a holder to answer.
    verifier_challenge(acasa, draft: ChallengeDraft) -> ChallengeView { acasa.verifier().challenge(&draft) }
}
command! {
    /// Checks a proof and gives the verdict.
    verifier_check(acasa, check: VerifierCheck) -> VerdictView {
        acasa.blocking(move |acasa| Ok(acasa.verifier().check(&check))).await
    }
}
command! {
    /// Forgets the challenge and the last verdict.
    verifier_clear(acasa, _nothing: Nothing) -> Nothing {
        acasa.verifier().clear();
        Ok(Nothing {})
    }
}
command! {
    /// Tells how old the trust data is.
    verifier_trust(acasa, _nothing: Nothing) -> TrustView { Ok(acasa.verifier().trust()) }
}
command! {
    /// Fetches the trust list and all status lists ahead.
    verifier_update(acasa, _nothing: Nothing) -> TrustView { acasa.verifier().update().await }
}
command! {
    /// Lists acts and their fate.
    activity_list(acasa, _nothing: Nothing) -> ActivityView { acasa.blocking(|acasa| acasa.activity().list()).await }
}
command! {
    /// Takes an act back that has not left this device.
    activity_undo(acasa, which: ActRef) -> ActivityView {
        acasa.blocking(move |acasa| acasa.activity().undo(&which)).await
    }
}
command! {
    /// Has the state set back an act that was sent.
    activity_withdraw(acasa, which: ActRef) -> ActivityView {
        acasa.blocking(move |acasa| acasa.activity().withdraw(&which)).await
    }
}
command! {
    /// Sends an act that a restored backup brought back.
    activity_confirm(acasa, which: ActRef) -> ActivityView {
        acasa.blocking(move |acasa| acasa.activity().confirm(&which)).await
    }
}
command! {
    /// Lets an act go that a restored backup brought back.
    activity_drop(acasa, which: ActRef) -> ActivityView {
        acasa.blocking(move |acasa| acasa.activity().let_go(&which)).await
    }
}
command! {
    /// Saves the acts that were not sent as a file, and tells where.
    activity_save(acasa, _nothing: Nothing) -> SavedView {
        acasa.blocking(|acasa| acasa.activity().save_unsent()).await
    }
}
command! {
    /// Saves everything that the state's gateway keeps of the person as a file, and tells where.
    activity_export(acasa, _nothing: Nothing) -> SavedView { acasa.activity().save_kept().await }
}
command! {
    /// Gives how the state's letters reach the person.
    notices_preferences(acasa, _nothing: Nothing) -> NoticePreferencesView {
        acasa.blocking(|acasa| acasa.notices().preferences()).await
    }
}
command! {
    /// Changes how the state's letters reach the person.
    notices_prefer(acasa, change: NoticePreferenceChange) -> NoticePreferencesView {
        acasa.blocking(move |acasa| acasa.notices().prefer(change)).await
    }
}
command! {
    /// Lists letters of the state.
    notices_list(acasa, query: InboxQuery) -> InboxView {
        acasa.blocking(move |acasa| acasa.notices().list(&query)).await
    }
}
command! {
    /// Gives a letter whole.
    notices_get(acasa, which: NoticeRef) -> NoticeView {
        acasa.blocking(move |acasa| acasa.notices().get(&which)).await
    }
}
command! {
    /// Marks letters.
    notices_mark(acasa, change: MarkChange) -> MarkedView {
        acasa.blocking(move |acasa| acasa.notices().mark(&change)).await
    }
}
command! {
    /// Fetches a letter's file and saves it.
    notices_save(acasa, which: AttachmentRef) -> SavedView { acasa.notices().save(&which).await }
}
command! {
    /// Opens a link of a letter.
    notices_open_link(acasa, which: NoticeLinkRef) -> Nothing {
        acasa.notices().open_link(&which)?;
        Ok(Nothing {})
    }
}
command! {
    /// Tells which letters announce themselves.
    notices_announcements(acasa, _nothing: Nothing) -> AnnouncementsView {
        acasa.blocking(|acasa| acasa.notices().announcements()).await
    }
}
command! {
    /// Changes which letters announce themselves.
    notices_announce(acasa, change: AnnouncementChange) -> AnnouncementsView {
        acasa.blocking(move |acasa| acasa.notices().announce(change)).await
    }
}
command! {
    /// Lists what the device itself reminds of.
    reminders_list(acasa, _nothing: Nothing) -> RemindersView {
        acasa.blocking(|acasa| acasa.reminders().list()).await
    }
}
command! {
    /// Saves a reminder for a calendar.
    reminders_save(acasa, which: DocumentRef) -> SavedView {
        acasa.blocking(move |acasa| acasa.reminders().save(&which)).await
    }
}
command! {
    /// Gives the settings.
    settings_get(acasa, _nothing: Nothing) -> SettingsView { Ok(acasa.settings().get()) }
}
command! {
    /// Changes settings.
    settings_set(acasa, change: SettingsChange) -> SettingsView { acasa.settings().set(change) }
}
