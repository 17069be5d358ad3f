//! A running sandbox's services as institutions use them, from another process: what it leaves in its folder, and
//! the requests.

use std::{
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

use acasa_crypto::SecretBytes;
use acasa_gateway::ports::{ServiceAccess, ServiceAccessError};
use acasa_wire::cloud_events::{EVENT_JSON, PRODUCE};
use acasa_wire::mnotify::{
    Attachment, ContentLanguage, ContentTemplate, Direction, NOTIFICATION, Notification, NotificationDto,
    PolicyParameters, Priority, Recipient, RecipientType, ResolutionPolicy, TEMPLATE, TemplateShortDto,
};
use data_encoding::BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::{Example, Institution, country::Country, mnotify, transport::Client};

/// Where the services are.
const SERVICES: &str = "services.json";
/// The authority of everybody there.
const AUTHORITY: &str = "authority.pem";
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a service cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServicesError {
    /// No sandbox has left anything in this folder.
    #[error("no sandbox keeps its services there")]
    Folder(#[source] io::Error),
    /// What lies there is not what a sandbox leaves.
    #[error("what lies there is not a sandbox's")]
    Unreadable,
    /// The certificates cannot be used.
    #[error(transparent)]
    Access(#[from] ServiceAccessError),
    /// It does not answer.
    #[error("the sandbox does not answer")]
    Unreachable,
    /// It refuses.
    #[error("the service refused: {code}")]
    Refused {
        /// Its code.
        code: String,
    },
    /// There is no such person, example or institution.
    #[error("there is no {what} like that")]
    Unknown {
        /// What was asked for.
        what: &'static str,
    },
}

impl ServicesError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Folder(_) => "services_folder",
            Self::Unreadable => "services_unreadable",
            Self::Access(error) => error.code(),
            Self::Unreachable => "services_unreachable",
            Self::Refused { .. } => "services_refused",
            Self::Unknown { .. } => "services_unknown",
        }
    }

    /// Whether trying again may help.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Unreachable)
    }
}

#[derive(Serialize, Deserialize)]
struct Addresses {
    mnotify: Url,
    events: Url,
    seed: u64,
}

/// What a sandbox leaves.
pub(crate) struct NewServices {
    pub(crate) mnotify: Url,
    pub(crate) events: Url,
    pub(crate) seed: u64,
    pub(crate) authority: String,
    pub(crate) senders: Vec<(&'static Institution, Client)>,
}

impl NewServices {
    /// Writes it, instead of what an earlier one left; keys for their owner only.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::create_dir(folder)?;
        for (institution, client) in &self.senders {
            std::fs::write(
                folder.join(format!("{}.pem", institution.id)),
                client.certificate(),
            )?;
            private(&folder.join(format!("{}.key", institution.id)))?.write_all(client.key().expose())?;
        }
        std::fs::write(folder.join(AUTHORITY), &self.authority)?;
        let addresses = serde_json::to_vec(&Addresses {
            mnotify: self.mnotify.clone(),
            events: self.events.clone(),
            seed: self.seed,
        })?;
        std::fs::write(folder.join(SERVICES), addresses)
    }
}

fn private(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// To whom a letter goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// One person, by their number.
    Person(String),
    /// Everybody in the country.
    Everybody,
    /// Who owns the vehicle.
    Plate(String),
    /// Who administers the organisation.
    Organisation(String),
}

/// What an event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// A vehicle certificate is no longer valid.
    CertificateInvalidated,
    /// There is a fine.
    FineIssued,
}

/// A letter to send.
#[derive(Clone, Default)]
pub struct OutgoingLetter {
    /// One line.
    pub subject: String,
    /// What it says, HTML or plain text.
    pub body: String,
    /// `low`, `medium` or `high`.
    pub priority: String,
    /// Files, by name.
    pub attachments: Vec<(String, Vec<u8>)>,
}

/// What became of a letter.
pub struct SentLetter {
    /// MNotify's identifier.
    pub id: Uuid,
    /// Who sent it.
    pub sender: &'static str,
    /// How far it has come.
    pub status: String,
    /// Number or address, and the ways to it with how far each has come.
    pub recipients: Vec<(String, Vec<(String, String)>)>,
}

