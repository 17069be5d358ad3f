//! Letters of the state: from an institution by MNotify to the person's devices, and what they do with them.

use std::{fs, path::Path, sync::Arc, time::Duration};

use acasa_core::{
    api::{
        ActRef, AnnouncementChange, AttachmentRef, DocumentRef, Fate, InboxQuery, InboxView, MarkChange,
        MarkedView, Nothing, NoticeLinkRef, NoticeRef, NoticeRow, NoticeTopic, NoticeView, QuietHours, Shelf,
    },
    commands,
};
use acasa_sandbox::{
    Institution, Options,
    services::{OutgoingLetter, Services, To},
};
use tempfile::TempDir;

use crate::device::{CARD, Device, Listening, PERSON, World};

/// A world whose institutions can write.
struct Post {
    world: World,
    services: Services,
    person: String,
    _data: TempDir,
}

impl Post {
    async fn start() -> Self {
        let data = TempDir::new().expect("a folder");
        let world = World::start_with(Options::new(1).with_data(data.path().to_owned())).await;
        let person = world.sandbox.country().people[0].idnp.as_str().to_owned();
        Self {
            services: Services::open(data.path()).expect("services"),
            person,
            world,
            _data: data,
        }
    }

    async fn write(&self, topic: &str, letter: OutgoingLetter) {
        let from = Institution::of_topic(topic).expect("an institution");
        let to = To::Person(self.person.clone());
        let sent = self.services.send(from, &to, &letter).await;
        assert!(sent.is_ok(), "{:?}", sent.err());
    }
}

fn letter(subject: &str, body: &str) -> OutgoingLetter {
    OutgoingLetter {
        subject: subject.to_owned(),
        body: body.to_owned(),
        priority: "medium".to_owned(),
        ..OutgoingLetter::default()
    }
}

async fn list(device: &Device, query: InboxQuery) -> InboxView {
    commands::notices_list(&device.acasa, query)
        .await
        .expect("the vault is open")
}

async fn inbox(device: &Device) -> InboxView {
    list(device, InboxQuery::default()).await
}

async fn found(device: &Device, words: &str) -> Vec<String> {
    let query = InboxQuery {
        search: Some(words.to_owned()),
        ..InboxQuery::default()
    };
    list(device, query)
        .await
        .notices
        .into_iter()
        .map(|row| row.subject)
        .collect()
}

async fn get(device: &Device, id: &str) -> NoticeView {
    let which = NoticeRef { id: id.to_owned() };
    commands::notices_get(&device.acasa, which)
        .await
        .expect("it is there")
}

async fn mark(device: &Device, change: MarkChange) -> MarkedView {
    commands::notices_mark(&device.acasa, change)
        .await
        .expect("it is marked")
}

fn read(row: &NoticeRow) -> MarkChange {
    MarkChange {
        ids: vec![row.id.clone()],
        read: Some(true),
        ..MarkChange::default()
    }
}

async fn sync(device: &Device) {
    commands::app_sync(&device.acasa, Nothing {})
        .await
        .expect("the vault is open");
}

