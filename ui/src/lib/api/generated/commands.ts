// Made by `cargo xtask bindings`. Do not edit.
import type { ActRef } from './ActRef'
import type { ActivityView } from './ActivityView'
import type { AnnouncementChange } from './AnnouncementChange'
import type { AnnouncementsView } from './AnnouncementsView'
import type { AppStateView } from './AppStateView'
import type { AttachmentRef } from './AttachmentRef'
import type { ChallengeDraft } from './ChallengeDraft'
import type { ChallengeView } from './ChallengeView'
import type { ConnectionView } from './ConnectionView'
import type { DocumentRef } from './DocumentRef'
import type { DocumentView } from './DocumentView'
import type { DocumentsReceive } from './DocumentsReceive'
import type { DocumentsView } from './DocumentsView'
import type { ForgetPreviewView } from './ForgetPreviewView'
import type { FramesView } from './FramesView'
import type { InboxQuery } from './InboxQuery'
import type { InboxView } from './InboxView'
import type { KeptCodeRef } from './KeptCodeRef'
import type { KeptCodesView } from './KeptCodesView'
import type { LinkView } from './LinkView'
import type { MarkChange } from './MarkChange'
import type { MarkedView } from './MarkedView'
import type { Nothing } from './Nothing'
import type { NoticeLinkRef } from './NoticeLinkRef'
import type { NoticePreferenceChange } from './NoticePreferenceChange'
import type { NoticePreferencesView } from './NoticePreferencesView'
import type { NoticeRef } from './NoticeRef'
import type { NoticeView } from './NoticeView'
import type { NoticesView } from './NoticesView'
import type { OffersView } from './OffersView'
import type { PassphraseView } from './PassphraseView'
import type { PeopleView } from './PeopleView'
import type { ProfileChoice } from './ProfileChoice'
import type { ProfileDraft } from './ProfileDraft'
import type { ProfilesView } from './ProfilesView'
import type { RawFrame } from './RawFrame'
import type { RawPicture } from './RawPicture'
import type { ReceiptView } from './ReceiptView'
import type { RefreshView } from './RefreshView'
import type { RemindersView } from './RemindersView'
import type { ReportView } from './ReportView'
import type { SandboxSignIn } from './SandboxSignIn'
import type { SavedView } from './SavedView'
import type { ScanView } from './ScanView'
import type { ScannedText } from './ScannedText'
import type { SettingsChange } from './SettingsChange'
import type { SettingsView } from './SettingsView'
import type { ShowingBegin } from './ShowingBegin'
import type { ShowingFrames } from './ShowingFrames'
import type { ShowingRef } from './ShowingRef'
import type { ShowingView } from './ShowingView'
import type { SignInBegin } from './SignInBegin'
import type { SignInProgressView } from './SignInProgressView'
import type { SignInRef } from './SignInRef'
import type { SignInView } from './SignInView'
import type { TrustView } from './TrustView'
import type { VaultChangeSecret } from './VaultChangeSecret'
import type { VaultCreate } from './VaultCreate'
import type { VaultForget } from './VaultForget'
import type { VaultStatusView } from './VaultStatusView'
import type { VaultUnlock } from './VaultUnlock'
import type { VaultUnlockView } from './VaultUnlockView'
import type { VerdictView } from './VerdictView'
import type { VerifierCheck } from './VerifierCheck'