/// The services of a running sandbox.
pub struct Services {
    addresses: Addresses,
    authority: Vec<u8>,
    folder: std::path::PathBuf,
}

impl Services {
    /// Those of the sandbox that keeps its data in this folder.
    pub fn open(data: &Path) -> Result<Self, ServicesError> {
        let folder = data.join("services");
        let read = |name: &str| std::fs::read(folder.join(name)).map_err(ServicesError::Folder);
        let addresses = serde_json::from_slice(&read(SERVICES)?).map_err(|_| ServicesError::Unreadable)?;
        Ok(Self {
            addresses,
            authority: read(AUTHORITY)?,
            folder,
        })
    }

    /// Sends a letter of an institution.
    pub async fn send(
        &self,
        from: &'static Institution,
        to: &To,
        letter: &OutgoingLetter,
    ) -> Result<SentLetter, ServicesError> {
        let attachments = letter.attachments.iter().map(|(name, bytes)| Attachment {
            file_name: name.clone(),
            base64: BASE64.encode(bytes),
        });
        let request = Notification {
            subject: Some(ContentLanguage::romanian(&letter.subject)),
            body: Some(ContentLanguage::romanian(&letter.body)),
            priority: priority(&letter.priority)?,
            attachments: attachments.collect(),
            ..self.addressed(to)
        };
        self.post(from, &request).await
    }

    /// Sends an example to a person, filled with what the country knows of them.
    pub async fn send_example(&self, example: &Example, to: &To) -> Result<Vec<SentLetter>, ServicesError> {
        let from = example.sender();
        let http = self.client(from)?;
        let address = self.address(&format!("{TEMPLATE}?ItemsPerPage=100"))?;
        let templates: Vec<TemplateShortDto> = answer(http.get(address)).await?;
        let template = templates
            .into_iter()
            .find(|template| template.name == example.name);
        let template = template.ok_or(ServicesError::Unknown { what: "template" })?;
        let country = Country::generate(self.addresses.seed);
        let mut sent = Vec::new();
        for person in &country.people {
            let number = person.idnp.as_str();
            if !matches!(to, To::Everybody) && *to != To::Person(number.to_owned()) {
                continue;
            }
            let variables = mnotify::variables(&country, person, example.name, Timestamp::now());
            let request = Notification {
                priority: example.priority,
                template: Some(ContentTemplate {
                    id: template.id,
                    variables: Some(variables.to_string()),
                }),
                ..self.addressed(&To::Person(number.to_owned()))
            };
            sent.push(self.post(from, &request).await?);
        }
        if sent.is_empty() {
            return Err(ServicesError::Unknown { what: "person" });
        }
        Ok(sent)
    }

    /// Produces the event that a person's vehicle certificate was invalidated, or that a fine was issued to them;
    /// answers its identifier and the number it names.
    pub async fn produce(&self, happened: Happened, idnp: &str) -> Result<(String, String), ServicesError> {
        let country = Country::generate(self.addresses.seed);
        let person = idnp.parse().ok().and_then(|number| country.person(number));
        let person = person.ok_or(ServicesError::Unknown { what: "person" })?;
        let id = Uuid::now_v7().to_string();
        let (institution, source, kind, number) = match happened {
            Happened::CertificateInvalidated => {
                let number =
                    mnotify::certificate(person).ok_or(ServicesError::Unknown { what: "certificate" })?;
                ("asp", "urn:asp", "ASP.RST.VP.Invalidated", number)
            }
            Happened::FineIssued => {
                let number: String = id.chars().filter(char::is_ascii_digit).take(8).collect();
                ("mai", "urn:mai", "MAI.RCC.Fine.Issued", number)
            }
        };
        let institution = crate::INSTITUTIONS.iter().find(|known| known.id == institution);
        let institution = institution.ok_or(ServicesError::Unknown { what: "institution" })?;
        let event = json!({
            "specversion": "1.0", "source": source, "id": id, "type": kind, "time": Timestamp::now().to_string(),
            "partitionkey": format!("idnp:{idnp}"), "data": { "IDNP": idnp, "Number": number },
        });
        let address = self
            .addresses
            .events
            .join(PRODUCE)
            .map_err(|_| ServicesError::Unreadable)?;
        let request = self
            .client(institution)?
            .post(address)
            .header("content-type", EVENT_JSON);
        answered(request.body(event.to_string())).await?;
        Ok((id, number))
    }