/// Waits until so many letters have come, without asking for them.
async fn come(device: &Device, letters: usize) -> InboxView {
    let came = async {
        loop {
            let view = inbox(device).await;
            if view.pinned.len() + view.notices.len() >= letters {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), came)
        .await
        .expect("letters come by themselves")
}

async fn second(world: &World) -> Device {
    let device = world.device("second");
    device.enrol(PERSON).await;
    assert_eq!(device.receive(CARD).await.error, None);
    device
}

#[tokio::test]
async fn a_letter_comes_by_itself_to_every_device_is_found_by_its_words_and_read_once_for_all() {
    let post = Post::start().await;
    let (one, other) = (post.world.holder().await, second(&post.world).await);
    let body = "<p>Aveți <b>două amenzi</b> neachitate.</p><script>alert(1)</script>";
    post.write("fines", letter("Amenzi pentru parcare", body)).await;
    post.write("services", letter("Programare confirmată", "Vă așteptăm luni."))
        .await;

    let view = come(&one, 2).await;
    come(&other, 2).await;
    let fine = view
        .notices
        .iter()
        .find(|row| row.topic == NoticeTopic::Fines)
        .expect("a fine");
    let whole = get(&one, &fine.id).await;
    let forms = (
        found(&one, "amendă").await,
        found(&one, "programari").await,
        found(&one, "pensie").await,
    );
    mark(&one, read(fine)).await;
    sync(&one).await;
    sync(&other).await;
    let there = inbox(&other).await;

    assert_eq!(
        (view.unread, fine.read, fine.preview.as_str()),
        (2, false, "Aveți două amenzi neachitate.")
    );
    let text: String = whole
        .paragraphs
        .iter()
        .flat_map(|block| &block.runs)
        .map(|run| run.text.as_str())
        .collect();
    assert_eq!(text, "Aveți două amenzi neachitate.");
    assert!(
        whole.paragraphs[0]
            .runs
            .iter()
            .any(|run| run.strong && run.text == "două amenzi")
    );
    assert_eq!(forms.0, ["Amenzi pentru parcare"]);
    assert_eq!((forms.1.len(), forms.2.len()), (1, 0));
    assert_eq!(there.unread, 1);
    assert!(
        there
            .notices
            .iter()
            .any(|row| row.id == fine.id && row.read && !row.waiting)
    );
}

#[tokio::test]
async fn marks_made_offline_are_seen_at_once_taken_back_by_undo_and_the_same_everywhere_later() {
    let post = Post::start().await;
    let (one, other) = (post.world.holder().await, second(&post.world).await);
    for subject in ["Prima", "A doua", "A treia"] {
        post.write("services", letter(subject, "Text.")).await;
    }
    let rows = come(&one, 3).await.notices;
    come(&other, 3).await;
    one.gate.close();

    let pin = MarkChange {
        ids: vec![rows[2].id.clone()],
        pinned: Some(true),
        ..MarkChange::default()
    };
    mark(&one, pin).await;
    let archive = MarkChange {
        ids: vec![rows[0].id.clone()],
        archived: Some(true),
        ..MarkChange::default()
    };
    let archived = mark(&one, archive).await;
    let offline = inbox(&one).await;
    let undo = ActRef {
        id: archived.acts[0].clone(),
    };
    commands::activity_undo(&one.acasa, undo)
        .await
        .expect("it was not sent");
    let undone = inbox(&one).await;
    let all = mark(
        &one,
        MarkChange {
            read: Some(true),
            ..MarkChange::default()
        },
    )
    .await;
    one.gate.open();
    sync(&one).await;
    sync(&other).await;

    assert_eq!((offline.pinned.len(), offline.notices.len()), (1, 1));
    assert!(offline.pinned[0].waiting && offline.pinned[0].pinned);
    assert_eq!((undone.pinned.len(), undone.notices.len()), (1, 2));
    assert_eq!((all.changed, all.unread), (3, 0));
    for device in [&one, &other] {
        let view = inbox(device).await;
        assert_eq!((view.unread, view.pinned.len(), view.notices.len()), (0, 1, 2));
        assert!(view.pinned.iter().chain(&view.notices).all(|row| !row.waiting));
        let query = InboxQuery {
            shelf: Shelf::Archive,
            ..InboxQuery::default()
        };
        assert!(list(device, query).await.notices.is_empty());
    }
    let acts = commands::activity_list(&one.acasa, Nothing {})
        .await
        .expect("open")
        .acts;
    assert!(
        acts.iter()
            .any(|act| act.kind == "notices_pinned" && act.fate == Fate::Done)
    );
    assert!(
        acts.iter().all(|act| act.kind != "notices_read"),
        "reading is nothing to tell"
    );
}

#[tokio::test]
async fn a_file_is_saved_as_the_institution_sent_it_and_a_link_out_of_the_state_needs_a_warning() {
    let post = Post::start().await;
    let device = post.world.holder().await;
    let file = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".to_vec();
    let body = r#"<p>Vezi <a href="https://servicii.gov.md/a">aici</a> sau <a href="https://example.com/">acolo</a>.</p>"#;
    let sent = OutgoingLetter {
        attachments: vec![("proces verbal.pdf".to_owned(), file.clone())],
        ..letter("Proces-verbal", body)
    };
    post.write("fines", sent).await;
    let row = come(&device, 1).await.notices.remove(0);

    let which = || AttachmentRef {
        id: row.id.clone(),
        number: 0,
    };
    let first = commands::notices_save(&device.acasa, which())
        .await
        .expect("it is saved");
    let again = commands::notices_save(&device.acasa, which())
        .await
        .expect("it is saved");
    let link = |address: &str, confirmed| NoticeLinkRef {
        id: row.id.clone(),
        address: address.to_owned(),
        confirmed,
    };
    let open = async |which| {
        let opened = commands::notices_open_link(&device.acasa, which).await;
        opened.err().map(|failure| failure.code)
    };

    assert_eq!(fs::read(&first.path).expect("a file"), file);
    assert_ne!(first.path, again.path);
    assert_eq!(Path::new(&first.path).extension(), Some("pdf".as_ref()));
    // Nothing opens here, which is told as such; what matters is what is not even tried.
    assert_eq!(
        open(link("https://servicii.gov.md/a", false)).await.as_deref(),
        Some("browser_not_opened")
    );
    assert_eq!(
        open(link("https://example.com/", false)).await.as_deref(),
        Some("link_unconfirmed")
    );
    assert_eq!(
        open(link("https://example.com/", true)).await.as_deref(),
        Some("browser_not_opened")
    );
    assert_eq!(
        open(link("https://elsewhere.example/", true)).await.as_deref(),
        Some("not_found")
    );
}

#[tokio::test]
async fn a_new_letter_announces_itself_unless_its_topic_or_the_hour_is_quiet_and_says_nothing_of_what_it_is()
{
    let post = Post::start().await;
    let host = Arc::new(Listening::default());
    let device = post.world.device_in("listening", host.clone());
    device.enrol(PERSON).await;
    assert_eq!(device.receive(CARD).await.error, None);
    sync(&device).await;
    let announced = async |change: AnnouncementChange| {
        commands::notices_announce(&device.acasa, change)
            .await
            .expect("it is set");
    };
    let count = || host.said().len();
    // A letter is there a moment before it announces itself.
    let counted = async |wanted: usize| {
        for _ in 0..200 {
            if count() >= wanted {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        count()
    };

    post.write("services", letter("Popescu", "Secret.")).await;
    come(&device, 1).await;
    let first = counted(1).await;
    announced(AnnouncementChange {
        topic: Some(NoticeTopic::Services),
        announce: Some(false),
        ..AnnouncementChange::default()
    })
    .await;
    post.write("services", letter("A doua", "Text.")).await;
    come(&device, 2).await;
    let of_a_quiet_topic = count();
    announced(AnnouncementChange {
        topic: Some(NoticeTopic::Services),
        announce: Some(true),
        quiet: Some(QuietHours {
            from: "00:00".to_owned(),
            until: "23:59".to_owned(),
        }),
        ..AnnouncementChange::default()
    })
    .await;
    post.write("services", letter("A treia", "Text.")).await;
    come(&device, 3).await;
    let in_a_quiet_hour = count();
    let urgent = OutgoingLetter {
        priority: "high".to_owned(),
        ..letter("A patra", "Text.")
    };
    post.write("services", urgent).await;
    come(&device, 4).await;

    let in_all = counted(2).await;
    assert_eq!((first, of_a_quiet_topic, in_a_quiet_hour, in_all), (1, 1, 1, 2));
    let said = host.said().join(" ");
    assert!(!said.contains("Popescu") && !said.contains("Secret"), "{said}");
}

#[tokio::test]
async fn a_document_s_end_is_reminded_of_and_goes_into_a_calendar() {
    let world = World::start().await;
    let device = world.holder().await;
    let card = commands::documents_list(&device.acasa, Nothing {})
        .await
        .expect("open")
        .documents
        .remove(0);

    let saved = commands::reminders_save(&device.acasa, DocumentRef { id: card.id.clone() }).await;
    let calendar = fs::read_to_string(saved.expect("it is saved").path).expect("a file");
    let reminders = commands::reminders_list(&device.acasa, Nothing {})
        .await
        .expect("open")
        .reminders;

    let day = card.valid_until.expect("it ends").replace('-', "");
    assert!(
        calendar.contains(&format!("DTSTART;VALUE=DATE:{day}")),
        "{calendar}"
    );
    assert_eq!(calendar.matches("BEGIN:VALARM").count(), 3);
    assert!(
        !calendar.contains(&card.family_name),
        "the calendar knows whose it is"
    );
    // The cast's card ends in years: nothing to remind of yet.
    assert!(
        reminders
            .iter()
            .all(|reminder| reminder.document != card.id || reminder.days <= 365)
    );
}
