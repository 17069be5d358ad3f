use acasa_protocol::notices::{MAX_ATTACHMENTS, Style};
use acasa_wire::inbox::{DeliveredFile, SenderName};
use acasa_wire::mnotify::ContentLanguage;
use uuid::Uuid;

use super::*;

fn delivery() -> Delivery {
    Delivery {
        number: 1,
        message: Uuid::nil(),
        recipient: "urn:md:idnp:2999000000003".to_owned(),
        sent_at: "2026-11-22T10:00:00+02:00".to_owned(),
        sender: sender("mai"),
        template: None,
        document_number: None,
        priority: mnotify::Priority::High,
        subject: ContentLanguage::romanian(" Amendă\n nouă "),
        body: ContentLanguage::romanian("<p>Aveți o amendă.</p>"),
        attachments: Vec::new(),
    }
}

fn sender(id: &str) -> Sender {
    Sender {
        id: id.to_owned(),
        name: SenderName {
            ro: "Poliția".to_owned(),
            ru: None,
            en: Some(" ".to_owned()),
        },
    }
}

#[test]
fn a_delivery_is_a_letter_in_utc_with_its_topic() {
    let letter = notice(&delivery(), Vec::new(), None).unwrap();

    assert_eq!(letter.sent_at, "2026-11-22T08:00:00Z");
    assert_eq!((letter.topic, letter.priority), (Topic::Fines, Priority::High));
    assert_eq!(
        (letter.subject.ro.as_str(), letter.source.en),
        ("Amendă nouă", None)
    );
    assert_eq!(letter.body.ro[0].runs[0].text, "Aveți o amendă.");
    assert!(!letter.cut);
}

#[test]
fn the_template_says_what_a_letter_is_about_before_its_sender_does() {
    for (id, template, expected) in [
        ("MAI", None, Topic::Fines),
        ("mai", Some("Vehicles.inspection"), Topic::Vehicles),
        ("mai", Some("Bun venit"), Topic::Fines),
        ("unknown", None, Topic::Other),
        ("mpass", None, Topic::Security),
    ] {
        assert_eq!(topic(&sender(id), template), expected, "{id} {template:?}");
    }
}

#[test]
fn without_words_or_time_it_is_no_letter() {
    let broken: [fn(&mut Delivery); 3] = [
        |delivery| delivery.subject.ro = " \u{202e}".to_owned(),
        |delivery| delivery.sender.name.ro.clear(),
        |delivery| delivery.sent_at = "yesterday".to_owned(),
    ];
    for change in broken {
        let mut delivery = delivery();
        change(&mut delivery);
        assert!(notice(&delivery, Vec::new(), None).is_none());
    }
}

#[test]
fn the_largest_letter_is_cut_to_a_record_and_says_so() {
    let huge = |sign: &str| ContentLanguage {
        ro: format!("<p>{}</p>", sign.repeat(200_000)),
        ru: Some(format!("<li>{sign}</li>").repeat(20_000)),
        en: Some(format!("<b>{sign}</b><a href=\"https://a.md\">{sign}</a>").repeat(10_000)),
    };
    let file = |number: usize| Attachment {
        name: "ș".repeat(120),
        media_type: format!("application/{number:<80}"),
        size: u64::MAX,
        sha256: "0".repeat(64),
    };
    for sign in ["a", "ă", "\"", "\\", "😀"] {
        let mut delivery = delivery();
        delivery.body = huge(sign);
        let long = || Some(sign.repeat(5_000));
        delivery.subject = ContentLanguage {
            ro: sign.repeat(5_000),
            ru: long(),
            en: long(),
        };
        delivery.sender.name = SenderName {
            ro: sign.repeat(5_000),
            ru: long(),
            en: long(),
        };

        let letter = notice(&delivery, (0..MAX_ATTACHMENTS).map(file).collect(), None).unwrap();

        let size = serde_json::to_string(&letter).unwrap().len();
        assert!(letter.cut && size <= MAX_NOTICE, "{sign}: {size}");
        for body in [
            Some(&letter.body.ro),
            letter.body.ru.as_ref(),
            letter.body.en.as_ref(),
        ] {
            let size = serde_json::to_string(body.unwrap()).unwrap().len();
            assert!((BODY * 9 / 10..=BODY).contains(&size), "{sign}: {size}");
        }
    }
}

#[test]
fn a_letter_without_all_its_files_says_that_it_was_cut() {
    let mut delivery = delivery();
    delivery.attachments = vec![DeliveredFile {
        name: "a.pdf".to_owned(),
        size: 1,
        sha256: String::new(),
    }];

    assert!(notice(&delivery, Vec::new(), None).unwrap().cut);
}

#[test]
fn what_fits_is_not_cut() {
    let block = |text: &str| Block {
        style: Style::Item,
        runs: vec![Run {
            text: text.to_owned(),
            ..Run::default()
        }],
    };
    let blocks = vec![block("unu"), block("doi")];
    let exact = size(&blocks) - 1;

    assert_eq!(shorten(blocks.clone(), exact), (blocks.clone(), false));
    let (kept, cut) = shorten(blocks, exact - 1);
    assert!(cut && kept.len() < 2);
}
