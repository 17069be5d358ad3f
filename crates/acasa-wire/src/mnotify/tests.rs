use serde_json::json;

use super::*;

fn plain() -> Notification {
    Notification {
        subject: Some(ContentLanguage::romanian("Titlu")),
        body: Some(ContentLanguage::romanian("Corpul mesajului")),
        recipients: vec![recipient("2999000000003", RecipientType::Idnp)],
        ..Notification::default()
    }
}

fn recipient(value: &str, kind: RecipientType) -> Recipient {
    Recipient {
        value: value.to_owned(),
        kind,
    }
}

fn refusal(change: impl FnOnce(&mut Notification)) -> Option<&'static str> {
    let mut notification = plain();
    change(&mut notification);
    notification.check().err().map(MnotifyError::code)
}

#[test]
fn the_documented_requests_are_read_and_taken() {
    let mail = json!({
        "subject": { "ro": "Titlu", "en": "Title", "ru": "Заголовок" },
        "body": { "ro": "Corpul mesajului", "en": "Message body", "ru": "Текст сообщения" },
        "recipients": [{ "value": "customer.email@gmail.com", "type": "Email" }],
        "priority": "Low"
    });
    let resolved = json!({
        "subject": { "ro": "Titlu" }, "body": { "ro": "Corp" },
        "recipients": [{ "value": "1010600034203", "type": "IDNO" }],
        "resolutionPolicy": { "type": "IDNP", "parameters": { "direction": "Administrator" } },
        "attachments": [{ "fileName": "name_of_file.pdf", "base64": "JVBERg==" }]
    });
    let small = json!({
        "subject": { "ro": "Titlu" }, "body": { "ro": "Corp" },
        "recipients": [{ "value": "2222222222222", "type": "Idnp" }, { "value": "a@b.md", "type": "email" }]
    });

    for request in [mail, resolved, small] {
        let read: Notification = serde_json::from_value(request.clone()).unwrap();
        assert_eq!(read.check(), Ok(()), "{request}");
    }
}

#[test]
fn answers_have_the_documented_names() {
    let trace = Trace {
        created_at: "2025-11-10T09:21:58.18Z".to_owned(),
        last_updated_at: "2025-11-10T09:21:58.18Z".to_owned(),
        created_by: "a".to_owned(),
        last_updated_by: "b".to_owned(),
    };
    let message = MessageShortDto {
        message_id: Uuid::nil(),
        subject: "Titlu".to_owned(),
        status: NotificationStatus::Sent,
        channel: Channel::WebPush,
        trace: trace.clone(),
    };
    let dto = NotificationDto {
        id: Uuid::nil(),
        status: NotificationStatus::Delivered,
        recipients: vec![RecipientMessages {
            value: "2999000000003".to_owned(),
            kind: RecipientType::Idnp,
            is_legal: false,
            messages: vec![message],
        }],
    };

    assert_eq!(
        serde_json::to_value(&dto).unwrap(),
        json!({
            "id": Uuid::nil(), "status": "Delivered",
            "recipients": [{ "value": "2999000000003", "type": "IDNP", "isLegal": false, "messages": [{
                "messageId": Uuid::nil(), "subject": "Titlu", "status": "Sent", "channel": "Web push",
                "createdAt": "2025-11-10T09:21:58.18Z", "lastUpdatedAt": "2025-11-10T09:21:58.18Z",
                "createdBy": "a", "lastUpdatedBy": "b",
            }]}]
        })
    );
}

#[test]
fn romanian_is_required_wherever_there_is_a_text() {
    assert_eq!(refusal(|_| ()), None);
    assert_eq!(refusal(|n| n.subject = None), Some("mnotify_missing"));
    assert_eq!(refusal(|n| n.body = None), Some("mnotify_missing"));
    let russian = ContentLanguage {
        ru: Some("Текст".to_owned()),
        ..ContentLanguage::default()
    };
    let missing = Some("mnotify_romanian_missing");
    assert_eq!(refusal(|n| n.subject = Some(russian.clone())), missing);
    assert_eq!(refusal(|n| n.body = Some(russian.clone())), missing);
    assert_eq!(refusal(|n| n.body_short = Some(russian.clone())), missing);
}

#[test]
fn a_subject_has_41_characters_by_mail_and_160_by_sms() {
    let subject = |length: usize| Some(ContentLanguage::romanian("ș".repeat(length)));
    let sms = || vec![recipient("+37369999001", RecipientType::Telephone)];

    assert_eq!(refusal(|n| n.subject = subject(41)), None);
    assert_eq!(
        refusal(|n| n.subject = subject(42)),
        Some("mnotify_subject_too_long")
    );
    assert_eq!(
        refusal(|n| {
            n.recipients = sms();
            n.subject = subject(160);
        }),
        None
    );
    assert_eq!(
        refusal(|n| {
            n.recipients = sms();
            n.subject = subject(161);
        }),
        Some("mnotify_subject_too_long")
    );
}

