//! The way back from sign-in: the person is known, the browser returns to the app with a code.

use acasa_gateway_store::Code;
use url::Url;

use super::push::read;
use crate::{
    GatewayError,
    journal::{Happening, own_event},
    ports::SignInOutcome,
    state::{Shared, kept, make_secret},
};

/// How long a code lives, in seconds (RFC 6749, 4.1.2 allows ten minutes).
const CODE_SECONDS: i64 = 60;

/// Why a sign-in could not be completed.
pub type SignInError = GatewayError;

/// Completes the request and answers with where the browser goes.
pub(crate) async fn finish(
    state: &Shared,
    handle: &str,
    outcome: SignInOutcome,
    correlation: &str,
) -> Result<Url, SignInError> {
    let (request, now) = (kept(handle), state.now_seconds());
    let found = state.store(move |storage| storage.pushed(&request, now)).await?;
    let pushed = found.ok_or(GatewayError::AuthorizationRequest)?;
    let asked = read(&pushed.body)?;
    let mut back = Url::parse(&asked.redirect_uri).map_err(|_| GatewayError::AuthorizationRequest)?;
    match outcome {
        SignInOutcome::Denied => {
            back.query_pairs_mut().append_pair("error", "access_denied");
        }
        SignInOutcome::SignedIn { person, instrument } => {
            let secret = make_secret()?;
            let candidate = make_secret()?;
            let milliseconds = state.now().as_millisecond();
            let object = instrument.as_str();
            let event = own_event(Happening::SignedIn, person, object, correlation, milliseconds);
            let code = kept(&secret);
            let done = state.store(move |storage| {
                let subject = storage.subject_of(person.as_str(), &candidate)?;
                let code = Code {
                    code,
                    client: pushed.client,
                    subject,
                    body: pushed.body,
                    expires: now + CODE_SECONDS,
                };
                storage.authorize(&request, &code, now, &event)
            });
            if !done.await? {
                return Err(GatewayError::AuthorizationRequest);
            }
            back.query_pairs_mut().append_pair("code", &secret);
        }
    }
    // RFC 9207, 2: `iss` tells the client which server the browser comes from.
    back.query_pairs_mut()
        .append_pair("state", &asked.state)
        .append_pair("iss", &state.issuer);
    Ok(back)
}
