//! The gateway as `acasa gateway` runs it.

use acasa_credentials::trust::{PinnedKeys, TrustList};
use acasa_crypto::Jwk;
use acasa_gateway::{Settings, Standalone};
use acasa_protocol::paths;
use jiff::Timestamp;

use crate::world::World;

#[tokio::test]
async fn behind_a_proxy_everything_names_the_proxy_s_address() {
    // Installs the cryptography of the client below.
    let world = World::start().await;
    let folder = tempfile::tempdir().unwrap();
    let listen = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap()
    };
    let gateway = Standalone::start(Settings {
        public: Some("https://gateway.example".parse().unwrap()),
        data: Some(folder.path().to_owned()),
        ..Settings::new(listen)
    })
    .await
    .unwrap();

    let url = format!("http://{listen}{}", paths::CREDENTIAL_ISSUER_METADATA);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let metadata = client.get(url).send().await.unwrap().text().await.unwrap();

    assert!(
        metadata.contains(r#""credential_issuer":"https://gateway.example""#),
        "{metadata}"
    );
    let root = std::fs::read(folder.path().join("keys/root.der")).unwrap();
    let crl = b"https://gateway.example/crl";
    assert!(root.windows(crl.len()).any(|window| window == crl));
    assert_eq!(gateway.address().as_str(), "https://gateway.example/");
    gateway.stop().await;
    world.stop().await;
}

#[tokio::test]
async fn the_trust_list_names_the_oldest_version_it_is_told() {
    // Installs the cryptography of the client below.
    let world = World::start().await;
    let gateway = Standalone::start(Settings {
        minimum_app: Some([1, 20, 3]),
        ..Settings::new("127.0.0.1:0".parse().unwrap())
    })
    .await
    .unwrap();

    let url = gateway.address().join(paths::TRUST_LIST).unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let list = client.get(url).send().await.unwrap().bytes().await.unwrap();

    let pinned = PinnedKeys {
        current: Jwk::from_value(gateway.trust_key()).unwrap().key().clone(),
        successor: None,
    };
    let list = TrustList::verify(&list, &pinned, None, Timestamp::now()).unwrap();
    assert_eq!(list.minimum_app(), Some([1, 20, 3]));
    gateway.stop().await;
    world.stop().await;
}
