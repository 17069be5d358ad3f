//! As institutions see it.

use super::*;

fn code(answer: &(u16, String)) -> (u16, String) {
    let body: Value = serde_json::from_str(&answer.1).unwrap_or_default();
    (answer.0, body["code"].as_str().unwrap_or_default().to_owned())
}

fn channels(dto: &NotificationDto) -> Vec<(Channel, NotificationStatus)> {
    let messages = dto.recipients.iter().flat_map(|recipient| &recipient.messages);
    messages
        .map(|message| (message.channel, message.status))
        .collect()
}

#[tokio::test]
async fn a_notification_goes_to_the_inbox_and_by_mail_and_sms() {
    let world = World::start().await;
    let id = world.send("asp", letter(&world.idnp(0), "Titlu")).await;

    let dto = world.notification("asp", id).await;
    assert_eq!(dto.status, NotificationStatus::Sent);
    assert_eq!(
        channels(&dto),
        [Channel::MCabinet, Channel::Email, Channel::Sms].map(|channel| (channel, NotificationStatus::Sent))
    );
    let feed = world.feed(0).await;
    assert_eq!((feed.last, feed.deliveries.len()), (1, 1));
    assert_eq!(
        feed.deliveries[0]["recipient"],
        format!("urn:md:idnp:{}", world.idnp(0))
    );
    assert_eq!(feed.deliveries[0]["sender"]["id"], "asp");
    let sent = world.mnotify.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(
        (sent[0].channel, sent[0].subject.as_deref()),
        (Channel::Email, Some("Titlu"))
    );
    assert_eq!((sent[1].channel, sent[1].text.as_str()), (Channel::Sms, "Titlu"));
}

#[tokio::test]
async fn preferences_hold_for_low_and_medium_and_not_for_high() {
    let world = World::start().await;
    let quiet = json!({
        "recipient": format!("urn:md:idnp:{}", world.idnp(0)),
        "email": false, "sms": false, "viber": false, "language": "en",
    });
    let told = world
        .ask(world.transport.gateway(), "PUT", PREFERENCES, Some(quiet))
        .await;
    assert_eq!(told.0, 204);
    for (priority, ways) in [("Low", 1), ("Medium", 1), ("High", 4)] {
        let mut request = letter(&world.idnp(0), "Titlu");
        request["priority"] = priority.into();
        request["subject"]["en"] = "Title".into();
        let id = world.send("asp", request).await;
        let dto = world.notification("asp", id).await;
        assert_eq!(channels(&dto).len(), ways, "{priority}");
        assert_eq!(dto.recipients[0].messages[0].subject, "Title");
    }
}

#[tokio::test]
async fn things_are_resolved_to_people() {
    let world = World::start().await;
    let company = &world.country.companies[0];
    let mut request = letter(company.idno.as_str(), "Titlu");
    request["recipients"][0]["type"] = "IDNO".into();
    request["resolutionPolicy"] = json!({ "type": "IDNP", "parameters": { "direction": "Administrator" } });

    let id = world.send("sfs", request.clone()).await;

    let dto = world.notification("sfs", id).await;
    assert_eq!(dto.recipients.len(), 1);
    assert_eq!(dto.recipients[0].value, company.administrator.as_str());
    request["recipients"][0]["value"] = "1999999999994".into();
    let nobody = world.send("sfs", request).await;
    assert_eq!(
        world.notification("sfs", nobody).await.status,
        NotificationStatus::Failed
    );
}

#[tokio::test]
async fn what_is_not_by_the_rules_is_refused_by_name() {
    let world = World::start().await;
    for (change, refusal) in [
        (json!({ "subject": { "ru": "Т" } }), "mnotify_romanian_missing"),
        (
            json!({ "subject": { "ro": "a".repeat(42) } }),
            "mnotify_subject_too_long",
        ),
        (json!({ "recipients": [] }), "mnotify_no_recipients"),
        (json!({ "recipients": "x" }), "mnotify_malformed"),
        (
            json!({ "attachments": [{ "fileName": "a.exe", "base64": "" }] }),
            "mnotify_attachment_type",
        ),
        (
            json!({ "template": { "id": Uuid::nil() } }),
            "mnotify_template_unknown",
        ),
    ] {
        let mut request = letter(&world.idnp(0), "Titlu");
        for (name, value) in change.as_object().unwrap() {
            request[name] = value.clone();
        }
        let answer = world.by("asp", "POST", NOTIFICATION, Some(request)).await;
        assert_eq!(code(&answer), (400, refusal.to_owned()));
    }
    assert_eq!(world.feed(0).await.deliveries.len(), 0);
}

#[tokio::test]
async fn what_waits_can_be_cancelled_and_what_was_sent_cannot() {
    let world = World::start().await;
    world.mnotify.hold(true);
    let waits = world.send("asp", letter(&world.idnp(0), "Titlu")).await;
    assert_eq!(
        world.notification("asp", waits).await.status,
        NotificationStatus::Pending
    );
    let path = format!("{NOTIFICATION}/{waits}");
    assert_eq!(code(&world.by("mai", "DELETE", &path, None).await).0, 404);

    assert_eq!(
        world.by("asp", "DELETE", &path, None).await,
        (200, waits.to_string())
    );
    world.mnotify.hold(false);

    assert_eq!(
        world.notification("asp", waits).await.status,
        NotificationStatus::Cancelled
    );
    assert_eq!(world.feed(0).await.deliveries.len(), 0);
    let sent = world.send("asp", letter(&world.idnp(0), "Titlu")).await;
    let late = world
        .by("asp", "DELETE", &format!("{NOTIFICATION}/{sent}"), None)
        .await;
    assert_eq!(code(&late), (409, "mnotify_conflict".to_owned()));
}