#[test]
fn recipients_are_of_their_type_and_things_need_a_policy() {
    for (value, kind, refused) in [
        ("2999000000003", RecipientType::Idnp, None),
        ("299900000000", RecipientType::Idnp, Some("mnotify_recipient")),
        ("29990000000a3", RecipientType::Idno, Some("mnotify_recipient")),
        ("a@b", RecipientType::Email, Some("mnotify_recipient")),
        ("a b@c.md", RecipientType::Email, Some("mnotify_recipient")),
        ("a@b.md", RecipientType::Email, None),
        ("+37369999001", RecipientType::Telephone, None),
        ("call me", RecipientType::Telephone, Some("mnotify_recipient")),
        ("ABC 123", RecipientType::PlateNumber, Some("mnotify_policy")),
    ] {
        let made = refusal(|n| n.recipients = vec![recipient(value, kind)]);
        assert_eq!(made, refused, "{value}");
    }
    assert_eq!(refusal(|n| n.recipients.clear()), Some("mnotify_no_recipients"));
}

#[test]
fn a_policy_resolves_recipients_of_its_own_type() {
    let policy = |kind| {
        Some(ResolutionPolicy {
            kind,
            parameters: PolicyParameters {
                direction: Direction::Owner,
            },
        })
    };
    for (kind, resolved, refused) in [
        (RecipientType::PlateNumber, RecipientType::PlateNumber, None),
        (RecipientType::Idno, RecipientType::Idnp, None),
        (
            RecipientType::PlateNumber,
            RecipientType::Idnv,
            Some("mnotify_policy"),
        ),
        (
            RecipientType::Idnp,
            RecipientType::PlateNumber,
            Some("mnotify_policy"),
        ),
        (RecipientType::Email, RecipientType::Email, Some("mnotify_policy")),
    ] {
        let value = if kind == RecipientType::Email {
            "a@b.md"
        } else {
            "1999000000006"
        };
        let made = refusal(|n| {
            n.recipients = vec![recipient(value, kind)];
            n.resolution_policy = policy(resolved);
        });
        assert_eq!(made, refused, "{kind:?} {resolved:?}");
    }
}

#[test]
fn attachments_are_of_seven_types_and_ten_megabytes_together() {
    let file = |name: &str, base64: String| Attachment {
        file_name: name.to_owned(),
        base64,
    };
    let bytes = |count: usize| data_encoding::BASE64.encode(&vec![7; count]);
    // Of this size, and refused for what it is only after its size was found good.
    let broken = |count: usize| {
        format!(
            "{}!{}",
            "A".repeat(count.div_ceil(3) * 4 - 1 - (3 - count % 3) % 3),
            "=".repeat((3 - count % 3) % 3)
        )
    };
    for (files, refused) in [
        (vec![file("a.PDF", bytes(1))], None),
        (vec![file("a.exe", bytes(1))], Some("mnotify_attachment_type")),
        (vec![file(".pdf", bytes(1))], Some("mnotify_attachment_type")),
        (vec![file("pdf", bytes(1))], Some("mnotify_attachment_type")),
        (
            vec![file("a.pdf", "§".to_owned())],
            Some("mnotify_attachment_encoding"),
        ),
        (
            vec![file("a.pdf", broken(ATTACHMENTS_LIMIT))],
            Some("mnotify_attachment_encoding"),
        ),
        (
            vec![file("a.pdf", broken(ATTACHMENTS_LIMIT + 1))],
            Some("mnotify_attachments_too_large"),
        ),
        (
            vec![file("a.pdf", broken(ATTACHMENTS_LIMIT)), file("b.txt", bytes(1))],
            Some("mnotify_attachments_too_large"),
        ),
    ] {
        assert_eq!(refusal(|n| n.attachments = files), refused);
    }
}

#[test]
fn a_body_has_15_megabytes_and_10_beside_attachments() {
    let body = |size: usize| Some(ContentLanguage::romanian("a".repeat(size)));
    let attach = |n: &mut Notification| {
        n.attachments = vec![Attachment {
            file_name: "a.txt".to_owned(),
            base64: "YQ==".to_owned(),
        }];
    };
    assert_eq!(refusal(|n| n.body = body(BODY_LIMIT)), None);
    assert_eq!(
        refusal(|n| n.body = body(BODY_LIMIT + 1)),
        Some("mnotify_body_too_large")
    );
    assert_eq!(
        refusal(|n| {
            attach(n);
            n.body = body(ATTACHMENTS_LIMIT + 1);
        }),
        Some("mnotify_body_too_large")
    );
}

#[test]
fn a_template_has_a_name_of_50_characters_and_romanian() {
    let template = |name: &str| Template {
        name: name.to_owned(),
        description: String::new(),
        subject: ContentLanguage::romanian("Bun venit"),
        body: ContentLanguage::romanian("Dragă {{customerName}}"),
        body_short: None,
    };
    let code = |template: Template| template.check().err().map(MnotifyError::code);
    assert_eq!(code(template(&"ș".repeat(50))), None);
    assert_eq!(code(template(&"ș".repeat(51))), Some("mnotify_template_name"));
    assert_eq!(code(template(" ")), Some("mnotify_template_name"));
    let without = Template {
        body: ContentLanguage::default(),
        ..template("a")
    };
    assert_eq!(code(without), Some("mnotify_romanian_missing"));
}

#[test]
fn variables_are_an_object() {
    let template = |variables: &str| {
        Some(ContentTemplate {
            id: Uuid::nil(),
            variables: Some(variables.to_owned()),
        })
    };
    for (variables, refused) in [
        (r#"{"Name":"John"}"#, None),
        ("[]", Some("mnotify_variables")),
        ("Name", Some("mnotify_variables")),
    ] {
        let made = refusal(|n| {
            n.subject = None;
            n.body = None;
            n.template = template(variables);
        });
        assert_eq!(made, refused, "{variables}");
    }
}
