//! A device of the person's in that week: what they do on it, and what it holds in the end.

use super::plan::Deed;
use crate::demo::device::Device;
use crate::demo::error::DemoError;
use acasa_core::api::{
    ActRef, AnnouncementChange, ConnectionView, DocumentType, InboxQuery, InboxView, LanguageTag, MarkChange,
    Nothing, NoticePreferenceChange, NoticeRow, Shelf, TopicAnnouncement,
};
use acasa_core::{Deployment, KeptAct, NetworkGate, commands};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Opens every vault of the week.
pub(super) const PIN: &str = "739154";
/// How often it is asked whether something has come.
const BEAT: Duration = Duration::from_millis(20);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A device with what was read of it so far.
pub(super) struct Home {
    device: Device,
    name: &'static str,
    /// Its acts, as they were known when it was read last: id to line.
    kept: BTreeMap<String, Value>,
}

impl Home {
    /// A new device of a person, who signs in on it and receives their card.
    pub(super) async fn enrol(
        name: &'static str,
        folder: PathBuf,
        deployment: &str,
        person: &str,
    ) -> Result<Self, DemoError> {
        Deployment::built_in().joined_to(deployment)?;
        let device = Device::new(folder, deployment, &NetworkGate::default())?;
        device.enrol(person, PIN).await?;
        device.receive(&[DocumentType::IdentityCard]).await?;
        let home = Self {
            device,
            name,
            kept: BTreeMap::new(),
        };
        home.settle().await?;
        Ok(home)
    }

    /// The app on it.
    pub(super) fn acasa(&self) -> &acasa_core::Acasa {
        &self.device.acasa
    }

    /// Cuts its network.
    pub(super) fn cut(&self) {
        self.device.gate().close();
    }

    /// Gives it a network.
    pub(super) fn connect(&self) {
        self.device.gate().open();
    }

    /// Ends the app without a word and starts it anew over the same folder.
    pub(super) async fn restart(self) -> Result<Self, DemoError> {
        let device = self.device.restart();
        device.unlock(PIN).await?;
        Ok(Self { device, ..self })
    }

    /// Locks and ends the app, has `change` do something with its folder, and starts it anew.
    pub(super) async fn restart_over(
        self,
        change: impl FnOnce(&Path) -> std::io::Result<()>,
    ) -> Result<Self, DemoError> {
        self.device.lock().await?;
        let device = self.device.restart();
        change(&device.profile()?)?;
        device.unlock(PIN).await?;
        Ok(Self { device, ..self })
    }

    /// Sends and fetches once; whatever comes of it.
    pub(super) async fn sync(&self) -> Result<ConnectionView, DemoError> {
        Ok(commands::app_sync(self.acasa(), Nothing {}).await?)
    }

    /// Sends and fetches until nothing waits.
    pub(super) async fn settle(&self) -> Result<(), DemoError> {
        let until = Instant::now() + PATIENCE;
        loop {
            let before = commands::app_connection(self.acasa(), Nothing {})
                .await?
                .up_to_date_at;
            let view = self.sync().await?;
            if view.waiting == 0
                && !view.syncing
                && view.up_to_date_at.is_some()
                && view.up_to_date_at != before
            {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(DemoError::Unexpected("a device does not come to rest"));
            }
            tokio::time::sleep(BEAT).await;
        }
    }

    /// The same, until so many letters are there.
    pub(super) async fn settle_with(&self, letters: usize) -> Result<(), DemoError> {
        let until = Instant::now() + PATIENCE;
        loop {
            self.settle().await?;
            if self.letters().await?.len() >= letters {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(DemoError::Unexpected("a letter does not come"));
            }
        }
    }

    /// Its letters, by their subject: the same order on every device.
    pub(super) async fn letters(&self) -> Result<Vec<NoticeRow>, DemoError> {
        let mut letters = Vec::new();
        for shelf in [Shelf::Inbox, Shelf::Archive] {
            let mut after = None;
            loop {
                let query = InboxQuery {
                    shelf,
                    after: after.take(),
                    ..InboxQuery::default()
                };
                let InboxView {
                    pinned,
                    notices,
                    next,
                    ..
                } = commands::notices_list(self.acasa(), query).await?;
                letters.extend(pinned);
                letters.extend(notices);
                after = next;
                if after.is_none() {
                    break;
                }
            }
        }
        letters.sort_by(|one, other| (&one.subject, &one.id).cmp(&(&other.subject, &other.id)));
        Ok(letters)
    }