#[tokio::test]
async fn a_sender_sees_their_own_in_pages() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(world.send("asp", letter(&world.idnp(0), "Titlu")).await);
    }
    let list = async |sender: &str, query: &str| {
        let (status, body) = world
            .by(sender, "GET", &format!("/api/Notification{query}"), None)
            .await;
        assert_eq!(status, 200);
        let items: Vec<Value> = serde_json::from_str(&body).unwrap();
        let id = |item: &Value| item["id"].as_str().unwrap().parse().unwrap();
        items.iter().map(id).collect::<Vec<Uuid>>()
    };

    assert_eq!(list("asp", "").await, ids);
    assert_eq!(list("asp", "s/").await, ids);
    assert_eq!(
        list("asp", "?Page=1&ItemsPerPage=2&OrderField=createdAt%20desc").await,
        [ids[2], ids[1]]
    );
    assert_eq!(list("asp", "?Page=2&ItemsPerPage=2").await, [ids[2]]);
    assert_eq!(list("asp", &format!("?SearchBy={}", ids[1])).await, [ids[1]]);
    assert!(list("mai", "").await.is_empty());
    let path = format!("{NOTIFICATION}/{}", ids[0]);
    assert_eq!(code(&world.by("mai", "GET", &path, None).await).0, 404);
}

#[tokio::test]
async fn templates_are_kept_changed_checked_used_and_removed() {
    let world = World::start().await;
    let template = |text: &str| {
        Some(json!({
            "name": "Welcome email", "description": "d", "subject": { "ro": "Bun venit" }, "body": { "ro": text },
        }))
    };
    let (_, id) = world
        .by("posta", "POST", TEMPLATE, template("Dragă {{customerName}}"))
        .await;
    let path = format!("{TEMPLATE}/{id}");
    let changed = world
        .by(
            "posta",
            "PUT",
            &path,
            template("{{RecipientFirstName}}, dragă {{customerName}}"),
        )
        .await;
    assert_eq!(changed, (200, id.clone()));

    let variables = json!({ "variables": "{\"customerName\":\"John\"}", "userId": world.idnp(0) });
    let (_, checked) = world
        .by("posta", "POST", &format!("{path}/check"), Some(variables))
        .await;
    let name = world.country.people[0].given_name.clone();
    let checked: Value = serde_json::from_str(&checked).unwrap();
    assert_eq!(checked["body"]["ro"], format!("{name}, dragă John"));
    let request = json!({
        "template": { "id": id, "variables": "{\"customerName\":\"Ion\"}" }, "priority": "Low",
        "recipients": [{ "value": world.idnp(0), "type": "IDNP" }],
    });
    world.send("posta", request.clone()).await;
    let feed = world.feed(0).await;
    assert_eq!(feed.deliveries[0]["body"]["ro"], format!("{name}, dragă Ion"));
    assert_eq!(feed.deliveries[0]["template"], "Welcome email");

    assert_eq!(world.by("asp", "DELETE", &path, None).await.0, 404);
    world.mnotify.hold(true);
    world.send("posta", request).await;
    assert_eq!(world.by("posta", "DELETE", &path, None).await.0, 409);
    world.mnotify.hold(false);
    assert_eq!(world.by("posta", "DELETE", &path, None).await, (200, id));
    assert_eq!(world.by("posta", "GET", &path, None).await.0, 404);
}

#[tokio::test]
async fn only_the_gateway_reads_the_feed_and_only_institutions_send() {
    let world = World::start().await;
    let stranger = world.transport.make_client("asp").unwrap();
    let request = letter(&world.idnp(0), "Titlu");
    let refused = (401, "mnotify_unauthorized".to_owned());

    for client in [&world.senders["asp"], &stranger] {
        assert_eq!(code(&world.ask(client, "GET", DELIVERIES, None).await), refused);
    }
    for client in [world.transport.gateway(), &stranger] {
        let sent = world
            .ask(client, "POST", NOTIFICATION, Some(request.clone()))
            .await;
        assert_eq!(code(&sent), refused);
    }
    let other = Transport::make().unwrap();
    let hostile = ServiceAccess {
        authorities: world.transport.authority().into_bytes(),
        ..other.service(other.gateway(), world.address.clone())
    };
    let http = hostile.http(Duration::from_secs(5)).unwrap();
    assert!(
        http.get(world.address.join(DELIVERIES).unwrap())
            .send()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_sender_s_text_reaches_no_log() {
    let log = acasa_testkit::Log::capture();
    let world = World::start().await;
    let mut request = letter(&world.idnp(0), "Subiectsecret");
    world.send("asp", request.clone()).await;
    request["subject"]["ro"] = "Subiectsecret".repeat(9).into();
    let refused = world.by("asp", "POST", NOTIFICATION, Some(request)).await;

    assert_eq!(refused.0, StatusCode::BAD_REQUEST);
    assert!(!refused.1.contains("Subiectsecret"));
    let text = log.text();
    assert!(text.contains("mnotify.refused"), "{text}");
    assert!(
        !text.contains("ubiectsecret") && !text.contains(&world.idnp(0)),
        "{text}"
    );
}
