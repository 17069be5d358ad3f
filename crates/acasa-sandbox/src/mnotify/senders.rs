//! Institutions that write, each with a certificate of its own: by it MNotify knows who asks.

use acasa_wire::inbox::{Sender, SenderName};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};

use super::{Mnotify, problem::Problem};
use crate::transport::Peer;

/// An institution of the synthetic state.
#[derive(Debug, PartialEq, Eq)]
pub struct Institution {
    /// Name of its system.
    pub id: &'static str,
    /// What its letters are about.
    pub topic: &'static str,
    ro: &'static str,
    ru: &'static str,
    en: &'static str,
}

impl Institution {
    /// The institution whose letters are about this.
    pub fn of_topic(topic: &str) -> Option<&'static Self> {
        INSTITUTIONS.iter().find(|institution| institution.topic == topic)
    }

    pub(super) fn sender(&self) -> Sender {
        Sender {
            id: self.id.to_owned(),
            name: SenderName {
                ro: self.ro.to_owned(),
                ru: Some(self.ru.to_owned()),
                en: Some(self.en.to_owned()),
            },
        }
    }
}

const fn institution(id: &'static str, topic: &'static str, [ro, ru, en]: [&'static str; 3]) -> Institution {
    Institution {
        id,
        topic,
        ro,
        ru,
        en,
    }
}

/// Who writes in the sandbox.
pub const INSTITUTIONS: &[Institution] = &[
    institution(
        "asp",
        "documents",
        [
            "Agenția Servicii Publice",
            "Агентство публичных услуг",
            "Public Services Agency",
        ],
    ),
    institution(
        "mai",
        "fines",
        [
            "Ministerul Afacerilor Interne",
            "Министерство внутренних дел",
            "Ministry of Internal Affairs",
        ],
    ),
    institution(
        "sfs",
        "payments",
        [
            "Serviciul Fiscal de Stat",
            "Государственная налоговая служба",
            "State Tax Service",
        ],
    ),
    institution(
        "age",
        "services",
        [
            "Agenția de Guvernare Electronică",
            "Агентство электронного управления",
            "E-Government Agency",
        ],
    ),
    institution(
        "anta",
        "vehicles",
        [
            "Agenția Națională Transport Auto",
            "Национальное агентство автотранспорта",
            "National Auto Transport Agency",
        ],
    ),
    institution(
        "cnas",
        "social",
        [
            "Casa Națională de Asigurări Sociale",
            "Национальная касса социального страхования",
            "National Office of Social Insurance",
        ],
    ),
    institution(
        "mpower",
        "powers",
        [
            "Registrul împuternicirilor",
            "Реестр доверенностей",
            "Register of powers",
        ],
    ),
    institution(
        "edemocratie",
        "civic",
        ["e-Democrație", "Электронная демократия", "e-Democracy"],
    ),
    institution("mpass", "security", ["MPass", "MPass", "MPass"]),
    institution(
        "posta",
        "other",
        ["Poșta Moldovei", "Почта Молдовы", "Post of Moldova"],
    ),
];

/// The institution that asks.
pub(super) struct From(pub(super) &'static Institution);

impl FromRequestParts<Mnotify> for From {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, mnotify: &Mnotify) -> Result<Self, Problem> {
        let peer = peer(parts)?;
        let known = mnotify.0.senders.get(&peer);
        known
            .map(|institution| Self(institution))
            .ok_or(Problem::Unauthorized)
    }
}

/// The gateway asks.
pub(super) struct FromGateway;

impl FromRequestParts<Mnotify> for FromGateway {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, mnotify: &Mnotify) -> Result<Self, Problem> {
        if peer(parts)? == mnotify.0.gateway {
            Ok(Self)
        } else {
            Err(Problem::Unauthorized)
        }
    }
}

fn peer(parts: &Parts) -> Result<Peer, Problem> {
    let info = parts.extensions.get::<ConnectInfo<Peer>>();
    info.map(|ConnectInfo(peer)| peer.clone())
        .ok_or(Problem::Unauthorized)
}