/** Every command: what it takes and what it answers. */
export interface Commands {
  /** Tells where the app stands: which screen comes first. */
  app_state: { arguments: Nothing; answer: AppStateView }
  /** Tells whether the state's services answer, and since when. */
  app_connection: { arguments: Nothing; answer: ConnectionView }
  /** Sends what waits and looks for news, at once. */
  app_sync: { arguments: Nothing; answer: ConnectionView }
  /** Stops synchronising until it is asked for. */
  app_pause: { arguments: Nothing; answer: ConnectionView }
  /** Gives the whole text of a report for support. */
  app_report: { arguments: Nothing; answer: ReportView }
  /** Saves the report that was shown, and tells where. */
  app_report_save: { arguments: Nothing; answer: SavedView }
  /** Gives the notices of the parts Acasă is made with. */
  app_notices: { arguments: Nothing; answer: NoticesView }
  /** Gives the text of a link that the app was opened with, once. */
  app_link: { arguments: Nothing; answer: LinkView }
  /** Lists the profiles on this device. */
  profiles_list: { arguments: Nothing; answer: ProfilesView }
  /** Opens another profile, locked. */
  profiles_select: { arguments: ProfileChoice; answer: AppStateView }
  /** Starts a new profile with a nickname and a colour. */
  profiles_create: { arguments: ProfileDraft; answer: AppStateView }
  /** Starts signing in; the system's browser does the rest. */
  sign_in_begin: { arguments: SignInBegin; answer: SignInView }
  /** Waits a little for the browser and tells how signing in stands. */
  sign_in_wait: { arguments: SignInRef; answer: SignInProgressView }
  /** Gives signing in up. */
  sign_in_cancel: { arguments: SignInRef; answer: Nothing }
  /** Lists the people one can be in a sandbox. */
  sandbox_people: { arguments: Nothing; answer: PeopleView }
  /** Signs in as a person of the sandbox, without a browser. */
  sandbox_sign_in: { arguments: SandboxSignIn; answer: SignInProgressView }
  /** Lists the documents the state can issue to the person signed in. */
  consent_offers: { arguments: Nothing; answer: OffersView }
  /** Tells how the vault is locked: tries left, time to wait. */
  vault_status: { arguments: Nothing; answer: VaultStatusView }
  /** Generates a passphrase, for devices without a keystore. */
  vault_suggest_passphrase: { arguments: Nothing; answer: PassphraseView }
  /** Tells whether a PIN or passphrase may be chosen. */
  vault_check_secret: { arguments: VaultCreate; answer: Nothing }
  /** Creates the vault under a PIN or a passphrase. */
  vault_create: { arguments: VaultCreate; answer: AppStateView }
  /** Opens the vault. */
  vault_unlock: { arguments: VaultUnlock; answer: VaultUnlockView }
  /** Closes the vault; keys leave memory. */
  vault_lock: { arguments: Nothing; answer: AppStateView }
  /** Tells the core that the person is there. */
  vault_touch: { arguments: Nothing; answer: Nothing }
  /** Changes the PIN or passphrase. */
  vault_change_secret: { arguments: VaultChangeSecret; answer: VaultUnlockView }
  /** Tells what forgetting this profile would lose. */
  vault_forget_preview: { arguments: Nothing; answer: ForgetPreviewView }
  /** Destroys this profile's keys and files. */
  vault_forget: { arguments: VaultForget; answer: AppStateView }
  /** Asks for the documents agreed to; each arrives by itself. */
  documents_receive: { arguments: DocumentsReceive; answer: ReceiptView }
  /** Tells how far the documents asked for have come. */
  documents_receipt: { arguments: Nothing; answer: ReceiptView }
  /** Lists the documents held. */
  documents_list: { arguments: Nothing; answer: DocumentsView }
  /** Gives one document whole. */
  documents_get: { arguments: DocumentRef; answer: DocumentView }
  /** Fetches status, trust and fresh copies. */
  documents_refresh: { arguments: Nothing; answer: RefreshView }
  /** Removes a document from this device. */
  documents_remove: { arguments: DocumentRef; answer: Nothing }
  /** Starts showing a document; answers with the first code. */
  showing_begin: { arguments: ShowingBegin; answer: ShowingView }
  /** Renews the code of a showing. */
  showing_renew: { arguments: ShowingRef; answer: ShowingView }
  /** Gives the next frames of a moving code. */
  showing_frames: { arguments: ShowingFrames; answer: FramesView }
  /** Ends a showing. */
  showing_end: { arguments: ShowingRef; answer: Nothing }
  /** Looks for a code in a camera frame (8-bit grey). */
  scanner_frame: { arguments: RawFrame; answer: ScanView }
  /** Looks for codes in a picture file. */
  scanner_picture: { arguments: RawPicture; answer: ScanView }
  /** Names what a text says, and its risks. */
  scanner_text: { arguments: ScannedText; answer: ScanView }
  /** Forgets the part of a moving code read so far. */
  scanner_reset: { arguments: Nothing; answer: Nothing }
  /** Keeps a code for later. */
  scanner_keep: { arguments: ScannedText; answer: KeptCodesView }
  /** Lists the codes kept for later. */
  scanner_kept: { arguments: Nothing; answer: KeptCodesView }
  /** Drops a code kept for later. */
  scanner_drop: { arguments: KeptCodeRef; answer: KeptCodesView }
  /** Makes a challenge for a holder to answer. */
  verifier_challenge: { arguments: ChallengeDraft; answer: ChallengeView }
  /** Checks a proof and gives the verdict; keeps nothing. */
  verifier_check: { arguments: VerifierCheck; answer: VerdictView }
  /** Forgets the challenge and the last verdict. */
  verifier_clear: { arguments: Nothing; answer: Nothing }
  /** Tells how old the trust data is. */
  verifier_trust: { arguments: Nothing; answer: TrustView }
  /** Fetches the trust list and all status lists ahead. */
  verifier_update: { arguments: Nothing; answer: TrustView }
  /** Lists acts and their fate. */
  activity_list: { arguments: Nothing; answer: ActivityView }
  /** Takes an act back that has not left this device. */
  activity_undo: { arguments: ActRef; answer: ActivityView }
  /** Has the state set back an act that was sent. */
  activity_withdraw: { arguments: ActRef; answer: ActivityView }
  /** Sends an act that a restored backup brought back. */
  activity_confirm: { arguments: ActRef; answer: ActivityView }
  /** Lets an act go that a restored backup brought back. */
  activity_drop: { arguments: ActRef; answer: ActivityView }
  /** Saves the acts that were not sent as a file, and tells where. */
  activity_save: { arguments: Nothing; answer: SavedView }
  /** Saves everything that the state's gateway keeps of the person as a file, and tells where. */
  activity_export: { arguments: Nothing; answer: SavedView }
  /** Gives how the state's letters reach the person. */
  notices_preferences: { arguments: Nothing; answer: NoticePreferencesView }
  /** Changes how the state's letters reach the person. */
  notices_prefer: { arguments: NoticePreferenceChange; answer: NoticePreferencesView }
  /** Lists letters of the state, a page at a time. */
  notices_list: { arguments: InboxQuery; answer: InboxView }
  /** Gives a letter whole. */
  notices_get: { arguments: NoticeRef; answer: NoticeView }
  /** Marks letters as read, put away or kept on top. */
  notices_mark: { arguments: MarkChange; answer: MarkedView }
  /** Fetches a letter's file, checks it and saves it. */
  notices_save: { arguments: AttachmentRef; answer: SavedView }
  /** Opens a link of a letter in the person's own browser. */
  notices_open_link: { arguments: NoticeLinkRef; answer: Nothing }
  /** Tells which letters announce themselves. */
  notices_announcements: { arguments: Nothing; answer: AnnouncementsView }
  /** Changes which letters announce themselves. */
  notices_announce: { arguments: AnnouncementChange; answer: AnnouncementsView }
  /** Lists what the device itself reminds of. */
  reminders_list: { arguments: Nothing; answer: RemindersView }
  /** Saves a reminder for a calendar. */
  reminders_save: { arguments: DocumentRef; answer: SavedView }
  /** Gives the settings. */
  settings_get: { arguments: Nothing; answer: SettingsView }
  /** Changes settings. */
  settings_set: { arguments: SettingsChange; answer: SettingsView }
}

/** Commands whose arguments travel as raw bytes. */
export const RAW_COMMANDS = ['scanner_frame', 'scanner_picture'] as const
