//! What somebody new meets: an empty profile, a PIN that is too simple, documents that cannot be received.

use acasa_core::{
    api::{
        Colour, DocumentRef, DocumentState, DocumentType, Nothing, Phase, ProfileChoice, ProfileDraft,
        ProfilesView, SecretKind, SecretText, VaultCreate,
    },
    commands,
};

use crate::device::{CARD, Device, PERSON, World};

async fn profiles(device: &Device) -> ProfilesView {
    let listed = commands::profiles_list(&device.acasa, Nothing {}).await;
    listed.expect("there is always a list")
}

async fn create(device: &Device, nickname: &str) {
    let draft = ProfileDraft {
        nickname: nickname.to_owned(),
        colour: Colour::Magenta,
    };
    let created = commands::profiles_create(&device.acasa, draft).await;
    assert_eq!(created.expect("it is created").phase, Phase::Welcome);
}

async fn select(device: &Device, id: &str) -> Phase {
    let choice = ProfileChoice { id: id.to_owned() };
    let selected = commands::profiles_select(&device.acasa, choice).await;
    selected.expect("it is there").phase
}

#[tokio::test]
async fn an_empty_profile_that_is_left_is_gone_and_one_with_a_vault_stays() {
    let world = World::start().await;
    let device = world.device("shared");
    device.enrol(PERSON).await;
    let first = profiles(&device).await.current.expect("a profile");
    create(&device, "Mama").await;
    let both = profiles(&device).await.profiles.len();

    let back = select(&device, &first).await;
    let left = profiles(&device).await;

    assert_eq!((both, back), (2, Phase::Locked));
    assert_eq!(left.profiles.len(), 1);
    assert_eq!(left.current.as_deref(), Some(first.as_str()));

    create(&device, "Mama").await;
    device.enrol("2").await;
    select(&device, &first).await;
    let nicknames: Vec<String> = profiles(&device)
        .await
        .profiles
        .into_iter()
        .map(|profile| profile.nickname)
        .collect();
    assert_eq!(nicknames, ["", "Mama"]);
}

#[tokio::test]
async fn a_simple_pin_is_refused_by_its_first_entry() {
    let world = World::start().await;
    let device = world.device("new");
    let check = |pin: &str| VaultCreate {
        kind: SecretKind::Pin,
        secret: SecretText::new(pin.to_owned()),
    };

    let simple = commands::vault_check_secret(&device.acasa, check("123456")).await;
    let good = commands::vault_check_secret(&device.acasa, check("739154")).await;

    assert_eq!(simple.expect_err("it is simple").code, "pin_too_simple");
    assert!(good.is_ok());
}

#[tokio::test]
async fn what_is_expired_or_revoked_is_offered_as_such() {
    let world = World::start().await;
    let asking = world.device("asking");
    let people = commands::sandbox_people(&asking.acasa, Nothing {}).await;
    let people = people.expect("people").people;

    for (of_whom, state, never) in [
        ("expired", DocumentState::Expired, DocumentState::Revoked),
        ("revoked", DocumentState::Revoked, DocumentState::Expired),
    ] {
        let mut states = Vec::new();
        for person in people
            .iter()
            .filter(|person| person.traits.iter().any(|word| word == of_whom))
        {
            let device = world.device(&person.id);
            device.sign_in(&person.id).await;
            let offers = commands::consent_offers(&device.acasa, Nothing {}).await;
            states.extend(
                offers
                    .expect("offers")
                    .offers
                    .into_iter()
                    .map(|offer| offer.state),
            );
        }
        assert!(states.contains(&state), "{of_whom}: {states:?}");
        assert!(states.contains(&DocumentState::Valid), "{of_whom}: {states:?}");
        assert!(!states.contains(&never), "{of_whom}: {states:?}");
    }
}

#[tokio::test]
async fn a_document_without_a_last_day_has_none_in_the_list_either() {
    let world = World::start().await;
    let device = world.device("driver");
    device.enrol(PERSON).await;
    let offers = commands::consent_offers(&device.acasa, Nothing {}).await;
    let offers = offers.expect("offers").offers;
    let offered = offers
        .into_iter()
        .find(|offer| offer.document_type == DocumentType::VehicleRegistration)
        .expect("it is offered");

    let arrived = device.receive(DocumentType::VehicleRegistration).await;

    assert_eq!(arrived.error, None);
    let listed = device.documents().await.remove(0);
    assert_eq!(listed.state, DocumentState::Valid);
    for until in [offered.valid_until, listed.valid_until] {
        assert_eq!(until.as_deref().and_then(|day| day.get(..4)), Some("9999"));
    }
}

#[tokio::test]
async fn the_status_of_a_document_is_known_from_its_receipt_on() {
    let world = World::start().await;
    let holder = world.holder().await;
    let which = DocumentRef {
        id: holder.documents().await.remove(0).id,
    };

    let document = commands::documents_get(&holder.acasa, which).await;

    let document = document.expect("it is there");
    assert_eq!(document.summary.document_type, CARD);
    assert!(document.status_checked_at.is_some());
    assert_eq!(document.summary.state, DocumentState::Valid);
}
