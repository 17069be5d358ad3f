//! `acasa sandbox notify`: an institution of a running sandbox writes to somebody, over MNotify.

use crate::input::read_file;
use crate::output::{Exit, Output};
use acasa_sandbox::services::{OutgoingLetter, SentLetter, Services, ServicesError, To};
use acasa_sandbox::{EXAMPLES, Institution};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Largest file that is attached; MNotify refuses more.
const FILE_LIMIT: usize = 10 * 1024 * 1024;
/// Largest HTML that is sent; MNotify refuses more.
const HTML_LIMIT: usize = 15 * 1024 * 1024;

/// Arguments of `acasa sandbox notify`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder in which the running sandbox keeps its data
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// To whom: a person's number, or `all`
    #[arg(long, value_name = "IDNP|all", required_unless_present_any = ["plate", "idno"])]
    to: Option<String>,
    /// To who owns the vehicle with this plate
    #[arg(long, conflicts_with = "to")]
    plate: Option<String>,
    /// To who administers the organisation with this number
    #[arg(long, conflicts_with_all = ["to", "plate"])]
    idno: Option<String>,
    /// One line, at most 41 characters
    #[arg(long, required_unless_present = "example")]
    subject: Option<String>,
    /// The letter, as plain text
    #[arg(long, required_unless_present_any = ["html", "example"])]
    body: Option<String>,
    /// The letter, from a file of HTML
    #[arg(long, value_name = "FILE", conflicts_with = "body")]
    html: Option<PathBuf>,
    /// How urgent: high ignores what people prefer
    #[arg(long, default_value = "medium", value_parser = ["low", "medium", "high"])]
    priority: String,
    /// What it is about, which says who writes: documents, fines, payments, services, vehicles, social, powers, civic,
    /// security, other
    #[arg(long, default_value = "services")]
    topic: String,
    /// A file to attach: jpeg, jpg, png, txt, pdf, csv or xls
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// A letter there is, in three languages: 1 a fine, 2 a document that expires, 3 an appointment, 4 a tax, 5 a
    /// consultation
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=5),
        conflicts_with_all = ["subject", "body", "html", "attach", "plate", "idno"])]
    example: Option<u8>,
}

/// Sends, and says where it went.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let letter = match letter(args) {
        Ok(letter) => letter,
        Err(exit) => return exit,
    };
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Exit::failed("runtime", "the runtime does not start");
    };
    match runtime.block_on(send(args, &letter)) {
        Ok(sent) => {
            for letter in &sent {
                output.answer(&said(letter), || told(letter));
            }
            Exit::Yes
        }
        Err(error @ (ServicesError::Unreachable | ServicesError::Access(_))) => {
            Exit::failed(error.code(), error.to_string())
        }
        Err(error) => Exit::unusable(error.code(), error.to_string()),
    }
}

async fn send(args: &Args, letter: &OutgoingLetter) -> Result<Vec<SentLetter>, ServicesError> {
    let services = Services::open(&args.data)?;
    let to = to(args);
    if let Some(number) = args.example {
        let example = EXAMPLES.get(usize::from(number) - 1);
        let example = example.ok_or(ServicesError::Unknown { what: "example" })?;
        return services.send_example(example, &to).await;
    }
    let from = Institution::of_topic(&args.topic).ok_or(ServicesError::Unknown { what: "topic" })?;
    Ok(vec![services.send(from, &to, letter).await?])
}

fn to(args: &Args) -> To {
    match (&args.plate, &args.idno, args.to.as_deref()) {
        (Some(plate), ..) => To::Plate(plate.clone()),
        (_, Some(number), _) => To::Organisation(number.clone()),
        (_, _, Some("all")) => To::Everybody,
        (_, _, number) => To::Person(number.unwrap_or_default().to_owned()),
    }
}