    /// Does something; the act that came of it.
    pub(super) async fn act(&self, deed: Deed) -> Result<Option<String>, DemoError> {
        let acasa = self.acasa();
        let prefer = async |change: NoticePreferenceChange| {
            let view = commands::notices_prefer(acasa, change).await?;
            Ok::<_, DemoError>(view.act)
        };
        let wanted = NoticePreferenceChange::default();
        let now = commands::notices_preferences(acasa, Nothing {}).await?;
        match deed {
            Deed::Read(number) | Deed::Pin(number) | Deed::Archive(number) => self.mark(deed, number).await,
            Deed::Language => {
                let language = Some(match now.language {
                    LanguageTag::Ro => LanguageTag::Ru,
                    LanguageTag::Ru => LanguageTag::En,
                    LanguageTag::En => LanguageTag::Ro,
                });
                prefer(NoticePreferenceChange { language, ..wanted }).await
            }
            Deed::Email => {
                let email = Some(!now.email);
                prefer(NoticePreferenceChange { email, ..wanted }).await
            }
            Deed::Sms => {
                let sms = Some(!now.sms);
                prefer(NoticePreferenceChange { sms, ..wanted }).await
            }
            Deed::Viber => {
                let viber = Some(!now.viber);
                prefer(NoticePreferenceChange { viber, ..wanted }).await
            }
            Deed::Topic(number) => {
                let topics = commands::notices_announcements(acasa, Nothing {}).await?.topics;
                let topics: Vec<TopicAnnouncement> =
                    topics.into_iter().filter(|topic| !topic.required).collect();
                let Some(topic) = topics.get(number % topics.len().max(1)) else {
                    return Ok(None);
                };
                let change = AnnouncementChange {
                    topic: Some(topic.topic),
                    announce: Some(!topic.announce),
                    ..AnnouncementChange::default()
                };
                Ok(commands::notices_announce(acasa, change).await?.act)
            }
        }
    }

    async fn mark(&self, deed: Deed, number: usize) -> Result<Option<String>, DemoError> {
        let letters = self.letters().await?;
        let Some(letter) = letters.get(number % letters.len().max(1)) else {
            return Ok(None);
        };
        let set = |change: bool, is: bool| change.then_some(!is);
        let change = MarkChange {
            ids: vec![letter.id.clone()],
            read: set(matches!(deed, Deed::Read(_)), letter.read),
            archived: set(matches!(deed, Deed::Archive(_)), letter.archived),
            pinned: set(matches!(deed, Deed::Pin(_)), letter.pinned),
        };
        Ok(commands::notices_mark(self.acasa(), change).await?.acts.pop())
    }

    /// Changes several ways of letters at once, each an act of its own.
    pub(super) async fn prefer(&self, change: NoticePreferenceChange) -> Result<(), DemoError> {
        commands::notices_prefer(self.acasa(), change).await?;
        Ok(())
    }

    /// Takes an act back.
    pub(super) async fn undo(&self, id: String) -> Result<(), DemoError> {
        commands::activity_undo(self.acasa(), ActRef { id }).await?;
        Ok(())
    }

    /// Sends what a copy of the folder brought back, or lets it go; how many acts that were.
    pub(super) async fn answer(&self, send: bool) -> Result<usize, DemoError> {
        let acts = self.acasa().kept_acts()?;
        let asked: Vec<KeptAct> = acts.into_iter().filter(|act| act.fate == "to_confirm").collect();
        for act in &asked {
            let which = ActRef { id: act.id.clone() };
            if send {
                commands::activity_confirm(self.acasa(), which).await?;
            } else {
                commands::activity_drop(self.acasa(), which).await?;
            }
        }
        Ok(asked.len())
    }

    /// Reads the acts the device keeps now. What the state said of one stays, also where the device has forgotten it.
    pub(super) fn read_acts(&mut self) -> Result<(), DemoError> {
        for line in self.kept.values_mut() {
            line["kept"] = json!(false);
        }
        for act in self.acasa().kept_acts()? {
            let mut line = json!({
                "id": act.id, "device": self.name, "command": act.command, "arguments": act.arguments,
                "fate": act.fate, "madeAt": act.made_at, "kept": true,
            });
            if let Some(code) = act.code {
                line["code"] = json!(code);
            }
            let before = self.kept.get(&act.id).map(|before| before["fate"].clone());
            if let Some(before) = before.filter(|before| before == "done" || before == "refused") {
                line["fate"] = before;
            }
            self.kept.insert(act.id, line);
        }
        Ok(())
    }

    /// The lines of what was read.
    pub(super) fn sent(&self) -> impl Iterator<Item = &Value> {
        self.kept.values()
    }

    /// What the person sees on it.
    pub(super) async fn view(&self) -> Result<Value, DemoError> {
        let letters = self.letters().await?;
        let preferences = commands::notices_preferences(self.acasa(), Nothing {}).await?;
        let topics = commands::notices_announcements(self.acasa(), Nothing {})
            .await?
            .topics;
        let letters = letters.iter().map(|letter| {
            json!([
                letter.id,
                letter.subject,
                letter.read,
                letter.archived,
                letter.pinned,
                letter.waiting
            ])
        });
        Ok(json!({
            "letters": letters.collect::<Vec<_>>(),
            "preferences": [
                json!(preferences.language), json!(preferences.email), json!(preferences.sms),
                json!(preferences.viber), json!(preferences.app), json!(preferences.waiting),
            ],
            "topics": topics.iter().map(|topic| json!([topic.topic, topic.announce])).collect::<Vec<_>>(),
        }))
    }
}

/// Puts the files of one folder into another, in place of what is there.
pub(super) fn copy_files(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for stale in fs::read_dir(to)? {
        fs::remove_file(stale?.path())?;
    }
    for file in fs::read_dir(from)? {
        let file = file?;
        fs::copy(file.path(), to.join(file.file_name()))?;
    }
    Ok(())
}