    fn addressed(&self, to: &To) -> Notification {
        let recipient = |value: &str, kind| Recipient {
            value: value.to_owned(),
            kind,
        };
        let policy = |kind, direction| {
            Some(ResolutionPolicy {
                kind,
                parameters: PolicyParameters { direction },
            })
        };
        let (recipients, resolution_policy) = match to {
            To::Person(number) => (vec![recipient(number, RecipientType::Idnp)], None),
            To::Everybody => {
                let people = Country::generate(self.addresses.seed).people;
                let each = people
                    .iter()
                    .map(|person| recipient(person.idnp.as_str(), RecipientType::Idnp));
                (each.collect(), None)
            }
            To::Plate(plate) => (
                vec![recipient(plate, RecipientType::PlateNumber)],
                policy(RecipientType::PlateNumber, Direction::Owner),
            ),
            To::Organisation(number) => (
                vec![recipient(number, RecipientType::Idno)],
                policy(RecipientType::Idno, Direction::Administrator),
            ),
        };
        Notification {
            recipients,
            resolution_policy,
            ..Notification::default()
        }
    }

    async fn post(
        &self,
        from: &'static Institution,
        request: &Notification,
    ) -> Result<SentLetter, ServicesError> {
        let http = self.client(from)?;
        let sent = http.post(self.address(NOTIFICATION)?).json(request);
        let id = String::from_utf8(answered(sent).await?).ok();
        let id = id
            .and_then(|id| Uuid::parse_str(&id).ok())
            .ok_or(ServicesError::Unreadable)?;
        self.ask(from, id).await
    }

    /// How far a letter has come that this institution sent.
    pub async fn ask(&self, from: &'static Institution, id: Uuid) -> Result<SentLetter, ServicesError> {
        let address = self.address(&format!("{NOTIFICATION}/{id}"))?;
        let dto: NotificationDto = answer(self.client(from)?.get(address)).await?;
        let recipients = dto.recipients.into_iter().map(|recipient| {
            let ways = recipient.messages.into_iter();
            let ways =
                ways.map(|message| (format!("{:?}", message.channel), format!("{:?}", message.status)));
            (recipient.value, ways.collect())
        });
        Ok(SentLetter {
            id,
            sender: from.id,
            status: format!("{:?}", dto.status),
            recipients: recipients.collect(),
        })
    }

    fn address(&self, path: &str) -> Result<Url, ServicesError> {
        self.addresses
            .mnotify
            .join(path)
            .map_err(|_| ServicesError::Unreadable)
    }

    fn client(&self, institution: &Institution) -> Result<reqwest::Client, ServicesError> {
        let read = |ending: &str| {
            let path = self.folder.join(format!("{}.{ending}", institution.id));
            std::fs::read(path).map_err(ServicesError::Folder)
        };
        let access = ServiceAccess {
            address: self.addresses.mnotify.clone(),
            certificates: read("pem")?,
            key: SecretBytes::new(read("key")?),
            authorities: self.authority.clone(),
        };
        Ok(access.http(PATIENCE)?)
    }
}

fn priority(name: &str) -> Result<Priority, ServicesError> {
    match name {
        "low" => Ok(Priority::Low),
        "" | "medium" => Ok(Priority::Medium),
        "high" => Ok(Priority::High),
        _ => Err(ServicesError::Unknown { what: "priority" }),
    }
}

async fn answer<T: serde::de::DeserializeOwned>(
    request: reqwest::RequestBuilder,
) -> Result<T, ServicesError> {
    serde_json::from_slice(&answered(request).await?).map_err(|_| ServicesError::Unreadable)
}

async fn answered(request: reqwest::RequestBuilder) -> Result<Vec<u8>, ServicesError> {
    let response = request.send().await.map_err(|_| ServicesError::Unreachable)?;
    let succeeded = response.status().is_success();
    let body = response.bytes().await.map_err(|_| ServicesError::Unreachable)?;
    if succeeded {
        return Ok(body.to_vec());
    }
    let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    let code = problem.get("code").and_then(Value::as_str).unwrap_or("unknown");
    Err(ServicesError::Refused {
        code: code.to_owned(),
    })
}