fn letter(args: &Args) -> Result<OutgoingLetter, Exit> {
    let body = match &args.html {
        None => args.body.clone().unwrap_or_default(),
        Some(path) => String::from_utf8(read_file(path, HTML_LIMIT)?)
            .map_err(|_| Exit::unusable("not_utf8", format!("{}: not UTF-8", path.display())))?,
    };
    let mut attachments = Vec::new();
    for path in &args.attach {
        attachments.push((name(path), read_file(path, FILE_LIMIT)?));
    }
    Ok(OutgoingLetter {
        subject: args.subject.clone().unwrap_or_default(),
        body,
        priority: args.priority.clone(),
        attachments,
    })
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn said(letter: &SentLetter) -> serde_json::Value {
    let recipients = letter.recipients.iter().map(|(to, ways)| {
        let ways = ways
            .iter()
            .map(|(channel, status)| json!({ "channel": channel, "status": status }));
        json!({ "to": to, "messages": ways.collect::<Vec<_>>() })
    });
    json!({
        "notification": letter.id.to_string(), "from": letter.sender, "status": letter.status,
        "recipients": recipients.collect::<Vec<_>>(),
    })
}

fn told(letter: &SentLetter) -> String {
    let mut lines = vec![format!("{} from {}: {}", letter.id, letter.sender, letter.status)];
    if letter.recipients.is_empty() {
        lines.push("  nobody is meant by that".to_owned());
    }
    for (to, ways) in &letter.recipients {
        let ways: Vec<String> = ways
            .iter()
            .map(|(channel, status)| format!("{channel} {status}"))
            .collect();
        lines.push(format!("  {to}: {}", ways.join(", ")));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn parsed(line: &str) -> Option<To> {
        let words = ["notify", "--data", "d"].into_iter().chain(line.split(' '));
        Line::try_parse_from(words).ok().map(|line| to(&line.args))
    }

    #[test]
    fn a_letter_is_to_somebody_and_has_words() {
        for (line, expected) in [
            (
                "--to 2999000000003 --subject a --body b",
                Some(To::Person("2999000000003".to_owned())),
            ),
            ("--to all --example 3", Some(To::Everybody)),
            (
                "--plate ABC --subject a --html f",
                Some(To::Plate("ABC".to_owned())),
            ),
            (
                "--idno 1 --subject a --body b",
                Some(To::Organisation("1".to_owned())),
            ),
            ("--subject a --body b", None),
            ("--to 1 --subject a", None),
            ("--to 1 --body b", None),
            ("--to 1 --plate ABC --subject a --body b", None),
            ("--to all --example 6", None),
            ("--to all --example 1 --subject a", None),
            ("--to 1 --subject a --body b --priority urgent", None),
        ] {
            assert_eq!(parsed(line), expected, "{line}");
        }
    }

    #[tokio::test]
    async fn a_letter_reaches_a_running_sandbox_through_what_it_left() {
        let data = tempfile::tempdir().unwrap();
        let options = acasa_sandbox::Options::new(1).with_data(data.path().to_owned());
        let sandbox = acasa_sandbox::Sandbox::start(options).await.unwrap();
        let person = sandbox.people().remove(0).idnp;
        let folder = data.path().to_string_lossy().into_owned();
        let notify = async |line: &str| {
            let words = ["notify", "--data", &folder].into_iter().chain(line.split(' '));
            let args = Line::try_parse_from(words).ok().unwrap().args;
            send(&args, &letter(&args).unwrap()).await
        };

        let sent = notify(&format!(
            "--to {person} --subject Titlu --body Corp --topic fines"
        ))
        .await;
        let sent = sent.unwrap().remove(0);
        assert_eq!(
            (sent.sender, sent.recipients[0].0.as_str()),
            ("mai", person.as_str())
        );
        assert_eq!(sandbox.sent_messages().len(), 2);
        let everybody = notify("--to all --example 5").await.unwrap();
        assert_eq!(everybody.len(), sandbox.people().len());
        let refused = notify(&format!("--to {person} --subject {} --body b", "a".repeat(42))).await;
        assert!(
            matches!(refused, Err(ServicesError::Refused { code }) if code == "mnotify_subject_too_long")
        );
        let unknown = notify("--to 1 --subject a --body b --topic weather").await;
        assert!(matches!(unknown, Err(ServicesError::Unknown { what: "topic" })));
        sandbox.stop().await;
        let gone = notify(&format!("--to {person} --subject a --body b")).await;
        assert!(matches!(gone, Err(ServicesError::Unreachable)));
    }
}
