//! `acasa sandbox event`: something happens in the state of a running sandbox, over MConnect Events.

use crate::output::{Exit, Output};
use acasa_sandbox::services::{Happened, Services, ServicesError};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `acasa sandbox event`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder in which the running sandbox keeps its data
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// To whom it happens
    #[arg(long, value_name = "IDNP")]
    to: String,
    /// What happens
    #[arg(value_enum)]
    what: What,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    /// Their vehicle certificate is invalidated
    Invalidated,
    /// A fine is issued to them
    Fine,
}

/// Produces the event, and says which it was.
pub(crate) fn run(args: &Args, output: &mut Output) -> Exit {
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Exit::failed("runtime", "the runtime does not start");
    };
    match runtime.block_on(produce(args)) {
        Ok((id, number)) => {
            output.answer(&json!({ "event": id, "number": number }), || {
                format!("{id} about number {number}")
            });
            Exit::Yes
        }
        Err(error @ (ServicesError::Unreachable | ServicesError::Access(_))) => {
            Exit::failed(error.code(), error.to_string())
        }
        Err(error) => Exit::unusable(error.code(), error.to_string()),
    }
}

async fn produce(args: &Args) -> Result<(String, String), ServicesError> {
    let happened = match args.what {
        What::Invalidated => Happened::CertificateInvalidated,
        What::Fine => Happened::FineIssued,
    };
    Services::open(&args.data)?.produce(happened, &args.to).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_happens_reaches_a_running_sandbox() {
        let data = tempfile::tempdir().unwrap();
        let options = acasa_sandbox::Options::new(1).with_data(data.path().to_owned());
        let sandbox = acasa_sandbox::Sandbox::start(options).await.unwrap();
        let to = sandbox.people().remove(0).idnp;
        let happen = |what, to: &str| {
            let args = Args {
                data: data.path().to_owned(),
                to: to.to_owned(),
                what,
            };
            async move { produce(&args).await }
        };

        assert!(happen(What::Fine, &to).await.is_ok());
        assert!(happen(What::Invalidated, &to).await.is_ok());
        let nobody = happen(What::Fine, "2999").await;
        assert!(matches!(nobody, Err(ServicesError::Unknown { what: "person" })));
        sandbox.stop().await;
    }
}
